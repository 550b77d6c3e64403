"""Means over replications with their intervals."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

LEVEL = 0.95
RESAMPLES = 1000
BOOTSTRAP_SEED = 1
AT_ONCE = 64  # columns that are resampled together, so that memory stays small


def mean_interval(values: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mean over the first axis with its 95 % t-interval: mean, low, high. The interval is NaN for a single value."""
    values = np.asarray(values, dtype=float)
    n = len(values)
    mean = values.mean(axis=0)
    if n < 2:
        unknown = np.full_like(mean, np.nan)
        return mean, unknown, unknown
    half = stdtrit(n - 1, 0.5 + LEVEL / 2) * values.std(axis=0, ddof=1) / np.sqrt(n)
    return mean, mean - half, mean + half


def crossed_interval(values: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mean over futures and replications (the first two axes) with its 95 % interval: mean, low, high.

    With one future, a t-interval over replications. With several, the same seeds meet every future, so neither pairs
    nor replications are independent: futures and replications are both drawn again (the pigeonhole bootstrap, Owen
    2007), and the interval is one for the mean over futures such as these; with fewer than about ten futures it is too
    narrow. Cells that are NaN are left out; an interval is NaN where one number, or none, is left.
    """
    values = np.asarray(values, dtype=float)
    shape = values.shape[2:]
    flat = values.reshape(*values.shape[:2], -1)
    mean, low, high = _t_interval(flat.reshape(-1, flat.shape[2]))
    if len(flat) > 1:
        weights = _drawn(*flat.shape[:2])
        low, high = np.full_like(mean, np.nan), np.full_like(mean, np.nan)
        for first in range(0, flat.shape[2], AT_ONCE):
            some = slice(first, first + AT_ONCE)
            low[some], high[some] = _resampled(flat[:, :, some], *weights)
    return mean.reshape(shape), low.reshape(shape), high.reshape(shape)


def _t_interval(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Like :func:`mean_interval`, but without the NaNs of each column."""
    there = np.isfinite(values)
    n = there.sum(axis=0)
    mean = np.where(n > 0, np.where(there, values, 0.0).sum(axis=0) / np.maximum(n, 1), np.nan)
    square = (np.where(there, values - mean, 0.0) ** 2).sum(axis=0)
    freedom = np.maximum(n - 1, 1)
    half = np.where(n > 1, stdtrit(freedom, 0.5 + LEVEL / 2) * np.sqrt(square / freedom / np.maximum(n, 1)), np.nan)
    return mean, mean - half, mean + half


@functools.lru_cache(maxsize=4)
def _drawn(futures: int, replications: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How often each future, and each replication, is drawn in each resample."""
    random = np.random.default_rng(BOOTSTRAP_SEED)
    draws = [random.multinomial(n, np.full(n, 1 / n), size=RESAMPLES) for n in (futures, replications)]
    return draws[0].astype(float), draws[1].astype(float)


def _resampled(
    values: NDArray[np.float64], futures: NDArray[np.float64], replications: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    there = np.isfinite(values)
    sums, counts = (
        np.einsum("br,brk->bk", replications, np.tensordot(futures, cells, axes=1))
        for cells in (np.where(there, values, 0.0), there.astype(float))
    )
    means = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    known = (there.sum(axis=(0, 1)) > 1) & np.isfinite(means).any(axis=0)
    low, high = np.full(known.shape, np.nan), np.full(known.shape, np.nan)
    low[known], high[known] = np.nanquantile(means[:, known], [0.5 - LEVEL / 2, 0.5 + LEVEL / 2], axis=0)
    return low, high


def is_clear(low: float, high: float) -> bool:
    """Whether an interval excludes 0."""
    return bool(low > 0 or high < 0)
