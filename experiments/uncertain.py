"""Which numbers of the model are uncertain, and points spread evenly over what would be believed of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.stats import qmc

from sim import catalogue
from sim.catalogue import Entry
from sim.community_types import community_types
from sim.mechanisms import mechanisms

# Who lives in a place and whom they know: a sweep over these compares other places, not other beliefs about one place.
STRUCTURE = ("population", "network")
WEAK = "CD"


def told_apart_by_types() -> frozenset[str]:
    """Numbers that some type of community sets: one value for all would make the types alike, so none is swept."""
    return frozenset(name for kind in community_types().values() for name in kind.values)


def process_numbers(grades: str = "ABCD", without: Sequence[str] = ()) -> list[Entry]:
    """Numbers of the processes that can be swept.

    Parameters
    ----------
    grades : str
        Grades of evidence that are wanted.
    without : sequence of str
        Processes to leave out.
    """
    set_by_types = told_apart_by_types()
    return [
        one
        for one in catalogue.entries()
        if one.low < one.high
        and one.grade in grades
        and one.name not in set_by_types
        and one.name.partition(".")[0] not in without
    ]


def mechanism_numbers(names: Iterable[str]) -> list[Entry]:
    """Own numbers of these mechanisms that can be swept, whatever their grade."""
    return [one for name in names for one in mechanisms()[name].entries().values() if one.low < one.high]


def spread_points(entries: Sequence[Entry], points: int, seed: int) -> list[dict[str, float]]:
    """Latin hypercube: of each number, every ``points``-th part of its range occurs once.

    Returns
    -------
    list of dict
        A value by dotted name for each point.
    """
    sample = qmc.LatinHypercube(d=len(entries), rng=np.random.default_rng(seed)).random(points)
    return [as_parameters(entries, row) for row in sample]


def as_parameters(entries: Sequence[Entry], row: Sequence[float]) -> dict[str, float]:
    """Values by dotted name from places between 0 and 1 in their ranges."""
    return {
        one.name: float(min(one.high, max(one.low, one.low + place * (one.high - one.low))))
        for one, place in zip(entries, row, strict=True)
    }
