"""What volunteering does to the one who does it, wherever the call came from: in one place for several processes."""

from __future__ import annotations

import math

from sim.agents.residents import NOT_ASKED, NOT_YET, ON_OWN, WAS_ASKED
from sim.chance import decision, draw
from sim.compiled import rule
from sim.counters import BURNOUTS, STARTED, STARTED_ASKED, VOLUNTEER_HOURS

REGISTERS = decision("acts.registers")


@rule
def chance_of(log_odds):
    """Probability from log-odds."""
    return 1.0 / (1.0 + math.exp(-log_odds))


@rule
def hours_for_act(normal, median, spread, most):
    """Volunteer hours in one week: log-normal, and never more than ``most``."""
    return min(median * math.exp(spread * normal), most)


@rule
def median_hours_of(median, intensity, disposition):
    """Median hours of one person's act: who leans to take part gives more at a time, not only more often."""
    return median * math.exp(intensity * disposition)


@rule
def wear_of_hours(hours, per_hour, recognition, saved):
    """Share of what is left of a volunteer's zest that these hours wear off; recognition saves some of it."""
    return min(1.0, per_hour * hours * (1.0 - saved * recognition))


@rule
def give_hours(residents, i, hours, asked, p, counts, seed, week):
    """Book hours that resident ``i`` gives: how the role began, wear, habit, registration, and burnout.

    ``p`` holds the numbers of the process ``participation``.
    """
    c = residents.community[i]
    if residents.first_asked[i] == NOT_YET:
        residents.first_asked[i] = ON_OWN if asked == NOT_ASKED else WAS_ASKED
        counts[c, STARTED] += 1.0
        counts[c, STARTED_ASKED] += asked != NOT_ASKED
    residents.hours_given[i] += hours
    counts[c, VOLUNTEER_HOURS] += hours
    residents.habit[i] += p.recognized_habit[c] * p.recognition[c] * (1.0 - residents.habit[i])
    wear = wear_of_hours(hours, p.fatigue_per_hour[c], p.recognition[c], p.recognized_wear[c])
    residents.fatigue[i] += wear * (1.0 - residents.fatigue[i])
    if residents.fatigue[i] >= p.burnout[c] and not residents.resting[i]:
        residents.resting[i] = True
        counts[c, BURNOUTS] += 1.0
    if not residents.registered[i] and draw(seed, REGISTERS, week, i) < p.registers[c]:
        residents.registered[i] = True
