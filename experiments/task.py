"""What a worker does: one run, from plain data to plain data."""

from __future__ import annotations

import functools
import gc
import itertools
import json
from collections.abc import Mapping
from typing import Any

import sim
from experiments.engine import shared
from experiments.measured import measured

# A finished model is held by cycles, some 20 kB a run. Python looks for old ones only when a quarter of all objects is
# new, and with the libraries loaded that takes thousands of runs.
COLLECT_EVERY = 200
_runs = itertools.count()


def run_one(place: str, fields: Mapping[str, Any], seed: int, tables: tuple[str, ...], group: str) -> dict[str, Any]:
    """Compute one run; a task of the engine.

    Parameters
    ----------
    place : str
        Fields of the place as JSON, so that it is read once by each worker.
    fields : dict
        Fields of the scenario that the point changes.
    seed : int
    tables : tuple of str
        What is kept besides the outcomes.
    group : str
        Names the warmed-up state, which runs of one group share.

    Returns
    -------
    dict
        ``row`` and ``tables``; see :func:`experiments.measured.measured`.
    """
    if next(_runs) % COLLECT_EVERY == COLLECT_EVERY - 1:
        gc.collect()
    scenario = _place(place).replace(**fields)
    warm = shared(group, functools.partial(sim.warm_up, scenario, seed))
    return measured(sim.run(scenario, seed=seed, warm=warm, needs="needs" in tables), tables)


@functools.lru_cache(maxsize=2)
def _place(place: str) -> sim.Scenario:
    return sim.Scenario.from_dict(json.loads(place))
