"""How long a week takes, how much memory a resident takes, and how that compares with plain Mesa.

Ours and plain Mesa run in turns in one process on one core, so that both meet the same machine.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import plain_mesa
import psutil

import sim
from sim import outcomes
from sim.community_types import community_types

SIZES = (2_000, 20_000, 200_000, 1_000_000)
WEEKS, REPEATS, SEED = 156, 3, 1
LARGEST_COMMUNITY = 4_000
PLAIN_LIMIT, PLAIN_GUESS = 20.0, 8e-6  # seconds that one run of plain Mesa may take, and a guess by resident-week
PLAIN_PYTHON_LARGEST = 2_000  # without the compiler it takes some 40 microseconds by resident-week
PLAIN_LARGEST = 200_000  # beyond, plain Mesa's objects alone take gigabytes
REPEATED_LARGEST = 200_000  # beyond, one run has to do
PROFILE_WEEKS, MEMORY_WEEKS = 52, 52


class Spread(NamedTuple):
    """Median, least and most of some runs."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        if self.least == self.most:
            return f"{self.median:,.0f}"
        return f"{self.median:,.0f} ({self.least:,.0f}–{self.most:,.0f})"


def spread(values: Sequence[float]) -> Spread:
    return Spread(statistics.median(values), min(values), max(values))


def scenario_of(residents: int, weeks: int) -> sim.Scenario:
    """Status quo in communities of the five types in turn, of 4,000 residents at most."""
    types, count = list(community_types()), max(5, -(-residents // LARGEST_COMMUNITY))
    sizes = [residents // count + (c < residents % count) for c in range(count)]
    specs = [{"type": types[c % len(types)], "residents": size} for c, size in enumerate(sizes)]
    return sim.Scenario.from_dict({"communities": specs, "weeks": weeks, "warmup": 0})


def seconds(act: Callable[[], Any]) -> float:
    gc.collect()
    start = perf_counter()
    act()
    return perf_counter() - start


def time_ours(scenario: sim.Scenario) -> tuple[float, float]:
    """Seconds to set up, and seconds of a whole bulk run, set-up and observation included."""
    setup = seconds(lambda: sim.Community(scenario, SEED))
    return setup, seconds(lambda: sim.run(scenario, SEED))


def time_plain(scenario: sim.Scenario, weeks: int) -> float:
    """Seconds of plain Mesa for ``weeks``, without set-up and without observation."""
    model = plain_mesa.PlainCommunity(sim.Community(scenario, SEED))
    taken = seconds(lambda: [model.step() for _ in range(weeks)])
    plain_mesa.forget(model)
    return taken


def print_plain(residents: int, weeks: int) -> None:
    """Child process: time plain Mesa as it is in this process, with or without the compiler."""
    print(json.dumps(time_plain(scenario_of(residents, weeks), weeks)))


def without_compiler(residents: int, weeks: int) -> str:
    """Sentence on plain Mesa without Numba (rules and draws as plain Python), beside ours, in turns."""
    command = [sys.executable, __file__, "--plain-of", str(residents), "--weeks", str(weeks)]
    plains, ours = [], []
    for _ in range(REPEATS):
        environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        plains.append(json.loads(done.stdout) / residents / weeks * 1e9)
        setup, total = time_ours(scenario_of(residents, weeks))
        ours.append((total - setup) / residents / weeks * 1e9)
    ratios = sorted(plain / own for plain, own in zip(plains, ours, strict=True))
    return (
        f"Plain Mesa without Numba, {residents:,} residents, {weeks} weeks: {spread(plains)} ns by resident-week; "
        f"ours beside it {spread(ours)} ns; ratio {spread(ratios)}\n"
    )


def plain_weeks(residents: int, weeks: int) -> int:
    """Weeks that plain Mesa can run here; 0 if none."""
    if residents > PLAIN_LARGEST:
        return 0
    return min(weeks, int(PLAIN_LIMIT / (PLAIN_GUESS * residents)))


def memory_of(residents: int, weeks: int) -> tuple[float, float]:
    """Bytes by resident: the model's tables at the end, and the rise of the process's peak in a process of its own."""
    command = [sys.executable, __file__, "--memory-of", str(residents), "--weeks", str(min(weeks, MEMORY_WEEKS))]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found["tables"] / residents, found["peak"] / residents


def print_memory(residents: int, weeks: int) -> None:
    """Child process: run once and print what it took."""
    scenario = scenario_of(residents, weeks)
    sim.run(scenario_of(2_000, 14), SEED)
    gc.collect()
    process, done, most = psutil.Process(), threading.Event(), 0

    def watch() -> None:  # kernels let other threads run
        nonlocal most
        while not done.wait(0.001):
            most = max(most, process.memory_info().rss)

    before = process.memory_info().rss
    watcher = threading.Thread(target=watch)
    watcher.start()
    model = sim.run(scenario, SEED).model
    done.set()
    watcher.join()
    print(json.dumps({"tables": model.nbytes, "peak": max(most, process.memory_info().rss) - before}))


def profile(residents: int, weeks: int) -> dict[str, float]:
    """Nanoseconds by resident-week of each process, of observation, and of the rest of a step."""
    model, spent = sim.Community(scenario_of(residents, weeks), SEED), Counter[str]()

    def timed(name: str, act: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def step(community: Any) -> Any:
            start = perf_counter()
            value = act(community)
            spent[name] += perf_counter() - start
            return value

        return step

    model.plan = [(name, timed(name, act)) for name, act in model.plan]
    observe = timed("observation", outcomes.observe)
    start = perf_counter()
    for _ in range(weeks):
        model.step()
        observe(model)
    spent["rest of the step"] = perf_counter() - start - sum(spent.values())
    return {name: taken / residents / weeks * 1e9 for name, taken in spent.items()}


def cpu_model() -> str:
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    return names[0] if names else platform.processor()


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print("| " + " | ".join(head) + " |")
    print("|---|" + "---:|" * (len(head) - 1))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print(flush=True)


def measure(residents: int, weeks: int, repeats: int) -> list[str]:
    """One row of the table of times."""
    scenario, few = scenario_of(residents, weeks), plain_weeks(residents, weeks)
    setups, totals, plains, same = [], [], [], []
    for _ in range(repeats if residents <= REPEATED_LARGEST else 1):
        setup, total = time_ours(scenario)
        setups.append(setup)
        totals.append(total)
        if few:
            plains.append(time_plain(scenario, few) / residents / few * 1e9)
            setup, total = (setup, total) if few == weeks else time_ours(scenario_of(residents, few))
            same.append((total - setup) / residents / few * 1e9)
    ours = [(total - setup) / residents / weeks * 1e9 for setup, total in zip(setups, totals, strict=True)]
    tables, peak = memory_of(residents, weeks)
    ratio = f"{statistics.median(plains) / statistics.median(same):.0f}" if plains else "–"
    return [
        f"{residents:,}",
        str(spread([1000.0 * setup for setup in setups])),
        f"{statistics.median(totals):,.2f}",
        str(spread(ours)),
        str(spread(plains)) if plains else "does not end in a minute",
        str(few) if few else "–",
        ratio,
        f"{tables:,.0f}",
        f"{peak:,.0f}",
    ]


def main() -> None:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="RESIDENTS")
    parser.add_argument("--weeks", type=int, default=WEEKS)
    parser.add_argument("--quick", action="store_true", help="2,000 residents only, some 60 seconds")
    parser.add_argument("--memory-of", type=int, metavar="RESIDENTS", help=argparse.SUPPRESS)
    parser.add_argument("--plain-of", type=int, metavar="RESIDENTS", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.plain_of:
        print_plain(asked.plain_of, asked.weeks)
        return
    if asked.memory_of:
        print_memory(asked.memory_of, asked.weeks)
        return
    sizes, weeks = (SIZES[:1] if asked.quick else asked.sizes), asked.weeks
    sim.warm_cache()
    time_ours(scenario_of(2_000, 14))
    time_plain(scenario_of(500, 14), 14)

    print(f"{cpu_model()}, one core, Python {platform.python_version()}, {weeks} weeks; median (least–most) of runs\n")
    head = ["residents", "set-up, ms", f"{weeks} weeks with set-up, s", "ours, ns by resident-week"]
    head += [
        "plain Mesa, ns",
        "its weeks",
        "ratio in these weeks",
        "tables, B by resident",
        "rise of peak, B by resident",
    ]
    print_table(head, [measure(size, weeks, REPEATS) for size in sizes])

    print(without_compiler(min(sizes), weeks) if min(sizes) <= PLAIN_PYTHON_LARGEST else "")

    shown = {size: profile(size, min(weeks, PROFILE_WEEKS)) for size in sizes}
    rows = []
    for name in max(shown.values(), key=len):
        values = [(shown[size].get(name, 0.0), sum(shown[size].values())) for size in sizes]
        rows.append([name, *(f"{value:.0f} ({value / whole:.0%})" for value, whole in values)])
    rows.append(["all", *(f"{sum(shown[size].values()):.0f}" for size in sizes)])
    print(f"Nanoseconds by resident-week and process over {min(weeks, PROFILE_WEEKS)} weeks (share of the week)\n")
    print_table(["process", *(f"{size:,}" for size in sizes)], rows)


if __name__ == "__main__":
    main()
