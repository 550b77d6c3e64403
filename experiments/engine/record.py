"""What goes to a worker and what comes back: plain data only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

OK, ERROR, CRASH, TIMEOUT = STATUSES = ("ok", "error", "crash", "timeout")

Task = tuple[int, tuple[Any, ...]]


class Job(NamedTuple):
    """One run to make.

    Attributes
    ----------
    key : int or str
        Names the run; comes back in its record.
    arguments : tuple
        Plain arguments of the function.
    group : str, optional
        Jobs of one group share a state (see :func:`experiments.engine.shared`): the first of them runs before the
        others. Jobs of a group stand next to each other.
    """

    key: int | str
    arguments: tuple[Any, ...]
    group: str | None = None


@dataclass(frozen=True)
class Record:
    """What became of one run.

    Attributes
    ----------
    key : int or str
    status : str
        ``ok``; ``error`` when the function raised; ``crash`` when its process died; ``timeout`` when it was stopped.
    value : object
        What the function returned; None unless ``ok``.
    error, message, traceback : str
        Type, message and traceback of what it raised; of a run that was stopped, where it stood.
    seconds : float
    """

    key: Any
    status: str
    value: Any = None
    error: str = ""
    message: str = ""
    traceback: str = ""
    seconds: float = 0.0
