"""What volunteering does to the one who does it: hours, wear, recognition, the role's begin and its rest."""

import math

import numpy as np
import pytest

from sim.acts import chance_of, give_hours, hours_for_act, median_hours_of, wear_of_hours
from sim.agents.residents import BY_NEIGHBOUR, NOT_ASKED, NOT_YET, ON_OWN, WAS_ASKED, new_residents
from sim.catalogue import numbers_of, process_entries
from sim.counters import BURNOUTS, COUNTERS, STARTED, STARTED_ASKED, VOLUNTEER_HOURS

BASE = {name: np.array([one.value]) for name, one in process_entries("participation").items()}


def numbers(**chosen):
    values = BASE | {name: np.array([one]) for name, one in chosen.items()}
    return numbers_of("participation")(*values.values())


def after(*acts, residents=None, **chosen):
    """One resident and the counts after some acts: (hours, by whom asked)."""
    residents, counts = new_residents(1) if residents is None else residents, np.zeros((1, len(COUNTERS)))
    for week, (hours, asked) in enumerate(acts, start=1):
        give_hours(residents, 0, hours, asked, numbers(**chosen), counts, 1, week)
    return residents, counts[0]


def test_no_log_odds_is_an_even_chance_and_odds_and_chance_agree():
    assert chance_of(0.0) == 0.5
    assert chance_of(math.log(3.0)) == pytest.approx(0.75)
    assert chance_of(-2.0) + chance_of(2.0) == pytest.approx(1.0)


@pytest.mark.parametrize(("log_odds", "chance"), [(-700.0, 0.0), (700.0, 1.0)])
def test_extreme_log_odds_neither_warn_nor_leave_the_scale(log_odds, chance):
    assert chance_of(log_odds) == pytest.approx(chance)


def test_a_middling_act_takes_the_median():
    assert hours_for_act(0.0, 2.0, 0.8, 10.0) == 2.0


def test_hours_are_skewed_to_the_right():
    assert hours_for_act(1.0, 2.0, 0.8, 200.0) - 2.0 > 2.0 - hours_for_act(-1.0, 2.0, 0.8, 200.0) > 0.0


@pytest.mark.parametrize("most", [0.0, 3.0])
def test_nobody_gives_more_than_the_most(most):
    assert hours_for_act(3.0, 2.0, 1.5, most) == most


def test_who_leans_to_take_part_stays_longer_and_who_does_not_less():
    assert median_hours_of(2.0, 0.6, 0.0) == 2.0
    assert median_hours_of(2.0, 0.6, 1.0) * median_hours_of(2.0, 0.6, -1.0) == pytest.approx(4.0)
    assert median_hours_of(2.0, 0.6, 1.0) > 3.0


def test_recognition_saves_wear_and_wear_is_never_more_than_there_is():
    assert wear_of_hours(4.0, 0.01, 0.0, 0.5) == 0.04
    assert wear_of_hours(4.0, 0.01, 1.0, 0.5) == 0.02
    assert wear_of_hours(4000.0, 0.01, 0.0, 0.5) == 1.0


@pytest.mark.parametrize(("first", "then", "began"), [(NOT_ASKED, BY_NEIGHBOUR, ON_OWN), (BY_NEIGHBOUR, 0, WAS_ASKED)])
def test_how_one_began_is_told_once(first, then, began):
    assert new_residents(1).first_asked[0] == NOT_YET

    residents, counts = after((1.0, first), (1.0, then))

    assert residents.first_asked[0] == began
    assert counts[STARTED] == 1.0
    assert counts[STARTED_ASKED] == (began == WAS_ASKED)


def test_hours_add_up():
    residents, counts = after((2.0, NOT_ASKED), (3.0, NOT_ASKED))

    assert residents.hours_given[0] == counts[VOLUNTEER_HOURS] == 5.0


def test_a_worn_volunteer_burns_out_once():
    residents, counts = after(*[(10.0, NOT_ASKED)] * 20, fatigue_per_hour=0.02)

    assert residents.resting[0]
    assert 0.5 <= residents.fatigue[0] <= 1.0
    assert counts[BURNOUTS] == 1.0


def test_recognition_keeps_zest_and_makes_habit():
    (thanked, _), (plain, _) = (after(*[(6.0, NOT_ASKED)] * 5, recognition=one) for one in (1.0, 0.0))

    assert thanked.fatigue[0] < plain.fatigue[0]
    assert thanked.habit[0] > plain.habit[0] == 0.0


@pytest.mark.parametrize(("registers", "registered"), [(0.0, False), (1.0, True)])
def test_helping_leads_to_the_register_by_chance_and_nobody_leaves_it(registers, registered):
    residents, _ = after((1.0, NOT_ASKED), registers=registers)

    assert residents.registered[0] == registered
    residents.registered[0] = True
    assert after((1.0, NOT_ASKED), residents=residents, registers=0.0)[0].registered[0]
