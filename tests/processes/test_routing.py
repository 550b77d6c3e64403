"""Intake: what goes astray, what an intake takes, what a group settles itself."""

import itertools

import pytest

from sim.needs_table import CATEGORIES, DISPUTES, ELDER_CARE, ENVIRONMENT, FACILITIES, PARKING, PROPERTY
from sim.processes.routing import chance_of_error, hours_for_intake, is_for_group


def test_needs_of_several_departments_go_astray_more_often():
    assert chance_of_error(False, 1.0, 0.1, 0.3, 0.3) == pytest.approx(0.1)
    assert chance_of_error(True, 1.0, 0.1, 0.3, 0.3) == pytest.approx(0.4)


def test_hurry_makes_errors():
    assert chance_of_error(False, 0.5, 0.1, 0.3, 0.3) == pytest.approx(0.25)


@pytest.mark.parametrize("several", [False, True])
def test_error_is_a_chance_and_something_always_arrives(several):
    grid = itertools.product((0.0, 0.5, 1.0), (0.0, 0.3), (0.0, 0.6), (0.0, 0.8))

    assert all(0.0 <= chance_of_error(several, *one) <= 0.95 for one in grid)


def test_without_error_and_hurry_nothing_goes_astray():
    assert chance_of_error(True, 0.35, 0.0, 0.0, 0.0) == 0.0


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
