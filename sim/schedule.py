"""The order of the week, and where mechanisms stand in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sim.mechanisms import Mechanism
from sim.processes import (
    calendar,
    discovery,
    disputes,
    emergencies,
    influence,
    matching,
    needs,
    participation,
    routing,
    satisfaction,
    service,
)

WEEK = (
    emergencies,
    needs,
    discovery,
    routing,
    matching,
    service,
    disputes,
    participation,
    influence,
    satisfaction,
    calendar,
)
NAMES = tuple(process.__name__.rpartition(".")[2] for process in WEEK)

Step = tuple[str, Callable[[Any], None]]


def plan(in_force: Mapping[str, tuple[Mechanism, np.ndarray]]) -> list[Step]:
    """List what runs in a week, in order; the list is what runs.

    Parameters
    ----------
    in_force : mapping of name to (mechanism, dose by community)
        Mechanisms with a dose above 0 somewhere.
    """
    steps: list[Step] = []
    for name, process in zip(NAMES, WEEK, strict=True):
        steps += _hooks(f"before_{name}", in_force)
        steps.append((name, process.run))
        steps += _hooks(f"after_{name}", in_force)
    return steps


def _hooks(hook: str, in_force: Mapping[str, tuple[Mechanism, np.ndarray]]) -> list[Step]:
    return [
        (f"{name}: {hook}", _bound(getattr(mechanism, hook), dose))
        for name, (mechanism, dose) in in_force.items()
        if hasattr(type(mechanism), hook)
    ]


def _bound(act: Callable[[Any, np.ndarray], None], dose: np.ndarray) -> Callable[[Any], None]:
    def step(community: Any) -> None:
        act(community, dose)

    return step
