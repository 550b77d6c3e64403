"""Replications to a stated precision: reached when said so, and the interval still covers the truth."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from experiments.precision import BUDGET, FAILED, REACHED, UNDECIDED, Precision
from sim.errors import InputError

TRUTH = 0.02


def toy_runs(seed, replications=200, spread=0.01, futures=1, designs=("nothing", "all")):
    """Runs whose paired difference is normal with mean 0.02; what a pair shares is ten times as wide."""
    random = np.random.default_rng(seed)
    luck = random.normal(0.4, 10 * spread, size=(futures, replications))
    rows = []
    for number, design in enumerate(designs):
        own = random.normal(TRUTH, spread, size=luck.shape) if number else 0.0
        for future, values in enumerate(luck + own):
            rows.append(pd.DataFrame({"future": future, "replication": range(replications), "participation": values}))
            rows[-1] = rows[-1].assign(design=design, status="ok", satisfaction=0.5)
    return pd.concat(rows, ignore_index=True)


def test_intervals_at_stopping_still_cover_the_truth_and_are_as_narrow_as_said():
    wanted, covered, made = Precision(half_width={"participation": 0.004}), [], []
    for seed in range(500):
        decision = wanted.decide(toy_runs(seed), 200)
        row = decision.table.iloc[0]
        assert decision.reason == REACHED
        assert row["half_width"] <= 0.004
        covered.append(abs(row["effect"] - TRUTH) <= row["half_width"])
        made.append(decision.replications)

    assert np.mean(covered) >= 0.92
    assert 24 <= np.median(made) <= 34  # (1.96 x 0.01 / 0.004)^2 = 24, more with t and a second look


def test_asking_after_every_batch_decides_as_asking_once_at_the_end():
    runs, wanted, done, asked = toy_runs(3), Precision(half_width={"participation": 0.003}), 0, []
    while (decision := wanted.decide(runs[runs["replication"] < done], done)).more:
        assert decision.reason == UNDECIDED
        done += decision.more
        asked.append(done)

    assert (decision.reason, decision.replications) == (REACHED, done)
    assert wanted.decide(runs, 200).replications == done
    assert wanted.decide(runs, asked[1] + 1).more == asked[2] - asked[1] - 1
    assert asked[0] == 8
    assert all(later <= 2 * before for before, later in itertools.pairwise(asked))


def test_the_budget_ends_it():
    decision = Precision(half_width={"participation": 1e-6}, most=20).decide(toy_runs(1, 20), 20)

    assert (decision.more, decision.reason) == (0, BUDGET)
    assert not decision.table["reached"].any()


def test_a_difference_that_does_not_vary_is_known():
    decision = Precision(half_width={"satisfaction": 0.001}).decide(toy_runs(1, 10), 10)

    assert (decision.reason, decision.replications) == (REACHED, 10)
    assert decision.table["half_width"].item() == 0


def test_failed_runs_leave_with_their_pair_and_a_replication_needs_all_its_futures():
    runs = toy_runs(1, 10, futures=2)
    failed = (runs["replication"] == 4) & (runs["future"] == 1) & (runs["design"] == "all")
    runs.loc[failed, ["status", "participation"]] = ["error", np.nan]

    table = Precision(half_width={"participation": 1.0}).decide(runs, 10).table

    assert table["replications"].item() == 9


def test_more_replications_do_not_help_where_all_fail():
    decision = Precision(half_width={"participation": 0.1}).decide(toy_runs(1, 8).assign(status="error"), 8)

    assert (decision.more, decision.reason) == (0, FAILED)


def test_any_compares_every_design_with_nothing():
    runs = toy_runs(1, 8, designs=("nothing", "1", "2", "all"))

    table = Precision(half_width={"participation": 0.1}, contrast="any").decide(runs, 8).table

    assert table["design"].tolist() == ["1", "2", "all"]
    assert set(table["against"]) == {"nothing"}


def test_a_relative_half_width_is_of_the_difference():
    table = Precision(relative={"participation": 0.25}).decide(toy_runs(1), 200).table

    assert table["target"].item() == pytest.approx(0.2 * abs(table["effect"].item()))
    assert table["half_width"].item() <= table["target"].item()


def test_a_design_that_is_not_there_is_named():
    with pytest.raises(InputError, match="did you mean 'all'"):
        Precision(half_width={"participation": 0.1}, contrast=("nothing", "al")).decide(toy_runs(1, 8), 8)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "must name an outcome"),
        ({"half_width": {"particpation": 0.1}}, "did you mean 'participation'"),
        ({"half_width": {"participation": 0.0}}, "above 0"),
        ({"relative": {"participation": 1.5}}, "share of the difference"),
        ({"half_width": {"trust": 0.1}, "relative": {"trust": 0.1}}, "one only"),
        ({"half_width": {"trust": 0.1}, "contrast": "some"}, "'any'"),
        ({"half_width": {"trust": 0.1}, "contrast": ["all", "all"]}, "twice"),
        ({"half_width": {"trust": 0.1}, "first": 30, "most": 20}, "at least first"),
        ({"half_width": {"trust": 0.1}, "mots": 20}, "Extra inputs"),
    ],
)
def test_settings_that_make_no_sense_are_refused(fields, said):
    with pytest.raises(ValidationError, match=said):
        Precision.model_validate(fields)
