"""Needs and resources: the value of a match, whom one happens to know, which offer fits best."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from sim.agents.organizations import ORGANIZATIONS, SEAT_DEPARTMENT, SEATS
from sim.processes.matching import (
    FIRST_OFFER,
    OFFERS,
    VOLUNTEER_SEAT,
    acquainted_offer,
    nearness_of,
    next_by_regret,
    referred_offer,
    seat_of,
    staleness_of,
    timeliness_of,
    value_of_match,
    value_of_project,
)


def offers(**free):
    """Free hours by offer: ``offer_<k>=hours``; the others have none."""
    hours = np.zeros(OFFERS + 1)
    for name, value in free.items():
        hours[int(name.rpartition("_")[2])] = value
    return hours


def known(**strength):
    """Links of the committee to the seats that offer: ``offer_<k>=strength``."""
    links = np.zeros(SEATS)
    for name, value in strength.items():
        links[FIRST_OFFER + int(name.rpartition("_")[2])] = value
    return links


def skilled(**skill):
    """Organisations with this skill in category 0, in the order of offers."""
    table = ORGANIZATIONS.new(OFFERS)
    for name, value in skill.items():
        table.skill[int(name.rpartition("_")[2]), 0] = value
    return table


def test_a_match_is_worth_its_skill_where_hours_suffice():
    assert value_of_match(0.6, 20.0, 10.0) == 0.6


def test_a_match_is_worth_less_where_hours_cover_part_of_the_work():
    assert value_of_match(0.6, 2.5, 10.0) == pytest.approx(0.15)


@pytest.mark.parametrize("hours", [0.0, -3.0])
def test_who_has_no_hours_is_worth_nothing(hours):
    assert value_of_match(0.9, hours, 10.0) == 0.0


def test_work_that_is_all_but_done_does_not_divide_by_zero():
    assert value_of_match(0.6, 1.0, 0.0) == 0.6


def test_who_is_free_at_once_is_timely_and_who_is_booked_out_is_not():
    assert timeliness_of(80.0, 10.0, 0.0, 8.0) == 1.0
    assert timeliness_of(80.0, 10.0, 80.0, 8.0) == pytest.approx(0.5)
    assert timeliness_of(40.0, 10.0, 40.0, 8.0) == pytest.approx(0.5)
    assert timeliness_of(5.0, 0.0, 1.0, 8.0) == 0.0


def test_distance_takes_up_to_its_share_of_a_match():
    assert nearness_of(0.3, 0.3, 0.2) == 1.0
    assert nearness_of(0.0, 1.0, 0.2) == pytest.approx(0.8)
    assert nearness_of(0.75, 0.25, 0.2) == nearness_of(0.25, 0.75, 0.2) == pytest.approx(0.9)


def test_a_pair_is_worth_the_product_of_its_parts():
    assert value_of_project(0.6, 0.25, 2, 0.5, 0.9) == pytest.approx(0.54)


def test_an_offer_that_hardly_fits_is_no_offer_however_grave_the_need():
    assert value_of_project(0.25, 0.25, 3, 1.0, 1.0) == 0.0


def test_lists_are_fresh_after_a_meeting_and_stale_by_their_rate_after_a_quarter():
    assert staleness_of(0.3, 0) == 0.0
    assert staleness_of(0.3, 13) == pytest.approx(0.3)
    assert staleness_of(0.3, 26) == pytest.approx(1.0 - 0.7**2)


def assigned(values):
    """Pairs in the order in which they are chosen, each offer taking one need."""
    values, pairs = values.copy(), []
    k, offer = next_by_regret(values, len(values))
    while k >= 0:
        pairs.append((k, offer))
        values[k, :] = values[:, offer] = 0.0
        k, offer = next_by_regret(values, len(values))
    return pairs


def test_the_need_with_most_to_lose_goes_first():
    values = np.array([[0.9, 0.8], [0.85, 0.1]])

    assert assigned(values) == [(1, 0), (0, 1)]


def test_of_equals_the_first_on_the_agenda_and_its_first_offer_come_first():
    assert assigned(np.full((2, 2), 0.5)) == [(0, 0), (1, 1)]


def test_without_offers_nobody_goes_next():
    assert next_by_regret(np.zeros((3, 4)), 3) == (-1, -1)
    assert next_by_regret(np.ones((3, 4)), 0) == (-1, -1)


def test_assignment_comes_near_the_optimum_and_beats_taking_the_best_in_turn():
    chance, shares = np.random.default_rng(1), []
    for _ in range(300):
        needs, free = chance.integers(2, 8, 2)
        values = chance.random((needs, free)) * chance.integers(1, 4, (needs, 1))
        best = values[linear_sum_assignment(values, maximize=True)].sum()
        by_regret = sum(values[pair] for pair in assigned(values))
        left, in_turn = values.copy(), 0.0
        for row in left:
            offer = row.argmax()
            in_turn += row[offer]
            left[:, offer] = 0.0
        assert by_regret <= best + 1e-9
        shares.append((by_regret / best, in_turn / best))
    by_regret, in_turn = np.mean(shares, axis=0)

    assert by_regret > 0.95
    assert by_regret > in_turn + 0.05


def referred(offer, link, u, floor=0.25):
    """Who gets a matter that ``offer`` was asked for; offer 3 can do it, offer 1 cannot."""
    links = np.zeros((SEATS, SEATS))
    links[FIRST_OFFER + 1, FIRST_OFFER + 3] = links[FIRST_OFFER + 3, FIRST_OFFER + 1] = link
    free = offers(**{"offer_1": 10.0, "offer_3": 10.0, f"offer_{VOLUNTEER_SEAT}": 10.0})
    return referred_offer(offer, skilled(offer_1=0.1, offer_3=0.7), 0, 0, free, links, 5.0, floor, u)


def test_who_can_hardly_do_it_passes_it_on_to_a_partner_by_the_strength_of_their_link():
    assert referred(1, 0.4, 0.3) == 3
    assert referred(1, 0.4, 0.5) == 1
    assert referred(1, 0.0, 1e-9) == 1


def test_who_can_do_it_keeps_it_and_so_do_volunteers():
    assert referred(3, 1.0, 0.0) == 3
    assert referred(1, 1.0, 0.0, floor=0.05) == 1
    assert referred(VOLUNTEER_SEAT, 1.0, 0.0) == VOLUNTEER_SEAT


def test_an_organization_has_one_seat_whether_of_the_community_or_the_street():
    assert seat_of(40, 34, 100) == 6
    assert seat_of(103, 34, 100) == SEAT_DEPARTMENT + 3


def test_who_knows_nobody_with_hours_finds_no_offer():
    assert acquainted_offer(offers(), known(offer_2=1.0), 0.2, 0.5) == -1
    assert acquainted_offer(offers(offer_1=5.0), known(offer_2=1.0), 0.2, 0.5) == -1


def test_acquaintance_picks_in_proportion_to_the_strength_of_links():
    free = offers(**{"offer_2": 5.0, "offer_4": 5.0, f"offer_{VOLUNTEER_SEAT}": 5.0})
    picks = [acquainted_offer(free, known(offer_2=0.5, offer_4=0.25), 0.25, (k + 0.5) / 100) for k in range(100)]

    assert {pick: picks.count(pick) for pick in picks} == {2: 50, 4: 25, VOLUNTEER_SEAT: 25}


@pytest.mark.parametrize("u", [1e-16, 0.5, 1.0 - 1e-16])
def test_acquaintance_never_picks_one_without_hours(u):
    assert acquainted_offer(offers(offer_6=1.0), known(offer_0=0.9, offer_6=0.1), 0.5, u) == 6
