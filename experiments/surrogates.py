"""A quick stand-in for the model in a search: each outcome as a sum of what levers do alone and in pairs.

Bayesian linear regression on the levers' places in their ranges, their squares (where a lever has more than two levels)
and the products of all pairs, as in Baptista & Poloczek (2018). There may be far more terms than points: what the
points do not tell, the prior holds near zero, and a draw from the posterior is one of the stand-ins that they allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

# Tried against each other by how likely they make the points; in units of the spread of the effects of single levers.
_PAIRS = (0.05, 0.15, 0.4)
_NOISE = (0.03, 0.1, 0.3, 1.0)


def terms(places: Values, curved: NDArray[np.bool_]) -> Values:
    """Columns of the regression: points x terms.

    Parameters
    ----------
    places : array, points x levers
        Where each lever stands, from 0 (base) to 1 (furthest from it).
    curved : array of bool
        Levers with a square of their own.
    """
    first, second = np.triu_indices(places.shape[1], 1)
    squares = places[:, curved] ** 2
    return np.concatenate([places, squares, places[:, first] * places[:, second]], axis=1)


@dataclass(frozen=True)
class Quadratic:
    """Posterior of the weights of the terms for several outcomes, each as a difference to the base point."""

    columns: Values
    spread: Values  # outcomes x terms: prior standard deviation of each weight
    noise: Values  # outcomes: variance
    solved: Values  # outcomes x points: (K + noise)^-1 y
    factors: Sequence[Values]  # Cholesky factor of K + noise of each outcome

    @classmethod
    def fit(cls, places: Values, outcomes: Values, curved: NDArray[np.bool_]) -> Quadratic:
        """Fit outcomes (points x outcomes, differences to the base point) on the levers' places."""
        from scipy.linalg import cho_factor, cho_solve

        columns = terms(places, curved)
        levers, pairs = places.shape[1], columns.shape[1] - places.shape[1]
        single = columns[:, :levers] @ columns[:, :levers].T
        double = columns[:, levers:] @ columns[:, levers:].T
        spread, noise, solved, factors = [], [], [], []
        for y in outcomes.T:
            best = None
            for two in _PAIRS:
                for error in _NOISE:
                    kernel = single + two**2 * double + error**2 * np.eye(len(y))
                    factor = cho_factor(kernel, lower=True)
                    alpha = cho_solve(factor, y)
                    scale = max(float(y @ alpha) / len(y), 1e-300)  # most likely square of the unit
                    likely = -0.5 * len(y) * np.log(scale) - np.log(np.diag(factor[0])).sum()
                    if best is None or likely > best[0]:
                        best = likely, two, error, scale, factor[0], alpha
            assert best is not None
            _, two, error, scale, lower, alpha = best
            spread.append(np.sqrt(scale) * np.concatenate([np.ones(levers), np.full(pairs, two)]))
            noise.append(scale * error**2)
            solved.append(alpha / scale)
            factors.append(np.tril(lower) * np.sqrt(scale))
        return cls(columns, np.array(spread), np.array(noise), np.array(solved), factors)

    def draw(self, random: np.random.Generator) -> Values:
        """Weights of one stand-in that the points allow: outcomes x terms (by Matheron's rule)."""
        from scipy.linalg import cho_solve

        drawn = []
        for spread, noise, solved, lower in zip(self.spread, self.noise, self.solved, self.factors, strict=True):
            prior = random.normal(size=len(spread)) * spread
            error = random.normal(size=len(self.columns)) * np.sqrt(noise)
            missed = cho_solve((lower, True), self.columns @ prior + error)
            drawn.append(prior + spread**2 * (self.columns.T @ (solved - missed)))
        return np.array(drawn)
