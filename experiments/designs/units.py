"""The unit cube: what designs that sample ranges share.

Such designs draw numbers from 0 to 1, which are then mapped to the range of each factor. A whole-number factor gets
bins of equal width, one for each whole number of its range, so that none comes up more often than another, as the
ends would do half as often if numbers were rounded. Analyses of these designs (Morris, Sobol) work on the unit sample,
which a design makes again from its seed.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import AfterValidator, Field

from experiments.designs.design import Design, Factor
from experiments.designs.levels import table
from sim.errors import InputError

ROUNDING = 1e-9  # of a bin: 0.29 × 100 is a little less than 29


def _power_of_two(points: int) -> int:
    if points & (points - 1):
        below = 1 << (points.bit_length() - 1)
        raise ValueError(f"{points} is not a power of two; the nearest are {below} and {2 * below}")
    return points


PowerOfTwo = Annotated[int, Field(ge=1), AfterValidator(_power_of_two)]


class UnitDesign(Design):
    """A design that samples the unit cube."""

    @abstractmethod
    def unit_sample(self, factors: Sequence[Factor], seed: int) -> pd.DataFrame:
        """Points as :meth:`sample` gives them, row by row, in the unit cube: numbers from 0 to 1."""

    def sample(self, factors: Sequence[Factor], seed: int) -> pd.DataFrame:
        return from_units(factors, self.unit_sample(factors, seed))

    def _needs_factors(self, factors: Sequence[Factor]) -> None:
        if not factors:
            raise InputError(f"{self.kind}: needs at least one factor")


def unit_problem(names: Sequence[str]) -> dict[str, Any]:
    """Problem for SALib of factors in the unit cube."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def from_units(factors: Sequence[Factor], frame: pd.DataFrame) -> pd.DataFrame:
    """Values in the factors' own units, from numbers between 0 and 1.

    A whole-number factor takes the whole number in whose bin it falls; all bins are equally wide.
    """
    values = np.empty((len(frame), len(factors)))
    for column, factor in enumerate(factors):
        unit = frame[factor.name].to_numpy()
        if factor.whole:
            first, number = _whole_numbers(factor)
            values[:, column] = first + np.minimum(np.floor(unit * number + ROUNDING), number - 1)
        else:
            # Exact at both ends, and never a rounding beyond them, which the model would refuse.
            values[:, column] = np.clip((1 - unit) * factor.low + unit * factor.high, factor.low, factor.high)
    return table(factors, values)


def to_units(factors: Sequence[Factor], frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers between 0 and 1, from values in the factors' own units; a whole number becomes the middle of its bin."""
    values = np.empty((len(frame), len(factors)))
    for column, factor in enumerate(factors):
        value = frame[factor.name].to_numpy()
        if factor.whole:
            first, number = _whole_numbers(factor)
            values[:, column] = (value - first + 0.5) / number
        else:
            values[:, column] = (value - factor.low) / (factor.high - factor.low)
    return table(factors, values)


def _whole_numbers(factor: Factor) -> tuple[int, int]:
    """Lowest whole number in the range, and how many there are."""
    first, last = math.ceil(factor.low), math.floor(factor.high)
    if last < first:
        raise InputError(f"factor {factor.name!r}: no whole number from {factor.low:g} to {factor.high:g}")
    return first, last - first + 1
