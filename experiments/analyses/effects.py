"""Effects: each design against nothing, under the same luck."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analyses.games import values_by_design
from experiments.analyses.intervals import mean_interval


def effects(runs: pd.DataFrame, designs: Mapping[int, str], better: Mapping[str, int]) -> pd.DataFrame:
    """Differences of every design to nothing, paired by replication.

    Parameters
    ----------
    runs : DataFrame
        One row for each run: ``mask``, ``replication``, ``status`` and the outcomes.
    designs : dict of int to str
        Name by mask; 0 is nothing.
    better : dict of str to int
        The outcomes to compare, and for each 1 where more is better, -1 where less is, 0 where neither is.

    Returns
    -------
    DataFrame
        ``mask``, ``design``, ``outcome``; ``nothing`` and ``value`` (mean of either); ``effect`` with ``low`` and
        ``high`` (95 % t-interval); ``better`` (share of replications that the design improves; NaN where neither
        direction is better); ``variance_ratio`` (variance of the difference with independent draws over the one with
        common draws: how many times more runs it would take without pairing); ``n`` (replications).
    """
    masks, outcomes = list(designs), list(better)
    values = values_by_design(runs, masks, outcomes)
    nothing = values[:, [masks.index(0)], :]
    change = values - nothing
    mean, low, high = mean_interval(change)
    improved = (
        (change * np.array(list(better.values())) > 0).mean(axis=0) if len(change) else np.full_like(mean, np.nan)
    )
    ratio = _variance_ratio(values, nothing)
    levels, base = values.mean(axis=0), nothing.mean(axis=0)[0]
    return pd.DataFrame(
        [
            (
                mask,
                designs[mask],
                outcome,
                base[j],
                levels[i, j],
                mean[i, j],
                low[i, j],
                high[i, j],
                improved[i, j] if better[outcome] else np.nan,
                ratio[i, j],
                len(values),
            )
            for i, mask in enumerate(masks)
            if mask
            for j, outcome in enumerate(outcomes)
        ],
        columns=[
            "mask",
            "design",
            "outcome",
            "nothing",
            "value",
            "effect",
            "low",
            "high",
            "better",
            "variance_ratio",
            "n",
        ],
    )


def _variance_ratio(values: NDArray[np.float64], nothing: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unpaired over paired variance; NaN where the difference does not vary."""
    if len(values) < 2:
        return np.full(values.shape[1:], np.nan)
    unpaired = values.var(axis=0, ddof=1) + nothing.var(axis=0, ddof=1)
    paired = (values - nothing).var(axis=0, ddof=1)
    return np.divide(unpaired, paired, out=np.full_like(paired, np.nan), where=paired > 0)
