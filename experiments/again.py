"""Runs made again: whether what a folder says is what the model computes, bit for bit."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.engine import attempt
from experiments.plan import Plan, RunSpec
from experiments.store import Store
from experiments.study_folder import plan_of
from experiments.task import run_one
from sim.errors import InputError
from sim.outcomes import OUTCOMES


@dataclass(frozen=True)
class Again:
    """A run made again beside what is stored of it.

    Attributes
    ----------
    run_id : str
    stored, status : str
        Status then and now.
    differences : dict of str to (float, float)
        Outcomes that are not the same to the bit: stored, now.
    outcomes : dict of str to float
        Now.
    traceback : str
        Of what it raised now.
    """

    run_id: str
    stored: str
    status: str
    differences: dict[str, tuple[float, float]]
    outcomes: dict[str, float]
    traceback: str = ""

    @property
    def same(self) -> bool:
        """Whether it came out as stored."""
        return self.stored == self.status and not self.differences


def spec_of(store: Store, run_id: str) -> tuple[Plan, RunSpec, dict[str, Any]]:
    """Plan, run and stored row of a run id.

    Raises
    ------
    InputError
        If the folder has no such run, or its row does not lead to that id.
    """
    runs = store.runs()
    found = runs[runs["run_id"] == run_id]
    if found.empty:
        raise InputError(f"{store.folder}: has no run {run_id!r}{near_id(run_id, runs['run_id'])}")
    row = found.iloc[0].to_dict()
    plan = plan_of(store)
    point = plan.points[plan.points["point"] == row["point"]].iloc[0].to_dict()
    spec = plan.run(point, int(row["replication"]))
    if spec.run_id != run_id:
        raise InputError(f"{store.folder}: the study's point {row['point']} is run {spec.run_id}, not {run_id}")
    return plan, spec, row


def near_id(run_id: str, known: Iterable[str]) -> str:
    """Hint at the run that was meant: the only one that begins so, or the nearest; none if none is near."""
    known = list(known)
    begin = [one for one in known if one.startswith(run_id)]
    near = begin if len(begin) == 1 else difflib.get_close_matches(run_id, known, n=1, cutoff=0.8)
    return f"; did you mean {near[0]!r}?" if near else ""


def made_again(store: Store, run_id: str) -> Again:
    """Make a run again here, and compare its outcomes with the stored ones."""
    plan, spec, row = spec_of(store, run_id)
    record = attempt(run_one, run_id, (plan.place_json, spec.fields, spec.seed, (), spec.group))
    now = record.value["row"] if record.status == "ok" else {}
    then = {name: float(row[name]) for name in OUTCOMES if name in row}
    differences = {
        name: (then[name], now[name])
        for name in then
        if record.status == "ok" and row["status"] == "ok" and not _same_bits(then[name], now[name])
    }
    return Again(run_id, str(row["status"]), record.status, differences, now, record.traceback)


def chosen(store: Store, count: int, seed: int) -> Sequence[str]:
    """Some of the runs that succeeded, at random."""
    ids = sorted(run_id for run_id, status in store.done().items() if status == "ok")
    picks = np.random.default_rng(seed).permutation(len(ids))[:count]
    return [ids[pick] for pick in picks]


def _same_bits(one: float, other: float) -> bool:
    return bool(np.float64(one).tobytes() == np.float64(other).tobytes() or (pd.isna(one) and pd.isna(other)))
