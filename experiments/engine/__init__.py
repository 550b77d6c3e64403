"""Runs jobs on any ``concurrent.futures`` executor; one that fails, hangs or dies is recorded and harms no other.

A job is a key and plain arguments of one top-level function. Records do not depend on the engine, on the number of
workers, on the order in which runs end, or on how they are cut into chunks.

>>> from experiments.engine import Job, drive, local
>>> records = drive(function, (Job(key, arguments) for ...), local(workers=4), timeout=600.0)
"""

from experiments.engine.driving import BATCH, Stop, draining, drive, execute
from experiments.engine.executors import (
    MOST_WORKERS,
    Engine,
    EngineLostError,
    InProcess,
    Lent,
    MakeExecutor,
    asked_workers,
    available_workers,
    dask,
    kept_open,
    lasting,
    local,
    mpi,
    pool,
    serial,
)
from experiments.engine.record import CRASH, ERROR, OK, STATUSES, TIMEOUT, Job, Record, Task
from experiments.engine.warm import forget, shared
from experiments.engine.worker import attempt

__all__ = [
    "BATCH",
    "CRASH",
    "ERROR",
    "MOST_WORKERS",
    "OK",
    "STATUSES",
    "TIMEOUT",
    "Engine",
    "EngineLostError",
    "InProcess",
    "Job",
    "Lent",
    "MakeExecutor",
    "Record",
    "Stop",
    "Task",
    "asked_workers",
    "attempt",
    "available_workers",
    "dask",
    "draining",
    "drive",
    "execute",
    "forget",
    "kept_open",
    "lasting",
    "local",
    "mpi",
    "pool",
    "serial",
    "shared",
]
