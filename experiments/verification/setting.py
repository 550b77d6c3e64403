"""Small places in which one process runs alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim import Community, Scenario
from sim.agents.ties import FRIEND, Ties

NO_GROUPS = 1e9  # helpers that it takes to found a self-governing group: more than there are


def place(communities: int, residents: int, seed: int, kind: str = "commodity_housing") -> Community:
    """Communities of one type, without warm-up and mechanisms."""
    specs = [{"type": kind, "residents": residents, "name": f"{kind} {k}"} for k in range(communities)]
    return Community(Scenario.from_dict({"communities": specs, "warmup": 0, "seed": seed}))


def put(numbers: Any, **values: Any) -> None:
    """Set numbers of a process, also beyond the range that would be believed of a real place."""
    for name, value in values.items():
        numbers[name][:] = value


def only(numbers: Any, **values: Any) -> None:
    """Set numbers of a process and switch off all its others: a term with weight 0 counts for nothing."""
    for name in numbers.dtype.names:
        numbers[name][:] = 0.0
    put(numbers, **values)


def ties_to(others: Sequence[np.ndarray]) -> Ties:
    """Ties from each resident to ``others[i]``, stored as the model stores them; they need not be mutual."""
    counts = np.array([len(one) for one in others])
    start = np.concatenate([[0], counts.cumsum()]).astype(np.int64)
    to = np.concatenate([np.asarray(one, np.int32) for one in others])
    return Ties(
        start=start,
        count=counts.astype(np.int16),
        to=to.astype(np.int32),
        kind=np.full(to.size, FRIEND, np.int8),
        met=np.zeros(to.size, np.int16),
    )


def everyone_tied(groups: Sequence[np.ndarray]) -> Ties:
    """Complete graph within each group of residents; the groups cover everybody in order."""
    return ties_to([group[group != i] for group in groups for i in group])


def logistic(log_odds: Any) -> Any:
    """Probability from log-odds, for arrays of any size without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(log_odds, float)))
