"""Sobol indices of a Saltelli design, with the seed's own share of the variance on a line of its own.

A run is ``Y(x, seed)``. With seeds that all points share (common random numbers) the seed is one factor more, crossed
with the points, and the variance of Y has three parts as in a two-way analysis of variance: of the factors (the
variance of the mean over seeds, which is what the answer is about), of the seed (some seeds are better years at every
point) and of their interaction (a seed helps at some points and harms at others, and all that is left). With seeds of
its own at every point only the first part and the sum of the other two can be told apart.

Indices of the mean over R replications would be wrong by the noise of so few: a product or square of mean outcomes
holds 1/R of the noise of a single run. So products are taken of different seeds only, which have no noise in common:
from the form M of the means and the mean D of the forms of single seeds, ``(R M - D) / (R - 1)`` is what an infinite
number of seeds would give, on average; for shared seeds and own ones alike. D less that is the part of the seed. (For
the variance this is the estimate of a random-effects analysis of variance.) Estimators: Saltelli et al. 2010 (first
order), Jansen 1999 (total), Saltelli 2002 (pairs), as in SALib; a deterministic model gives SALib's numbers.

Intervals: 95 %, by bootstrap over the rows of the base sample, while the variance between shared seeds is drawn from
its distribution for so many seeds (chi-squared). A few seeds say little of it: then its interval is honestly wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analyses.complete import grid
from experiments.analyses.intervals import LEVEL
from sim.errors import InputError

SEED = "seed"
FACTORS, INTERACTION = "factors", "seed with factors"
RESAMPLES = 1000
BOOTSTRAP_SEED = 1
ROUNDING = 1e-14  # of the mean square: less variance than that is none

Array = NDArray[np.float64]


def sobol(runs: pd.DataFrame, sample: pd.DataFrame, outcomes: Sequence[str], index: str = "point") -> pd.DataFrame:
    """First-order and total indices of each factor, and of the seed.

    Parameters
    ----------
    runs : DataFrame
        Complete runs of the sample: ``index``, ``replication``, ``seed``, ``status`` and the outcomes. Without a column
        ``seed``, replications are taken as shared by all points.
    sample : DataFrame
        Points of SALib's ``sobol.sample`` in order, with or without second order: a row for each point, indexed by its
        number, and a column for each factor, in any unit.
    outcomes : sequence of str
    index : str
        Column of ``runs`` that numbers the points: ``point``, or ``future`` for the runs of one policy.

    Returns
    -------
    DataFrame
        For each outcome a line for each factor and a last one ``seed``: ``outcome``, ``factor``;

        - ``first`` and ``total``: first-order (S1) and total (ST) index of the mean over seeds, as shares of the
          variance that the factors explain;
        - ``first_of_all`` and ``total_of_all``: the same as shares of all variance, the seed's included. For ``seed``:
          its main share, and that with its interaction with the factors. The main share is missing where points have
          seeds of their own;
        - each with ``_low`` and ``_high``.

        With a single replication nothing is known of the seed: ``_of_all`` is missing, and ``first`` and ``total`` are
        those of these very runs, luck included. Indices are missing where the factors explain nothing, and intervals
        where that cannot be excluded; estimates of small indices may be below 0.

    Raises
    ------
    IncompleteError
        If a run failed, is missing or there twice, or an outcome is not a number.
    InputError
        If the sample is no Saltelli design, or the runs are of another sample.
    """
    design = _Saltelli.of(sample)
    values, shared = _responses(runs, sample, outcomes, index)
    weights = _drawn_rows(len(design.a))
    tables = []
    for j, outcome in enumerate(outcomes):
        parts = _Parts.of(design, values[:, :, j], shared, weights)
        first, total = design.first_order(parts), design.total_order(parts)
        unknown = np.full_like(parts.all, np.nan)
        shares = {
            "first": np.vstack([_share(first, parts.explained), unknown]),
            "total": np.vstack([_share(total, parts.explained), unknown]),
            "first_of_all": _share(np.vstack([first, parts.seed]), parts.all),
            "total_of_all": _share(np.vstack([total, parts.luck]), parts.all),
        }
        told = pd.DataFrame({"outcome": outcome, "factor": [*map(str, sample.columns), SEED]})
        tables.append(told.join(_with_intervals(shares)))
    return pd.concat(tables, ignore_index=True)


def sobol_pairs(
    runs: pd.DataFrame, sample: pd.DataFrame, outcomes: Sequence[str], index: str = "point"
) -> pd.DataFrame:
    """Second-order indices: what two factors do together beyond what either does alone.

    Parameters
    ----------
    runs, sample, outcomes, index
        As for :func:`sobol`; the sample has to be one for second order.

    Returns
    -------
    DataFrame
        ``outcome``, ``first``, ``second`` (factors), ``interaction`` (share of the variance that the factors explain)
        and ``interaction_of_all`` (share of all variance), each with ``_low`` and ``_high``.

    Raises
    ------
    IncompleteError, InputError
        As for :func:`sobol`; also if the sample has no points for second order.
    """
    design = _Saltelli.of(sample)
    if not len(design.ba):
        raise InputError("sample: it has no points for second-order indices; sample it with calc_second_order=True")
    values, shared = _responses(runs, sample, outcomes, index)
    weights = _drawn_rows(len(design.a))
    one, other = design.pairs
    tables = []
    for j, outcome in enumerate(outcomes):
        parts = _Parts.of(design, values[:, :, j], shared, weights)
        both = design.second_order(parts)
        shares = {"interaction": _share(both, parts.explained), "interaction_of_all": _share(both, parts.all)}
        names = sample.columns.astype(str)
        told = pd.DataFrame({"outcome": outcome, "first": names[one], "second": names[other]})
        tables.append(told.join(_with_intervals(shares)))
    return pd.concat(tables, ignore_index=True)


def variance_parts(
    runs: pd.DataFrame, sample: pd.DataFrame, outcomes: Sequence[str], index: str = "point"
) -> pd.DataFrame:
    """Where the variance of runs comes from: the factors, the seed, or both together.

    Parameters
    ----------
    runs, sample, outcomes, index
        As for :func:`sobol`, but for any sample of independent points (Latin hypercube, Sobol sequence); of a Saltelli
        design its two base samples are read.

    Returns
    -------
    DataFrame
        ``outcome``; ``source``: ``factors``, ``seed`` and ``seed with factors`` where all points share their seeds,
        else ``factors`` and ``seed`` (with all that it does); ``variance`` (in the outcome's unit squared; an estimate
        below 0 means none) and ``share`` with ``share_low`` and ``share_high``.

    Raises
    ------
    IncompleteError
        As for :func:`sobol`.
    InputError
        If the runs are of another sample, or there are fewer than two replications or points.
    """
    values, shared = _responses(runs, sample, outcomes, index)
    if min(values.shape[:2]) < 2:
        raise InputError("runs: parts of the variance need two points and two replications at least")
    try:
        design = _Saltelli.of(sample)
    except InputError:
        design = _Saltelli.plain(len(sample))
    weights = _drawn_rows(len(design.a))
    tables = []
    for j, outcome in enumerate(outcomes):
        parts = _Parts.of(design, values[:, :, j], shared, weights)
        if shared:
            sources = {FACTORS: parts.explained, SEED: parts.seed, INTERACTION: parts.luck - parts.seed}
        else:
            sources = {FACTORS: parts.explained, SEED: parts.luck}
        variances = np.vstack(list(sources.values()))
        told = pd.DataFrame({"outcome": outcome, "source": list(sources), "variance": variances[:, 0]})
        tables.append(told.join(_with_intervals({"share": _share(variances, parts.all)})))
    return pd.concat(tables, ignore_index=True)


def _responses(runs: pd.DataFrame, sample: pd.DataFrame, outcomes: Sequence[str], index: str) -> tuple[Array, bool]:
    """Outcomes as points x replications x outcomes, and whether all points share their seeds."""
    values = grid(runs, outcomes, {index: sample.index, "replication": None})
    if "seed" not in runs or runs.groupby("replication")["seed"].nunique().max() == 1:
        return values, True
    if runs["seed"].is_unique:
        return values, False
    raise InputError("runs: seeds have to be either the same at all points, or of each run its own")


def _drawn_rows(rows: int) -> Array:
    """Weights of the base rows: (1 + resamples) x rows; the first are all the same."""
    even = np.full(rows, 1 / rows)
    drawn = np.random.default_rng(BOOTSTRAP_SEED).multinomial(rows, even, size=RESAMPLES) / rows
    return np.vstack([even, drawn])


def _share(part: Array, whole: Array) -> Array:
    """Part over whole; NaN where there is no whole."""
    whole = np.broadcast_to(whole, part.shape)
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)


def _with_intervals(shares: dict[str, Array]) -> pd.DataFrame:
    """Estimates with low and high, of lines x (estimate, then resamples)."""
    found: dict[str, Array] = {}
    for name, values in shares.items():
        low, high = np.quantile(values[:, 1:], [0.5 - LEVEL / 2, 0.5 + LEVEL / 2], axis=1)
        found |= {name: values[:, 0], f"{name}_low": low, f"{name}_high": high}
    return pd.DataFrame(found)


@dataclass(frozen=True)
class _Saltelli:
    """Where the points of a Saltelli design stand in the sample.

    Attributes
    ----------
    a, b : array
        Rows of the two base samples; of a plain sample both are all of it.
    ab, ba : array
        Factors x base rows: the rows of ``a`` with one factor of ``b``, and the other way round (empty if not sampled).
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    ab: NDArray[np.int64]
    ba: NDArray[np.int64]

    @classmethod
    def of(cls, sample: pd.DataFrame) -> _Saltelli:
        """Read the design off the points themselves, so that neither length nor order can be wrong unnoticed."""
        points, factors = sample.to_numpy(dtype=float), sample.shape[1]
        for pairs in (True, False):
            step = (2 if pairs else 1) * factors + 2
            if not len(points) or len(points) % step:
                continue
            rows = np.arange(len(points)).reshape(-1, step).T
            ab, ba = rows[1 : factors + 1], rows[factors + 1 : -1]
            if _crosses(points, rows[0], rows[-1], ab) and _crosses(points, rows[-1], rows[0], ba):
                return cls(rows[0], rows[-1], ab, ba)
        raise InputError(
            f"sample: {len(points)} points of {factors} factors are not a Saltelli design "
            f"(N x {factors + 2} or N x {2 * factors + 2} points in SALib's order)"
        )

    @classmethod
    def plain(cls, points: int) -> _Saltelli:
        """Any sample of independent points."""
        rows, none = np.arange(points), np.empty((0, points), dtype=np.int64)
        return cls(rows, rows, none, none)

    @property
    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Numbers of the factors of each pair."""
        first, second = np.triu_indices(len(self.ab), 1)
        return first.astype(np.int64), second.astype(np.int64)

    def first_order(self, parts: _Parts) -> Array:
        """Variance of the expectation given each factor: factors x (estimate, then resamples)."""
        y = parts.outcome
        return parts.over_seeds(y[self.b] * (y[self.ab] - y[self.a]))

    def total_order(self, parts: _Parts) -> Array:
        """Expected variance given all factors but one."""
        y = parts.outcome
        return parts.over_seeds(0.5 * (y[self.a] - y[self.ab]) ** 2)

    def second_order(self, parts: _Parts) -> Array:
        """Variance of the expectation given two factors, less that given either: pairs x (estimate, then resamples)."""
        y, alone = parts.outcome, self.first_order(parts)
        one, other = self.pairs
        return parts.over_seeds(y[self.ba[one]] * y[self.ab[other]] - y[self.a] * y[self.b]) - alone[one] - alone[other]


def _crosses(points: Array, own: NDArray[np.int64], other: NDArray[np.int64], rows: NDArray[np.int64]) -> bool:
    """Whether row ``j`` of ``rows`` is ``own`` with factor ``j`` of ``other``."""
    for j, at in enumerate(rows):
        expected = points[own].copy()
        expected[:, j] = points[other][:, j]
        if not np.array_equal(points[at], expected):
            return False
    return True


@dataclass(frozen=True)
class _Parts:
    """Parts of the variance: the estimate first, then its resamples.

    Attributes
    ----------
    outcome : array
        Points x (mean over seeds, then each seed), each centred.
    weights : array
        (1 + resamples) x base rows: how often each row is drawn, over the number drawn.
    explained : array
        Variance of the mean over infinitely many seeds.
    seed : array
        Variance between shared seeds; NaN where they are not shared, or there is one.
    luck : array
        Variance of everything but ``explained``; NaN with a single seed.
    """

    outcome: Array
    weights: Array
    explained: Array
    seed: Array
    luck: Array

    @property
    def all(self) -> Array:
        """All variance."""
        return self.explained + self.luck

    def over_seeds(self, products: Array) -> Array:
        """Mean over the base rows as infinitely many seeds would give it, of lines x rows x (mean, then seeds)."""
        return _without_noise(products)[0] @ self.weights.T

    @classmethod
    def of(cls, design: _Saltelli, outcome: Array, shared: bool, weights: Array) -> _Parts:
        """Parts of an outcome at points x seeds."""
        seeds = outcome.shape[1]
        base = np.union1d(design.a, design.b)
        levels = outcome[base].mean(axis=0)
        centred = outcome - outcome.mean(axis=0)
        values = np.column_stack([centred.mean(axis=1), centred])
        mean = weights @ (values[design.a] + values[design.b]) / 2
        square = weights @ (values[design.a] ** 2 + values[design.b] ** 2) / 2
        explained, noise = _without_noise(square - mean**2)
        scale = float((outcome**2).mean())
        explained = np.where(np.abs(explained) > ROUNDING * scale, explained, 0.0)
        unknown = np.full_like(explained, np.nan)
        if seeds < 2:
            return cls(values, weights, explained, unknown, unknown)
        if not shared:
            return cls(values, weights, explained, unknown, noise)
        freedom = seeds - 1
        draws = np.random.default_rng([BOOTSTRAP_SEED, freedom]).chisquare(freedom, len(weights) - 1)
        spread = np.append(1.0, freedom / draws) * levels.var(ddof=1)
        between = spread - noise / len(base)
        return cls(values, weights, explained, between, between + noise)


def _without_noise(forms: Array) -> tuple[Array, Array]:
    """Split forms of the mean and of each seed (last axis) into what seeds have in common, and the rest."""
    mean, single = forms[..., 0], forms[..., 1:]
    seeds = single.shape[-1]
    if seeds < 2:
        return mean, np.full_like(mean, np.nan)
    own = single.mean(axis=-1)
    common = (seeds * mean - own) / (seeds - 1)
    return common, own - common
