"""Whether every byte of a study folder is as it was written, and which runs are concerned where one is not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.store.files import StoreError, explained, seal_of, sync_folder
from experiments.store.journal import JOURNAL, read_journal
from experiments.store.lock import locked
from experiments.store.parts import part_name, part_numbers, part_path, read_part, table_folder
from experiments.store.schema import RUN_ID, RUNS

if TYPE_CHECKING:
    from experiments.store.store import Store

QUARANTINE = "quarantine"


@dataclass(frozen=True)
class Problem:
    """Something that is not as it was written.

    Attributes
    ----------
    file : str
        Path in the study folder.
    what : str
    run_ids : tuple of str
        Runs concerned. Empty if it concerns none, or if none can be read: those runs are then among the ones that
        are missing once the part is in quarantine.
    part : int, optional
        Number of the part, for a part.
    """

    file: str
    what: str
    run_ids: tuple[str, ...] = ()
    part: int | None = None

    def __str__(self) -> str:
        runs = f"; runs concerned: {', '.join(self.run_ids)}" if self.run_ids else ""
        return f"{self.file}: {self.what}{runs}"


def check(store: Store, quarantine: bool = False) -> list[Problem]:
    """Read every byte of a study folder.

    Parameters
    ----------
    store : Store
    quarantine : bool
        Move damaged parts, with the other parts of the same number, to ``quarantine/``: their runs then count as
        not made, and are made again by the next run of the study. Takes the lock.

    Returns
    -------
    list of Problem
        Empty if all is well.

    Raises
    ------
    InputError
        With ``quarantine``, if another coordinator writes.
    """
    problems = [*_check_texts(store), *_check_journal(store), *check_parts(store)]
    damaged = sorted({problem.part for problem in problems if problem.part is not None})
    if quarantine and damaged:
        with locked(store.folder), explained(store.folder):
            for number in damaged:
                _take_out(store, number)
    return problems


def check_parts(store: Store) -> list[Problem]:
    """Problems of the parts alone."""
    missing = [name for name in store.schemas if not table_folder(store.folder, name).is_dir()]
    if missing:
        return [Problem(name, "is missing") for name in missing]
    problems = []
    for number in part_numbers(store.folder, RUNS):
        path = part_path(store.folder, RUNS, number)
        try:
            whole = seal_of(path.read_bytes()) is not None
        except FileNotFoundError:  # a compaction moved it
            continue
        if not whole:
            problems.append(_problem(store, number, RUNS, "was changed since it was written"))
            continue
        for name, seal in read_part(path, [])[1].tables.items():
            side = part_path(store.folder, name, number)
            found = seal_of(side.read_bytes()) if side.exists() else ""
            if found != seal and path.exists():
                what = (
                    "is missing"
                    if found == ""
                    else "was changed since it was written"
                    if found is None
                    else "is not the one that was written with its runs"
                )
                problems.append(_problem(store, number, name, what))
    return problems


def _problem(store: Store, number: int, table: str, what: str) -> Problem:
    for name in (RUNS, *store.sides.schemas):
        try:
            ids = read_part(part_path(store.folder, name, number), [RUN_ID])[0][RUN_ID].unique().to_pylist()
        except (StoreError, FileNotFoundError):
            continue
        if ids:
            return Problem(part_name(table, number), what, tuple(sorted(ids)), number)
    return Problem(part_name(table, number), f"{what}, and the names of its runs cannot be read", (), number)


def _check_texts(store: Store) -> list[Problem]:
    problems = []
    for name, known in store.own["sha256"].items():
        path = store.folder / name
        if not path.is_file():
            problems.append(Problem(name, "is missing"))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != known:
            problems.append(Problem(name, "was changed since it was written"))
    sealed = [store.folder / "manifest.json", store.folder / "design.parquet"]
    sealed += sorted((store.folder / "sessions").glob("[0-9]*.json")) + sorted(
        (store.folder / "failures").glob("*.txt")
    )
    for path in sealed:
        name = path.relative_to(store.folder).as_posix()
        if not path.is_file():
            problems.append(Problem(name, "is missing"))
        elif seal_of(path.read_bytes()) is None:
            runs = (path.stem,) if path.suffix == ".txt" else ()
            problems.append(Problem(name, "was changed since it was written", runs))
    return problems


def _check_journal(store: Store) -> list[Problem]:
    journal = read_journal(store.folder / JOURNAL)
    if journal.damaged:  # or a commit cut it while it was read: then not a second time
        journal = read_journal(store.folder / JOURNAL)
    if not journal.damaged:
        return []
    return [Problem(JOURNAL, f"is damaged after byte {journal.length}: the runs after it are made again")]


def _take_out(store: Store, number: int) -> None:
    """Move a part away: its runs part first, so that none of its runs counts any more."""
    target = store.folder / QUARANTINE
    target.mkdir(exist_ok=True)
    for name in (RUNS, *store.sides.schemas):
        path = part_path(store.folder, name, number)
        if path.exists():
            path.replace(_free(target / f"{name}-{path.name}"))
            sync_folder(path.parent)


def _free(path: Path) -> Path:
    """``path``, or with a number behind it if it is taken."""
    taken, count = path, 1
    while taken.exists():
        count += 1
        taken = path.with_name(f"{path.stem}-{count}{path.suffix}")
    return taken
