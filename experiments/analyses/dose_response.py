"""Dose-response: how much more a higher level of a lever brings, and where more brings little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analyses.intervals import LEVEL, mean_interval
from experiments.designs.design import Factor
from sim.errors import InputError

PLACE = "place"
FLAT, RISING, FALLING, TURNING = "flat", "rising", "falling", "turning"
EVEN, SATURATING, ACCELERATING = "even", "saturating", "accelerating"
Values = NDArray[np.float64]


def dose_response(
    runs: pd.DataFrame,
    levers: Sequence[Factor],
    outcomes: Sequence[str],
    communities: pd.DataFrame | None = None,
    around: Mapping[str, float] | None = None,
    resamples: int = 1000,
    seed: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Curves of each lever while the others stand still, and the facts of their shape.

    Levels are compared with the lever's base in the same future, under the same luck. A replication counts for a curve
    where it is there at every level in every future; means over futures are taken first.

    Parameters
    ----------
    runs : DataFrame
        One row for each run: ``run_id``, ``future``, ``replication``, ``status``, levers and outcomes.
    levers : sequence of Factor
        Every lever of the study.
    outcomes : sequence of str
    communities : DataFrame
        ``run_id``, ``type``, the outcomes and ``residents`` (weights; all 1 without it): adds curves by type.
    around : dict of str to float
        Where the other levers stand; at their base unless named.
    resamples, seed : int
        Bootstrap of the replications, for the interval of ``half``.

    Returns
    -------
    curves : DataFrame
        ``lever``, ``outcome``, ``type`` (``place`` for the whole place), ``level``, ``value`` (mean), ``effect``
        against base with ``low`` and ``high`` (95 % t-interval), ``n`` (replications).
    facts : DataFrame
        A row for each curve:

        - ``gain``, ``gain_low``, ``gain_high``: effect of the level that is farthest from base;
        - ``shape``: ``flat`` (the largest effect of any level is not clear), ``rising`` or ``falling`` (in the
          direction of most effect, without a clear step back), or ``turning`` (from its extreme the curve clearly
          comes back). The levels of the largest effect and of the extreme are picked for each replication from the
          others, so that picking does not by itself make a difference;
        - ``extreme``: level of the largest effect in that direction; ``back`` with its interval: by how much the
          farthest level falls short of it;
        - ``bend``: ``saturating`` where the farther half of the range clearly brings less than the nearer half,
          ``accelerating`` where it brings more, ``even`` where that is unclear; ``bend_by`` with its interval is what
          the nearer half brings more;
        - ``half``, ``half_low``, ``half_high``: level at which the isotonic curve through the effects reaches half of
          its height, between two levels by a straight line, with a 95 % bootstrap interval; of a curve that turns, on
          the way to its extreme. NaN for a flat curve;
        - ``n``.

    Raises
    ------
    InputError
        If no lever was run at two levels while the others stood still.
    """
    done = runs[runs["status"] == "ok"]
    tables = {PLACE: done} | _by_type(done, outcomes, communities)
    curves: list[dict[str, Any]] = []
    facts: list[dict[str, Any]] = []
    for lever in levers:
        for type_, table in tables.items():
            part = _still(table, lever, levers, around or {})
            for name in outcomes:
                levels, values = _complete(part, lever, name)
                if len(levels) < 2 or not len(values):
                    continue
                base = int(np.abs(levels - lever.base).argmin())
                told = {"lever": lever.name, "outcome": name, "type": type_}
                curves += [told | row for row in _curve(levels, values, base)]
                facts.append(told | _facts(levels, values, base, resamples, seed))
    if not curves:
        raise InputError("dose-response needs runs of a lever at two levels or more, base among them, others unchanged")
    return pd.DataFrame(curves), pd.DataFrame(facts)


def isotonic(values: Values) -> Values:
    """Non-decreasing curve nearest to each row in least squares, all columns counting alike.

    It is the largest of the means that begin at or before a column of the smallest that end at or after it (Robertson,
    Wright & Dykstra 1988), which takes many rows at once.
    """
    size = values.shape[-1]
    sums = np.concatenate([np.zeros((*values.shape[:-1], 1)), values.cumsum(axis=-1)], axis=-1)
    fitted = np.full_like(values, -np.inf)
    for first in range(size):
        means = (sums[..., first + 1 :] - sums[..., first : first + 1]) / np.arange(1, size - first + 1)
        least = np.minimum.accumulate(means[..., ::-1], axis=-1)[..., ::-1]
        fitted[..., first:] = np.maximum(fitted[..., first:], least)
    return fitted


def _by_type(done: pd.DataFrame, outcomes: Sequence[str], communities: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    """Runs with the outcomes of each type of community in place of the whole place's."""
    if communities is None:
        return {}
    weights = communities["residents"] if "residents" in communities else pd.Series(1.0, index=communities.index)
    sums = communities[["run_id", "type"]].copy()
    for name in outcomes:
        there = weights.where(communities[name].notna(), 0.0)
        sums[name], sums[f"{name} weight"] = communities[name] * there, there
    total = sums.groupby(["type", "run_id"], sort=True, observed=True).sum()
    means = pd.DataFrame({name: total[name] / total[f"{name} weight"] for name in outcomes})
    kept = done.drop(columns=list(outcomes))
    return {type_: kept.join(means.loc[type_], on="run_id") for type_ in means.index.unique("type")}


def _still(table: pd.DataFrame, lever: Factor, levers: Sequence[Factor], around: Mapping[str, float]) -> pd.DataFrame:
    """Runs in which all other levers stand where they should."""
    still = np.ones(len(table), dtype=bool)
    for other in levers:
        if other.name != lever.name:
            still &= np.isclose(table[other.name].to_numpy(dtype=float), around.get(other.name, other.base))
    return table[still]


def _complete(part: pd.DataFrame, lever: Factor, name: str) -> tuple[Values, Values]:
    """Levels, ascending, and values by replication x level; levels are empty where base is not among them."""
    part = part[[lever.name, "future", "replication", name]].dropna()
    levels = np.unique(part[lever.name].to_numpy(dtype=float))
    if not np.isclose(levels, lever.base).any():
        return np.empty(0), np.empty((0, 0))
    wide = part.pivot_table(index="replication", columns=["future", lever.name], values=name, sort=True)
    futures = wide.columns.unique(0)
    wide = wide.reindex(columns=pd.MultiIndex.from_product([futures, levels])).dropna()
    return levels, wide.to_numpy().reshape(len(wide), len(futures), len(levels)).mean(axis=1)


def _curve(levels: Values, values: Values, base: int) -> list[dict[str, Any]]:
    mean, low, high = mean_interval(values - values[:, [base]])
    value = values.mean(axis=0)
    return [
        {
            "level": float(level),
            "value": float(value[at]),
            "effect": float(mean[at]),
            "low": float(low[at]),
            "high": float(high[at]),
            "n": len(values),
        }
        for at, level in enumerate(levels)
    ]


def _facts(levels: Values, values: Values, base: int, resamples: int, seed: int) -> dict[str, Any]:
    """Facts of one curve, walked from base to the farthest level; levels on the other side of base are left out."""
    walk = (
        np.arange(base, len(levels))
        if levels[-1] - levels[base] >= levels[base] - levels[0]
        else np.arange(base, -1, -1)
    )
    x, effects = levels[walk], (values - values[:, [base]])[:, walk]
    mean, low, high = (np.asarray(one) for one in mean_interval(effects))
    is_flat = not mean_interval(_largest(effects))[1] > 0
    sign = float(np.sign(mean[np.abs(mean).argmax()])) or 1.0
    back = mean_interval(_back(sign * effects))
    bend = mean_interval(_bend(x, sign * effects))
    shape = FLAT if is_flat else TURNING if back[1] > 0 else RISING if sign * (x[-1] - x[0]) > 0 else FALLING
    found: dict[str, Any] = {"gain": mean[-1], "gain_low": low[-1], "gain_high": high[-1], "shape": shape}
    found |= {"extreme": x[(sign * mean).argmax()]} | _named("back", back)
    found |= {
        "bend": EVEN if is_flat else SATURATING if bend[1] > 0 else ACCELERATING if bend[2] < 0 else EVEN
    } | _named("bend_by", bend)
    rise = int((sign * mean).argmax()) + 1 if shape == TURNING else len(x)
    half = (np.nan,) * 3 if shape == FLAT else _half(x[:rise], sign * effects[:, :rise], resamples, seed)
    found |= dict(zip(("half", "half_low", "half_high"), half, strict=True))
    return {name: one if isinstance(one, str) else float(one) for name, one in found.items()} | {"n": len(values)}


def _named(name: str, band: tuple[Values, Values, Values]) -> dict[str, Any]:
    return dict(zip((name, f"{name}_low", f"{name}_high"), band, strict=True))


def _largest(effects: Values) -> Values:
    """Effect at the level where the other replications have their largest, in its direction, for each replication."""
    others = effects.sum(axis=0) - effects
    at = np.arange(len(effects)), np.abs(others).argmax(axis=1)
    return effects[at] * np.sign(others[at])


def _back(effects: Values) -> Values:
    """By how much the last level falls short of the extreme that the other replications have, for each replication."""
    others = effects.sum(axis=0) - effects
    return effects[np.arange(len(effects)), others.argmax(axis=1)] - effects[:, -1]


def _bend(x: Values, effects: Values) -> Values:
    """What the first half of the range brings more than the second, for each replication."""
    middle = (x[0] + x[-1]) / 2
    order = np.argsort(x)
    at_middle = np.array([np.interp(middle, x[order], row[order]) for row in effects])
    return 2 * at_middle - effects[:, -1]


def _half(x: Values, effects: Values, resamples: int, seed: int) -> tuple[float, float, float]:
    """Level at which half of the height of the isotonic curve is reached, with its bootstrap interval."""
    number = len(effects)
    half = float(_crossing(x, effects.mean(axis=0)[None])[0])
    if number < 2:
        return half, np.nan, np.nan
    drawn = np.random.default_rng(seed).integers(number, size=(resamples, number))
    halves = _crossing(x, effects[drawn].mean(axis=1))
    halves = halves[np.isfinite(halves)]
    if not len(halves):
        return half, np.nan, np.nan
    low, high = np.quantile(halves, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return half, float(low), float(high)


def _crossing(x: Values, curves: Values) -> Values:
    """Where isotonic curves through the rows reach half of their height; NaN for a row that does not rise."""
    fitted = isotonic(curves)
    fitted = fitted - fitted[:, :1]
    target = fitted[:, -1:] / 2
    after = (fitted >= target).argmax(axis=1)
    rows = np.arange(len(fitted))
    before = np.maximum(after - 1, 0)
    rise = fitted[rows, after] - fitted[rows, before]
    share = np.divide(target[:, 0] - fitted[rows, before], rise, out=np.zeros_like(rise), where=rise > 0)
    return np.where(target[:, 0] > 0, x[before] + share * (x[after] - x[before]), np.nan)
