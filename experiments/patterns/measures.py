"""What a survey, a hotline's books or a yearbook would say of a run: one small function for each pattern's quantity.

A measure returns a part and a whole. Runs of several community types are pooled by adding parts and wholes, so that the
value is that of all their residents together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.agents.residents import ADULT, NEVER
from sim.agents.ties import NEIGHBOUR
from sim.outcomes import COLUMNS
from sim.result import Result

YEAR = 52
WEEK_DAYS = 7
SOCIABLE_POINTS = 15  # of the quadrature over how sociable people are
SHOCKS = ("flood", "epidemic")


class MissingError(LookupError):
    """The model has no such column, counter or outcome, so the pattern cannot be measured."""


class Part(NamedTuple):
    """A part of a whole, both sums over residents, needs, hours or weeks; 0 of 0 when there was nothing to measure."""

    part: float
    whole: float


NOTHING = Part(0.0, 0.0)


@dataclass(frozen=True)
class Observed:
    """Runs of one community with one seed.

    Attributes
    ----------
    quiet : Result
        The status quo, with the records of its needs.
    shocks : dict of str to Result
        By kind of emergency: the status quo from the same state, ended after the first week of the emergency.
    observation : dict of str to float
        Numbers of the observation model by dotted name.
    """

    quiet: Result
    shocks: Mapping[str, Result]
    observation: Mapping[str, float]


Measure = Callable[[Observed], Part]
MEASURES: dict[str, Measure] = {}


def measure(function: Measure) -> Measure:
    """Enter a measure under its name."""
    MEASURES[function.__name__] = function
    return function


# What measures read ---------------------------------------------------------------------------------------------------


def column(result: Result, name: str) -> np.ndarray:
    """Column of the residents at the end of a run."""
    table = result.model.residents
    if name not in (table.dtype.names or ()):
        raise MissingError(f"residents have no column {name!r}")
    return np.asarray(table[name])


def weekly(result: Result, name: str) -> np.ndarray:
    """A state or flow by week, summed over communities."""
    if name not in COLUMNS:
        raise MissingError(f"no counter {name!r}")
    return np.asarray(result.history[:, :, COLUMNS.index(name)].sum(axis=1))


def flow(result: Result, name: str) -> float:
    """A flow, summed over the run."""
    return float(weekly(result, name).sum())


def outcome(result: Result, name: str) -> Part:
    """Outcome of the last year, weighted by residents."""
    if name not in result.summary:
        raise MissingError(f"no outcome {name!r}")
    value, residents = result.summary[name], column(result, "age").size
    return NOTHING if math.isnan(value) else Part(value * residents, residents)


def share_of(chosen: np.ndarray, among: np.ndarray) -> Part:
    """How many of those ``among`` are ``chosen``."""
    return Part(float((chosen & among).sum()), float(among.sum()))


def adults(result: Result) -> np.ndarray:
    """Who is an adult."""
    return column(result, "age") >= ADULT


def aged(result: Result, first: int, last: int) -> np.ndarray:
    """Who is ``first`` to ``last`` years old."""
    age = column(result, "age")
    return (age >= first) & (age <= last)


# Elections ------------------------------------------------------------------------------------------------------------


def _voted(result: Result, among: np.ndarray) -> Part:
    """Share who voted in the last election; nothing to measure before the first."""
    voted = column(result, "voted")
    last = voted.max()
    return NOTHING if last == NEVER else share_of(voted == last, adults(result) & among)


@measure
def voted(observed: Observed) -> Part:
    """Adults who voted in the last election."""
    return _voted(observed.quiet, adults(observed.quiet))


@measure
def voted_age_18_29(observed: Observed) -> Part:
    """Those aged 18 to 29 who voted."""
    return _voted(observed.quiet, aged(observed.quiet, 18, 29))


@measure
def voted_age_50_59(observed: Observed) -> Part:
    """Those aged 50 to 59 who voted."""
    return _voted(observed.quiet, aged(observed.quiet, 50, 59))


@measure
def voted_age_70_79(observed: Observed) -> Part:
    """Those aged 70 to 79 who voted."""
    return _voted(observed.quiet, aged(observed.quiet, 70, 79))


@measure
def voted_party_members(observed: Observed) -> Part:
    """Party members who voted."""
    return _voted(observed.quiet, column(observed.quiet, "party_member"))


@measure
def voted_others(observed: Observed) -> Part:
    """Adults outside the Party who voted."""
    return _voted(observed.quiet, ~column(observed.quiet, "party_member"))


# Neighbours -----------------------------------------------------------------------------------------------------------


def neighbours_known(result: Result) -> np.ndarray:
    """Ties with neighbours, by resident."""
    ties = result.model.ties
    owner = np.repeat(np.arange(ties.count.size), np.diff(ties.start))
    used = np.arange(owner.size) - ties.start[owner] < ties.count[owner]
    return np.bincount(owner[used & (ties.kind[: owner.size] == NEIGHBOUR)], minlength=ties.count.size)


def chance_of_days(ties: np.ndarray, chats: float, least: int, sociability: float = 0.0) -> np.ndarray:
    """Chance that a resident chats with a neighbour on at least ``least`` days of a week.

    Chats come as a Poisson process, ``chats`` a week with each neighbour known on average, so the days with one are
    binomial. ``sociability`` is the spread, in log units, of how much people chat beside how many they know.
    """
    points, weights = np.polynomial.hermite_e.hermegauss(SOCIABLE_POINTS)
    rates = chats * np.exp(sociability * points - 0.5 * sociability**2) / WEEK_DAYS
    day = -np.expm1(-np.asarray(ties, dtype=float)[..., None] * rates)
    chances = sum(
        math.comb(WEEK_DAYS, k) * day**k * (1.0 - day) ** (WEEK_DAYS - k) for k in range(least, WEEK_DAYS + 1)
    )
    return chances @ (weights / weights.sum())


def _chat(observed: Observed, least: int) -> Part:
    among, numbers = adults(observed.quiet), observed.observation
    ties = neighbours_known(observed.quiet)[among]
    chances = chance_of_days(ties, numbers["observation.chats"], least, numbers["observation.sociability"])
    return Part(float(chances.sum()), float(among.sum()))


@measure
def chat_daily(observed: Observed) -> Part:
    """Adults who chat with a neighbour almost every day of a week."""
    return _chat(observed, round(observed.observation["observation.daily"]))


@measure
def chat_weekly(observed: Observed) -> Part:
    """Adults who chat with a neighbour at least once in a week."""
    return _chat(observed, 1)


@measure
def chat_never(observed: Observed) -> Part:
    """Adults who know no neighbour."""
    return share_of(neighbours_known(observed.quiet) == 0, adults(observed.quiet))


@measure
def knows_no_job(observed: Observed) -> Part:
    """Adults who know the job of none of their neighbours."""
    among = adults(observed.quiet)
    missed = 1.0 - observed.observation["observation.knows_job"]
    return Part(float((missed ** neighbours_known(observed.quiet)[among]).sum()), float(among.sum()))


@measure
def knows_committee(observed: Observed) -> Part:
    """Adults who know the committee's people."""
    return share_of(column(observed.quiet, "knows_committee"), adults(observed.quiet))


# Requests -------------------------------------------------------------------------------------------------------------


@measure
def requests(observed: Observed) -> Part:
    """Needs reported by hotline or online, for a resident and year."""
    reported = flow(observed.quiet, "by_hotline") + flow(observed.quiet, "by_online")
    return Part(reported * YEAR, float(weekly(observed.quiet, "residents").sum()))


@measure
def internet_share(observed: Observed) -> Part:
    """Of needs reported by hotline or online, those online."""
    online = flow(observed.quiet, "by_online")
    return Part(online, online + flow(observed.quiet, "by_hotline"))


@measure
def answered_at_once(observed: Observed) -> Part:
    """Of needs reported by hotline or online, questions: these are answered at once."""
    needs = observed.quiet.needs
    reported = needs["channel"].isin(["hotline", "online"])
    return Part(float((reported & needs["simple"]).sum()), float(reported.sum()))


@measure
def handling_days(observed: Observed) -> Part:
    """Days from report to solution of practical matters reported by hotline or online."""
    needs = observed.quiet.needs
    solved = needs["channel"].isin(["hotline", "online"]) & ~needs["simple"] & (needs["state"] == "resolved")
    weeks = (needs["closed"] - needs["known"])[solved]
    return Part(float(weeks.sum()) * WEEK_DAYS, float(solved.sum()))


@measure
def resolved_reported(observed: Observed) -> Part:
    """Resolution rate as it is reported."""
    return outcome(observed.quiet, "fulfilment_reported")


@measure
def satisfied_reported(observed: Observed) -> Part:
    """Satisfaction with how requests were handled, as it is reported."""
    return outcome(observed.quiet, "satisfied_reported")


@measure
def satisfied_repeat(observed: Observed) -> Part:
    """Satisfaction with how repeated complaints were handled."""
    return outcome(observed.quiet, "satisfied_repeat")


@measure
def dissatisfied(observed: Observed) -> Part:
    """Adults in the lowest two of five equal parts of the scale of satisfaction."""
    return share_of(column(observed.quiet, "satisfaction") < 0.4, adults(observed.quiet))


# Disputes -------------------------------------------------------------------------------------------------------------


@measure
def settled_near(observed: Observed) -> Part:
    """Of mediations nearby, those that settled the dispute."""
    return Part(flow(observed.quiet, "settled_near"), flow(observed.quiet, "mediated_near"))


@measure
def settled_legal(observed: Observed) -> Part:
    """Of mediations by the legal team, those that settled the dispute."""
    return Part(flow(observed.quiet, "settled_legal"), flow(observed.quiet, "mediated_legal"))


@measure
def settled_below(observed: Observed) -> Part:
    """Of disputes whose mediation came to an end, those settled nearby or by the legal team."""
    near = flow(observed.quiet, "settled_near")
    return Part(near + flow(observed.quiet, "settled_legal"), near + flow(observed.quiet, "mediated_legal"))


# Volunteers -----------------------------------------------------------------------------------------------------------


def hours_of_volunteers(result: Result) -> np.ndarray:
    """Hours of the year of those who gave any, most first."""
    hours = column(result, "hours_given")
    return np.sort(hours[hours > 0.0])[::-1]


def hours_of_top(hours: np.ndarray, share: float) -> Part:
    """Hours given by the top ``share`` of volunteers, the one at the edge in part."""
    in_top = np.clip(share * hours.size - np.arange(hours.size), 0.0, 1.0)
    return Part(float((in_top * hours).sum()), float(hours.sum()))


@measure
def hours_top_third(observed: Observed) -> Part:
    """Share of hours that the top third of volunteers give."""
    return hours_of_top(hours_of_volunteers(observed.quiet), 1.0 / 3.0)


@measure
def hours_top_quarter(observed: Observed) -> Part:
    """Share of hours that the top quarter of volunteers give."""
    return hours_of_top(hours_of_volunteers(observed.quiet), 0.25)


@measure
def hours_per_active(observed: Observed) -> Part:
    """Hours a year of those who gave any."""
    hours = hours_of_volunteers(observed.quiet)
    return Part(float(hours.sum()), float(hours.size))


@measure
def hours_old_young(observed: Observed) -> Part:
    """Median hours of volunteers from 65 on, over that of those aged 18 to 34."""
    hours = column(observed.quiet, "hours_given")
    old, young = (hours[(hours > 0.0) & aged(observed.quiet, first, last)] for first, last in ((65, 200), (ADULT, 34)))
    return Part(float(np.median(old)), float(np.median(young))) if old.size and young.size else NOTHING


@measure
def registered(observed: Observed) -> Part:
    """Residents who are registered volunteers."""
    among = column(observed.quiet, "registered")
    return Part(float(among.sum()), float(among.size))


@measure
def active_of_volunteers(observed: Observed) -> Part:
    """Registered volunteers who gave hours in the year."""
    return share_of(column(observed.quiet, "hours_given") > 0.0, column(observed.quiet, "registered"))


@measure
def asked_first(observed: Observed) -> Part:
    """Of the year's volunteers, those who first took part because they were asked."""
    began = column(observed.quiet, "first_asked")
    among = (column(observed.quiet, "hours_given") > 0.0) & (began > 0)
    return share_of(began == 2, among)


# Staff ----------------------------------------------------------------------------------------------------------------


@measure
def paperwork(observed: Observed) -> Part:
    """Share of staff hours that paperwork takes."""
    return outcome(observed.quiet, "paper_share")


@measure
def heavy_load(observed: Observed) -> Part:
    """Weeks in which staff are asked for more hours than they have."""
    load = weekly(observed.quiet, "load") / weekly(observed.quiet, "residents")
    return Part(float((load > 1.0).sum()), float(load.size))


# Emergencies ----------------------------------------------------------------------------------------------------------


@measure
def calls_in_flood(observed: Observed) -> Part:
    """Rise of hotline calls in the first week of a flood, against the mean of the weeks before."""
    calls = weekly(observed.shocks["flood"], "by_hotline")
    before = float(calls[:-1].mean())
    return Part(float(calls[-1]) - before, before)


@measure
def members_mobilized(observed: Observed) -> Part:
    """Adult Party members who took part in the first week of a flood."""
    flood = observed.shocks["flood"]
    took_part = column(flood, "took_part") == flood.model.week
    return share_of(took_part, adults(flood) & column(flood, "party_member"))


@measure
def mobilized(observed: Observed) -> Part:
    """Residents mobilised in the first week of an epidemic."""
    epidemic = observed.shocks["epidemic"]
    return Part(float(weekly(epidemic, "mobilized")[-1]), float(column(epidemic, "age").size))
