"""One coordinator at a time writes to a study folder; a second one is told who does."""

from __future__ import annotations

import errno
import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from experiments.store.files import BINARY, write_bytes
from sim.errors import InputError

LOCK = ".lock"
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}

if sys.platform == "win32":
    import msvcrt

    _FAR = 2**30  # the locked byte is beyond the text, which stays readable

    def _lock(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock. It ends with the process, however that ends.

    Raises
    ------
    InputError
        If another coordinator holds it, or the folder may not be written, or its file system knows no locks.
    """
    path = folder / LOCK
    if not os.access(folder, os.W_OK):
        raise InputError(f"{folder}: may not be written by you")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | BINARY, 0o644)
    except OSError as error:
        raise InputError(f"{folder}: may not be written by you ({error.strerror})") from None
    try:
        _acquire(handle, folder, path)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, folder: Path, path: Path) -> None:
    try:
        _lock(handle)
    except OSError as error:
        if error.errno in _NO_LOCKS:
            raise InputError(f"{folder}: its file system knows no locks; run the study on a local disk") from None
        by = _signature(path)
        told = f": {by}" if by else ""
        raise InputError(f"{folder}: another coordinator writes to this study{told}") from None
    now = datetime.now(UTC).isoformat(timespec="seconds")
    os.ftruncate(handle, 0)
    write_bytes(handle, json.dumps({"pid": os.getpid(), "host": platform.node(), "since": now}).encode())


def holder(folder: Path) -> str:
    """Process that holds the lock of a folder; empty if none does, or if it cannot be told."""
    path = folder / LOCK
    try:
        handle = os.open(path, os.O_RDWR | BINARY)
    except OSError:
        return ""
    try:
        _lock(handle)
    except OSError as error:
        return "" if error.errno in _NO_LOCKS else _signature(path)
    finally:
        os.close(handle)
    return ""


def _signature(path: Path) -> str:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return f"process {held['pid']} on {held['host']} since {held['since']}"
    except (OSError, ValueError, KeyError, TypeError):  # it has the lock, but has not yet signed
        return ""
