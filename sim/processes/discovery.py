"""An open need becomes known: reported, found by patrol, noticed by neighbours, raised at a meeting, or listed."""

from __future__ import annotations

from typing import Any

from sim.agents.residents import ADULT, DELIBERATE, FRAIL
from sim.catalogue import numbers_of
from sim.chance import decision, draw
from sim.compiled import kernel, rule
from sim.needs_life import become_known, drop_closed, end, key_of
from sim.needs_table import (
    HIDDEN,
    HOTLINE,
    LAPSED,
    LEGAL_LABOUR,
    LISTED,
    MEETING,
    NEIGHBOUR_NOTICED,
    ONLINE,
    PATROL,
    VISIT,
)

DiscoveryNumbers = numbers_of("discovery")
KNOWN, SPEAKS, PROMISED, LAPSES = (
    decision("discovery.known"),
    decision("discovery.speaks"),
    decision("discovery.promised"),
    decision("discovery.lapses"),
)


@rule
def willingness_to_report(trust, efficacy, severity, base, hiding, per_severity):
    """Chance a week that a resident would report: trusting and efficacious residents speak up, grave needs press."""
    pressing = 1.0 + per_severity * (severity - 1)
    return base * pressing * (1.0 - hiding * (1.0 - trust)) * (0.5 + efficacy)


@rule
def ease_of_visit(access, age, for_frail, for_working):
    """Share (0..1) of those with something to tell for whom going there is worth it; more than that for the retired.

    ``access`` is the time and distance of a visit; it weighs more on the frail, and on those who work in opening hours.
    """
    burden = for_frail * (age >= FRAIL) + for_working * (ADULT <= age < 60)
    return 1.0 / (1.0 + access * (1.0 + burden))


@rule
def chance_by_patrol(visits, households, visible, focus):
    """Chance a week that a patrol finds it: visits spread over the households of one leader, times visibility."""
    return min(1.0, visits / households) * visible * focus


@rule
def chance_by_neighbours(ties, notice, severity):
    """Chance a week that a neighbour notices and tells: with the number of ties, for serious needs only."""
    if severity < 2:
        return 0.0
    return min(0.5, notice * ties * (severity - 1))


@rule
def is_vulnerable(age, income):
    """Older or poor residents, whom targeting looks after first."""
    return age >= 60 or income == 0


@kernel
def each_need(residents, buildings, ties, needs, index, communities, visible, p, service, alarm, counts, seed, week):
    """Let hidden needs become known by the first channel that reaches them, or lapse."""
    for position in range(index.open_count[0]):
        n = needs.queue[position]
        if needs.state[n] != HIDDEN:
            continue
        i, c, b = needs.resident[n], needs.community[n], needs.building[n]
        key = key_of(needs, n)
        severity = needs.severity[n]
        rights = 1.0 + (p.rights[c] if needs.category[n] == LEGAL_LABOUR else 0.0)
        met = buildings.attended[b] if b >= 0 else (residents.took_part[i] if residents.form[i] == DELIBERATE else -1)
        if met == week - 1 and draw(seed, SPEAKS, week, key) < p.speaks[c]:
            become_known(needs, n, MEETING, True, week, counts)
            needs.promised[n] = draw(seed, PROMISED, week, key) < p.binding[c]
            continue
        voices = p.shared_voices[c] if b >= 0 else 1.0
        willing = voices * willingness_to_report(
            residents.trust[i], residents.efficacy[i], severity, p.report[c], p.hiding[c], p.report_per_severity[c]
        )
        willing *= rights * alarm[c]
        limit = willing * p.hotline[c]
        u = draw(seed, KNOWN, week, key)
        if u < limit:
            become_known(needs, n, HOTLINE, True, week, counts)
            continue
        limit += willing * p.online[c] * residents.online[i]
        if u < limit:
            become_known(needs, n, ONLINE, True, week, counts)
            continue
        ease = ease_of_visit(p.access[c], residents.age[i], p.frail_access[c], p.working_access[c])
        limit += willing * ease * p.visit[c] * (1.0 + residents.knows_committee[i])
        if u < limit:
            become_known(needs, n, VISIT, True, week, counts)
            continue
        limit += chance_by_neighbours(ties.count[i], p.notice[c], severity)
        if u < limit:
            become_known(needs, n, NEIGHBOUR_NOTICED, True, week, counts)
            continue
        focus = 1.0 + p.focus[c] if is_vulnerable(residents.age[i], residents.income[i]) else 1.0 - 0.5 * p.focus[c]
        limit += chance_by_patrol(
            p.patrol_visits[c] * communities.care[c], p.households_per_leader[c], visible[c, needs.category[n]], focus
        )
        limit += p.doorstep[c] * (residents.age[i] >= FRAIL)
        if u < limit:
            become_known(needs, n, PATROL, False, week, counts)
            continue
        limit += p.list_visits[c]
        if u < limit:
            become_known(needs, n, LISTED, False, week, counts)
            needs.listed[n] = True
            continue
        if draw(seed, LAPSES, week, key) < p.lapse[c] / severity / rights:
            end(residents, buildings, needs, index, n, LAPSED, service, counts, seed, week)
    drop_closed(needs, index)


def run(model: Any) -> None:
    """Let hidden needs become known, or lapse: the resident lives with it or helps herself."""
    each_need(
        model.residents,
        model.buildings,
        model.ties,
        model.needs,
        model.index,
        model.communities,
        model.tables.visible,
        model.numbers.discovery,
        model.numbers.service,
        model.alarm,
        model.counts,
        model.seed,
        model.week,
    )
