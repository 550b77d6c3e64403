"""Latin hypercube: the range of each factor is cut into as many slices as there are points, and each is hit once.

When: the default over uncertain numbers, for any number of points; every factor is covered evenly, however few points
there are. For sets of points to which more can be added later take ``sobol_sequence``. Cost: ``points``; ten for each
factor is a usual start. Source: McKay, Beckman and Conover (1979), "A comparison of three methods for selecting values
of input variables in the analysis of output from a computer code", Technometrics 21.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from experiments.designs.design import Factor
from experiments.designs.levels import table
from experiments.designs.units import UnitDesign


class LatinHypercube(UnitDesign):
    """A random Latin hypercube, each point at a random place in its slice."""

    kind: Literal["latin_hypercube"] = "latin_hypercube"
    points: int = Field(ge=1)
    """Number of points."""
    optimise: bool = False
    """Exchange values until the points are spread more evenly (lower centred discrepancy).

    Off by default: it takes about half a minute for 1,000 points in 25 factors.
    """

    def count(self, factors: Sequence[Factor]) -> int:
        self._needs_factors(factors)
        return self.points

    def unit_sample(self, factors: Sequence[Factor], seed: int) -> pd.DataFrame:
        from scipy.stats import qmc

        self._needs_factors(factors)
        optimization = "random-cd" if self.optimise and self.points > 1 else None
        sampler = qmc.LatinHypercube(len(factors), optimization=optimization, seed=np.random.default_rng(seed))
        return table(factors, sampler.random(self.points))
