"""Staged roll-out over communities, and what spills over through the offices that they share."""

import numpy as np
import pytest

from sim import Community, run, warm_up
from sim.agents.organizations import PARTY_UNIT, SEAT_UNIT, UNITS
from sim.processes.calendar import each_street
from tests.state import place

# Streets of four: the first four communities share departments, the fifth has others.
SCENARIO = place(*["village"] * 5, residents=200, weeks=39, parameters={"population.street_communities": 4.0})
FIRST, SECOND, _, _, FIFTH = SCENARIO.community_names
START = 14


@pytest.fixture(scope="module")
def runs():
    warm = warm_up(SCENARIO)

    def with_starts(**starts):
        spec = {"dose": 1.0, "starts": starts, "communities": list(starts)}
        return run(SCENARIO.replace(mechanisms={"satisfaction_assessment": spec}), warm=warm)

    return {
        "none": run(SCENARIO, warm=warm),
        "one": with_starts(**{FIRST: START}),
        "staged": with_starts(**{FIRST: 1, SECOND: START, FIFTH: 27}),
    }


def first_difference(one, other, community):
    """Week in which two runs first differ in a community; None if they never do."""
    differs = (one.history[:, community] != other.history[:, community]).any(axis=1)
    return int(np.argmax(differs)) + 1 if differs.any() else None


def test_each_community_starts_in_its_week(runs):
    for week, doses in ((1, [1, 0, 0, 0, 0]), (START, [1, 1, 0, 0, 0]), (27, [1, 1, 0, 0, 1])):
        assert runs["staged"].scenario.doses("satisfaction_assessment", week).tolist() == doses


def test_nothing_changes_anywhere_before_the_first_start(runs):
    assert first_difference(runs["one"], runs["none"], 0) == START


def test_a_neighbour_feels_it_through_shared_departments(runs):
    assert first_difference(runs["one"], runs["none"], 1) is not None
    assert first_difference(runs["one"], runs["none"], 1) > START


def test_who_shares_nothing_feels_nothing(runs):
    assert first_difference(runs["one"], runs["none"], 4) is None


def unit_hours(result, community):
    """Hours a week that the units of a community have for it."""
    first = result.model.communities.first_organization[community] + SEAT_UNIT
    return result.model.organizations.capacity[first : first + UNITS].sum()


@pytest.mark.parametrize("shared", [0.0, 0.2, 0.6])
def test_a_joint_committee_brings_units_hours_to_its_street_as_far_as_they_are_shared(shared):
    scenario = SCENARIO.replace(parameters=SCENARIO.parameters | {"matching.units_shared": shared})
    warm = warm_up(scenario)
    spec = {"dose": 1.0, "start": 1, "communities": [FIRST]}
    joint, none = run(scenario.replace(mechanisms={"joint_committee": spec}), warm=warm), run(scenario, warm=warm)
    gain = [unit_hours(joint, c) - unit_hours(none, c) for c in range(5)]

    assert gain[0] > 0.0
    # Without sharing a little is left: shared departments change how much the neighbours' units are called on.
    assert gain[1] == pytest.approx(sum(gain) * shared / 4.0, rel=0.3, abs=0.01)
    assert (min(gain[1:4]) > 0.01) == (shared > 0.0)
    assert first_difference(joint, none, 4) is None


def test_sharing_units_hours_neither_makes_nor_loses_any():
    model = Community(place("village", "old_neighbourhood", "village", residents=100))
    capacity, shares = model.organizations.capacity, np.array([0.0, 0.3, 0.6])
    units = np.flatnonzero(model.organizations.kind == PARTY_UNIT)
    capacity[units] = np.arange(units.size, dtype=float)
    before = capacity.copy()
    each_street(model.communities, model.organizations, shares)
    by_seat = [rows[units].reshape(3, UNITS) for rows in (before, capacity)]

    assert by_seat[1].sum(axis=0) == pytest.approx(by_seat[0].sum(axis=0))
    assert (by_seat[1] != by_seat[0]).any()
    assert (np.delete(capacity, units) == np.delete(before, units)).all()


def test_departments_try_harder_when_one_of_their_communities_assesses_them(runs):
    efforts = {}
    for name in ("none", "one"):
        model = runs[name].model
        efforts[name] = [model.organizations.effort[row] for row in model.communities.first_department]

    assert efforts["one"][1] > efforts["none"][1]
    assert efforts["one"][4] == efforts["none"][4]
