"""An open need becomes known: who speaks up, what patrols see, what neighbours notice."""

import pytest

from sim.processes.discovery import (
    chance_by_neighbours,
    chance_by_patrol,
    ease_of_visit,
    is_vulnerable,
    willingness_to_report,
)


def willing(**changes):
    """Willingness of a middling resident with an ordinary need."""
    asked = {
        "trust": 0.5,
        "efficacy": 0.5,
        "severity": 1,
        "base": 0.25,
        "hiding": 0.6,
        "per_severity": 0.5,
    } | changes
    return willingness_to_report(*asked.values())


def test_full_trust_and_middling_efficacy_report_at_the_base_rate():
    assert willing(trust=1.0) == pytest.approx(0.25)


def test_who_trusts_nobody_stays_silent_by_the_share_that_hides():
    assert willing(trust=0.0) == pytest.approx(0.4 * willing(trust=1.0))


@pytest.mark.parametrize("more", [{"trust": 0.9}, {"efficacy": 0.9}, {"severity": 2}, {"base": 0.3}, {"hiding": 0.1}])
def test_trust_efficacy_and_gravity_make_residents_speak_up(more):
    assert willing(**more) > willing()


def test_each_step_of_severity_presses_by_the_same_amount():
    assert willing(severity=3) - willing(severity=2) == pytest.approx(willing(severity=2) - willing(severity=1))


def test_nobody_reports_where_the_base_is_zero():
    assert willing(base=0.0) == 0.0


def test_fewer_households_for_each_leader_make_patrols_find_more():
    assert chance_by_patrol(8.0, 65.0, 0.5, 1.0) == pytest.approx(8.0 / 65.0 * 0.5)
    assert chance_by_patrol(8.0, 65.0, 0.5, 1.0) > chance_by_patrol(8.0, 300.0, 0.5, 1.0)


def test_a_household_is_visited_at_most_once_a_week():
    assert chance_by_patrol(500.0, 65.0, 0.5, 1.0) == 0.5


def test_a_patrol_cannot_see_what_is_invisible():
    assert chance_by_patrol(8.0, 65.0, 0.0, 2.0) == 0.0


def test_neighbours_tell_of_serious_needs_only():
    assert chance_by_neighbours(10, 0.002, 1) == 0.0
    assert chance_by_neighbours(10, 0.002, 2) == pytest.approx(0.02)
    assert chance_by_neighbours(10, 0.002, 3) == pytest.approx(0.04)


def test_who_knows_nobody_is_noticed_by_nobody_and_who_knows_all_is_still_missed_half_the_time():
    assert chance_by_neighbours(0, 0.02, 3) == 0.0
    assert chance_by_neighbours(10_000, 0.02, 3) == 0.5


@pytest.mark.parametrize(("age", "income", "found"), [(60, 2, True), (59, 0, True), (59, 1, False), (17, 2, False)])
def test_the_old_and_the_poor_are_vulnerable(age, income, found):
    assert is_vulnerable(age, income) == found


def test_a_visit_that_takes_no_time_keeps_nobody_away():
    assert all(ease_of_visit(0.0, age, 2.0, 1.0) == 1.0 for age in (10, 30, 65, 80))


def test_the_way_is_longest_for_the_frail_and_longer_for_those_at_work_than_for_the_retired():
    retired, working, frail = (ease_of_visit(0.5, age, 2.0, 1.0) for age in (65, 40, 80))

    assert retired == pytest.approx(1.0 / 1.5)
    assert working == pytest.approx(1.0 / 2.0)
    assert frail == pytest.approx(1.0 / 2.5)


@pytest.mark.parametrize(("age", "eased"), [(59, 0.5), (60, 2 / 3), (74, 2 / 3), (75, 0.4), (17, 2 / 3), (18, 0.5)])
def test_bands_of_access(age, eased):
    assert ease_of_visit(0.5, age, 2.0, 1.0) == pytest.approx(eased)
