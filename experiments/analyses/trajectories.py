"""Weekly series over replications, for the whole place and by community."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from experiments.analyses.intervals import mean_interval

PLACE = "place"


def trajectories(
    weekly: Mapping[tuple[int, int], pd.DataFrame], designs: Mapping[int, str], outcomes: Sequence[str]
) -> pd.DataFrame:
    """Mean of each week with its 95 % interval over replications.

    Parameters
    ----------
    weekly : dict
        Weekly table by (mask, replication): ``week``, ``community``, ``type``, ``residents`` and the outcomes.
    designs : dict of int to str
        Name by mask.
    outcomes : sequence of str

    Returns
    -------
    DataFrame
        ``mask``, ``design``, ``community`` (``place`` for all communities, weighted by residents), ``type``, ``week``,
        ``outcome``, ``mean``, ``low``, ``high``.
    """
    return pd.concat(
        [
            _of_design(mask, name, weekly, outcomes)
            for mask, name in designs.items()
            if any(key[0] == mask for key in weekly)
        ],
        ignore_index=True,
    )


def _of_design(
    mask: int, name: str, weekly: Mapping[tuple[int, int], pd.DataFrame], outcomes: Sequence[str]
) -> pd.DataFrame:
    frames = [_with_place(frame, outcomes) for (one, _), frame in sorted(weekly.items()) if one == mask]
    keys = frames[0][["community", "type", "week"]]
    stacked = np.stack([frame[list(outcomes)].to_numpy(dtype=float) for frame in frames])
    bands = dict(zip(("mean", "low", "high"), mean_interval(stacked), strict=True))
    parts = [
        keys.assign(mask=mask, design=name, outcome=outcome, **{band: values[:, j] for band, values in bands.items()})
        for j, outcome in enumerate(outcomes)
    ]
    columns = ["mask", "design", "community", "type", "week", "outcome", "mean", "low", "high"]
    return pd.concat(parts, ignore_index=True)[columns]


def _with_place(frame: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """Add the rows of the whole place: communities weighted by residents."""
    values = frame[list(outcomes)]
    weights = values.notna().mul(frame["residents"], axis=0)
    totals = values.mul(frame["residents"], axis=0).groupby(frame["week"]).sum()
    place = (totals / weights.groupby(frame["week"]).sum()).reset_index().assign(community=PLACE, type=PLACE)
    return pd.concat([frame, place], ignore_index=True)
