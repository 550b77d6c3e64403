"""Synergies and redundancies: which paths are worth more, or less, together than apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analyses.games import games, interaction_weights
from experiments.analyses.intervals import crossed_interval

PAIR, WHOLE = "pair", "whole"


def interactions(runs: pd.DataFrame, paths: Sequence[str], outcomes: Sequence[str]) -> pd.DataFrame:
    """Shapley interaction index of each pair, and the whole minus the sum of its parts.

    Parameters
    ----------
    runs, paths, outcomes
        As for :func:`experiments.analyses.shapley.shapley`.

    Returns
    -------
    DataFrame
        ``kind`` (``pair`` or ``whole``), ``first``, ``second``, ``outcome``, ``interaction``, ``low``, ``high``, ``n``.
        For ``whole``: the effect of all paths together minus the sum of their effects alone.
    """
    values = games(runs, range(1 << len(paths)), outcomes)
    pairs, weights = interaction_weights(len(paths))
    names = [(PAIR, paths[i], paths[j]) for i, j in pairs] + [(WHOLE, "", "")]
    found = np.concatenate([np.einsum("pm,frmo->frpo", weights, values), _whole_minus_parts(values)], axis=2)
    mean, low, high = crossed_interval(found)
    n = np.isfinite(found).sum(axis=(0, 1))
    return pd.DataFrame(
        [
            (*name, outcome, mean[i, j], low[i, j], high[i, j], int(n[i, j]))
            for i, name in enumerate(names)
            for j, outcome in enumerate(outcomes)
        ],
        columns=["kind", "first", "second", "outcome", "interaction", "low", "high", "n"],
    )


def _whole_minus_parts(values: NDArray[np.float64]) -> NDArray[np.float64]:
    gains = values - values[:, :, :1]
    alone = [mask for mask in range(values.shape[2]) if mask.bit_count() == 1]
    return (gains[:, :, -1] - gains[:, :, alone].sum(axis=2))[:, :, None]
