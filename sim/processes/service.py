"""Providers give hours to the needs that wait with them; needs close as resolved or failed, bounce, or wait on."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.catalogue import numbers_of
from sim.chance import decision, draw
from sim.compiled import kernel, rule
from sim.counters import BOUNCED, BROKEN_PROMISES, HANDED_OVER, PROJECT_HOURS, SERVICE_HOURS, SERVICE_YUAN, WASTED_HOURS
from sim.needs_life import drop_closed, end, feel, key_of, owners_of
from sim.needs_table import (
    DISPUTES,
    FAILED,
    GROUP,
    KNOWN,
    LEGAL_LABOUR,
    MATCHED,
    NOBODY,
    RESOLVED,
    VOLUNTEERS,
    WAITING,
)

ServiceNumbers = numbers_of("service")
SOLVED, GIVES_UP, FIRST = decision("service.solved"), decision("service.gives_up"), decision("service.urgent_first")


@rule
def chance_of_success(skill, severity, ease, hardness):
    """Chance to solve a need once the hours are given: skill for the category, less for graver needs."""
    return min(1.0, skill * ease * (1.0 - hardness * (severity - 1)))


@rule
def cost_of(shared, severity, repair, project):
    """Yuan from the community's fund: a repair for a shared need, a whole project when it is urgent."""
    if not shared:
        return 0.0
    return project if severity == 3 else repair


@rule
def is_payable(cost, fund, reserve, project):
    """Whether the fund can pay: a whole project has to leave what repairs will need in the rest of the year."""
    return cost <= fund - (reserve if project else 0.0)


@rule
def reassure(residents, i, gain):
    """A kept promise raises, a broken one (negative gain) lowers the belief that taking part changes something."""
    if gain > 0.0:
        residents.efficacy[i] += gain * (1.0 - residents.efficacy[i])
    else:
        residents.efficacy[i] += gain * residents.efficacy[i]


@rule
def break_promise(residents, buildings, needs, n, p, counts):
    """A meeting's promise is overdue: those who were promised feel it, more than if nobody had promised."""
    c, b, i = needs.community[n], needs.building[n], needs.resident[n]
    first, last = (buildings.start[b], buildings.stop[b]) if b >= 0 else (i, i + 1)
    for j in range(first, last):
        feel(residents, j, 0.0, p.broken_promise[c])
        reassure(residents, j, -p.promise_efficacy[c])
    needs.promised[n] = False
    counts[c, BROKEN_PROMISES] += 1.0


@rule
def keep_promise(residents, buildings, needs, n, p):
    """What a meeting promised was done: those who were promised see that it was worth coming."""
    c, b, i = needs.community[n], needs.building[n], needs.resident[n]
    first, last = (buildings.start[b], buildings.stop[b]) if b >= 0 else (i, i + 1)
    for j in range(first, last):
        reassure(residents, j, p.promise_efficacy[c])


@rule
def inform(residents, buildings, needs, n, p):
    """Make known what was done: the building hears of it."""
    c = needs.community[n]
    b = residents.building[needs.resident[n]]
    for j in range(buildings.start[b], buildings.stop[b]):
        feel(residents, j, 1.0, p.news_weight[c] * p.inform[c])
        reassure(residents, j, p.promise_efficacy[c] * p.news_weight[c] * p.inform[c])


@rule
def hours_at(provider, c, b, communities, organizations, buildings):
    """Hours that a provider has left this week."""
    if provider == VOLUNTEERS:
        return communities.volunteer_hours[c]
    if provider == GROUP:
        return buildings.group_hours[b]
    return organizations.hours_left[provider]


@rule
def take_hours(provider, c, b, hours, communities, organizations, buildings):
    """Use hours of a provider."""
    if provider == VOLUNTEERS:
        communities.volunteer_hours[c] -= hours
    elif provider == GROUP:
        buildings.group_hours[b] -= hours
    else:
        organizations.hours_left[provider] -= hours
        organizations.hours_used[provider] += hours


@rule
def leave(needs, n, organizations):
    """The need leaves the queue of its provider."""
    if needs.provider[n] >= 0:
        organizations.backlog[needs.provider[n]] -= 1


@rule
def hand_over(needs, n, owners, organizations, week):
    """One department's part is done: intake sees to it that the next one takes up its own."""
    leave(needs, n, organizations)
    needs.owners_left[n] -= 1
    needs.work_left[n] = needs.work[n] / owners
    needs.attempts[n] = 0
    needs.state[n], needs.provider[n], needs.owner[n] = KNOWN, NOBODY, NOBODY
    needs.ready[n] = week + 1


@rule
def back_to_owner(needs, n, lead, owners, organizations, week):
    """A project that did not solve it hands the need back to the office whose part it is."""
    leave(needs, n, organizations)
    if needs.owner[n] == NOBODY:
        needs.owner[n] = lead[needs.community[n], needs.category[n]]
        needs.owners_left[n] = owners - 1
    needs.provider[n] = needs.owner[n]
    organizations.backlog[needs.provider[n]] += 1
    needs.state[n] = WAITING
    needs.right[n] = True
    needs.routed[n] = week


@kernel
def each_need(
    residents,
    buildings,
    needs,
    index,
    communities,
    organizations,
    lead,
    volunteer_skill,
    p,
    reserve,
    counts,
    seed,
    week,
):
    """Serve in the order raised; where urgent needs go first, those before the others."""
    for turn in range(2):
        for position in range(index.open_count[0]):
            n = needs.queue[position]
            state = needs.state[n]
            if (state != WAITING and state != MATCHED) or needs.ready[n] > week:
                continue
            c, category, severity = needs.community[n], needs.category[n], needs.severity[n]
            if category == DISPUTES:
                continue
            key = key_of(needs, n)
            first = severity >= 2 and draw(seed, FIRST, needs.raised[n], key) < p.urgent_first[c]
            if first != (turn == 0):
                continue
            provider, b = needs.provider[n], needs.building[n]
            free = hours_at(provider, c, b, communities, organizations, buildings)
            if not needs.right[n]:
                lost = min(free, p.check_hours[c])
                take_hours(provider, c, b, lost, communities, organizations, buildings)
                counts[c, WASTED_HOURS] += lost
                counts[c, BOUNCED] += 1.0
                leave(needs, n, organizations)
                needs.bounces[n] += 1
                needs.returned[n] |= 1 << (provider - communities.first_department[c])
                needs.state[n], needs.provider[n] = KNOWN, NOBODY
                needs.ready[n] = week + int(p.bounce_weeks[c] + 0.5)
                continue
            given = min(free, needs.work_left[n])
            if given > 0.0:
                take_hours(provider, c, b, given, communities, organizations, buildings)
                needs.work_left[n] -= given
                counts[c, SERVICE_HOURS] += given
                if state == MATCHED and provider >= 0:
                    counts[c, PROJECT_HOURS] += given
            if needs.work_left[n] > 1e-9:
                continue
            last = needs.owners_left[n] == 0
            cost = cost_of(b >= 0 and provider != GROUP and last, severity, p.repair_yuan[c], p.project_yuan[c])
            if not is_payable(cost, communities.fund[c], reserve[c], severity == 3):
                continue
            communities.fund[c] -= cost
            counts[c, SERVICE_YUAN] += cost
            if provider == VOLUNTEERS:
                skill = volunteer_skill[c, category]
            elif provider == GROUP:
                skill = p.group_skill[c]
            elif provider == needs.owner[n]:
                skill = organizations.skill[lead[c, category], category]
            else:
                skill = organizations.skill[provider, category]
            if category == LEGAL_LABOUR:
                skill += p.legal_help[c] * (1.0 - skill)
            owners = owners_of(needs.several[n], needs.reopened[n], p.owners[c])
            if draw(seed, SOLVED, week, key) < chance_of_success(skill, severity, p.ease[c], p.hardness[c]):
                if not last:
                    hand_over(needs, n, owners, organizations, week)
                    counts[c, HANDED_OVER] += 1.0
                    continue
                if needs.promised[n]:
                    keep_promise(residents, buildings, needs, n, p)
                leave(needs, n, organizations)
                if end(residents, buildings, needs, index, n, RESOLVED, p, counts, seed, week) and p.inform[c] > 0.0:
                    inform(residents, buildings, needs, n, p)
            else:
                needs.attempts[n] += 1
                needs.work_left[n] = needs.work[n] * p.rework[c] / owners
                needs.ready[n] = week + 1
                if state == MATCHED:
                    back_to_owner(needs, n, lead, owners, organizations, week)
                elif needs.attempts[n] >= p.tries[c]:
                    leave(needs, n, organizations)
                    end(residents, buildings, needs, index, n, FAILED, p, counts, seed, week)


@kernel
def each_overdue(residents, buildings, needs, index, organizations, lead, p, horizon, counts, seed, week):
    """Promises fall due, residents give up on what has waited far too long, projects without hours are handed back."""
    for position in range(index.open_count[0]):
        n = needs.queue[position]
        state = needs.state[n]
        if state != KNOWN and state != WAITING and state != MATCHED:
            continue
        c = needs.community[n]
        if needs.promised[n] and week - needs.known[n] > p.term[c]:
            break_promise(residents, buildings, needs, n, p, counts)
        if week - needs.known[n] > p.patience[c] and draw(seed, GIVES_UP, week, key_of(needs, n)) < p.give_up[c]:
            if state != KNOWN:
                leave(needs, n, organizations)
            end(residents, buildings, needs, index, n, FAILED, p, counts, seed, week)
        elif state == MATCHED and week - needs.matched[n] > horizon[c]:
            owners = owners_of(needs.several[n], needs.reopened[n], p.owners[c])
            back_to_owner(needs, n, lead, owners, organizations, week)
    drop_closed(needs, index)


def reserve_of(model: Any) -> np.ndarray:
    """Yuan that the fund keeps back for repairs until the year ends, by community."""
    population, communities = model.numbers.population, model.communities
    year = population.fund_per_resident * (communities.stop - communities.start)
    return model.numbers.service.repair_reserve * year * (1.0 - (model.week - 1) % 52 / 52.0)


def run(model: Any) -> None:
    """Serve needs, break or keep promises, let residents give up."""
    each_need(
        model.residents,
        model.buildings,
        model.needs,
        model.index,
        model.communities,
        model.organizations,
        model.tables.lead,
        model.tables.volunteer_skill,
        model.numbers.service,
        reserve_of(model),
        model.counts,
        model.seed,
        model.week,
    )
    each_overdue(
        model.residents,
        model.buildings,
        model.needs,
        model.index,
        model.organizations,
        model.tables.lead,
        model.numbers.service,
        model.numbers.matching.horizon,
        model.counts,
        model.seed,
        model.week,
    )
