"""Saltelli's sample for Sobol indices: two Sobol samples, and copies of one with a factor taken from the other.

When: which share of the variance of an outcome comes from each uncertain number, alone and with others? For up to some
25 factors that ``morris`` has not shown to be idle. Cost: points × (k + 2) for k factors, points × (2k + 2) with
``second_order``; 512 points or more. Doubling ``points`` with the same seed keeps the points there are. Source:
Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola (2010), "Variance based sensitivity analysis of model output",
Computer Physics Communications 181.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from experiments.designs.design import Factor
from experiments.designs.levels import table
from experiments.designs.units import PowerOfTwo, UnitDesign, unit_problem


class Saltelli(UnitDesign):
    """Blocks of k + 2 (or 2k + 2) points, as ``SALib.analyze.sobol`` expects them.

    A whole-number factor takes the whole number in whose bin the unit sample falls, so that all are equally likely;
    shares of variance are those of the rounded factor.
    """

    kind: Literal["saltelli"] = "saltelli"
    points: PowerOfTwo
    """Size of each of the two samples, a power of two; the design has k + 2 times as many points."""
    second_order: bool = False
    """Also make the points for interactions of two."""

    def count(self, factors: Sequence[Factor]) -> int:
        self._needs_factors(factors)
        blocks = 2 * len(factors) + 2 if self.second_order else len(factors) + 2
        return self.points * blocks

    def unit_sample(self, factors: Sequence[Factor], seed: int) -> pd.DataFrame:
        from SALib.sample import sobol

        self._needs_factors(factors)
        problem = unit_problem([factor.name for factor in factors])
        random = np.random.default_rng(seed)
        return table(factors, sobol.sample(problem, self.points, calc_second_order=self.second_order, seed=random))
