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
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_PREFIX, _GO, _OWNER = "rongzhi-run-", "go", "owner"


@contextlib.contextmanager
def session_folder() -> Iterator[Path]:
    """Folder that only this user can read; removed at the end, or by the next session if this program is killed."""
    _remove_orphans(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        (folder / _GO).touch()
        with _locked(folder):
            yield folder
    finally:
        remove(folder)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a lock while this program lives; the file gets its name when it is locked, so none is seen without."""
    new = folder / f".{_OWNER}"
    with new.open("w") as file:
        if _lock(file):
            new.rename(folder / _OWNER)
        yield


def _lock(file: IO[str]) -> bool:
    """Lock a file unless another program holds it; False also where files cannot be locked."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _remove_orphans(place: Path) -> None:
    """Remove this user's folders of programs that were killed, as batch systems do: they can hold large states."""
    for owner in place.glob(f"{_PREFIX}*/{_OWNER}"):
        folder = own_folder(str(owner.parent))
        with contextlib.suppress(OSError):
            if folder and owner.is_file():
                with owner.open("r+") as file:
                    if _lock(file):
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
