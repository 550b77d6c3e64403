"""What whole studies outlive: kills, interruptions, other engines, runs that misbehave, full disks, damaged files.

Run it from the root of the repository: ``python -m benchmarks.faults``. It prints the record in
``docs/verification/engine.md``, takes some minutes, and needs the extras ``dask`` and ``mpi``, ``mpiexec``, and the
rights to mount a disk in memory. It ends with code 1 if something does not hold.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from experiments.store import Store
from tests.experiments.faults import scenes
from tests.experiments.faults.place import Place, place
from tests.experiments.faults.scenes import Finding

KILLS, REPLICATIONS, LONG = 20, 16, 60
PAUSE = 0.05

Scene = Callable[[Place, Store], Iterator[Finding]]
# By title: name, replications of 14 designs, scenes.
PARTS: dict[str, tuple[str, int, list[Scene]]] = {
    "Kills of the coordinator": ("kills", LONG, [partial(scenes.killed, kills=KILLS, pause=PAUSE)]),
    "Interruptions": (
        "interruptions",
        REPLICATIONS,
        [
            partial(scenes.interrupted, number=signal.SIGINT, pause=PAUSE),
            partial(scenes.interrupted, number=signal.SIGTERM, pause=PAUSE),
            scenes.interrupted_twice,
        ],
    ),
    "The same results from any engine, number of workers, order and cut": (
        "engines",
        REPLICATIONS,
        [
            partial(scenes.workers, numbers=[1, 4]),
            scenes.serial,
            partial(scenes.chunks, sizes=[1, 7, 50]),
            partial(scenes.shards, count=3),
            partial(scenes.dask, pause=PAUSE),
            scenes.mpi,
        ],
    ),
    "Runs that misbehave": ("poison", 4, [scenes.poisoned]),
    "Disk, lock, code": (
        "disk",
        REPLICATIONS,
        [
            scenes.disk_full,
            scenes.limited_files,
            partial(scenes.second_coordinator, pause=PAUSE),
            scenes.other_code,
        ],
    ),
    "A flipped bit in a file of each kind": ("damage", 4, [scenes.corrupted]),
}


def main() -> int:
    """Print the record as Markdown."""
    names = [name for name, _, _ in PARTS.values()]
    parser = argparse.ArgumentParser(description="what whole studies outlive")
    parser.add_argument("only", nargs="*", metavar="|".join(names), help="parts; all by default")
    only = parser.parse_args().only or names
    failed = 0
    for title, (name, replications, acts) in PARTS.items():
        if name not in only:
            continue
        print(f"## {title}\n\n| what has to hold | holds | what was seen |\n| --- | --- | --- |", flush=True)
        with tempfile.TemporaryDirectory(prefix="faults-") as folder, place(Path(folder), replications) as own:
            reference = own.complete(own.folder / "reference", "--workers", 2)
            for act in acts:
                for one in act(own, reference):
                    print(f"| {one.what} | {'yes' if one.holds else '**no**'} | {one.seen} |", flush=True)
                    failed += not one.holds
        print(flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
