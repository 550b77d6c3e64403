"""How long it takes to begin: help, import, the first run of an installation, and the first run of a process."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

REPEATS = 5
ONE_RUN = "import sim; sim.run(sim.Scenario(weeks=52, warmup=0))"


def seconds(command: list[str], cache: str | None = None) -> float:
    """Wall seconds of a process; ``cache`` is the folder of compiled kernels."""
    environment = os.environ | ({"RONGZHI_CACHE": cache} if cache else {})
    start = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return perf_counter() - start


def main() -> None:
    """Measure and print Markdown."""
    script = shutil.which("rongzhi", path=str(Path(sys.executable).parent))
    help_command = [script, "--help"] if script else [sys.executable, "-m", "experiments", "--help"]
    python = [sys.executable, "-c"]
    with tempfile.TemporaryDirectory() as cache:
        cold = seconds([*python, ONE_RUN], cache)
        rows = {
            "`python -c pass`": [seconds([*python, "pass"]) for _ in range(REPEATS)],
            "`rongzhi --help`": [seconds(help_command) for _ in range(REPEATS)],
            "`import sim`": [seconds([*python, "import sim"], cache) for _ in range(REPEATS)],
            "5,000 residents × 52 weeks, first run of an installation (compiles)": [cold],
            "the same, later processes": [seconds([*python, ONE_RUN], cache) for _ in range(REPEATS)],
        }
    print("| what | seconds, median (least–most) |")
    print("|---|---:|")
    for name, taken in rows.items():
        several = f" ({min(taken):.2f}–{max(taken):.2f})" if len(taken) > 1 else ""
        print(f"| {name} | {statistics.median(taken):.2f}{several} |")


if __name__ == "__main__":
    main()
