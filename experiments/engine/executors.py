"""Where runs are computed: executors of one interface, that of ``concurrent.futures``, and the engines made of them.

What the loop over runs (:func:`experiments.engine.drive`) asks of an executor beyond ``submit`` and ``shutdown`` it
reads from attributes, which an executor of the standard library does not have:

``here``
    It computes in this very process.
``isolated``
    When a process dies, only what that process was computing is lost.
``workers``
    Runs that it computes at a time, where that can change.
``deaths``
    Exceptions, beside ``BrokenExecutor``, that mean that the process of this chunk died.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import importlib
import multiprocessing.context
import multiprocessing.spawn
import os
import pickle
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.engine.worker import call, enlist
from experiments.errors import GaveOutError
from sim.errors import InputError

# Threads look after the processes, and a computer has only so many.
MOST_WORKERS = 61 if sys.platform == "win32" else 512
SOLO_TRIES = 3
# Read by numerical libraries when they are imported.
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMBA_NUM_THREADS",
    "ARROW_NUM_THREADS",
)
_COUNT_EVERY = 5.0

MakeExecutor = Callable[[], Executor]


class EngineLostError(GaveOutError):
    """Workers or their scheduler are out of reach: what was in flight is not done, and nothing else is wrong with it.

    The same drive over the runs that have no record yet goes on from there.
    """


@dataclass(frozen=True)
class Engine:
    """A place to compute runs.

    Attributes
    ----------
    name : str
    make : callable
        Gives a fresh executor.
    workers : int
        Runs computed at a time.
    tries : int
        Times that a run alone may lose its process before it is blamed.
    ends_runs : bool
        Whether a worker can be lost without losing all, so that a run can be stopped after a time.
    """

    name: str
    make: MakeExecutor
    workers: int = 1
    tries: int = SOLO_TRIES
    ends_runs: bool = True


def available_workers() -> int:
    """Number of processors that this process may use."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(found, MOST_WORKERS)


def asked_workers(workers: int | None) -> int:
    """Number of processes asked for; None is one for each processor.

    Raises
    ------
    InputError
        If it is no whole number from 1 to :data:`MOST_WORKERS`.
    """
    if workers is None:
        return available_workers()
    whole = isinstance(workers, int | np.integer) and not isinstance(workers, bool)
    if not whole or not 1 <= workers <= MOST_WORKERS:
        words = f"must be a whole number from 1 to {MOST_WORKERS}, or None for one for each processor"
        raise InputError(f"workers: {words}, got {workers!r}")
    return int(workers)


# Here -----------------------------------------------------------------------------------------------------------------


class InProcess(Executor):
    """An executor that computes at once, here: no process is started, and an interruption ends it as any program."""

    here = True

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Compute and return a future that is done."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def serial() -> Engine:
    """Here, one run after the other: for debugging, since a run that ends its process ends all."""
    return Engine("serial", InProcess, ends_runs=False)


# Processes of this computer -------------------------------------------------------------------------------------------


class _QuietStart(multiprocessing.context.SpawnProcess):
    """A process that starts with one thread a library, and with interruptions held back until it ignores them.

    It does not import the main module, as spawned processes do: our tasks stand in modules of their own, and a script
    without ``if __name__ == "__main__"`` would run itself again in each process. Numerical libraries may be imported
    before any code of ours runs there: so the numbers of threads have to be in the environment that it is born with.
    """

    _starting = threading.Lock()

    def start(self) -> None:
        """Start the process."""
        with (
            self._starting,
            _environment(dict.fromkeys(THREADS, "1")),
            _interruptions_held_back(),
            _without_main_module(),
        ):
            super().start()


class _QuietContext(multiprocessing.context.SpawnContext):
    Process = _QuietStart


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _interruptions_held_back() -> Iterator[None]:
    """Hold back Ctrl-C and SIGTERM in this thread; a process that is started inherits this."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _without_main_module() -> Iterator[None]:
    """Let processes that this thread starts import no main module; what they import is told by one function."""
    whole, here = multiprocessing.spawn.get_preparation_data, threading.get_ident()

    def told(name: str) -> dict[str, Any]:
        data = whole(name)
        if threading.get_ident() != here:
            return data
        return {key: value for key, value in data.items() if not key.startswith("init_main")}

    multiprocessing.spawn.get_preparation_data = told
    try:
        yield
    finally:
        multiprocessing.spawn.get_preparation_data = whole


class Processes(Executor):
    """Spawned processes, each a pool of its own: one that dies takes nothing along but what it was computing.

    Parameters
    ----------
    workers : int
        Processes; one that died is replaced when there is more to do.
    """

    isolated = True

    def __init__(self, workers: int) -> None:
        self._waiting: queue.SimpleQueue[tuple[Future[Any], Callable[[Executor], Future[Any]]] | None]
        self._waiting = queue.SimpleQueue()
        self._keepers = [threading.Thread(target=self._keep, daemon=True) for _ in range(workers)]
        for keeper in self._keepers:
            keeper.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand over to the next process that is free."""
        future: Future[Any] = Future()
        self._waiting.put((future, lambda pool: pool.submit(fn, *args, **kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes when what was handed over is done."""
        while cancel_futures and not self._waiting.empty():
            with contextlib.suppress(queue.Empty):
                one = self._waiting.get_nowait()
                if one is not None:
                    one[0].cancel()
        for _ in self._keepers:
            self._waiting.put(None)
        for keeper in self._keepers if wait else ():
            keeper.join()

    def _keep(self) -> None:
        """Look after one process."""
        pool: Executor | None = None
        while (one := self._waiting.get()) is not None:
            future, hand_over = one
            if not future.set_running_or_notify_cancel():
                continue
            try:
                pool = pool or _started()
                future.set_result(hand_over(pool).result())
            except BaseException as error:
                if isinstance(error, BrokenExecutor) and pool is not None:
                    pool.shutdown()
                    pool = None
                future.set_exception(error)
            del one, future, hand_over
        if pool is not None:
            pool.shutdown()


def _started() -> Executor:
    """A pool of one process that has started, so that no run is blamed for a process that cannot."""
    for _ in range(SOLO_TRIES):
        pool = ProcessPoolExecutor(1, mp_context=_QuietContext(), initializer=enlist)
        try:
            pool.submit(os.getpid).result()
        except BrokenExecutor:
            pool.shutdown()
        else:
            return pool
    raise EngineLostError("a worker process ends as soon as it starts; what it wrote to the error stream says why")


def local(workers: int | None = None) -> Engine:
    """Processes of this computer, by default one for each processor.

    Even one worker is a process of its own, so that a run which ends its process cannot take this one along.
    """
    workers = asked_workers(workers)
    return Engine("local", functools.partial(Processes, workers), workers)


def pool(workers: int) -> MakeExecutor:
    """Maker of executors with this many workers; one worker means this very process."""
    return InProcess if workers == 1 else functools.partial(Processes, workers)


# Executors that last --------------------------------------------------------------------------------------------------


class Lent(Executor):
    """An executor that lasts from one drive to the next: who borrows it cannot shut it down."""

    def __init__(self, lender: Executor) -> None:
        self._lender = lender
        for name in ("here", "isolated", "workers", "deaths"):
            if hasattr(lender, name):
                setattr(self, name, getattr(lender, name))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Pass on to the executor that lasts."""
        return self._lender.submit(fn, *args, **kwargs)


@contextlib.contextmanager
def lasting(make: MakeExecutor) -> Iterator[MakeExecutor]:
    """Lend one executor to many drives, and make another only when it has broken.

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


@contextlib.contextmanager
def kept_open(engine: Engine) -> Iterator[Engine]:
    """The same engine, whose workers last from one drive to the next."""
    with lasting(engine.make) as make:
        yield dataclasses.replace(engine, make=make)


def _broken(executor: Executor) -> bool:
    try:
        executor.submit(int).result()
    except BrokenExecutor:
        return True
    return False


# Many computers -------------------------------------------------------------------------------------------------------


class _Dask(Executor):
    """Workers of a Dask scheduler; it restarts those that die and gives their work to others by itself."""

    def __init__(self, address: str) -> None:
        from sim.errors import InputError

        self.deaths = (_imported("distributed.scheduler", "dask").KilledWorker,)
        try:
            self._client = _imported("distributed", "dask").Client(address, set_as_default=False)
        except (OSError, ValueError) as error:
            raise InputError(f"engine dask: no scheduler answers at {address!r}: {error}") from error
        self._executor = self._client.get_executor(pure=False)
        self._counted, self._workers = -_COUNT_EVERY, 1

    @property
    def workers(self) -> int:
        """Threads of all workers that are there now."""
        if time.monotonic() - self._counted > _COUNT_EVERY:
            self._counted = time.monotonic()
            with contextlib.suppress(OSError):
                self._workers = max(1, sum(self._client.nthreads().values()))
        return self._workers

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand over to the scheduler, as bytes: it would look for work of its own in anything else."""
        future: Future[Any] = self._executor.submit(call, pickle.dumps((fn, args, kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the scheduler; it and its workers go on."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()


def dask(address: str) -> Engine:
    """Workers of a Dask scheduler, such as ``tcp://host:8786``.

    Start workers with ``--nthreads 1`` and their nanny: compiled kernels gain nothing from threads, and a run that is
    stopped or dies takes along what runs in the same process. Dask itself starts a chunk whose process died anew, so a
    run that died alone is not tried again here.

    On several computers, set ``TMPDIR`` to a shared folder: there workers find states that others made, and learn which
    run was stopped for its time. Without it each makes its own states, and a stopped run is recorded as ``crash``.
    """
    return Engine("dask", functools.partial(_Dask, address), tries=1)


def mpi() -> Engine:
    """The other ranks of this MPI job, started as ``mpiexec -n 3 python -m mpi4py.futures -m experiments …``.

    MPI ends the whole job when one of its processes dies, so runs cannot be stopped after a time.
    """
    from sim.errors import InputError

    futures = _imported("mpi4py.futures", "mpi")
    world = _imported("mpi4py.MPI", "mpi").COMM_WORLD
    size, rank = world.Get_size(), world.Get_rank()
    # Without `-m mpi4py.futures` every process would run the whole study; its pool of the others exists only with it.
    alone = getattr(_imported("mpi4py.futures._core", "mpi"), "SharedPool", world) is None
    if size < 2 or rank != 0 or alone:
        raise InputError(
            "engine mpi: start it as `mpiexec -n N python -m mpi4py.futures -m experiments …`, N at least 2; "
            f"this is process {rank + 1} of {size}, and only the first may lead others"
        )
    return Engine("mpi", futures.MPIPoolExecutor, size - 1, ends_runs=False)


def _imported(name: str, extra: str) -> Any:
    from sim.errors import InputError

    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise InputError(f"engine {extra}: needs an extra library: pip install 'rongzhi[{extra}]' ({error})") from error
