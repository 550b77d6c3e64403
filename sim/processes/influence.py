"""Trust and news of how needs were handled spread along ties; ties form, fade and renew."""

from __future__ import annotations

from typing import Any

from sim.catalogue import numbers_of
from sim.chance import decision, draw, pair
from sim.compiled import kernel, rule
from sim.network import change_ties

InfluenceNumbers = numbers_of("influence")
TELLS = decision("influence.tells")
ROUND = 4  # weeks in which every resident revises once, so that a sweep costs a quarter each week


@rule
def voiced_trust(own, anchor, others, susceptibility, pace):
    """Trust that a resident voices next: drawn to others', anchored in own experience (Friedkin & Johnsen 1990)."""
    return own + pace * (susceptibility * others + (1.0 - susceptibility) * anchor - own)


@rule
def mean_trust_of_ties(residents, ties, i):
    """Mean of what a resident's ties voice; the resident's own where there is no tie."""
    count = ties.count[i]
    if count == 0:
        return residents.trust[i]
    total = 0.0
    for slot in range(ties.start[i], ties.start[i] + count):
        total += residents.trust[ties.to[slot]]
    return total / count


@rule
def next_anchor(anchor, quality, expectation, gain, loss):
    """Trust from experience: slow to build, quick to lose (Slovic 1993)."""
    gap = quality - expectation
    if gap >= 0.0:
        return anchor + gain * gap * (1.0 - anchor)
    return max(0.0, anchor + loss * gap * anchor)


@kernel
def each_story(residents, ties, p, seed, week):
    """Who experienced something this week tells some of those she knows; bad news travels further."""
    for i in range(residents.size):
        if residents.event_weight[i] > 0.0:
            c = residents.community[i]
            quality = residents.event_quality[i] / residents.event_weight[i]
            chance = p.tell_bad[c] if quality < p.bad_below[c] else p.tell_good[c]
            chance *= min(1.0, residents.event_weight[i])
            for slot in range(ties.start[i], ties.start[i] + ties.count[i]):
                j = ties.to[slot]
                if draw(seed, TELLS, week, pair(i, int(j))) < chance:
                    residents.performance[j] += p.story_weight[c] * (quality - residents.performance[j])
                    residents.trust_anchor[j] = next_anchor(
                        residents.trust_anchor[j],
                        quality,
                        residents.expectation[j],
                        p.story_gain[c],
                        p.story_gain[c] * p.asymmetry[c],
                    )


@kernel
def each_resident(residents, ties, revised, p, week):
    """A quarter of the residents revise the trust that they voice, all on what was voiced before."""
    for i in range((ROUND - week % ROUND) % ROUND, residents.size, ROUND):
        c = residents.community[i]
        revised[i] = voiced_trust(
            residents.trust[i],
            residents.trust_anchor[i],
            mean_trust_of_ties(residents, ties, i),
            p.susceptibility[c],
            p.pace[c],
        )
    for i in range((ROUND - week % ROUND) % ROUND, residents.size, ROUND):
        residents.trust[i] = revised[i]


def run(model: Any) -> None:
    """Tell stories, revise voiced trust, change ties."""
    p = model.numbers.influence
    each_story(model.residents, model.ties, p, model.seed, model.week)
    each_resident(model.residents, model.ties, model.scratch, p, model.week)
    change_ties(model.residents, model.geography, model.ties, model.numbers.network, model.seed, model.week)
