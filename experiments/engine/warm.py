"""States that several runs branch from, made once.

The first job of a group makes the state and leaves it in the session's folder; the others, released when it is done,
load it wherever they run. A pickle is safe here: only this user's own processes can write to that folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

IN_MEMORY = 2
# Of all states of a session together; temporary files may lie in memory.
MOST_BYTES = 2**30

_memory: OrderedDict[str, Any] = OrderedDict()
_lock = threading.Lock()
_current = threading.local()


@contextlib.contextmanager
def sharing(folder: Path | None) -> Iterator[None]:
    """Let :func:`shared` use a group's folder in this thread; with None, the memory of this process only."""
    _current.folder = folder
    try:
        yield
    finally:
        _current.folder = None


def shared(key: str, make: Callable[[], Any]) -> Any:
    """State of this key: from memory, else as another worker left it, else made.

    Parameters
    ----------
    key : str
        Has to hold everything that the state depends on.
    make : callable
        Makes the state, which must not be changed afterwards and should survive pickling.
    """
    name = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    with _lock:
        if name in _memory:
            _memory.move_to_end(name)
            return _memory[name]
    folder: Path | None = getattr(_current, "folder", None)
    found, state = _loaded(folder / name) if folder else (False, None)
    if not found:
        state = make()
        if folder:
            _leave(folder, name, state)
    with _lock:
        _memory[name] = state
        while len(_memory) > IN_MEMORY:
            _memory.popitem(last=False)
    return state


def forget() -> None:
    """Free the states kept in the memory of this process."""
    with _lock:
        _memory.clear()


def _loaded(file: Path) -> tuple[bool, Any]:
    try:
        return True, pickle.loads(file.read_bytes())  # noqa: S301 - see the module's docstring
    except FileNotFoundError:
        return False, None


def _leave(folder: Path, name: str, state: Any) -> None:
    """Write a state for others, whole or not at all; where that is impossible they make their own."""
    try:
        content = pickle.dumps(state, pickle.HIGHEST_PROTOCOL)
    except Exception:
        return
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        taken = sum(file.stat().st_size for file in folder.parent.glob("*/*"))
        if taken + len(content) > MOST_BYTES or 2 * len(content) > shutil.disk_usage(folder).free:
            return
        handle, part = tempfile.mkstemp(prefix=".", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(part).replace(folder / name)
        except OSError:
            Path(part).unlink(missing_ok=True)
    except OSError:
        return
