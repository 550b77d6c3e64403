"""The effect of a design from a panel of communities and waves, with an interval, by three methods.

A community counts as one, since surveys are of one size in all.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from experiments.power.roll_out import RollOut

TWO_WAY, JACKKNIFE, NOT_YET = METHODS = ("two_way", "two_way_jackknife", "not_yet_treated")
SLACK = 1e-9


class Estimates(NamedTuple):
    """Estimates of many panels: each an array with a value for each panel.

    Attributes
    ----------
    estimate, low, high : array
        The effect and its interval.
    clear : array of bool
        Whether no effect is rejected.
    """

    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    clear: np.ndarray


def methods_for(roll_out: RollOut) -> tuple[str, ...]:
    """Methods that differ: where all begin at once, ``not_yet_treated`` is ``two_way``."""
    return METHODS if len({*roll_out.pattern} - {0}) > 1 else (TWO_WAY, JACKKNIFE)


def estimated(panels: np.ndarray, roll_out: RollOut, method: str, alpha: float = 0.05) -> Estimates:
    """Estimate the effect of a design on the communities that had it, from each of many panels.

    Parameters
    ----------
    panels : array, panels x waves x communities
        What the surveys found: shares. Communities stand in the order of the roll-out's pattern.
    roll_out : RollOut
    method : str
        ``two_way``: difference-in-differences by regression with effects of communities and waves, and a randomisation
        test, which is exact for any number of communities (Fisher 1935; Young 2019): the places in the roll-out are
        given out again, and the interval holds the effects that this test does not reject.
        ``two_way_jackknife``: the same estimate with the jackknife over communities (CR3; Bell & McCaffrey 2002) and a
        t distribution of one degree of freedom less than there are communities.
        ``not_yet_treated``: each treated community and wave against those that have not begun, from the mean of the
        waves before its start (after Callaway & Sant'Anna 2021), with a randomisation test. Unlike ``two_way`` it never
        takes communities that began earlier for the comparison, which biases that where effects grow with time
        (Goodman-Bacon 2021).
    alpha : float
        Level of the test; the interval covers 1 - alpha.
    """
    flat = panels.reshape(len(panels), -1)
    if method == JACKKNIFE:
        return _jackknife(flat, roll_out, alpha)
    return _randomised(flat, roll_out, method, alpha)


def compared(roll_out: RollOut, method: str) -> np.ndarray:
    """Treated communities and waves whose effect a method estimates (bool, waves x communities)."""
    treated = roll_out.treated
    if method != NOT_YET:
        return treated
    return treated & ~treated.all(axis=1, keepdims=True)


def two_way_weights(treated: np.ndarray) -> np.ndarray:
    """Weights of the cells in the estimate of a regression with effects of waves (rows) and communities (columns)."""
    d = treated.astype(float)
    left = d - d.mean(axis=0, keepdims=True) - d.mean(axis=1, keepdims=True) + d.mean()
    return left / (left * d).sum()


def not_yet_weights(treated: np.ndarray) -> np.ndarray:
    """Weights of the cells in the mean of all comparisons with communities that have not begun."""
    weights = np.zeros(treated.shape)
    pairs = np.argwhere(treated & ~treated.all(axis=1, keepdims=True))
    for wave, community in pairs:
        before, others = ~treated[:, community], ~treated[wave]
        weights[wave, community] += 1.0
        weights[before, community] -= 1.0 / before.sum()
        weights[wave, others] -= 1.0 / others.sum()
        weights[np.ix_(before, others)] += 1.0 / (before.sum() * others.sum())
    return weights / len(pairs)


@functools.lru_cache(maxsize=256)
def _weights(roll_out: RollOut, method: str) -> tuple[np.ndarray, np.ndarray]:
    """Weights of the cells for each order, and what each order makes of an effect of 1 under the true one."""
    own = (not_yet_weights if method == NOT_YET else two_way_weights)(roll_out.treated)
    by_order = own[:, roll_out.orders].transpose(1, 0, 2).reshape(len(roll_out.orders), -1)
    return by_order, by_order @ roll_out.treated.reshape(-1).astype(float)


def _randomised(flat: np.ndarray, roll_out: RollOut, method: str, alpha: float) -> Estimates:
    by_order, of_one = _weights(roll_out, method)
    found = flat @ by_order.T  # panels x orders, the true one first
    estimate = found[:, :1]
    more = np.abs(found) >= np.abs(estimate) - SLACK
    clear = more.mean(axis=1) <= alpha + SLACK
    # An order does not speak against an effect x as long as |found - x of_one| >= |estimate - x|: between two roots.
    with np.errstate(divide="ignore", invalid="ignore"):
        roots = np.stack([(estimate - found) / (1.0 - of_one), (estimate + found) / (1.0 + of_one)])
    below = np.where(roots <= estimate + SLACK, roots, -np.inf).max(axis=0)
    above = np.where(roots >= estimate - SLACK, roots, np.inf).min(axis=0)
    same = np.abs(np.abs(of_one) - 1.0) < SLACK  # the true order and its mirror image speak against nothing
    below[:, same], above[:, same] = -np.inf, np.inf
    cut = int(np.floor(alpha * len(by_order) + SLACK))
    low = np.partition(below, cut, axis=1)[:, cut]
    high = np.partition(above, -1 - cut, axis=1)[:, -1 - cut]
    return Estimates(estimate[:, 0], low, high, clear)


@functools.lru_cache(maxsize=256)
def _without_one(roll_out: RollOut) -> np.ndarray:
    """Weights of the cells of the two-way estimate without each community in turn: communities x cells."""
    parts = []
    for community in range(roll_out.communities):
        others = np.arange(roll_out.communities) != community
        weights = np.zeros(roll_out.treated.shape)
        weights[:, others] = two_way_weights(roll_out.treated[:, others])
        parts.append(weights.reshape(-1))
    return np.stack(parts)


def _jackknife(flat: np.ndarray, roll_out: RollOut, alpha: float) -> Estimates:
    from scipy.special import stdtrit

    count = roll_out.communities
    estimate = flat @ two_way_weights(roll_out.treated).reshape(-1)
    parts = flat @ _without_one(roll_out).T
    error = np.sqrt((count - 1) / count * ((parts - estimate[:, None]) ** 2).sum(axis=1))
    half = stdtrit(count - 1, 1.0 - alpha / 2) * error
    return Estimates(estimate, estimate - half, estimate + half, np.abs(estimate) > half)
