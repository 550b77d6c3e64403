"""Pilot runs: what a run of a study takes, in time and on disk, before thousands of them are begun."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import pandas as pd

import sim
from experiments.engine import forget, local
from experiments.plan import Plan, RunSpec
from experiments.portfolios import grid
from experiments.precision import Precision
from experiments.run import shown_points
from experiments.task import run_one

# A row of the table of runs, compressed, and its share of the folder's other files; measured by benchmarks/store.py.
ROW_BYTES = 500


@dataclass(frozen=True)
class Amount:
    """How much is to be computed: different runs, and warm-ups, which runs of one past share."""

    runs: int
    warm_ups: int


@dataclass(frozen=True)
class Estimate:
    """What a study will take.

    Attributes
    ----------
    least, most : Amount
        The same, unless the results decide how many runs are made.
    pilots : int
        Runs that the estimate rests on.
    start_seconds : float
        Until a process is ready for its first run.
    run_seconds, warm_seconds : float
        Time of one run, and of one warm-up.
    run_bytes : float
        On disk, at most: tables before compression.
    workers : int
    """

    least: Amount
    most: Amount
    pilots: int
    start_seconds: float
    run_seconds: float
    warm_seconds: float
    run_bytes: float
    workers: int

    def seconds(self, amount: Amount) -> float:
        """Wall time with the workers, if each has a processor of its own."""
        work = amount.runs * self.run_seconds + amount.warm_ups * self.warm_seconds
        return self.start_seconds + work / self.workers

    def bytes(self, amount: Amount) -> float:
        """Size of the folder, at most."""
        return amount.runs * self.run_bytes


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
    sim.warm_cache()
    with local(1).make() as executor:
        began = time.perf_counter()
        executor.submit(sim.warm_cache).result()
        start = time.perf_counter() - began
    least, most = _amounts(plan)
    specs = _unique(_to_try(plan))
    step = max(1, len(specs) // pilots)
    chosen = specs[step - 1 :: step][:pilots]
    _timed(plan, chosen[0])  # the first of a process is slower
    times = [_timed(plan, spec) for spec in chosen]
    each = len(times)
    return Estimate(
        least=least,
        most=most,
        pilots=each,
        start_seconds=start,
        run_seconds=sum(one[1] for one in times) / each,
        warm_seconds=sum(one[0] for one in times) / each,
        run_bytes=ROW_BYTES + sum(one[2] for one in times) / each,
        workers=workers,
    )


def _amounts(plan: Plan) -> tuple[Amount, Amount]:
    """Least and most that a study computes."""
    study = plan.study
    asked = study.replications
    first, last = (asked.first, asked.most) if isinstance(asked, Precision) else (asked, asked)
    specs = _unique(plan)
    groups = len({spec.group for spec in specs})
    most = len(specs)
    if study.portfolio is not None:
        grids = math.prod(len(grid(one, study.portfolio.levels)) for one in plan.levers)
        searched = study.portfolio.generations * study.portfolio.population
        most = (1 + min(grids, searched)) * plan.futures
    return Amount(len(specs) * first, groups * first), Amount(most * last, groups * last)


def _to_try(plan: Plan) -> Plan:
    """Plan whose points the pilots are taken from: before a search begins there is only the baseline."""
    if not plan.adaptive:
        return plan
    tried = Plan(plan.study)
    tried.add_policies(pd.DataFrame([{one.name: one.high for one in plan.levers}]))
    return tried


def _unique(plan: Plan) -> list[RunSpec]:
    """Different runs of one replication."""
    return list({spec.run_id: spec for spec in plan.runs(0, 1)}.values())


def _timed(plan: Plan, spec: RunSpec) -> tuple[float, float, int]:
    """Seconds of the warm-up and of the run, and bytes of its tables."""
    keep = plan.study.keep.tables
    tables = (*keep, "weekly") if spec.point in shown_points(plan) else keep
    forget()
    begin = time.perf_counter()
    first = run_one(plan.place_json, spec.fields, spec.seed, tables, spec.group)
    middle = time.perf_counter()
    run_one(plan.place_json, spec.fields, spec.seed, tables, spec.group)
    end = time.perf_counter()
    return max(0.0, 2.0 * middle - begin - end), end - middle, sum(map(len, first["tables"].values()))
