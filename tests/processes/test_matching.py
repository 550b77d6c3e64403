"""Needs and resources: the value of a match, whom one happens to know, which offer fits best."""

import numpy as np
import pytest

from sim.agents.organizations import ORGANIZATIONS, SEATS
from sim.processes.matching import (
    FIRST_OFFER,
    OFFERS,
    VOLUNTEER_SEAT,
    acquainted_offer,
    best_offer,
    value_of_match,
)

FLOOR = 0.05


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


def test_the_most_skilled_offer_with_hours_is_best():
    free = offers(offer_0=10.0, offer_3=10.0, offer_5=10.0)
    table = skilled(offer_0=0.4, offer_3=0.8, offer_5=0.6, offer_2=0.95)

    assert best_offer(free, table, 0, np.zeros(9), 0, 5.0, FLOOR) == 3


def test_of_equal_offers_the_first_is_taken():
    free = offers(offer_1=10.0, offer_4=10.0)

    assert best_offer(free, skilled(offer_1=0.5, offer_4=0.5), 0, np.zeros(9), 0, 5.0, FLOOR) == 1


def test_volunteers_are_an_offer_too():
    free = offers(**{f"offer_{VOLUNTEER_SEAT}": 10.0, "offer_0": 10.0})

    assert best_offer(free, skilled(offer_0=0.3), 0, np.full(9, 0.5), 0, 5.0, FLOOR) == VOLUNTEER_SEAT


def test_an_offer_that_hardly_fits_is_no_offer():
    assert best_offer(offers(offer_0=10.0), skilled(offer_0=0.3), 0, np.zeros(9), 0, 5.0, 0.4) == -1


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
