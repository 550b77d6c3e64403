"""Points that stand in the study itself, in their order.

When: a few points made by a program, such as draws from a calibration's posterior. More belong into a file: see
``file``. Cost: a point for each row.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import pandas as pd
from pydantic import Field

from experiments.designs.design import Design, Factor
from experiments.designs.levels import table
from sim.errors import InputError, closest


class Given(Design):
    """Points as they are listed."""

    kind: Literal["given"] = "given"
    points: tuple[dict[str, float], ...] = Field(min_length=1, strict=False)
    """Points, each with the value of every factor by its name."""

    def count(self, factors: Sequence[Factor]) -> int:
        return len(self.sample(factors, 0))

    def sample(self, factors: Sequence[Factor], seed: int) -> pd.DataFrame:
        problems = [
            f"points: number {number}: {problem}"
            for number, point in enumerate(self.points, start=1)
            for problem in _wrong(point, factors)
        ]
        if problems:
            raise InputError("\n".join(problems))
        return table(factors, [[point[one.name] for one in factors] for point in self.points])


def _wrong(point: dict[str, float], factors: Sequence[Factor]) -> list[str]:
    """What is wrong with a point."""
    names = [one.name for one in factors]
    problems = [f"unknown factor {name!r}{closest(name, names)}" for name in point if name not in names]
    for one in factors:
        if one.name not in point:
            problems.append(f"{one.name} is missing")
            continue
        value = point[one.name]
        if not one.low <= value <= one.high or (one.whole and value != math.floor(value)):
            kind = "a whole number" if one.whole else "a number"
            problems.append(f"{one.name}: must be {kind} from {one.low:g} to {one.high:g}, got {value:g}")
    return problems
