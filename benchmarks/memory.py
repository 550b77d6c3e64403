"""Whether memory stays flat when one process runs thousands of runs, as long sweeps do."""

from __future__ import annotations

import argparse
import gc
import sys
from importlib.metadata import version
from time import perf_counter

import numpy as np
import psutil

import sim

CHECKS = 11


def main() -> None:
    """Run and print Markdown: resident memory after every tenth of the runs."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=10_000)
    runs = asked.parse_args().runs
    everything = dict.fromkeys(sim.mechanisms(), 1.0)
    shock = [{"kind": "flood", "start": 2, "weeks": 1}]
    place = {"communities": [{"type": "village", "residents": 60}], "weeks": 6, "warmup": 2, "emergencies": shock}
    scenario = sim.Scenario.from_dict(place | {"mechanisms": everything})
    process = psutil.Process()
    marks = set(np.linspace(0, runs, CHECKS).astype(int).tolist())
    found, start = [], perf_counter()
    for number in range(runs + 1):
        result = sim.run(scenario, seed=number)
        # Ask for agents too: Mesa keeps its own register of them.
        assert len(result.model.agents) > 0
        if number in marks:
            del result
            gc.collect()
            found.append((number, process.memory_info().rss / 2**20))
    python = ".".join(map(str, sys.version_info[:3]))
    print(f"Mesa {version('mesa')}, Python {python}: {runs:,} runs in one process, {perf_counter() - start:.0f} s\n")
    print("| runs | resident memory, MB |\n|---:|---:|")
    for number, megabytes in found:
        print(f"| {number:,} | {megabytes:.0f} |")
    # The first tenth fills caches and pools of the allocator; a leak would go on after it.
    first, last = found[1], found[-1]
    print(f"\nGrowth after the first tenth: {1024.0 * (last[1] - first[1]) / (last[0] - first[0]):.2f} kB a run")


if __name__ == "__main__":
    main()
