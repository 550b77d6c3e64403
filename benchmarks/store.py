"""What the study folder costs by run: time to add, bytes on disk, and how fast its tables read.

Values are random numbers in full precision, which hardly compress: real studies take less room.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from experiments.store import Store

FACTORS, OUTCOMES = 12, 60
COMMUNITIES, GROUPS = 5, 20
REPEATS = 3


def schemas(sides: bool) -> dict[str, pa.Schema]:
    texts = [(name, pa.string()) for name in ("run_id", "design", "status", "error", "message")]
    whole = [(name, pa.int64()) for name in ("point", "policy", "future", "replication", "seed", "session")]
    numbers = [(name, pa.float64()) for name in ("seconds", *factors(), *outcomes())]
    found = {"runs": pa.schema([*texts, *whole, *numbers])}
    if sides:
        values = [(name, pa.float64()) for name in outcomes()]
        found["communities"] = pa.schema([("community", pa.int32()), ("type", pa.string()), *values])
        found["groups"] = pa.schema([("dimension", pa.string()), ("group", pa.string()), *values[:10]])
    return found


def factors() -> list[str]:
    return [f"factor_{number}" for number in range(FACTORS)]


def outcomes() -> list[str]:
    return [f"outcome_{number}" for number in range(OUTCOMES)]


def stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def tables(tables_of: dict[str, pa.Schema], chance: np.random.Generator) -> dict[str, bytes]:
    """Side tables of one run, as a worker returns them."""
    found = {}
    for name, rows in (("communities", COMMUNITIES), ("groups", GROUPS)):
        if name in tables_of:
            labels = {
                "community": list(range(rows)),
                "type": [f"type {row % 5}" for row in range(rows)],
                "dimension": [f"dimension {row % 4}" for row in range(rows)],
                "group": [f"group {row}" for row in range(rows)],
            }
            columns = [labels.get(column, chance.random(rows)) for column in tables_of[name].names]
            found[name] = stream(pa.table(dict(zip(tables_of[name].names, columns, strict=True)), tables_of[name]))
    return found


def fill(folder: Path, runs: int, sides: bool) -> tuple[Store, float]:
    """A study folder with so many runs, and the seconds that adding took."""
    chance, tables_of = np.random.default_rng(1), schemas(sides)
    store = Store.create(folder, {}, {}, pd.DataFrame({"point": range(runs)}), tables_of)
    numbers, taken = [*factors(), *outcomes()], 0.0
    with store.writer() as writer:
        for number in range(runs):
            row: dict[str, Any] = dict(zip(numbers, chance.random(len(numbers)).tolist(), strict=True))
            row |= {
                "run_id": chance.bytes(8).hex(),
                "design": f"p{number % 64}",
                "status": "ok",
                "error": "",
                "message": "",
            }
            row |= {"point": number, "policy": number % 64, "future": number // 64, "replication": 0, "seed": number}
            row |= {"session": writer.session, "seconds": 0.02}
            given = tables(tables_of, chance)
            start = perf_counter()
            writer.add(row, given)
            taken += perf_counter() - start
        start = perf_counter()
        writer.flush()
        taken += perf_counter() - start
    return store, taken


def seconds(act: Callable[[], Any]) -> str:
    """Median seconds of some repeats."""
    taken = []
    for _ in range(REPEATS):
        start = perf_counter()
        act()
        taken.append(perf_counter() - start)
    return f"{statistics.median(taken):.2f}"


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.parquet"))


def parts(folder: Path) -> int:
    return len(list((folder / "runs").iterdir()))


def readers(folder: Path) -> dict[str, Callable[[], Any]]:
    """Ways to read all runs of a folder."""
    found: dict[str, Callable[[], Any]] = {
        "`Store.runs()`": Store.open(folder).runs,
        "`Store.done()`": Store.open(folder).done,
        "pandas": lambda: pd.read_parquet(folder / "runs"),
    }
    if find_spec("polars"):
        import polars as pl

        found["polars"] = lambda: pl.read_parquet(folder / "runs" / "*.parquet")
    if find_spec("duckdb"):
        import duckdb

        found["DuckDB, to pandas"] = lambda: duckdb.sql(f"from '{folder}/runs/*.parquet'").df()
        found["DuckDB, mean of an outcome"] = lambda: (
            duckdb.read_parquet(f"{folder}/runs/*.parquet").aggregate("policy, avg(outcome_1)").fetchall()
        )
    return found


def main() -> None:
    """Measure and print Markdown."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=100_000)
    runs = asked.parse_args().runs
    some = max(1, runs // 10)
    print(f"{FACTORS} factors, {OUTCOMES} outcomes; {COMMUNITIES} communities and {GROUPS} groups where kept\n")
    print("| kept | runs | added by second | µs by run | parts | kB by run | after compaction | compaction, s |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for name, count, sides in (("runs", runs, False), ("with communities and groups", some, True)):
            store, taken = fill(Path(folder) / name, count, sides)
            before, number = size(store.folder), parts(store.folder)
            if not sides:
                reading = {reader: [seconds(act)] for reader, act in readers(store.folder).items()}
                reading["`Store.digest()`"], reading["`Store.check()`"] = (
                    [seconds(store.digest)],
                    [seconds(store.check)],
                )
            start = perf_counter()
            store.compact()
            compaction = perf_counter() - start
            if not sides:
                acts = {**readers(store.folder), "`Store.digest()`": store.digest, "`Store.check()`": store.check}
                for reader, act in acts.items():
                    reading[reader].append(seconds(act))
                counts = number, parts(store.folder)
            print(
                f"| {name} | {count:,} | {count / taken:,.0f} | {taken / count * 1e6:,.0f} | {number} "
                f"| {before / count / 1e3:.2f} | {size(store.folder) / count / 1e3:.2f} | {compaction:.1f} |"
            )
    print(f"\n| seconds to read {runs:,} runs | {counts[0]} parts | {counts[1]} parts |\n|---|---:|---:|")
    for reader, (small, large) in reading.items():
        print(f"| {reader} | {small} | {large} |")


if __name__ == "__main__":
    main()
