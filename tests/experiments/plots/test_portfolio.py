"""The front as a figure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.analyses.pareto import Goals, pareto_front
from experiments.plots import style
from experiments.plots.portfolio import MOST_ROWS, _thinned, budget_in_words, draw_portfolio, goal_label

GOALS = Goals(objectives={"participation": "max", "trust@village": "max"}, budget={"yuan": 10.0})
LEVERS = {"three_lists": "Lists", "micro_grid": "Grid"}


@pytest.fixture
def front():
    """Lists help participation, the grid helps trust; both at once are beyond the budget."""
    points = [(a, b, replication) for a in (0.0, 0.5, 1.0) for b in (0.0, 1.0) for replication in range(4)]
    table = pd.DataFrame(points, columns=["three_lists", "micro_grid", "replication"]).assign(future=0)
    luck = np.random.default_rng(1).normal(0, 0.001, len(table))
    table["participation"] = 0.3 + 0.2 * table["three_lists"] + luck
    table["trust@village"] = 0.5 + 0.1 * table["micro_grid"] - luck
    table["yuan"] = 4.0 + 5.0 * table["three_lists"] + 4.0 * table["micro_grid"]
    return pareto_front(table, list(LEVERS), GOALS)


@pytest.mark.parametrize("language", ["en", "zh_hans", "zh_hant"])
def test_the_front_has_a_row_of_doses_for_each_point_and_marks_the_compromise(front, language):
    with style.house_style("en"):
        figure = draw_portfolio(front, LEVERS, GOALS, language)
    left, right = figure.axes

    assert len(right.get_yticklabels()) == front["front"].sum() == 2
    assert [tick.get_color() for tick in right.get_yticklabels()].count(style.BAD) == front["knee"].sum() == 1
    assert left.get_ylabel().startswith(goal_label("participation", GOALS, language))


def test_one_goal_can_be_drawn(front):
    with style.house_style("en"):
        assert len(draw_portfolio(front, LEVERS, Goals(objectives={"participation": "max"}), "en").axes) == 2


def test_a_long_front_is_thinned_but_keeps_the_compromise():
    chosen = pd.DataFrame({"knee": [at == 31 for at in range(100)]})

    assert MOST_ROWS <= len(_thinned(chosen)) <= MOST_ROWS + 1
    assert _thinned(chosen)["knee"].sum() == 1


def test_goals_are_named_in_words():
    regret = Goals(objectives=GOALS.objectives, budget=GOALS.budget, robust="regret")

    assert goal_label("trust@village", GOALS, "en") == "Trust, Village"
    assert goal_label("participation", regret, "en") == "Regret: Participation"
    assert budget_in_words(regret, "en") == "Cost at most 10.0 yuan a year for each resident"
    assert budget_in_words(Goals(objectives=GOALS.objectives), "en") == "none"
