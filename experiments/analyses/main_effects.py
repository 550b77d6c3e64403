"""Main effects and two-way interactions of factors, from designs of levels; regression coefficients, from samples.

The main effect of a factor is the mean outcome where it is high less that where it is low. The interaction of two is
half the difference between the effect of the one where the other is high and where it is low (Box, Hunter & Hunter).
Designs smaller than the full factorial cannot tell some effects apart: those are aliases, and named beside the effect
that stands for them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analyses.complete import grid, require_columns
from experiments.analyses.intervals import LEVEL, crossed_interval
from sim.errors import InputError

RESAMPLES = 500
BOOTSTRAP_SEED = 1
NOTHING_LEFT = 1e-9

Array = NDArray[np.float64]


def main_effects(
    runs: pd.DataFrame, factors: Sequence[str], outcomes: Sequence[str], interactions: bool = True
) -> pd.DataFrame:
    """Main effects and two-way interactions, by least squares on factors coded from -1 (lowest) to 1 (highest).

    Each replication (of each future) gives an estimate of its own, under luck that its points share; intervals are over
    these.

    Parameters
    ----------
    runs : DataFrame
        Complete runs of a factorial design, full or fractional, in one or more futures: ``policy``, ``replication``,
        ``status``, the factors, the outcomes and, if they vary, ``future``.
    factors : sequence of str
        Columns of levers.
    outcomes : sequence of str
    interactions : bool
        Whether to tell two-way interactions too. Without them, they are still named as aliases.

    Returns
    -------
    DataFrame
        ``kind`` (``main`` or ``interaction``), ``first``, ``second`` (empty for a main effect), ``outcome``; ``effect``
        with ``low`` and ``high`` (95 %: a t-interval over replications, or one for the mean over futures, see
        :func:`experiments.analyses.intervals.crossed_interval`); ``aliases``: effects up to two-way interactions whose
        value is in it too, such as ``-b:c`` (less it) or ``0.33 b:c`` (a third of it); ``n`` (estimates).

    Raises
    ------
    IncompleteError
        If a run failed, is missing or there twice, or an outcome is not a number.
    InputError
        If a factor never changes, or changes only together with others so that main effects cannot be told apart.
    """
    require_columns(runs, ["policy", *factors])
    axes = ["future", "policy", "replication"] if "future" in runs else ["policy", "replication"]
    values = grid(runs, outcomes, dict.fromkeys(axes))
    if "future" not in runs:
        values = values[None]
    settings = runs[["policy", *factors]].drop_duplicates().set_index("policy").sort_index()
    if not settings.index.is_unique:
        raise InputError("runs: the factors have to be the same in all runs of a policy; give levers only")
    columns, terms = _terms(_coded(settings))
    told, aliases = _estimable(columns, terms, len(factors), interactions)
    model = np.column_stack([np.ones(len(columns)), columns[:, told]])
    futures, points, replications = values.shape[:3]
    flat = values.transpose(1, 0, 2, 3).reshape(points, -1)
    solved = np.linalg.lstsq(model, flat, rcond=None)[0][1:]
    found = 2.0 * solved.reshape(len(told), futures, replications, len(outcomes)).transpose(1, 2, 0, 3)
    mean, low, high = crossed_interval(found)
    rows = []
    for place, term in enumerate(told):
        names = [factors[factor] for factor in terms[term]]
        kind, second = ("main", "") if len(names) == 1 else ("interaction", names[1])
        also = ", ".join(_alias(size, [factors[one] for one in terms[other]]) for other, size in aliases[term])
        for j, outcome in enumerate(outcomes):
            bounds = (mean[place, j], low[place, j], high[place, j])
            rows.append((kind, names[0], second, outcome, *bounds, also, futures * replications))
    header = ["kind", "first", "second", "outcome", "effect", "low", "high", "aliases", "n"]
    return pd.DataFrame(rows, columns=header)


def standardised_coefficients(
    runs: pd.DataFrame, sample: pd.DataFrame, outcomes: Sequence[str], index: str = "point"
) -> pd.DataFrame:
    """Standardised regression coefficients: standard deviations that an outcome moves with one of a factor.

    Of the mean over replications at each point. The squares add up to ``r2``, the share of the variance between points
    that straight lines explain, where factors are uncorrelated: below about 0.7 the coefficients say little, and Sobol
    indices are wanted. Noise that few replications leave lowers ``r2`` too.

    Parameters
    ----------
    runs : DataFrame
        Complete runs of the sample: ``index``, ``replication``, ``status`` and the outcomes.
    sample : DataFrame
        A Latin hypercube or another sample: a row for each point, indexed by its number, a column for each factor.
    outcomes : sequence of str
    index : str
        Column of ``runs`` that numbers the points: ``point``, or ``future`` for the runs of one policy.

    Returns
    -------
    DataFrame
        For each outcome, strongest first: ``outcome``, ``rank``, ``factor``, ``src`` with ``low`` and ``high`` (95 %,
        by bootstrap over points) and ``r2``; missing for an outcome that never changes.

    Raises
    ------
    IncompleteError
        If a run failed, is missing or there twice, or an outcome is not a number.
    InputError
        If there are not more points than factors and one, or a factor does not vary on its own.
    """
    values = grid(runs, outcomes, {index: sample.index, "replication": None}).mean(axis=1)
    points, names = sample.to_numpy(dtype=float), list(map(str, sample.columns))
    if len(points) < len(names) + 2:
        raise InputError(f"sample: {len(points)} points are too few for a regression on {len(names)} factors")
    if _rank(points - points.mean(axis=0)) < len(names):
        raise InputError("sample: a factor never changes, or only together with others: its effect cannot be told")
    coefficients, r2 = _standardised(points, values)
    random = np.random.default_rng(BOOTSTRAP_SEED)
    draws = random.integers(len(points), size=(RESAMPLES, len(points)))
    drawn = [_standardised(points[rows], values[rows])[0] for rows in draws]
    low, high = np.quantile(drawn, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2], axis=0)
    unvarying = ~_scaled(values).any(axis=0)
    for numbers in (coefficients, low, high, r2):
        numbers[..., unvarying] = np.nan
    tables = []
    for j, outcome in enumerate(outcomes):
        table = pd.DataFrame({"factor": names, "src": coefficients[:, j], "low": low[:, j], "high": high[:, j]})
        table = table.sort_values("src", key=lambda src: -src.abs(), kind="stable", ignore_index=True)
        tables.append(table.assign(outcome=outcome, rank=np.arange(1, len(table) + 1), r2=r2[j]))
    return pd.concat(tables, ignore_index=True)[["outcome", "rank", "factor", "src", "low", "high", "r2"]]


def _coded(settings: pd.DataFrame) -> Array:
    """Factors from -1 at their lowest to 1 at their highest value."""
    low, high = settings.min(), settings.max()
    for name in settings:
        if low[name] == high[name]:
            raise InputError(f"runs: {name} is {low[name]} in all runs, so it has no effect to tell")
    return (2.0 * (settings - low) / (high - low) - 1.0).to_numpy(dtype=float)


def _terms(coded: Array) -> tuple[Array, list[tuple[int, ...]]]:
    """Columns of all main effects and two-way interactions, and the factors that each belongs to."""
    k = coded.shape[1]
    terms: list[tuple[int, ...]] = [(i,) for i in range(k)]
    terms += [(i, j) for i in range(k) for j in range(i + 1, k)]
    return np.column_stack([coded[:, list(term)].prod(axis=1) for term in terms]), terms


def _estimable(
    columns: Array, terms: Sequence[tuple[int, ...]], mains: int, interactions: bool
) -> tuple[list[int], dict[int, list[tuple[int, float]]]]:
    """Terms that can be told apart, first come first served, and for each what else its estimate holds, how much."""
    model = np.column_stack([np.ones(len(columns)), columns[:, :mains]])
    if _rank(model) < model.shape[1]:
        raise InputError("runs: some factors change only together; the design cannot tell their main effects apart")
    told = list(range(mains))
    basis = np.linalg.qr(model)[0]
    for term in range(mains, len(terms) if interactions else mains):
        new = _beyond(basis, columns[:, term])
        if new is not None:
            basis = np.column_stack([basis, new])
            told.append(term)
    model = np.column_stack([np.ones(len(columns)), columns[:, told]])
    left = [term for term in range(len(terms)) if term not in told]
    sizes = np.linalg.lstsq(model, columns[:, left], rcond=None)[0][1:]
    return told, {
        term: [(other, size) for other, size in zip(left, row, strict=True) if abs(size) > NOTHING_LEFT]
        for term, row in zip(told, sizes, strict=True)
    }


def _beyond(basis: Array, column: Array) -> Array | None:
    """Direction of a column that an orthonormal basis has not; None where it has all of it."""
    rest = column - basis @ (basis.T @ column)
    rest -= basis @ (basis.T @ rest)  # once more, as rounding leaves some of it
    size = float(np.linalg.norm(rest))
    return rest / size if size > NOTHING_LEFT * np.sqrt(len(column)) else None


def _rank(columns: Array) -> int:
    return int(np.linalg.matrix_rank(columns / np.maximum(np.abs(columns).max(axis=0), np.finfo(float).tiny)))


def _alias(size: float, names: Sequence[str]) -> str:
    name = ":".join(names)
    if np.isclose(abs(size), 1.0):
        return name if size > 0 else f"-{name}"
    return f"{size:.2g} {name}"


def _standardised(points: Array, values: Array) -> tuple[Array, Array]:
    """Coefficients (factors x outcomes) and R2 (outcomes) of standardised points and values."""
    x, y = _scaled(points), _scaled(values)
    solved = np.asarray(np.linalg.lstsq(x, y, rcond=None)[0], dtype=float)
    return solved, 1.0 - ((y - x @ solved) ** 2).mean(axis=0)


def _scaled(columns: Array) -> Array:
    """Columns with mean 0 and variance 1; all 0 where they do not vary."""
    centred = columns - columns.mean(axis=0)
    spread = centred.std(axis=0)
    varies = spread > NOTHING_LEFT * np.maximum(np.abs(columns).max(axis=0), np.finfo(float).tiny)
    return np.divide(centred, spread, out=np.zeros_like(centred), where=varies)
