"""The study folder as a reader sees it, also while another process writes."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from experiments.store.files import TEMPORARY, StoreError, explained, sealed_json, write_whole
from experiments.store.journal import JOURNAL, read_journal
from experiments.store.lock import LOCK, holder, locked
from experiments.store.parts import encode, make_folders, part_numbers, part_path, read_part, write_part
from experiments.store.schema import RUN_ID, RUNS, STATUS, Rows, Sides, checked_schemas
from sim.errors import InputError, closest

if TYPE_CHECKING:
    from experiments.store.check import Problem
    from experiments.store.writer import Writer

MANIFEST, DESIGN = "manifest.json", "design.parquet"
SCHEMAS, SESSIONS, FAILURES = "schemas", "sessions", "failures"
FORMAT = 1

_TRIES, _PAUSE = 20, 0.05  # a compaction moves parts in some milliseconds
_Found = TypeVar("_Found")


class Store:
    """A study folder. Reading takes no lock and sees each finished run once, also those in the journal.

    Made by `create` or `open`.

    Attributes
    ----------
    folder : Path
    manifest : dict
        As its author gave it.
    schemas : dict
        Columns and types of each table.
    """

    def __init__(
        self, folder: Path, manifest: dict[str, Any], own: dict[str, Any], schemas: dict[str, pa.Schema]
    ) -> None:
        self.folder, self.manifest, self.schemas = folder, manifest, schemas
        self.own = own
        self.rows, self.sides = Rows(schemas[RUNS]), Sides(schemas)

    @classmethod
    def create(
        cls,
        folder: Path,
        manifest: Mapping[str, Any],
        files: Mapping[str, str],
        design: pd.DataFrame,
        schemas: Mapping[str, pa.Schema],
    ) -> Self:
        """Make a study folder. It counts as one from its last step on; until then `create` can be called again.

        Parameters
        ----------
        folder : Path
            Absent, empty, or left by a `create` that was interrupted.
        manifest : mapping
            What JSON can hold. `merge` needs ``study_hash`` and ``code``.
        files : mapping
            Text files by name, such as ``study.toml``.
        design : DataFrame
        schemas : mapping
            ``runs`` (with ``run_id`` and ``status``) and side tables.

        Raises
        ------
        InputError
            If something else stands there, or it cannot be made.
        StoreError
            If the disk is full.
        """
        tables = checked_schemas(schemas)
        folder = Path(folder)
        _check_names(files, tables)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{folder}: cannot be made ({error.strerror})") from None
        with locked(folder):
            _check_free(folder, {*files, *tables})
            with explained(folder):
                make_folders(folder, [*tables, SCHEMAS, SESSIONS, FAILURES])
            written = {name: text.encode() for name, text in files.items()}
            written |= {f"{SCHEMAS}/{name}.arrow": schema.serialize().to_pybytes() for name, schema in tables.items()}
            for name, data in written.items():
                write_whole(folder, name, data)
            write_design(folder, design)
            sides = {name: schema.empty_table() for name, schema in tables.items() if name != RUNS}
            write_part(folder, 0, tables[RUNS].empty_table(), sides)
            hashes = {name: hashlib.sha256(data).hexdigest() for name, data in written.items()}
            own = {"format": FORMAT, "tables": list(tables), "files": list(files), "sha256": hashes}
            write_whole(folder, MANIFEST, sealed_json({"store": own, **manifest}))
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a study folder for reading.

        Raises
        ------
        InputError
            If there is no such folder, or it is no study, or its manifest cannot be read.
        """
        folder = Path(folder)
        if not folder.is_dir():
            near = [one.name for one in folder.parent.iterdir()] if folder.parent.is_dir() else []
            raise InputError(
                f"{folder}: {'is a file' if folder.exists() else 'no such folder'}{closest(folder.name, near)}"
            )
        path = folder / MANIFEST
        if not path.is_file():
            raise InputError(f"{folder}: is no study folder (it has no {MANIFEST})")
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            own = manifest.pop("store")
            manifest.pop("seal")
            version, tables = own["format"], list(own["tables"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{path}: cannot be read ({type(error).__name__}: {error})") from None
        if version != FORMAT:
            raise InputError(f"{path}: format {version} of another version of Rongzhi; this one reads {FORMAT}")
        return cls(folder, manifest, own, {name: _schema(folder / SCHEMAS / f"{name}.arrow") for name in tables})

    @property
    def design(self) -> pd.DataFrame:
        """Points of the design."""
        try:
            return pq.read_table(self.folder / DESIGN, page_checksum_verification=True).to_pandas()
        except (OSError, pa.ArrowException) as error:
            raise StoreError(f"{self.folder / DESIGN}: cannot be read ({error})") from error

    def with_manifest(self, changes: Mapping[str, Any]) -> Self:
        """The same folder with other entries in its manifest, written under its lock."""
        with locked(self.folder):
            content = {"store": self.own, **self.manifest, **changes}
            write_whole(self.folder, MANIFEST, sealed_json(content))
        return self.open(self.folder)

    def holder(self) -> str:
        """Who writes to the folder now; empty if nobody does."""
        return holder(self.folder)

    def text(self, name: str) -> str:
        """One of the text files that the folder was made with."""
        if name not in self.own["files"]:
            raise InputError(f"{self.folder}: has no file {name!r}{closest(name, self.own['files'])}")
        return (self.folder / name).read_text(encoding="utf-8")

    def done(self) -> dict[str, str]:
        """Status of each run that is there, by run id."""
        table = self.gather(lambda: pa.concat_tables(piece[RUNS] for piece in self.pieces([], [RUN_ID, STATUS])))
        return dict(zip(table[RUN_ID].to_pylist(), table[STATUS].to_pylist(), strict=True))

    def runs(self) -> pd.DataFrame:
        """One row for each run, sorted by point and replication (where the table has them) and run id."""
        table = self.gather(lambda: pa.concat_tables(piece[RUNS] for piece in self.pieces([])))
        return table.take(order(table)).to_pandas()

    def table(self, name: str) -> pd.DataFrame:
        """A side table, runs in the order of `runs`, the rows of each as they were given."""
        if name not in self.sides.schemas:
            raise InputError(f"{self.folder}: has no table {name!r}{closest(name, self.sides.schemas)}")
        keys = [key for key in ("point", "replication") if key in self.rows.names]
        pieces = self.gather(lambda: list(self.pieces([name], [RUN_ID, *keys])))
        runs = pa.concat_tables(piece[RUNS] for piece in pieces)
        rows = pa.concat_tables(
            [piece[name] for piece in pieces if name in piece] or [self.schemas[name].empty_table()]
        )
        return sort_like(rows, runs.take(order(runs))[RUN_ID]).to_pandas()

    def sessions(self) -> dict[int, dict[str, Any]]:
        """What each session wrote about itself, by its number."""
        found = {}
        for path in sorted((self.folder / SESSIONS).glob("*.json")):
            found[int(path.stem)] = json.loads(path.read_text(encoding="utf-8"))
            del found[int(path.stem)]["seal"]
        return found

    def failure(self, run_id: str) -> str | None:
        """Why a run failed, and the line that makes it again; None if nothing was written."""
        try:
            text = (self.folder / FAILURES / f"{run_id}.txt").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        return text.rpartition("\n\n")[0]

    def writer(self, flush_rows: int = 5_000, flush_bytes: int = 50_000_000, flush_seconds: float = 60.0) -> Writer:
        """Writer of this folder, for a ``with`` block.

        Parameters
        ----------
        flush_rows, flush_bytes, flush_seconds : int, int, float
            A part is written when so many runs, so many bytes, or so old a run wait in the journal.
        """
        from experiments.store.writer import Writer

        return Writer(self, flush_rows, flush_bytes, flush_seconds)

    def compact(self) -> int:
        """Bring all runs into few large parts, sorted as `runs` is, and return their number."""
        from experiments.store.compact import compact

        return compact(self)

    def check(self, quarantine: bool = False) -> list[Problem]:
        """Look at every byte of the folder; see `experiments.store.check.check`."""
        from experiments.store.check import check

        return check(self, quarantine)

    def digest(self) -> str:
        """SHA-256 of what the runs found, whatever their order and parts; see `experiments.store.digest`."""
        from experiments.store.digest import digest

        return self.gather(lambda: digest(self))

    def pieces(self, sides: Sequence[str], columns: list[str] | None = None) -> Iterator[dict[str, pa.Table]]:
        """Runs and side tables, part by part and then those in the journal; each run once.

        Parameters
        ----------
        sides : sequence of str
            Side tables to read. A piece may lack those that have no rows for its runs.
        columns : list of str, optional
            Columns of the runs table, all by default; ``run_id`` must be among them.

        Raises
        ------
        FileNotFoundError
            If a compaction moved the parts meanwhile: begin again.
        """
        # The journal is read before the parts: what is committed in between shows up in both, never in neither.
        journal = read_journal(self.folder / JOURNAL)
        waiting = {entry.row[self.rows.id_at]: entry for entry in journal.entries}
        for number in part_numbers(self.folder, RUNS):
            runs, facts = read_part(part_path(self.folder, RUNS, number), columns)
            if waiting:
                for run_id in runs[RUN_ID].to_pylist():
                    waiting.pop(run_id, None)
            piece = {RUNS: runs}
            for name in sides:
                if name in facts.tables:
                    piece[name] = read_part(part_path(self.folder, name, number))[0]
            yield piece
        if waiting:
            runs = self.rows.table([entry.row for entry in waiting.values()])
            piece = {RUNS: runs.select(columns) if columns else runs}
            for name in sides:
                tables = [
                    self.sides.read(run_id, name, entry.tables[name])
                    for run_id, entry in waiting.items()
                    if name in entry.tables
                ]
                if tables:
                    piece[name] = pa.concat_tables(tables)
            yield piece

    def gather(self, read: Callable[[], _Found]) -> _Found:
        """Read, and begin again while a compaction moves the parts."""
        for _ in range(_TRIES):
            try:
                return read()
            except FileNotFoundError as error:
                missing = error
                time.sleep(_PAUSE)
        raise StoreError(f"{self.folder}: a part is missing ({missing}); read again, or check the study")


def _schema(path: Path) -> pa.Schema:
    try:
        return pa.ipc.read_schema(pa.py_buffer(path.read_bytes()))
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None


def write_design(folder: Path, design: pd.DataFrame) -> None:
    """Write the points of the design whole."""
    write_whole(folder, DESIGN, encode(pa.Table.from_pandas(design)))


def order(runs: pa.Table) -> pa.Array:
    """Positions that sort runs by point and replication, where the table has them, and run id."""
    keys = [key for key in ("point", "replication", RUN_ID) if key in runs.column_names]
    return pc.sort_indices(runs, sort_keys=[(key, "ascending") for key in keys])


def sort_like(rows: pa.Table, ids: pa.ChunkedArray) -> pa.Table:
    """Rows of a side table with its runs in the order of ``ids``; the rows of a run keep theirs."""
    at = pc.index_in(rows[RUN_ID], value_set=ids.combine_chunks())
    return rows.take(np.argsort(at.to_numpy(), kind="stable"))


def _check_names(files: Mapping[str, str], tables: Mapping[str, pa.Schema]) -> None:
    taken = {MANIFEST, DESIGN, JOURNAL, SCHEMAS, SESSIONS, FAILURES, "quarantine", *tables}
    for name in files:
        if name in taken or name.startswith(".") or Path(name).name != name:
            raise ValueError(f"files: {name!r} cannot be the name of a file of a study")


def _check_free(folder: Path, names: set[str]) -> None:
    if (folder / MANIFEST).exists():
        raise InputError(f"{folder}: holds a study already; choose another folder, or open this one")
    own = {*names, DESIGN, SCHEMAS, SESSIONS, FAILURES, LOCK}
    for path in folder.iterdir():
        if path.name not in own and not path.name.startswith(TEMPORARY):
            raise InputError(f"{folder}: holds something that is no study ({path.name}); choose another folder")
