"""The one writer of a study folder: journal first, parts from time to time, nothing twice, nothing lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from experiments.store.compact import finish_switch
from experiments.store.files import TEMPORARY, StoreError, explained, remove, sealed_json, sealed_text, write_whole
from experiments.store.journal import JOURNAL, JournalFile, encode, read_journal
from experiments.store.lock import locked
from experiments.store.parts import part_name, part_numbers, part_path, read_part, rewrite_runs, write_part
from experiments.store.schema import OK, RUN_ID, RUNS, STATUS
from experiments.store.store import FAILURES, SESSIONS, write_design
from sim.errors import InputError

if TYPE_CHECKING:
    from experiments.store.store import Store

MOST_TABLES = 250  # of single runs, before they become one
_RUN_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")


@dataclass
class _Pending:
    """Runs that are in the journal and will be the part of this number.

    Written again under the same number after an interruption, it replaces itself; one assignment ends it.
    """

    number: int
    rows: list[list[Any]] = field(default_factory=list)
    sides: dict[str, list[pa.Table]] = field(default_factory=dict)
    size: int = 0
    since: float = 0.0

    def add(self, row: list[Any], sides: Mapping[str, pa.Table], size: int) -> None:
        """Add a run; ``size`` are its bytes in the journal."""
        if not self.rows:
            self.since = monotonic()
        self.rows.append(row)
        self.size += size
        for name, table in sides.items():
            if table.num_rows:
                self.sides.setdefault(name, []).append(table)
        # A table of a few rows takes many times the memory of its numbers.
        if len(self.rows) % MOST_TABLES == 0:
            self.sides = {name: [merged(tables)] for name, tables in self.sides.items()}


def merged(tables: Sequence[pa.Table]) -> pa.Table:
    """One table in one piece."""
    return pa.concat_tables(tables).combine_chunks()


class Writer:
    """Adds runs to a study folder, for a ``with`` block and from one thread; made by `Store.writer`.

    On entering it takes the lock, ends or undoes what a crash left half done, and takes over the journal. On
    leaving it writes what waits into a part.

    Attributes
    ----------
    folder : Path
    session : int
        Number of this session, for the rows and `write_session`.

    Raises
    ------
    InputError
        On entering: another coordinator writes, or the folder may not be written.
    StoreError
        On entering: a part is damaged.
    """

    def __init__(self, store: Store, flush_rows: int, flush_bytes: int, flush_seconds: float) -> None:
        self._store, self.folder, self.session = store, store.folder, 0
        self._limits = flush_rows, flush_bytes, flush_seconds
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with self._stack:
            self._stack.enter_context(locked(self.folder))
            with explained(self.folder):
                recover(self.folder, list(self._store.schemas))
            self._open()
            self._stack = self._stack.pop_all()
        return self

    def _open(self) -> None:
        self._done: dict[str, str] = {}
        numbers = part_numbers(self.folder, RUNS)
        for number in numbers:
            table = read_part(part_path(self.folder, RUNS, number), [RUN_ID, STATUS])[0]
            self._done.update(zip(table[RUN_ID].to_pylist(), table[STATUS].to_pylist(), strict=True))
        self._pending = _Pending(max(numbers, default=0) + 1)
        journal = read_journal(self.folder / JOURNAL)
        for entry in journal.entries:
            run_id = entry.row[self._store.rows.id_at]
            if run_id not in self._done:
                sides = {name: self._store.sides.read(run_id, name, data) for name, data in entry.tables.items()}
                self._wait(entry.row, sides, sum(map(len, entry.tables.values())))
        self._journal = JournalFile(self.folder / JOURNAL, journal.length)
        self._stack.callback(self._journal.close)
        for path in (self.folder / FAILURES).glob("*.txt"):
            if self._done.get(path.stem, OK) == OK:  # a retry or an addition was cut off
                with explained(path):
                    remove(path)
        sessions = (path.stem for path in (self.folder / SESSIONS).glob("*.json"))
        self.session = max((int(stem) for stem in sessions if stem.isdecimal()), default=0) + 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._stack:
            try:
                self.flush()
            except StoreError:
                # What waits is in the journal. The first error says more than a second one.
                if error is None:
                    raise

    @property
    def done(self) -> Mapping[str, str]:
        """Status of each run that is there, by run id."""
        return self._done

    def add(self, row: Mapping[str, Any], tables: Mapping[str, bytes] | None = None, failure: str = "") -> bool:
        """Add a run; when this returns, the run survives any end of this process.

        Parameters
        ----------
        row : mapping
            A value for each column of ``runs``.
        tables : mapping, optional
            Side tables without ``run_id``, packed or as Arrow IPC streams; only of a run whose status is ``ok``.
        failure : str
            Traceback of a failed run and the line that makes it again, kept as ``failures/RUN_ID.txt``.

        Returns
        -------
        bool
            False if the run is there already: nothing is written then (see `forget`).

        Raises
        ------
        ValueError
            If row or tables are not as the schemas say. Nothing is written.
        StoreError
            If the disk is full or gone. What was there is still there.
        """
        plain = self._store.rows.plain(row)
        run_id, status = plain[self._store.rows.id_at], plain[self._store.rows.status_at]
        tables = tables or {}
        if not _RUN_ID.fullmatch(run_id):
            raise ValueError(f"run {run_id!r}: a run id has up to 64 letters, digits, - and _")
        if tables and status != OK:
            raise ValueError(f"run {run_id}: its status is {status!r}, so it can have no tables")
        if run_id in self._done:
            return False
        sides = {name: self._store.sides.read(run_id, name, data) for name, data in tables.items()}
        record = encode(plain, tables)
        if failure and status != OK:
            write_whole(self.folder, f"{FAILURES}/{run_id}.txt", sealed_text(failure))
        self._journal.append(record)
        self._wait(plain, sides, len(record))
        most_rows, most_bytes, most_seconds = self._limits
        pending = self._pending
        if len(pending.rows) >= most_rows or pending.size >= most_bytes or monotonic() - pending.since >= most_seconds:
            self.flush()
        return True

    def _wait(self, row: list[Any], sides: Mapping[str, pa.Table], size: int) -> None:
        self._pending.add(row, sides, size)
        self._done[row[self._store.rows.id_at]] = row[self._store.rows.status_at]

    def sync(self) -> None:
        """Bring the journal to disk, so that all runs so far survive a power cut; done each second while runs come."""
        self._journal.sync()

    def flush(self) -> None:
        """Write what waits in the journal into a part."""
        pending = self._pending
        if pending.rows:
            sides = {name: merged(tables) for name, tables in pending.sides.items()}
            write_part(self.folder, pending.number, self._store.rows.table(pending.rows), sides)
        self._journal.clear()
        if pending.rows:
            self._pending = _Pending(pending.number + 1)

    def add_part(self, runs: pa.Table, sides: Mapping[str, pa.Table]) -> None:
        """Add a part of runs that are not there yet, from another store of the same schemas."""
        self.flush()
        number = self._pending.number
        write_part(self.folder, number, runs, {name: table for name, table in sides.items() if table.num_rows})
        self._pending = _Pending(number + 1)
        self._done.update(zip(runs[RUN_ID].to_pylist(), runs[STATUS].to_pylist(), strict=True))

    def forget(self, run_ids: Iterable[str]) -> int:
        """Take out failed runs, so that they can be made again, and return how many were there.

        Each part that holds some is replaced whole by one without them. A crash in between leaves each of them
        either there as failed or not there.

        Raises
        ------
        InputError
            If one of them did not fail.
        """
        asked = {run_id for run_id in run_ids if run_id in self._done}
        for run_id in sorted(asked):
            if self._done[run_id] == OK:
                raise InputError(f"{self.folder}: run {run_id} did not fail; only failed runs are made again")
        if not asked:
            return 0
        self.flush()
        for number in part_numbers(self.folder, RUNS):
            runs, facts = read_part(part_path(self.folder, RUNS, number))
            out = pc.is_in(runs[RUN_ID], pa.array(sorted(asked), pa.string()))
            if pc.any(out).as_py():
                rewrite_runs(self.folder, number, runs.filter(pc.invert(out)), facts)
        for run_id in asked:
            del self._done[run_id]
            with explained(self.folder / FAILURES):
                remove(self.folder / FAILURES / f"{run_id}.txt")
        return len(asked)

    def write_design(self, design: pd.DataFrame) -> None:
        """Put another design in the place of the first, as adaptive studies do."""
        write_design(self.folder, design)

    def write_session(self, facts: Mapping[str, Any]) -> None:
        """Write what this session, number ``session``, says about itself; the last call counts."""
        write_whole(self.folder, f"{SESSIONS}/{self.session:04d}.json", sealed_json(dict(facts)))


def recover(folder: Path, tables: Iterable[str]) -> None:
    """End or undo what a crash left half done. The caller holds the lock."""
    tables = list(tables)
    finish_switch(folder, tables)
    for path in folder.glob(f"{TEMPORARY}*"):
        remove(path)
    numbers = set(part_numbers(folder, RUNS))
    for name in tables:
        if name != RUNS:
            for number in set(part_numbers(folder, name)) - numbers:
                remove(folder / part_name(name, number))
