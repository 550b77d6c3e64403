"""Runs as games: for each replication, what every combination of paths yields."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def values_by_design(runs: pd.DataFrame, masks: Sequence[int], outcomes: Sequence[str]) -> NDArray[np.float64]:
    """Outcomes as an array of replications x designs x outcomes.

    Only replications in which every design succeeded are in it: comparing designs over different luck, or leaving a
    gap in the factorial, would give wrong answers without a word.
    """
    done = runs[runs["status"] == "ok"]
    whole = done.groupby("replication")["mask"].transform("nunique") == len(masks)
    table = done[whole].sort_values(["replication", "mask"])
    order = np.argsort(np.argsort(masks))
    values = table[list(outcomes)].to_numpy(dtype=float).reshape(-1, len(masks), len(outcomes))
    return values[:, order, :]


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
