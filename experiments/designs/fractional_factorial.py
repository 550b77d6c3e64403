"""A fraction of the full factorial of two levels, chosen so that the effects of interest stay apart.

When: many levers of two levels, and interactions of three or more can be taken as small. Resolution IV keeps main
effects clear of pairs, V keeps pairs clear of pairs. Cost: 2^(k - p) points; 12 factors: 16 at III, 32 at IV, 256 at
V and VI, against 4,096. Source: Box and Hunter (1961), "The 2^(k-p) fractional factorial designs", Technometrics 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from experiments.designs.confounding import find_generators, masks, resolution_of
from experiments.designs.design import Design, Factor
from experiments.designs.levels import ascending, table
from sim.errors import InputError

RESOLUTION = 4  # where none is asked for: main effects are clear of pairs
LOWEST = 3  # below, main effects are confounded with each other


class FractionalFactorial(Design):
    """A fraction of all combinations of two levels; point 0 has every factor low.

    Of the fractions that a set of generators allows, it is the one that holds the point with all factors low, as that
    is nothing done where factors are levers. With an odd number of factors in each generator the last has all high.
    """

    kind: Literal["fractional_factorial"] = "fractional_factorial"
    resolution: int | None = Field(default=None, ge=LOWEST)
    """Least resolution wanted, at least 3; 4 where neither this nor generators are given."""
    generators: dict[str, list[str]] | None = None
    """Factor → the factors whose product it is, in place of a search: {e = ["a", "b", "c", "d"]}.

    Their resolution is computed, and refused where it is below what is wanted.
    """

    def generators_for(self, factors: Sequence[Factor]) -> Mapping[str, Sequence[str]]:
        """Generators that are used for these factors; empty where nothing less than the full factorial will do.

        :func:`~experiments.designs.confounding.resolution_of` and ``aliases`` take them.
        """
        for factor in factors:
            if len(levels := ascending(factor)) != 2:
                named = ", ".join(f"{level:g}" for level in levels)
                raise InputError(f"{self.kind}: factor {factor.name!r} needs two levels, has {len(levels)}: {named}")
        if not factors:
            raise InputError(f"{self.kind}: needs at least one factor")
        names = [factor.name for factor in factors]
        if self.generators is None:
            return find_generators(names, self.resolution or RESOLUTION)
        resolution = resolution_of(self.generators, names)
        wanted = self.resolution or LOWEST
        if resolution is not None and resolution < wanted:
            raise InputError(f"{self.kind}: the generators give resolution {resolution}; wanted: at least {wanted}")
        return self.generators

    def count(self, factors: Sequence[Factor]) -> int:
        return int(2 ** (len(factors) - len(self.generators_for(factors))))

    def sample(self, factors: Sequence[Factor], seed: int) -> pd.DataFrame:
        mask = masks(self.generators_for(factors), [factor.name for factor in factors])
        points = np.arange(self.count(factors))
        values = np.empty((len(points), len(factors)))
        for column, factor in enumerate(factors):
            high = np.bitwise_count(points & mask[factor.name]) % 2
            values[:, column] = np.array(ascending(factor))[high]
        return table(factors, values)
