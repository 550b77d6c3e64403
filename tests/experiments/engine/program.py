"""A program that drives: its first argument says on which engine, the others are options; it prints records."""

from __future__ import annotations

import argparse
import json
import time

from experiments import engine
from tests.experiments.engine import toys


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=["local", "dask", "mpi"])
    parser.add_argument("--function", default="toy")
    parser.add_argument("--jobs", type=int, default=40)
    parser.add_argument("--poison", nargs="*", default=[])
    parser.add_argument("--scheduler", default="")
    parser.add_argument("--timeout", type=float)
    parser.add_argument("--chunk", type=int)
    parser.add_argument("--rate", action="store_true")
    asked = parser.parse_args()
    made = {
        "local": lambda: engine.local(2),
        "dask": lambda: engine.dask(asked.scheduler),
        "mpi": engine.mpi,
    }[asked.engine]()
    jobs = [engine.Job(one, (one,)) for one in asked.poison] + toys.jobs(asked.jobs)
    with engine.draining("finishing what has begun") as stop:
        records = engine.drive(
            getattr(toys, asked.function), jobs, made, timeout=asked.timeout, stop=stop, chunk=asked.chunk
        )
        begin = last = 0.0
        try:
            for record in records:
                last = time.perf_counter()
                begin = begin or last
                if not asked.rate:
                    print(json.dumps([record.key, record.status, record.value]), flush=True)
        except engine.EngineLostError as error:
            raise SystemExit(f"lost: {error}") from error
    if asked.rate:
        print((last - begin) / len(jobs), flush=True)
    if stop.is_set():
        raise SystemExit(130)


if __name__ == "__main__":
    main()
