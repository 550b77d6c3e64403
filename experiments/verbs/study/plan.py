"""``rongzhi study plan``: how many runs a study takes, and about how long and how much disk, from a few pilot runs."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from experiments.text import text
from experiments.verbs.study.common import COMPLETE, duration, study_asked, study_options

if TYPE_CHECKING:
    from experiments.pilot import Estimate

PILOTS = 3


def options(verb: Any, language: str) -> None:
    """Add the options of the action."""
    study_options(verb, language)
    verb.options.add_argument("--pilots", metavar="N", help=text(language, "study.pilots"))
    verb.options.add_argument("--workers", metavar="N", help=text(language, "study.workers"))


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Count the runs, make the pilots and print the estimate; nothing is kept."""
    from experiments.engine import available_workers
    from experiments.pilot import estimate
    from experiments.plan import Plan
    from experiments.verbs.study.run import announced
    from experiments.verbs.values import whole_number, workers_of

    plan = Plan(study_asked(asked))
    pilots = PILOTS if asked.pilots is None else whole_number("--pilots", asked.pilots, 1)
    print(announced(plan, language), flush=True)
    print(told(estimate(plan, pilots, workers_of(asked) or available_workers()), language))
    return COMPLETE


def told(found: Estimate, language: str) -> str:
    """The estimate in sentences; both ends where the results decide how many runs are made."""
    least, most = found.least, found.most
    time = duration(found.seconds(least), language)
    megabytes = f"{found.bytes(least) / 1e6:,.1f}"
    if most == least:
        runs = text(language, "study.estimate_runs", runs=f"{least.runs:,}")
    else:
        runs = text(language, "study.estimate_range", runs=f"{least.runs:,}", most=f"{most.runs:,}")
        time = text(language, "study.from_to", low=time, high=duration(found.seconds(most), language))
        megabytes = text(language, "study.from_to", low=megabytes, high=f"{found.bytes(most) / 1e6:,.1f}")
    lines = [
        runs,
        text(
            language,
            "study.estimate_time",
            pilots=found.pilots,
            start=f"{found.start_seconds:.1f}",
            seconds=f"{found.run_seconds:.3f}",
            warm=f"{found.warm_seconds:.3f}",
            workers=found.workers,
            time=time,
        ),
        text(language, "study.estimate_disk", kilobytes=f"{found.run_bytes / 1e3:.1f}", megabytes=megabytes),
    ]
    return "\n".join(lines)
