"""``rongzhi study run``: all designs of a study, its answer on the screen and in a results folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.text import text
from experiments.verbs import WITH_FAILURES

if TYPE_CHECKING:
    from experiments.study import Study

RESULTS = Path("results")


def add(verbs: Any, language: str) -> None:
    """Add the verb to the command line."""
    study = verbs.add_parser("study", help=text(language, "study.help"), description=text(language, "study.help"))
    actions = study.add_subparsers(
        title=text(language, "help.verbs"), dest="action", required=True, metavar=text(language, "help.verb")
    )
    verb = actions.add_parser("run", help=text(language, "study.run"), description=text(language, "study.run"))
    verb.arguments.add_argument("study", metavar="NAME|FILE.toml", help=text(language, "study.name"))
    verb.options.add_argument("--out", metavar="DIR", help=text(language, "study.out"))
    verb.options.add_argument("--workers", metavar="N", help=text(language, "study.workers"))
    verb.options.add_argument("--replications", metavar="R", help=text(language, "study.replications"))
    verb.options.add_argument("--seed", metavar="S", help=text(language, "study.seed"))
    verb.options.add_argument(
        "--across", metavar="NAME=DOSE", nargs="+", action="extend", default=[], help=text(language, "study.across")
    )
    verb.options.add_argument("--quick", action="store_true", help=text(language, "study.quick"))
    verb.options.add_argument("--overwrite", action="store_true", help=text(language, "help.overwrite"))
    verb.set_defaults(carry_out=carry_out, complain=verb.error)


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Run the study, write its results folder and print its page."""
    from experiments.folder import check_free
    from experiments.run import StudyFailedError, run_study
    from experiments.verbs.values import workers_of

    study = _study(asked)
    workers = workers_of(asked)
    out = Path(asked.out) if asked.out is not None else RESULTS / study.name
    check_free(out, "study", study.name, asked.overwrite)
    _announce(study, out, language)
    try:
        result = run_study(study, out, workers, language=language, overwrite=asked.overwrite)
    except StudyFailedError as error:
        print(text(language, "study.failed", failed=len(error.failures), first=error), file=sys.stderr)
        return WITH_FAILURES
    return _show(result, out, language)


def _study(asked: argparse.Namespace) -> Study:
    """Study of the file, changed as the options say."""
    from experiments.study import load_study
    from experiments.verbs.values import doses, whole_numbers

    study = load_study(asked.study)
    if asked.quick:
        study = study.quick_version()
    changes: dict[str, Any] = dict(whole_numbers(asked, {"replications": 2, "seed": 0}))
    if asked.across:
        changes["across"] = {**study.across, **doses(asked.across, "--across")}
    return study.replace(**changes)


def _announce(study: Study, out: Path, language: str) -> None:
    words = text(
        language,
        "study.announce",
        title=study.title[language],
        designs=len(study.masks()),
        replications=study.replications,
        runs=f"{len(study.masks()) * study.replications:,}",
        residents=f"{study.place().residents:,}",
        weeks=study.place().weeks,
        folder=out,
    )
    print(words, file=sys.stderr, flush=True)


def _show(result: Any, out: Path, language: str) -> int:
    from experiments.page import to_terminal
    from experiments.plots.style import missing_font_hint
    from experiments.summary import study_page

    print(to_terminal(study_page(result, language)))
    print("\n" + text(language, "study.written", folder=out, seconds=f"{result.seconds:.0f}", workers=result.workers))
    hint = missing_font_hint(language)
    if hint:
        print(hint)
    if not result.failures:
        return 0
    print(text(language, "study.failures", failed=len(result.failures), folder=out), file=sys.stderr)
    return WITH_FAILURES
