"""Whether a calibration finds parameters again: how often its intervals hold the true ones, and what it costs."""

from __future__ import annotations

import argparse
from time import perf_counter

import pandas as pd

from experiments.calibration import coverage, prior_sample
from experiments.calibration.prior import Made
from experiments.engine import local
from sim import Scenario

PARAMETERS = [
    "needs.arrival",
    "routing.answer_hours",
    "participation.base_volunteer",
    "satisfaction.disconfirmation",
    "satisfaction.start_trust",
]
FEW, MANY = 20, 200  # cases

# What a survey of 300 and a ticket export tell, with errors of their usual size; coverage looks for no value.
TARGETS = pd.DataFrame(
    [
        {"outcome": "satisfied_surveyed", "value": 0.5, "n": 300},
        {"outcome": "participation_year", "community": "old_neighbourhood", "value": 0.5, "n": 300},
        {"outcome": "participation_year", "community": "resettlement", "value": 0.5, "n": 300},
        {"outcome": "active_volunteers", "value": 0.5, "n": 300},
        {"outcome": "fulfilment_known", "value": 0.5, "n": 250},
        {"outcome": "satisfaction", "value": 0.5, "low": 0.47, "high": 0.53},
        {"outcome": "satisfaction", "community": "resettlement", "value": 0.5, "low": 0.46, "high": 0.54},
        {"outcome": "trust", "value": 0.5, "low": 0.44, "high": 0.56},
        {"outcome": "days_to_resolve_median", "value": 100.0, "low": 92.0, "high": 108.0},
        {"outcome": "open_needs", "value": 500.0, "low": 450.0, "high": 550.0},
    ]
)


def main() -> None:
    """Run the prior sample and print Markdown: how often intervals hold the true parameters."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=800)
    asked.add_argument("--residents", type=int, default=400, help="of each of the two communities")
    asked.add_argument("--workers", type=int, default=2)
    given = asked.parse_args()
    kinds = ("old_neighbourhood", "resettlement")
    communities = [{"type": kind, "residents": given.residents} for kind in kinds]
    scenario = Scenario.from_dict({"communities": communities, "weeks": 52, "warmup": 52})
    start = perf_counter()
    sample = prior_sample(scenario, PARAMETERS, given.runs, made=Made(engine=local(given.workers), progress=False))
    seconds = perf_counter() - start
    print(f"{len(sample)} prior runs of 2 x {given.residents} residents: {seconds:.0f} s, {given.workers} workers\n")
    print("| cases | parameter | 50 % interval | 90 % | 95 % | width of 95 %, of the range |")
    print("|---:|---|---:|---:|---:|---:|")
    for cases in (FEW, MANY):
        start = perf_counter()
        found = coverage(scenario, TARGETS, PARAMETERS, cases, sample=sample)
        seconds = perf_counter() - start
        ranges = {one.name: one.high - one.low for one in sample.factors}
        found["width"] = (found["high"] - found["low"]) / found["parameter"].map(ranges)
        for name, part in [*found.groupby("parameter", sort=False), ("all", found)]:
            shares = " | ".join(f"{part[level].mean():.2f}" for level in ("in_50", "in_90", "in_95", "width"))
            print(f"| {cases} | {name} | {shares} |")
    print(f"\n{MANY} calibrations without a further run: {seconds:.0f} s")


if __name__ == "__main__":
    main()
