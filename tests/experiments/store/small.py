"""A small study folder for tests, and a way to die or to look at every step of what is done to it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from experiments.store import Store

SCHEMAS = {
    "runs": pa.schema(
        [
            *((name, pa.string()) for name in ("run_id", "status", "error", "message")),
            *((name, pa.int64()) for name in ("point", "replication", "seed")),
            ("participation", pa.float64()),
            ("satisfaction", pa.float64()),
            ("seconds", pa.float64()),
            ("session", pa.int64()),
        ]
    ),
    "communities": pa.schema([("community", pa.int32()), ("type", pa.string()), ("participation", pa.float32())]),
}
MANIFEST = {"study_hash": "5f0c", "code": "1.0"}
STUDY = 'name = "small"\n'
DESIGN = pd.DataFrame({"point": range(8), "three_lists": 0.5})


def make(folder: Path, **manifest: str) -> Store:
    return Store.create(folder, MANIFEST | manifest, {"study.toml": STUDY}, DESIGN, SCHEMAS)


def stream(columns: dict | pa.Table) -> bytes:
    table = columns if isinstance(columns, pa.Table) else pa.table(columns, SCHEMAS["communities"])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def name_of(number: int) -> str:
    return f"{number * 2654435761 % 2**64:016x}"


def row_of(number: int, status: str = "ok", **other: object) -> dict:
    value = number / 7 if status == "ok" else float("nan")
    row = {"run_id": name_of(number), "point": number % 8, "replication": number // 8, "seed": number, "status": status}
    row |= {"error": "" if status == "ok" else "ValueError", "message": "", "participation": value}
    return row | {"satisfaction": -value, "seconds": 0.1, "session": 1} | other


def tables_of(number: int) -> dict[str, bytes]:
    columns = {"community": [0, 1], "type": ["village", "commercial"], "participation": [number / 3, 0.25]}
    return {"communities": stream(columns)}


def add(writer, number: int) -> bool:
    return writer.add(row_of(number), tables_of(number))


def fill(store: Store, numbers, flush_rows: int = 4) -> None:
    with store.writer(flush_rows=flush_rows) as writer:
        for number in numbers:
            add(writer, number)


def assert_whole(store: Store, numbers) -> None:
    """Each of these runs is there once with its rows, and nothing else is."""
    numbers = list(numbers)
    runs, communities = store.runs(), store.table("communities")
    assert sorted(runs["run_id"]) == sorted(map(name_of, numbers))
    assert sorted(communities["run_id"]) == sorted(2 * list(map(name_of, numbers)))
    assert store.done() == dict.fromkeys(map(name_of, numbers), "ok")
    assert store.check() == []


class Dead(BaseException):
    """The process is gone."""


_STEPS = ("open", "write", "fsync", "replace", "rename", "unlink", "ftruncate", "mkdir", "rmdir")


@contextmanager
def at_each_step(act: Callable[[str, Callable[[], object]], None]) -> Iterator[None]:
    """Call ``act`` with the name of each call that changes the disk before it is done; nothing waits for the disk."""
    busy = False

    def instead(name: str, real: Callable) -> Callable:
        def call(*given, **named):
            nonlocal busy
            if not busy:
                busy = True
                try:
                    act(name, lambda: real(given[0], given[1][: len(given[1]) // 2]))
                finally:
                    busy = False
            return None if name == "fsync" else real(*given, **named)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in _STEPS:
            patch.setattr(os, name, instead(name, getattr(os, name)))
        yield


@contextmanager
def dying_at(step: int) -> Iterator[None]:
    """Die at the ``step``-th call that changes the disk, a write being half done; from then on nothing changes."""
    count = 0

    def act(name: str, half: Callable[[], object]) -> None:
        nonlocal count
        count += 1
        if count == step and name == "write":
            half()
        if count >= step:
            raise Dead

    with at_each_step(act):
        yield
