"""Ties between residents: rows with room to grow, so that ties can form and break while the model runs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# Where a tie comes from.
HOUSEHOLD, NEIGHBOUR, KIN, FRIEND = range(4)
KINDS = ("household", "neighbour", "kin", "friend")


class Ties(NamedTuple):
    """Resident-to-resident ties, each stored from both ends.

    The ties of resident ``i`` are slots ``start[i]`` to ``start[i] + count[i]``; slots up to ``start[i + 1]`` are free.
    """

    start: np.ndarray  # int64, one longer than there are residents
    count: np.ndarray  # type: ignore[assignment]  # int16: ties of each resident (hides a tuple's method)
    to: np.ndarray  # int32: the other resident
    kind: np.ndarray  # int8: HOUSEHOLD, NEIGHBOUR, KIN or FRIEND
    met: np.ndarray  # int16: week of the last thing done together (weeks since the start of the warm-up)
