"""Disputes are mediated, first nearby, then by the legal team; what stays unsolved escalates and breaks ties."""

from __future__ import annotations

from typing import Any

from sim.agents.organizations import SEAT_LEGAL
from sim.agents.ties import HOUSEHOLD
from sim.catalogue import numbers_of
from sim.chance import decision, draw
from sim.compiled import kernel, rule
from sim.counters import SERVICE_HOURS, TIES_BROKEN
from sim.needs_life import drop_closed, end, key_of
from sim.needs_table import DISPUTES, ESCALATED, RESOLVED, WAITING
from sim.network import break_tie

DisputesNumbers = numbers_of("disputes")
SETTLED, BREAKS, WHICH = decision("disputes.settled"), decision("disputes.breaks"), decision("disputes.which")


@rule
def chance_of_settlement(base, severity, hardness, ties, standing):
    """Chance that a mediation succeeds: less for grave disputes, more where the parties have friends in common."""
    return min(0.98, base * (1.0 - hardness * (severity - 1)) + standing * min(ties, 10) / 10.0)


@rule
def break_one_tie(ties, i, u):
    """Break one of a resident's ties outside the household, picked by a uniform draw; False if there is none."""
    outside = 0
    for slot in range(ties.start[i], ties.start[i] + ties.count[i]):
        outside += ties.kind[slot] != HOUSEHOLD
    pick = int(u * outside)
    for slot in range(ties.start[i], ties.start[i] + ties.count[i]):
        if ties.kind[slot] != HOUSEHOLD:
            if pick == 0:
                return break_tie(ties, i, ties.to[slot])
            pick -= 1
    return False


@kernel
def each_dispute(residents, buildings, ties, needs, index, communities, organizations, p, service, counts, seed, week):
    """Give hours to each dispute that is due; a mediation that has had its hours succeeds, or goes to the next."""
    for position in range(index.open_count[0]):
        n = needs.queue[position]
        if needs.category[n] != DISPUTES or needs.state[n] != WAITING or needs.ready[n] > week:
            continue
        c, i, severity = needs.community[n], needs.resident[n], needs.severity[n]
        key = key_of(needs, n)
        legal = communities.first_organization[c] + SEAT_LEGAL
        nearby = needs.level[n] == 0
        pool = communities.hours_left[c] if nearby else organizations.hours_left[legal]
        given = min(pool, needs.work_left[n])
        if nearby:
            communities.asked_hours[c] += needs.work_left[n] if needs.ready[n] == week else 0.0
            communities.hours_left[c] -= given
            base, standing = p.near[c], p.standing[c]
        else:
            organizations.hours_left[legal] -= given
            organizations.hours_used[legal] += given
            base, standing = p.legal[c], 0.0
        counts[c, SERVICE_HOURS] += given
        needs.work_left[n] -= given
        if needs.work_left[n] > 1e-9:
            continue
        chance = chance_of_settlement(base, severity, p.hardness[c], ties.count[i], standing)
        if draw(seed, SETTLED, week, key) < chance:
            organizations.backlog[needs.provider[n]] -= 1
            end(residents, buildings, needs, index, n, RESOLVED, service, counts, seed, week)
        elif nearby:
            needs.level[n] = 1
            needs.work_left[n] = p.mediation_hours[c]
            organizations.backlog[needs.provider[n]] -= 1
            needs.provider[n] = legal
            organizations.backlog[legal] += 1
            needs.ready[n] = week + int(p.next_weeks[c] + 0.5)
        else:
            needs.level[n] = 2
            organizations.backlog[legal] -= 1
            end(residents, buildings, needs, index, n, ESCALATED, service, counts, seed, week)
            if draw(seed, BREAKS, week, key) < p.tie_breaks[c] and break_one_tie(ties, i, draw(seed, WHICH, week, key)):
                counts[c, TIES_BROKEN] += 1.0
    drop_closed(needs, index)


def run(model: Any) -> None:
    """Mediate disputes."""
    each_dispute(
        model.residents,
        model.buildings,
        model.ties,
        model.needs,
        model.index,
        model.communities,
        model.organizations,
        model.numbers.disputes,
        model.numbers.service,
        model.counts,
        model.seed,
        model.week,
    )
