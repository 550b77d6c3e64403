"""The base, each factor moved alone, and each pair moved together.

When: which two levers help or hinder each other? All interactions of two, without the cost of a full factorial.
Cost: 1 + k + k(k - 1)/2 points for k factors of two levels: 211 for twenty.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Literal

import pandas as pd

from experiments.designs.design import Design, Factor
from experiments.designs.levels import away_from_base, table


class Pairs(Design):
    """The base, then what ``one_by_one`` has, then each pair of factors at each combination of their levels."""

    kind: Literal["pairs"] = "pairs"

    def count(self, factors: Sequence[Factor]) -> int:
        levels = [len(away_from_base(factor, self.kind)) for factor in factors]
        return 1 + sum(levels) + sum(first * second for first, second in itertools.combinations(levels, 2))

    def sample(self, factors: Sequence[Factor], seed: int) -> pd.DataFrame:
        base = [factor.base for factor in factors]
        levels = [away_from_base(factor, self.kind) for factor in factors]
        rows = []
        for size in range(3):
            for columns in itertools.combinations(range(len(factors)), size):
                for values in itertools.product(*(levels[column] for column in columns)):
                    row = list(base)
                    for column, value in zip(columns, values, strict=True):
                        row[column] = value
                    rows.append(row)
        return table(factors, rows)
