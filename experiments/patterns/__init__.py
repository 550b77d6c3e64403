"""Published patterns, the ranges that follow from them, and how far the model is from each.

Rules that hold for all patterns alike; the first two were fixed before any result was seen.

Range. Each published figure has an interval: the one that the source gives; else the 95 % sampling error (Wilson 1927)
where the source gives the size of the very group; else a tolerance of a tenth of the figure — for a share, of the
smaller of the share and its complement, so that "70 % do not" and "30 % do" are treated alike, and at least 2 points.
Several figures of one quantity span one range. ``at_least`` and ``order`` have no upper end.

Use. A pattern whose row sets a parameter of the same quantity is an ``input``: shown, but neither fitted nor counted.
Of the others, in the order of the file (that of their first evidence id), the first of every three is held out.

Gap. How far the simulated value lies outside the range, in units of that same tolerance at the end that is missed.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim import catalogue
from sim.catalogue import Entry, Label
from sim.community_types import community_types
from sim.errors import InputError

FOLDER = Path(__file__).parent
FIT, HELD_OUT, INPUT = USES = ("fit", "held_out", "input")
INTERVAL, AT_LEAST, ORDER = KINDS = ("interval", "at_least", "order")
SHARE = "share"
TOLERANCE, LEAST_POINTS = 0.1, 0.02
Z = 1.959963984540054  # 97.5 % quantile of the normal distribution
EVERY = 3
INSIDE, OUTSIDE, UNKNOWN = "inside", "outside", "unknown"


@dataclass(frozen=True)
class Published:
    """One published figure.

    Attributes
    ----------
    evidence : str
        Row of ``evidence.csv``.
    low, high : float
        Its interval in the pattern's unit, by the rule of this module.
    derived : str
        The arithmetic, where the figure is not the row's own.
    """

    evidence: str
    low: float
    high: float
    derived: str = ""


@dataclass(frozen=True)
class Pattern:
    """One published pattern.

    Attributes
    ----------
    id : str
    label : Label
    published : tuple of Published
    types : tuple of str
        Community types over which it is pooled, each with as many residents.
    unit : str
        A key of ``units.toml``.
    kind : str
        ``interval``, ``at_least`` or ``order`` (a ratio that is at least 1).
    measure : str
        A name in :data:`experiments.patterns.measures.MEASURES`.
    use : str
        ``fit``, ``held_out`` or ``input``.
    same_quantity : str
        For an input: the parameter that the row sets.
    """

    id: str
    label: Label
    published: tuple[Published, ...]
    types: tuple[str, ...]
    unit: str
    kind: str
    measure: str
    use: str
    same_quantity: str = ""

    @property
    def evidence(self) -> tuple[str, ...]:
        """Ids of the rows, each once."""
        return tuple(dict.fromkeys(one.evidence for one in self.published))

    @property
    def low(self) -> float:
        """Lower end of the published range."""
        return min(one.low for one in self.published)

    @property
    def high(self) -> float:
        """Upper end of the published range; infinite where there is none."""
        return max(one.high for one in self.published)

    @property
    def everywhere(self) -> bool:
        """Whether it holds for every type."""
        return set(self.types) == set(community_types())

    @property
    def behind(self) -> tuple[str, ...]:
        """Parameters whose sources name one of the rows: the pattern is no independent witness of them."""
        return tuple(one.name for one in catalogue.entries() if set(one.source) & set(self.evidence))

    def gap(self, value: float, error: float = 0.0) -> float:
        """Signed gap to the range, in tolerances of the end that is missed: 0 inside, negative below, positive above.

        Not in widths of the range: a pattern measured among many people would then weigh thousands of times another.
        ``error`` is the standard error of the simulated value; it adds to the tolerance as variances add, as in history
        matching (Craig et al. 1997), so that what is seen in a few events does not steer.
        """
        nearest = min(max(value, self.low), self.high)
        return (value - nearest) / math.hypot(tolerance(nearest, self.unit), error) if value != nearest else 0.0

    def verdict(self, value: float) -> str:
        """``inside``, ``outside``, or ``unknown`` for a value that is none."""
        if math.isnan(value):
            return UNKNOWN
        return INSIDE if self.gap(value) == 0.0 else OUTSIDE


def tolerance(value: float, unit: str) -> float:
    """Half-width around a figure of unknown error; see the rule of this module."""
    if unit == SHARE:
        return max(TOLERANCE * min(value, 1.0 - value), LEAST_POINTS)
    return TOLERANCE * abs(value)


def sampling_interval(share: float, n: float, z: float = Z) -> tuple[float, float]:
    """95 % interval of a share found among ``n`` (Wilson 1927); ``z`` is the quantile that it reaches to."""
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return centre - half, centre + half


def interval_of(figure: Mapping[str, Any], unit: str, kind: str) -> tuple[float, float]:
    """Interval of one published figure, by the rule of this module."""
    if kind != INTERVAL:
        return float(figure["value"]), math.inf
    if "low" in figure:
        return float(figure["low"]), float(figure["high"])
    value = float(figure["value"])
    if "n" in figure:
        return sampling_interval(value, figure["n"])
    half = tolerance(value, unit)
    return (max(0.0, value - half), min(1.0, value + half)) if unit == SHARE else (value - half, value + half)


@functools.cache
def patterns() -> Mapping[str, Pattern]:
    """All patterns by id, in the order of the file."""
    raw = catalogue.read_toml(FOLDER / "patterns.toml")
    return {id: _pattern(id, one) for id, one in raw.items()}


def _pattern(id: str, raw: Mapping[str, Any]) -> Pattern:
    where = f"patterns.toml: {id}"
    types = tuple(community_types()) if raw["types"] == "all" else tuple(raw["types"])
    for field, known in (("use", USES), ("kind", KINDS), ("unit", tuple(catalogue.units()))):
        if raw[field] not in known:
            raise InputError(f"{where}.{field}: unknown {raw[field]!r}; known: {', '.join(known)}")
    figures = [
        Published(one["evidence"], *interval_of(one, raw["unit"], raw["kind"]), one.get("derived", ""))
        for one in raw["published"]
    ]
    return Pattern(
        id=id,
        label=catalogue.label(raw["label"], f"{where}.label"),
        published=tuple(figures),
        types=types,
        unit=raw["unit"],
        kind=raw["kind"],
        measure=raw["measure"],
        use=raw["use"],
        same_quantity=raw.get("same_quantity", ""),
    )


@functools.cache
def observation_entries() -> Mapping[str, Entry]:
    """Numbers of the observation model by dotted name, such as ``observation.chats``."""
    raw = catalogue.read_toml(FOLDER / "observation.toml")
    return {
        f"observation.{short}": catalogue.entry(f"observation.{short}", one, "observation.toml")
        for short, one in raw.items()
    }


def distance(
    chosen: Sequence[Pattern], values: Mapping[str, float], errors: Mapping[str, float] | None = None
) -> float:
    """Mean over patterns of the squared gap to the published range; NaN when a value is missing or there is none.

    ``errors`` are standard errors of the values by id.
    """
    known = errors or {}
    squares = [
        math.nan if math.isnan(values[one.id]) else one.gap(values[one.id], known.get(one.id, 0.0)) ** 2
        for one in chosen
    ]
    return math.fsum(squares) / len(squares) if squares else math.nan


def of_use(use: str) -> tuple[Pattern, ...]:
    """Patterns of one use."""
    return tuple(one for one in patterns().values() if one.use == use)
