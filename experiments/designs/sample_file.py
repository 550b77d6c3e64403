"""Points from a user's own file: CSV or Parquet, with a column for each factor.

When: a sample made elsewhere (R, SALib, EMA Workbench), points of an earlier study, or a list of packages that are on
the table. Cost: a point for each row.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from experiments.designs.design import Design, Factor
from experiments.designs.levels import table
from sim.errors import InputError, closest

PANDAS_INDEX = "__index_level_0__"


class SampleFile(Design):
    """Rows of a file, in their order."""

    kind: Literal["file"] = "file"
    path: Path = Field(strict=False)
    """File that ends in .csv (UTF-8, comma, a line of names) or .parquet; from the folder of the study file."""

    def count(self, factors: Sequence[Factor]) -> int:
        return len(self.sample(factors, 0))

    def sample(self, factors: Sequence[Factor], seed: int) -> pd.DataFrame:
        read = {".csv": _read_csv, ".parquet": _read_parquet}.get(self.path.suffix.lower())
        if read is None:
            raise InputError(f"{self.path}: a sample is a .csv or .parquet file")
        if not self.path.is_file():
            raise InputError(f"{self.path}: no such file")
        frame, place = read(self.path)
        problems = _wrong_columns(frame, [factor.name for factor in factors])
        if not problems and frame.empty:
            problems = ["holds no points; give at least one row of values"]
        values = np.empty((len(frame), len(factors)))
        for column, factor in enumerate(factors):
            if factor.name in frame:
                values[:, column], wrong = _numbers(frame[factor.name], factor, place)
                problems += wrong
        if problems:
            raise InputError("\n".join(f"{self.path}: {problem}" for problem in problems))
        return table(factors, values)


def _read_csv(path: Path) -> tuple[pd.DataFrame, str]:
    """Text of all cells, indexed by line; blank lines are left out."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, skipinitialspace=True, strict=True)
            lines = [(reader.line_num, row) for row in reader if row]
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8 text; save it as CSV UTF-8") from None
    except csv.Error as error:
        raise InputError(f"{path}: line {reader.line_num}: {error}") from None
    if not lines:
        raise InputError(f"{path}: is empty; the first line names the factors")
    (_, names), *rows = lines
    for line, row in rows:
        if len(row) != len(names):
            raise InputError(f"{path}: line {line}: {len(row)} values, but the first line names {len(names)} columns")
    return pd.DataFrame([row for _, row in rows], index=[line for line, _ in rows], columns=names, dtype=str), "line"


def _read_parquet(path: Path) -> tuple[pd.DataFrame, str]:
    """Columns as stored, indexed by row from 1."""
    import pyarrow.lib
    import pyarrow.parquet

    try:
        frame = pyarrow.parquet.read_table(path).to_pandas(ignore_metadata=True)
    except (pyarrow.lib.ArrowException, OSError) as error:
        raise InputError(f"{path}: cannot be read as Parquet: {error}") from None
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return frame.drop(columns=PANDAS_INDEX, errors="ignore"), "row"


def _wrong_columns(frame: pd.DataFrame, names: Sequence[str]) -> list[str]:
    columns = [str(column) for column in frame.columns]
    problems = []
    for column in dict.fromkeys(columns):
        if not column:
            problems.append("a column has no name; write the file without row names or index")
        elif column not in names:
            problems.append(f"unknown column {column!r}{closest(column, names)}")
        elif columns.count(column) > 1:
            problems.append(f"column {column!r} is there {columns.count(column)} times")
    return problems + [f"column {name!r} is missing" for name in names if name not in columns]


def _numbers(values: pd.Series, factor: Factor, place: str) -> tuple[np.ndarray, list[str]]:
    """Values as floats, and what is wrong with the first that is."""
    if values.ndim > 1:  # a column that is there twice, which is said elsewhere
        return np.full(len(values), np.nan), []
    if pd.api.types.is_bool_dtype(values):
        return np.full(len(values), np.nan), [f"column {factor.name!r} holds true and false; write 1 and 0"]
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        wrong = ~((numbers >= factor.low) & (numbers <= factor.high))
        if factor.whole:
            wrong |= numbers != np.floor(numbers)
    if not wrong.any():
        return numbers, []
    first = int(wrong.argmax())
    value = values.iloc[first]
    if np.isnan(numbers[first]):
        what = "is not a number"
    elif factor.low <= numbers[first] <= factor.high:
        what = "is not a whole number"
    else:
        what = "is out of range"
    kind = "whole numbers" if factor.whole else "numbers"
    shown = repr(value) if isinstance(value, str) else value
    more = f" (and {wrong.sum() - 1} more)" if wrong.sum() > 1 else ""
    where = f"{place} {values.index[first]}, column {factor.name!r}"
    return numbers, [f"{where}: {shown} {what}; right are {kind} from {factor.low:g} to {factor.high:g}{more}"]
