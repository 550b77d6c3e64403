"""A hash of what the runs found: equal for any order, part cut, interruption and compaction."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from experiments.store.schema import RUN_ID, RUNS

if TYPE_CHECKING:
    from experiments.store.store import Store

INCIDENTAL = {"seconds", "session"}  # columns of runs that tell of the machine, not of the model


def digest(store: Store) -> str:
    """SHA-256 over all runs by run id: columns, values and side tables, except ``seconds`` and ``session``.

    The rows of a side table count in the order in which their run gave them. All NaN are one.

    Raises
    ------
    FileNotFoundError
        If a compaction moved the parts meanwhile.
    """
    sides = list(store.sides.schemas)
    found: dict[str, bytes] = {}
    for piece in store.pieces(sides):
        parts = {name: _by_run(piece[name]) for name in sides if name in piece}
        for run_id, own in _by_run(piece[RUNS]).items():
            found[run_id] = own + b"".join(parts.get(name, {}).get(run_id, bytes(32)) for name in sides)
    columns = {name: [str(field) for field in schema] for name, schema in store.schemas.items()}
    whole = hashlib.sha256(json.dumps(columns).encode())
    for run_id in sorted(found):
        whole.update(run_id.encode() + b"\n" + found[run_id])
    return whole.hexdigest()


def _by_run(table: pa.Table) -> dict[str, bytes]:
    """SHA-256 of the rows of each run."""
    if not table.num_rows:
        return {}
    ids = pc.dictionary_encode(table[RUN_ID].combine_chunks())
    runs, code = ids.dictionary.to_pylist(), ids.indices.to_numpy()
    order = np.argsort(code, kind="stable")
    rows = np.hstack([_bytes(table[name]) for name in table.column_names if name not in INCIDENTAL])[order]
    cuts = np.searchsorted(code[order], np.arange(len(runs) + 1))
    return {
        run_id: hashlib.sha256(rows[start:end].data).digest()
        for run_id, start, end in zip(runs, cuts[:-1], cuts[1:], strict=True)
    }


def _bytes(column: pa.ChunkedArray) -> np.ndarray:
    """Each cell as bytes of equal length: whether it is there, and its value (text: SHA-256 of it)."""
    cells = column.combine_chunks()
    there = cells.is_valid().to_numpy(zero_copy_only=False).astype(np.uint8)[:, None]
    if pa.types.is_string(cells.type):
        coded = pc.dictionary_encode(cells)
        texts = [hashlib.sha256(text.encode()).digest() for text in coded.dictionary.to_pylist()] or [bytes(32)]
        table = np.frombuffer(b"".join(texts), np.uint8).reshape(-1, 32)
        return np.hstack([there, table[coded.indices.fill_null(0).to_numpy()] * there])
    if pa.types.is_boolean(cells.type):
        cells = cells.cast(pa.uint8())
    values = cells.fill_null(0).to_numpy()
    if values.dtype.kind == "f":
        values = np.where(np.isnan(values), values.dtype.type(np.nan), values)
    values = np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<")))
    return np.hstack([there, values.view(np.uint8).reshape(len(values), -1)])
