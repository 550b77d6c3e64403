"""Taking part: norms by type, points and what they displace, occasions, forms, hours."""

import numpy as np
import pytest

from sim.agents.places import BUILDINGS
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
    TEAM_DUTY,
    ParticipationNumbers,
    contribution_of,
    form_of,
    gain_of_answer,
    gain_of_voice,
    given_in_round,
    helpers_to_found,
    is_election,
    log_odds_of_voting,
    motive_from_points,
    occasion_of,
    pull_of_norm,
    share_of_ties_active,
    worth_of_size,
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


def test_occasions_come_up_by_their_chances_and_most_weeks_there_is_none():
    found = [occasion_of((k + 0.5) / 100, 0.1, 0.05, 0.2, 0.15, 0.03) for k in range(100)]
    kinds = (SPONTANEOUS, ASKED_BY_LEADER, NOTICE_OF_MEETING, ASKED_BY_CONTACT, TEAM_DUTY, NO_OCCASION)

    assert [found.count(kind) for kind in kinds] == [10, 5, 20, 15, 3, 47]


def test_another_kind_of_occasion_takes_nothing_from_those_before_it():
    draws = [(k + 0.5) / 100 for k in range(100)]
    without = [occasion_of(u, 0.1, 0.05, 0.2, 0.0, 0.0) for u in draws]
    with_contact = [occasion_of(u, 0.1, 0.05, 0.2, 0.3, 0.0) for u in draws]

    assert all(b in {a, ASKED_BY_CONTACT} for a, b in zip(without, with_contact, strict=True))
    assert all(a == NO_OCCASION for a, b in zip(without, with_contact, strict=True) if a != b)


def test_without_chances_there_is_no_occasion():
    assert occasion_of(1e-16, 0.0, 0.0, 0.0, 0.0, 0.0) == NO_OCCASION


def test_forms_come_up_by_their_shares_and_the_rest_are_ratings():
    found = [form_of((k + 0.5) / 100, 0.2, 0.35, 0.25) for k in range(100)]

    assert [found.count(form) for form in (DELIBERATE, VOLUNTEER, SELF_ORGANIZE, RATE)] == [20, 35, 25, 20]


# Elections ------------------------------------------------------------------------------------------------------------


NUMBERS = {name: np.array([one.value]) for name, one in process_entries("participation").items()}


def numbers(**chosen):
    """Numbers of the process for one community, by default those of the catalogue."""
    return ParticipationNumbers(*({**NUMBERS, **{name: np.array([one]) for name, one in chosen.items()}}.values()))


def voter(**traits):
    """One middling resident of 50 with these traits."""
    residents = new_residents(1)
    plain = {"age": 50, "education": 1, "trust": 0.5, "belonging": 0.5}
    for name, value in (plain | traits).items():
        residents[name][0] = value
    return residents


def leaning(**traits):
    return log_odds_of_voting(voter(**traits), 0, 0, numbers())


@pytest.mark.parametrize(("week", "due"), [(77, False), (78, True), (79, False), (337, False), (338, True)])
def test_a_committee_is_elected_first_at_the_set_week_and_then_every_term(week, due):
    assert is_election(week, 78.0, 260.0) == due


@pytest.mark.parametrize(
    "trait",
    [
        *({"age": 60}, {"party_member": True}, {"education": 2}, {"trust": 0.7}, {"belonging": 0.7}),
        *({"knows_committee": True}, {"habit": 0.5}),
    ],
)
def test_what_makes_one_vote(trait):
    assert leaning(**trait) > leaning()


def test_who_is_registered_elsewhere_votes_less():
    assert leaning(migrant=True) < leaning() - 1.0


def test_a_middling_resident_of_fifty_has_the_base_leaning():
    p = numbers(vote_education=0.0, vote_base=0.3)

    assert log_odds_of_voting(voter(), 0, 0, p) == pytest.approx(0.3)


# Deliberation ---------------------------------------------------------------------------------------------------------


def test_a_closed_procedure_gives_no_voice_and_an_open_one_all():
    assert gain_of_voice(0.05, 0.0) == 0.0
    assert gain_of_voice(0.05, 1.0) == 0.05


def test_a_refusal_is_felt_as_fair_where_the_procedure_is_open_and_as_dismissal_where_it_is_not():
    assert gain_of_answer(1.0, 0.03, 0.02) == 0.03
    assert gain_of_answer(0.0, 0.03, 0.02) == -0.02
    assert gain_of_answer(0.4, 0.03, 0.02) == pytest.approx(0.0)


# Groups ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("households", "helpers"), [(2, 3.0), (10, 4.0), (20, 8.0), (200, 8.0)])
def test_helpers_to_found_a_group_follow_the_building_between_a_least_and_what_is_enough(households, helpers):
    assert helpers_to_found(households, 0.4, 8.0, 3.0) == helpers


def test_the_worth_of_size_is_an_inverted_u_with_its_top_at_the_best():
    found = [worth_of_size(members, 8.0) for members in range(33)]

    assert found[0] == 0.0
    assert found[8] == 1.0
    assert found[:9] == sorted(found[:9])
    assert found[8:] == sorted(found[8:], reverse=True)


def test_what_each_type_gives_to_a_group():
    assert [contribution_of(UNCONDITIONAL, belief, 0.9, 0.0) for belief in (0.0, 1.0)] == [1.0, 1.0]
    assert [contribution_of(FREE_RIDER, belief, 0.9, 0.0) for belief in (0.0, 1.0)] == [0.0, 0.0]
    assert [contribution_of(CONDITIONAL, belief, 0.9, 0.0) for belief in (0.0, 1.0)] == [0.0, 0.9]
    assert [contribution_of(HUMP_SHAPED, belief, 0.9, 0.0) for belief in (0.0, 0.5, 1.0)] == [0.0, 0.5, 0.0]


@pytest.mark.parametrize("cooperation", [CONDITIONAL, FREE_RIDER, HUMP_SHAPED, UNCONDITIONAL])
def test_rules_hold_everybody_to_their_least(cooperation):
    assert contribution_of(cooperation, 0.1, 0.9, 0.4) == (1.0 if cooperation == UNCONDITIONAL else 0.4)


def test_contributions_decay_among_imperfect_conditional_cooperators_and_rules_stop_it():
    def after(rounds, held):
        given = 0.6
        for _ in range(rounds):
            types = [CONDITIONAL] * 11 + [FREE_RIDER] * 5 + [HUMP_SHAPED] * 2 + [UNCONDITIONAL] * 2
            given += 0.42 * (np.mean([contribution_of(one, given, 0.9, held) for one in types]) - given)
        return given

    assert after(4, 0.0) > after(10, 0.0)
    assert after(40, 0.0) < 0.4
    assert after(40, 0.5) > 0.5


def test_only_those_who_organised_lately_count_as_members():
    buildings = BUILDINGS.new(1)
    buildings.stop[0], buildings.group_given[0] = 3, 0.5
    residents = new_residents(3)
    residents.cooperation[:] = UNCONDITIONAL, FREE_RIDER, FREE_RIDER
    residents.organized[:] = 95, 90, 60

    assert given_in_round(residents, buildings, 0, numbers(group_held=0.0), 100) == 0.5
    residents.organized[:] = NEVER
    assert given_in_round(residents, buildings, 0, numbers(group_held=0.0), 100) == 0.0
