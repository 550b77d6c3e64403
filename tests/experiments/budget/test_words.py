"""What a planner reads, for each way in which a search may end."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import pandas as pd
import pytest

from experiments.budget.best import BestDesigns
from experiments.budget.choice import Trial, judged, recommended
from experiments.budget.conditions import Conditions
from experiments.budget.goals import Asked
from experiments.budget.words import recommendation
from experiments.text import LANGUAGES
from sim.design import Design
from sim.scenario import Scenario
from tests.experiments.budget.fakes import NOTHING, NUMBERS, runs

GOOD = {"participation": 0.04, "satisfaction": 0.05, "yuan": 20.0}
BAD = {"participation": -0.02, "satisfaction": -0.02, "yuan": 5.0}


def found(effect, budget=60, targets=None, told=None, **how):
    asked = Asked.of(budget, ["participation", "satisfaction"], targets)
    trial = Trial(runs({"A": effect}, **how), asked, NUMBERS)
    rows = [{"lists": on, **{name: base + on * effect[name] for name, base in NOTHING.items()}} for on in (0.0, 1.0)]
    chosen, kind = recommended(trial.table(), asked)
    made = BestDesigns(
        scenario=Scenario(),
        asked=asked,
        designs={"A": Design({"three_lists": 0.5, "deliberation": 1.0}, "A")},
        scopes={"A": "place"},
        points=judged(pd.DataFrame(rows), ["lists"], asked),
        points_by_type=pd.DataFrame(),
        expected=pd.DataFrame([("A", name, effect[name]) for name in effect], columns=["design", "outcome", "search"]),
        fresh=Trial(runs({"A": effect}, futures=6, seed=1), asked),
        trial=trial,
        result=SimpleNamespace(communities=pd.DataFrame()),
        levers=("lists",),
        kind=kind,
        chosen=chosen,
    )
    if told is not None:
        made.__dict__["conditions"] = told
    return made


def limits(**one):
    return pd.DataFrame([{"name": "needs.arrival", "side": "above", "low": 0.75, "high": float("nan"), **one}])


def test_it_says_what_is_reached_how_surely_at_what_cost_and_when_it_fails():
    told = Conditions("told", 40, 9, 0.92, 0.8, limits())
    words = recommendation(found(GOOD, targets={"satisfaction": 59}, hurts=0.75, told=told), "en")

    assert words.startswith("Design A (Three lists at dose 0.5, ")
    assert "Satisfaction of at least 59.0 points of 100" in words
    assert "within the budget in 78 % of 40 futures, at 50.0 yuan" in words
    assert "doing nothing does so in 0 %" in words
    assert "Participation +4.0 percentage points (+4.0 to +4.0)" in words
    assert "With the place’s own numbers instead, under fresh seeds: Participation +4.0" in words
    assert "misses a target or the budget when" in words
    assert "is above 0.75: there in 92 % of futures, against 22 % of all" in words


@pytest.mark.parametrize(
    ("effect", "budget", "targets", "said"),
    [
        (GOOD, 60, {"satisfaction": 95}, "No design found reaches the targets"),
        (GOOD, 60, None, "Design A (Three lists at dose 0.5"),
        (BAD, 60, None, "none is recommended"),
        (GOOD, 20, None, "nor does doing nothing, at 30.0 yuan"),
        (BAD, 60, {"satisfaction": 50}, "Doing nothing reaches the targets"),
    ],
)
def test_it_says_plainly_when_a_design_does_not_do_it(effect, budget, targets, said):
    assert said in recommendation(found(effect, budget, targets), "en")


def test_a_target_reached_in_less_than_half_of_the_futures_is_not_to_be_counted_on():
    made = found(GOOD, targets={"satisfaction": 61.2}, told=Conditions("few", 40, 24))

    assert "do not count on it" in recommendation(made, "en")


@pytest.mark.parametrize("kind", ["never", "always", "few", "alike", "certain", "library", "told"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_conditions_are_told_in_every_language(kind, language):
    told = Conditions(kind, 40, 9, 0.9, 0.8, limits())
    words = recommendation(found(GOOD, targets={"satisfaction": 59}, told=told), language)

    assert "{" not in words
    assert ("Design" in words) is (language == "en")


def test_the_frame_sets_what_the_search_saw_beside_what_fresh_seeds_show():
    made = found(GOOD)
    made = dataclasses.replace(made, expected=made.expected.assign(search=0.5))
    row = made.to_frame().set_index("design").loc["A"]

    assert row["satisfaction_search"] == 0.5
    assert row["satisfaction_fresh"] == pytest.approx(0.05)


def test_the_front_has_a_column_of_doses():
    assert found(GOOD).pareto[["design", "three_lists", "deliberation"]].to_numpy().tolist() == [["A", 0.5, 1.0]]


def test_the_design_can_be_put_in_force():
    assert (Scenario() + found(GOOD).design).mechanisms["three_lists"].dose == 0.5
    assert dict(found(BAD).design.mechanisms) == {}


@pytest.mark.parametrize("language", ["en", "zh_hans"])
def test_figures_can_be_drawn(language):
    made = found(GOOD, targets={"satisfaction": 59, "participation": "+1"})

    assert len(made.plot.front(language).axes) == 2
    assert len(made.plot.robustness(language).axes) == 3
