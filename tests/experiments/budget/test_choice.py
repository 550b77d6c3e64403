"""Which designs are tried again and which is recommended, on effects that are known."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from experiments.budget.choice import Trial, finalists, judged, recommended
from experiments.budget.goals import Asked
from tests.experiments.budget.fakes import NUMBERS, runs

LEVERS = ["lists", "grid", "trap", "dear"]
GOOD = {"participation": 0.04, "satisfaction": 0.05, "yuan": 20.0}
LOPSIDED = {"participation": 0.08, "satisfaction": 0.01, "yuan": 25.0}
DEAR = {"participation": 0.09, "satisfaction": 0.09, "yuan": 90.0}
BAD = {"participation": -0.02, "satisfaction": -0.02, "yuan": 5.0}


def points():
    """Lists and grid help more together; the trap harms; the dear one is beyond the budget."""
    table = pd.DataFrame(list(itertools.product([0.0, 1.0], repeat=4)), columns=LEVERS)
    lists, grid, trap, dear = (table[name] for name in LEVERS)
    both = 0.02 * lists * grid
    return table.assign(
        participation=0.1 + 0.02 * lists + 0.01 * grid + both - 0.05 * trap + 0.1 * dear,
        satisfaction=0.55 + 0.01 * lists + 0.02 * grid + both - 0.03 * trap + 0.1 * dear,
        yuan=30.0 + 10 * lists + 12 * grid + 1 * trap + 90 * dear,
    )


def on(table):
    return ["+".join(name for name in LEVERS if row[name]) for row in table.to_dict("records")]


def test_the_best_within_the_budget_comes_first_and_what_is_beyond_it_last():
    found = judged(points(), LEVERS, Asked.of(60, ["participation", "satisfaction"]))

    assert on(found)[0] == "lists+grid"
    assert found["balance"].iloc[0] == pytest.approx(1.0)
    assert all("dear" in name for name in on(found)[-8:])
    assert not found["within"].iloc[-8:].any()


def test_the_cheapest_that_reaches_the_targets_is_tried_too():
    asked = Asked.of(60, ["participation"], {"participation": "+1.5"})
    some = finalists(judged(points(), LEVERS, asked), LEVERS, asked, 4)

    assert on(some)[:2] == ["lists+grid", "lists"]


def test_nothing_is_never_tried_as_a_design():
    asked = Asked.of(30, ["participation"])
    some = finalists(judged(points(), LEVERS, asked), LEVERS, asked, 4)

    assert on(some) == ["trap"]  # the least beyond the budget, where nothing else is within
    assert not some["within"].any()


def trial(effects, asked, **how):
    return Trial(runs(effects, **how), asked, NUMBERS)


def test_without_targets_the_balanced_design_is_recommended():
    asked = Asked.of(60, ["participation", "satisfaction"])

    table = trial({"A": LOPSIDED, "B": GOOD, "C": DEAR}, asked, noise=0.002).table()

    assert recommended(table, asked) == ("B", "better")
    assert table.set_index("design")["keeps_budget"].to_dict() == {"nothing": True, "A": True, "B": True, "C": False}
    assert table.set_index("design")["front"].to_dict() == {"nothing": False, "A": True, "B": True, "C": False}


def test_effects_and_shares_of_futures_are_those_of_the_runs():
    asked = Asked.of(60, ["participation", "satisfaction"], {"satisfaction": 61})
    row = trial({"B": GOOD}, asked, hurts=0.75).table().set_index("design").loc["B"]

    assert row["participation_effect"] == pytest.approx(0.04)
    assert row["satisfaction_effect"] == pytest.approx(0.05 - 0.2 * 9 / 40)  # 9 of 40 futures lie above
    assert row["within"] == 1.0
    assert 0.1 < row["reached"] < 31 / 40
    assert row["both"] == row["reached"]


def test_with_targets_the_design_that_reaches_them_most_often_is_recommended():
    asked = Asked.of(60, ["participation"], {"satisfaction": 58})

    table = trial({"A": LOPSIDED, "B": GOOD}, asked).table()

    assert recommended(table, asked) == ("B", "reached")


@pytest.mark.parametrize(
    ("effects", "budget", "targets", "told"),
    [
        ({"B": GOOD}, 60, {"satisfaction": 90}, ("B", "unreached")),
        ({"B": BAD}, 60, {"satisfaction": 90}, ("nothing", "unreached")),
        ({"B": BAD}, 60, None, ("nothing", "none_better")),
        ({"B": GOOD}, 20, None, ("nothing", "over_budget")),
        ({"B": GOOD}, 60, {"satisfaction": 50}, ("B", "reached")),
        ({"B": BAD}, 60, {"satisfaction": 50}, ("nothing", "nothing_best")),
    ],
)
def test_it_is_said_when_no_design_does_it(effects, budget, targets, told):
    asked = Asked.of(budget, ["participation", "satisfaction"], targets)

    assert recommended(trial(effects, asked).table(), asked) == told


def test_a_gain_within_its_interval_is_no_reason_to_recommend():
    asked = Asked.of(60, ["satisfaction"])
    table = trial({"A": {"satisfaction": 0.001}}, asked, noise=0.1).table().set_index("design")
    table.loc["A", ["satisfaction_effect", "satisfaction_low", "satisfaction_high", "balance"]] = [0.01, -0.02, 0.04, 1]

    assert recommended(table.reset_index(), asked) == ("nothing", "none_better")


def test_regret_is_the_distance_to_the_best_within_the_budget_of_the_same_future():
    asked = Asked.of(60, ["participation"])
    found = trial({"A": LOPSIDED, "B": GOOD, "C": DEAR}, asked).regret().set_index("design")

    assert found["most"].to_dict() == pytest.approx({"nothing": 0.08, "A": 0.0, "B": 0.04, "C": 0.0})


def test_replications_stand_for_futures_where_nothing_is_uncertain():
    asked = Asked.of(60, ["participation"])
    table = runs({"A": GOOD}).rename(columns={"future": "replication", "replication": "future"})

    found = Trial(table, asked)

    assert np.shape(found.values) == (2, 40, 2)
    assert np.isfinite(found.table().set_index("design").loc["A", "participation_low"])
