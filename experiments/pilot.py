"""Pilot runs: what a run of a study takes, in time and on disk, before thousands of them are begun."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sim
from experiments.plan import Plan, RunSpec
from experiments.precision import Precision
from experiments.run import shown_points
from experiments.task import run_one

# A row of the table of runs, compressed, and its share of the folder's other files; measured by benchmarks/store.py.
ROW_BYTES = 500


@dataclass(frozen=True)
class Estimate:
    """What a study will take.

    Attributes
    ----------
    runs, most : int
        Different runs; and the most that a precision may ask for.
    pilots : int
        Runs that the estimate rests on.
    run_seconds, warm_seconds : float
        Time of one run, and of one warm-up, which runs of one past share.
    warm_ups : int
    run_bytes : float
        On disk, at most: tables before compression.
    workers : int
    """

    runs: int
    most: int
    pilots: int
    run_seconds: float
    warm_seconds: float
    warm_ups: int
    run_bytes: float
    workers: int

    @property
    def seconds(self) -> float:
        """Wall time with the workers, if each has a processor of its own."""
        return (self.runs * self.run_seconds + self.warm_ups * self.warm_seconds) / self.workers

    @property
    def bytes(self) -> float:
        """Size of the folder, at most."""
        return self.runs * self.run_bytes


def estimate(plan: Plan, pilots: int, workers: int) -> Estimate:
    """Make some runs of a study, spread over its points, and estimate what all of them take.

    Parameters
    ----------
    plan : Plan
    pilots : int
        Runs to make.
    workers : int
        Processes that the study will have.
    """
    asked = plan.study.replications
    first, most = (asked.first, asked.most) if isinstance(asked, Precision) else (asked, asked)
    specs = list({spec.run_id: spec for spec in plan.runs(0, first)}.values())
    step = max(1, len(specs) // pilots)
    chosen = specs[step - 1 :: step][:pilots]
    sim.warm_cache()
    times = [_timed(plan, spec) for spec in chosen]
    each = len(times)
    return Estimate(
        runs=len(specs),
        most=len(specs) // first * most,
        pilots=each,
        run_seconds=sum(one[1] for one in times) / each,
        warm_seconds=sum(one[0] for one in times) / each,
        warm_ups=len({spec.group for spec in specs}),
        run_bytes=ROW_BYTES + sum(one[2] for one in times) / each,
        workers=workers,
    )


def _timed(plan: Plan, spec: RunSpec) -> tuple[float, float, int]:
    """Seconds of the warm-up and of the run, and bytes of its tables."""
    keep = plan.study.keep.tables
    tables = (*keep, "weekly") if spec.point in shown_points(plan) else keep
    begin = time.perf_counter()
    first = run_one(plan.place_json, spec.fields, spec.seed, tables, spec.group)
    middle = time.perf_counter()
    run_one(plan.place_json, spec.fields, spec.seed, tables, spec.group)
    end = time.perf_counter()
    return max(0.0, 2.0 * middle - begin - end), end - middle, sum(map(len, first["tables"].values()))
