"""The union of study folders: shards of a job array become one study."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from experiments.store.files import sealed_text, write_whole
from experiments.store.schema import OK, RUN_ID, RUNS
from experiments.store.store import FAILURES, MANIFEST, Store
from experiments.store.writer import Writer
from sim.errors import InputError

SAME, SESSION = ("study_hash", "code"), "session"


def merge(target: Path, sources: Sequence[Path]) -> int:
    """Add to ``target`` all runs of ``sources`` that it lacks, and return their number.

    A run that failed in one folder and not in another is taken from the other. A merge that was interrupted, or is
    repeated, adds what is still lacking.

    Parameters
    ----------
    target : Path
        A study folder; if there is none, it is made like the first source.
    sources : sequence of Path
        Study folders of the same study, made by the same code. They are only read, and may still be written.

    Raises
    ------
    InputError
        If a folder is no study, or not of the same study, code and design; naming both.
    """
    stores = [Store.open(Path(source)) for source in sources]
    target = Path(target)
    if (target / MANIFEST).exists():
        held = Store.open(target)
        for store in stores:
            _check_same(held, store)
    else:
        first, *others = stores
        for store in others:
            _check_same(first, store)
        files = {name: first.text(name) for name in first.own["files"]}
        held = Store.create(target, first.manifest, files, first.design, first.schemas)
    with held.writer() as writer:
        return sum(_add(writer, store) for store in stores if store.folder.resolve() != target.resolve())


def _check_same(one: Store, other: Store) -> None:
    for key in SAME:
        mine, theirs = one.manifest.get(key), other.manifest.get(key)
        if mine != theirs:
            raise InputError(
                f"{one.folder} and {other.folder} cannot be merged: their {key} differs ({mine} and {theirs})"
            )
    if one.schemas != other.schemas:
        raise InputError(f"{one.folder} and {other.folder} cannot be merged: their tables have other columns")
    if not one.design.equals(other.design):
        raise InputError(f"{one.folder} and {other.folder} cannot be merged: their designs differ")


def _add(writer: Writer, source: Store) -> int:
    statuses = source.done()
    writer.forget(one for one, status in statuses.items() if status == OK and writer.done.get(one, OK) != OK)
    lacking = {one: status for one, status in statuses.items() if one not in writer.done}
    if not lacking:
        return 0
    for run_id, status in lacking.items():
        reason = source.failure(run_id) if status != OK else None
        if reason is not None:
            write_whole(writer.folder, f"{FAILURES}/{run_id}.txt", sealed_text(reason))
    before = len(writer.done)
    # If the source is compacted meanwhile, its parts are read again; what was added is there and is passed over.
    source.gather(lambda: _copy(writer, source))
    return len(writer.done) - before


def _copy(writer: Writer, source: Store) -> None:
    sides = list(source.sides.schemas)
    sessions = source.sessions()
    numbers: dict[int, int] = {}
    for piece in source.pieces(sides):
        ids = piece[RUNS][RUN_ID].to_pylist()
        lacking = pa.array([run_id for run_id in ids if run_id not in writer.done], pa.string())
        if not len(lacking):
            continue
        runs = piece[RUNS].filter(pc.is_in(piece[RUNS][RUN_ID], lacking))
        if SESSION in runs.column_names:
            for old in set(runs[SESSION].to_pylist()) & set(sessions) - set(numbers):
                numbers[old] = writer.session
                writer.write_session(sessions[old])
                writer.session += 1
            new = [numbers.get(old, old) for old in runs[SESSION].to_pylist()]
            at = runs.column_names.index(SESSION)
            runs = runs.set_column(at, runs.schema.field(at), pa.array(new, runs.schema.field(at).type))
        tables = {name: piece[name].filter(pc.is_in(piece[name][RUN_ID], lacking)) for name in sides if name in piece}
        writer.add_part(runs, tables)
