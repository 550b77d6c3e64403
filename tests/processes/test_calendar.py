"""What is due: hours of staff, how they ration and wear, effort that follows what is assessed."""

import numpy as np
import pytest

from sim.agents.organizations import COMMUNITIES, SEAT_DEPARTMENT, SEATS
from sim.processes.calendar import (
    CalendarNumbers,
    assessment_of,
    care_of,
    drift_of,
    each_meeting,
    each_supervision,
    effort_toward,
    links_fade,
    next_motivation,
    next_skill,
    paper_demanded,
    polished_share,
    pressure_of,
    pull_to_leave,
    quits_of,
    staff_hours_of,
)


def hours(**changes):
    """Staff hours of two full posts, a quarter of them on paper, unless changed."""
    asked = {
        "posts": 2.0,
        "filled": 1.0,
        "work_week": 40.0,
        "paper_share": 0.25,
        "listless": 0.5,
        "motivation": 1.0,
        "taken": 0.0,
    } | changes
    return staff_hours_of(*asked.values())


def test_motivated_staff_give_all_that_paperwork_leaves():
    assert hours() == pytest.approx(60.0)


def test_listless_staff_still_do_their_minimum():
    assert hours(motivation=0.0) == pytest.approx(30.0)


@pytest.mark.parametrize("nothing", [{"paper_share": 1.0}, {"taken": 1.0}, {"filled": 0.0}, {"posts": 0.0}])
def test_no_hours_are_left_when_paper_or_an_emergency_takes_all_or_nobody_is_there(nothing):
    assert hours(**nothing) == 0.0


@pytest.mark.parametrize("load", [0.0, 0.5, 1.0])
def test_who_is_not_overloaded_gives_each_matter_its_full_time(load):
    assert care_of(load, 0.35) == 1.0


@pytest.mark.parametrize("load", [1.25, 1.6, 2.0, 2.5])
def test_care_falls_as_one_over_load(load):
    assert care_of(load, 0.35) == pytest.approx(1.0 / load)


def test_care_never_falls_below_its_least():
    assert care_of(1e9, 0.35) == 0.35


def test_what_is_asked_for_fits_into_the_hours_as_long_as_care_may_fall():
    assert all(load * care_of(load, 0.1) <= 1.0 + 1e-12 for load in np.linspace(0.0, 10.0, 101))


def test_motivation_recovers_at_rest_and_wears_under_overload():
    assert next_motivation(0.5, 1.0, 0.02, 0.05) == pytest.approx(0.51)
    assert next_motivation(0.5, 3.0, 0.02, 0.05) == pytest.approx(0.46)


def test_motivation_stays_a_share_under_any_load_that_the_model_allows():
    grid = [next_motivation(m, load, 0.1, 0.2) for m in np.linspace(0, 1, 11) for load in np.linspace(0, 6, 13)]

    assert min(grid) >= 0.0
    assert max(grid) <= 1.0


def test_full_motivation_needs_no_rest():
    assert next_motivation(1.0, 0.5, 0.02, 0.05) == 1.0


def test_over_a_year_the_yearly_rate_of_staff_leave():
    assert 52.0 * quits_of(0.1, 2.0, 1.0) == pytest.approx(0.1)
    assert 52.0 * quits_of(0.1, 2.0, 2.0) == pytest.approx(0.3)


def test_not_more_than_all_staff_can_leave():
    assert quits_of(50.0, 6.0, 6.0) == 1.0


def test_effort_goes_from_its_floor_to_full_with_what_is_assessed():
    assert effort_toward(0.0, 0.3, 0.0) == pytest.approx(0.3)
    assert effort_toward(0.5, 0.3, 0.0) == pytest.approx(0.65)
    assert effort_toward(1.0, 0.3, 0.0) == pytest.approx(1.0)


def test_drift_lowers_effort():
    assert effort_toward(0.5, 0.3, 0.1) == pytest.approx(0.55)


@pytest.mark.parametrize(("assessed", "drift", "bound"), [(1.5, 0.0, 1.0), (0.0, 0.9, 0.0)])
def test_effort_stays_a_share(assessed, drift, bound):
    assert effort_toward(assessed, 0.3, drift) == bound


def test_links_fade_to_faint_acquaintance_and_no_further():
    links = np.full((1, 2, 2), 0.9)
    for _ in range(200):
        links_fade(links, np.array([0.1]), np.array([0.8]))

    assert links == pytest.approx(0.1)


def test_pay_and_prospects_keep_staff():
    assert pull_to_leave(1.0, 0.0, 0.8, 0.5) == 1.0
    assert pull_to_leave(1.1, 0.0, 0.8, 0.5) == pytest.approx(0.92)
    assert pull_to_leave(1.0, 0.4, 0.8, 0.5) == pytest.approx(0.8)


def test_lower_pay_drives_staff_away_and_no_pay_keeps_more_than_all():
    assert pull_to_leave(0.8, 0.0, 0.8, 0.5) > 1.0
    assert pull_to_leave(3.0, 0.0, 0.8, 0.5) == 0.0


def skill(**changes):
    """Mean skill after a week in which nobody leaves, joins or learns, unless changed."""
    asked = {
        "skill": 0.6,
        "filled": 0.9,
        "quits": 0.0,
        "promoted": 0.0,
        "hired": 0.0,
        "newcomer": 0.2,
        "learning": 0.0,
    } | changes
    return next_skill(*asked.values())


def test_who_quits_is_like_the_rest_so_that_the_mean_stays():
    assert skill() == pytest.approx(0.6)
    assert skill(quits=0.3) == pytest.approx(0.6)


def test_newcomers_lower_the_mean_by_their_share():
    assert skill(filled=0.75, hired=0.25) == pytest.approx(0.5)


def test_promotion_takes_the_better_ones():
    assert skill(promoted=0.1) == pytest.approx((0.6 - 0.1 * 0.8) / 0.9)


def test_who_stays_learns_part_of_what_is_missing():
    assert skill(learning=0.25) == pytest.approx(0.7)


def test_where_nobody_is_left_all_begin_anew():
    assert skill(quits=1.0) == 0.2
    assert skill(quits=1.0, hired=0.5) == pytest.approx(0.2)


def test_skill_stays_a_share():
    found = [
        skill(skill=s, quits=q, promoted=min(m, 1.0 - q), hired=h, learning=k)
        for s in (0.0, 0.5, 1.0)
        for q in (0.0, 0.5, 1.0)
        for m in (0.0, 0.5, 1.0)
        for h in (0.0, 0.3)
        for k in (0.0, 2.0)
    ]

    assert min(found) >= 0.0
    assert max(found) <= 1.0


def test_effort_drifts_the_further_the_longer_nobody_looked_up_to_twice():
    assert [drift_of(0.05, weeks) for weeks in (0, 13, 26, 52, 500)] == pytest.approx([0.0, 0.025, 0.05, 0.1, 0.1])


def test_paperwork_follows_what_is_assessed():
    assert paper_demanded(0.5, 0.0, 0.3) == 0.5
    assert paper_demanded(0.5, 1.0, 0.3) == paper_demanded(0.5, 1.4, 0.3) == pytest.approx(0.35)
    assert paper_demanded(0.5, 0.35, 0.0) == 0.5


def test_answers_are_polished_in_proportion_to_what_the_survey_weighs():
    assert polished_share(0.2, 0.0) == 0.0
    assert polished_share(0.2, 0.5) == pytest.approx(0.1)
    assert polished_share(0.9, 1.5) == 1.0


def test_a_year_assessed_on_records_passes_whatever_residents_say():
    assert assessment_of(0.0, 0.1, 0.4, 0.4) == 1.0
    assert assessment_of(1.0, 0.1, 0.4, 0.4) == pytest.approx(0.1)
    assert assessment_of(0.5, 0.6, 0.2, 0.4) == pytest.approx(0.55)


def test_only_a_result_below_the_mark_presses():
    assert pressure_of(0.9, 0.85, 0.3) == 0.0
    assert pressure_of(0.65, 0.85, 0.3) == pytest.approx(0.06)


def calendar_numbers(count, **values):
    table = CalendarNumbers(*np.zeros((len(CalendarNumbers.names), count)))
    for name, value in values.items():
        table[name][:] = value
    return table


def test_meetings_and_supervision_happen_as_often_as_they_should():
    communities = COMMUNITIES.new(2000)
    links = np.zeros((2000, SEATS, SEATS))
    p = calendar_numbers(2000, meetings_held=0.7, supervision=0.2)
    each_meeting(communities, links, p, np.full(2000, 0.1), 5, 39)
    each_supervision(communities, p, 5, 26)

    assert (communities.met == 39).mean() == pytest.approx(0.7, abs=0.04)
    assert (communities.looked == 26).mean() == pytest.approx(0.2, abs=0.04)
    table = links[communities.met == 39]
    assert links[communities.met != 39].max() == 0.0
    assert table[:, 0, SEAT_DEPARTMENT - 1] == pytest.approx(0.1)
    assert (table == table.transpose(0, 2, 1)).all()


@pytest.mark.parametrize(("chance", "expected"), [(0.0, 0), (1.0, 39)])
def test_at_the_ends_no_meeting_or_every_meeting_is_held(chance, expected):
    communities = COMMUNITIES.new(50)
    p = calendar_numbers(50, meetings_held=chance)
    each_meeting(communities, np.zeros((50, SEATS, SEATS)), p, np.zeros(50), 5, 39)

    assert (communities.met == expected).all()
