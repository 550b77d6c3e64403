"""Targets of a calibration: figures from records, with intervals, of what the model measures the same way."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from experiments import formats
from experiments.data.measured import measures
from experiments.text import spoken, text
from sim.errors import InputError, closest

COLUMNS = ("outcome", "community", "period", "value", "low", "high", "n", "source")
LAST_YEAR = "last_year"
KEY = ["outcome", "community", "period"]


class Targets:
    """Figures to calibrate to.

    Parameters
    ----------
    dataframe : DataFrame
        ``outcome`` (a model's outcome, ``known`` or ``known_by_<channel>``), ``community`` (``""``: the whole place),
        ``period`` (``"last_year"``), ``value`` with its 95 % interval ``low`` to ``high``, ``n`` (records or
        respondents behind it), ``source`` (file).
    left_out : DataFrame, optional
        ``outcome``, ``community``, ``reason`` (an id of the texts ``data.reason``): what the records do not give, or
        must not show.

    Raises
    ------
    InputError
        As :meth:`check`.
    """

    def __init__(self, dataframe: pd.DataFrame, left_out: pd.DataFrame | None = None) -> None:
        self.dataframe = dataframe.reset_index(drop=True)
        nothing = pd.DataFrame(columns=["outcome", "community", "reason"], dtype=str)
        self._left_out = nothing if left_out is None else left_out.reset_index(drop=True)
        self.check()

    @property
    def left_out(self) -> pd.DataFrame:
        """What the records do not give, or must not show: ``outcome``, ``community``, ``reason``."""
        words = self._left_out["reason"].map(lambda reason: text("en", f"data.reason.{reason}"))
        return self._left_out.assign(reason=words)

    def check(self, communities: Iterable[str] | None = None) -> Targets:
        """Look whether the table can be calibrated to; return it.

        Parameters
        ----------
        communities : iterable of str, optional
            Names that the communities of the scenario have.

        Raises
        ------
        InputError
            For columns that are missing, outcomes or communities that do not exist, intervals that do not hold their
            value, or an outcome given twice; all of them at once.
        """
        frame = self.dataframe
        if missing := [name for name in COLUMNS if name not in frame]:
            raise InputError(f"targets: no column {', '.join(map(repr, missing))}; columns: {', '.join(COLUMNS)}")
        known = None if communities is None else {"", *communities}
        wrong = []
        for row, one in enumerate(frame.itertuples(index=False), start=1):
            if one.outcome not in measures():
                wrong.append(f"row {row}: unknown outcome {one.outcome!r}{closest(one.outcome, measures())}")
            if one.period != LAST_YEAR:
                wrong.append(f"row {row}: period must be {LAST_YEAR!r}, got {one.period!r}")
            if known is not None and one.community not in known:
                wrong.append(f"row {row}: unknown community {one.community!r}{closest(one.community, known - {''})}")
            if not one.low <= one.value <= one.high:
                wrong.append(
                    f"row {row}: {one.outcome} needs low <= value <= high, got {one.low}, {one.value}, {one.high}"
                )
        wrong += [
            f"{key.outcome} of {key.community or 'the whole place'} is given twice"
            for key in frame.loc[frame.duplicated(KEY), KEY].itertuples(index=False)
        ]
        if wrong:
            raise InputError("\n".join(f"targets, {line}" for line in wrong))
        return self

    def __add__(self, other: Targets) -> Targets:
        """Targets of both; InputError if one is in both."""
        if not isinstance(other, Targets):
            return NotImplemented
        return Targets(
            pd.concat([self.dataframe, other.dataframe], ignore_index=True),
            pd.concat([self._left_out, other._left_out], ignore_index=True),
        )

    def __len__(self) -> int:
        return len(self.dataframe)

    def only(self, *outcomes: str) -> Targets:
        """Targets of these outcomes alone."""
        return self._where("outcome", outcomes)

    def of(self, *communities: str) -> Targets:
        """Targets of these communities alone; ``""`` is the whole place, which says the same as its parts once more."""
        return self._where("community", communities)

    def _where(self, column: str, names: Iterable[str]) -> Targets:
        known = set(self.dataframe[column])
        for name in names:
            if name not in known:
                raise InputError(f"targets: no {column} {name!r}{closest(name, known - {''})}")
        return Targets(self.dataframe[self.dataframe[column].isin(names)], self._left_out)

    def to_csv(self, path: str | Path) -> None:
        """Write the table as CSV, in UTF-8 with the mark that Excel needs."""
        self.dataframe.to_csv(path, index=False, encoding="utf-8-sig")

    @classmethod
    def from_csv(cls, path: str | Path) -> Targets:
        """Read a table that :meth:`to_csv` wrote, or one made by hand."""
        try:
            frame = pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False)
        except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise InputError(f"{path}: cannot be read as a table of targets ({error})") from None
        for name in ("value", "low", "high", "n"):
            if name in frame:
                numbers = pd.to_numeric(frame[name], errors="coerce")
                if numbers.isna().any():
                    row = int(np.flatnonzero(numbers.isna())[0])
                    raise InputError(
                        f"{path}, row {row + 2}, column {name!r}: must be a number, got {frame[name][row]!r}"
                    )
                frame[name] = numbers
        try:
            return cls(frame)
        except InputError as error:
            raise InputError(f"{path}: {error}") from None

    def table(self, language: str | None = None) -> pd.DataFrame:
        """Targets in words and in the units in which people read them."""
        language = spoken(language)
        rows = []
        for one in self.dataframe.itertuples(index=False):
            outcome = measures()[one.outcome]
            value, low, high = (formats.bare_level(outcome, number) for number in (one.value, one.low, one.high))
            place = one.community or text(language, "data.whole")
            unit = formats.unit(outcome, language)
            rows.append((outcome.label[language], place, value, f"{low} – {high}", unit, f"{int(one.n):,}", one.source))
        heads = ("outcome", "community", "value", "interval", "unit", "n", "source")
        return pd.DataFrame(rows, columns=[text(language, f"data.head.{head}") for head in heads])

    def to_html(self, language: str | None = None) -> str:
        """Table of the targets as HTML, with what was left out below."""
        language = spoken(language)
        parts = [_html(self.table(language))]
        if len(self._left_out):
            items = self._left_out.drop_duplicates(["outcome", "reason"]).itertuples(index=False)
            named = [
                (measures()[one.outcome].label[language], text(language, f"data.reason.{one.reason}")) for one in items
            ]
            heads = [text(language, f"data.head.{head}") for head in ("outcome", "reason")]
            parts += [f"<p>{text(language, 'data.left_out')}</p>", _html(pd.DataFrame(named, columns=heads))]
        return "\n".join(parts)

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        return f"Targets: {len(self)} figures, {len(self._left_out)} left out\n{self.dataframe.to_string(index=False)}"


def _html(table: pd.DataFrame) -> str:
    return str(table.to_html(index=False, border=0, escape=True, justify="left"))
