"""Calibration: a Latin hypercube over uncertain parameters, then a local search, with the same luck everywhere.

The distance is the mean over *fitted* patterns of the squared gap to the published range. Held-out patterns are
measured at every point too, but nothing is chosen by them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import qmc

import sim
from experiments.engine import MakeExecutor, Record, execute, lasting, pool
from experiments.patterns import FIT, FOLDER, HELD_OUT, INSIDE, Pattern, distance, observation_entries, of_use
from experiments.patterns.running import Setting, gathered, measured, run_count, tasks_of
from sim import catalogue
from sim.catalogue import Entry
from sim.community_types import community_types
from sim.errors import InputError, closest

FIRST_STEP, HALVING = 0.15, 0.5  # of a parameter's range


@dataclass(frozen=True)
class Plan:
    """What is calibrated and how.

    Attributes
    ----------
    names : tuple of str
        Parameters that move, within their ranges of the catalogue.
    setting : Setting
    points : int
        Points of the Latin hypercube; the catalogue's own values are one more.
    sweeps : int
        Rounds of the local search.
    """

    names: tuple[str, ...]
    setting: Setting
    points: int
    sweeps: int

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Catalogue entries of the parameters."""
        known = known_entries()
        return tuple(known[name] for name in self.names)

    @property
    def most_points(self) -> int:
        """Points that are computed at most: the start, the hypercube, two steps a parameter and one on a sweep."""
        return 1 + self.points + self.sweeps * (2 * len(self.names) + 1)

    def values(self, point: np.ndarray) -> dict[str, float]:
        """Parameters at a point of the unit cube."""
        return {
            one.name: float(np.clip(one.low + x * (one.high - one.low), one.low, one.high))
            for one, x in zip(self.entries, point, strict=True)
        }

    @property
    def start(self) -> np.ndarray:
        """The catalogue's values as a point of the unit cube."""
        return np.array([(one.value - one.low) / (one.high - one.low) for one in self.entries])


@dataclass(frozen=True)
class Point:
    """A point that was computed.

    Attributes
    ----------
    stage : str
        ``start``, ``hypercube`` or ``search``.
    at : array
        In the unit cube.
    simulated : dict of str to float
        Value by pattern, fitted and held-out ones; NaN if a run failed.
    distance : float
        Of the fitted patterns; infinite if a run failed or there was nothing to measure.
    """

    stage: str
    at: np.ndarray
    simulated: Mapping[str, float]
    distance: float


@dataclass(frozen=True)
class Calibration:
    """What came out.

    Attributes
    ----------
    plan : Plan
    points : list of Point
        All that were computed, the catalogue's values first.
    best : Point
    fit, held_out : tuple of Pattern
    seconds : float
    """

    plan: Plan
    points: list[Point] = field(repr=False)
    best: Point
    fit: tuple[Pattern, ...]
    held_out: tuple[Pattern, ...]
    seconds: float

    @property
    def start(self) -> Point:
        """The catalogue's values."""
        return self.points[0]

    @property
    def parameters(self) -> dict[str, float]:
        """Calibrated values."""
        return self.plan.values(self.best.at)

    def held_out_distance(self, point: Point) -> float:
        """Distance of the held-out patterns."""
        return distance(self.held_out, point.simulated)

    def inside(self, chosen: Sequence[Pattern], point: Point) -> int:
        """How many patterns are inside at a point."""
        return sum(one.verdict(point.simulated[one.id]) == INSIDE for one in chosen)


def known_entries() -> dict[str, Entry]:
    """Parameters that can be calibrated: of the model's processes and of the observation."""
    return {one.name: one for one in catalogue.entries()} | dict(observation_entries())


def plan_of(changes: Mapping[str, int] | None = None, path: Path = FOLDER / "calibration.toml") -> Plan:
    """Read a plan; ``changes`` replace its ``seed``, ``points``, ``sweeps``, ``replications`` and ``residents``.

    Raises
    ------
    InputError
        If a parameter is unknown, or some community type sets it for itself.
    """
    raw: dict[str, Any] = catalogue.read_toml(path) | dict(changes or {})
    known = known_entries()
    for name in raw["parameters"]:
        if name not in known:
            raise InputError(f"{path}: unknown parameter {name!r}{closest(name, known)}")
        for kind in community_types().values():
            if name in kind.values:
                raise InputError(f"{path}: {name} cannot be calibrated: type {kind.name!r} has a value of its own")
    setting = Setting(residents=raw["residents"], replications=raw["replications"], seed=raw["seed"])
    return Plan(tuple(raw["parameters"]), setting, raw["points"], raw["sweeps"])


class Search:
    """Computes points, each with the same seeds.

    Parameters
    ----------
    plan : Plan
    fit, held_out : sequence of Pattern
    workers : int
    tell : callable
        Called with each record as it comes.
    make_executor : callable
        See :func:`experiments.engine.execute`.
    """

    def __init__(
        self,
        plan: Plan,
        fit: Sequence[Pattern],
        held_out: Sequence[Pattern],
        workers: int = 1,
        tell: Callable[[Record], None] | None = None,
        make_executor: MakeExecutor | None = None,
    ) -> None:
        self.plan, self.fit, self.held_out = plan, tuple(fit), tuple(held_out)
        self.workers, self.tell, self.make_executor = workers, tell, make_executor
        self.points: list[Point] = []

    @property
    def best(self) -> Point:
        """Point of the least distance, the earliest of several."""
        return min(self.points, key=lambda one: one.distance)

    def compute(self, stage: str, places: Sequence[np.ndarray]) -> list[Point]:
        """Run the model at points of the unit cube."""
        chosen = (*self.fit, *self.held_out)
        setting = self.plan.setting
        arguments = [one for at in places for one in tasks_of(setting, self.plan.values(at), chosen)]
        records = execute(
            measured,
            list(enumerate(arguments)),
            self.workers,
            batch=1,
            tell=self.tell,
            make_executor=self.make_executor,
        )
        size = len(arguments) // len(places) if places else 0
        computed = [self._point(stage, at, records[i * size : (i + 1) * size], chosen) for i, at in enumerate(places)]
        self.points += computed
        return computed

    def _point(self, stage: str, at: np.ndarray, records: Sequence[Record], chosen: Sequence[Pattern]) -> Point:
        found = gathered(self.plan.setting, chosen, [one.value for one in records])
        failed = any(one.status != "ok" for one in records)
        if stage == "start":
            _check_start(found, records, self.fit)
        values = {one.pattern.id: math.nan if failed else one.mean for one in found}
        gap = distance(self.fit, values, {one.pattern.id: one.error for one in found})
        return Point(stage, at, values, math.inf if math.isnan(gap) else gap)

    def sweep(self, step: float) -> bool:
        """Pattern search (Hooke & Jeeves 1961): move each parameter up or down where that helps, then on as far again.

        A move is kept at once, so that the next parameter starts from it. Returns whether the distance fell.
        """
        before = self.best
        for axis in range(before.at.size):
            centre = self.best
            ends = (max(0.0, centre.at[axis] - step), min(1.0, centre.at[axis] + step))
            self.compute("search", [_moved(centre.at, {axis: x}) for x in ends if x != centre.at[axis]])
        after = self.best
        if after.distance < before.distance:
            self.compute("search", [np.clip(2.0 * after.at - before.at, 0.0, 1.0)])
        return self.best.distance < before.distance


def _moved(at: np.ndarray, changes: Mapping[int, float]) -> np.ndarray:
    moved = at.copy()
    for axis, x in changes.items():
        moved[axis] = x
    return moved


def _check_start(found: Sequence[Any], records: Sequence[Record], fit: Sequence[Pattern]) -> None:
    """Raise when the catalogue's own values give nothing to compare: no other point would."""
    broken = next((one for one in records if one.status != "ok"), None)
    if broken is not None:
        raise RuntimeError(broken.traceback or broken.message)
    unknown = [one for one in found if one.pattern in fit and math.isnan(one.mean)]
    if unknown:
        named = "; ".join(f"{one.pattern.id} ({one.reason or 'nothing to measure'})" for one in unknown)
        raise InputError(f"calibration: fitted patterns cannot be measured: {named}")


def calibrate(
    plan: Plan,
    fit: Sequence[Pattern] | None = None,
    held_out: Sequence[Pattern] | None = None,
    workers: int = 1,
    tell: Callable[[Record], None] | None = None,
    make_executor: MakeExecutor | None = None,
) -> Calibration:
    """Look for parameters that bring the status quo nearer to the fitted patterns.

    Parameters
    ----------
    plan : Plan
    fit, held_out : sequence of Pattern
        By default those of the table.
    workers : int
        The result does not depend on it.
    tell : callable
        Called with each record as it comes.
    make_executor : callable
        See :func:`experiments.engine.execute`.

    Raises
    ------
    InputError
        If a fitted pattern cannot be measured.
    RuntimeError
        If a run with the catalogue's values fails.
    """
    begin = time.perf_counter()
    fit, held_out = tuple(fit or of_use(FIT)), tuple(held_out or of_use(HELD_OUT))
    sim.warm_cache()
    with lasting(make_executor or pool(workers)) as executor:
        search = Search(plan, fit, held_out, workers, tell, executor)
        search.compute("start", [plan.start])
        cube = qmc.LatinHypercube(len(plan.names), seed=plan.setting.seed).random(plan.points)
        search.compute("hypercube", list(cube))
        step = FIRST_STEP
        for _ in range(plan.sweeps):
            if not search.sweep(step):
                step *= HALVING
    return Calibration(plan, search.points, search.best, fit, held_out, time.perf_counter() - begin)


def most_runs(plan: Plan) -> int:
    """How many tasks a calibration takes at most."""
    return plan.most_points * run_count(plan.setting, (*of_use(FIT), *of_use(HELD_OUT)))
