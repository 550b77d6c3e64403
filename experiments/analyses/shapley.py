"""Shapley shares: how much of the effect of all paths together each path brings, exactly, from the full factorial."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analyses.games import shapley_weights, values_by_design
from experiments.analyses.intervals import mean_interval


def shapley(runs: pd.DataFrame, paths: Sequence[str], outcomes: Sequence[str]) -> pd.DataFrame:
    """Exact Shapley share of each path, replication by replication, then its mean with a 95 % interval.

    The shares of one outcome add up to the difference between all paths and nothing.

    Returns
    -------
    DataFrame
        ``path``, ``outcome``; ``share`` with ``low`` and ``high``; ``first``, ``first_low``, ``first_high``: what the
        path brings alone; ``last``, ``last_low``, ``last_high``: what it adds when all others are there; ``n``.
    """
    values = values_by_design(runs, range(1 << len(paths)), outcomes)
    shares = np.einsum("pm,rmo->rpo", shapley_weights(len(paths)), values)
    bands = [*mean_interval(shares), *mean_interval(_first(values)), *mean_interval(_last(values))]
    columns = ["share", "low", "high", "first", "first_low", "first_high", "last", "last_low", "last_high"]
    rows = [
        {"path": path, "outcome": outcome}
        | {column: band[i, j] for column, band in zip(columns, bands, strict=True)}
        | {"n": len(values)}
        for i, path in enumerate(paths)
        for j, outcome in enumerate(outcomes)
    ]
    return pd.DataFrame(rows)


def _players(values: NDArray[np.float64]) -> NDArray[np.int64]:
    return 1 << np.arange(int(values.shape[1]).bit_length() - 1)


def _first(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[:, _players(values)] - values[:, :1]


def _last(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[:, -1:] - values[:, values.shape[1] - 1 - _players(values)]
