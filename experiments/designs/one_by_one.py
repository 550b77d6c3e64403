"""The base, then each factor moved alone.

When: what does each lever do by itself? It cannot see that two work better, or worse, together: take ``pairs`` or
a factorial for that. Cost: 1 point and one for each level other than the base; 1 + k for k levers of two levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from experiments.designs.design import Design, Factor
from experiments.designs.levels import away_from_base, table


class OneByOne(Design):
    """The base first, then factor by factor each of its levels other than the base, lowest first."""

    kind: Literal["one_by_one"] = "one_by_one"

    def count(self, factors: Sequence[Factor]) -> int:
        return 1 + sum(len(away_from_base(factor, self.kind)) for factor in factors)

    def sample(self, factors: Sequence[Factor], seed: int) -> pd.DataFrame:
        base = [factor.base for factor in factors]
        rows = [base]
        for column, factor in enumerate(factors):
            rows += [[*base[:column], level, *base[column + 1 :]] for level in away_from_base(factor, self.kind)]
        return table(factors, rows)
