"""The private folder of one drive: where workers find what they share, and whether to stop.

Workers on other computers may not see it, unless the folder for temporary files (``TMPDIR``) is a shared one; then
they share nothing and are told nothing, and the records are the same.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

_GO = "go"


@contextlib.contextmanager
def session_folder() -> Iterator[Path]:
    """Folder that only this user can read; removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="rongzhi-"))
    try:
        (folder / _GO).touch()
        yield folder
    finally:
        remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder, whoever else may be removing it."""
    shutil.rmtree(folder, ignore_errors=True)


def ask_to_stop(folder: Path) -> None:
    """Ask workers to begin no further run."""
    (folder / _GO).unlink(missing_ok=True)


def asked_to_stop(folder: Path) -> bool:
    """Whether no further run is to begin: so it is too when the folder is gone, and the drive with it."""
    return not (folder / _GO).exists()


@functools.lru_cache(maxsize=8)
def own_folder(name: str) -> Path | None:
    """Folder of a session, if it is here and no other user can have written to it: what it holds is unpickled."""
    if not name:
        return None
    try:
        found = os.lstat(name)
    except OSError:
        return None
    private = not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o077)
    return Path(name) if stat.S_ISDIR(found.st_mode) and private else None
