"""What designs cost, and what a point of an outcome costs: a ratio only where there is an effect to pay for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments import formats
from experiments.analyses.intervals import LEVEL, is_clear
from sim.outcomes import OUTCOMES

if TYPE_CHECKING:
    from experiments.comparison.comparison import Comparison

COSTS = ("yuan", "staff_hours")
UNCLEAR, WORSE, CHEAPER, NO_DEARER = "unclear", "worse", "cheaper", "not dearer"


def costs_of(found: Comparison) -> pd.DataFrame:
    """Table of costs; see :meth:`experiments.comparison.Comparison.costs`."""
    aims = [name for name in found.outcomes if OUTCOMES[name].unit in (formats.SHARE, formats.SCORE)]
    table = []
    for design in found.designs[1:]:
        part = found.effects[found.effects["design"] == design]
        rows = {row["outcome"]: row for row in part.to_dict("records")}
        line: dict[str, Any] = {"design": design}
        for cost in COSTS:
            line |= {cost: rows[cost]["effect"], f"{cost}_low": rows[cost]["low"], f"{cost}_high": rows[cost]["high"]}
        for name in aims:
            column = f"yuan_per_point_{name}"
            price, low, high, note = _price(found, design, name, rows)
            line |= {column: price, f"{column}_low": low, f"{column}_high": high, f"note_{name}": note}
        table.append(line)
    return pd.DataFrame(table)


def _price(found: Comparison, design: str, name: str, rows: dict[str, Any]) -> tuple[float, float, float, str]:
    effect, nothing = rows[name], (math.nan, math.nan, math.nan)
    if not is_clear(effect["low"], effect["high"]):
        return (*nothing, UNCLEAR)
    if effect["effect"] * (OUTCOMES[name].better or 1) < 0:
        return (*nothing, WORSE)
    if rows["yuan"]["effect"] <= 0:
        return (*nothing, CHEAPER if rows["yuan"]["high"] < 0 else NO_DEARER)
    pairs = found.pairs(design, name, "yuan").dropna()
    # Runs of one future share what is not known, and those of one seed their luck: what is drawn more rarely counts.
    level = "future" if effect["futures"] > 1 else "replication"
    means = pairs.groupby(level=level).mean()
    points = means[name].to_numpy() * formats.scale(OUTCOMES[name]) * (OUTCOMES[name].better or 1)
    return (*fieller(means["yuan"].to_numpy(), points), "")


def fieller(above: NDArray[np.float64], below: NDArray[np.float64]) -> tuple[float, float, float]:
    """Ratio of two means of the same pairs with its 95 % interval (Fieller 1954).

    The interval is NaN where the mean below cannot be told from 0, so that the ratio could be anything.
    """
    from scipy.special import stdtrit

    n = len(above)
    a, b = float(above.mean()), float(below.mean())
    ratio = a / b if b else math.nan
    if n < 2:
        return ratio, math.nan, math.nan
    (va, cov), (_, vb) = np.cov(above, below) / n
    t = float(stdtrit(n - 1, 0.5 + LEVEL / 2))
    g = t**2 * vb / b**2 if b else math.inf
    if g >= 1:
        return ratio, math.nan, math.nan
    shift = g * cov / vb if vb > 0 else 0.0
    inside = va - 2 * ratio * cov + ratio**2 * vb - g * (va - (cov**2 / vb if vb > 0 else 0.0))
    half = t / abs(b) * math.sqrt(max(inside, 0.0))
    low, high = ((ratio - shift + sign * half) / (1 - g) for sign in (-1, 1))
    return ratio, float(low), float(high)
