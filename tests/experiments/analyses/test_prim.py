"""Scenario discovery finds boxes that we put there."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest

from experiments.analyses.prim import discover, failing_futures, sentences
from sim.errors import InputError


def space(futures=500, numbers=5, seed=1):
    names = [f"needs.n{number}" for number in range(numbers)]
    return pd.DataFrame(np.random.default_rng(seed).uniform(0, 10, (futures, numbers)), columns=names)


# Its import warns of companions that are not installed, so it is looked for only.
with_workbench = pytest.mark.skipif(find_spec("ema_workbench") is None, reason="EMA Workbench is not installed")


@with_workbench
def test_a_known_box_is_recovered():
    futures = space()
    fails = (futures["needs.n1"] > 6) & (futures["needs.n3"] < 5)

    found = discover(futures, fails, halves=3)
    limits = found.limits[found.limits["box"] == 1].set_index("name")

    assert sorted(limits.index) == ["needs.n1", "needs.n3"]
    assert limits["side"].to_dict() == {"needs.n1": "above", "needs.n3": "below"}
    assert limits.loc["needs.n1", "low"] == pytest.approx(6, abs=0.4)
    assert limits.loc["needs.n3", "high"] == pytest.approx(5, abs=0.4)
    assert np.isnan(limits.loc["needs.n1", "high"])
    assert (limits[["chance_low", "chance_high"]].min(axis=1) < 0.001).all()
    assert (limits["reproduced"] == 1.0).all()
    assert found.boxes.loc[0, "coverage"] > 0.9
    assert found.boxes.loc[0, "density"] >= 0.8
    assert found.boxes.loc[0, "dense_enough"]


@with_workbench
def test_a_range_in_the_middle_is_between():
    futures = space()
    limits = discover(futures, futures["needs.n0"].between(3, 6), boxes=1, halves=0).limits

    assert limits[["name", "side"]].to_numpy().tolist() == [["needs.n0", "between"]]
    assert limits[["low", "high"]].to_numpy()[0] == pytest.approx([3, 6], abs=0.5)


@with_workbench
def test_a_second_box_holds_what_the_first_does_not():
    futures = space(1500)
    found = discover(futures, (futures["needs.n0"] > 8) | (futures["needs.n1"] < 1.5), boxes=4, halves=0)

    assert set(found.limits["name"]) == {"needs.n0", "needs.n1"}
    assert found.boxes["coverage"].sum() > 0.9
    assert found.boxes["failing"].sum() <= found.failing


@with_workbench
def test_noise_restricts_nothing_that_does_not_matter():
    futures, random = space(800), np.random.default_rng(2)
    fails = np.where(futures["needs.n2"] > 7, random.random(800) < 0.95, random.random(800) < 0.05)

    found = discover(futures, fails, boxes=1, halves=0)

    assert found.limits["name"].tolist() == ["needs.n2"]
    assert found.trajectory["chosen"].sum() == 1


@with_workbench
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_chance_is_not_taken_for_a_box(seed):
    fails = np.random.default_rng(seed).random(300) < 0.3

    assert len(discover(space(300, seed=seed), fails, density=0.45).boxes) == 0


@with_workbench
def test_the_same_cases_give_the_same_boxes_and_leave_global_chance_alone():
    futures = space()
    before = np.random.get_state()[1].copy()  # noqa: NPY002 (it is what must not change)
    one, other = (discover(futures, futures["needs.n1"] > 6, boxes=1, halves=1) for _ in range(2))

    pd.testing.assert_frame_equal(one.trajectory, other.trajectory)
    pd.testing.assert_frame_equal(one.limits, other.limits)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


@with_workbench
def test_a_sentence_has_its_numbers():
    futures = space()
    (told,) = sentences(discover(futures, futures["needs.n1"] > 6, boxes=1, halves=0))

    assert told["usual"] == pytest.approx(0.4, abs=0.05)
    assert told["share"] >= 0.8
    assert [(limit["name"], limit["side"]) for limit in told["limits"]] == [("needs.n1", "above")]


@with_workbench
def test_a_number_that_does_not_vary_is_left_out():
    futures = space().assign(fixed=1.0)

    assert "fixed" not in set(discover(futures, futures["needs.n1"] > 6, halves=0).limits["name"])


@pytest.mark.parametrize(("fails", "failing"), [(False, 0), (True, 500)])
def test_where_none_or_all_fail_there_is_no_box(fails, failing):
    found = discover(space(), np.full(500, fails))

    assert (found.failing, len(found.boxes), len(found.limits)) == (failing, 0, 0)
    assert sentences(found) == []


def test_without_the_workbench_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ema_workbench.analysis", None)

    with pytest.raises(InputError, match=r"rongzhi\[discovery\]"):
        discover(space(), space()["needs.n1"] > 6)


def test_a_few_futures_are_too_few():
    with pytest.raises(InputError, match="at least 20 futures, got 5"):
        discover(space(5), [True] * 5)


@pytest.fixture
def runs():
    """Participation rises by 0.1 in future 0, falls in future 1; days rise by 1 in both."""
    rows = [
        {
            "design": design,
            "future": future,
            "replication": replication,
            "status": "ok",
            "needs.arrival": 1.0 + future,
            "participation": 0.4 + 0.05 * replication + (0.1, -0.1)[future] * (design == "all"),
            "days_to_resolve": 5.0 + (design == "all"),
        }
        for design in ("nothing", "all")
        for future in (0, 1)
        for replication in range(3)
    ]
    return pd.DataFrame(rows)


def test_a_future_fails_by_its_mean_effect(runs):
    table = failing_futures(runs, ["needs.arrival"], "participation")

    assert table["value"].tolist() == pytest.approx([0.1, -0.1])
    assert table["fails"].tolist() == [False, True]
    assert table["needs.arrival"].tolist() == [1.0, 2.0]


def test_more_of_what_is_bad_is_failing_and_a_level_can_be_judged(runs):
    assert failing_futures(runs, ["needs.arrival"], "days_to_resolve")["fails"].all()
    levels = failing_futures(runs, ["needs.arrival"], "participation", against=None, threshold=0.5)

    assert levels["fails"].tolist() == [False, True]


def test_a_pair_with_a_failed_run_does_not_count(runs):
    runs.loc[runs["future"] == 1, "status"] = "error"

    assert failing_futures(runs, ["needs.arrival"], "participation").index.tolist() == [0]


@pytest.mark.parametrize(
    ("outcome", "design", "said"),
    [
        ("particpation", "all", "did you mean"),
        ("service_yuan", "all", "neither more nor less"),
        ("trust", "1", "no run"),
    ],
)
def test_what_cannot_fail_is_named(runs, outcome, design, said):
    with pytest.raises(InputError, match=said):
        failing_futures(runs, ["needs.arrival"], outcome, design)
