"""Designs that branch from one warmed-up state: same people, same past, same luck; a failure is a row of its own."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

import sim
from experiments.analyses.complete import IncompleteError
from experiments.engine import MakeExecutor, Record, asked_workers, attempt, execute
from experiments.progress import Progress
from experiments.text import LANGUAGES, text
from sim import outcomes
from sim.catalogue import Label
from sim.outcomes import OUTCOMES

QUARTER = 13
GAP_DIMENSIONS = ("income", "tenure")
EQUITY_GAP = "equity_gap"
# Groups are measured over the year, which the names of the outcomes of the whole place say.
_GROUP_OUTCOMES = {"participation": "participation_year"}
CASES_AT_ONCE = 1  # a case is many runs already

Rows = list[dict[str, Any]]
Reader = Callable[[sim.Result], Rows]


@dataclass(frozen=True)
class Case:
    """Runs that share a place, its past and their luck.

    Attributes
    ----------
    keys : dict of str to object
        Columns that name the case in the table of results: ``{"point": 3, "replication": 0}``.
    place : dict
        Fields of a scenario without mechanisms.
    seed : int
    designs : dict of str to dict
        Fields of the scenario that each design changes: ``{"lists": {"mechanisms": {"three_lists": 1.0}}}``.
    """

    keys: Mapping[str, Any]
    place: Mapping[str, Any]
    seed: int
    designs: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Runs:
    """Table of all runs, and what failed.

    Attributes
    ----------
    table : DataFrame
        Rows of the reader by case and ``design``, with ``status``, ``error`` and ``message``; a run that failed has
        one row without values.
    failures : list of str
        Where and why, with tracebacks.
    workers : int
    """

    table: pd.DataFrame
    failures: list[str] = field(repr=False)
    workers: int


def five_types(residents: int, warmup: int, weeks: int) -> dict[str, Any]:
    """Fields of a scenario with one community of each type."""
    from sim.community_types import community_types

    communities = [{"type": name, "residents": residents} for name in community_types()]
    return {"communities": communities, "warmup": warmup, "weeks": weeks}


def run_cases(
    cases: Sequence[Case],
    read: Reader,
    workers: int | None = None,
    language: str = "en",
    progress: bool = True,
    make_executor: MakeExecutor | None = None,
    batch: int = CASES_AT_ONCE,
) -> Runs:
    """Run every design of every case.

    Parameters
    ----------
    cases : sequence of Case
    read : callable
        A top-level function that reads rows off a result: one of this module.
    workers : int
        Processes; by default one for each processor. The results do not depend on it.
    language : str
        Of the progress.
    progress : bool
    make_executor : callable
        Gives a ``concurrent.futures`` executor to use instead of a pool of processes.
    batch : int
        Neighbouring cases that one worker runs, so that it can keep a state that they share.
    """
    workers = max(1, min(asked_workers(workers), len(cases)))
    sim.warm_cache()
    tasks = [(key, (dict(case.place), case.seed, dict(case.designs), read)) for key, case in enumerate(cases)]
    with Progress(len(tasks), language, progress) as counted:
        records = execute(run_designs, tasks, workers, batch, tell=counted, make_executor=make_executor)
    rows, failures = [], []
    for case, record in zip(cases, records, strict=True):
        found = record.value or dict.fromkeys(case.designs, record)
        for design, one in found.items():
            told = {"design": design, "status": one.status, "error": one.error, "message": one.message}
            rows += [{**case.keys, **told, **values} for values in (one.value if one.status == "ok" else [{}])]
            if one.status != "ok":
                failures.append(f"{dict(case.keys)} {design}: {one.traceback or one.message}")
    return Runs(pd.DataFrame(rows), failures, workers)


def complete(runs: Runs) -> pd.DataFrame:
    """Rows of the replications in which every run succeeded.

    Raises
    ------
    IncompleteError
        If there is none.
    """
    failed = runs.table.loc[runs.table["status"] != "ok", "replication"]
    whole = runs.table[~runs.table["replication"].isin(failed)]
    if whole.empty:
        raise IncompleteError(text("en", "check.none_complete", first=runs.failures[0]))
    return whole


def run_designs(
    place: dict[str, Any], seed: int, designs: dict[str, dict[str, Any]], read: Reader
) -> dict[str, Record]:
    """Run the designs of one case; a task of the engine. One that fails harms no other."""
    scenario = sim.Scenario.from_dict(place)
    warm = _warmed_up(json.dumps(_status_quo(scenario), sort_keys=True), seed)
    return {
        name: attempt(_one_run, number, (scenario, fields, seed, warm, read))
        for number, (name, fields) in enumerate(designs.items())
    }


def _status_quo(scenario: sim.Scenario) -> dict[str, Any]:
    """Fields that the warm-up depends on, so that cases which differ in mechanisms' numbers only share it."""
    from sim.model import status_quo_of

    return status_quo_of(scenario)


@functools.lru_cache(maxsize=1)
def _warmed_up(status_quo: str, seed: int) -> sim.WarmState:
    return sim.warm_up(sim.Scenario.from_dict(json.loads(status_quo)), seed)


def _one_run(scenario: sim.Scenario, fields: Mapping[str, Any], seed: int, warm: sim.WarmState, read: Reader) -> Rows:
    return read(sim.run(scenario.replace(**fields), seed=seed, warm=warm))


# Readers --------------------------------------------------------------------------------------------------------------


def whole_place(result: sim.Result) -> Rows:
    """Outcomes of the whole place over the last year, and the gap in satisfaction between groups."""
    return [{**result.summary, EQUITY_GAP: equity_gap(result.groups)}]


def by_quarter(result: sim.Result) -> Rows:
    """Outcomes of the whole place by quarter of the run."""
    place = result.history.sum(axis=1)
    rows = []
    for number, first in enumerate(range(0, len(place) - QUARTER + 1, QUARTER), start=1):
        values = outcomes.measure(place[first : first + QUARTER].sum(axis=0), QUARTER)
        rows.append({"quarter": number, **{name: float(value) for name, value in values.items()}})
    return rows


def by_community(result: sim.Result) -> Rows:
    """What each community got and what it took, for a resident and year, over the whole run.

    ``matters`` (practical matters resolved within the term), ``satisfied`` (residents who are satisfied),
    ``yuan`` (mechanisms and fund), ``mechanism_hours`` and ``staff_hours`` (hours of all social workers).
    """
    sums = outcomes.Sums(result.history.sum(axis=0), len(result.history))
    work_week = result.scenario.base("calendar")[_row("calendar", "work_week")]
    years = sums["residents"] / 52.0
    values = {
        "matters": sums["practical_in_term"] / years,
        "satisfied": sums["satisfied"] / sums["residents"],
        "yuan": (sums["mechanism_yuan"] + sums["service_yuan"]) / years,
        "mechanism_hours": sums["mechanism_hours"] / years,
        "staff_hours": sums["posts"] * (sums["filled"] / sums["residents"]) * work_week / years,
    }
    kinds = [kind.name for kind in result.scenario.types]
    return [
        {"community": name, "type": kind, **{key: float(column[place]) for key, column in values.items()}}
        for place, (name, kind) in enumerate(zip(result.scenario.community_names, kinds, strict=True))
    ]


def _row(process: str, short: str) -> int:
    from sim import catalogue

    return list(catalogue.process_entries(process)).index(short)


def equity_gap(groups: pd.DataFrame) -> float:
    """Gap in satisfaction in the last year: between income groups or tenants and owners, whichever is wider."""
    last = last_year_groups(groups)
    spans = [
        np.ptp(last.loc[last["dimension"] == dimension, "satisfaction"].dropna().to_numpy())
        for dimension in GAP_DIMENSIONS
    ]
    return float(max(spans))


def last_year_groups(groups: pd.DataFrame) -> pd.DataFrame:
    """Groups of the whole place in the last year: communities weighted by their residents in the group."""
    last = groups[groups["year"] == groups["year"].max()].rename(columns=_GROUP_OUTCOMES)
    columns = [name for name in OUTCOMES if name in last]
    weighted = last[columns].mul(last["residents"], axis=0).assign(residents=last["residents"])
    sums = weighted.groupby([last["dimension"], last["group"]], sort=False, observed=True).sum()
    return sums[columns].div(sums["residents"], axis=0).assign(residents=sums["residents"]).reset_index()


def outcome_named(name: str) -> outcomes.Outcome:
    """Outcome of the model, or the equity gap, which is read off the groups."""
    if name != EQUITY_GAP or name in OUTCOMES:
        return OUTCOMES[name]
    words = [text(language, "directions.equity_gap") for language in LANGUAGES]
    more = [text(language, "directions.equity_gap_is") for language in LANGUAGES]
    return outcomes.Outcome(EQUITY_GAP, "points", Label(*words), Label(*more), -1)
