"""Occasions to take part are offered, people are asked by people they know, each decides; committees are elected."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.acts import chance_of, give_hours, hours_for_act, median_hours_of
from sim.agents.residents import (
    BY_LEADER,
    BY_NEIGHBOUR,
    CONDITIONAL,
    DELIBERATE,
    FRAIL,
    FREE_RIDER,
    HUMP_SHAPED,
    NEVER,
    NOT_ASKED,
    RATE,
    SELF_ORGANIZE,
    UNCONDITIONAL,
    VOLUNTEER,
)
from sim.agents.ties import NEIGHBOUR
from sim.catalogue import numbers_of
from sim.chance import BLOCK, decision, draw, draw_in_turn, draw_normal, pair
from sim.compiled import kernel, rule
from sim.counters import (
    ASKED_ACTS,
    ELECTORS,
    GROUPS_DISSOLVED,
    GROUPS_FORMED,
    MEETINGS,
    ONLINE_ACTS,
    RATE_ACTS,
    SERVICE_YUAN,
    VOTES,
)
from sim.needs_table import MEETING
from sim.network import meet

ParticipationNumbers = numbers_of("participation")
ASKS, OCCASION, FORM = (
    decision("participation.asks"),
    decision("participation.occasion"),
    decision("participation.form"),
)
DECIDES, HOURS = decision("participation.decides"), decision("participation.hours")
MEETS, CLICKS = decision("participation.meeting"), decision("participation.clicks")
VOTING = decision("participation.votes")

MEMBER_FOR = 26  # weeks without organising anything after which one is no member of a group any more
ROUND = 4  # weeks after which members of a group see what the others gave

# Occasions of a week.
NO_OCCASION, SPONTANEOUS, ASKED_BY_LEADER, NOTICE_OF_MEETING, ASKED_BY_CONTACT, TEAM_DUTY = range(6)


@rule
def share_of_ties_active(residents, ties, i, week):
    """Share of a resident's ties who took part in the last 13 weeks; 0 without ties."""
    count = ties.count[i]
    if count == 0:
        return 0.0
    active = 0
    for slot in range(ties.start[i], ties.start[i] + count):
        active += residents.took_part[ties.to[slot]] > week - 13
    return active / count


@rule
def pull_of_norm(cooperation, share, expected):
    """Pull (-1..1) of what neighbours do, by cooperation type (Fischbacher, Gächter & Fehr 2001).

    Conditional cooperators follow the share above or below what is usual; hump-shaped ones follow up to a half and
    then lean back; free riders are held back and unconditional helpers carried on whatever others do.
    """
    if cooperation == CONDITIONAL:
        return max(-1.0, min(1.0, (share - expected) / 0.5))
    if cooperation == HUMP_SHAPED:
        return 1.0 - 4.0 * abs(share - 0.5)
    return -1.0 if cooperation == FREE_RIDER else 1.0


@rule
def motive_from_points(points, cooperation, disposition, gain, crowding, onset):
    """Log-odds from points: a motive that grows with their worth, less the intrinsic motive that they displace.

    Those who would help anyway take even small points as controlling (Frey & Oberholzer-Gee 1997); the loss is
    complete at small worth, the gain is not, so small points can be worse than none (Gneezy & Rustichini 2000).
    """
    motive = gain * points
    if cooperation == UNCONDITIONAL or (cooperation != FREE_RIDER and disposition > 0.0):
        motive -= crowding * (1.0 - math.exp(-points / onset))
    return motive


@rule
def occasion_of(u, spontaneous, leaders, notice, contact, team):
    """Which occasion a resident meets this week, by one uniform draw and the chance of each; mostly none."""
    if u < spontaneous:
        return SPONTANEOUS
    if u < spontaneous + leaders:
        return ASKED_BY_LEADER
    if u < spontaneous + leaders + notice:
        return NOTICE_OF_MEETING
    if u < spontaneous + leaders + notice + contact:
        return ASKED_BY_CONTACT
    return TEAM_DUTY if u < spontaneous + leaders + notice + contact + team else NO_OCCASION


@rule
def form_of(u, deliberation, volunteer, self_organize):
    """Form that an occasion takes, by the shares of three forms; the rest are surveys and ratings."""
    if u < deliberation:
        return DELIBERATE
    if u < deliberation + volunteer:
        return VOLUNTEER
    if u < deliberation + volunteer + self_organize:
        return SELF_ORGANIZE
    return RATE


@rule
def gain_of_voice(gain, openness):
    """Share of what is left of doubt that one meeting takes from those who come: an open procedure counts in full."""
    return gain * openness


@rule
def gain_of_answer(openness, fair, dismissed):
    """Efficacy gained (or lost, negative) by who spoke up at a meeting that promised nothing.

    An open procedure is felt as fair even by those who lose (Lind & Tyler 1988; Van Ryzin 2013); to be turned away
    without a reason is not.
    """
    return fair * openness - dismissed * (1.0 - openness)


@rule
def is_election(week, first, every):
    """Whether residents elect their committee this week."""
    return week >= first and (week - int(first)) % int(every) == 0


@rule
def log_odds_of_voting(residents, i, c, p):
    """Log-odds that resident ``i`` votes: resources, engagement, habit, and a right that migrants mostly lack."""
    return (
        p.vote_base[c]
        + p.vote_age[c] * (residents.age[i] - 50.0) / 10.0
        + p.vote_education[c] * (residents.education[i] - 1.5)
        + p.vote_party[c] * residents.party_member[i]
        + p.vote_trust[c] * (residents.trust[i] - 0.5) / 0.2
        + p.vote_belonging[c] * (residents.belonging[i] - 0.5) / 0.2
        + p.vote_knows[c] * residents.knows_committee[i]
        + p.vote_habit[c] * residents.habit[i]
        + p.vote_migrant[c] * residents.migrant[i]
    )


@rule
def helpers_to_found(households, share, enough, least):
    """Helpers that it takes to found a group: a share of the building's households, or as many as are enough anywhere.

    Never fewer than ``least``.
    """
    return max(least, min(enough, share * households))


@rule
def worth_of_size(members, best):
    """Share (0..1) of its members' work that a group of this size makes use of: an inverted U with its top at ``best``.

    Small groups lack hands and eyes, large ones let free riders hide (Yang et al. 2013).
    """
    relative = members / best
    return relative * math.exp(1.0 - relative)


@rule
def contribution_of(cooperation, belief, slope, held):
    """Share (0..1) of what a group asks that a member gives, who believes that the others give ``belief``.

    Conditional cooperators give a little less than they expect of others, which is what makes contributions decay
    (Fischbacher & Gächter 2010); rules hold everybody to at least ``held`` (Ostrom 1990).
    """
    given = 0.0
    if cooperation == UNCONDITIONAL:
        given = 1.0
    elif cooperation == CONDITIONAL:
        given = slope * belief
    elif cooperation == HUMP_SHAPED:
        given = min(belief, 1.0 - belief)
    return max(given, held)


@kernel
def each_participant(residents, ties, p, seed, week):
    """Those who took part last week ask the people they know."""
    for i in range(residents.size):
        if residents.took_part[i] == week - 1:
            chance = p.ask[residents.community[i]]
            for slot in range(ties.start[i], ties.start[i] + ties.count[i]):
                j = ties.to[slot]
                if residents.asked[j] == NOT_ASKED and draw(seed, ASKS, week, pair(i, int(j))) < chance:
                    residents.asked[j] = BY_NEIGHBOUR


@kernel
def each_meeting(communities, p, counts, meeting, seed, week):
    """Each community holds its deliberation meetings in weeks of its own."""
    for c in range(communities.size):
        meeting[c] = draw(seed, MEETS, week, c) < p.meetings[c] / 52.0
        counts[c, MEETINGS] += meeting[c]


@rule
def log_odds_of(residents, buildings, ties, i, form, online, p, week):
    """Log-odds of a yes: resources, engagement, recruitment (Verba, Schlozman & Brady 1995), norms, habit, cost."""
    c = residents.community[i]
    b = residents.building[i]
    own = residents.open_severity[i] > 0
    base = (
        p.base_rate[c] * (form == RATE)
        + p.base_deliberate[c] * (form == DELIBERATE)
        + p.base_volunteer[c] * (form == VOLUNTEER)
        + p.base_self_organize[c] * (form == SELF_ORGANIZE)
    )
    resources = (
        p.education[c] * (residents.education[i] - 1.5)
        + p.party[c] * residents.party_member[i]
        + p.time[c] * (residents.free_hours[i] - 20.0) / 20.0
    )
    engagement = (
        p.networks[c] * (min(ties.count[i], 20) - 8.0) / 5.0
        + p.trust[c] * (residents.trust[i] - 0.5) / 0.2
        + p.efficacy[c] * (residents.efficacy[i] - 0.5) / 0.2
        + p.belonging[c] * (residents.belonging[i] - 0.5) / 0.2
        + p.interest[c] * own
    )
    recruitment = p.asked[c] * (residents.asked[i] != NOT_ASKED)
    norms = p.norms[c] * pull_of_norm(
        residents.cooperation[i], share_of_ties_active(residents, ties, i, week), p.usual_share[c]
    )
    cost = 0.0 if online else p.access_cost[c] * (1.0 + p.frail_access[c] * (residents.age[i] >= FRAIL))
    wear = p.fatigue[c] * residents.fatigue[i] * (form == VOLUNTEER or form == SELF_ORGANIZE)
    points = 0.0
    if p.points[c] > 0.0 and form == VOLUNTEER:
        points = motive_from_points(
            p.points[c], residents.cooperation[i], residents.disposition[i], p.points_gain[c], p.crowding[c], p.onset[c]
        )
    rules = p.group_rules[c] * (form == SELF_ORGANIZE and buildings.group[b])
    return (
        base
        + resources
        + engagement
        + recruitment
        + norms
        + p.habit[c] * residents.habit[i]
        + p.disposition[c] * residents.disposition[i]
        + points
        + rules
        - cost
        - wear
    )


@rule
def take_part(residents, buildings, microgrids, ties, communities, i, form, online, p, counts, seed, week):
    """What taking part does to the one who does it, and whom it brings together."""
    c, b = residents.community[i], residents.building[i]
    counts[c, RATE_ACTS + form] += 1.0
    counts[c, ONLINE_ACTS] += online
    counts[c, ASKED_ACTS] += residents.asked[i] != NOT_ASKED
    residents.took_part[i] = week
    residents.form[i] = form
    residents.acts[i] += 1
    residents.habit[i] += p.habit_gain[c] * (1.0 - residents.habit[i])
    if online:
        residents.took_part_online[i] = week
    if form == RATE:
        return
    residents.belonging[i] += p.belonging_gain[c] * (1.0 - residents.belonging[i])
    if form == DELIBERATE:
        residents.efficacy[i] += gain_of_voice(p.voice_gain[c], p.openness[c]) * (1.0 - residents.efficacy[i])
        buildings.attended[b] = week
    else:
        hours = hours_for_act(
            draw_normal(seed, HOURS, week, i),
            median_hours_of(p.hours_median[c], p.intensity[c], residents.disposition[i]),
            p.hours_spread[c],
            p.hours_limit[c] * residents.free_hours[i],
        )
        give_hours(residents, i, hours, residents.asked[i], p, counts, seed, week)
        if form == VOLUNTEER:
            communities.volunteer_hours[c] += hours
        else:
            residents.organized[i] = week
            buildings.helpers[b] += 1.0
            buildings.group_hours[b] += hours
    if not online:
        m = buildings.microgrid[b]
        other = microgrids.last_met[m]
        if other >= 0 and other != i and residents.took_part[other] >= week - 1:
            meet(ties, i, other, NEIGHBOUR, week)
        microgrids.last_met[m] = i


@kernel
def each_resident(residents, buildings, microgrids, ties, communities, meeting, p, counts, seed, week):
    """Each adult who meets an occasion decides, and most weeks there is none."""
    us, agents, lanes = np.empty(BLOCK), np.empty(BLOCK, np.int64), np.empty((4, BLOCK), np.uint32)
    for i in range(residents.size):
        k = i % BLOCK
        if k == 0:
            draw_in_turn(seed, OCCASION, week, i, agents, lanes, us)
        c = residents.community[i]
        residents.habit[i] *= p.habit_kept[c]
        residents.fatigue[i] *= p.fatigue_kept[c]
        if residents.age[i] < 18:
            residents.asked[i] = NOT_ASKED
            continue
        u = us[k]
        b = residents.building[i]
        concerned = buildings.shared_open[b] > 0 or buildings.group[b]
        leaders = p.leader_ask[c] + p.party_ask[c] * residents.party_member[i]
        notice = p.meeting_notice[c] * meeting[c]
        contact = p.contact_ask[c] * concerned
        team = p.team_duty[c] * residents.habit[i] * residents.registered[i]
        kind = occasion_of(u, p.occasion[c], leaders, notice, contact, team)
        if residents.asked[i] == NOT_ASKED:
            if kind == NO_OCCASION:
                continue
            if kind == ASKED_BY_LEADER or kind == ASKED_BY_CONTACT:
                residents.asked[i] = BY_LEADER
        if residents.took_part[i] == week:  # helped in an emergency, and has had her week
            residents.asked[i] = NOT_ASKED
            continue
        if kind == NOTICE_OF_MEETING:
            form = DELIBERATE
        elif kind == ASKED_BY_CONTACT:
            form = SELF_ORGANIZE
        elif kind == TEAM_DUTY:
            form = VOLUNTEER
        else:
            local = p.self_share[c] * concerned
            form = form_of(draw(seed, FORM, week, i), p.meeting_share[c] * meeting[c], p.volunteer_share[c], local)
        if residents.resting[i]:
            residents.resting[i] = residents.fatigue[i] > p.rested[c]
            if residents.resting[i] and (form == VOLUNTEER or form == SELF_ORGANIZE):
                residents.asked[i] = NOT_ASKED
                continue
        can_click = residents.online[i] and (form == RATE or form == DELIBERATE)
        online = can_click and draw(seed, CLICKS, week, i) < p.online_forms[c]
        log_odds = log_odds_of(residents, buildings, ties, i, form, online, p, week)
        if draw(seed, DECIDES, week, i) < chance_of(log_odds):
            take_part(
                residents,
                buildings,
                microgrids,
                ties,
                communities,
                i,
                form,
                online,
                p,
                counts,
                seed,
                week,
            )
        residents.asked[i] = NOT_ASKED


@kernel
def each_answer(residents, needs, index, p, week):
    """Who came to last week's meeting and spoke up, but was promised nothing, judges the procedure."""
    for position in range(index.open_count[0]):
        n = needs.queue[position]
        if needs.known[n] != week or needs.channel[n] != MEETING or needs.promised[n]:
            continue
        i = needs.resident[n]
        if residents.took_part[i] != week - 1 or residents.form[i] != DELIBERATE:
            continue
        c = residents.community[i]
        gain = gain_of_answer(p.openness[c], p.fair[c], p.dismissed[c])
        residents.efficacy[i] += gain * (1.0 - residents.efficacy[i]) if gain > 0.0 else gain * residents.efficacy[i]


@kernel
def each_elector(residents, communities, p, counts, seed, week):
    """Where the residents' committee is elected this week, each adult decides whether to vote."""
    for c in range(communities.size):
        if not is_election(week, p.election_first[c], p.election_every[c]):
            continue
        for i in range(communities.start[c], communities.stop[c]):
            if residents.age[i] < 18:
                continue
            counts[c, ELECTORS] += 1.0
            if draw(seed, VOTING, week, i) < chance_of(log_odds_of_voting(residents, i, c, p)):
                counts[c, VOTES] += 1.0
                residents.voted[i] = week


@rule
def ties_in_building(residents, buildings, ties, b):
    """Mean number of ties of a building's adults to people of other households there."""
    adults, found = 0, 0
    for i in range(buildings.start[b], buildings.stop[b]):
        if residents.age[i] < 18:
            continue
        adults += 1
        for slot in range(ties.start[i], ties.start[i] + ties.count[i]):
            j = ties.to[slot]
            found += residents.building[j] == b and residents.household[j] != residents.household[i]
    return found / max(1, adults)


@rule
def given_in_round(residents, buildings, b, p, week):
    """What members of a building's group give on average in a round, 0..1; 0 without any member."""
    c = buildings.community[b]
    members, given = 0, 0.0
    for i in range(buildings.start[b], buildings.stop[b]):
        if residents.organized[i] > week - MEMBER_FOR:
            members += 1
            given += contribution_of(
                residents.cooperation[i], buildings.group_given[b], p.group_slope[c], p.group_held[c]
            )
    return given / max(1, members)


@rule
def found_group(residents, buildings, ties, communities, b, p, counts, week):
    """Found a group where helpers and ties are enough and the community's fund can pay the seed money."""
    c = buildings.community[b]
    seed_money = p.group_seed_yuan[c]
    if communities.fund[c] < seed_money or ties_in_building(residents, buildings, ties, b) < p.group_ties[c]:
        return
    communities.fund[c] -= seed_money
    counts[c, SERVICE_YUAN] += seed_money
    counts[c, GROUPS_FORMED] += 1.0
    buildings.group[b], buildings.group_since[b] = True, week
    buildings.group_given[b] = p.group_start[c]


@rule
def dissolve_group(buildings, b, counts):
    """Dissolve the group of a building."""
    buildings.group[b], buildings.group_since[b], buildings.group_given[b] = False, NEVER, 0.0
    counts[buildings.community[b], GROUPS_DISSOLVED] += 1.0


@kernel
def each_building(residents, buildings, ties, communities, p, counts, week):
    """Neighbours found a group, a threshold public good; it lives as long as enough of them give enough."""
    for b in range(buildings.size):
        c = buildings.community[b]
        buildings.helpers[b] *= p.helpers_kept[c]
        threshold = helpers_to_found(buildings.households[b], p.group_threshold[c], p.group_enough[c], p.group_least[c])
        if not buildings.group[b]:
            if buildings.helpers[b] >= threshold:
                found_group(residents, buildings, ties, communities, b, p, counts, week)
        else:
            if (week - buildings.group_since[b]) % ROUND == 0:
                given = given_in_round(residents, buildings, b, p, week)
                buildings.group_given[b] += p.group_learns[c] * (given - buildings.group_given[b])
            if buildings.helpers[b] < p.group_survives[c] * threshold or buildings.group_given[b] < p.group_breaks[c]:
                dissolve_group(buildings, b, counts)
        buildings.group_yield[b] = buildings.group_given[b] * worth_of_size(buildings.helpers[b], p.group_best[c])


def run(model: Any) -> None:
    """Recruit, offer occasions, let residents decide, let groups form and dissolve, elect committees."""
    p = model.numbers.participation
    each_participant(model.residents, model.ties, p, model.seed, model.week)
    each_answer(model.residents, model.needs, model.index, p, model.week)
    each_meeting(model.communities, p, model.counts, model.meeting, model.seed, model.week)
    each_resident(
        model.residents,
        model.buildings,
        model.microgrids,
        model.ties,
        model.communities,
        model.meeting,
        p,
        model.counts,
        model.seed,
        model.week,
    )
    each_building(model.residents, model.buildings, model.ties, model.communities, p, model.counts, model.week)
    each_elector(model.residents, model.communities, p, model.counts, model.seed, model.week)
