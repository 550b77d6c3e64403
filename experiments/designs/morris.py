"""Morris screening: trajectories that move one factor at a time, from many starts.

When: which of many uncertain numbers matter at all? Ranks them, and shows which act by interaction or not in a straight
line, before the costlier ``saltelli`` on the few that are left. Cost: trajectories × (k + 1) points for k factors; 10
to 50 trajectories are usual. Sources: Morris (1991), "Factorial sampling plans for preliminary computational
experiments", Technometrics 33; Campolongo, Cariboni and Saltelli (2007), "An effective screening design for sensitivity
analysis of large models", Environmental Modelling & Software 22, for the mean of absolute effects that is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from experiments.designs.design import Factor
from experiments.designs.levels import table
from experiments.designs.units import UnitDesign, unit_problem


class Morris(UnitDesign):
    """Trajectories on a grid; each block of k + 1 points is one.

    A whole-number factor takes the whole number in whose bin the point of the grid falls. As a step is more than half
    the range, every step moves it, even with two values. Elementary effects are taken for the step in the unit cube
    (:meth:`unit_sample`), that is for the whole range of a factor.
    """

    kind: Literal["morris"] = "morris"
    trajectories: int = Field(ge=2)
    """Number of trajectories, each from a start of its own; at least 2."""
    levels: int = Field(default=4, ge=2, multiple_of=2)
    """Points of the grid in each factor, an even number."""

    def count(self, factors: Sequence[Factor]) -> int:
        self._needs_factors(factors)
        return self.trajectories * (len(factors) + 1)

    def unit_sample(self, factors: Sequence[Factor], seed: int) -> pd.DataFrame:
        from SALib.sample import morris

        self._needs_factors(factors)
        problem = unit_problem([factor.name for factor in factors])
        values = morris.sample(problem, self.trajectories, self.levels, seed=np.random.default_rng(seed))
        steps = self.levels - 1
        return table(factors, np.rint(values * steps) / steps)  # sums of steps miss the grid by a rounding
