"""How an export is laid out: which column holds what, and what its words mean. From a TOML file or a dict."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.data.dates import AUTO, date_of
from experiments.data.privacy import without_personal
from experiments.town.columns import bare
from experiments.town.problems import Problems
from experiments.town.tables import read_table
from sim.errors import InputError, closest

MOST_TOLD = 20  # problems that a message lists

Mapped = str | Path | Mapping[str, Any]


def read_mapping(mapping: Mapped | None, sections: Mapping[str, Collection[str] | None]) -> tuple[dict[str, Any], str]:
    """A mapping and where it stands.

    Parameters
    ----------
    mapping : path of a TOML file, dict or None
    sections : dict of section to its fields
        None for a section that is no table, or whose fields are words of the export.

    Raises
    ------
    InputError
        If the file is no TOML, or has sections or fields that do not exist.
    """
    if mapping is None or isinstance(mapping, Mapping):
        raw, where = dict(mapping or {}), "mapping"
    else:
        where = str(mapping)
        try:
            raw = tomllib.loads(Path(mapping).read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise InputError(f"{where}: cannot be read ({error.strerror})") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{where}: is no TOML in UTF-8: {error}; Chinese keys need quotation marks") from None
    for section, content in raw.items():
        if section not in sections:
            raise InputError(f"{where}: unknown section {section!r}{closest(section, sections)}")
        fields = sections[section]
        if fields is None:
            continue
        if not isinstance(content, Mapping):
            raise InputError(f"{where}: [{section}] must be a table with {', '.join(fields)}, got {content!r}")
        for field in content:
            if field not in fields:
                raise InputError(f"{where}, [{section}]: unknown field {field!r}{closest(field, fields)}")
    return raw, where


class Export:
    """A table whose columns are known by their fields; reads them, and gathers what is wrong.

    Parameters
    ----------
    path : str or Path
    headings : dict of field to headings
        How each field is usually headed.
    columns : dict of field to heading
        What the mapping says.
    required : sequence of str
        Fields without which nothing can be read.
    drop : sequence of str
        Columns to leave out before anything else.
    encoding : str, optional
    """

    def __init__(
        self,
        path: str | Path,
        headings: Mapping[str, Sequence[str]],
        columns: Mapping[str, str],
        required: Sequence[str],
        drop: Sequence[str] = (),
        encoding: str | None = None,
    ) -> None:
        usual = [word for words in headings.values() for word in words]
        table = read_table(path, encoding=encoding, known=[*usual, *columns.values()])
        self.file = str(path)
        self._problems = Problems()
        self._column = self._found(table, headings, columns, drop)
        self.table = without_personal(table, drop, list(self._column.values()), self.file)
        for field in required:
            if field not in self._column:
                example = f'{field} = "…"'
                raise InputError(
                    f"{self.file}: no column for {field!r}; usual headings: {', '.join(headings[field])}; headings of "
                    f"the file: {', '.join(map(repr, table.columns))}; name it in the mapping: [columns] {example}"
                )

    def _found(
        self,
        table: pd.DataFrame,
        headings: Mapping[str, Sequence[str]],
        columns: Mapping[str, str],
        drop: Sequence[str],
    ) -> dict[str, str]:
        dropped = set(map(bare, drop))
        known = {bare(name): name for name in table.columns if bare(name) not in dropped}
        found = {}
        for field, heading in columns.items():
            if bare(heading) not in known:
                raise InputError(f"{self.file}: no column {heading!r} (for {field}){closest(heading, known.values())}")
            found[field] = known[bare(heading)]
        for field, words in headings.items():
            fitting = [known[bare(one)] for one in (field, *words) if bare(one) in known]
            fitting = [one for one in dict.fromkeys(fitting) if one not in found.values()]
            if field in found or not fitting:
                continue
            if len(fitting) > 1:
                raise InputError(
                    f"{self.file}: {' and '.join(map(repr, fitting))} both look like {field!r}; say which in the "
                    f'mapping: [columns] {field} = "{fitting[0]}"'
                )
            found[field] = fitting[0]
        return found

    def __contains__(self, field: str) -> bool:
        return field in self._column

    def problem(self, field: str, row: int, words: str) -> None:
        """Note a problem of a cell."""
        self._problems.add(self.file, words, row, self._column.get(field, field))

    def read(self, field: str, reader: Callable[[str], Any], *, required: bool = False) -> pd.Series:
        """Values of a field, None for an empty cell or where there is no such column; each word is read once."""
        if field not in self._column:
            return pd.Series([None] * len(self.table), index=self.table.index, dtype=object)
        cells = self.table[self._column[field]].astype(object)  # Arrow's strings are slow to go through
        values: dict[str, Any] = {"": None}
        wrong: dict[str, str] = {}
        for words in cells.unique():
            if words:
                try:
                    values[words] = reader(words)
                except ValueError as error:
                    values[words], wrong[words] = None, str(error)
        bad = cells[cells.isin([*wrong, *([""] if required else [])])]
        for words, rows in bad.groupby(bad, sort=False):
            more = f" (also in {len(rows) - 1:,} more rows)" if len(rows) > 1 else ""
            self.problem(field, rows.index[0], wrong.get(words, "must not be empty") + more)
        return pd.Series([values[words] for words in cells], index=cells.index, dtype=object)

    def dates(self, field: str, how: str, *, required: bool = False) -> pd.Series:
        """Dates of a field."""
        return pd.to_datetime(self.read(field, lambda words: date_of(words, how), required=required)).astype(
            "datetime64[ns]"
        )

    def communities(self, names: Mapping[str, str]) -> pd.Series:
        """Community of each row: as the mapping translates the file's words, or as they stand; empty without one."""
        found = self.words("community", names, "communities") if names else self.read("community", str)
        return found.fillna("")

    def words(self, field: str, known: Mapping[str, Any], section: str, other: Any = None) -> pd.Series:
        """What the words of a field mean; unknown ones are told once each, with how often they stand there."""
        meaning = {bare(words): value for words, value in known.items()}
        unknown: dict[str, str] = {}

        def reader(words: str) -> Any:
            if bare(words) in meaning:
                return meaning[bare(words)]
            if other is None:
                unknown[words] = ""
            return other

        values = self.read(field, reader)
        if unknown:
            cells = self.table[self._column[field]]
            counts = cells[cells.isin(unknown)].value_counts()
            for words, count in counts.items():
                row = int(cells.index[cells == words][0])
                near = closest(words, known)
                hint = near if "did you mean" in near else ""
                self.problem(
                    field,
                    row,
                    f"unknown value {words!r} ({count} times){hint}; say in the mapping what it means: [{section}]",
                )
        return values

    def check(self) -> None:
        """Raise InputError with the first problems and their number, if there are any."""
        lines = list(dict.fromkeys(self._problems.lines))
        if len(lines) > MOST_TOLD:
            lines = [*lines[:MOST_TOLD], f"… and {len(lines) - MOST_TOLD:,} more; {len(lines):,} problems in all"]
        if lines:
            raise InputError("\n".join(lines))


def day_of(value: Any, where: str) -> dt.datetime:
    """A date of a mapping, as TOML's own or as words."""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    try:
        return date_of(str(value), AUTO)
    except ValueError as error:
        raise InputError(f"{where}: {error}") from None
