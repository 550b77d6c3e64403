"""``rongzhi calibrate``: uncertain numbers moved, within their ranges, nearer to the fitted patterns."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from experiments.text import text

RESULTS = Path("results") / "calibration"
LEAST = {"points": 1, "sweeps": 0, "replications": 1, "residents": 10, "seed": 0}


def add(verbs: Any, language: str) -> None:
    """Add the verb to the command line."""
    words = text(language, "calibrate.help")
    verb = verbs.add_parser("calibrate", help=words, description=words)
    verb.options.add_argument("--points", metavar="N", help=text(language, "calibrate.points"))
    verb.options.add_argument("--sweeps", metavar="N", help=text(language, "calibrate.sweeps"))
    verb.options.add_argument("--replications", metavar="R", help=text(language, "calibrate.replications"))
    verb.options.add_argument("--residents", metavar="N", help=text(language, "verify.residents"))
    verb.options.add_argument("--seed", metavar="S", help=text(language, "calibrate.seed"))
    verb.options.add_argument("--workers", metavar="N", help=text(language, "study.workers"))
    verb.options.add_argument("--out", metavar="DIR", help=text(language, "calibrate.out"))
    verb.options.add_argument("--overwrite", action="store_true", help=text(language, "help.overwrite"))
    verb.set_defaults(carry_out=carry_out, complain=verb.error)


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Calibrate, write the results folder and print what moved."""
    from experiments.engine import available_workers
    from experiments.folder import check_free, results_folder
    from experiments.page import to_terminal
    from experiments.patterns.calibration import calibrate, most_runs, plan_of
    from experiments.patterns.page import calibration_page, write_calibration
    from experiments.progress import Progress
    from experiments.verbs.values import whole_numbers, workers_of

    plan = plan_of(whole_numbers(asked, LEAST))
    workers = workers_of(asked) or available_workers()
    out = RESULTS if asked.out is None else Path(asked.out)
    kind = "calibration", "status quo"
    check_free(out, *kind, asked.overwrite)
    with Progress(most_runs(plan), language) as counted:
        done = calibrate(plan, workers=workers, tell=counted)
    with results_folder(out, *kind, asked.overwrite) as folder:
        write_calibration(done, folder, language)
    print(to_terminal(calibration_page(done, language)))
    print("\n" + text(language, "run.written", folder=out))
    return 0
