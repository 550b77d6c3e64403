"""Intake: what goes astray, what an intake takes, whose turn it is, what a group settles itself."""

import itertools

import numpy as np
import pytest

from sim import Community
from sim.agents.organizations import DEPARTMENTS
from sim.counters import BOUNCED, COUNTERS, HANDED_OVER, WASTED_HOURS
from sim.needs_table import (
    CATEGORIES,
    DISPUTES,
    ELDER_CARE,
    ENVIRONMENT,
    FACILITIES,
    GROUP,
    PARKING,
    PROPERTY,
    RESOLVED,
)
from sim.processes.routing import (
    chance_after_returns,
    chance_of_error,
    hours_for_intake,
    is_for_group,
    owner_of,
    wrong_address,
)
from tests.state import place

FIRST, PROPERTY_COMPANY = 20, 3  # row of a street's first department, and of an office in a community


def test_needs_of_several_departments_go_astray_more_often():
    assert chance_of_error(False, 1.0, 0.1, 0.3, 0.3, 0.5, 0.5) == pytest.approx(0.1)
    assert chance_of_error(True, 1.0, 0.1, 0.3, 0.3, 0.5, 0.5) == pytest.approx(0.4)


def test_hurry_makes_errors():
    assert chance_of_error(False, 0.5, 0.1, 0.3, 0.3, 0.5, 0.5) == pytest.approx(0.25)


@pytest.mark.parametrize("several", [False, True])
def test_error_is_a_chance_and_something_always_arrives(several):
    grid = itertools.product((0.0, 0.5, 1.0), (0.0, 0.3), (0.0, 0.6), (0.0, 0.8), (0.0, 1.0), (0.0, 1.0))

    assert all(0.0 <= chance_of_error(several, *one) <= 0.95 for one in grid)


def test_experience_saves_errors_but_not_those_of_hurry():
    novice, expert = (chance_of_error(True, 1.0, 0.1, 0.3, 0.3, skill, 0.5) for skill in (0.0, 1.0))

    assert novice == pytest.approx(0.4 * 1.25)
    assert expert == pytest.approx(0.4 * 0.75)
    assert chance_of_error(False, 0.5, 0.0, 0.0, 0.3, 1.0, 0.5) == pytest.approx(0.15)


def test_without_error_and_hurry_nothing_goes_astray():
    assert chance_of_error(True, 0.35, 0.0, 0.0, 0.0, 0.1, 0.5) == 0.0


def test_each_return_leaves_part_of_the_chance_of_another_error():
    assert chance_after_returns(0.4, 0, 0.5) == 0.4
    assert chance_after_returns(0.4, 3, 0.5) == pytest.approx(0.05)
    assert chance_after_returns(0.4, 9, 0.0) == 0.4


def test_a_wrong_address_is_any_department_that_has_not_returned_it_and_is_not_the_right_one():
    right, returned = FIRST + 2, 1 << 0 | 1 << 5
    found = {wrong_address((k + 0.5) / 60, right, FIRST, returned) for k in range(60)}

    assert found == {FIRST + 1, FIRST + 3, FIRST + 4, FIRST + 6}


def test_an_office_of_the_community_leaves_all_departments_as_wrong_addresses():
    found = {wrong_address((k + 0.5) / 70, PROPERTY_COMPANY, FIRST, 0) for k in range(70)}

    assert found == set(range(FIRST, FIRST + DEPARTMENTS))


def test_when_all_others_have_returned_it_only_the_right_address_is_left():
    assert wrong_address(0.7, FIRST + 2, FIRST, 127 - (1 << 2)) == FIRST + 2


@pytest.mark.parametrize(
    ("simple", "by_hotline", "hours"), [(True, True, 0.0), (True, False, 0.35), (False, True, 1.5), (False, False, 1.5)]
)
def test_the_hotline_answers_questions_without_the_communitys_hours(simple, by_hotline, hours):
    assert hours_for_intake(simple, by_hotline, 1.5, 0.35) == hours


def test_groups_settle_small_matters_of_the_building_only():
    settled = {c for c in range(len(CATEGORIES)) if is_for_group(c, 1)}

    assert settled == {PROPERTY, ENVIRONMENT, FACILITIES, PARKING}
    assert not is_for_group(DISPUTES, 1)
    assert not is_for_group(ELDER_CARE, 1)


@pytest.mark.parametrize(("severity", "found"), [(1, True), (2, True), (3, False)])
def test_urgent_matters_are_beyond_a_group(severity, found):
    assert is_for_group(FACILITIES, severity) == found


@pytest.mark.parametrize("lead", [FIRST, FIRST + 3, FIRST + DEPARTMENTS - 1, PROPERTY_COMPANY])
def test_the_office_in_charge_has_the_first_turn_and_no_other_has_two(lead):
    for u in (1e-16, 0.3, 0.77, 1.0 - 1e-16):
        owners = [owner_of(turn, lead, FIRST, u) for turn in range(DEPARTMENTS)]

        assert owners[0] == lead
        assert len(set(owners)) == DEPARTMENTS
        assert set(owners[1:]) <= set(range(FIRST, FIRST + DEPARTMENTS))


def test_any_other_department_may_be_the_second_owner():
    lead = FIRST + 2
    found = {owner_of(1, lead, FIRST, (k + 0.5) / 60) for k in range(60)}

    assert found == set(range(FIRST, FIRST + DEPARTMENTS)) - {lead}


# The week -------------------------------------------------------------------------------------------------------------


class World:
    """A year in two communities, in which only what is given makes needs go astray."""

    def __init__(self, error=0.0, error_several=0.0, delay=1.0, owners=2.0, learns=0.5):
        model = Community(place(residents=300), keep_needs=True)
        routing = model.numbers.routing
        routing.error[:], routing.error_several[:], routing.hurry[:] = error, error_several, 0.0
        routing.delay_several[:], routing.learns[:] = delay, learns
        model.numbers.service.owners[:] = owners
        self.counts = np.zeros(len(COUNTERS))
        for _ in range(52):
            model.step()
            self.counts += model.counts.sum(axis=0)
        self.model, self.needs = model, model.needs[: int(model.index.used[0])]
        self.resolved = self.needs.state == RESOLVED
        self.several = self.needs.several & (self.needs.provider != GROUP) & ~self.needs.reopened

    def weeks(self, which=True):
        """Mean weeks from known to resolved."""
        needs = self.needs[self.resolved & which]
        return (needs.closed - needs.known).mean()


@pytest.fixture(scope="module")
def smooth():
    return World()


@pytest.fixture(scope="module")
def astray():
    return World(error=0.5, error_several=0.2)


def test_where_nothing_goes_astray_nothing_bounces(smooth):
    assert smooth.counts[BOUNCED] == 0.0
    assert (smooth.needs.bounces == 0).all()


def test_bounces_cost_weeks_staff_hours_and_trust(smooth, astray):
    practical = [~world.needs.simple for world in (astray, smooth)]

    assert astray.weeks(practical[0]) > smooth.weeks(practical[1]) + 1.0
    assert astray.counts[WASTED_HOURS] > smooth.counts[WASTED_HOURS]
    assert astray.model.communities.load.mean() > smooth.model.communities.load.mean()
    assert astray.model.residents.trust.mean() < smooth.model.residents.trust.mean()


def test_no_department_sends_the_same_need_back_twice(astray):
    returned = np.array([int(one).bit_count() for one in astray.needs.returned])

    assert (returned == astray.needs.bounces).all()
    assert returned.max() > 1


def test_intake_learns_from_what_comes_back(astray):
    deaf = World(error=0.5, error_several=0.2, learns=0.0)

    assert (deaf.needs.bounces > 1).sum() > 1.3 * (astray.needs.bounces > 1).sum()


def test_a_need_is_resolved_only_when_each_owner_has_done_its_part(smooth):
    left = smooth.needs.owners_left[smooth.several]

    assert set(left) == {0, 1}
    assert (smooth.needs.owners_left[smooth.resolved] == 0).all()
    assert smooth.counts[HANDED_OVER] >= (smooth.several & smooth.resolved).sum() > 0


def test_parts_of_a_need_add_up_to_the_whole(smooth):
    waiting = smooth.several & (smooth.needs.attempts == 0) & (smooth.needs.routed >= 0) & ~smooth.resolved

    assert waiting.any()
    assert (smooth.needs.work_left[waiting] <= smooth.needs.work[waiting] / 2.0).all()


def test_more_owners_take_longer_and_hand_over_more_often(smooth):
    three = World(owners=3.0)

    assert three.weeks(three.several) > smooth.weeks(smooth.several) + 1.0
    assert three.counts[HANDED_OVER] > smooth.counts[HANDED_OVER]


def test_departments_that_agree_at_once_save_the_weeks_of_each_part(smooth):
    at_once = World(delay=0.0)

    assert at_once.weeks(at_once.several) < smooth.weeks(smooth.several) - 1.0
