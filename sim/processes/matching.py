"""Waiting needs and offered resources form projects: by acquaintance without lists, by fit and urgency with them."""

from __future__ import annotations

from typing import Any

from sim.agents.organizations import SEAT_CHARITY, SEAT_COMMITTEE, SEAT_DEPARTMENT
from sim.catalogue import numbers_of
from sim.chance import decision, draw
from sim.compiled import kernel, rule
from sim.counters import OFFERED_HOURS, PROJECTS, PROJECTS_BOTTOM_UP, WASTED_HOURS
from sim.needs_life import key_of
from sim.needs_table import DISPUTES, MATCHED, VOLUNTEERS, WAITING

MatchingNumbers = numbers_of("matching")
LISTS, STALE = decision("matching.listed"), decision("matching.stale")
HEARS, WHOM = decision("matching.hears"), decision("matching.whom")
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
def best_offer(free, organizations, first, volunteer_skill, category, work, floor):
    """Offer with the highest value, or -1 when none fits well enough."""
    best, highest = -1, floor
    for offer in range(OFFERS + 1):
        skill = volunteer_skill[category] if offer == VOLUNTEER_SEAT else organizations.skill[first + offer, category]
        value = value_of_match(skill, free[offer], work)
        if value > highest:
            best, highest = offer, value
    return best


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
def begin_project(needs, n, c, offer, communities, organizations, links, free, strengthen, counts, week):
    """The need leaves the queue it waited in and becomes a project of the one who offered."""
    if needs.provider[n] >= 0:
        organizations.backlog[needs.provider[n]] -= 1
    free[c, offer] -= needs.work_left[n]
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
    needs.provider[n] = communities.first_organization[c] + seat
    organizations.backlog[needs.provider[n]] += 1
    stronger = links[c, SEAT_COMMITTEE, seat] + strengthen * (1.0 - links[c, SEAT_COMMITTEE, seat])
    links[c, SEAT_COMMITTEE, seat] = stronger
    links[c, seat, SEAT_COMMITTEE] = stronger


@kernel
def each_need(needs, index, communities, organizations, links, free, volunteer_skill, p, counts, seed, week):
    """Listed needs first, the gravest first, each to the best offer; then the rest by who knows whom."""
    for severity in range(3, 0, -1):
        for position in range(index.open_count[0]):
            n = needs.queue[position]
            c, category = needs.community[n], needs.category[n]
            if needs.state[n] != WAITING or category == DISPUTES or needs.severity[n] != severity:
                continue
            key = key_of(needs, n)
            if not needs.listed[n]:
                needs.listed[n] = draw(seed, LISTS, week, key) < p.listing[c]
            if not needs.listed[n]:
                continue
            first = communities.first_organization[c] + FIRST_OFFER
            offer = best_offer(
                free[c], organizations, first, volunteer_skill[c], category, needs.work_left[n], p.fit_floor[c]
            )
            if offer < 0:
                continue
            if draw(seed, STALE, week, key) < p.staleness[c]:
                if offer != VOLUNTEER_SEAT:
                    lost = min(p.stale_hours[c], organizations.hours_left[first + offer])
                    organizations.hours_left[first + offer] -= lost
                else:
                    lost = min(p.stale_hours[c], communities.volunteer_hours[c])
                    communities.volunteer_hours[c] -= lost
                free[c, offer] -= lost
                counts[c, WASTED_HOURS] += lost
                continue
            begin_project(needs, n, c, offer, communities, organizations, links, free, p.strengthen[c], counts, week)
    for position in range(index.open_count[0]):
        n = needs.queue[position]
        c = needs.community[n]
        if needs.state[n] != WAITING or needs.listed[n] or needs.category[n] == DISPUTES:
            continue
        key = key_of(needs, n)
        if draw(seed, HEARS, week, key) < p.acquaintance[c]:
            offer = acquainted_offer(
                free[c], links[c, SEAT_COMMITTEE], p.volunteer_link[c], draw(seed, WHOM, week, key)
            )
            if offer >= 0:
                begin_project(
                    needs, n, c, offer, communities, organizations, links, free, p.strengthen[c], counts, week
                )


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
