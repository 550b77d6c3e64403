"""Outcomes: what is read off a run, each one small function of counted flows and states.

States are summed over residents by one kernel each week; flows are counted by the processes. Everything is kept as
sums, so that communities add up and a year is the sum of its weeks.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.agents.residents import AGE_BANDS, FORMS, Residents
from sim.agents.ties import HOUSEHOLD
from sim.catalogue import FOLDER, Label, label, read_toml
from sim.compiled import kernel
from sim.counters import COUNTERS, WAIT_BINS
from sim.measures import (
    fusion_of_actors,
    fusion_of_channels,
    fusion_of_mechanisms,
    fusion_of_resources,
    gap,
    gini,
    ratio,
    share_of_top,
    share_of_top_third,
    weeks_at,
)
from sim.mechanisms import cached_until_registered, mechanisms
from sim.needs_table import CHANNELS, HIDDEN
from sim.network import mean_clustering
from sim.table import plain

GAPS = ("age", "tenure", "migrant", "income", "education")  # dimensions in which groups are compared by the quarter
STATES = (
    "residents",
    "adults",
    "active_13",
    "active_52",
    "online_13",
    "satisfaction",
    "satisfied",
    "trust",
    "efficacy",
    "belonging",
    "ties",
    "giving",
    "gini",
    "top_tenth",
    "top_third",
    "registered",
    "clustering",
    "bridging",
    "density",
    *(f"{measure}_gap_{dimension}" for measure in ("participation", "satisfaction") for dimension in GAPS),
    "open",
    "hidden",
    "groups",
    "paper_share",
    "load",
    "filled",
    "skill",
    "posts",
    "survey",
    "mechanism_yuan",
    "mechanism_hours",
    "decided",
    "carried_out",
    "linked",
)
COLUMNS = (*STATES, *COUNTERS)
AT = {name: i for i, name in enumerate(STATES)}
# Read off by the quarter.
SLOW = (
    *("gini", "top_tenth", "top_third", "registered", "clustering", "bridging", "density"),
    *(f"{measure}_gap_{dimension}" for measure in ("participation", "satisfaction") for dimension in GAPS),
)
DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "age": ("18-34", "35-59", "60+"),
    "tenure": ("tenant", "owner"),
    "migrant": ("local", "migrant"),
    "income": ("low", "middle", "high"),
    "education": ("primary", "junior", "senior", "tertiary"),
    "party": ("other", "member"),
}
_CHANNELS = tuple(f"by_{channel}" for channel in CHANNELS[1:])
GROUP_MEASURES = ("participation", "satisfaction", "satisfied", "trust")


@dataclass(frozen=True)
class Outcome:
    """One outcome.

    Attributes
    ----------
    name, unit : str
    label, description : Label
    better : int
        1 if more is better, -1 if less is, 0 if neither.
    """

    name: str
    unit: str
    label: Label
    description: Label
    better: int


@functools.cache
def _outcomes() -> Mapping[str, Outcome]:
    raw = read_toml(FOLDER / "outcomes.toml")
    return {
        name: Outcome(
            name,
            one["unit"],
            label(one["label"], f"outcomes.toml: {name}.label"),
            label(one["description"], f"outcomes.toml: {name}.description"),
            one["better"],
        )
        for name, one in raw.items()
    }


OUTCOMES = _outcomes()


@kernel
def sum_residents(residents, ties, threshold, week, sums):
    """Add up states of residents by community into columns 0 to 11 of ``sums``."""
    for i in range(residents.size):
        c = residents.community[i]
        sums[c, 0] += 1.0
        sums[c, 10] += ties.count[i]
        if residents.age[i] < 18:
            continue
        sums[c, 1] += 1.0
        sums[c, 2] += residents.took_part[i] > week - 13
        sums[c, 3] += residents.took_part[i] > week - 52
        sums[c, 4] += residents.took_part_online[i] > week - 13
        sums[c, 5] += residents.satisfaction[i]
        sums[c, 6] += residents.satisfaction[i] >= threshold[c]
        sums[c, 7] += residents.trust[i]
        sums[c, 8] += residents.efficacy[i]
        sums[c, 9] += residents.belonging[i]
        sums[c, 11] += residents.hours_given[i] > 0.0


@kernel
def sum_acts(residents, histogram):
    """Count adults by community and number of acts in the running year (the last bin holds all beyond)."""
    last = histogram.shape[1] - 1
    for i in range(residents.size):
        if residents.age[i] >= 18:
            histogram[residents.community[i], min(int(residents.acts[i]), last)] += 1.0


@kernel
def sum_bridges(residents, buildings, ties, bridges, outside):
    """Count ties beyond the household, and those of them that lead to another micro-grid, by community."""
    for i in range(residents.size):
        c, home = residents.community[i], buildings.microgrid[residents.building[i]]
        for slot in range(ties.start[i], ties.start[i] + ties.count[i]):
            if ties.kind[slot] != HOUSEHOLD:
                outside[c] += 1.0
                bridges[c] += buildings.microgrid[residents.building[ties.to[slot]]] != home


def observe_quarter(model: Any) -> dict[str, np.ndarray]:
    """Read off what moves slowly and is dear to measure: inequality of taking part, and the shape of the network."""
    size = model.communities.size
    histogram = np.zeros((size, 64))
    sum_acts(model.residents, histogram)
    bridges, outside = np.zeros(size), np.zeros(size)
    sum_bridges(model.residents, model.buildings, model.ties, bridges, outside)
    return {
        "gini": np.array([gini(one) for one in histogram]),
        "top_tenth": np.array([share_of_top(one) for one in histogram]),
        "top_third": top_third_by_community(model.residents, model.communities),
        "registered": registered_by_adult(model.residents, model.communities),
        "bridging": np.divide(bridges, outside, out=np.zeros(size), where=outside > 0.0),
        "clustering": clustering_by_community(model.residents, model.communities, model.ties),
        "density": density_of(model.links),
        **gaps_of(observe_groups(model)),
    }


def density_of(links: np.ndarray) -> np.ndarray:
    """Mean strength (0..1) of the working relations between two seats of a community, by community."""
    seats = links.shape[1]
    return links.sum(axis=(1, 2)) / (seats * (seats - 1))


def gaps_of(groups: np.ndarray) -> dict[str, np.ndarray]:
    """Gaps between groups of adults by community, from what ``observe_groups`` read; 0 where there is only one."""
    found, first = {}, 0
    for dimension, names in DIMENSIONS.items():
        table = groups[first : first + len(names)]
        first += len(names)
        if dimension in GAPS:
            adults = table[:, :, 0]
            for name in ("participation", "satisfaction"):
                means = ratio(table[:, :, 1 + GROUP_MEASURES.index(name)], adults)
                by_community = [gap(means[:, c], adults[:, c]) for c in range(adults.shape[1])]
                found[f"{name}_gap_{dimension}"] = np.nan_to_num(np.array(by_community))
    return found


def spans_of(communities: Any) -> list[slice]:
    """Rows of residents of each community."""
    return [slice(int(start), int(stop)) for start, stop in zip(communities.start, communities.stop, strict=True)]


def top_third_by_community(residents: Residents, communities: Any) -> np.ndarray:
    """Concentration of the running year's volunteer hours by community."""
    hours = plain(residents)["hours_given"]
    return np.array([share_of_top_third(hours[rows]) for rows in spans_of(communities)])


def registered_by_adult(residents: Residents, communities: Any) -> np.ndarray:
    """Registered volunteers for each adult by community; 0 without adults."""
    registered, adult = plain(residents)["registered"], plain(residents)["age"] >= AGE_BANDS[1]
    return np.array([registered[rows].sum() / max(1, adult[rows].sum()) for rows in spans_of(communities)])


def clustering_by_community(residents: Residents, communities: Any, ties: Any) -> np.ndarray:
    """Mean clustering of each community, from up to some 1,000 evenly spaced residents of it."""
    return np.array(
        [
            mean_clustering(ties, rows.start, rows.stop, max(1, (rows.stop - rows.start) // 1000))
            for rows in spans_of(communities)
        ]
    )


@kernel
def sum_open(needs, index, open_needs, hidden_needs):
    """Count open needs, and those of them that nobody knows, by community."""
    for position in range(index.open_count[0]):
        n = needs.queue[position]
        open_needs[needs.community[n]] += 1.0
        hidden_needs[needs.community[n]] += needs.state[n] == HIDDEN


@kernel
def sum_groups(buildings, groups):
    """Count self-governing groups by community."""
    for b in range(buildings.size):
        groups[buildings.community[b]] += buildings.group[b]


def observe(model: Any) -> np.ndarray:
    """Read one week off the model: communities x COLUMNS."""
    communities, at = plain(model.communities), AT
    row = np.zeros((communities.size, len(COLUMNS)))
    threshold = plain(model.numbers.satisfaction)["threshold"]
    sum_residents(model.residents, model.ties, threshold, model.week, row)
    people, adults = row[:, 0], row[:, 1]
    if model.week % 13 == 0 or not model.slow:
        model.slow = observe_quarter(model)
    for name in SLOW:
        row[:, at[name]] = model.slow[name] * adults
    sum_open(model.needs, model.index, row[:, at["open"]], row[:, at["hidden"]])
    sum_groups(model.buildings, row[:, at["groups"]])
    for name in ("paper_share", "load", "filled", "skill"):
        row[:, at[name]] = communities[name] * people
    row[:, at["posts"]] = communities["posts"]
    row[:, at["survey"]] = communities["survey"] * adults
    row[:, at["mechanism_yuan"]] = model.mechanism_yuan
    row[:, at["mechanism_hours"]] = model.mechanism_hours * people / 1000.0
    if not model.dosed or model.dosed[0] is not model.dose:
        model.dosed = (model.dose, *observe_doses(model, people))
    row[:, at["decided"]], row[:, at["carried_out"]], row[:, at["linked"]] = model.dosed[1:]
    row[:, len(STATES) :] = model.counts
    return row


def observe_doses(model: Any, people: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read off what changes with the doses only: doses decided and carried out, and links in force, for all people."""
    sums = np.zeros((2, len(people)))
    for row, doses in enumerate((model.nominal_dose, model.dose)):
        for dose in doses.values():
            sums[row] += dose * people
    return sums[0], sums[1], people * linked_by_community(model.dose, len(people))


@cached_until_registered
def documented_links() -> tuple[tuple[str, str], ...]:
    """Pairs of mechanisms of which at least one says that it is meant to work with the other."""
    named = {
        tuple(sorted((name, other)))
        for name, kind in mechanisms().items()
        for other in kind.data()["interacts"]
        if other in mechanisms()
    }
    return tuple(sorted((one, other) for one, other in named))


def linked_by_community(doses: Mapping[str, np.ndarray], size: int) -> np.ndarray:
    """Fusion index of mechanisms by community; 0 without any in force.

    Links of mechanisms that others installed count only where these are in force: a run does not hang on what else is
    installed.
    """
    if not doses:
        return np.zeros(size)
    names, off = list(doses), np.zeros(size)
    there = {name for name, kind in mechanisms().items() if kind.__module__.startswith("sim.")}
    there |= {name for name, dose in doses.items() if dose.any()}
    links = [link for link in documented_links() if there.issuperset(link)]
    position = {name: names.index(name) if name in doses else len(names) for link in links for name in link}
    pairs = [(position[one], position[other]) for one, other in links]
    return fusion_of_mechanisms([*doses.values(), off], pairs, size)


class Sums:
    """Sums over weeks and communities, from which outcomes follow.

    Parameters
    ----------
    sums : array, last axis COLUMNS
        Sums over some weeks; other axes are kept.
    weeks : int
        Number of weeks that were added up.
    """

    def __init__(self, sums: np.ndarray, weeks: int) -> None:
        self._sums = sums
        self.weeks = weeks

    def __getitem__(self, name: str) -> np.ndarray:
        return self._sums[..., COLUMNS.index(name)]

    @property
    def waits(self) -> np.ndarray:
        """Practical matters resolved by the weeks that it took."""
        return self._sums[..., len(COLUMNS) - WAIT_BINS :]

    @property
    def settled(self) -> np.ndarray:
        """Disputes settled at any instance."""
        return self["settled_near"] + self["settled_council"] + self["settled_legal"]

    @property
    def by_channel(self) -> np.ndarray:
        """Needs by the channel by which they became known."""
        return np.stack([self[name] for name in COUNTERS if name in _CHANNELS], axis=-1)

    @property
    def acts(self) -> np.ndarray:
        """Acts of taking part, of all forms."""
        return sum((self[form] for form in FORMS), np.zeros(self._sums.shape[:-1]))

    @property
    def origins(self) -> np.ndarray:
        """Projects that began with residents, and those that began above."""
        return np.stack([self["projects_bottom_up"], self["projects"] - self["projects_bottom_up"]], axis=-1)

    def by_resident_year(self, name: str) -> np.ndarray:
        """A flow for a resident and year."""
        return ratio(self[name] * 52.0, self["residents"])


_RULES: Mapping[str, Callable[[Sums], np.ndarray]] = {
    "participation": lambda s: ratio(s["active_13"], s["adults"]),
    "participation_year": lambda s: ratio(s["active_52"], s["adults"]),
    "participation_online": lambda s: ratio(s["online_13"], s["adults"]),
    "satisfaction": lambda s: ratio(s["satisfaction"], s["adults"]),
    "satisfied": lambda s: ratio(s["satisfied"], s["adults"]),
    "satisfied_reported": lambda s: ratio(s["valid_satisfied"], s["valid"]),
    "satisfied_repeat": lambda s: ratio(s["repeat_satisfied"], s["repeat_rated"]),
    "satisfied_surveyed": lambda s: ratio(s["survey"], s["adults"]),
    "fulfilment": lambda s: ratio(s["practical_in_term"], s["practical_due"]),
    "fulfilment_reported": lambda s: ratio(s["reported_in_term"], s["known_due"]),
    "fulfilment_known": lambda s: ratio(s["known_in_term"], s["known_due"]),
    "undiscovered": lambda s: ratio(s["hidden"], s["open"]),
    "days_to_resolve": lambda s: ratio(7.0 * s["weeks_to_resolve"], s["practical_resolved"]),
    "days_to_resolve_median": lambda s: 7.0 * weeks_at(0.5, s.waits),
    "days_to_resolve_p90": lambda s: 7.0 * weeks_at(0.9, s.waits),
    "bounces": lambda s: ratio(s["bounced"], s["practical_known"]),
    "handovers": lambda s: ratio(s["handed_over"], s["practical_known"]),
    "settled_near": lambda s: ratio(s["settled_near"], s["mediated_near"]),
    "settled_council": lambda s: ratio(s["settled_council"], s["mediated_council"]),
    "settled_legal": lambda s: ratio(s["settled_legal"], s["mediated_legal"]),
    "disputes_settled": lambda s: ratio(s.settled, s.settled + s["escalated"]),
    "disputes_out_of_court": lambda s: 1.0 - ratio(s["lawsuits"], s.settled + s["escalated"]),
    "complaints": lambda s: 1000.0 * s.by_resident_year("complaints"),
    "petitions": lambda s: 1000.0 * s.by_resident_year("petitions"),
    "lawsuits": lambda s: 1000.0 * s.by_resident_year("lawsuits"),
    "escalations": lambda s: 1000.0 * s.by_resident_year("escalated"),
    "broken_promises": lambda s: 1000.0 * s.by_resident_year("broken_promises"),
    "projects": lambda s: 1000.0 * s.by_resident_year("projects"),
    "projects_bottom_up": lambda s: ratio(s["projects_bottom_up"], s["projects"]),
    "active_volunteers": lambda s: ratio(s["giving"], s["adults"]),
    "volunteer_hours": lambda s: s.by_resident_year("volunteer_hours"),
    "started_asked": lambda s: ratio(s["started_asked"], s["started"]),
    "registered": lambda s: ratio(s["registered"], s["residents"]),
    "registered_active": lambda s: ratio(s["giving"], s["registered"]),
    "hours_top_third": lambda s: ratio(s["top_third"], s["adults"]),
    "mobilized": lambda s: 1000.0 * ratio(s["mobilized"], s["residents"]),
    "turnout": lambda s: ratio(s["votes"], s["electors"]),
    "participation_gini": lambda s: ratio(s["gini"], s["adults"]),
    "participation_top_tenth": lambda s: ratio(s["top_tenth"], s["adults"]),
    "trust": lambda s: ratio(s["trust"], s["adults"]),
    "efficacy": lambda s: ratio(s["efficacy"], s["adults"]),
    "belonging": lambda s: ratio(s["belonging"], s["adults"]),
    "ties": lambda s: ratio(s["ties"], s["residents"]),
    "clustering": lambda s: ratio(s["clustering"], s["adults"]),
    "bridging": lambda s: ratio(s["bridging"], s["adults"]),
    **{
        name: lambda s, name=name: ratio(s[name], s["adults"])  # type: ignore[misc]
        for name in SLOW
        if "_gap_" in name
    },
    "fusion_actors": lambda s: fusion_of_actors(ratio(s["density"], s["adults"]), s["bounced"], s["practical_known"]),
    "fusion_mechanisms": lambda s: ratio(s["linked"], s["residents"]),
    "fusion_resources": lambda s: fusion_of_resources(s["project_hours"], s["offered_hours"], s["hidden"], s["open"]),
    "fusion_channels": lambda s: fusion_of_channels(s.by_channel, s["online_acts"], s.acts, s.origins),
    "open_needs": lambda s: 1000.0 * ratio(s["open"], s["residents"]),
    "groups": lambda s: 1000.0 * ratio(s["groups"], s["residents"]),
    "paper_share": lambda s: ratio(s["paper_share"], s["residents"]),
    "staff_load": lambda s: ratio(s["load"], s["residents"]),
    "staff_filled": lambda s: ratio(s["filled"], s["residents"]),
    "staff_skill": lambda s: ratio(s["skill"], s["residents"]),
    "staff_turnover": lambda s: ratio(s["staff_left"] * 52.0, s["posts"]),
    "resource_use": lambda s: ratio(s["project_hours"], s["offered_hours"]),
    "implementation": lambda s: ratio(s["carried_out"], s["decided"]),
    "service_yuan": lambda s: s.by_resident_year("service_yuan"),
    "mechanism_yuan": lambda s: s.by_resident_year("mechanism_yuan"),
    "yuan": lambda s: s.by_resident_year("mechanism_yuan") + s.by_resident_year("service_yuan"),
    "yuan_per_resolved": lambda s: ratio(s["mechanism_yuan"] + s["service_yuan"], s["practical_resolved"]),
    "staff_hours": lambda s: 1000.0 * ratio(s["mechanism_hours"], s["residents"]),
}
assert set(_RULES) == set(OUTCOMES), "every outcome has a rule and a label"


def measure(sums: np.ndarray, weeks: int) -> dict[str, np.ndarray]:
    """All outcomes from sums over ``weeks`` weeks; axes other than the last are kept."""
    whole = Sums(sums, weeks)
    return {name: rule(whole) for name, rule in _RULES.items()}


def codes_of(residents: Residents) -> dict[str, np.ndarray]:
    """Group of each resident in each dimension, as an index into DIMENSIONS; -1 for residents under 18."""
    codes = {
        "age": np.searchsorted(AGE_BANDS[1:], residents.age, side="right") - 1,
        "tenure": residents.owner.astype(np.int64),
        "migrant": residents.migrant.astype(np.int64),
        "income": residents.income.astype(np.int64),
        "education": residents.education.astype(np.int64),
        "party": residents.party_member.astype(np.int64),
    }
    return {name: np.where(residents.age >= AGE_BANDS[1], code, -1) for name, code in codes.items()}


def observe_groups(model: Any) -> np.ndarray:
    """Read the groups off the model: dimension-groups x communities x (adults, sums of GROUP_MEASURES)."""
    residents, size = model.residents, model.communities.size
    codes = model.group_codes = model.group_codes or codes_of(residents)
    values = (
        residents.took_part > model.week - 52,
        residents.satisfaction,
        residents.satisfaction >= model.numbers.satisfaction.threshold[residents.community],
        residents.trust,
    )
    parts = []
    for name, groups in DIMENSIONS.items():
        key = codes[name] * size + residents.community
        chosen = codes[name] >= 0
        length = len(groups) * size
        columns = [np.bincount(key[chosen], minlength=length)]
        columns += [np.bincount(key[chosen], weights=one[chosen], minlength=length) for one in values]
        parts.append(np.stack(columns, axis=-1).reshape(len(groups), size, -1))
    return np.concatenate(parts)
