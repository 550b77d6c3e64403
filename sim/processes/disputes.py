"""Disputes are mediated, first nearby, then by a moral council where there is one, then by the legal team.

What stays unsettled escalates, as a complaint to the hotline, a petition or a lawsuit, and breaks ties.
"""

from __future__ import annotations

from typing import Any

from sim.agents.organizations import SEAT_LEGAL
from sim.agents.ties import HOUSEHOLD
from sim.catalogue import numbers_of
from sim.chance import decision, draw
from sim.compiled import kernel, rule
from sim.counters import (
    COMPLAINTS,
    MEDIATED_NEAR,
    SERVICE_HOURS,
    SETTLED_NEAR,
    TIES_BROKEN,
)
from sim.needs_life import drop_closed, end, key_of
from sim.needs_table import (
    COMPLAINT,
    COUNCIL,
    COURT,
    DISPUTES,
    ESCALATED,
    LEGAL_TEAM,
    NEAR,
    PETITION,
    RESOLVED,
    WAITING,
)
from sim.network import break_tie
from sim.staff import skill_for, with_experience

DisputesNumbers = numbers_of("disputes")
SETTLED, BREAKS, WHICH = decision("disputes.settled"), decision("disputes.breaks"), decision("disputes.which")
TAKEN_UP, FORM = decision("disputes.taken_up"), decision("disputes.form")


@rule
def chance_of_settlement(base, severity, hardness, ties, standing):
    """Chance that a mediation succeeds: less for grave disputes, more where the parties have friends in common."""
    return min(0.98, base * (1.0 - hardness * (severity - 1)) + standing * min(ties, 10) / 10.0)


@rule
def is_outsider(migrant, ties, few):
    """Those whom a circle of people with standing hardly knows: migrants, and residents with few ties."""
    return migrant or ties < few


@rule
def form_of_escalation(u, complaint, petition):
    """Where an unsettled dispute goes, by the shares of complaints and petitions; the rest goes to court."""
    return COMPLAINT if u < complaint else PETITION if u < complaint + petition else COURT


@rule
def pass_on(needs, n, level, provider, hours, organizations, ready):
    """An unsettled dispute goes to the next instance."""
    organizations.backlog[needs.provider[n]] -= 1
    organizations.backlog[provider] += 1
    needs.provider[n], needs.level[n] = provider, level
    needs.work_left[n], needs.ready[n] = hours, ready


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
        level = needs.level[n]
        base, hardness, standing, given = p.legal[c], p.hardness[c], 0.0, 0.0
        if level == NEAR:
            given = min(communities.hours_left[c], needs.work_left[n])
            communities.asked_hours[c] += needs.work_left[n] if needs.ready[n] == week else 0.0
            communities.hours_left[c] -= given
            skill = skill_for(communities.skill[c], communities.generalists[c], severity == 3, p.depth[c])
            base, standing = with_experience(p.near[c], skill, p.experience[c]), p.standing[c]
        elif level == COUNCIL:
            base, hardness, standing = p.council_success[c], p.council_hardness[c], p.council_standing[c]
        else:
            given = min(organizations.hours_left[legal], needs.work_left[n])
            organizations.hours_left[legal] -= given
            organizations.hours_used[legal] += given
        counts[c, SERVICE_HOURS] += given
        needs.work_left[n] -= given
        if needs.work_left[n] > 1e-9:
            continue
        counts[c, MEDIATED_NEAR + 2 * level] += 1.0
        if level == COUNCIL and is_outsider(residents.migrant[i], ties.count[i], p.few_ties[c]):
            residents.belonging[i] -= p.judged[c] * residents.belonging[i]
        if draw(seed, SETTLED, week, key) < chance_of_settlement(base, severity, hardness, ties.count[i], standing):
            counts[c, SETTLED_NEAR + 2 * level] += 1.0
            organizations.backlog[needs.provider[n]] -= 1
            end(residents, buildings, needs, index, n, RESOLVED, service, counts, seed, week)
            continue
        ready = week + int(p.next_weeks[c] + 0.5)
        if level == NEAR and draw(seed, TAKEN_UP, week, key) < p.council[c]:
            pass_on(needs, n, COUNCIL, needs.provider[n], 0.0, organizations, ready)
        elif level < LEGAL_TEAM:
            pass_on(needs, n, LEGAL_TEAM, legal, p.mediation_hours[c], organizations, ready)
        else:
            form = form_of_escalation(draw(seed, FORM, week, key), p.complaint[c], p.petition[c])
            needs.level[n] = form
            counts[c, COMPLAINTS + form - COMPLAINT] += 1.0
            if form != COURT:
                communities.asked_hours[c] += p.reply_hours[c]
                communities.hours_left[c] -= min(communities.hours_left[c], p.reply_hours[c] * communities.care[c])
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
