"""Small cells: what stands for few people is not shown, nor what would let it be worked out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Fewest people in a figure that is shown. Research data services ask for 10: UK LLC (2025), "Statistical Disclosure
# Control"; Office for National Statistics, advice for the Longitudinal Study ("10 threshold rule").
LEAST = 10

Sum = tuple[Sequence[int], int]  # cells, and the cell that is their total


def hidden_cells(counts: Sequence[int], sums: Sequence[Sum], least: int = LEAST) -> np.ndarray:
    """Which cells must not be shown.

    Parameters
    ----------
    counts : sequence of int
        People (or records) of each cell.
    sums : sequence of (parts, total)
        Positions of cells that add up to the cell at position ``total``.
    least : int
        Fewest people in a cell that is shown.

    Returns
    -------
    array of bool
        True for cells under ``least``, and for as many others, smallest first, as it takes that no such cell, nor the
        sum of all that is hidden in one line if that is small, follows from what is shown.
    """
    size = np.asarray(counts)
    hidden = size < least
    lines = [np.array([*parts, total]) for parts, total in sums]
    while True:
        exposed = _exposed(size, hidden, lines, sums, least)
        if exposed is None:
            return hidden
        shown = exposed[~hidden[exposed]]
        hidden[shown[np.argmin(size[shown])]] = True


def _exposed(
    size: np.ndarray, hidden: np.ndarray, lines: Sequence[np.ndarray], sums: Sequence[Sum], least: int
) -> np.ndarray | None:
    """First line that gives something away and has more to hide, or None."""
    solved = _solved(hidden, lines, sums)
    for line, (_, total) in zip(lines, sums, strict=True):
        if hidden[line].all() or not hidden[line].any():
            continue
        rest = line[hidden[line] & (line != total)]
        too_small = not hidden[total] and size[rest].sum() < least
        if too_small or solved[line].any():
            return line
    return None


def _solved(hidden: np.ndarray, lines: Sequence[np.ndarray], sums: Sequence[Sum]) -> np.ndarray:
    """Hidden cells that the sums determine: their unit vector lies in the row space of the equations."""
    cells = np.flatnonzero(hidden)
    equations = np.zeros((len(lines), len(hidden)))
    for row, (parts, total) in enumerate(sums):
        equations[row, list(parts)] = 1.0
        equations[row, total] = -1.0
    found, equations = np.zeros(len(hidden), bool), equations[:, cells]
    if not cells.size or not len(lines):
        return found
    rows = np.linalg.pinv(equations) @ equations  # projection onto the row space
    found[cells] = np.isclose(np.diag(rows), 1.0)
    return found
