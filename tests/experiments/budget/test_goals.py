"""What a planner asks, in printed units."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.budget.goals import Asked, balance, read_budget, read_levers, read_targets, read_uncertainties
from sim.errors import InputError
from sim.mechanisms import mechanisms
from sim.scenario import Scenario


def test_a_bare_number_is_yuan():
    assert read_budget(60) == {"yuan": 60.0}


def test_targets_are_levels_in_printed_units_or_gains():
    level, gain = read_targets({"satisfaction": 62, "participation": "+3"})

    assert (level.value, level.is_gain) == (pytest.approx(0.62), False)
    assert (gain.value, gain.is_gain) == (pytest.approx(0.03), True)


def test_less_is_better_where_it_is():
    (days,) = read_targets({"days_to_resolve": 20})

    assert days.margin(np.array([15.0, 25.0]), np.array([30.0, 30.0])).tolist() == [5.0, -5.0]


def test_what_a_target_is_about_becomes_an_objective():
    assert Asked.of(60, ["participation"], {"satisfaction": 62}).objectives == ["participation", "satisfaction"]


def test_mechanisms_in_force_stay_out_of_the_search():
    levers = read_levers(None, Scenario(mechanisms={"three_lists": 1.0}), (1.0,))

    assert set(levers) == set(mechanisms()) - {"three_lists"}


def test_balance_is_the_least_share_of_what_can_be_gained():
    gains = np.array([[0.0, 0.0], [4.0, 1.0], [2.0, 2.0], [9.0, 9.0]])

    found = balance(gains, np.array([True, True, True, False]))

    assert found[:3] == pytest.approx([0.0, 0.5, 0.5])
    assert found[2] == pytest.approx(found[1])
    assert balance(np.array([[0.0], [-1.0]]), np.array([True, True])) == pytest.approx([0.0, -1.0])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: read_targets({"satisfaction": 0.62}), "write 62 instead"),
        (lambda: read_targets({"satisfacton": 62}), "did you mean 'satisfaction'"),
        (lambda: read_targets({"satisfaction": "much"}), "must be a number"),
        (lambda: read_targets({"service_yuan": 5}), "no target"),
        (lambda: Asked.of({"yuan": "x"}, ["trust"]), "budget.yuan"),
        (lambda: Asked.of({"participation": 5}, ["trust"]), "cannot be a budget"),
        (lambda: Asked.of(60, "trust"), "must be a list"),
        (lambda: read_levers(["three_list"], Scenario(), (1.0,)), "did you mean 'three_lists'"),
        (lambda: read_levers(["three_lists"], Scenario(mechanisms={"three_lists": 1.0}), (1.0,)), "already"),
        (lambda: read_levers([], Scenario(), (1.0,)), "none to choose from"),
        (lambda: read_levers(None, Scenario(), (0.0,)), "doses"),
        (lambda: read_uncertainties("grade D"), "'grades D'"),
    ],
)
def test_what_makes_no_sense_is_refused(call, said):
    with pytest.raises(InputError, match=said):
        call()


def test_uncertainties_are_grades_names_or_a_table():
    assert read_uncertainties("grades CD") == {"numbers": ["*"], "grades": "CD"}
    assert read_uncertainties(["needs.*"]) == {"numbers": ["needs.*"]}
    assert read_uncertainties(None) == {}
