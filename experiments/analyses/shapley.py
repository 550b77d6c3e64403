"""Shapley shares: how much of the effect of all paths together each path brings, exactly, from the full factorial."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analyses.games import games, shapley_weights
from experiments.analyses.intervals import crossed_interval


def shapley(runs: pd.DataFrame, paths: Sequence[str], outcomes: Sequence[str]) -> pd.DataFrame:
    """Exact Shapley share of each path, replication by replication, then its mean with a 95 % interval.

    The shares of one outcome add up to the difference between all paths and nothing. With several futures the interval
    is one for the mean over futures (see :func:`experiments.analyses.intervals.crossed_interval`).

    Parameters
    ----------
    runs : DataFrame
        ``mask``, ``replication``, ``status``, the outcomes and, if they vary, ``future``; runs with columns of levers
        get their masks from :func:`experiments.analyses.games.with_masks`.
    paths : sequence of str
        Names of the bits of ``mask``, lowest first.
    outcomes : sequence of str

    Returns
    -------
    DataFrame
        ``path``, ``outcome``; ``share`` with ``low`` and ``high``; ``first``, ``first_low``, ``first_high``: what the
        path brings alone; ``last``, ``last_low``, ``last_high``: what it adds when all others are there; ``n``
        (games without a gap: replications of futures).
    """
    values = games(runs, range(1 << len(paths)), outcomes)
    shares = np.einsum("pm,frmo->frpo", shapley_weights(len(paths)), values)
    bands = [*crossed_interval(shares), *crossed_interval(_first(values)), *crossed_interval(_last(values))]
    n = np.isfinite(shares).sum(axis=(0, 1))
    columns = ["share", "low", "high", "first", "first_low", "first_high", "last", "last_low", "last_high"]
    rows = [
        {"path": path, "outcome": outcome}
        | {column: band[i, j] for column, band in zip(columns, bands, strict=True)}
        | {"n": int(n[i, j])}
        for i, path in enumerate(paths)
        for j, outcome in enumerate(outcomes)
    ]
    return pd.DataFrame(rows)


def _players(values: NDArray[np.float64]) -> NDArray[np.int64]:
    return 1 << np.arange(int(values.shape[2]).bit_length() - 1)


def _first(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[:, :, _players(values)] - values[:, :, :1]


def _last(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[:, :, -1:] - values[:, :, values.shape[2] - 1 - _players(values)]
