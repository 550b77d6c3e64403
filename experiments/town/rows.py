"""Rows of a town's tables: each cell read, each wrong one told."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from experiments.text import text
from experiments.town import columns
from experiments.town.personal import PERSONAL_CELLS, personal_columns
from experiments.town.problems import Problems
from sim.errors import closest


class Row(NamedTuple):
    """A row of a table.

    Attributes
    ----------
    file : str
    number : int
        As Excel counts.
    cells : dict of str to Any
        Values by column; None where the cell is empty.
    heads : dict of str to str
        Headings as the file has them, by column.
    """

    file: str
    number: int
    cells: dict[str, Any]
    heads: dict[str, str]


class Remark(NamedTuple):
    """Something read otherwise than it stands there, or that does not quite fit.

    Attributes
    ----------
    id : str
        Of the text ``town.remark.<id>``.
    told : dict of str to Any
        What fills the text.
    """

    id: str
    told: dict[str, Any]

    def words(self, language: str) -> str:
        """The remark in a language."""
        return text(language, f"town.remark.{self.id}", **self.told)


_SEVERAL = {"date": "rows", "encoding": "files"}  # fields of remarks that may name several things at once


def together(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Remarks in order, those that differ only in which rows or files they speak of made one."""
    found: dict[Hashable, Remark] = {}
    for one in remarks:
        several = _SEVERAL.get(one.id)
        key = (one.id, *((name, value) for name, value in one.told.items() if name != several))
        if several is not None and key in found:
            joined = f"{found[key].told[several]}, {one.told[several]}"
            found[key] = Remark(one.id, one.told | {several: joined})
        else:
            found[key] = one
    return tuple(found.values())


def read_rows(table: str, frame: pd.DataFrame, problems: Problems, remarks: list[Remark]) -> list[Row]:
    """Read a table; what is wrong goes to ``problems``, what was put right to ``remarks``."""
    file = str(frame.attrs.get("file", table))
    heads = _heads(table, frame, file, problems)
    asked = columns.tables()[table]
    missing = [column for column in asked if column.required and column.name not in heads]
    for column in missing:
        labels = " / ".join(dict.fromkeys(column.labels.values()))
        problems.add(file, f"column {column.name!r} ({labels}) is missing")
    if not len(frame) and table in columns.REQUIRED:
        problems.add(file, "has headings but no rows")
    if missing:
        return []
    return [
        _row(asked, heads, number, cells, file, problems, remarks)
        for number, cells in zip(frame.index, frame.to_dict("records"), strict=True)
    ]


def _heads(table: str, frame: pd.DataFrame, file: str, problems: Problems) -> dict[str, str]:
    """Headings of a table by the column that they mean."""
    heads: dict[str, str] = {}
    # A column that a town's table has, such as an organisation's name, is no personal one.
    unknown = [head for head in map(str, frame.columns) if columns.column_named(table, head) is None]
    personal = personal_columns(unknown)
    for head in map(str, frame.columns):
        name = columns.column_named(table, head)
        if head in personal:
            problems.add(
                file,
                "looks like personal data (name, identity number, telephone, address or birthday of a person), which "
                "must not be given; delete the column and give counts only",
                column=head,
            )
        elif name is None:
            labels = [label for column in columns.tables()[table] for label in column.labels.values()]
            names = [column.name for column in columns.tables()[table]]
            hint = closest(head, [*names, *labels])
            problems.add(file, f"unknown column{hint if 'did you mean' in hint else closest(head, names)}", column=head)
        elif name in heads:
            problems.add(file, f"means the same as column {heads[name]!r}", column=head)
        else:
            heads[name] = head
    return heads


def _row(
    asked: Sequence[columns.Column],
    heads: dict[str, str],
    number: int,
    cells: dict[str, Any],
    file: str,
    problems: Problems,
    remarks: list[Remark],
) -> Row:
    values: dict[str, Any] = {}
    for column in asked:
        words = str(cells.get(heads.get(column.name, ""), "") or "")
        value = None
        kind = next((kind for kind, looks in PERSONAL_CELLS.items() if looks(words)), "") if column.free else ""
        if kind:
            words = f"looks like personal data ({kind}), which must not be given; name the community, building or unit"
            problems.add(file, words, number, heads[column.name])
            value = _WRONG
        elif words:
            try:
                value = column.read(words)
            except ValueError as error:
                unknown = not column.required and not any(map(str.isdigit, words)) and not column.choices
                hint = "; leave the cell empty where it is not known" if unknown else ""
                problems.add(file, f"{error}{hint}", number, heads[column.name])
                value = _WRONG
        elif column.required:
            merged = "; in merged cells only the first counts: write it in every row" if column.name in _MERGED else ""
            problems.add(file, f"is empty, but every row needs it{merged}", number, heads[column.name])
            value = _WRONG
        values[column.name] = value
    if isinstance(values.get("band"), tuple):
        values["band"], written = values["band"]
        if written:
            told = {"file": Path(file).name, "rows": number, "written": written, "band": values["band"]}
            remarks.append(Remark("date", told))
    return Row(file, number, values, heads)


_MERGED = ("community", "margin")
_WRONG = object()  # a value that has been complained of: checks of whole rows leave its row out


def is_right(row: Row) -> bool:
    """Whether every cell of a row could be read."""
    return not any(value is _WRONG for value in row.cells.values())
