"""What was observed, as the model must meet it: values with the error with which they were measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.formats import SCORE, SHARE
from sim.errors import InputError, closest
from sim.outcomes import OUTCOMES

COLUMNS = ("outcome", "community", "period", "value", "low", "high", "n", "source")
PERIOD = "last_year"
MEASURED = 25  # times that a run is measured, so that intervals hang little on the errors drawn
Z = 1.959964  # half a 95 % interval of a normal error in standard deviations


@dataclass(frozen=True)
class Observed:
    """Targets, checked.

    Attributes
    ----------
    table : DataFrame
        The columns of :data:`COLUMNS`; a row for each target.
    """

    table: pd.DataFrame

    def __len__(self) -> int:
        """Number of targets."""
        return len(self.table)

    @property
    def wanted(self) -> list[tuple[str, str]]:
        """Outcome and community of each target; an empty community is the whole place."""
        return list(zip(self.table["outcome"], self.table["community"], strict=True))

    @property
    def goal(self) -> NDArray[np.float64]:
        """Observed value of each target."""
        return self.table["value"].to_numpy(dtype=float)

    @property
    def exact(self) -> list[bool]:
        """Whether a target comes with no error at all."""
        return [bool(sd == 0.0 and n == 0) for sd, n in zip(self._sd, self._counted, strict=True)]

    @property
    def _sd(self) -> NDArray[np.float64]:
        """Standard deviation of a normal error: from the 95 % interval; 0 where there is none."""
        width = (self.table["high"] - self.table["low"]).to_numpy(dtype=float)
        return np.nan_to_num(width / (2.0 * Z))

    @property
    def _counted(self) -> NDArray[np.int64]:
        """Answers behind a share that has no interval of its own, whose error is binomial; 0 for all others."""
        counts = self.table["n"].where(self.table["low"].isna(), 0.0).fillna(0.0)
        return counts.to_numpy(dtype=np.int64)

    def repeats(self, communities: Sequence[str]) -> NDArray[np.bool_]:
        """Which targets say once more, of the whole place, what targets of all its communities say already."""
        parts = self.table[self.table["community"] != ""].groupby("outcome")["community"].nunique()
        told = {name for name, count in parts.items() if count == len(communities)}
        return np.array([not place and name in told for name, place in self.wanted])

    def measured(self, simulated: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
        """What a survey or a register as large as the observed one would have found of simulated outcomes.

        Parameters
        ----------
        simulated : array, runs x targets
        random : Generator

        Returns
        -------
        array, runs x targets
            Simulated outcomes, each with an error drawn from the same distribution as the target's.
        """
        found = simulated + self._sd * random.standard_normal(simulated.shape)
        for column, n in enumerate(self._counted):
            if n:
                known = np.isfinite(simulated[:, column])
                shares = np.clip(simulated[known, column], 0.0, 1.0)
                found[known, column] = random.binomial(n, shares) / n
        most = [1.0 if OUTCOMES[name].unit in (SHARE, SCORE) else np.inf for name in self.table["outcome"]]
        return np.clip(found, 0.0, most)

    def reached(self, simulated: NDArray[np.float64], seed: int) -> NDArray[np.bool_]:
        """Whether some run, measured often, comes as far as each observed value."""
        found = self.measured(np.tile(simulated, (MEASURED, 1)), np.random.default_rng(seed))
        return (np.nanmin(found, axis=0) <= self.goal) & (self.goal <= np.nanmax(found, axis=0))

    def interval(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Interval (95 %) of each observed value; that of a share among ``n`` answers after Wilson (1927)."""
        low, high = (np.array(self.table[name].fillna(self.table["value"]), dtype=float) for name in ("low", "high"))
        n, share = self._counted, self.goal
        counted = n > 0
        n, share = n[counted], share[counted]
        middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
        half = Z / (1 + Z**2 / n) * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
        low[counted], high[counted] = middle - half, middle + half
        return low, high

    def at(self, kept: NDArray[np.int64]) -> Observed:
        """Only these targets, by position."""
        return Observed(self.table.iloc[kept].reset_index(drop=True))


def observed(targets: Any, communities: Sequence[str]) -> Observed:
    """Check targets.

    Parameters
    ----------
    targets : DataFrame, or object with a ``dataframe``
        Columns ``outcome`` and ``value``; of ``community`` (empty: the whole place), ``period`` (``last_year``),
        ``low`` and ``high`` (a 95 % interval), ``n`` (answers behind a share) and ``source`` those that there are.
        Shares and scores go from 0 to 1, as in the table of runs.
    communities : sequence of str
        Names of the scenario's communities.

    Raises
    ------
    InputError
        If columns are missing or rows wrong; all of them are named at once.
    """
    given = getattr(targets, "dataframe", targets)
    if not isinstance(given, pd.DataFrame):
        raise InputError(f"targets: must be a DataFrame or have a .dataframe, got {type(given).__name__}")
    missing = [name for name in ("outcome", "value") if name not in given]
    if missing:
        raise InputError(f"targets: column {missing[0]!r} is missing; there are {', '.join(map(str, given.columns))}")
    if given.empty:
        raise InputError("targets: there are none")
    table = _filled(given)
    wrong = [
        f"targets: row {number} ({row['outcome']}): {words}"
        for number, row in enumerate(table.to_dict("records"))
        for words in _faults(row, communities)
    ]
    twice = table[table.duplicated(["outcome", "community"])]
    wrong += [
        f"targets: {name} {place or 'of the whole place'} stands there twice"
        for name, place in zip(twice["outcome"], twice["community"], strict=True)
    ]
    if wrong:
        raise InputError("\n".join(wrong))
    return Observed(table)


def _filled(given: pd.DataFrame) -> pd.DataFrame:
    """All columns in their order and kind; what is absent is empty, unknown, or the last year."""
    table = given.reindex(columns=COLUMNS).reset_index(drop=True)
    for name, absent in (("outcome", ""), ("community", ""), ("period", PERIOD), ("source", "")):
        table[name] = table[name].astype(object).where(table[name].notna(), absent).astype(str)
    for name in ("value", "low", "high", "n"):
        table[name] = pd.to_numeric(table[name], errors="coerce").astype(float)
    return table


def _faults(row: Mapping[Any, Any], communities: Sequence[str]) -> Iterator[str]:
    name, value, low, high, n = (row[column] for column in ("outcome", "value", "low", "high", "n"))
    if name not in OUTCOMES:
        yield f"unknown outcome{closest(name, OUTCOMES)}"
        return
    if row["community"] and row["community"] not in communities:
        yield f"unknown community {row['community']!r}{closest(row['community'], communities)}"
    if row["period"] != PERIOD:
        yield f"period must be {PERIOD!r}, which the model measures, got {row['period']!r}"
    if not np.isfinite(value):
        yield "value must be a number"
        return
    share = OUTCOMES[name].unit == SHARE
    if share and not 0.0 <= value <= 1.0:
        yield f"a share goes from 0 to 1, got {value:g}"
    if np.isfinite(low) != np.isfinite(high):
        yield "low and high go together"
    elif np.isfinite(low):
        if not low <= value <= high:
            yield f"low, value and high must rise, got {low:g}, {value:g}, {high:g}"
    elif np.isfinite(n) and not share:
        yield "n alone gives the error of a share only; give low and high (95 %)"
    if np.isfinite(n) and (n < 1 or n != int(n)):
        yield f"n must be a whole number from 1, got {n:g}"
