"""The journal: one record for each run that is in no part yet, each written by one call."""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from experiments.store.files import BINARY, explained, write_bytes

JOURNAL = "journal.bin"
SYNC_SECONDS = 1.0

_MAGIC = b"RZJ1"
_PREFIX = struct.Struct("<4sIII")
_CHECKED = struct.Struct("<4sII")


class Entry(NamedTuple):
    """One run: values in the order of the runs schema, and its tables as Arrow IPC streams or packed."""

    row: list[Any]
    tables: dict[str, bytes]


@dataclass(frozen=True)
class Journal:
    """What a journal holds.

    Attributes
    ----------
    entries : list of Entry
        Up to the first record that is not whole.
    length : int
        Bytes of these.
    damaged : bool
        Whether what follows is more than a record that was cut off while it was written.
    """

    entries: list[Entry]
    length: int
    damaged: bool


def encode(row: Sequence[Any], tables: Mapping[str, bytes]) -> bytes:
    """One record."""
    head = json.dumps({"row": row, "tables": [(name, len(data)) for name, data in tables.items()]}) + "\n"
    body = b"".join([head.encode("ascii"), *tables.values()])
    checked = _CHECKED.pack(_MAGIC, len(body), zlib.crc32(body))
    return checked + struct.pack("<I", zlib.crc32(checked)) + body


def read_journal(path: Path) -> Journal:
    """Read all whole records; a journal that is absent is empty."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        data = b""
    entries: list[Entry] = []
    at = 0
    while len(data) - at >= _PREFIX.size:
        magic, size, body_sum, prefix_sum = _PREFIX.unpack_from(data, at)
        if magic != _MAGIC or prefix_sum != zlib.crc32(data[at : at + _CHECKED.size]):
            return Journal(entries, at, damaged=True)
        start = at + _PREFIX.size
        body = data[start : start + size]
        if len(body) < size:
            break
        if zlib.crc32(body) != body_sum:
            return Journal(entries, at, damaged=True)
        entries.append(_entry(body))
        at = start + size
    return Journal(entries, at, damaged=False)


def _entry(body: bytes) -> Entry:
    at = body.index(b"\n") + 1
    head = json.loads(body[:at])
    tables = {}
    for name, size in head["tables"]:
        tables[name] = body[at : at + size]
        at += size
    return Entry(head["row"], tables)


class JournalFile:
    """The journal, open for its one writer.

    Parameters
    ----------
    path : Path
    length : int
        Bytes to keep; what follows is cut off.
    """

    def __init__(self, path: Path, length: int) -> None:
        self._path, self._length = path, length
        with explained(path):
            self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | BINARY, 0o644)
            os.ftruncate(self._handle, length)
        self._synced = monotonic()

    def append(self, record: bytes) -> None:
        """Write a record; bring it to disk if the last time was a second ago. If that fails, no trace of it stays."""
        with explained(self._path):
            try:
                write_bytes(self._handle, record)
            except BaseException:
                os.ftruncate(self._handle, self._length)
                raise
            self._length += len(record)
            if monotonic() - self._synced >= SYNC_SECONDS:
                self.sync()

    def sync(self) -> None:
        """Bring all records to disk, so that they survive a power cut."""
        with explained(self._path):
            os.fsync(self._handle)
        self._synced = monotonic()

    def clear(self) -> None:
        """Forget all records: they are in parts now."""
        with explained(self._path):
            os.ftruncate(self._handle, 0)
        self._length = 0

    def close(self) -> None:
        """Close the file."""
        os.close(self._handle)
