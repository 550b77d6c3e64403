"""Measures: small functions of plain arrays, each with its definition, unit and source.

Outcomes (``sim/outcomes.py``) apply them to what a run counted; a notebook can apply them to anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


def gini(histogram: np.ndarray) -> float:
    """Gini coefficient of a count, from how many have 0, 1, 2 … of it; 0 if nobody has any."""
    values = np.arange(histogram.size)
    total, amount = histogram.sum(), (histogram * values).sum()
    if amount == 0.0:
        return 0.0
    before = np.concatenate(([0.0], np.cumsum(histogram * values)[:-1]))
    area = (histogram * (before + 0.5 * histogram * values)).sum() / (total * amount)
    return float(1.0 - 2.0 * area)


def share_of_top(histogram: np.ndarray, share: float = 0.1) -> float:
    """Share of all acts done by the most active ``share`` of people, from how many did 0, 1, 2 … acts; 0 without any.

    People who tie at the edge count in part, so that the top is exactly the share asked for.
    """
    values = np.arange(histogram.size)
    amount = (histogram * values).sum()
    if amount == 0.0:
        return 0.0
    left = share * histogram.sum() - np.concatenate(([0.0], np.cumsum(histogram[::-1])[:-1]))
    in_top = np.clip(left, 0.0, histogram[::-1])
    return float((in_top * values[::-1]).sum() / amount)


def share_of_top_third(hours: np.ndarray) -> float:
    """Share of all hours given by the third of givers who gave most (at least one person); 0 without any."""
    given = np.sort(hours[hours > 0.0])
    return float(given[given.size - max(1, round(given.size / 3)) :].sum() / given.sum()) if given.size else 0.0


def weeks_at(share: float, histogram: np.ndarray) -> np.ndarray:
    """Weeks within which this share of matters was resolved, from counts by week; NaN where there was none.

    Matters of one week are spread evenly over it, so that the quantile moves smoothly. Those beyond the last bin count
    as resolved in it: a quantile there is a lower bound.
    """
    histogram = np.asarray(histogram, dtype=float)
    upto = histogram.cumsum(axis=-1)
    target = share * upto[..., -1:]
    week = (upto < target).sum(axis=-1)
    inside = np.take_along_axis(histogram, week[..., None], axis=-1)
    before = np.take_along_axis(upto, week[..., None], axis=-1) - inside
    return week + ratio(target - before, inside)[..., 0]


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """``above / below``, NaN where nothing is below."""
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=np.asarray(below) != 0.0)


def evenness(counts: np.ndarray) -> np.ndarray:
    """Evenness (0..1) of counts along the last axis: Shannon entropy over its maximum (Pielou 1966); NaN without any.

    1 where all kinds are equally common, 0 where there is one kind only.
    """
    counts = np.asarray(counts, dtype=float)
    shares = ratio(counts, np.broadcast_to(counts.sum(axis=-1, keepdims=True), counts.shape))
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0.0)
    return -(shares * logs).sum(axis=-1) / np.log(counts.shape[-1])


def mean_of_known(*parts: np.ndarray) -> np.ndarray:
    """Mean of several shares, of those that are defined; NaN where none is."""
    stacked = np.stack([np.asarray(part, dtype=float) for part in parts])
    known = np.isfinite(stacked)
    return ratio(np.where(known, stacked, 0.0).sum(axis=0), known.sum(axis=0).astype(float))


def fusion_of_actors(density: np.ndarray, bounced: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Fusion index F1 (0..1), actors: how closely organisations work together, and how seldom they pass matters on.

    Mean of the density of the organisations' working relations, weighted by strength (Wasserman & Faust 1994, ch. 4),
    and of the share of practical matters that needs no return from a wrong address.

    Parameters
    ----------
    density : array
        Mean strength (0..1) of the working relations between the organisations of a community.
    bounced, known : arrays
        Returns from a wrong address, and practical matters that became known.
    """
    return mean_of_known(density, np.maximum(0.0, 1.0 - ratio(bounced, known)))


def fusion_of_resources(used: np.ndarray, offered: np.ndarray, hidden: np.ndarray, waiting: np.ndarray) -> np.ndarray:
    """Fusion index F3 (0..1), resources: mean of the share of offered hours that projects use and of needs known.

    Parameters
    ----------
    used, offered : arrays
        Hours given in projects, and hours that units, social organisations and the charity fund offer.
    hidden, waiting : arrays
        Open needs that nobody knows, and all open needs.
    """
    return mean_of_known(np.minimum(1.0, ratio(used, offered)), 1.0 - ratio(hidden, waiting))


def fusion_of_channels(found: np.ndarray, online: np.ndarray, acts: np.ndarray, origins: np.ndarray) -> np.ndarray:
    """Fusion index F4 (0..1), channels: mean evenness of how needs become known, of taking part, of projects' origin.

    Parameters
    ----------
    found : array, last axis channels
        Needs by the channel by which they became known.
    online, acts : arrays
        Acts of taking part online, and all acts.
    origins : array, last axis 2
        Projects that began with residents, and those that began above.
    """
    return mean_of_known(
        evenness(found), evenness(np.stack([online, np.asarray(acts) - online], axis=-1)), evenness(origins)
    )


def fusion_of_mechanisms(doses: Sequence[np.ndarray], pairs: Sequence[tuple[int, int]], size: int) -> np.ndarray:
    """Fusion index F2 (0..1), mechanisms: share of the documented links between mechanisms that are in force.

    A link is as strong as the weaker of its two doses.

    Parameters
    ----------
    doses : sequence of arrays
        Dose in force by community, for each mechanism.
    pairs : sequence of (int, int)
        Positions in ``doses`` of mechanisms that are documented to work with each other.
    size : int
        Number of communities.
    """
    linked = np.zeros(size)
    for one, other in pairs:
        linked += np.minimum(doses[one], doses[other])
    return linked / max(1, len(pairs))


def gap(values: np.ndarray, people: np.ndarray, least: int = 10) -> float:
    """Largest less smallest mean among groups of at least ``least`` people; NaN where fewer than two are so large."""
    chosen = np.asarray(values)[np.asarray(people) >= least]
    return float(chosen.max() - chosen.min()) if chosen.size > 1 else float("nan")


class Resilience(NamedTuple):
    """How a community stood up to a shock, after the resilience triangle of Bruneau et al. (2003).

    Attributes
    ----------
    before : float
        Unmet need in the quarter before the shock.
    peak : float
        Highest unmet need from its beginning on, less ``before``.
    area : float
        Unmet need above ``before``, added up over the weeks until recovery (or to the end of the run).
    weeks : float
        Weeks from the end of the shock until unmet need has come back; NaN if it did not.
    """

    before: float
    peak: float
    area: float
    weeks: float


def resilience(unmet: np.ndarray, start: int, stop: int, tolerance: float = 0.1, settled: int = 4) -> Resilience:
    """Measure a shock from a series of unmet need by week.

    Parameters
    ----------
    unmet : array, by week
        Open needs, in any unit.
    start, stop : int
        First week of the shock, and the week after its last, counted from 0.
    tolerance : float
        Recovered is what lies at most this share above the level before,
    settled : int
        for so many weeks on end.

    Raises
    ------
    ValueError
        If there is no week before the shock to compare with.
    """
    unmet = np.asarray(unmet, dtype=float)
    if start < 1:
        raise ValueError(f"no week lies before a shock that starts in week {start} counted from 0")
    before = float(unmet[max(0, start - 13) : start].mean())
    calm = unmet <= before * (1.0 + tolerance)
    back = next((w for w in range(stop, len(unmet) - settled + 1) if calm[w : w + settled].all()), None)
    above = np.maximum(0.0, unmet[start : len(unmet) if back is None else back] - before)
    return Resilience(
        before, float(above.max(initial=0.0)), float(above.sum()), float("nan") if back is None else float(back - stop)
    )
