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

from sim.agents.residents import AGE_BANDS, Residents
from sim.agents.ties import HOUSEHOLD
from sim.catalogue import FOLDER, Label, label, read_toml
from sim.compiled import kernel
from sim.counters import COUNTERS, WAIT_BINS
from sim.needs_table import HIDDEN
from sim.network import mean_clustering
from sim.table import plain

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
    "clustering",
    "bridging",
    "open",
    "hidden",
    "groups",
    "paper_share",
    "load",
    "filled",
    "posts",
    "survey",
    "mechanism_yuan",
    "mechanism_hours",
    "decided",
    "carried_out",
)
COLUMNS = (*STATES, *COUNTERS)
AT = {name: i for i, name in enumerate(STATES)}
SLOW = ("gini", "top_tenth", "clustering", "bridging")  # read off by the quarter
DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "age": ("18-34", "35-59", "60+"),
    "tenure": ("tenant", "owner"),
    "migrant": ("local", "migrant"),
    "income": ("low", "middle", "high"),
    "education": ("primary", "junior", "senior", "tertiary"),
    "party": ("other", "member"),
}
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


def gini(histogram: np.ndarray) -> float:
    """Gini coefficient of a count, from how many have 0, 1, 2 … of it; 0 if nobody has any."""
    values = np.arange(histogram.size)
    total, amount = histogram.sum(), (histogram * values).sum()
    if amount == 0.0:
        return 0.0
    before = np.concatenate(([0.0], np.cumsum(histogram * values)[:-1]))
    area = (histogram * (before + 0.5 * histogram * values)).sum() / (total * amount)
    return float(1.0 - 2.0 * area)


def share_of_top(histogram: np.ndarray, share: float = 0.1) -> float:
    """Share of all acts done by the most active ``share`` of people, from how many did 0, 1, 2 … acts; 0 without any.

    People who tie at the edge count in part, so that the top is exactly the share asked for.
    """
    values = np.arange(histogram.size)
    amount = (histogram * values).sum()
    if amount == 0.0:
        return 0.0
    left = share * histogram.sum() - np.concatenate(([0.0], np.cumsum(histogram[::-1])[:-1]))
    in_top = np.clip(left, 0.0, histogram[::-1])
    return float((in_top * values[::-1]).sum() / amount)


def weeks_at(share: float, histogram: np.ndarray) -> np.ndarray:
    """Weeks within which this share of matters was resolved, from counts by week; NaN where there was none.

    Matters of one week are spread evenly over it, so that the quantile moves smoothly. Those beyond the last bin count
    as resolved in it: a quantile there is a lower bound.
    """
    histogram = np.asarray(histogram, dtype=float)
    upto = histogram.cumsum(axis=-1)
    target = share * upto[..., -1:]
    week = (upto < target).sum(axis=-1)
    inside = np.take_along_axis(histogram, week[..., None], axis=-1)
    before = np.take_along_axis(upto, week[..., None], axis=-1) - inside
    return week + _ratio(target - before, inside)[..., 0]


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
        "bridging": np.divide(bridges, outside, out=np.zeros(size), where=outside > 0.0),
        "clustering": clustering_by_community(model.residents, model.communities, model.ties),
    }


def clustering_by_community(residents: Residents, communities: Any, ties: Any) -> np.ndarray:
    """Mean clustering of each community, from up to some 1,000 evenly spaced residents of it."""
    spans = zip(communities.start, communities.stop, strict=True)
    return np.array(
        [mean_clustering(ties, int(start), int(stop), max(1, int(stop - start) // 1000)) for start, stop in spans]
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
    for name in ("paper_share", "load", "filled"):
        row[:, at[name]] = communities[name] * people
    row[:, at["posts"]] = communities["posts"]
    row[:, at["survey"]] = communities["survey"] * adults
    row[:, at["mechanism_yuan"]] = model.mechanism_yuan
    row[:, at["mechanism_hours"]] = model.mechanism_hours * people / 1000.0
    for column, doses in (("decided", model.nominal_dose), ("carried_out", model.dose)):
        for dose in doses.values():
            row[:, at[column]] += dose * people
    row[:, len(STATES) :] = model.counts
    return row


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

    def by_resident_year(self, name: str) -> np.ndarray:
        """A flow for a resident and year."""
        return _ratio(self[name] * 52.0, self["residents"])


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=np.asarray(below) != 0.0)


_RULES: Mapping[str, Callable[[Sums], np.ndarray]] = {
    "participation": lambda s: _ratio(s["active_13"], s["adults"]),
    "participation_year": lambda s: _ratio(s["active_52"], s["adults"]),
    "participation_online": lambda s: _ratio(s["online_13"], s["adults"]),
    "satisfaction": lambda s: _ratio(s["satisfaction"], s["adults"]),
    "satisfied": lambda s: _ratio(s["satisfied"], s["adults"]),
    "satisfied_reported": lambda s: _ratio(s["valid_satisfied"], s["valid"]),
    "satisfied_repeat": lambda s: _ratio(s["repeat_satisfied"], s["repeat_rated"]),
    "satisfied_surveyed": lambda s: _ratio(s["survey"], s["adults"]),
    "fulfilment": lambda s: _ratio(s["practical_in_term"], s["practical_due"]),
    "fulfilment_reported": lambda s: _ratio(s["reported_in_term"], s["known_due"]),
    "fulfilment_known": lambda s: _ratio(s["known_in_term"], s["known_due"]),
    "undiscovered": lambda s: _ratio(s["hidden"], s["open"]),
    "days_to_resolve": lambda s: _ratio(7.0 * s["weeks_to_resolve"], s["practical_resolved"]),
    "days_to_resolve_median": lambda s: 7.0 * weeks_at(0.5, s.waits),
    "days_to_resolve_p90": lambda s: 7.0 * weeks_at(0.9, s.waits),
    "bounces": lambda s: _ratio(s["bounced"], s["practical_known"]),
    "escalations": lambda s: 1000.0 * s.by_resident_year("escalated"),
    "broken_promises": lambda s: 1000.0 * s.by_resident_year("broken_promises"),
    "projects": lambda s: 1000.0 * s.by_resident_year("projects"),
    "projects_bottom_up": lambda s: _ratio(s["projects_bottom_up"], s["projects"]),
    "active_volunteers": lambda s: _ratio(s["giving"], s["adults"]),
    "volunteer_hours": lambda s: s.by_resident_year("volunteer_hours"),
    "participation_gini": lambda s: _ratio(s["gini"], s["adults"]),
    "participation_top_tenth": lambda s: _ratio(s["top_tenth"], s["adults"]),
    "trust": lambda s: _ratio(s["trust"], s["adults"]),
    "efficacy": lambda s: _ratio(s["efficacy"], s["adults"]),
    "belonging": lambda s: _ratio(s["belonging"], s["adults"]),
    "ties": lambda s: _ratio(s["ties"], s["residents"]),
    "clustering": lambda s: _ratio(s["clustering"], s["adults"]),
    "bridging": lambda s: _ratio(s["bridging"], s["adults"]),
    "groups": lambda s: 1000.0 * _ratio(s["groups"], s["residents"]),
    "paper_share": lambda s: _ratio(s["paper_share"], s["residents"]),
    "staff_load": lambda s: _ratio(s["load"], s["residents"]),
    "staff_filled": lambda s: _ratio(s["filled"], s["residents"]),
    "staff_turnover": lambda s: _ratio(s["staff_left"] * 52.0, s["posts"]),
    "resource_use": lambda s: _ratio(s["project_hours"], s["offered_hours"]),
    "implementation": lambda s: _ratio(s["carried_out"], s["decided"]),
    "service_yuan": lambda s: s.by_resident_year("service_yuan"),
    "mechanism_yuan": lambda s: s.by_resident_year("mechanism_yuan"),
    "yuan": lambda s: s.by_resident_year("mechanism_yuan") + s.by_resident_year("service_yuan"),
    "yuan_per_resolved": lambda s: _ratio(s["mechanism_yuan"] + s["service_yuan"], s["practical_resolved"]),
    "staff_hours": lambda s: 1000.0 * _ratio(s["mechanism_hours"], s["residents"]),
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


def observe_groups(model: Any, codes: Mapping[str, np.ndarray]) -> np.ndarray:
    """Read the groups off the model: dimension-groups x communities x (adults, sums of GROUP_MEASURES)."""
    residents, size = model.residents, model.communities.size
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
