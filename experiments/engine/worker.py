"""What happens in a worker: it computes jobs, turns whatever goes wrong into a record, and leaves with its parent."""

from __future__ import annotations

import contextlib
import faulthandler
import hashlib
import multiprocessing
import multiprocessing.connection
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from experiments.engine.record import ERROR, OK, TIMEOUT, Record
from experiments.engine.session import asked_to_stop, own_folder, remove
from experiments.engine.warm import sharing

_LONGEST_MESSAGE, _LONGEST_TRACEBACK = 2_000, 20_000


class _Seen:
    """Folder of the session that this process last worked for: when its parent dies, nobody else removes it."""

    folder: Path | None = None


_seen = _Seen()


class Errand(NamedTuple):
    """One job as it travels; ``shares`` names the group's folder within the session's, "" where nothing is shared."""

    key: int | str
    arguments: tuple[Any, ...]
    shares: str = ""


class Order(NamedTuple):
    """What holds for all jobs of a drive.

    Attributes
    ----------
    folder : str
        Of the session; "" if none.
    timeout : float, optional
        Seconds that a run may take.
    here : bool
        Whether this is the user's own process, in which an interruption is one.
    """

    folder: str = ""
    timeout: float | None = None
    here: bool = False


def work(function: Callable[..., Any], errands: Sequence[Errand], order: Order) -> list[bytes | None]:
    """Compute jobs one after the other.

    Returns
    -------
    list of bytes or None
        A pickled record for each; None for those not begun because the drive is being stopped.
    """
    folder = _seen.folder = own_folder(order.folder)
    return [
        None if folder and asked_to_stop(folder) else _packed(_computed(function, errand, order, folder))
        for errand in errands
    ]


def call(packed: bytes) -> Any:
    """Call a pickled function with its pickled arguments."""
    function, arguments, named = pickle.loads(packed)  # noqa: S301 - comes from our own coordinator
    return function(*arguments, **named)


def attempt(function: Callable[..., Any], key: int | str, arguments: tuple[Any, ...]) -> Record:
    """Run one task; whatever it raises becomes a plain record, for an exception may not survive pickling."""
    return _attempt(function, key, arguments, here=True)


def _attempt(function: Callable[..., Any], key: int | str, arguments: tuple[Any, ...], here: bool) -> Record:
    begin = time.perf_counter()
    try:
        value = function(*arguments)
    except BaseException as error:
        if here and isinstance(error, KeyboardInterrupt):
            raise
        return failed(key, error, time.perf_counter() - begin)
    return Record(key, OK, value, seconds=time.perf_counter() - begin)


def failed(key: int | str, error: BaseException, seconds: float = 0.0, prefix: str = "") -> Record:
    """Record of a run that raised, in words that can be stored."""
    message = _words(lambda: str(error), _LONGEST_MESSAGE)
    where = _words(lambda: "".join(traceback.format_exception(error)), _LONGEST_TRACEBACK)
    return Record(key, ERROR, None, type(error).__name__, prefix + message, where, seconds)


def _words(tell: Callable[[], str], longest: int) -> str:
    """Text of an exception, whose own methods may fail; the end of a long one, where a traceback says most."""
    try:
        said = tell()
        return said[-longest:].encode("utf-8", "replace").decode()
    except BaseException as error:
        return f"(cannot be shown: {type(error).__name__})"


def _packed(record: Record) -> bytes:
    try:
        return pickle.dumps(record, pickle.HIGHEST_PROTOCOL)
    except BaseException as error:
        told = failed(record.key, error, record.seconds, "its result cannot be sent back: ")
        return pickle.dumps(told, pickle.HIGHEST_PROTOCOL)


def _computed(function: Callable[..., Any], errand: Errand, order: Order, folder: Path | None) -> Record:
    with sharing(folder / errand.shares if folder and errand.shares else None):
        if order.timeout is None:
            return _attempt(function, errand.key, errand.arguments, order.here)
        return _attempt_in_time(function, errand, order.timeout, folder)


def _attempt_in_time(function: Callable[..., Any], errand: Errand, timeout: float, folder: Path | None) -> Record:
    """Run one task; if it takes too long this process ends, and the note that it leaves tells who comes next."""
    digest = hashlib.blake2b(repr(errand.key).encode(), digest_size=16).hexdigest()
    note = folder / f"late-{digest}" if folder else Path(os.devnull)
    with contextlib.suppress(OSError):
        if where := note.read_text("utf-8", "replace"):
            return Record(errand.key, TIMEOUT, None, "TimeoutError", f"stopped after {timeout:g} s", where, timeout)
    with contextlib.ExitStack() as stack:
        file = None
        with contextlib.suppress(OSError):
            file = stack.enter_context(note.open("w"))
        with _alarms.within(timeout, file or sys.stderr):
            record = _attempt(function, errand.key, errand.arguments, here=False)
    if folder:
        note.unlink(missing_ok=True)
    return record


class _Alarms:
    """Ends this process when a run takes too long, even in a compiled kernel that never lets go of the interpreter.

    The watchdog of :mod:`faulthandler` is a thread of its own that needs no lock, works on every platform and in any
    thread, and writes down where the run stood. There is one for a process; runs in several threads take turns.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: dict[int, tuple[float, IO[str]]] = {}

    @contextlib.contextmanager
    def within(self, seconds: float, note: IO[str]) -> Iterator[None]:
        me = threading.get_ident()
        with self._lock:
            self._set[me] = (time.monotonic() + seconds, note)
            self._watch()
        try:
            yield
        finally:
            with self._lock:
                del self._set[me]
                self._watch()

    def _watch(self) -> None:
        if not self._set:
            faulthandler.cancel_dump_traceback_later()
            return
        due, note = min(self._set.values(), key=lambda one: one[0])
        faulthandler.dump_traceback_later(max(due - time.monotonic(), 1e-3), exit=True, file=note)


_alarms = _Alarms()


def enlist() -> None:
    """Prepare a spawned worker: deaf to Ctrl-C and to the end of a batch job (its parent decides), gone with it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        if _seen.folder:
            remove(_seen.folder)
        os._exit(1)
