"""Scenario discovery: in which futures a design fails, as ranges of a few uncertain numbers.

The Patient Rule Induction Method (Friedman & Fisher 1999) in the form that Bryant & Lempert (2010) gave it, by EMA
Workbench. It peels thin slices off the space of the uncertain numbers until most futures that are left fail. A future
is one case, with its outcomes averaged over replications: replications of one future are no further evidence on which
futures are bad.
"""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from experiments.analyses.contrasts import changes
from sim.errors import InputError, closest
from sim.outcomes import OUTCOMES

CHANCE = 0.05  # a limit that chance explains as often as this is dropped
LEAST_FUTURES = 20
LEAST_DENSITY = 0.5  # a box of which fewer futures fail is none, whatever density was asked


@dataclass(frozen=True)
class Discovery:
    """Boxes in which futures fail.

    Attributes
    ----------
    futures, failing : int
        Futures in all, and those of them that fail. There are no boxes where none or all do.
    boxes : DataFrame
        ``box`` (from 1), ``coverage`` (share of the failing futures that it holds), ``density`` (share of its futures
        that fail), ``mass`` (share of all futures that it holds), ``restricted`` (numbers that it limits),
        ``futures``, ``failing``, ``dense_enough`` (whether the density is what was asked).
    limits : DataFrame
        ``box``, ``name``; ``side`` (``above``, ``below`` or ``between``); ``low`` and ``high``, NaN where there is no
        limit; ``least`` and ``greatest`` of the number over all futures; ``chance_low`` and ``chance_high``:
        quasi-p-values, how likely the density would be so high without that limit; ``reproduced``: share of random
        halves of the futures in which a box limits the number too. Quasi-p-values flatter, since the limits were sought
        in the same futures; a limit that few halves reproduce is not to be told (Bryant & Lempert 2010).
        A sentence: "fails in 9 of 10 futures in which ``name`` is above ``low``".
    trajectory : DataFrame
        How each box was peeled: ``box``, ``step``, ``coverage``, ``density``, ``mass``, ``restricted``, ``futures``,
        ``failing``, ``chosen``.
    """

    futures: int
    failing: int
    boxes: pd.DataFrame
    limits: pd.DataFrame
    trajectory: pd.DataFrame


def failing_futures(
    runs: pd.DataFrame,
    uncertain: Sequence[str],
    outcome: str,
    design: str = "all",
    against: str | None = "nothing",
    threshold: float = 0.0,
) -> pd.DataFrame:
    """Futures of a design, and whether it fails in each.

    Parameters
    ----------
    runs : DataFrame
        One row for each run: ``design``, ``future``, ``replication``, ``status``, uncertain numbers and outcomes.
    uncertain : sequence of str
        Columns of the uncertain numbers.
    outcome : str
        One of which more or less is better.
    design, against : str
        The design, and the one that its effect is taken against; None judges the level of the outcome instead.
    threshold : float
        The design fails where its mean over replications is not better than this, in the outcome's unit.

    Returns
    -------
    DataFrame
        By ``future``: the uncertain numbers, ``value`` and ``fails``. Futures without a complete pair are left out.

    Raises
    ------
    InputError
        If the outcome is unknown or has no better direction, or a design is not there.
    """
    if outcome not in OUTCOMES:
        raise InputError(f"unknown outcome {outcome!r}{closest(outcome, OUTCOMES)}")
    better = OUTCOMES[outcome].better
    if not better:
        raise InputError(f"{outcome}: neither more nor less of it is better, so no design can fail in it")
    if against is None:
        done = runs[(runs["status"] == "ok") & (runs["design"] == design)]
        if done.empty:
            raise InputError(f"no run of design {design!r} without failure{closest(design, runs['design'].unique())}")
        values = done.groupby("future")[outcome].mean()
    else:
        values = changes(runs, [outcome], design, against)[outcome].groupby(level="future").mean()
    values = values.dropna()
    table = runs.groupby("future")[list(uncertain)].first().loc[values.index]
    return table.assign(value=values, fails=better * (values - threshold) <= 0)


def discover(
    futures: pd.DataFrame,
    fails: ArrayLike,
    density: float = 0.8,
    boxes: int = 3,
    peel: float = 0.05,
    least_mass: float = 0.05,
    halves: int = 10,
    seed: int = 0,
) -> Discovery:
    """Boxes in the space of the uncertain numbers that hold the failing futures.

    On the way from the whole space to the smallest box the one is chosen that holds most failing futures among those
    that are dense enough, or the densest if none is. Then limits that chance explains (quasi-p of 0.05 or more) are
    dropped, which widens it. The next box is sought among the futures that are in none so far.

    Parameters
    ----------
    futures : DataFrame
        Uncertain numbers, a row for each future.
    fails : array of bool
        Whether the design fails in each.
    density : float
        Share of the futures in a box that should fail, above 0 and at most 1.
    boxes : int
        How many boxes at most.
    peel : float
        Share of the futures that one step peels off.
    least_mass : float
        Share of all futures that a box holds at least.
    halves, seed : int
        Random halves of the futures in which the search is repeated; 0 for none.

    Returns
    -------
    Discovery

    Raises
    ------
    InputError
        If EMA Workbench is not installed, or there are fewer than 20 futures.
    """
    cases = np.asarray(fails, dtype=bool)
    if len(cases) < LEAST_FUTURES:
        raise InputError(f"scenario discovery needs at least {LEAST_FUTURES} futures, got {len(cases)}")
    if not 0 < density <= 1:
        raise InputError(f"density must be above 0 and at most 1, got {density:g}")
    table = futures.reset_index(drop=True).astype(float)
    table = table.loc[:, table.min() < table.max()]
    parts: list[tuple[pd.DataFrame, pd.DataFrame]] = []
    if cases.any() and not cases.all() and len(table.columns):
        parts = _boxes(table, cases, density, boxes, peel, least_mass)
    again = _reproduced(
        table, cases, density, boxes, peel, least_mass, np.random.default_rng(seed), halves if parts else 0
    )
    steps = _joined([steps for steps, _ in parts], ["box", "step", *_STATISTICS.values(), "chosen"])
    limits = _joined([limits for _, limits in parts], _LIMITS)
    limits["reproduced"] = limits["name"].map(
        lambda name: np.mean([name in found for found in again]) if again else np.nan
    )
    chosen = steps[steps["chosen"].astype(bool)].drop(columns=["step", "chosen"]).reset_index(drop=True)
    chosen["dense_enough"] = chosen["density"] >= density
    return Discovery(len(cases), int(cases.sum()), chosen, limits, steps)


_STATISTICS = {
    "coverage": "coverage",
    "density": "density",
    "mass": "mass",
    "res_dim": "restricted",
    "n": "futures",
    "k": "failing",
}
_LIMITS = ["box", "name", "side", "low", "high", "least", "greatest", "chance_low", "chance_high"]


def _workbench() -> Any:
    """EMA Workbench's search; it warns of companions that we do not use."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from ema_workbench.analysis import prim
    except ImportError:
        raise InputError('scenario discovery needs EMA Workbench: pip install "rongzhi[discovery]"') from None
    # Version 2 drops boxes below its threshold, version 3 knows none: so it is out of the way, and we judge.
    if "threshold" in inspect.signature(prim.Prim).parameters:
        return functools.partial(prim.Prim, threshold=1e-9)
    return prim.Prim


def _chances(box: Any, step: int) -> dict[str, list[float]]:
    """Quasi-p-values of the lower and the upper limit of each number that a step restricts; -1 for no limit."""
    found: dict[str, list[float]] = (box.p_values if hasattr(box, "p_values") else box.qp)[step]
    return found


def _boxes(
    table: pd.DataFrame, cases: NDArray[np.bool_], density: float, boxes: int, peel: float, least_mass: float
) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """Steps and limits of each box."""
    search = _workbench()
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas and SciPy, about how EMA Workbench calls them
        method = search(table, cases.astype(int), peel_alpha=peel, paste_alpha=peel, mass_min=least_mass)
        left = np.ones(len(cases), dtype=bool)
        for number in range(1, boxes + 1):
            if not cases[left].any() or left.sum() < LEAST_FUTURES:
                break
            box = method.find_box()
            chosen = _chosen(box, density)
            if chosen is None:
                break
            left[box.yi] = False
            found.append((_steps(box, number, chosen), _limits(box, number, chosen, table)))
    return found


def _reproduced(
    table: pd.DataFrame,
    cases: NDArray[np.bool_],
    density: float,
    boxes: int,
    peel: float,
    least_mass: float,
    random: np.random.Generator,
    halves: int,
) -> list[set[str]]:
    """Numbers that boxes limit in each of some random halves of the futures."""
    found = []
    for _ in range(halves):
        half = np.sort(random.permutation(len(cases))[: len(cases) // 2])
        part = table.iloc[half].reset_index(drop=True)
        is_mixed = cases[half].any() and not cases[half].all()
        parts = _boxes(part, cases[half], density, boxes, peel, least_mass) if is_mixed else []
        found.append({name for _, limits in parts for name in limits["name"]})
    return found


def _chosen(box: Any, density: float) -> int | None:
    """Step of the chosen box, selected in the method; None if nothing is restricted, or few of its futures fail."""
    steps = box.peeling_trajectory
    if steps["density"].iloc[-1] < min(density, LEAST_DENSITY):
        return None
    steps = steps[steps["res_dim"] > 0]
    if steps.empty:
        return None
    dense = steps[steps["density"] >= density]
    order = ["coverage", "density"] if len(dense) else ["density", "coverage"]
    wanted = dense if len(dense) else steps
    chosen = int(wanted.sort_values([*order, "res_dim"], ascending=[False, False, True], kind="stable").index[0])
    while weak := [name for name, chances in sorted(_chances(box, chosen).items()) if _explained(chances)]:
        if len(weak) == len(_chances(box, chosen)):
            return None
        box.drop_restriction(max(weak, key=lambda name: max(_chances(box, chosen)[name])), chosen)
        chosen = len(box.box_lims) - 1
    box.select(chosen)
    return chosen


def _explained(chances: Sequence[float]) -> bool:
    """Whether chance explains all limits of a number; -1 stands for no limit."""
    return all(chance >= CHANCE for chance in chances if chance >= 0)


def _steps(box: Any, number: int, chosen: int) -> pd.DataFrame:
    steps = box.peeling_trajectory[list(_STATISTICS)].rename(columns=_STATISTICS)
    steps = steps.astype({"restricted": int, "futures": int, "failing": int})
    steps.insert(0, "step", range(len(steps)))
    steps.insert(0, "box", number)
    return steps.assign(chosen=steps["step"] == chosen)


def _limits(box: Any, number: int, chosen: int, table: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name, chances in sorted(_chances(box, chosen).items()):
        ends, whole = box.box_lims[chosen][name], (table[name].min(), table[name].max())
        low, high = (float(end) if chance >= 0 else np.nan for end, chance in zip(ends, chances, strict=True))
        side = "below" if np.isnan(low) else "above" if np.isnan(high) else "between"
        below, above = (chance if chance >= 0 else np.nan for chance in chances)
        rows.append((number, name, side, low, high, *whole, below, above))
    return pd.DataFrame(rows, columns=_LIMITS)


def _joined(parts: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(columns))


def sentences(found: Discovery) -> list[dict[str, Any]]:
    """What a sentence on each box says.

    Returns
    -------
    list of dict
        ``box``, ``share`` (density), ``coverage``, ``usual`` (share of all futures that fail) and ``limits``: a list
        of ``name``, ``side``, ``low`` and ``high``, the most telling first.
    """
    told = []
    for box in found.boxes.to_dict("records"):
        limits = found.limits[found.limits["box"] == box["box"]]
        order = limits[["chance_low", "chance_high"]].min(axis=1).sort_values(kind="stable").index
        parts = limits.loc[order, ["name", "side", "low", "high"]].to_dict("records")
        usual = found.failing / found.futures
        told.append(
            {"box": box["box"], "share": box["density"], "coverage": box["coverage"], "usual": usual, "limits": parts}
        )
    return told
