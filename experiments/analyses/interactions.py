"""Synergies and redundancies: which paths are worth more, or less, together than apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analyses.games import interaction_weights, values_by_design
from experiments.analyses.intervals import mean_interval

PAIR, WHOLE = "pair", "whole"


def interactions(runs: pd.DataFrame, paths: Sequence[str], outcomes: Sequence[str]) -> pd.DataFrame:
    """Shapley interaction index of each pair, and the whole minus the sum of its parts.

    Returns
    -------
    DataFrame
        ``kind`` (``pair`` or ``whole``), ``first``, ``second``, ``outcome``, ``interaction``, ``low``, ``high``, ``n``.
        For ``whole``: the effect of all paths together minus the sum of their effects alone.
    """
    values = values_by_design(runs, range(1 << len(paths)), outcomes)
    pairs, weights = interaction_weights(len(paths))
    names = [(PAIR, paths[i], paths[j]) for i, j in pairs] + [(WHOLE, "", "")]
    games = np.concatenate([np.einsum("pm,rmo->rpo", weights, values), _whole_minus_parts(values)], axis=1)
    mean, low, high = mean_interval(games)
    return pd.DataFrame(
        [
            (*name, outcome, mean[i, j], low[i, j], high[i, j], len(values))
            for i, name in enumerate(names)
            for j, outcome in enumerate(outcomes)
        ],
        columns=["kind", "first", "second", "outcome", "interaction", "low", "high", "n"],
    )


def _whole_minus_parts(values: NDArray[np.float64]) -> NDArray[np.float64]:
    gains = values - values[:, :1]
    alone = [mask for mask in range(values.shape[1]) if mask.bit_count() == 1]
    return (gains[:, -1] - gains[:, alone].sum(axis=1))[:, None]
