"""What the engine and the store add to the bare model: time by run, rate, and memory over many runs."""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pyarrow as pa

import sim
from experiments.engine import Job, Record, drive, local
from experiments.measured import measured, schemas
from experiments.store import Store, Writer
from experiments.task import run_one
from sim.community_types import community_types
from sim.outcomes import OUTCOMES

RESIDENTS, WEEKS, WARMUP, SEED = 2_000, 156, 52, 1
TABLES = ("communities", "groups")
MIX = ("joint_committee", "three_lists", "deliberation", "micro_grid", "shared_data", "county_committee")
PARCEL = 25_000
RUNS, EMPTY, BARE = 1_000, 20_000, 20
QUICK_RUNS, QUICK_EMPTY, QUICK_BARE = 40, 2_000, 5
CHECKS = 10


# What workers run -----------------------------------------------------------------------------------------------------


def nothing(number: int) -> int:
    return number


def parcel(number: int) -> bytes:
    return bytes(PARCEL)


def one_run(place: str, doses: dict[str, float]) -> dict[str, Any]:
    """Run one design, branched from the warmed-up state that all share."""
    return run_one(place, {"mechanisms": doses}, SEED, TABLES, "one state")


# What is asked of the engine and of the store -------------------------------------------------------------------------


def records_of(function: Any, arguments: Iterable[tuple[Any, ...]], workers: int) -> Iterator[Record]:
    jobs = (Job(f"{number:016x}", one, "one state") for number, one in enumerate(arguments))
    return drive(function, jobs, local(workers))


def new_store(folder: Path, runs: int) -> Store:
    columns = [("run_id", pa.string()), ("status", pa.string()), *((name, pa.float64()) for name in OUTCOMES)]
    tables = {"runs": pa.schema([*columns, ("seconds", pa.float64())]), **schemas(TABLES)}
    return Store.create(folder, {}, {}, pd.DataFrame({"point": np.arange(runs)}), tables)


def keep(writer: Writer, key: str, value: dict[str, Any], seconds: float = 0.0) -> None:
    writer.add({"run_id": key, "status": "ok", "seconds": seconds, **value["row"]}, value["tables"])


# Measurements ---------------------------------------------------------------------------------------------------------


def five_types() -> sim.Scenario:
    kinds = list(community_types())
    communities = [{"type": name, "residents": RESIDENTS // len(kinds)} for name in kinds]
    return sim.Scenario.from_dict({"communities": communities, "weeks": WEEKS, "warmup": WARMUP})


def designs(runs: int) -> list[dict[str, float]]:
    """Doses of a mechanism of each path, another mix for each run."""
    rows = np.random.default_rng(SEED).random((runs, len(MIX)))
    return [dict(zip(MIX, row, strict=True)) for row in rows.tolist()]


def pace(records: Iterator[Record], first: int) -> float:
    """Milliseconds by record, once the first have come and all workers are there."""
    for record in islice(records, first):
        assert record.status == "ok", record.message
    start, count = perf_counter(), sum(1 for _ in records)
    return 1000.0 * (perf_counter() - start) / count


def bare(place: sim.Scenario, runs: int) -> tuple[float, float, dict[str, Any]]:
    """Milliseconds of a run and of measuring it, in this process; and what is kept of the last one."""
    warm = sim.warm_up(place, SEED)
    ran, read, value = [], [], {}
    for doses in designs(runs):
        start = perf_counter()
        result = sim.run(place.with_mechanisms(doses), SEED, warm)
        middle = perf_counter()
        value = measured(result, TABLES)
        ran.append(middle - start)
        read.append(perf_counter() - middle)
    return 1000.0 * float(np.median(ran)), 1000.0 * float(np.median(read)), value


def store_alone(value: dict[str, Any], runs: int) -> float:
    """Milliseconds by run of writing the same run under many names."""
    with tempfile.TemporaryDirectory() as folder:
        store = new_store(Path(folder) / "study", runs)
        start = perf_counter()
        with store.writer() as writer:
            for number in range(runs):
                keep(writer, f"{number:016x}", value)
        return 1000.0 * (perf_counter() - start) / runs


def memory() -> tuple[float, float]:
    """Resident megabytes of this process, and of the largest worker."""
    here = psutil.Process()
    workers = [one.memory_info().rss / 2**20 for one in here.children(recursive=True)]
    return here.memory_info().rss / 2**20, max(workers, default=0.0)


def whole(store: Store, place: sim.Scenario, runs: int, workers: int) -> Iterator[tuple[int, float, float, float]]:
    """Run and keep all: runs so far, seconds by run since the last check, megabytes here and of the largest worker.

    The first check, after few runs, carries the start of the workers and the warm-up.
    """
    text = json.dumps(place.to_dict(), sort_keys=True)
    marks = set(np.linspace(0, runs, CHECKS + 1).astype(int).tolist()[1:]) | {min(runs, 4 * workers)}
    with store.writer() as writer:
        records = records_of(one_run, ((text, doses) for doses in designs(runs)), workers)
        since, last = perf_counter(), 0
        for count, record in enumerate(records, start=1):
            assert record.status == "ok", record.traceback
            keep(writer, record.key, record.value, record.seconds)
            if count in marks:
                now = perf_counter()
                yield count, (now - since) / (count - last), *memory()
                since, last = now, count


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    print("| " + " | ".join(head) + " |")
    print("|---|" + "---:|" * (len(head) - 1))
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)
    print(flush=True)


def main() -> None:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, help=f"runs of the model through engine and store (default {RUNS:,})")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_RUNS} runs, some 30 seconds")
    asked = parser.parse_args()
    runs = asked.runs or (QUICK_RUNS if asked.quick else RUNS)
    empty, alone = (QUICK_EMPTY, QUICK_BARE) if asked.quick else (EMPTY, BARE)
    sim.warm_cache()
    place, workers = five_types(), asked.workers

    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, {workers} workers\n")
    run, read, value = bare(place, alone)
    written = store_alone(value, empty)
    numbers = [(number,) for number in range(empty)]
    rows = {
        f"bare model, {RESIDENTS:,} residents × {WEEKS} weeks from a warmed-up state, one process": run,
        "measuring it: outcomes, communities, groups": read,
        f"engine: a task that does nothing ({empty:,} of them)": pace(
            records_of(nothing, numbers, workers), empty // 10
        ),
        f"engine: a result of {PARCEL // 1000} kB": pace(records_of(parcel, numbers, workers), empty // 10),
        "store: adding a run": written,
    }
    print_table(["what", "ms by run"], ([name, f"{taken:,.2f}"] for name, taken in rows.items()))

    print(f"{runs:,} runs of the model through engine and store\n")
    head = ["runs", "runs a second", "ms of a worker by run", "coordinator, MB", "largest worker, MB"]
    with tempfile.TemporaryDirectory() as folder:
        store = new_store(Path(folder) / "study", runs)
        checks = whole(store, place, runs, workers)
        told = ((n, 1.0 / taken, 1000.0 * workers * taken, mine, theirs) for n, taken, mine, theirs in checks)
        print_table(head, ([f"{n:,}", f"{rate:.1f}", *(f"{one:,.0f}" for one in more)] for n, rate, *more in told))
        store.compact()
        size = sum(file.stat().st_size for file in store.folder.rglob("*") if file.is_file())
        print(f"On disk, compact: {size / runs / 1000.0:.1f} kB by run")


if __name__ == "__main__":
    main()
