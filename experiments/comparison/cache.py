"""Runs of notebooks, kept in the user's cache: asking again reads them, asking for more makes only what is new.

Each comparison is a study folder of its own. Runs are named by what they compute, so that one folder takes from the
others of the same place whatever it needs. Nothing here is needed for a result: what is broken is made again.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from experiments.engine import EngineLostError
from experiments.plan import Plan, digest
from experiments.result import StudyResult
from experiments.run import (
    INTERRUPTED,
    How,
    Standing,
    StudyFailedError,
    StudyInterruptedError,
    first_failure,
    make_runs,
)
from experiments.store import Store
from experiments.store.lock import holder
from experiments.study import Study
from experiments.study_folder import open_folder, scratch_folder, study_hash
from sim.compiled import _cache_folder
from sim.errors import InputError

MOST_FOLDERS = 64  # comparisons that are kept; those used longest ago go first
MOST_SOURCES = 16  # other comparisons of the place that are looked through for runs
_NAME = re.compile(r"[0-9a-f]{16}-[0-9a-f]{16}")

Where = str | os.PathLike[str] | bool | None


def cache_home(where: Where = None) -> Path | None:
    """Folder that holds comparisons: by default in the user's cache (``RONGZHI_CACHE``); None for no cache.

    Raises
    ------
    InputError
        If something else than a folder stands there.
    """
    if where is False:
        return None
    if where is None or where is True:
        parent = _cache_folder().parent
        return (parent if parent.name.startswith("rongzhi") else _cache_folder()) / "comparisons"
    if not where or not isinstance(where, str | os.PathLike):
        raise InputError(f"cache: must be a folder, True or False, got {where!r}")
    home = Path(where)
    if home.exists() and not home.is_dir():
        raise InputError(f"cache: {home} is a file; give a folder, or False for none")
    return home


def clear_cache(where: Where = None) -> int:
    """Remove all comparisons that are kept, but for those that are being made, and return how many there were."""
    home = cache_home(where)
    folders = _folders(home) if home is not None else []
    return sum(_removed(folder) for folder in folders)


class Found(NamedTuple):
    """Result of a study, how many runs had to be made for it, and tables beside its runs that were asked for."""

    result: StudyResult
    made: int
    tables: dict[str, pd.DataFrame]


def result_of(study: Study, how: How, where: Where = None, tables: Sequence[str] = ()) -> Found:
    """Result of a study; ``tables`` are read beside it.

    Raises
    ------
    StudyFailedError
        If every replication has a failed run.
    StudyInterruptedError
        If it was interrupted; what is done is kept, unless there is no cache.
    """
    home = cache_home(where)
    if home is None:
        return _in_scratch(study, how, [], tables)
    plan = Plan(study)
    past = digest([plan.place_json, plan.code, study.seed])
    folder = home / f"{past}-{study_hash(study)}"
    others = [one for one in _newest(home) if one.name.startswith(past) and one != folder]
    sources = [one for one in others if _can_be_read(one)][:MOST_SOURCES]
    _made_ready(home, asked=isinstance(where, str | os.PathLike))
    with contextlib.suppress(OSError):
        if folder.exists():
            os.utime(folder)
    # Somebody else may be writing to the folder; what it has so far can be read.
    first = (_in_scratch, [folder, *sources]) if holder(folder) else (_in_folder, sources)
    for make, reuse in (first, (_in_folder, [])):
        try:
            return make(study, how, reuse, tables, folder)
        except (StudyFailedError, StudyInterruptedError, EngineLostError):
            raise
        except Exception:  # noqa: BLE001  (whatever is wrong with what was kept, the runs can be made again)
            if not holder(folder):
                shutil.rmtree(folder, ignore_errors=True)
    return _in_scratch(study, how, [], tables)


def _made_ready(home: Path, asked: bool) -> None:
    """Make the folder; where it was asked for and cannot be written, say so rather than keep nothing."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        if asked:
            with tempfile.TemporaryFile(dir=home):
                pass
    except OSError as error:
        if asked:
            raise InputError(f"cache: {home}: cannot be written ({error.strerror}); False keeps nothing") from None


def _in_scratch(study: Study, how: How, reuse: Sequence[Path], tables: Sequence[str], _: Path | None = None) -> Found:
    with scratch_folder() as folder:
        return _made(study, folder, replace(how, reuse=tuple(reuse)), tables)


def _in_folder(study: Study, how: How, reuse: Sequence[Path], tables: Sequence[str], folder: Path) -> Found:
    found = _made(study, folder, replace(how, reuse=tuple(reuse)), tables)
    _trim(folder)
    return found


def _made(study: Study, folder: Path, how: How, tables: Sequence[str]) -> Found:
    store = open_folder(study, folder)
    standing, before = Standing.of(store, Plan(study)), set(store.sessions())
    if standing.missing or standing.undecided:
        if make_runs(store, how) == INTERRUPTED:
            raise StudyInterruptedError
        store = Store.open(folder)
    result = StudyResult.load(folder)
    if not result.replications:
        raise StudyFailedError(first_failure(store))
    counts = [one.get("runs", {}) for number, one in store.sessions().items() if number not in before]
    made = sum(number for one in counts for status, number in one.items() if status != "reused")
    return Found(result, made, {name: store.table(name) for name in tables})


def _can_be_read(folder: Path) -> bool:
    try:
        Store.open(folder).runs()
    except Exception:  # noqa: BLE001  (it is only looked at for what it may have)
        return False
    return True


def _folders(home: Path) -> list[Path]:
    """Comparisons in a folder; whatever else stands there is not ours."""
    with contextlib.suppress(OSError):
        return [one for one in home.iterdir() if _NAME.fullmatch(one.name) and one.is_dir()]
    return []


def _newest(home: Path) -> list[Path]:
    """Comparisons, the one used last first."""

    def used(folder: Path) -> float:
        with contextlib.suppress(OSError):
            return folder.stat().st_mtime
        return 0.0

    return sorted(_folders(home), key=used, reverse=True)


def _trim(own: Path) -> None:
    for folder in _newest(own.parent)[MOST_FOLDERS:]:
        if folder != own:
            _removed(folder)


def _removed(folder: Path) -> bool:
    if holder(folder):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()
