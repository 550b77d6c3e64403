"""In which futures a recommended design fails: PRIM over the few numbers that go with failing at all."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sim.errors import InputError

LEAST = 5  # futures that fail, and that do not: with fewer, where they lie is chance
REPRODUCED = 0.5  # share of random halves in which a limit is found again, to be told
CHANCE = 0.05
MOST_NUMBERS = 5


@dataclass(frozen=True)
class Conditions:
    """When a design fails.

    Attributes
    ----------
    kind : str
        ``told``: ``limits`` say where; ``never`` and ``always``: it fails in none, or in all; ``few``: too few fail, or
        too few do not, to say where; ``alike``: no uncertain number sets failing futures apart; ``certain``: nothing is
        uncertain; ``library``: EMA Workbench is not installed.
    futures, failing : int
    density, coverage : float
        Share of the futures within the limits that fail, and of all failing futures that lie there.
    limits : DataFrame
        As of :class:`experiments.analyses.prim.Discovery`.
    """

    kind: str
    futures: int
    failing: int
    density: float = np.nan
    coverage: float = np.nan
    limits: pd.DataFrame = field(default_factory=pd.DataFrame)


def conditions(numbers: pd.DataFrame, margin: ArrayLike, seed: int = 0) -> Conditions:
    """Find limits of few uncertain numbers within which a design mostly fails.

    PRIM among hundreds of numbers finds boxes in noise. So it only sees numbers whose rank correlation with the margin
    is beyond chance, at 5 % for all numbers together (Bonferroni), at most five of them; and a limit is only told if
    random halves of the futures give it again (Bryant & Lempert 2010).

    Parameters
    ----------
    numbers : DataFrame
        Uncertain numbers, a row for each future.
    margin : array
        By how much the design holds what it has to in each future; it fails below 0.
    seed : int
        Of the halves.
    """
    from experiments.analyses.prim import LEAST_FUTURES, discover

    margin = np.asarray(margin, dtype=float)
    fails = margin < 0
    futures, failing = len(fails), int(fails.sum())
    if failing in (0, futures):
        return Conditions("never" if failing == 0 else "always", futures, failing)
    varied = numbers.loc[:, numbers.min() < numbers.max()]
    if varied.empty:
        return Conditions("certain", futures, failing)
    if min(failing, futures - failing) < LEAST or futures < LEAST_FUTURES:
        return Conditions("few", futures, failing)
    chosen = associated(varied, margin)
    if not chosen:
        return Conditions("alike", futures, failing)
    try:
        found = discover(varied[chosen], fails, boxes=1, seed=seed)
    except InputError:
        return Conditions("library", futures, failing)
    limits = found.limits[found.limits["reproduced"] >= REPRODUCED] if len(found.limits) else found.limits
    if limits.empty:
        return Conditions("alike", futures, failing)
    inside = np.ones(futures, dtype=bool)
    for one in limits.to_dict("records"):
        values = varied[one["name"]].to_numpy()
        inside &= ~(values < one["low"]) & ~(values > one["high"])  # NaN is no limit
    density, coverage = float(fails[inside].mean()), float(fails[inside].sum() / failing)
    return Conditions("told", futures, failing, density, coverage, limits.reset_index(drop=True))


def associated(numbers: pd.DataFrame, margin: ArrayLike) -> list[str]:
    """Numbers that go with the margin, the strongest first: rank correlation (Spearman), 5 % for all together."""
    from scipy.stats import spearmanr

    chances = {}
    for name in numbers:
        found = spearmanr(numbers[name], margin)
        chances[str(name)] = float(found.pvalue) if np.isfinite(found.pvalue) else 1.0
    clear = [name for name, chance in chances.items() if chance < CHANCE / len(chances)]
    return sorted(clear, key=lambda name: chances[name])[:MOST_NUMBERS]
