"""Scrambled Sobol sequence: points that fill the space evenly in all factors at once.

When: averages over many uncertain numbers with the fewest runs, or a sample for scenario discovery. Doubling
``points`` with the same seed keeps the points there are, so that a study can grow. Cost: ``points``, a power of two.
Sources: Sobol (1967); scrambled after Owen (1998), "Scrambling Sobol' and Niederreiter-Xing points", Journal of
Complexity 14, in the cheaper form of Matoušek (1998), same volume, that SciPy has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from experiments.designs.design import Factor
from experiments.designs.levels import table
from experiments.designs.units import PowerOfTwo, UnitDesign


class SobolSequence(UnitDesign):
    """The first points of a scrambled Sobol sequence."""

    kind: Literal["sobol_sequence"] = "sobol_sequence"
    points: PowerOfTwo
    """Number of points, a power of two, without which the sequence loses its balance."""

    def count(self, factors: Sequence[Factor]) -> int:
        self._needs_factors(factors)
        return self.points

    def unit_sample(self, factors: Sequence[Factor], seed: int) -> pd.DataFrame:
        from scipy.stats import qmc

        self._needs_factors(factors)
        sampler = qmc.Sobol(len(factors), seed=np.random.default_rng(seed))
        return table(factors, sampler.random_base2(self.points.bit_length() - 1))
