"""One point: every factor at its base.

When: a single policy, or one state of the world, beside a design over other factors. Cost: 1 point.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from experiments.designs.design import Design, Factor
from experiments.designs.levels import table


class Base(Design):
    """Every factor at its base."""

    kind: Literal["base"] = "base"

    def count(self, factors: Sequence[Factor]) -> int:
        return 1

    def sample(self, factors: Sequence[Factor], seed: int) -> pd.DataFrame:
        return table(factors, [[factor.base for factor in factors]])
