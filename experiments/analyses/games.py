"""Runs as games: for each replication, what every combination of paths yields."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analyses.complete import require_columns
from sim.errors import InputError


def values_by_design(runs: pd.DataFrame, masks: Sequence[int], outcomes: Sequence[str]) -> NDArray[np.float64]:
    """Outcomes as an array of replications x designs x outcomes.

    Only replications in which every design succeeded are in it: comparing designs over different luck, or leaving a
    gap in the factorial, would give wrong answers without a word. With several futures, a row for each replication of
    each.
    """
    return _whole(runs, masks, outcomes)[1]


def games(runs: pd.DataFrame, masks: Sequence[int], outcomes: Sequence[str]) -> NDArray[np.float64]:
    """Outcomes as an array of futures x replications x designs x outcomes; NaN where a design failed or is missing.

    Parameters
    ----------
    runs : DataFrame
        ``mask`` (see :func:`with_masks`), ``replication``, ``status``, the outcomes and, if they vary, ``future``.
    masks : sequence of int
        Designs that a game consists of.
    outcomes : sequence of str

    Raises
    ------
    InputError
        If a design was run more than once in the same future and replication.
    """
    luck, values = _whole(runs, masks, outcomes)
    futures, replications = (np.unique(luck[:, axis], return_inverse=True) for axis in (0, 1))
    array = np.full((max(len(futures[0]), 1), len(replications[0]), *values.shape[1:]), np.nan)
    array[futures[1], replications[1]] = values
    return array


def _whole(
    runs: pd.DataFrame, masks: Sequence[int], outcomes: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Future and replication of each whole game, and its values."""
    done = runs[runs["status"] == "ok"]
    done = done.assign(future=done.get("future", 0))
    luck = ["future", "replication"]
    if done.duplicated([*luck, "mask"]).any():
        raise InputError("runs: a design has to be there once in each future and replication; choose the runs of one")
    whole = done.groupby(luck)["mask"].transform("nunique") == len(masks)
    table = done[whole].sort_values([*luck, "mask"])
    order = np.argsort(np.argsort(masks))
    values = table[list(outcomes)].to_numpy(dtype=float).reshape(-1, len(masks), len(outcomes))
    return table[luck].to_numpy(dtype=np.int64)[:: len(masks)], values[:, order, :]


def with_masks(runs: pd.DataFrame, levers: Sequence[str]) -> pd.DataFrame:
    """Runs with a column ``mask``, in which bit ``i`` is set where lever ``i`` is not as in the baseline (policy 0).

    Raises
    ------
    InputError
        If there is no baseline, or a lever has more than two values: there is no game then.
    """
    require_columns(runs, ["policy", *levers])
    baseline = runs.loc[runs["policy"] == 0]
    if baseline.empty:
        raise InputError("runs: no run of the baseline (policy 0), to which the levers could be compared")
    mask = np.zeros(len(runs), dtype=np.int64)
    for bit, lever in enumerate(levers):
        if runs[lever].nunique() > 2:
            raise InputError(f"runs: {lever} has {runs[lever].nunique()} values; a game needs two, of which one is off")
        mask |= (runs[lever] != baseline[lever].iloc[0]).to_numpy().astype(np.int64) << bit
    return runs.assign(mask=mask)


def shapley_weights(players: int) -> NDArray[np.float64]:
    """Matrix that turns the 2^k values of a game into its Shapley values: players x coalitions."""
    weights = np.zeros((players, 1 << players))
    for player in range(players):
        for mask in range(1 << players):
            if not mask >> player & 1:
                size = mask.bit_count()
                weight = math.factorial(size) * math.factorial(players - size - 1) / math.factorial(players)
                weights[player, mask | 1 << player] += weight
                weights[player, mask] -= weight
    return weights


def interaction_weights(players: int) -> tuple[list[tuple[int, int]], NDArray[np.float64]]:
    """Pairs of players, and the matrix that turns a game into their Shapley interaction indices (Grabisch 1997).

    The index is the mean over what the others do of ``v(both) - v(first) - v(second) + v(neither)``: positive where two
    are worth more together than apart, negative where one makes the other less useful, 0 where they just add up.
    """
    pairs = [(i, j) for i in range(players) for j in range(i + 1, players)]
    weights = np.zeros((len(pairs), 1 << players))
    for row, (i, j) in enumerate(pairs):
        first, second = 1 << i, 1 << j
        for mask in range(1 << players):
            if not mask & (first | second):
                size = mask.bit_count()
                weight = math.factorial(size) * math.factorial(players - size - 2) / math.factorial(players - 1)
                weights[row, mask | first | second] += weight
                weights[row, mask | first] -= weight
                weights[row, mask | second] -= weight
                weights[row, mask] += weight
    return pairs, weights
