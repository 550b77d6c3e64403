"""Everything at once, then everything but one.

When: in a full package, what would be lost without each part? Also called ablation. With ``one_by_one`` it brackets
what a part brings: first in, and last in. Cost: 2 + k points for k factors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from experiments.designs.design import Design, Factor
from experiments.designs.levels import ascending, table
from sim.errors import InputError


class LeaveOneOut(Design):
    """The base, all factors at their highest level, then all but one factor, which is at its base."""

    kind: Literal["leave_one_out"] = "leave_one_out"

    def count(self, factors: Sequence[Factor]) -> int:
        self._highest(factors)
        return 2 + len(factors)

    def sample(self, factors: Sequence[Factor], seed: int) -> pd.DataFrame:
        base = [factor.base for factor in factors]
        whole = self._highest(factors)
        without = [[*whole[:column], base[column], *whole[column + 1 :]] for column in range(len(factors))]
        return table(factors, [base, whole, *without])

    def _highest(self, factors: Sequence[Factor]) -> list[float]:
        if not factors:
            raise InputError(f"{self.kind}: needs at least one factor")
        highest = [ascending(factor)[-1] for factor in factors]
        for factor, level in zip(factors, highest, strict=True):
            if level == factor.base:
                raise InputError(
                    f"{self.kind}: the highest level of factor {factor.name!r} is its base, {level:g}, "
                    "so that nothing would be left out; give it a level above"
                )
        return highest
