"""Every combination of the factors' levels.

When: up to about twelve levers of two levels. Nothing is confounded, and exact Shapley shares can be computed.
Cost: the product of the numbers of levels; 2^k points for k factors of two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from experiments.designs.design import Design, Factor
from experiments.designs.levels import ascending, table
from sim.errors import InputError

MOST_POINTS = 1_000_000


class FullFactorial(Design):
    """Every combination of levels; the first factor changes fastest.

    With two levels a factor, bit ``i`` of a point's number says whether factor ``i`` is at its higher level: point 0
    has all low, the last one all high.
    """

    kind: Literal["full_factorial"] = "full_factorial"

    def count(self, factors: Sequence[Factor]) -> int:
        points = math.prod(len(ascending(factor)) for factor in factors)
        if points > MOST_POINTS:
            raise InputError(
                f"{self.kind}: {len(factors)} factors make {points:,} combinations, more than {MOST_POINTS:,}; "
                "take fewer factors or levels, or a fractional_factorial, a latin_hypercube or a sobol_sequence"
            )
        return points

    def sample(self, factors: Sequence[Factor], seed: int) -> pd.DataFrame:
        left = np.arange(self.count(factors))
        values = np.empty((len(left), len(factors)))
        for column, factor in enumerate(factors):
            levels = np.array(ascending(factor))
            values[:, column] = levels[left % len(levels)]
            left //= len(levels)
        return table(factors, values)
