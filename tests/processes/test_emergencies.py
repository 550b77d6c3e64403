"""A shock's surge of needs and the staff hours it takes, as functions of the week."""

import numpy as np
import pytest

from sim import EmergencySpec, Scenario
from sim.emergency_kinds import emergency_kinds
from sim.needs_table import CATEGORIES
from sim.processes.emergencies import surge_of


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
