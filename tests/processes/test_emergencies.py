"""A shock's surge of needs and the staff hours it takes, as functions of the week."""

import numpy as np
import pytest

from sim import EmergencySpec, Scenario
from sim.emergency_kinds import emergency_kinds
from sim.needs_table import CATEGORIES
from sim.processes.emergencies import (
    called_since,
    chance_of_being_asked,
    chance_of_hearing,
    either,
    relief_of,
    surge_of,
)


def place(*shocks):
    return Scenario(emergencies=[EmergencySpec(**one) for one in shocks])


@pytest.mark.parametrize(("week", "lasts"), [(4, False), (5, True), (8, True), (9, False)])
def test_a_shock_lasts_from_its_start_for_its_weeks(week, lasts):
    factors, staff = surge_of(place({"kind": "epidemic", "start": 5, "weeks": 4}), week)

    assert (factors != 1.0).any() == lasts
    assert (staff > 0.0) == lasts


@pytest.mark.parametrize("kind", sorted(emergency_kinds()))
def test_at_strength_one_factors_and_staff_are_those_of_the_data(kind):
    data = emergency_kinds()[kind]
    factors, staff = surge_of(place({"kind": kind, "start": 1}), 1)

    assert factors.tolist() == [data.surge[name].value if name in data.surge else 1.0 for name in CATEGORIES]
    assert staff == min(0.9, data.staff.value)


def test_at_strength_zero_nothing_happens():
    factors, staff = surge_of(place({"kind": "flood", "start": 1, "strength": 0.0}), 1)

    assert (factors == 1.0).all()
    assert staff == 0.0


def test_strength_scales_what_exceeds_the_ordinary():
    weak, strong = (surge_of(place({"kind": "flood", "start": 1, "strength": s}), 1)[0] for s in (0.5, 2.0))

    assert strong - 1.0 == pytest.approx(4.0 * (weak - 1.0))


def test_an_emergency_never_takes_all_staff():
    assert surge_of(place({"kind": "epidemic", "start": 1, "strength": 5.0}), 1)[1] == 0.9


def test_shocks_that_overlap_multiply_their_surges_and_the_worst_takes_the_staff():
    one, two = {"kind": "epidemic", "start": 1}, {"kind": "flood", "start": 1}
    (first, staff_1), (second, staff_2) = (surge_of(place(shock), 1) for shock in (one, two))
    both, staff = surge_of(place(one, two), 1)

    assert both == pytest.approx(np.multiply(first, second))
    assert staff == max(staff_1, staff_2)


# The call -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("week", "since"), [(4, 4), (5, 5), (7, 5), (8, 5), (9, 7), (10, 7), (11, 11)])
def test_a_call_is_that_of_the_first_emergency_that_still_runs(week, since):
    shocks = place({"kind": "epidemic", "start": 5, "weeks": 4}, {"kind": "flood", "start": 7, "weeks": 4})

    assert called_since(shocks, week) == since


def test_either_of_two_chances():
    assert either(0.0, 0.3) == 0.3
    assert either(1.0, 0.3) == 1.0
    assert either(0.5, 0.5) == 0.75


def test_the_fewer_households_a_leader_has_the_more_are_asked():
    found = [chance_of_being_asked(60.0, households, 0.0, False, 0.0) for households in (30.0, 65.0, 300.0)]

    assert found == pytest.approx([1.0, 60.0 / 65.0, 0.2])


def test_plans_reach_whom_leaders_do_not():
    assert chance_of_being_asked(60.0, 300.0, 0.0, False, 0.5) == pytest.approx(0.6)


def test_a_pledged_unit_asks_its_members_only():
    assert chance_of_being_asked(60.0, 300.0, 0.5, True, 0.0) == pytest.approx(0.6)
    assert chance_of_being_asked(60.0, 300.0, 0.5, False, 0.0) == pytest.approx(0.2)


def test_who_is_neither_online_nor_tied_hears_nothing():
    assert chance_of_hearing(0.4, False, 0.01, 0) == 0.0
    assert chance_of_hearing(0.4, True, 0.01, 0) == 0.4
    assert chance_of_hearing(0.4, True, 0.01, 10) == pytest.approx(0.46)


# Relief of staff ------------------------------------------------------------------------------------------------------


def test_helpers_first_do_what_staff_cannot_get_round_to():
    freed, used = relief_of(100.0, 40.0, 3.0, 0.5, 0.6)

    assert freed == 0.0
    assert used == 100.0


def test_then_they_relieve_staff_up_to_what_can_be_taken_over_and_the_rest_is_left():
    assert relief_of(180.0, 40.0, 3.0, 0.5, 0.6) == (10.0, 180.0)
    freed, used = relief_of(1000.0, 40.0, 3.0, 0.5, 0.6)

    assert freed == pytest.approx(24.0)
    assert used == pytest.approx((80.0 + 24.0) / 0.5)


@pytest.mark.parametrize("hours", [0.0, 50.0, 500.0])
def test_helpers_never_give_more_than_they_have_and_need_no_staff_to_be_bound(hours):
    assert relief_of(hours, 0.0, 3.0, 0.5, 0.6) == (0.0, 0.0)
    assert relief_of(hours, 40.0, 3.0, 0.5, 0.6)[1] <= hours
