"""The loop over runs: few in flight at a time, each recorded, whatever becomes of its process."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

from experiments.engine.executors import Engine, EngineLostError, MakeExecutor, pool
from experiments.engine.feed import Feed, Ticket
from experiments.engine.record import CRASH, Job, Record, Task
from experiments.engine.session import ask_to_stop, remove, session_folder
from experiments.engine.worker import Errand, Order, failed, work

BATCH = 8
# A chunk of short runs should take about this long (s), so that handing it over costs little and stopping is quick.
CHUNK_SECONDS = 0.4
MOST_IN_CHUNK = 64
# A worker turns whatever a run raises into a record, so these come from the engine. Others: it cannot be handed over.
_OUT_OF_REACH = (CancelledError, ImportError, OSError, MemoryError, RuntimeError)
_NEWS = 0.3
_POLL = 0.2
# Seconds that chunks have to come in when another told that the engine is lost.
_GRACE = 5.0


class Stop(Protocol):
    """What says whether to stop: a ``threading.Event``, for instance."""

    def is_set(self) -> bool:
        """Whether to begin no further run."""


def drive(
    function: Callable[..., Any],
    tasks: Iterable[Job],
    engine: Engine,
    *,
    timeout: float | None = None,
    stop: Stop | None = None,
    chunk: int | None = None,
) -> Iterator[Record]:
    """Run ``function`` on every job; records come as runs end, and are the same for any engine, workers and order.

    Parameters
    ----------
    function : callable
        A top-level function of a package that workers can import.
    tasks : iterable of Job
        Read as they are needed; see :class:`experiments.engine.feed.Feed`.
    engine : Engine
    timeout : float, optional
        Seconds that one run may take, the making of a state it shares included.
    stop : object with ``is_set``, optional
        Once set, no further run begins; those under way end and are given, then the iterator ends. Runs without a
        record are not done.
    chunk : int, optional
        Runs handed over at once; by default as many as take about 0.4 s.

    Raises
    ------
    InputError
        If the engine cannot stop single runs, or cannot be reached.
    EngineLostError
        If the engine is lost on the way; all records of runs that had ended have been given then.
    """
    from sim.errors import InputError

    if timeout is not None and not engine.ends_runs:
        raise InputError(
            f"timeout: engine {engine.name} cannot stop a single run without losing all; "
            "leave the timeout out, or use the engine local (one worker will do) or dask"
        )
    if timeout is not None and not timeout > 0:
        raise InputError(f"timeout: must be more than 0 seconds, got {timeout}")
    return _driven(function, tasks, engine, timeout, stop, chunk)


def _driven(
    function: Callable[..., Any],
    tasks: Iterable[Job],
    engine: Engine,
    timeout: float | None,
    stop: Stop | None,
    chunk: int | None,
) -> Iterator[Record]:
    with session_folder() as folder:
        loop = _Loop(function, tasks, engine, Order(str(folder), timeout), chunk)
        try:
            yield from loop.records(stop)
        finally:
            ask_to_stop(folder)
            loop.close()


class _Pace:
    """How many runs make a chunk: one at first, then as many as are expected to take :data:`CHUNK_SECONDS`."""

    def __init__(self, fixed: int | None) -> None:
        self._fixed, self._mean, self._last = fixed, 0.0, 0

    @property
    def size(self) -> int:
        if self._fixed or not self._last:
            return self._fixed or 1
        return max(1, min(2 * self._last, MOST_IN_CHUNK, int(CHUNK_SECONDS / max(self._mean, 1e-6))))

    def learn(self, seconds: Sequence[float]) -> None:
        mean = sum(seconds) / len(seconds)
        self._mean = mean if not self._last else (1 - _NEWS) * self._mean + _NEWS * mean
        self._last = max(self._last, len(seconds))


class _Loop:
    """State of one drive: what is in flight, and what lost its process and has to run alone."""

    def __init__(
        self, function: Callable[..., Any], tasks: Iterable[Job], engine: Engine, order: Order, chunk: int | None
    ) -> None:
        self.function, self.engine, self.order = function, engine, order
        self.feed = Feed(tasks, lambda name: remove(Path(order.folder) / name))
        self.pace = _Pace(chunk)
        self.flying: dict[Future[list[bytes | None]], list[Ticket]] = {}
        self.suspects: deque[Ticket] = deque()
        self.alone: Ticket | None = None
        self.broken = self.stopping = False
        self.lost: BaseException | None = None
        self.executor: Executor = engine.make()

    def close(self) -> None:
        for future in self.flying:
            future.cancel()
        self.executor.shutdown(wait=self.lost is None)

    def records(self, stop: Stop | None) -> Iterator[Record]:
        while True:
            if stop is not None and stop.is_set() and not self.stopping:
                self.stopping = True
                ask_to_stop(Path(self.order.folder))
            if not self.stopping:
                self._hand_over()
            if not self.flying:
                return
            for future in wait(self.flying, None if stop is None else _POLL, FIRST_COMPLETED).done:
                yield from self._received(future)
            if self.lost is not None:
                for future in wait(self.flying, _GRACE).done:
                    yield from self._received(future)
                raise EngineLostError(
                    f"engine {self.engine.name}: workers or their scheduler are out of reach "
                    f"({type(self.lost).__name__}: {self.lost}); runs without a record are not done; "
                    "the same command makes them"
                ) from self.lost

    def _hand_over(self) -> None:
        """Fill the window: a chunk for each worker and one to follow, a run that lost its process in one alone."""
        if self.broken and not self.flying:
            self.executor.shutdown()
            self.executor, self.broken = self.engine.make(), False
        here, isolated = getattr(self.executor, "here", False), getattr(self.executor, "isolated", False)
        window = 1 if here else 2 * getattr(self.executor, "workers", self.engine.workers)
        while len(self.flying) < window and not self.broken and self.alone is None:
            if self.suspects and not isolated:
                if self.flying:
                    return
                self.alone = self.suspects[0]
            tickets = [self.suspects.popleft()] if self.suspects else self.feed.take(self.pace.size)
            if not tickets:
                return
            self.flying[self._submitted(tickets, here)] = tickets

    def _submitted(self, tickets: Sequence[Ticket], here: bool) -> Future[list[bytes | None]]:
        # One worker keeps the states in its memory.
        several = getattr(self.executor, "workers", self.engine.workers) > 1
        errands = [
            Errand(one.job.key, one.job.arguments, one.group.name if one.group and several else "") for one in tickets
        ]
        order = Order(here=True) if here else self.order
        try:
            return self.executor.submit(work, self.function, errands, order)
        except Exception as error:
            refused: Future[list[bytes | None]] = Future()
            refused.set_exception(error)
            return refused

    def _received(self, future: Future[list[bytes | None]]) -> Iterator[Record]:
        tickets = self.flying.pop(future)
        was_alone = self.alone is not None or getattr(self.executor, "isolated", False)
        self.alone = None
        try:
            packed = future.result()
        except (BrokenExecutor, *getattr(self.executor, "deaths", ())) as error:
            self.broken |= isinstance(error, BrokenExecutor) and not getattr(self.executor, "isolated", False)
            yield from self._died(tickets, was_alone)
        except Exception as error:
            if isinstance(error, _OUT_OF_REACH) and not isinstance(error, RecursionError):
                self.lost = error
            elif len(tickets) == 1:
                self.feed.done(tickets[0])
                yield failed(tickets[0].job.key, error)
            else:
                self.suspects.extend(tickets)
        else:
            records = [
                None if one is None else _unpacked(ticket, one) for ticket, one in zip(tickets, packed, strict=True)
            ]
            if told := [one.seconds for one in records if one is not None]:
                self.pace.learn(told)
            for ticket, record in zip(tickets, records, strict=True):
                if record is not None:
                    self.feed.done(ticket)
                    yield record

    def _died(self, tickets: Sequence[Ticket], was_alone: bool) -> Iterator[Record]:
        """Runs whose process died run again, each alone; one that died alone often enough is blamed."""
        if len(tickets) > 1 or not was_alone:
            self.suspects.extend(tickets)
            return
        (ticket,) = tickets
        ticket.deaths += 1
        if ticket.deaths < self.engine.tries:
            self.suspects.append(ticket)
            return
        self.feed.done(ticket)
        times = "once" if self.engine.tries == 1 else f"{self.engine.tries} times"
        yield Record(ticket.job.key, CRASH, error="ProcessDied", message=f"its process died {times} while it ran alone")


def _unpacked(ticket: Ticket, packed: bytes) -> Record:
    try:
        record: Record = pickle.loads(packed)  # noqa: S301 - comes from our own worker
    except Exception as error:
        return failed(ticket.job.key, error, prefix="its result cannot be read: ")
    return record


class _Asked:
    """Whether a signal asked to stop. A ``threading.Event`` holds a lock, on which a second signal could wait."""

    asked = False

    def is_set(self) -> bool:
        """Whether it did."""
        return self.asked


@contextlib.contextmanager
def draining(message: str = "") -> Iterator[Stop]:
    """Take Ctrl-C and SIGTERM as a request to stop; a second one ends this process at once, with exit code 130.

    Parameters
    ----------
    message : str
        Written to the standard error stream at the first.

    Yields
    ------
    object with ``is_set``
        For :func:`drive`. Outside of the main thread signals are left as they are.
    """
    state = _Asked()
    if threading.current_thread() is not threading.main_thread():
        yield state
        return

    def asked(_number: int, _frame: FrameType | None) -> None:
        if state.asked:
            os._exit(130)
        state.asked = True
        os.write(2, f"{message}\n".encode() if message else b"")

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield state
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def execute(
    function: Callable[..., Any],
    tasks: Iterable[Task],
    workers: int = 1,
    batch: int = BATCH,
    tell: Callable[[Record], None] | None = None,
    make_executor: MakeExecutor | None = None,
) -> list[Record]:
    """Run ``function`` on every task and wait for all.

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
    engine = Engine("given", make_executor or pool(workers), workers)
    records = []
    for record in drive(function, (Job(*task) for task in tasks), engine, chunk=batch):
        records.append(record)
        if tell:
            tell(record)
    return sorted(records, key=lambda record: record.key)
