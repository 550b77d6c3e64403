"""Where the tables of a town stand: files of a folder, or sheets of a workbook."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from experiments.town import columns
from experiments.town.problems import Problems
from experiments.town.rows import Remark
from experiments.town.tables import EXCEL, open_workbook, read_table
from sim.errors import InputError

_FILES = (".csv", ".tsv", ".txt", ".xls", *EXCEL)
_LIKELY = 0.75  # likeness from which the name of a file is taken for a table's name with a slip of the pen

Reader = Callable[[], pd.DataFrame]


class _Found(NamedTuple):
    """A file or sheet that may be a table."""

    name: str  # without its ending
    shown: str
    read: Callable[[str], pd.DataFrame]  # from the name of the table


def read_tables(
    source: Path, encoding: str | None, problems: Problems, remarks: list[Remark]
) -> Mapping[str, pd.DataFrame]:
    """Tables of a town by name; what cannot be read goes to ``problems``.

    A file or sheet whose name is nearly a table's is a problem, one of another name is remarked.
    """
    readers: dict[str, _Found] = {}
    for one in _sheets(source) if source.is_file() else _files(source, encoding):
        table = _table_named(one.name)
        if table is None:
            _unread(one, source, problems, remarks)
        elif table in readers:
            problems.add(str(source), f"{readers[table].shown} and {one.shown} are both the table {table!r}; keep one")
        else:
            readers[table] = one
    frames = {}
    for table, one in readers.items():
        try:
            frames[table] = one.read(table)
        except InputError as error:
            problems.include(error)
    for table in columns.REQUIRED:
        if table not in readers:
            problems.add(
                str(source), f"the table {table!r} is missing; rongzhi init community FOLDER writes an example"
            )
    return frames


def _files(folder: Path, encoding: str | None) -> Iterable[_Found]:
    """Files of a folder that may be tables; if there is nothing but one workbook, its sheets."""
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder or workbook; rongzhi init community FOLDER writes one to fill in")
    paths = [
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in _FILES and not path.name.startswith(("~$", ".")) and path.stem != "README"
    ]
    if len(paths) == 1 and paths[0].suffix.lower() in EXCEL and _table_named(paths[0].stem) is None:
        return _sheets(paths[0])

    def read(path: Path, table: str) -> pd.DataFrame:
        return read_table(path, encoding=encoding, known=columns.headings(table))

    return [_Found(path.stem, path.name, partial(read, path)) for path in paths]


def _sheets(path: Path) -> Iterable[_Found]:
    """Sheets of a workbook that hold something."""
    if path.suffix.lower() not in EXCEL:
        hint = {".csv": "; give the folder in which it stands", ".xls": "; save it as .xlsx"}
        words = "must be a folder of tables or an .xlsx workbook"
        raise InputError(f"{path}: {words}{hint.get(path.suffix.lower(), '')}")
    with open_workbook(path) as book:
        sheets = [sheet for sheet in book.sheets if not book.is_blank(sheet)]
    return [_Found(sheet, f"sheet {sheet!r}", partial(_sheet, path, sheet)) for sheet in sheets]


def _sheet(path: Path, sheet: str, _table: str) -> pd.DataFrame:
    return read_table(path, sheet)


def _table_named(words: str) -> str | None:
    """Table of a file or sheet, by its English name or its label in any language."""
    names = columns.table_names()
    return next((table for table, known in names.items() if columns.bare(words) in known), None)


def _unread(one: _Found, source: Path, problems: Problems, remarks: list[Remark]) -> None:
    names = [name for known in columns.table_names().values() for name in known]
    near = difflib.get_close_matches(columns.bare(one.name), names, n=1, cutoff=_LIKELY)
    if near:
        problems.add(str(source), f"{one.shown} is no table of a town; did you mean {near[0]!r}?")
    else:
        remarks.append(Remark("unread", {"name": one.shown}))
