"""Estimates from records that come in blocks of time: each with an interval as wide as the blocks really differ.

What goes wrong in one month goes wrong for many at once, so records are not independent draws. The variance of a ratio
is therefore taken between blocks (ratio estimator, Cochran 1977, ch. 6), compared with that of independent draws
(design effect, Kish 1965), and never let below it. All intervals are 95 %.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from experiments.patterns import sampling_interval
from sim.measures import weeks_at

LEVEL = 0.95
LAST_WEEK = 52  # as in the model: what takes longer counts as this


class Estimate(NamedTuple):
    """A figure, its 95 % interval, and the number of records or respondents behind it."""

    value: float
    low: float
    high: float
    n: int


def spread_of(above: np.ndarray, below: np.ndarray, independent: float) -> float:
    """Design effect (1 or more): variance of ``sum(above) / sum(below)`` between blocks over that of independent draws.

    Parameters
    ----------
    above, below : arrays, one value a block
    independent : float
        Variance that the ratio would have if records were independent.
    """
    left = above - above.sum() / below.sum() * below
    between = len(left) / (len(left) - 1) * (left**2).sum() / below.sum() ** 2
    return max(1.0, float(between / independent)) if independent > 0.0 else 1.0


def critical(blocks: int) -> float:
    """Quantile of Student's t for a variance that was taken between so many blocks."""
    from scipy.stats import t

    return float(t.ppf(0.5 + LEVEL / 2, blocks - 1))


def share(yes: ArrayLike, of: ArrayLike) -> Estimate:
    """Share of records, from counts by block: Wilson (1927) on the effective number of records."""
    above, below = np.asarray(yes, float), np.asarray(of, float)
    n, value = below.sum(), above.sum() / below.sum()
    effective = n / spread_of(above, below, value * (1.0 - value) / n)
    low, high = sampling_interval(float(value), effective, critical(len(below)))
    return _within(float(value), low, high, int(n))


def _within(value: float, low: float, high: float, n: int) -> Estimate:
    """A share with its interval, which rounding must not push past the share itself at 0 and 1."""
    return Estimate(value, max(0.0, min(low, value)), min(1.0, max(high, value)), n)


def rate(events: ArrayLike, exposure: ArrayLike, n: int | None = None) -> Estimate:
    """Events for a unit of exposure, from counts by block: quasi-Poisson, the interval taken on logarithms.

    ``n`` is the number of records behind it; default: of events. No interval below one event: the upper end is then
    that of a Poisson count of 0.
    """
    above, below = np.asarray(events, float), np.asarray(exposure, float)
    count, total = above.sum(), below.sum()
    number = int(count) if n is None else n
    if count == 0.0:
        return Estimate(0.0, 0.0, -math.log((1.0 - LEVEL) / 2) / total, number)
    half = critical(len(below)) * math.sqrt(spread_of(above, below, count / total**2) / count)
    value = count / total
    return Estimate(float(value), float(value * math.exp(-half)), float(value * math.exp(half)), number)


def days_within(at: float, days: ArrayLike, block: ArrayLike, blocks: int) -> Estimate:
    """Days within which the share ``at`` of records was done, as the model takes it: whole weeks, spread evenly.

    The interval is that of the share that lies below, read off at its two ends (Woodruff 1952).
    """
    weeks = np.minimum(np.asarray(days) // 7, LAST_WEEK).astype(int)
    histogram = np.bincount(weeks, minlength=LAST_WEEK + 1)
    value = float(weeks_at(at, histogram))
    upto = np.bincount(block, weights=weeks <= value, minlength=blocks)
    found = np.bincount(block, minlength=blocks).astype(float)
    seen = upto.sum() / found.sum()
    effective = found.sum() / spread_of(upto, found, seen * (1.0 - seen) / found.sum())
    low, high = sampling_interval(at, effective, critical(blocks))
    first, last = (7.0 * float(weeks_at(end, histogram)) for end in (max(low, 0.0), min(high, 1.0)))
    return Estimate(7.0 * value, first, last, int(found.sum()))


def weighted_share(yes: ArrayLike, weights: ArrayLike) -> Estimate:
    """Share of respondents: Wilson (1927) on the effective sample size of the weights (Kish 1965)."""
    given, weight = np.asarray(yes, float), np.asarray(weights, float)
    value = float((given * weight).sum() / weight.sum())
    low, high = sampling_interval(value, effective_size(weight))
    return _within(value, low, high, len(given))


def weighted_mean(values: ArrayLike, weights: ArrayLike) -> Estimate:
    """Mean over respondents, with Student's t on the effective sample size of the weights."""
    given, weight = np.asarray(values, float), np.asarray(weights, float)
    value = float((given * weight).sum() / weight.sum())
    size = effective_size(weight)
    if size <= 1.0:
        return Estimate(value, -math.inf, math.inf, len(given))
    variance = float((weight * (given - value) ** 2).sum() / weight.sum()) * size / (size - 1.0)
    half = critical(max(2, round(size))) * math.sqrt(variance / size)
    return Estimate(value, value - half, value + half, len(given))


def effective_size(weights: np.ndarray) -> float:
    """Number of equally weighted respondents that would say as much: (sum w)² / sum w² (Kish 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())
