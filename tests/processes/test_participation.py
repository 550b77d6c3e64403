"""Taking part: norms by type, points and what they displace, occasions, forms, hours."""

import math

import numpy as np
import pytest

from sim.agents.residents import (
    CONDITIONAL,
    DELIBERATE,
    FREE_RIDER,
    HUMP_SHAPED,
    NEVER,
    RATE,
    SELF_ORGANIZE,
    UNCONDITIONAL,
    VOLUNTEER,
    new_residents,
)
from sim.agents.ties import FRIEND, Ties
from sim.catalogue import process_entries
from sim.network import add_tie
from sim.processes.participation import (
    ASKED_BY_CONTACT,
    ASKED_BY_LEADER,
    NO_OCCASION,
    NOTICE_OF_MEETING,
    SPONTANEOUS,
    chance_of,
    form_of,
    hours_for_act,
    motive_from_points,
    occasion_of,
    pull_of_norm,
    share_of_ties_active,
)

SHARES = [k / 20 for k in range(21)]
USUAL = 0.25


def points_motive(points, cooperation=UNCONDITIONAL, disposition=0.0):
    """Log-odds from points by the numbers of the catalogue."""
    gain, crowding, onset = (
        process_entries("participation")[name].value for name in ("points_gain", "crowding", "onset")
    )
    return motive_from_points(points, cooperation, disposition, gain, crowding, onset)


def pulls(cooperation):
    return [pull_of_norm(cooperation, share, USUAL) for share in SHARES]


# Norms ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cooperation", [CONDITIONAL, FREE_RIDER, HUMP_SHAPED, UNCONDITIONAL])
def test_a_norm_pulls_between_minus_one_and_one(cooperation):
    assert all(-1.0 <= one <= 1.0 for one in pulls(cooperation))


def test_conditional_cooperators_follow_what_more_than_the_usual_share_does():
    found = pulls(CONDITIONAL)

    assert found == sorted(found)
    assert pull_of_norm(CONDITIONAL, USUAL, USUAL) == 0.0
    assert found[0] < 0.0 < found[-1]


def test_hump_shaped_cooperators_follow_up_to_a_half_and_then_lean_back():
    found = pulls(HUMP_SHAPED)

    assert found[:11] == sorted(found[:11])
    assert found[10:] == sorted(found[10:], reverse=True)
    assert found[10] == 1.0
    assert found[0] == found[-1] == -1.0


@pytest.mark.parametrize(("cooperation", "pull"), [(FREE_RIDER, -1.0), (UNCONDITIONAL, 1.0)])
def test_free_riders_and_helpers_do_not_read_others(cooperation, pull):
    assert set(pulls(cooperation)) == {pull}


def test_the_visible_share_counts_ties_who_took_part_in_the_last_quarter():
    residents = new_residents(5)
    residents.took_part[1:] = 100, 88, 87, NEVER
    ties = Ties(
        np.arange(6, dtype=np.int64) * 4,
        np.zeros(5, np.int16),
        np.zeros(20, np.int32),
        np.zeros(20, np.int8),
        np.zeros(20, np.int16),
    )
    alone = share_of_ties_active(residents, ties, 0, 100)
    for other in range(1, 5):
        add_tie(ties, 0, other, FRIEND, 0)

    assert alone == 0.0
    assert share_of_ties_active(residents, ties, 0, 100) == 0.5


# Points ---------------------------------------------------------------------------------------------------------------


def test_without_points_there_is_no_motive_from_them():
    assert points_motive(0.0) == 0.0
    assert points_motive(0.0, FREE_RIDER) == 0.0


def test_for_those_who_help_anyway_few_points_are_worse_than_none_and_many_better():
    assert points_motive(0.1) < 0.0 < points_motive(1.0)


def test_the_effect_of_points_on_helpers_falls_and_then_rises():
    found = [points_motive(points) for points in SHARES]
    lowest = int(np.argmin(found))

    assert 0 < lowest < len(SHARES) - 1
    assert found[: lowest + 1] == sorted(found[: lowest + 1], reverse=True)
    assert found[lowest:] == sorted(found[lowest:])


@pytest.mark.parametrize("disposition", [-1.0, 0.0, 2.0])
def test_free_riders_have_no_intrinsic_motive_to_crowd_out(disposition):
    found = [points_motive(points, FREE_RIDER, disposition) for points in SHARES]

    assert found == sorted(found)
    assert min(found) == 0.0


@pytest.mark.parametrize("cooperation", [CONDITIONAL, HUMP_SHAPED])
def test_of_the_others_those_with_a_disposition_to_help_are_crowded_out(cooperation):
    assert points_motive(0.1, cooperation, 0.5) < 0.0 < points_motive(0.1, cooperation, -0.5)


# Occasions, forms, hours ----------------------------------------------------------------------------------------------


def test_no_log_odds_is_an_even_chance_and_odds_and_chance_agree():
    assert chance_of(0.0) == 0.5
    assert chance_of(math.log(3.0)) == pytest.approx(0.75)
    assert chance_of(-2.0) + chance_of(2.0) == pytest.approx(1.0)


@pytest.mark.parametrize(("log_odds", "chance"), [(-700.0, 0.0), (700.0, 1.0)])
def test_extreme_log_odds_neither_warn_nor_leave_the_scale(log_odds, chance):
    assert chance_of(log_odds) == pytest.approx(chance)


def test_occasions_come_up_by_their_chances_and_most_weeks_there_is_none():
    found = [occasion_of((k + 0.5) / 100, 0.1, 0.05, 0.2, 0.15) for k in range(100)]
    kinds = (SPONTANEOUS, ASKED_BY_LEADER, NOTICE_OF_MEETING, ASKED_BY_CONTACT, NO_OCCASION)

    assert [found.count(kind) for kind in kinds] == [10, 5, 20, 15, 50]


def test_another_kind_of_occasion_takes_nothing_from_those_before_it():
    draws = [(k + 0.5) / 100 for k in range(100)]
    without = [occasion_of(u, 0.1, 0.05, 0.2, 0.0) for u in draws]
    with_contact = [occasion_of(u, 0.1, 0.05, 0.2, 0.3) for u in draws]

    assert all(b in {a, ASKED_BY_CONTACT} for a, b in zip(without, with_contact, strict=True))
    assert all(a == NO_OCCASION for a, b in zip(without, with_contact, strict=True) if a != b)


def test_without_chances_there_is_no_occasion():
    assert occasion_of(1e-16, 0.0, 0.0, 0.0, 0.0) == NO_OCCASION


def test_forms_come_up_by_their_shares_and_the_rest_are_ratings():
    found = [form_of((k + 0.5) / 100, 0.2, 0.35, 0.25) for k in range(100)]

    assert [found.count(form) for form in (DELIBERATE, VOLUNTEER, SELF_ORGANIZE, RATE)] == [20, 35, 25, 20]


def test_a_middling_act_takes_the_median():
    assert hours_for_act(0.0, 2.0, 0.8, 10.0) == 2.0


def test_hours_are_skewed_to_the_right():
    assert hours_for_act(1.0, 2.0, 0.8, 200.0) - 2.0 > 2.0 - hours_for_act(-1.0, 2.0, 0.8, 200.0) > 0.0


@pytest.mark.parametrize("most", [0.0, 3.0])
def test_nobody_gives_more_than_the_most(most):
    assert hours_for_act(3.0, 2.0, 1.5, most) == most
