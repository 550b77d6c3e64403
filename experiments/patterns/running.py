"""Runs the status quo of each community type with several seeds and measures every pattern on it."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import sim
from experiments.analyses.intervals import mean_interval
from experiments.engine import MakeExecutor, Record, Task, execute
from experiments.patterns import Pattern, distance, observation_entries, patterns
from experiments.patterns.measures import MEASURES, NOTHING, SHOCKS, MissingError, Observed, Part
from experiments.seeds import replication_seed
from sim import Scenario
from sim.community_types import community_types
from sim.errors import InputError, closest


@dataclass(frozen=True)
class Setting:
    """What every run has in common.

    Attributes
    ----------
    residents : int
        Of each community.
    replications : int
        Seeds; every point of a calibration meets the same luck.
    seed : int
        Root from which the replications' seeds are derived.
    warmup, weeks : int
        The election is in week 78, and the last year must be a whole one.
    quiet : int
        Weeks of the run before an emergency: the half-year with which calls are compared.
    """

    residents: int = 2000
    replications: int = 20
    seed: int = 1
    warmup: int = 52
    weeks: int = 156
    quiet: int = 26


@dataclass(frozen=True)
class Found:
    """What the runs say about one pattern.

    Attributes
    ----------
    pattern : Pattern
    by_seed : array
        Value of each seed, over the pattern's community types; NaN where there was nothing to measure.
    by_type : dict of str to float
        Value of each community type, over seeds.
    reason : str
        Why it could not be measured, if so.
    """

    pattern: Pattern
    by_seed: np.ndarray
    by_type: Mapping[str, float]
    reason: str = ""

    @property
    def mean(self) -> float:
        """Mean over seeds."""
        return self._interval[0]

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval of the mean."""
        return self._interval[1]

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval of the mean."""
        return self._interval[2]

    @property
    def error(self) -> float:
        """Standard error of the mean over seeds; 0 with fewer than two."""
        return float(self.known.std(ddof=1) / math.sqrt(self.known.size)) if self.known.size > 1 else 0.0

    @property
    def verdict(self) -> str:
        """``inside``, ``outside`` or ``unknown``, by the mean."""
        return self.pattern.verdict(self.mean)

    @property
    def known(self) -> np.ndarray:
        """Values of the seeds that had something to measure."""
        return self.by_seed[~np.isnan(self.by_seed)]

    @property
    def _interval(self) -> tuple[float, float, float]:
        if not self.known.size:
            return math.nan, math.nan, math.nan
        mean, low, high = mean_interval(self.known)
        return float(mean), float(low), float(high)


@dataclass(frozen=True)
class Comparison:
    """Published patterns against the status quo.

    Attributes
    ----------
    setting : Setting
    parameters : dict of str to float
        Values other than the catalogue's, by dotted name, those of the observation model among them.
    found : tuple of Found
    failures : list of Record
    workers : int
    seconds : float
    """

    setting: Setting
    parameters: Mapping[str, float]
    found: tuple[Found, ...]
    failures: list[Record] = field(repr=False)
    workers: int = 1
    seconds: float = 0.0

    def distance(self, use: str) -> float:
        """Mean squared gap of the patterns of one use."""
        chosen = [one for one in self.found if one.pattern.use == use]
        return distance([one.pattern for one in chosen], {one.pattern.id: one.mean for one in chosen})

    def count(self, use: str) -> tuple[int, int]:
        """How many patterns of one use are inside, and how many there are."""
        chosen = [one for one in self.found if one.pattern.use == use]
        return sum(one.verdict == "inside" for one in chosen), len(chosen)


def checked(parameters: Mapping[str, float]) -> None:
    """Raise unless every parameter exists and lies in its range."""
    known = observation_entries()
    for name, value in parameters.items():
        if name.startswith("observation."):
            if name not in known:
                raise InputError(f"parameters: unknown parameter {name!r}{closest(name, known)}")
            one = known[name]
            if not one.low <= value <= one.high:
                raise InputError(f"parameters.{name}: {value} lies outside its range [{one.low:g}, {one.high:g}]")
    Scenario(parameters=of_model(parameters))


def of_model(parameters: Mapping[str, float]) -> dict[str, float]:
    """Those parameters that belong to the model and not to the observation of it."""
    return {name: value for name, value in parameters.items() if not name.startswith("observation.")}


def tasks_of(setting: Setting, parameters: Mapping[str, float], chosen: Sequence[Pattern]) -> Iterator[tuple[Any, ...]]:
    """Arguments of :func:`measured` for every type and seed, types of one seed next to each other."""
    observation = {name: one.value for name, one in observation_entries().items()}
    observation |= {name: value for name, value in parameters.items() if name in observation}
    for replication in range(setting.replications):
        for kind in community_types():
            names = sorted({one.measure for one in chosen if kind in one.types})
            if not names:
                continue
            place = {
                "name": "patterns",
                "communities": [{"type": kind, "residents": setting.residents}],
                "parameters": of_model(parameters),
                "weeks": setting.weeks,
                "warmup": setting.warmup,
            }
            seed = replication_seed(setting.seed, replication)
            yield json.dumps(place), seed, setting.quiet, observation, names


def measured(
    scenario: str, seed: int, quiet: int, observation: dict[str, float], names: list[str]
) -> dict[str, tuple[float, float] | str]:
    """Run one type with one seed and measure it; a task of the engine.

    Returns
    -------
    dict
        By measure: its part and whole, or the reason why it cannot be measured.
    """
    place = Scenario.from_dict(json.loads(scenario))
    warm = sim.warm_up(place, seed)
    shocks = {
        kind: sim.run(
            place.replace(weeks=quiet + 1, emergencies=[{"kind": kind, "start": quiet + 1}]), seed=seed, warm=warm
        )
        for kind in SHOCKS
    }
    observed = Observed(sim.run(place, seed=seed, warm=warm, needs=True), shocks, observation)
    return {name: _value(name, observed) for name in names}


def _value(name: str, observed: Observed) -> tuple[float, float] | str:
    try:
        part, whole = MEASURES[name](observed)
    except MissingError as error:
        return str(error)
    return part, whole


def pooled(parts: Sequence[Part]) -> float:
    """Value of several communities together; NaN when there was nothing to measure in any."""
    part, whole = math.fsum(one.part for one in parts), math.fsum(one.whole for one in parts)
    return part / whole if whole else math.nan


def gathered(setting: Setting, chosen: Sequence[Pattern], values: Sequence[Any]) -> tuple[Found, ...]:
    """Put the values of all tasks of one set of parameters, in the order of :func:`tasks_of`, together by pattern."""
    kinds = [kind for kind in community_types() if any(kind in one.types for one in chosen)]
    rows = {(i // len(kinds), kinds[i % len(kinds)]): value for i, value in enumerate(values) if value is not None}
    return tuple(_found(one, rows, setting.replications) for one in chosen)


def _found(pattern: Pattern, rows: Mapping[tuple[int, str], Any], replications: int) -> Found:
    reasons, parts = [], {}
    for (replication, kind), row in rows.items():
        if kind in pattern.types:
            value = row[pattern.measure]
            if isinstance(value, str):
                reasons.append(value)
            parts[replication, kind] = NOTHING if isinstance(value, str) else Part(*value)
    # A seed of which one type failed would be another mix of types.
    whole = [r for r in range(replications) if all((r, kind) in parts for kind in pattern.types)]
    by_seed = [pooled([parts[r, kind] for kind in pattern.types]) for r in whole]
    by_type = {kind: pooled([parts[r, kind] for r in whole]) for kind in pattern.types}
    return Found(pattern, np.array(by_seed, dtype=float), by_type, reasons[0] if reasons else "")


def compare(
    setting: Setting,
    parameters: Mapping[str, float] | None = None,
    workers: int = 1,
    tell: Callable[[Record], None] | None = None,
    chosen: Sequence[Pattern] | None = None,
    make_executor: MakeExecutor | None = None,
) -> Comparison:
    """Run the status quo of every community type and compare it with the published patterns.

    Parameters
    ----------
    setting : Setting
    parameters : dict of str to float
        Values instead of the catalogue's, one set for all types.
    workers : int
    tell : callable
        Called with each record as it comes.
    chosen : sequence of Pattern
        By default all.
    make_executor : callable
        See :func:`experiments.engine.execute`.

    Raises
    ------
    InputError
        If a parameter is unknown or outside its range.
    RuntimeError
        If every run failed; the first traceback is its message.
    """
    begin = time.perf_counter()
    parameters, chosen = dict(parameters or {}), tuple(chosen or patterns().values())
    checked(parameters)
    sim.warm_cache()
    tasks: list[Task] = list(enumerate(tasks_of(setting, parameters, chosen)))
    records = execute(measured, tasks, workers, batch=1, tell=tell, make_executor=make_executor)
    failures = [one for one in records if one.status != "ok"]
    if len(failures) == len(records):
        raise RuntimeError(failures[0].traceback or failures[0].message)
    found = gathered(setting, chosen, [one.value for one in records])
    return Comparison(setting, parameters, found, failures, workers, time.perf_counter() - begin)


def run_count(setting: Setting, chosen: Sequence[Pattern]) -> int:
    """How many tasks one set of parameters takes."""
    return sum(1 for _ in tasks_of(setting, {}, chosen))
