"""Curves over levels, and what is said about their shape."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import isotonic_regression

from experiments.analyses.dose_response import PLACE, dose_response, isotonic
from experiments.designs.design import Factor
from sim.errors import InputError

LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)
LEVERS = [Factor("a", 0.0, 1.0, 0.0, LEVELS), Factor("b", 0.0, 1.0, 0.0, LEVELS)]


def runs_of(effect, replications=12, noise=0.005, futures=1, points=tuple((x, 0.0) for x in LEVELS)):
    """Runs in which trust is what its replication has in common plus an effect of the two doses."""
    random, rows = np.random.default_rng(4), []
    luck = random.normal(0.5, 0.1, size=(futures, replications))
    for a, b in points:
        for future in range(futures):
            for replication in range(replications):
                trust = luck[future, replication] + effect(a, b) * (1 + future) + noise * random.normal()
                rows.append((len(rows), a, b, future, replication, "ok", trust))
    table = pd.DataFrame(rows, columns=["run_id", "a", "b", "future", "replication", "status", "trust"])
    return table.assign(run_id=table["run_id"].map("{:016x}".format))


def facts_of(effect, **settings):
    return dose_response(runs_of(effect, **settings), LEVERS, ["trust"])[1].set_index("lever").loc["a"]


def test_effects_are_paired_and_base_has_none():
    curves, _ = dose_response(runs_of(lambda a, b: 0.2 * a), LEVERS, ["trust"])

    assert curves["lever"].unique().tolist() == ["a"]
    assert curves["level"].tolist() == list(LEVELS)
    assert curves["effect"].tolist() == pytest.approx([0.2 * x for x in LEVELS], abs=0.006)
    assert (curves["high"] - curves["low"]).max() < 0.02  # what is common to a replication is 20 times as wide
    assert curves.iloc[0][["effect", "low", "high"]].tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("effect", "shape", "bend", "half"),
    [
        (lambda a, b: 0.2 * a, "rising", "even", 0.5),
        (lambda a, b: -0.2 * a, "falling", "even", 0.5),
        (lambda a, b: 0.2 * min(a, 0.5), "rising", "saturating", 0.25),
        (lambda a, b: 0.2 * max(a - 0.5, 0), "rising", "accelerating", 0.75),
        (lambda a, b: 0.8 * a * (1 - a), "turning", "saturating", 1 / 6),
        (lambda a, b: -0.8 * a * (1 - a), "turning", "saturating", 1 / 6),
    ],
)
def test_a_shape_is_named_and_half_of_the_effect_is_found(effect, shape, bend, half):
    facts = facts_of(effect)

    assert (facts["shape"], facts["bend"]) == (shape, bend)
    assert facts["half_low"] <= half <= facts["half_high"]
    assert facts["half"] == pytest.approx(half, abs=0.05)
    assert facts["half_high"] - facts["half_low"] < 0.15
    if shape == "turning":
        assert facts["extreme"] == 0.5
        assert facts["back_low"] > 0.15


def test_chance_is_flat_and_has_no_half():
    facts = facts_of(lambda a, b: 0.0)

    assert facts["shape"] == "flat"
    assert np.isnan(facts["half"])


def test_futures_are_averaged_within_the_replication():
    curves, _ = dose_response(runs_of(lambda a, b: 0.2 * a, futures=2, noise=0.0), LEVERS, ["trust"])

    assert curves["effect"].tolist() == pytest.approx([0.3 * x for x in LEVELS])
    assert (curves["n"] == 12).all()


def test_the_others_stand_where_they_should():
    points = [(a, b) for a in LEVELS for b in (0.0, 1.0)]
    runs = runs_of(lambda a, b: 0.2 * a * (1 - b), noise=0.0, points=points)

    alone, _ = dose_response(runs, LEVERS, ["trust"])
    added, _ = dose_response(runs, LEVERS, ["trust"], around={"b": 1.0})

    assert alone.loc[(alone["lever"] == "a") & (alone["level"] == 1.0), "effect"].item() == pytest.approx(0.2)
    assert added.loc[(added["lever"] == "a") & (added["level"] == 1.0), "effect"].item() == pytest.approx(0.0)


def test_a_replication_with_a_failed_run_is_left_out():
    runs = runs_of(lambda a, b: 0.2 * a)
    runs.loc[3, ["status", "trust"]] = ["error", np.nan]

    assert (dose_response(runs, LEVERS, ["trust"])[0]["n"] == 11).all()


def test_types_of_community_have_curves_of_their_own():
    runs = runs_of(lambda a, b: 0.2 * a, noise=0.0)
    parts = [
        runs[["run_id"]].assign(type=type_, residents=residents, trust=runs["a"] * slope)
        for type_, residents, slope in (("village", 100, 0.4), ("village", 300, 0.0), ("work_unit", 50, -0.3))
    ]

    curves, facts = dose_response(runs, LEVERS, ["trust"], pd.concat(parts))
    top = curves[curves["level"] == 1.0].set_index("type")["effect"]

    assert top.to_dict() == pytest.approx({PLACE: 0.2, "village": 0.1, "work_unit": -0.3})
    assert facts.set_index("type")["shape"].to_dict() == {PLACE: "rising", "village": "rising", "work_unit": "falling"}


def test_levels_below_base_are_walked_away_from_base():
    weeks = Factor("a", 1.0, 105.0, 105.0, (1.0, 53.0, 105.0))
    runs = runs_of(lambda a, b: 0.001 * (105 - a), points=[(x, 0.0) for x in weeks.levels])

    curves, facts = dose_response(runs, [weeks, LEVERS[1]], ["trust"])

    assert curves.set_index("level")["effect"].to_dict() == pytest.approx({1.0: 0.104, 53.0: 0.052, 105.0: 0}, abs=0.01)
    assert facts["shape"].item() == "falling"
    assert facts["half"].item() == pytest.approx(53, abs=5)


def test_a_design_without_levels_is_refused():
    with pytest.raises(InputError, match="two levels"):
        dose_response(runs_of(lambda a, b: 0.0, points=[(0.3, 0.2), (0.6, 0.9)]), LEVERS, ["trust"])


def test_isotonic_curves_are_those_of_scipy():
    values = np.random.default_rng(1).normal(size=(50, 7))

    fitted = isotonic(values)

    assert fitted == pytest.approx(np.array([isotonic_regression(row).x for row in values]))
