"""Intake answers questions and sends each known need to an address, which may be wrong."""

from __future__ import annotations

from typing import Any

from sim.agents.organizations import DEPARTMENTS
from sim.catalogue import numbers_of
from sim.chance import decision, draw
from sim.compiled import kernel, rule
from sim.counters import WASTED_HOURS
from sim.needs_life import drop_closed, end, key_of
from sim.needs_table import (
    DISPUTES,
    ENVIRONMENT,
    FACILITIES,
    GROUP,
    HOTLINE,
    KNOWN,
    MATCHED,
    ONLINE,
    PARKING,
    PROPERTY,
    RESOLVED,
    WAITING,
)

RoutingNumbers = numbers_of("routing")
ASTRAY, WHERE = decision("routing.astray"), decision("routing.where")


@rule
def chance_of_error(several, care, error, error_several, hurry):
    """Chance that a need is sent to a wrong address: higher when several departments own it, or in a hurry."""
    return min(0.95, error + several * error_several + hurry * (1.0 - care))


@rule
def hours_for_intake(simple, by_hotline, intake, answer):
    """Staff hours to take in a need: none for a question that the city's hotline answers itself."""
    if simple:
        return 0.0 if by_hotline else answer
    return intake


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
        by_hotline = needs.channel[n] == HOTLINE or needs.channel[n] == ONLINE
        hours = hours_for_intake(needs.simple[n], by_hotline, p.intake_hours[c], p.answer_hours[c])
        communities.asked_hours[c] += hours
        care = communities.care[c]
        hours *= care
        if hours > communities.hours_left[c]:
            continue
        communities.hours_left[c] -= hours
        if needs.simple[n]:
            end(residents, buildings, needs, index, n, RESOLVED, service, counts, seed, week)
            continue
        needs.routed[n] = week
        b = needs.building[n]
        if b >= 0 and buildings.group[b] and is_for_group(category, needs.severity[n]):
            needs.state[n], needs.provider[n], needs.right[n], needs.matched[n] = MATCHED, GROUP, True, week
            needs.ready[n] = week + 1
            continue
        key = key_of(needs, n)
        address = lead[c, category]
        needs.right[n] = True
        several = needs.several[n] and category != DISPUTES
        if category != DISPUTES and draw(seed, ASTRAY, week, key) < chance_of_error(
            several, care, p.error[c], p.error_several[c], p.hurry[c]
        ):
            first = communities.first_department[c]
            wrong = first + int(draw(seed, WHERE, week, key) * DEPARTMENTS)
            address = wrong if wrong != address else first + (wrong - first + 1) % DEPARTMENTS
            needs.right[n] = False
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
