"""An emergency may start, run or end: while it lasts, more needs arise, it binds staff, and residents are called on."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.acts import chance_of, give_hours, hours_for_act, median_hours_of
from sim.agents.residents import ADULT, BY_LEADER, BY_NEIGHBOUR, NOT_ASKED, VOLUNTEER
from sim.catalogue import numbers_of
from sim.chance import decision, draw, draw_normal
from sim.compiled import kernel, rule
from sim.counters import ASKED_ACTS, EMERGENCY_HOURS, MOBILIZED, VOLUNTEER_ACTS
from sim.emergency_kinds import emergency_kinds
from sim.needs_table import CATEGORIES

EmergenciesNumbers = numbers_of("emergencies")
CALLED, ANSWERS, HOURS = (
    decision("emergencies.called"),
    decision("emergencies.answers"),
    decision("emergencies.hours"),
)

OLDEST = 74  # years of age up to which residents are called on


def surge_of(scenario: Any, week: int) -> tuple[np.ndarray, float]:
    """Factor on the arrival of needs by category, and share of staff hours taken, in a week of the run.

    Emergencies that overlap multiply their surges; the share of staff hours is that of the worst.
    """
    factors, staff = np.ones(len(CATEGORIES)), 0.0
    for shock in scenario.emergencies:
        if shock.start <= week < shock.start + shock.weeks:
            kind = emergency_kinds()[shock.kind]
            for category, entry in kind.surge.items():
                factors[CATEGORIES.index(category)] *= 1.0 + (entry.value - 1.0) * shock.strength
            staff = max(staff, min(0.9, kind.staff.value * shock.strength))
    return factors, staff


def called_since(scenario: Any, week: int) -> int:
    """Week of the run in which the first of the emergencies that run in ``week`` began; ``week`` without any."""
    return min((one.start for one in scenario.emergencies if one.start <= week < one.start + one.weeks), default=week)


@rule
def either(first, second):
    """Chance that at least one of two independent things happens."""
    return first + second - first * second


@rule
def chance_of_being_asked(households, households_per_leader, pledged, member, prepared):
    """Chance that a leader, or a Party member's own organisation, asks in person to help.

    A leader reaches ``households`` of those in charge; with plans and rosters the rest are reached as far as
    ``prepared`` (0..1). A member is asked where the unit has pledged itself to the community (``pledged``, 0..1).
    """
    reach = either(min(1.0, households / households_per_leader), prepared)
    return either(reach, pledged) if member else reach


@rule
def chance_of_hearing(chat, online, by_word, ties):
    """Chance that the call comes by the community's chat group or by an acquaintance."""
    return either(chat if online else 0.0, min(0.5, by_word * ties))


@rule
def log_odds_of_answer(residents, i, c, asked, p, e):
    """Log-odds that one who knows of the call helps: ``p`` are the numbers of ``participation``, ``e`` those here."""
    return (
        e.call_base[c]
        + e.call_registered[c] * residents.registered[i]
        + e.call_party[c] * residents.party_member[i]
        + p.time[c] * (residents.free_hours[i] - 20.0) / 20.0
        + p.trust[c] * (residents.trust[i] - 0.5) / 0.2
        + p.belonging[c] * (residents.belonging[i] - 0.5) / 0.2
        + p.asked[c] * (asked == BY_LEADER)
        + p.habit[c] * residents.habit[i]
        + p.disposition[c] * residents.disposition[i]
        - p.fatigue[c] * residents.fatigue[i]
    )


@rule
def relief_of(hours, bound, hands, worth, most):
    """Staff hours that helpers take over, and hours of helpers that the emergency takes, as a pair.

    An emergency that binds ``bound`` staff hours asks for ``hands`` times as many. Helpers, whose hour is worth
    ``worth`` of a staff hour, first do what staff cannot get round to, and then up to ``most`` (0..1) of what they do.
    """
    lacking = bound * (hands - 1.0)
    freed = min(max(0.0, hours * worth - lacking), bound * most)
    return freed, min(hours, (lacking + freed) / worth)


@kernel
def each_called(residents, ties, p, e, households_per_leader, pledged, hours, counts, seed, since, week):
    """A call goes out: some are asked in person, others hear of it, and each decides.

    One call goes out for an emergency, so whom it reaches and how ready each is are drawn once, for the week ``since``
    which it runs: who came last week comes again until worn out.
    """
    for i in range(residents.size):
        if residents.age[i] < ADULT or residents.age[i] > OLDEST or residents.resting[i]:
            continue
        c = residents.community[i]
        asks = chance_of_being_asked(
            e.call_households[c], households_per_leader[c], pledged[c], residents.party_member[i], e.preparedness[c]
        )
        hears = chance_of_hearing(e.chat[c], residents.online[i], e.word_of_mouth[c], ties.count[i])
        u = draw(seed, CALLED, since, i)
        if u >= either(asks, hears):
            continue
        asked = BY_LEADER if u < asks else BY_NEIGHBOUR
        if draw(seed, ANSWERS, since, i) >= chance_of(log_odds_of_answer(residents, i, c, asked, p, e)):
            continue
        given = hours_for_act(
            draw_normal(seed, HOURS, week, i),
            median_hours_of(e.call_hours[c], p.intensity[c], residents.disposition[i]),
            p.hours_spread[c],
            p.hours_limit[c] * residents.free_hours[i],
        )
        residents.took_part[i], residents.form[i] = week, VOLUNTEER
        residents.acts[i] += 1
        residents.habit[i] += p.habit_gain[c] * (1.0 - residents.habit[i])
        residents.belonging[i] += p.belonging_gain[c] * (1.0 - residents.belonging[i])
        give_hours(residents, i, given, asked, p, counts, seed, week)
        hours[c] += given
        counts[c, MOBILIZED] += 1.0
        counts[c, EMERGENCY_HOURS] += given
        counts[c, VOLUNTEER_ACTS] += 1.0
        counts[c, ASKED_ACTS] += asked != NOT_ASKED


@kernel
def each_community(communities, emergency_staff, work_week, e, hours):
    """Helpers first do the emergency's work, and so relieve staff; the rest of their hours is for residents' needs."""
    for c in range(communities.size):
        staff = communities.posts[c] * communities.filled[c] * work_week[c]
        if staff <= 0.0:
            communities.volunteer_hours[c] += hours[c]
            continue
        worth = either(e.untrained[c], e.preparedness[c])
        freed, used = relief_of(hours[c], emergency_staff[c] * staff, e.hands[c], worth, e.replaceable[c])
        emergency_staff[c] -= freed / staff
        communities.volunteer_hours[c] += hours[c] - used


def run(model: Any) -> None:
    """Set this week's surge of needs and how readily they are reported, call on residents, and bind staff hours."""
    if not model.scenario.emergencies:
        return
    factors, staff = surge_of(model.scenario, model.run_week)
    e = model.numbers.emergencies
    model.emergency_staff[:] = staff * (1.0 - e.preparedness)
    model.alarm[:] = e.alarm if staff > 0.0 or (factors != 1.0).any() else 1.0
    model.set_surge(factors)
    if staff > 0.0:
        hours = np.zeros(model.communities.size)
        each_called(
            model.residents,
            model.ties,
            model.numbers.participation,
            e,
            model.numbers.discovery.households_per_leader,
            model.numbers.matching.units_joined,
            hours,
            model.counts,
            model.seed,
            model.scenario.warmup + called_since(model.scenario, model.run_week),
            model.week,
        )
        each_community(model.communities, model.emergency_staff, model.numbers.calendar.work_week, e, hours)
