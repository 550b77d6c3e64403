"""Completeness: analyses that need every run refuse a table with gaps, and say which runs are the gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError, closest

MOST_NAMED = 5


class IncompleteError(RuntimeError):
    """So many runs failed, or measured nothing, that no answer can be given."""


def require_complete(
    runs: pd.DataFrame,
    outcomes: Sequence[str],
    points: Iterable[int] | None = None,
    replications: Iterable[int] | None = None,
    index: str = "point",
) -> None:
    """Refuse runs that leave a gap: each point has to have each replication once, with a number for each outcome.

    Parameters
    ----------
    runs : DataFrame
        One row for each run: ``index``, ``replication``, ``status`` and the outcomes; ``run_id`` to name runs by.
    outcomes : sequence of str
    points, replications : iterable of int
        What has to be there; by default what the table has.
    index : str
        Column that numbers the points: ``point``, or ``future`` where the runs of one policy are analysed.

    Raises
    ------
    IncompleteError
        With the number of failed, unmeasured, repeated and missing runs, and the first of them.
    InputError
        If a column is missing, or a run is of no such point.
    """
    grid(runs, outcomes, {index: points, "replication": replications})


def grid(runs: pd.DataFrame, outcomes: Sequence[str], axes: Mapping[str, Iterable[int] | None]) -> NDArray[np.float64]:
    """Outcomes of complete runs as an array with an axis for each of ``axes`` and a last one for the outcomes.

    Parameters
    ----------
    runs : DataFrame
    outcomes : sequence of str
    axes : dict
        By column, the values that the axis has, in this order; None for those of the table, sorted.

    Raises
    ------
    IncompleteError, InputError
        See :func:`require_complete`.
    """
    require_columns(runs, [*axes, "status", *outcomes])
    labels = {
        name: pd.Index(np.sort(runs[name].unique()) if wanted is None else list(wanted))
        for name, wanted in axes.items()
    }
    for name, known in labels.items():
        strange = runs.loc[~runs[name].isin(known), name].unique()
        if len(strange):
            raise InputError(f"runs: {name} {strange[0]} is not one of the {len(known)} that the analysis was given")
    shape = tuple(len(known) for known in labels.values())
    cells = np.ravel_multi_index([known.get_indexer(runs[name]) for name, known in labels.items()], shape)
    values = runs[list(outcomes)].to_numpy(dtype=float)
    times = np.bincount(cells, minlength=int(np.prod(shape)))
    failed = (runs["status"] != "ok").to_numpy()
    unmeasured = ~failed & ~np.isfinite(values).all(axis=1)
    repeated = times[cells] > 1
    missing = np.flatnonzero(times == 0)
    if not len(runs) or (failed | unmeasured | repeated).any() or len(missing):
        counts = {
            "failed": int(failed.sum()),
            "without a number": int(unmeasured.sum()),
            "more than once": int(np.maximum(times - 1, 0).sum()),
            "missing": len(missing),
        }
        named = _named(runs[failed | unmeasured | repeated], list(labels))
        named += [_place(labels, np.unravel_index(cell, shape)) for cell in missing[:MOST_NAMED]]
        raise IncompleteError(_message(counts, len(times), named))
    out = np.empty((len(times), len(outcomes)))
    out[cells] = values
    return out.reshape(*shape, len(outcomes))


def require_columns(table: pd.DataFrame, names: Iterable[str], what: str = "runs") -> None:
    """Refuse a table that lacks a column."""
    for name in names:
        if name not in table:
            raise InputError(f"{what}: no column {name!r}{closest(name, map(str, table.columns))}")


def _named(bad: pd.DataFrame, axes: Sequence[str]) -> list[str]:
    if "run_id" in bad:
        return [str(name) for name in bad["run_id"].head(MOST_NAMED)]
    return [", ".join(f"{name} {row[name]}" for name in axes) for row in bad.head(MOST_NAMED).to_dict("records")]


def _place(labels: Mapping[str, pd.Index], cell: Iterable[np.integer]) -> str:
    return ", ".join(f"{name} {known[int(at)]}" for (name, known), at in zip(labels.items(), cell, strict=True))


def _message(counts: Mapping[str, int], asked: int, named: Sequence[str]) -> str:
    told = ", ".join(f"{number} {what}" for what, number in counts.items() if number) or "none there"
    first = f"; the first: {'; '.join(named[:MOST_NAMED])}" if named else ""
    return f"the analysis needs all {asked} runs, each once: {told}{first}"
