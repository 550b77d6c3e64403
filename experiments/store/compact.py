"""Many small parts become few large ones: all are written first, then they take the place of the old at one stroke."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from experiments.store.files import TEMPORARY, StoreError, explained, remove, sync_folder
from experiments.store.parts import COMPACT, make_folders, part_numbers, part_path, read_part, write_part
from experiments.store.schema import RUN_ID, RUNS

if TYPE_CHECKING:
    from experiments.store.store import Store

MOST_ROWS = 100_000  # runs in a part
MOST_BYTES = 256_000_000  # of all tables of a part, before compression

_STAGE, _OLD = f"{TEMPORARY}compact", f"{TEMPORARY}old"


def compact(store: Store) -> int:
    """Bring all runs of a store into few large parts; see `Store.compact`.

    The new parts have new numbers and stand in a folder of their own. One rename makes that folder count; then each
    table's folder takes the place of the old one. A reader that listed the old parts finds them gone and reads
    again; it never sees a run twice.

    Raises
    ------
    InputError
        If another coordinator writes.
    StoreError
        If a part is damaged, or the disk is full. The old parts are then as before.
    """
    from experiments.store.check import check_parts
    from experiments.store.store import order, sort_like

    folder, names = store.folder, list(store.schemas)
    with store.writer() as writer:
        writer.flush()
        problems = check_parts(store)
        if problems:
            raise StoreError(f"{problems[0]}; nothing was compacted")
        numbers = part_numbers(folder, RUNS)
        runs = pa.concat_tables(piece[RUNS] for piece in store.pieces([]))
        wanted = max(1, -(-runs.num_rows // MOST_ROWS), -(-_size(store, numbers) // MOST_BYTES))
        if len(numbers) == wanted and all(read_part(part_path(folder, RUNS, n), [])[1].compact for n in numbers):
            return wanted
        runs = runs.take(order(runs))
        stage = folder / _STAGE
        with explained(stage):
            stage.mkdir()
            make_folders(stage, names)
        each, sides = -(-runs.num_rows // wanted), list(store.sides.schemas)
        for number in range(wanted):
            some = runs.slice(number * each, each)
            found: dict[str, list[pa.Table]] = {name: [store.schemas[name].empty_table()] for name in sides}
            for piece in store.pieces(sides, [RUN_ID]):
                for name in sides:
                    if name in piece:
                        found[name].append(piece[name].filter(pc.is_in(piece[name][RUN_ID], some[RUN_ID])))
            tables = {name: sort_like(pa.concat_tables(found[name]), some[RUN_ID]) for name in sides}
            write_part(stage, numbers[-1] + 1 + number, some, tables, compact=True)
        with explained(folder):
            stage.rename(folder / COMPACT)
            sync_folder(folder)
            finish_switch(folder, names)
    return wanted


def finish_switch(folder: Path, tables: Iterable[str]) -> None:
    """Put the new parts of a compaction in their place, if there are any that count. The caller holds the lock."""
    new = folder / COMPACT
    if not new.is_dir():
        return
    for name in tables:
        if (new / name).is_dir():
            if (folder / name).is_dir():
                (folder / name).rename(new / f"old-{name}")
            (new / name).rename(folder / name)
    sync_folder(folder)
    remove(folder / _OLD)
    new.rename(folder / _OLD)
    remove(folder / _OLD)


def _size(store: Store, numbers: Iterable[int]) -> int:
    """Bytes of all parts before compression."""
    total = 0
    for name in store.schemas:
        for number in numbers:
            path = part_path(store.folder, name, number)
            if path.exists():
                facts = pq.read_metadata(path)
                total += sum(facts.row_group(group).total_byte_size for group in range(facts.num_row_groups))
    return total
