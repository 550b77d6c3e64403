"""What actions on studies share: finding a study and its folder, how runs are made, and the words at the end."""

from __future__ import annotations

import argparse
import logging
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.text import text
from experiments.verbs import RESULTS, WITH_FAILURES

if TYPE_CHECKING:
    from experiments.engine import Engine
    from experiments.run import How
    from experiments.store import Store
    from experiments.study import Study

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
    verb.options.add_argument("--reuse", metavar="FOLDER", nargs="+", default=[], help=text(language, "study.reuse"))


def code_option(verb: Any, language: str) -> None:
    """Whether runs of other code may stand beside those of this one."""
    verb.options.add_argument("--allow-code-change", action="store_true", help=text(language, "study.code_change"))


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
    shard = shard_asked(asked)
    return whole_folder(study, asked).with_name(f"{whole_folder(study, asked).name}{_shard_suffix(shard)}")


def whole_folder(study: Study, asked: argparse.Namespace) -> Path:
    """Folder that a study goes to where it is not cut into parts."""
    return RESULTS / f"{study.name}{'_quick' if asked.quick else ''}"


def shard_asked(asked: argparse.Namespace) -> tuple[int, int] | None:
    """Part and number of parts that were asked for."""
    from experiments.verbs.values import shard_of

    return shard_of(asked.shard)


def _shard_suffix(shard: tuple[int, int] | None) -> str:
    return "" if shard is None else f".shard-{shard[0]}-of-{shard[1]}"


def store_asked(asked: argparse.Namespace) -> Store:
    """Open the folder that was named, by its path or by the name of its study.

    Raises
    ------
    InputError
        If there is none; with the nearest name of those that are in ``results``.
    """
    from experiments.store import Store
    from experiments.store.store import MANIFEST
    from sim.errors import InputError, closest

    named = Path(asked.study)
    by_name = RESULTS / str(asked.study).replace("-", "_")
    if named.is_dir():
        return Store.open(named)
    if by_name.is_dir():
        return Store.open(by_name)
    if named.is_file():
        raise InputError(f"{named}: is a file; name the study's folder, such as {RESULTS}/NAME")
    there = [one.parent.name for one in RESULTS.glob(f"*/{MANIFEST}")]
    known = closest(by_name.name, there) if there else "; make it with: rongzhi study run"
    raise InputError(f"{named}: no such folder, and no such study in {RESULTS}/{known}")


def engine_asked(asked: argparse.Namespace) -> Engine:
    """Engine of the options; one that cannot be reached is told here, before anything is written."""
    from experiments import engine
    from experiments.verbs.values import workers_of
    from sim.errors import InputError

    if asked.engine == "dask":
        if asked.scheduler is None:
            raise InputError("--engine dask: needs the address of its scheduler: --scheduler tcp://HOST:8786")
        if asked.workers is not None:
            raise InputError("--workers: belongs to --engine local; dask has the workers that joined its scheduler")
        found = engine.dask(asked.scheduler)
        found.make().shutdown()
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # the engine says in one line what it logs in fifty
        return found
    if asked.scheduler is not None:
        raise InputError(f"--scheduler: belongs to --engine dask, not to {asked.engine}")
    if asked.engine == "local":
        return engine.local(workers_of(asked))
    if asked.workers is not None:
        how_many = "has the ranks of its MPI job" if asked.engine == "mpi" else "runs one after the other"
        raise InputError(f"--workers: belongs to --engine local; {asked.engine} {how_many}")
    return engine.mpi() if asked.engine == "mpi" else engine.serial()


def how_asked(asked: argparse.Namespace, language: str) -> How:
    """How the options say that runs are made; all of them are checked here."""
    from experiments.run import How
    from experiments.verbs.values import positive_number, whole_number
    from sim.errors import InputError

    shard = shard_asked(asked)
    limit = None if asked.limit is None else whole_number("--limit", asked.limit, 1)
    timeout = None if asked.timeout is None else positive_number("--timeout", asked.timeout)
    if timeout is not None and asked.engine in ("serial", "mpi"):
        raise InputError(f"--timeout: engine {asked.engine} cannot stop a single run; take --engine local or dask")
    reuse = tuple(_study_folder(folder) for folder in asked.reuse)
    return How(engine=engine_asked(asked), timeout=timeout, shard=shard, limit=limit, reuse=reuse, language=language)


def _study_folder(folder: str) -> Path:
    """Folder of another study; raises where it is none."""
    from experiments.store import Store

    return Store.open(Path(folder)).folder


def make_and_tell(store: Store, how: How, retry: bool = False, merge: str = "") -> int:
    """Make the runs that a folder lacks, then its report; say how it ended.

    Parameters
    ----------
    store : Store
    how : How
    retry : bool
        Make those that failed again, too.
    merge : str
        Folders of the command that puts the parts together, where this is one.
    """
    from experiments import run
    from experiments.engine import draining

    language = how.language
    with draining(text(language, "study.draining")) as stop:
        end = run.make_runs(store, replace(how, stop=stop), retry)
    if end == run.INTERRUPTED:
        return interrupted(store, language)
    if end != run.UNFINISHED:
        return show(store, language)
    standing = run.Standing.of(store, run.plan_of(store))
    if how.shard is not None and merge and how.limit is None:
        part, parts = how.shard
        words = text(language, "study.shard_done", part=part, parts=parts, folder=store.folder, folders=merge)
    else:
        words = text(language, "study.unfinished", missing=f"{standing.missing:,}", folder=store.folder)
    print(words, file=sys.stderr)
    if not standing.failed:
        return COMPLETE
    print(text(language, "study.some_failed", failed=standing.failed, folder=store.folder), file=sys.stderr)
    return WITH_FAILURES


def interrupted(store: Store, language: str) -> int:
    """Say that what was done is kept."""
    print(text(language, "study.interrupted", folder=store.folder), file=sys.stderr)
    return INTERRUPTED


def show(store: Store, language: str) -> int:
    """Analyse a finished study: tables, figures and report into its folder, the page to the screen."""
    try:
        return _shown(store, language)
    except KeyboardInterrupt:  # all runs are there; what is written of them is written again
        return interrupted(store, language)


def _shown(store: Store, language: str) -> int:
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
    refused = write_study(result, store.folder, language)
    print(to_terminal(page_of(result, language)))
    for name, message in refused.items():
        print(text(language, "study.incomplete", analysis=name, message=message), file=sys.stderr)
    print("\n" + text(language, "study.written", folder=store.folder))
    hint = missing_font_hint(language)
    if hint:
        print(hint)
    for name, reason in refused.items():
        print(text(language, "study.incomplete", analysis=name, message=reason), file=sys.stderr)
    if not failed:
        return COMPLETE
    print(text(language, "study.failures", failed=failed, folder=store.folder), file=sys.stderr)
    return WITH_FAILURES


def duration(seconds: float, language: str) -> str:
    """Time in the largest unit that says it well."""
    for unit, size in (("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 1.5 * size:
            return text(language, f"study.{unit}", n=f"{seconds / size:.1f}")
    return text(language, "study.seconds", n=f"{seconds:.0f}")
