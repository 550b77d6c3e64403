"""Runs that another study has made already: named by what they compute, they are the same wherever they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from experiments.engine import OK, Record
from experiments.store import Store, packed
from sim.outcomes import OUTCOMES


def found_in(source: Store, wanted: Mapping[str, Sequence[str]]) -> Iterator[Record]:
    """Runs of another study, as if they had just been made.

    Parameters
    ----------
    source : Store
        It is only read, and may still be written.
    wanted : mapping of str to sequence of str
        Tables that are kept of each run, by run id. A run that lacks one of them, or failed there, is not given.
    """
    sides = [name for name in source.sides.schemas if any(name in tables for tables in wanted.values())]
    ids = pa.array(list(wanted), pa.string())
    for piece in source.pieces(sides):
        runs = piece["runs"]
        runs = runs.filter(pc.and_(pc.equal(runs["status"], OK), pc.is_in(runs["run_id"], ids)))
        tables = {name: _by_run(piece[name], runs["run_id"], source.schemas[name]) for name in sides if name in piece}
        for row in runs.select(["run_id", "seconds", *OUTCOMES]).to_pylist():
            run_id = row.pop("run_id")
            seconds = row.pop("seconds")
            if all(run_id in tables.get(name, {}) for name in wanted[run_id]):
                kept = {name: tables[name][run_id] for name in wanted[run_id]}
                yield Record(run_id, OK, {"row": row, "tables": kept}, seconds=seconds)


def _by_run(table: pa.Table, ids: pa.ChunkedArray, schema: pa.Schema) -> dict[str, bytes]:
    """Rows of each of these runs, packed as a worker packs them."""
    table = table.filter(pc.is_in(table["run_id"], ids.combine_chunks())).combine_chunks()
    names = table["run_id"].to_pylist()
    rows = table.drop_columns(["run_id"]).cast(schema.remove(0))
    found: dict[str, bytes] = {}
    first = 0
    for stop in range(1, len(names) + 1):
        if stop == len(names) or names[stop] != names[first]:
            batch = rows.slice(first, stop - first).combine_chunks().to_batches()[0]
            found[names[first]] = packed(batch)
            first = stop
    return found
