"""Trust and news of how needs were handled spread along ties; ties form, fade and renew, to organisations too."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.agents.organizations import SEAT_COMMITTEE, SEAT_DEPARTMENT, SEAT_SOCIAL, SOCIALS
from sim.agents.residents import ADULT, RATE, VOLUNTEER
from sim.catalogue import numbers_of
from sim.chance import BLOCK, decision, draw, draw_block, pair
from sim.compiled import kernel, rule
from sim.needs_life import key_of
from sim.needs_table import MEETING, PATROL, RESOLVED, VISIT
from sim.network import change_ties
from sim.trust import next_trust

InfluenceNumbers = numbers_of("influence")
TELLS = decision("influence.tells")
GETS_TO_KNOW, LOSES_SIGHT = decision("influence.gets_to_know"), decision("influence.loses_sight")
JOINS, WHICH, LEAVES = decision("influence.joins"), decision("influence.which"), decision("influence.leaves")
QUARTER, YEAR = 13, 52  # weeks; once a quarter it is a resident's turn to be known, forgotten, a member or none
ROUND = 4  # weeks in which every resident revises once, so that a sweep costs a quarter each week


@rule
def voiced_trust(own, anchor, others, susceptibility, pace):
    """Trust that a resident voices next: drawn to others', anchored in own experience (Friedkin & Johnsen 1990)."""
    return own + pace * (susceptibility * others + (1.0 - susceptibility) * anchor - own)


@rule
def mean_voice_of_ties(voiced, ties, i):
    """Mean of what a resident's ties voice; the resident's own where there is no tie."""
    count = int(ties.count[i])
    if count == 0:
        return voiced[i]
    total = 0.0
    for slot in range(ties.start[i], ties.start[i] + count):
        total += voiced[ties.to[slot]]
    return total / count


@rule
def hear(residents, p, count, tellers, listeners, chances, qualities, us):
    """Let those hear a story, of the first ``count`` who might, whose draw says so; in the order of telling."""
    for k in range(count):
        if us[k] < chances[k]:
            j, quality, c = listeners[k], qualities[k], residents.community[tellers[k]]
            residents.performance[j] += p.story_weight[c] * (quality - residents.performance[j])
            residents.trust_anchor[j] = next_trust(
                residents.trust_anchor[j], quality, residents.expectation[j], 1.0, p.story_gain[c], p.asymmetry[c]
            )


@kernel
def each_story(residents, ties, p, seed, week):
    """Who experienced something this week tells some of those she knows; bad news travels further."""
    us, agents, lanes = np.empty(BLOCK), np.zeros(BLOCK, np.int64), np.empty((4, BLOCK), np.uint32)
    tellers, listeners = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64)
    chances, qualities = np.empty(BLOCK), np.empty(BLOCK)
    waiting = 0
    for i in range(residents.size):
        if residents.event_weight[i] > 0.0:
            c = residents.community[i]
            quality = residents.event_quality[i] / residents.event_weight[i]
            chance = p.tell_bad[c] if quality < p.bad_below[c] else p.tell_good[c]
            chance *= min(1.0, residents.event_weight[i])
            for slot in range(ties.start[i], ties.start[i] + ties.count[i]):
                j = int(ties.to[slot])
                agents[waiting], tellers[waiting], listeners[waiting] = pair(i, j), i, j
                chances[waiting], qualities[waiting] = chance, quality
                waiting += 1
                if waiting == BLOCK:
                    draw_block(seed, TELLS, week, agents, lanes, us)
                    hear(residents, p, waiting, tellers, listeners, chances, qualities, us)
                    waiting = 0
    draw_block(seed, TELLS, week, agents, lanes, us)
    hear(residents, p, waiting, tellers, listeners, chances, qualities, us)


@kernel
def each_resident(residents, ties, voiced, p, week):
    """A quarter of the residents revise the trust that they voice, all on what was voiced before.

    ``voiced`` is room for what was voiced before, side by side: neighbours' trust is then found in the cache.
    """
    for i in range(residents.size):
        voiced[i] = residents.trust[i]
    for i in range((ROUND - week % ROUND) % ROUND, residents.size, ROUND):
        c = residents.community[i]
        residents.trust[i] = voiced_trust(
            voiced[i],
            residents.trust_anchor[i],
            mean_voice_of_ties(voiced, ties, i),
            p.susceptibility[c],
            p.pace[c],
        )


@kernel
def each_closed(residents, needs, index, communities, p, seed, week):
    """Whoever was helped knows the committee's people who came, and may join the social organisation that helped."""
    for position in range(index.closed_count[0]):
        n = needs.ended[position]
        if needs.state[n] != RESOLVED:
            continue
        i, c, key = needs.resident[n], needs.community[n], key_of(needs, n)
        seat = needs.provider[n] - communities.first_organization[c]
        channel = needs.channel[n]
        came = channel == VISIT or channel == PATROL or channel == MEETING or seat == SEAT_COMMITTEE
        if came and draw(seed, GETS_TO_KNOW, week, key) < p.contact_knows[c]:
            residents.knows_committee[i] = True
        helped = SEAT_SOCIAL <= seat < SEAT_DEPARTMENT and residents.age[i] >= ADULT
        if helped and residents.social_organization[i] < 0 and draw(seed, JOINS, week, key) < p.joins_helped[c]:
            residents.social_organization[i] = needs.provider[n]


@kernel
def each_affiliation(residents, communities, p, seed, week):
    """Ties to organisations, a thirteenth of the adults each week: contact makes them, neglect lets them fade."""
    for i in range((QUARTER - week % QUARTER) % QUARTER, residents.size, QUARTER):
        if residents.age[i] < ADULT:
            continue
        c, form, last = residents.community[i], residents.form[i], residents.took_part[i]
        together = last > week - QUARTER and form != RATE
        if together:
            if not residents.knows_committee[i]:
                residents.knows_committee[i] = draw(seed, GETS_TO_KNOW, week, i) < p.contact_knows[c]
        elif residents.knows_committee[i] and draw(seed, LOSES_SIGHT, week, i) < p.loses_sight[c]:
            residents.knows_committee[i] = False
        if residents.social_organization[i] < 0:
            if together and form == VOLUNTEER and draw(seed, JOINS, week, i) < p.joins_serving[c]:
                pick = int(draw(seed, WHICH, week, i) * SOCIALS)
                residents.social_organization[i] = communities.first_organization[c] + SEAT_SOCIAL + pick
        elif last <= week - YEAR and draw(seed, LEAVES, week, i) < p.membership_fades[c]:
            residents.social_organization[i] = -1


def run(model: Any) -> None:
    """Tell stories, revise voiced trust, change ties."""
    p = model.numbers.influence
    each_closed(model.residents, model.needs, model.index, model.communities, p, model.seed, model.week)
    each_affiliation(model.residents, model.communities, p, model.seed, model.week)
    each_story(model.residents, model.ties, p, model.seed, model.week)
    each_resident(model.residents, model.ties, model.scratch, p, model.week)
    change_ties(model.residents, model.geography, model.ties, model.numbers.network, model.seed, model.week)
