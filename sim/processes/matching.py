"""Waiting needs and offered resources form projects: by acquaintance without lists, by fit and urgency with them.

Listed needs are the agenda of a project meeting, which assigns up to 32 of them at a time to those who offer hours: a
generalised assignment problem, solved by the regret heuristic of Martello & Toth (1990, "Knapsack Problems").
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.agents.organizations import SEAT_CHARITY, SEAT_COMMITTEE, SEAT_DEPARTMENT
from sim.catalogue import numbers_of
from sim.chance import decision, draw
from sim.compiled import kernel, rule
from sim.counters import OFFERED_HOURS, PROJECTS, PROJECTS_BOTTOM_UP, WASTED_HOURS
from sim.needs_life import key_of
from sim.needs_table import DISPUTES, MATCHED, VOLUNTEERS, WAITING
from sim.network import bring_together

MatchingNumbers = numbers_of("matching")
LISTS, STALE = decision("matching.listed"), decision("matching.stale")
HEARS, WHOM = decision("matching.hears"), decision("matching.whom")
REFERS, ON_LIST = decision("matching.refers"), decision("matching.on_list")
QUARTER = 13
AGENDA = 32  # needs that a project meeting deals with at once
FIRST_OFFER = SEAT_CHARITY  # seats from the charity fund to the last social organisation offer resources
OFFERS = SEAT_DEPARTMENT - FIRST_OFFER
VOLUNTEER_SEAT = OFFERS  # the pool of volunteers stands behind the organisations


@rule
def value_of_match(skill, free_hours, work):
    """Value of giving a need to a provider: fit of skill, times the share of the work that its free hours cover."""
    if free_hours <= 0.0:
        return 0.0
    return skill * min(1.0, free_hours / max(work, 0.1))


@kernel
def free_hours_of(needs, index, communities, organizations, p, free, counts):
    """Fill ``free`` (communities x offers): hours in the weeks of a project that no project has been promised yet."""
    for c in range(communities.size):
        for offer in range(OFFERS):
            hours = organizations.hours_left[communities.first_organization[c] + FIRST_OFFER + offer]
            free[c, offer] = hours * p.horizon[c]
            counts[c, OFFERED_HOURS] += hours
        free[c, VOLUNTEER_SEAT] = communities.volunteer_hours[c] * p.horizon[c]
    for position in range(index.open_count[0]):
        n = needs.queue[position]
        if needs.state[n] == MATCHED:
            c, provider = needs.community[n], needs.provider[n]
            if provider == VOLUNTEERS:
                free[c, VOLUNTEER_SEAT] -= needs.work_left[n]
            elif provider >= 0:
                offer = provider - communities.first_organization[c] - FIRST_OFFER
                if 0 <= offer < OFFERS:
                    free[c, offer] -= needs.work_left[n]


@rule
def timeliness_of(free_hours, hours, work, horizon):
    """How soon (0..1) a provider would be done; half when it would take all the weeks that a project may take.

    ``free_hours`` are what is left of its ``hours`` a week over the ``horizon`` after what it has promised before.
    """
    if hours <= 0.0:
        return 0.0
    weeks = max(0.0, horizon * hours - free_hours + work) / hours
    return horizon / (horizon + weeks)


@rule
def nearness_of(place, home, loss):
    """What distance leaves (0..1) of a match: ``place`` and ``home`` are positions (0..1) within the community."""
    return 1.0 - loss * abs(place - home)


@rule
def value_of_project(fit, floor, severity, timeliness, nearness):
    """Value of a pair on the agenda; 0 where the provider could hardly do it."""
    return fit * severity * timeliness * nearness if fit > floor else 0.0


@rule
def staleness_of(staleness, weeks):
    """Chance that an entry is out of date when the lists were last gone through some weeks ago."""
    return 1.0 - math.pow(1.0 - staleness, weeks / QUARTER)


@rule
def next_by_regret(values, count):
    """Need that goes next and its best offer: the one that would lose most by having to take its second best.

    ``values`` has a row for each of ``count`` needs and a column for each offer; 0 means that it is none. Returns
    (-1, -1) when no need has an offer.
    """
    chosen, offer, largest = -1, -1, 0.0
    for k in range(count):
        best, second, at = 0.0, 0.0, -1
        for one in range(len(values[k])):
            value = values[k][one]
            if value > best:
                best, second, at = value, best, one
            elif value > second:
                second = value
        if at >= 0 and (chosen < 0 or best - second > largest):
            chosen, offer, largest = k, at, best - second
    return chosen, offer


@rule
def value_of_offer(needs, n, offer, residents, communities, organizations, skills, free, p):
    """Value of giving need ``n`` to an offer: fit, severity, time and place.

    Organisations' homes lie evenly spread over their community; volunteers and the charity fund are everywhere, and a
    social organisation is at home with its members.
    """
    c, i, work = needs.community[n], needs.resident[n], needs.work_left[n]
    row = communities.first_organization[c] + FIRST_OFFER + offer
    place = (i - communities.start[c]) / (communities.stop[c] - communities.start[c])
    home = (offer - 0.5) / (OFFERS - 1)
    if offer == VOLUNTEER_SEAT:
        skill, hours, home = skills[needs.category[n]], communities.volunteer_hours[c], place
    else:
        skill, hours = organizations.skill[row, needs.category[n]], organizations.hours_left[row]
        if offer == 0 or residents.social_organization[i] == row:
            home = place
    return value_of_project(
        value_of_match(skill, free[offer], work),
        p.fit_floor[c],
        needs.severity[n],
        timeliness_of(free[offer], hours, work, p.horizon[c]),
        nearness_of(place, home, p.place_loss[c]),
    )


@rule
def acquainted_offer(free, links, volunteer_link, u):
    """Pick an offer with free hours by the strength of its link to the committee, whatever its skill; -1 if none."""
    total = volunteer_link if free[VOLUNTEER_SEAT] > 0.0 else 0.0
    for offer in range(OFFERS):
        if free[offer] > 0.0:
            total += links[FIRST_OFFER + offer]
    target = u * total
    if total <= 0.0:
        return -1
    for offer in range(OFFERS):
        if free[offer] > 0.0:
            target -= links[FIRST_OFFER + offer]
            if target < 0.0:
                return offer
    return VOLUNTEER_SEAT if free[VOLUNTEER_SEAT] > 0.0 else -1


@rule
def referred_offer(offer, organizations, first, category, free, links, work, floor, u):
    """Pass a matter on to a partner who could do it, the likelier the more the two have worked together.

    ``first`` is the row of the first offer. Only those who can hardly do it themselves pass it on.
    """
    if offer == VOLUNTEER_SEAT:
        return offer
    own = value_of_match(organizations.skill[first + offer, category], free[offer], work)
    partner, best = -1, 0.0
    for other in range(OFFERS):
        fit = value_of_match(organizations.skill[first + other, category], free[other], work)
        worth = links[FIRST_OFFER + offer, FIRST_OFFER + other] * fit
        if other != offer and fit > floor and worth > best:
            partner, best = other, worth
    if own > floor or partner < 0 or u >= links[FIRST_OFFER + offer, FIRST_OFFER + partner]:
        return offer
    return partner


@rule
def seat_of(row, first_organization, first_department):
    """Seat at a community's table of an organisation of the community or a department of its street."""
    seat = row - first_organization
    return seat if 0 <= seat < SEAT_DEPARTMENT else SEAT_DEPARTMENT + row - first_department


@rule
def lose_hours(c, offer, hours, communities, organizations, free, counts):
    """Take hours of an offer that help nobody, as far as there are any."""
    row = communities.first_organization[c] + FIRST_OFFER + offer
    if offer == VOLUNTEER_SEAT:
        lost = min(hours, communities.volunteer_hours[c])
        communities.volunteer_hours[c] -= lost
    else:
        lost = min(hours, organizations.hours_left[row])
        organizations.hours_left[row] -= lost
    free[offer] -= lost
    counts[c, WASTED_HOURS] += lost


@rule
def begin_project(needs, n, offer, communities, organizations, links, free, p, counts, week):
    """The need leaves the queue it waited in and becomes a project of the one who offered."""
    c, office = needs.community[n], needs.provider[n]
    first = communities.first_organization[c]
    if office >= 0:
        organizations.backlog[office] -= 1
    lose_hours(c, offer, p.search_hours[c], communities, organizations, free, counts)
    free[offer] -= needs.work_left[n]
    needs.state[n] = MATCHED
    needs.right[n] = True
    needs.matched[n] = week
    needs.ready[n] = week
    counts[c, PROJECTS] += 1.0
    if needs.bottom_up[n]:
        counts[c, PROJECTS_BOTTOM_UP] += 1.0
    if offer == VOLUNTEER_SEAT:
        needs.provider[n] = VOLUNTEERS
        return
    seat = FIRST_OFFER + offer
    needs.provider[n] = first + seat
    organizations.backlog[first + seat] += 1
    bring_together(links, SEAT_COMMITTEE, seat, p.strengthen[c])
    if office >= 0:
        bring_together(links, seat_of(office, first, communities.first_department[c]), seat, p.strengthen[c])


@rule
def hold_project_meeting(
    agenda, count, values, needs, residents, communities, organizations, links, free, skills, p, counts, seed, week
):
    """Assign the needs on one community's agenda; providers who take up projects at one meeting get to know each other.

    An offer that stands on no list of resources this quarter, or has no hours left, is no offer to the meeting.
    """
    c = needs.community[agenda[0]]
    for offer in range(OFFERS + 1):
        known = offer == VOLUNTEER_SEAT or draw(seed, ON_LIST, week // QUARTER, c * 16 + offer) < p.offers_known[c]
        for k in range(count):
            values[k, offer] = 0.0
            if known and free[offer] > 0.0:
                values[k, offer] = value_of_offer(
                    needs, agenda[k], offer, residents, communities, organizations, skills, free, p
                )
    stale = staleness_of(p.staleness[c], week - communities.met[c])
    joined = np.zeros(OFFERS + 1, np.bool_)
    k, offer = next_by_regret(values, count)
    while k >= 0:
        n = agenda[k]
        values[k, :] = 0.0
        if draw(seed, STALE, week, key_of(needs, n)) < stale:
            lose_hours(c, offer, p.stale_hours[c], communities, organizations, free, counts)
        else:
            begin_project(needs, n, offer, communities, organizations, links, free, p, counts, week)
            joined[offer] = True
        for other in range(count):
            if values[other, offer] > 0.0:
                values[other, offer] = value_of_offer(
                    needs, agenda[other], offer, residents, communities, organizations, skills, free, p
                )
        k, offer = next_by_regret(values, count)
    for a in range(OFFERS):
        for b in range(a + 1, OFFERS):
            if joined[a] and joined[b]:
                bring_together(links, FIRST_OFFER + a, FIRST_OFFER + b, p.strengthen[c])


@kernel
def each_need(needs, index, residents, communities, organizations, links, free, skills, p, counts, seed, week):
    """Listed needs first, the gravest and longest waiting first, by assignment; then the rest by who knows whom."""
    agendas = np.zeros((communities.size, AGENDA), np.int64)
    lengths = np.zeros(communities.size, np.int64)
    values = np.zeros((AGENDA, OFFERS + 1))
    for severity in range(3, 0, -1):
        for position in range(index.open_count[0]):
            n = needs.queue[position]
            c = needs.community[n]
            if needs.state[n] != WAITING or needs.category[n] == DISPUTES or needs.severity[n] != severity:
                continue
            if not needs.listed[n]:
                needs.listed[n] = draw(seed, LISTS, week, key_of(needs, n)) < p.listing[c]
            if not needs.listed[n]:
                continue
            agendas[c, lengths[c]] = n
            lengths[c] += 1
            if lengths[c] == AGENDA:
                hold_project_meeting(
                    agendas[c],
                    AGENDA,
                    values,
                    needs,
                    residents,
                    communities,
                    organizations,
                    links[c],
                    free[c],
                    skills[c],
                    p,
                    counts,
                    seed,
                    week,
                )
                lengths[c] = 0
    for c in range(communities.size):
        if lengths[c] > 0:
            hold_project_meeting(
                agendas[c],
                lengths[c],
                values,
                needs,
                residents,
                communities,
                organizations,
                links[c],
                free[c],
                skills[c],
                p,
                counts,
                seed,
                week,
            )
    for position in range(index.open_count[0]):
        n = needs.queue[position]
        c, category = needs.community[n], needs.category[n]
        if needs.state[n] != WAITING or needs.listed[n] or category == DISPUTES:
            continue
        key = key_of(needs, n)
        if draw(seed, HEARS, week, key) < p.acquaintance[c]:
            offer = acquainted_offer(
                free[c], links[c, SEAT_COMMITTEE], p.volunteer_link[c], draw(seed, WHOM, week, key)
            )
            if offer >= 0:
                first = communities.first_organization[c] + FIRST_OFFER
                u, work = draw(seed, REFERS, week, key), needs.work_left[n]
                offer = referred_offer(
                    offer, organizations, first, category, free[c], links[c], work, p.fit_floor[c], u
                )
                begin_project(needs, n, offer, communities, organizations, links[c], free[c], p, counts, week)


def run(model: Any) -> None:
    """Match waiting needs with what units, social organisations, the charity fund and volunteers offer."""
    free_hours_of(
        model.needs,
        model.index,
        model.communities,
        model.organizations,
        model.numbers.matching,
        model.free,
        model.counts,
    )
    each_need(
        model.needs,
        model.index,
        model.residents,
        model.communities,
        model.organizations,
        model.links,
        model.free,
        model.tables.volunteer_skill,
        model.numbers.matching,
        model.counts,
        model.seed,
        model.week,
    )
