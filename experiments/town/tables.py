"""Tables as people keep them, CSV in any of the usual encodings or Excel, read as text with Excel's row numbers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

import pandas as pd

from experiments.town import columns
from experiments.town.encodings import decoded
from experiments.town.problems import Problems
from sim.errors import InputError, closest

_SEPARATORS = (",", ";", "\t", "，")
EXCEL = (".xlsx", ".xlsm")
EXCEL_CELLS = "Excel"  # what stands for an encoding where cells come from a workbook
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # first bytes of .xlsx, and of .xls or a workbook with a password


def read_table(
    path: str | Path, sheet: str | None = None, *, encoding: str | None = None, known: Iterable[str] | None = None
) -> pd.DataFrame:
    """Read a table whose first row holds headings.

    Parameters
    ----------
    path : str or Path
        ``.xlsx``, or text with commas, semicolons or tabs in UTF-8, UTF-16 with BOM, GB18030 (GBK) or Big5.
    sheet : str, optional
        Sheet of a workbook; by default the first.
    encoding : str, optional
        Encoding of a text file, where it cannot be told.
    known : iterable of str, optional
        Headings to expect, which help to tell encoding and separator; by default those of a town's tables.

    Returns
    -------
    pandas.DataFrame
        Stripped strings, ``""`` for an empty cell; the index ``row`` counts as Excel does. Empty rows and columns are
        left out. ``attrs`` says the ``file`` and its ``encoding``.

    Raises
    ------
    InputError
        If the file cannot be read, or a row does not fit the headings; all such rows are named.
    """
    path = Path(path)
    if path.suffix.lower() == ".xls":
        raise InputError(f"{path}: is in the old format of Excel; save it as .xlsx or as 'CSV UTF-8'")
    if path.suffix.lower() in EXCEL:
        with open_workbook(path) as book:
            return book.table(sheet)
    expected = columns.known_headings() if known is None else frozenset(map(columns.bare, known))
    words, name = decoded(_bytes(path), str(path), lambda one: _separator(one, expected)[1], encoding)
    separator, _ = _separator(words, expected)
    try:
        rows = list(enumerate(csv.reader(io.StringIO(words, newline=None), delimiter=separator, strict=True), start=1))
    except csv.Error as error:
        raise InputError(f"{path}: not readable as a table: {error}; is a quotation mark left open?") from None
    return _framed(rows, str(path), name)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None


def _separator(words: str, expected: frozenset[str]) -> tuple[str, int]:
    """Separator that gives most known headings, then most columns; and how many known ones it gives."""
    first = next((line for line in words.splitlines() if line.strip()), "")

    def rated(separator: str) -> tuple[int, int]:
        parts = next(csv.reader([first], delimiter=separator), [])
        return sum(columns.bare(part) in expected for part in parts), len(parts)

    best = max(_SEPARATORS, key=rated)
    return best, rated(best)[0]


def _framed(rows: Iterable[tuple[int, Sequence[str]]], file: str, encoding: str) -> pd.DataFrame:
    """Table of the rows that hold something; the first of them is the headings."""
    problems = Problems()
    filled = [(row, [cell.strip() for cell in cells]) for row, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        raise InputError(f"{file}: is empty; the first row must hold the headings")
    (top, head), *body = filled
    if sum(map(bool, head)) == 1 and any(sum(map(bool, cells)) > 1 for _, cells in body):
        words = f"only {next(filter(None, head))!r} stands here, but the first row must hold the headings; "
        raise InputError(f"{file}, row {top}: {words}delete what stands above them")
    width = max((column + 1 for column, words in enumerate(head) if words), default=0)
    for row, cells in body:
        for column, cell in enumerate(cells):
            if cell and (column >= width or not head[column]):
                many = column >= width and encoding != EXCEL_CELLS
                hint = "; put a number such as 1,234 into quotation marks" if many else ""
                problems.add(file, f"{cell!r} stands in column {column + 1}, which has no heading{hint}", row)
                break
    twice = {words for words in head if words and head.count(words) > 1}
    for words in sorted(twice):
        problems.add(file, "this heading stands there twice", top, words)
    problems.check()
    kept = [column for column in range(width) if head[column]]
    cells_of = [[cells[column] if column < len(cells) else "" for column in kept] for _, cells in body]
    index = pd.Index([row for row, _ in body], name="row", dtype="int64")
    frame = pd.DataFrame(cells_of, columns=[head[column] for column in kept], index=index, dtype=str)
    frame.attrs |= {"file": file, "encoding": encoding}
    return frame


# Excel ----------------------------------------------------------------------------------------------------------------


class Workbook:
    """An Excel workbook, open for reading: values beside the formulas that gave them."""

    def __init__(self, path: Path, values: Any, formulas: Any) -> None:
        self.path, self._values, self._formulas = path, values, formulas

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._values.close()
        self._formulas.close()

    @property
    def sheets(self) -> list[str]:
        """Names of the sheets that have cells, in order; a chart may be a sheet too."""
        return [sheet.title for sheet in self._values.worksheets]

    def is_blank(self, sheet: str) -> bool:
        """Whether nothing stands in a sheet."""
        return all(cell.value is None for row in self._formulas[sheet].iter_rows() for cell in row)

    def table(self, sheet: str | None = None) -> pd.DataFrame:
        """Table of a sheet, by default of the first, as :func:`read_table` gives it."""
        name = self.sheets[0] if sheet is None else sheet
        if name not in self.sheets:
            raise InputError(f"{self.path}: no sheet {name!r}{closest(name, self.sheets)}")
        file, problems = f"{self.path}, sheet {name!r}", Problems()
        rows = []
        for row, (values, formulas) in enumerate(
            zip(self._values[name].iter_rows(), self._formulas[name].iter_rows(), strict=True), start=1
        ):
            cells = []
            for value, formula in zip(values, formulas, strict=True):
                if value.data_type == "e":
                    problems.add(file, f"cell {value.coordinate} holds the error {value.value}", row)
                if value.value is None and formula.data_type == "f":
                    problems.add(
                        file,
                        f"cell {formula.coordinate} holds a formula without its result; open and save the file in "
                        f"Excel, or paste the values",
                        row,
                    )
                cells.append(_written(value))
            rows.append((row, cells))
        problems.check()
        return _framed(rows, file, EXCEL_CELLS)


def open_workbook(path: Path) -> Workbook:
    """Open a workbook.

    Raises
    ------
    InputError
        If openpyxl is not installed, or the file is not a workbook.
    """
    load_workbook = excel().load_workbook
    raw = _bytes(path)
    if raw.startswith(_OLE):
        raise InputError(
            f"{path}: has a password, or is in the old format of Excel; save it without a password as .xlsx"
        )
    if not raw.startswith(_ZIP):
        raise InputError(f"{path}: is no Excel workbook, whatever its name says; if it is text, call it .csv")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about drop-down lists and styles, which are not read
            values, formulas = (load_workbook(io.BytesIO(raw), data_only=only) for only in (True, False))
    except Exception as error:  # noqa: BLE001  (a damaged file fails in many ways inside zip, XML and openpyxl)
        raise InputError(
            f"{path}: cannot be read as an Excel workbook ({error}); open it in Excel and save it as .xlsx"
        ) from None
    return Workbook(path, values, formulas)


def excel() -> Any:
    """The library for workbooks, or an error that says how to get it."""
    try:
        import openpyxl
    except ImportError:
        raise InputError('Excel workbooks need openpyxl: pip install "rongzhi[notebooks]"; or use CSV') from None
    return openpyxl


def _written(cell: Any) -> str:
    """Value of a cell as a person would type it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, dt.datetime | dt.date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        per_cent = "%" in (cell.number_format or "")
        return f"{value * 100:.10g}%" if per_cent else f"{value:.15g}" if abs(value) < 1e15 else f"{value:.0f}"
    return str(value)
