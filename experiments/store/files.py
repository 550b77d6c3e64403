"""Files that are whole or absent, and that show when a byte of them was changed."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from experiments.errors import GaveOutError

TEMPORARY = ".tmp-"
BINARY = getattr(os, "O_BINARY", 0)

_MARK, _HEX = b"seal:", 64
BLANK_SEAL = "seal:" + _HEX * "0"
_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


class StoreError(GaveOutError):
    """The study folder cannot be read or written as it should. What is stored stays valid; the message says more."""


@contextmanager
def explained(path: Path, act: str = "written") -> Iterator[None]:
    """Turn an error of the system into a sentence on ``path``."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if error.errno in _FULL:
            reason += "; make room and give the same command again: no finished run is lost"
        raise StoreError(f"{path}: cannot be {act} ({reason})") from error


def write_bytes(handle: int, data: bytes) -> None:
    """Write all of ``data``, in one call unless the system takes less."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def write_whole(root: Path, name: str, data: bytes) -> None:
    """Write the file ``root / name`` so that after a crash it is as before or as asked, and never half.

    Parameters
    ----------
    root : Path
        The study folder, or any folder of the same disk; the half-written file stands here.
    name : str
        Relative path, with ``/``.
    data : bytes

    Raises
    ------
    StoreError
        If the disk is full or may not be written. The earlier file is then untouched.
    """
    target, temporary = root / name, root / f"{TEMPORARY}{name.replace('/', '-')}"
    with explained(target):
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | BINARY, 0o644)
            try:
                write_bytes(handle, data)
                os.fsync(handle)
            finally:
                os.close(handle)
            temporary.replace(target)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise
        sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to disk, where the system can (not on Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(path: Path) -> None:
    """Delete a file, or a folder with all it holds, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def seal(data: bytes) -> bytes:
    """``data`` with its last blank seal filled in: the SHA-256 of ``data`` as given."""
    at = data.rfind(BLANK_SEAL.encode()) + len(_MARK)
    return data[:at] + hashlib.sha256(data).hexdigest().encode() + data[at + _HEX :]


def seal_of(data: bytes) -> str | None:
    """The seal of ``data``; None if a byte was changed since it was sealed."""
    at = data.rfind(_MARK) + len(_MARK)
    if at < len(_MARK):
        return None
    view = memoryview(data)
    found = hashlib.sha256(view[:at])
    found.update(_HEX * b"0")
    found.update(view[at + _HEX :])
    return found.hexdigest() if found.hexdigest().encode() == bytes(view[at : at + _HEX]) else None


def sealed_json(content: dict[str, Any]) -> bytes:
    """JSON text of ``content`` with a seal at its end."""
    return seal((json.dumps(content | {"seal": BLANK_SEAL}, ensure_ascii=False, indent=2) + "\n").encode())


def sealed_text(text: str) -> bytes:
    """``text`` as UTF-8 with its seal as last line."""
    return seal((text.rstrip("\n") + "\n\n" + BLANK_SEAL + "\n").encode("utf-8", "backslashreplace"))
