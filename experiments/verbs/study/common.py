"""What actions on studies share: finding a study and its folder, how runs are made, and the words at the end."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.text import text
from experiments.verbs import WITH_FAILURES

if TYPE_CHECKING:
    from experiments.engine import Engine, Stop
    from experiments.run import How
    from experiments.store import Store
    from experiments.study import Study

RESULTS = Path("results")
ENGINES = ("local", "serial", "dask", "mpi")
COMPLETE, INTERRUPTED = 0, 130


def study_options(verb: Any, language: str) -> None:
    """Which study, and what of it is changed."""
    verb.arguments.add_argument("study", metavar="NAME|FILE.toml", help=text(language, "study.name"))
    verb.options.add_argument("--replications", metavar="R", help=text(language, "study.replications"))
    verb.options.add_argument("--seed", metavar="S", help=text(language, "study.seed"))
    verb.options.add_argument(
        "--across", metavar="NAME=DOSE", nargs="+", action="extend", default=[], help=text(language, "study.across")
    )
    verb.options.add_argument("--quick", action="store_true", help=text(language, "study.quick"))


def engine_options(verb: Any, language: str) -> None:
    """Where and how runs are made."""
    verb.options.add_argument("--workers", metavar="N", help=text(language, "study.workers"))
    verb.options.add_argument("--engine", choices=ENGINES, default="local", help=text(language, "study.engine"))
    verb.options.add_argument("--scheduler", metavar="tcp://HOST:PORT", help=text(language, "study.scheduler"))
    verb.options.add_argument("--timeout", metavar="SECONDS", help=text(language, "study.timeout"))
    verb.options.add_argument("--shard", metavar="I/N", help=text(language, "study.shard"))
    verb.options.add_argument("--limit", metavar="N", help=text(language, "study.limit"))


def folder_option(verb: Any, language: str) -> None:
    """The folder of a study, or its name where it is where studies go by default."""
    verb.arguments.add_argument("study", metavar="FOLDER|NAME", help=text(language, "study.folder"))


def study_asked(asked: argparse.Namespace) -> Study:
    """Study of the file, changed as the options say."""
    from experiments.study import load_study
    from experiments.verbs.values import doses, whole_numbers

    study = load_study(asked.study)
    if asked.quick:
        study = study.quick_version()
    changes: dict[str, Any] = dict(whole_numbers(asked, {"replications": 1, "seed": 0}))
    if asked.across:
        changes["across"] = {**study.across, **doses(asked.across, "--across")}
    return study.replace(**changes) if changes else study


def folder_of(study: Study, asked: argparse.Namespace) -> Path:
    """Folder that a study goes to."""
    if asked.out is not None:
        return Path(asked.out)
    quick = "_quick" if asked.quick else ""
    return RESULTS / f"{study.name}{quick}{_shard_suffix(asked)}"


def _shard_suffix(asked: argparse.Namespace) -> str:
    from experiments.verbs.values import shard_of

    shard = shard_of(getattr(asked, "shard", None))
    return "" if shard is None else f".shard-{shard[0]}-of-{shard[1]}"


def store_asked(asked: argparse.Namespace) -> Store:
    """Open the folder that was named, by its path or by the name of its study."""
    from experiments.store import Store

    by_name = RESULTS / str(asked.study).replace("-", "_")
    return Store.open(by_name if not Path(asked.study).exists() and by_name.exists() else Path(asked.study))


def engine_asked(asked: argparse.Namespace) -> Engine:
    """Engine of the options."""
    from experiments import engine
    from experiments.verbs.values import workers_of
    from sim.errors import InputError

    if asked.engine == "dask":
        if asked.scheduler is None:
            raise InputError("--engine dask: needs the address of its scheduler: --scheduler tcp://HOST:8786")
        return engine.dask(asked.scheduler)
    if asked.scheduler is not None:
        raise InputError(f"--scheduler: belongs to --engine dask, not to {asked.engine}")
    if asked.engine == "local":
        return engine.local(workers_of(asked))
    if asked.workers is not None:
        raise InputError(f"--workers: belongs to --engine local; {asked.engine} has its own number")
    return engine.mpi() if asked.engine == "mpi" else engine.serial()


def how_asked(asked: argparse.Namespace, language: str, stop: Stop) -> How:
    """How the options say that runs are made."""
    from experiments.run import How
    from experiments.verbs.values import positive_number, shard_of, whole_number

    return How(
        engine=engine_asked(asked),
        timeout=None if asked.timeout is None else positive_number("--timeout", asked.timeout),
        shard=shard_of(asked.shard),
        limit=None if asked.limit is None else whole_number("--limit", asked.limit, 1),
        language=language,
        stop=stop,
    )


def make_and_tell(store: Store, asked: argparse.Namespace, language: str, retry: bool = False) -> int:
    """Make the runs that a folder lacks, then its report; say how it ended."""
    from experiments import run
    from experiments.engine import draining

    with draining(text(language, "study.draining")) as stop:
        end = run.make_runs(store, how_asked(asked, language, stop), retry)
    if end == run.INTERRUPTED:
        print(text(language, "study.interrupted", folder=store.folder), file=sys.stderr)
        return INTERRUPTED
    if end == run.UNFINISHED:
        standing = run.Standing.of(store, run.plan_of(store))
        words = text(language, "study.unfinished", missing=f"{standing.missing:,}", folder=store.folder)
        print(words, file=sys.stderr)
        return COMPLETE
    return show(store, language)


def show(store: Store, language: str) -> int:
    """Analyse a finished study: tables, figures and report into its folder, the page to the screen."""
    from experiments.page import to_terminal
    from experiments.pages import page_of
    from experiments.plots.style import missing_font_hint
    from experiments.report import write_study
    from experiments.result import StudyResult
    from experiments.run import first_failure

    result = StudyResult.load(store.folder)
    failed = len(result.failures)
    if not result.replications:
        first = first_failure(store)
        print(text(language, "study.failed", failed=failed, first=first), file=sys.stderr)
        return WITH_FAILURES
    write_study(result, store.folder, language)
    print(to_terminal(page_of(result, language)))
    print("\n" + text(language, "study.written", folder=store.folder))
    hint = missing_font_hint(language)
    if hint:
        print(hint)
    if not failed:
        return COMPLETE
    print(text(language, "study.failures", failed=failed, folder=store.folder), file=sys.stderr)
    return WITH_FAILURES
