"""How a need begins and ends: what several processes do to its record, in one place."""

from __future__ import annotations

import math

from sim.chance import decision, draw, draw_normal
from sim.compiled import rule
from sim.counters import (
    ANSWERED,
    BY_HOTLINE,
    DISCOVERED,
    ESCALATED_COUNT,
    FAILED_COUNT,
    KNOWN_DUE,
    KNOWN_IN_TERM,
    LAPSED_COUNT,
    PRACTICAL_DUE,
    PRACTICAL_IN_TERM,
    PRACTICAL_KNOWN,
    PRACTICAL_RAISED,
    PRACTICAL_RESOLVED,
    RAISED,
    RATED,
    RATING,
    REOPENED,
    REPEAT_RATED,
    REPEAT_SATISFIED,
    REPORTED_IN_TERM,
    RESOLVED_AFTER,
    RESOLVED_COUNT,
    VALID,
    VALID_SATISFIED,
    WAIT_BINS,
    WEEKS_TO_RESOLVE,
)
from sim.needs_table import ESCALATED, FAILED, HIDDEN, HOTLINE, KNOWN, LAPSED, NOBODY, RESOLVED, UNRATED

RATES, NOISE, REOPENS = decision("service.rates"), decision("service.rating_noise"), decision("service.reopens")
SET_ASIDE, ON_PAPER = decision("service.set_aside"), decision("service.on_paper")


@rule
def key_of(needs, n):
    """Key of a need in draws: who or which building raised it, and when; the same in every design."""
    building, raised = int(needs.building[n]), int(needs.raised[n])
    if building >= 0:
        return (raised * 2 + 1) * 4294967296 + building
    return raised * 2 * 4294967296 + int(needs.resident[n])


@rule
def owners_of(several, reopened, owners):
    """Departments that each do a part of a need; what is opened again goes to the one in charge alone."""
    return max(1, int(owners + 0.5)) if several and not reopened else 1


@rule
def quality_of(resolved, weeks, bounces, slow, per_bounce, failure):
    """Quality (0..1) of how a need was handled: none is perfect that took long or was sent round.

    Falls to half after ``slow`` weeks and by the factor ``1 - per_bounce`` with each bounce; ``failure`` if unsolved.
    """
    if not resolved:
        return failure
    return math.pow(1.0 - per_bounce, bounces) * slow / (slow + weeks)


@rule
def rating_of(quality, expectation, disconfirmation, noise):
    """Rating (0..1): quality, and how it compares with what was expected (Oliver 1980; Van Ryzin 2013)."""
    return min(1.0, max(0.0, quality + disconfirmation * (quality - expectation) + noise))


@rule
def chance_to_answer(response, rating, bias):
    """Chance that somebody answers when asked for a rating: the pleased and the angry do so more than the others.

    ``bias`` 0: all alike; 1: who would rate it middling never answers, who is at an end of the scale twice as often.
    """
    return min(1.0, response * (1.0 + bias * (2.0 * abs(2.0 * rating - 1.0) - 1.0)))


@rule
def count_rating(rating, reopened, set_aside, satisfied_from, counts, community):
    """Enter a rating into what is reported: bad ones deemed unfounded (``set_aside``) do not count as valid."""
    counts[community, RATED] += 1.0
    counts[community, RATING] += rating
    satisfied = rating >= satisfied_from
    if satisfied or not set_aside:
        counts[community, VALID] += 1.0
        counts[community, VALID_SATISFIED] += satisfied
        if reopened:
            counts[community, REPEAT_RATED] += 1.0
            counts[community, REPEAT_SATISFIED] += satisfied


@rule
def is_recorded_as_resolved(needs, n, closed_on_paper, seed):
    """Whether a matter that was not resolved in time is nevertheless recorded so."""
    return draw(seed, ON_PAPER, needs.raised[n], key_of(needs, n)) < closed_on_paper


@rule
def feel(residents, i, quality, weight):
    """Resident ``i`` experiences something of this quality; ``satisfaction`` works it in at the end of the week."""
    residents.event_quality[i] += quality * weight
    residents.event_weight[i] += weight


@rule
def begin(needs, index, resident, building, community, category, severity, simple, several, work, week, counts):
    """Write the record of a new need in the next free row. The caller has checked that there is room."""
    n = index.used[0]
    index.used[0] += 1
    needs.id[n] = index.next_id[0]
    index.next_id[0] += 1
    needs.resident[n] = resident
    needs.building[n] = building
    needs.community[n] = community
    needs.category[n] = category
    needs.severity[n] = severity
    needs.simple[n] = simple
    needs.several[n] = several
    needs.owner[n] = NOBODY
    needs.owners_left[n] = 0
    needs.state[n] = HIDDEN
    needs.channel[n] = 0
    needs.provider[n] = NOBODY
    needs.right[n] = False
    needs.bounces[n] = 0
    needs.returned[n] = 0
    needs.attempts[n] = 0
    needs.level[n] = 0
    needs.promised[n] = False
    needs.listed[n] = False
    needs.bottom_up[n] = False
    needs.reopened[n] = False
    needs.ready[n] = week
    needs.work[n] = work
    needs.work_left[n] = work
    needs.raised[n] = week
    needs.known[n] = -1
    needs.routed[n] = -1
    needs.matched[n] = -1
    needs.closed[n] = -1
    needs.rating[n] = UNRATED
    needs.queue[index.open_count[0]] = n
    index.open_count[0] += 1
    counts[community, RAISED] += 1.0
    if not simple:
        counts[community, PRACTICAL_RAISED] += 1.0


@rule
def hurt(residents, buildings, needs, n, sign):
    """Add (sign 1) or take away (sign -1) an open need's severity to those who live with it."""
    step = sign * needs.severity[n]
    building = needs.building[n]
    if building >= 0:
        buildings.shared_open[building] += sign
        for i in range(buildings.start[building], buildings.stop[building]):
            residents.open_severity[i] += step
    else:
        residents.open_severity[needs.resident[n]] += step


@rule
def become_known(needs, n, channel, bottom_up, week, counts):
    """A hidden need becomes known by a channel."""
    needs.state[n] = KNOWN
    needs.channel[n] = channel
    needs.bottom_up[n] = bottom_up
    needs.known[n] = week
    needs.ready[n] = week
    community = needs.community[n]
    counts[community, DISCOVERED] += 1.0
    counts[community, BY_HOTLINE + channel - HOTLINE] += 1.0
    if not needs.simple[n]:
        counts[community, PRACTICAL_KNOWN] += 1.0


@rule
def end(residents, buildings, needs, index, n, state, p, counts, seed, week):
    """Close a need: those concerned feel the quality, some rate it, and a low rating may open it again.

    ``p`` holds the numbers of the process ``service``. Returns False when the need was opened again.
    """
    community = needs.community[n]
    resident = needs.resident[n]
    resolved = state == RESOLVED
    waited = week - needs.raised[n]
    quality = quality_of(
        resolved, waited, needs.bounces[n], p.slow[community], p.per_bounce[community], p.failure[community]
    )
    key = key_of(needs, n)
    if state != LAPSED:
        noise = p.rating_noise[community] * draw_normal(seed, NOISE, week, key)
        rating = rating_of(quality, residents.expectation[resident], p.rating_disconfirmation[community], noise)
        rating *= 1.0 - p.repeat_penalty[community] * needs.reopened[n]
        answers = chance_to_answer(p.response[community], rating, p.response_bias[community])
        if draw(seed, RATES, week, key) < answers:
            needs.rating[n] = rating
            set_aside = draw(seed, SET_ASIDE, week, key) < p.set_aside[community]
            count_rating(rating, needs.reopened[n], set_aside, p.satisfied_from[community], counts, community)
    low = 0.0 <= needs.rating[n] < p.reopen_below[community]
    if low and not needs.reopened[n] and state != ESCALATED and draw(seed, REOPENS, week, key) < p.reopen[community]:
        needs.reopened[n] = True
        needs.state[n] = KNOWN
        needs.attempts[n] = 0
        needs.level[n] = 0
        needs.owner[n] = NOBODY
        needs.work_left[n] = needs.work[n] * p.rework[community]
        needs.ready[n] = week + 1
        counts[community, REOPENED] += 1.0
        return False
    if not needs.simple[n]:
        # Each matter falls due once: when it closes within its term, or when the term ends (``fall_due``).
        counts[community, PRACTICAL_DUE] += waited <= p.term[community]
        if needs.known[n] >= 0 and week - needs.known[n] <= p.term[community]:
            counts[community, KNOWN_DUE] += 1.0
            recorded = resolved or is_recorded_as_resolved(needs, n, p.closed_on_paper[community], seed)
            counts[community, REPORTED_IN_TERM] += recorded
    needs.state[n] = state
    needs.closed[n] = week
    needs.ended[index.closed_count[0]] = n
    index.closed_count[0] += 1
    hurt(residents, buildings, needs, n, -1)
    weight = p.lapse_weight[community] if state == LAPSED else 1.0
    feel(residents, resident, quality, weight)
    building = needs.building[n]
    if building >= 0:
        for i in range(buildings.start[building], buildings.stop[building]):
            feel(residents, i, quality, weight * p.shared_weight[community])
    if resolved:
        counts[community, RESOLVED_COUNT] += 1.0
        if needs.simple[n]:
            counts[community, ANSWERED] += 1.0
        else:
            counts[community, PRACTICAL_RESOLVED] += 1.0
            counts[community, WEEKS_TO_RESOLVE] += waited
            counts[community, RESOLVED_AFTER + min(waited, WAIT_BINS - 1)] += 1.0
            if waited <= p.term[community]:
                counts[community, PRACTICAL_IN_TERM] += 1.0
            if week - needs.known[n] <= p.term[community]:
                counts[community, KNOWN_IN_TERM] += 1.0
    elif state == FAILED:
        counts[community, FAILED_COUNT] += 1.0
    elif state == LAPSED:
        counts[community, LAPSED_COUNT] += 1.0
    else:
        counts[community, ESCALATED_COUNT] += 1.0
    return True


@rule
def fall_due(needs, index, term, closed_on_paper, counts, seed, week):
    """Count the practical matters whose term has just passed while they were open; some look resolved on paper."""
    for position in range(index.open_count[0]):
        n = needs.queue[position]
        if not needs.simple[n]:
            c = needs.community[n]
            first_late = int(term[c]) + 1
            counts[c, PRACTICAL_DUE] += week - needs.raised[n] == first_late
            if needs.known[n] >= 0 and week - needs.known[n] == first_late:
                counts[c, KNOWN_DUE] += 1.0
                counts[c, REPORTED_IN_TERM] += is_recorded_as_resolved(needs, n, closed_on_paper[c], seed)


@rule
def drop_closed(needs, index):
    """Take closed needs off the list of open ones, keeping the order."""
    kept = 0
    for position in range(index.open_count[0]):
        n = needs.queue[position]
        if needs.state[n] < RESOLVED:
            needs.queue[kept] = n
            kept += 1
    index.open_count[0] = kept
