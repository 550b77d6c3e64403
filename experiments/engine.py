"""Runs tasks on any ``concurrent.futures`` executor; one that fails or dies is recorded and harms no other.

A task is a key and plain arguments of one top-level function. Results do not depend on the number of workers, on the
order in which tasks end, or on how they are cut into batches: records come back sorted by key.
"""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

BATCH = 8
SOLO_TRIES = 3
# A pool starts all its processes at once; Windows cannot wait for more than 61 of them.
MOST_WORKERS = 61 if sys.platform == "win32" else 512
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "ARROW_NUM_THREADS")

Task = tuple[int, tuple[Any, ...]]
MakeExecutor = Callable[[], Executor]


@dataclass(frozen=True)
class Record:
    """What became of one task.

    Attributes
    ----------
    key : int
    status : str
        ``ok``; ``error`` when the task raised; ``crash`` when its process died.
    value : object
        What the task returned; None unless ``ok``.
    error, message, traceback : str
        Type, message and traceback of what it raised.
    seconds : float
    """

    key: int
    status: str
    value: Any = None
    error: str = ""
    message: str = ""
    traceback: str = ""
    seconds: float = 0.0


class InProcess(Executor):
    """An executor that computes at once, here: no process is started, and an interruption ends it as any program."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Compute and return a future that is done."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def available_workers() -> int:
    """Number of processors that this process may use."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(found, MOST_WORKERS)


def pool(workers: int) -> MakeExecutor:
    """Maker of executors with this many workers; one worker means this very process."""
    if workers == 1:
        return InProcess
    return functools.partial(
        ProcessPoolExecutor,
        max_workers=workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_enlist,
    )


class Lent(Executor):
    """An executor that lasts from one call of :func:`execute` to the next: who borrows it cannot shut it down."""

    def __init__(self, lender: Executor) -> None:
        self._lender = lender

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Pass on to the executor that lasts."""
        return self._lender.submit(fn, *args, **kwargs)


@contextlib.contextmanager
def lasting(make: MakeExecutor) -> Iterator[MakeExecutor]:
    """Lend one executor to many calls of :func:`execute`, and make another only when it has broken.

    Starting processes takes seconds; a search that computes a few runs at a time would spend most of its time so.
    """
    made: list[Executor] = []

    def borrow() -> Executor:
        if not made or _broken(made[-1]):
            made.append(make())
        return Lent(made[-1])

    try:
        yield borrow
    finally:
        for executor in made:
            executor.shutdown()


def _broken(executor: Executor) -> bool:
    try:
        executor.submit(int).result()
    except BrokenExecutor:
        return True
    return False


def execute(
    function: Callable[..., Any],
    tasks: Iterable[Task],
    workers: int = 1,
    batch: int = BATCH,
    tell: Callable[[Record], None] | None = None,
    make_executor: MakeExecutor | None = None,
) -> list[Record]:
    """Run ``function`` on every task.

    Parameters
    ----------
    function : callable
        A top-level function of an installed package.
    tasks : iterable of (key, arguments)
    workers : int
    batch : int
        Tasks handed over at once.
    tell : callable
        Called with each record as it comes.
    make_executor : callable
        Gives a fresh executor; by default a pool of spawned processes, or this process when ``workers`` is 1.

    Returns
    -------
    list of Record
        Sorted by key.
    """
    records: list[Record] = []

    def keep(record: Record) -> None:
        records.append(record)
        if tell:
            tell(record)

    make = make_executor or pool(workers)
    waiting = deque(_cut(list(tasks), batch))
    while waiting:
        lost = _drain(make(), function, waiting, 2 * workers, keep)
        _one_at_a_time(make, function, [task for tasks in lost for task in tasks], keep)
    return sorted(records, key=lambda record: record.key)


def attempt(function: Callable[..., Any], key: int, arguments: tuple[Any, ...]) -> Record:
    """Run one task; whatever it raises becomes a plain record, for an exception may not survive pickling."""
    begin = time.perf_counter()
    try:
        value = function(*arguments)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return Record(
            key,
            "error",
            error=type(error).__name__,
            message=str(error),
            traceback=traceback.format_exc(),
            seconds=time.perf_counter() - begin,
        )
    return Record(key, "ok", value, seconds=time.perf_counter() - begin)


def _attempt_all(function: Callable[..., Any], tasks: Sequence[Task]) -> list[Record]:
    return [attempt(function, key, arguments) for key, arguments in tasks]


def _cut(tasks: Sequence[Task], size: int) -> Iterator[Sequence[Task]]:
    for begin in range(0, len(tasks), size):
        yield tasks[begin : begin + size]


def _drain(
    executor: Executor,
    function: Callable[..., Any],
    waiting: deque[Sequence[Task]],
    window: int,
    keep: Callable[[Record], None],
) -> list[Sequence[Task]]:
    """Run batches, few in flight at a time, until none waits; return those in flight when a worker died."""
    flying: dict[Future[list[Record]], Sequence[Task]] = {}
    try:
        while waiting or flying:
            while waiting and len(flying) < window:
                future = executor.submit(_attempt_all, function, waiting[0])
                flying[future] = waiting.popleft()
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                for record in future.result():
                    keep(record)
                del flying[future]
    except BrokenExecutor:
        return list(flying.values())
    finally:
        for future in flying:
            future.cancel()
        executor.shutdown()
    return []


def _one_at_a_time(
    make: MakeExecutor, function: Callable[..., Any], tasks: Sequence[Task], keep: Callable[[Record], None]
) -> None:
    """Run each task alone, so that only one whose process dies whenever it runs is blamed for the death."""
    if not tasks:
        return
    executor = make()
    for task in tasks:
        for _ in range(SOLO_TRIES):
            try:
                records = executor.submit(_attempt_all, function, [task]).result()
            except BrokenExecutor:
                executor.shutdown()
                executor = make()
            else:
                keep(records[0])
                break
        else:
            keep(Record(task[0], "crash", error="ProcessDied", message=f"its process died {SOLO_TRIES} times"))
    executor.shutdown()


def _enlist() -> None:
    """Prepare a worker: one thread, deaf to Ctrl-C (the parent decides), gone when the parent is gone."""
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)
