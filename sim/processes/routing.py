"""Intake answers questions and sends each known need to an address, which may be wrong."""

from __future__ import annotations

import math
from typing import Any

from sim.agents.organizations import DEPARTMENTS
from sim.catalogue import numbers_of
from sim.chance import decision, draw
from sim.compiled import kernel, rule
from sim.counters import WASTED_HOURS
from sim.needs_life import drop_closed, end, key_of, owners_of
from sim.needs_table import (
    DISPUTES,
    ENVIRONMENT,
    FACILITIES,
    GROUP,
    HOTLINE,
    KNOWN,
    MATCHED,
    NOBODY,
    ONLINE,
    PARKING,
    PROPERTY,
    RESOLVED,
    WAITING,
)
from sim.staff import chance_at_once, skill_for, with_experience

RoutingNumbers = numbers_of("routing")
ASTRAY, WHERE = decision("routing.astray"), decision("routing.where")
WHOSE, AT_ONCE = decision("routing.whose"), decision("routing.at_once")


@rule
def chance_of_error(several, care, error, error_several, hurry, skill, gain):
    """Chance that a need is sent to a wrong address: higher with several departments, in a hurry, or without skill."""
    return min(0.95, with_experience(error + several * error_several, 1.0 - skill, gain) + hurry * (1.0 - care))


@rule
def chance_after_returns(chance, bounces, learns):
    """Chance of an error that is left when a need has come back: each return tells intake more of what it is about."""
    return chance * math.pow(1.0 - learns, bounces)


@rule
def wrong_address(u, right, first, returned):
    """Department that a need is sent to by mistake: none that returned it; the right one if there is no other.

    ``first`` is the row of the street's first department, ``returned`` holds a bit for each that sent the need back.
    """
    left = 0
    for k in range(DEPARTMENTS):
        left += first + k != right and (returned >> k) & 1 == 0
    pick = int(u * left)
    for k in range(DEPARTMENTS):
        if first + k != right and (returned >> k) & 1 == 0:
            if pick == 0:
                return first + k
            pick -= 1
    return right


@rule
def hours_for_intake(simple, by_hotline, intake, answer):
    """Staff hours to take in a need: none for a question that the city's hotline answers itself."""
    if simple:
        return 0.0 if by_hotline else answer
    return intake


@rule
def owner_of(turn, lead, first, u):
    """Office whose part is due: the one in charge, then other departments of the street, no one twice in a round.

    ``turn`` counts the parts that are done, ``first`` is the row of the street's first department.
    """
    if turn == 0:
        return lead
    inside = first <= lead < first + DEPARTMENTS
    others = DEPARTMENTS - 1 if inside else DEPARTMENTS
    owner = first + (int(u * others) + turn - 1) % others
    return owner + 1 if inside and owner >= lead else owner


@rule
def is_for_group(category, severity):
    """Small shared needs that neighbours can settle together."""
    small = category == ENVIRONMENT or category == FACILITIES or category == PARKING or category == PROPERTY
    return small and severity < 3


@kernel
def each_need(residents, buildings, needs, index, communities, organizations, lead, p, service, counts, seed, week):
    """Take in known needs in the order raised, as far as staff hours go."""
    for position in range(index.open_count[0]):
        n = needs.queue[position]
        if needs.state[n] != KNOWN or needs.ready[n] > week:
            continue
        c, category = needs.community[n], needs.category[n]
        key = key_of(needs, n)
        by_hotline = needs.channel[n] == HOTLINE or needs.channel[n] == ONLINE
        several = needs.several[n] and category != DISPUTES
        owners = owners_of(several, needs.reopened[n], service.owners[c])
        turn = 0 if owners == 1 or needs.routed[n] < 0 else max(0, owners - 1 - needs.owners_left[n])
        if turn > 0 and needs.owner[n] == NOBODY:
            hours = p.handover_hours[c]
        else:
            hours = hours_for_intake(needs.simple[n], by_hotline, p.intake_hours[c], p.answer_hours[c])
        communities.asked_hours[c] += hours
        care = communities.care[c]
        hours *= care
        if hours > communities.hours_left[c]:
            continue
        communities.hours_left[c] -= hours
        if needs.simple[n]:
            if not by_hotline and draw(seed, AT_ONCE, week, key) >= chance_at_once(
                communities.skill[c], communities.generalists[c], p.wrong_person[c], p.experience[c]
            ):
                counts[c, WASTED_HOURS] += hours
                needs.ready[n] = week + 1
                continue
            end(residents, buildings, needs, index, n, RESOLVED, service, counts, seed, week)
            continue
        new = needs.routed[n] < 0
        needs.routed[n] = week
        b = needs.building[n]
        if b >= 0 and buildings.group[b] and is_for_group(category, needs.severity[n]):
            needs.state[n], needs.provider[n], needs.right[n], needs.matched[n] = MATCHED, GROUP, True, week
            needs.ready[n] = week + 1
            continue
        if new and owners > 1:
            needs.owners_left[n], needs.work_left[n] = owners - 1, needs.work[n] / owners
        first = communities.first_department[c]
        address = owner_of(turn, lead[c, category], first, draw(seed, WHOSE, needs.raised[n], key))
        needs.owner[n], needs.right[n] = address, True
        hard = several or needs.severity[n] == 3
        skill = skill_for(communities.skill[c], communities.generalists[c], hard, p.depth[c])
        error = chance_of_error(several, care, p.error[c], p.error_several[c], p.hurry[c], skill, p.experience[c])
        error = chance_after_returns(error, needs.bounces[n], p.learns[c])
        if category != DISPUTES and draw(seed, ASTRAY, week, key) < error:
            wrong = wrong_address(draw(seed, WHERE, week, key), address, first, needs.returned[n])
            if wrong != address:
                address, needs.right[n] = wrong, False
                counts[c, WASTED_HOURS] += hours
        needs.state[n], needs.provider[n] = WAITING, address
        needs.ready[n] = week + 1 + (int(p.delay_several[c] + 0.5) if several else 0)
        organizations.backlog[address] += 1
    drop_closed(needs, index)


def run(model: Any) -> None:
    """Answer questions and send practical matters to their addresses."""
    each_need(
        model.residents,
        model.buildings,
        model.needs,
        model.index,
        model.communities,
        model.organizations,
        model.tables.lead,
        model.numbers.routing,
        model.numbers.service,
        model.counts,
        model.seed,
        model.week,
    )
