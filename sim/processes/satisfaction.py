"""Expectations meet experience: satisfaction, trust and efficacy move."""

from __future__ import annotations

from typing import Any

from sim.catalogue import numbers_of
from sim.compiled import kernel, rule
from sim.trust import next_trust

SatisfactionNumbers = numbers_of("satisfaction")


@rule
def satisfaction_of(performance, expectation, temper, level, direct, disconfirmation, anchoring):
    """Satisfaction (0..1): mostly performance, partly its gap to what was expected.

    Expectation-disconfirmation (Oliver 1980; Van Ryzin 2004); in experiments the direct part dominates
    (Van Ryzin 2013; Grimmelikhuijsen & Porumbescu 2017). ``temper`` is a personal leaning to be content (Diener 1984).
    """
    value = level + direct * performance + disconfirmation * (performance - expectation) + anchoring * expectation
    value += temper
    return min(1.0, max(0.0, value))


@rule
def next_performance(performance, quality, weight, memory, ordinary, fading):
    """Remembered quality: moved by events in proportion to their weight, fading to the ordinary without them."""
    step = min(1.0, memory * weight)
    performance += step * (quality - performance)
    return performance + fading * (ordinary - performance)


@rule
def wear_of_open_needs(severity, hurt, half):
    """Share of remembered quality lost in a week of living with open needs; saturates with their severity."""
    return hurt * severity / (severity + half)


@rule
def next_expectation(expectation, performance, pace, announced):
    """Expectations follow experience, so that improving raises the bar; announcements raise them by themselves."""
    target = min(1.0, performance + announced)
    return expectation + pace * (target - expectation)


@kernel
def each_resident(residents, p):
    """Work in this week's experience and what it did to each resident."""
    for i in range(residents.size):
        c = residents.community[i]
        weight = residents.event_weight[i]
        quality = residents.performance[i]
        if weight > 0.0:
            quality = residents.event_quality[i] / weight
            expectation = residents.expectation[i]
            residents.trust_anchor[i] = next_trust(
                residents.trust_anchor[i], quality, expectation, weight, p.trust_gain[c], p.asymmetry[c]
            )
            gain = p.efficacy_gain[c] * min(1.0, weight) * (quality - expectation)
            residents.efficacy[i] += (
                gain * (1.0 - residents.efficacy[i]) if gain > 0.0 else gain * residents.efficacy[i]
            )
            residents.event_quality[i] = 0.0
            residents.event_weight[i] = 0.0
        performance = next_performance(
            residents.performance[i], quality, weight, p.memory[c], p.ordinary[c], p.fading[c]
        )
        if residents.open_severity[i] > 0:
            performance -= performance * wear_of_open_needs(residents.open_severity[i], p.hurt[c], p.half[c])
        residents.performance[i] = performance
        residents.expectation[i] = next_expectation(residents.expectation[i], performance, p.pace[c], p.announced[c])
        residents.trust_anchor[i] += p.forgetting[c] * (p.start_trust[c] - residents.trust_anchor[i])
        residents.efficacy[i] += p.forgetting[c] * (0.5 - residents.efficacy[i])
        residents.belonging[i] += p.forgetting[c] * (p.ordinary_belonging[c] - residents.belonging[i])
        residents.satisfaction[i] = satisfaction_of(
            performance,
            residents.expectation[i],
            residents.temper[i],
            p.level[c],
            p.direct[c],
            p.disconfirmation[c],
            p.anchoring[c],
        )


def run(model: Any) -> None:
    """Let residents feel the week."""
    each_resident(model.residents, model.numbers.satisfaction)
