"""Morris screening of a trajectory design: which factors matter at all, beside what luck alone would show.

A trajectory changes every factor once, one after another; the change of an outcome over the change of the factor (as a
share of its range) is its elementary effect. ``mu_star`` is the mean of their sizes over trajectories (Campolongo,
Cariboni & Saltelli 2007), ``sigma`` their standard deviation: large where the effect depends on the other factors.

Luck makes elementary effects of its own. The mean over R replications of an elementary effect has the same noise as any
contrast of the R replications that is as long and adds up to nothing; such a contrast holds no effect, so the mean of
its size is the ``mu_star`` of a factor that does nothing but shift luck. That holds with seeds that all points share
as well as with own seeds; with shared ones it is small, as luck then cancels within a trajectory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analyses.complete import IncompleteError, grid
from sim.errors import InputError

CHANCE = "chance"
BOOTSTRAP_SEED = 1


def morris(
    runs: pd.DataFrame, sample: pd.DataFrame, outcomes: Sequence[str], levels: int = 4, index: str = "point"
) -> pd.DataFrame:
    """Influence of each factor on each outcome, from the mean over replications at each point.

    Parameters
    ----------
    runs : DataFrame
        Complete runs of the sample: ``index``, ``replication``, ``status`` and the outcomes.
    sample : DataFrame
        Trajectories of SALib's ``morris.sample`` in order: a row for each point, indexed by its number, and a column
        for each factor, in any unit.
    outcomes : sequence of str
    levels : int
        Levels of the grid that the trajectories move on; even.
    index : str
        Column of ``runs`` that numbers the points: ``point``, or ``future`` for the runs of one policy.

    Returns
    -------
    DataFrame
        For each outcome, strongest first: ``outcome``, ``rank``, ``factor``; ``mu_star`` with ``mu_star_conf`` (half of
        its 95 % interval, by bootstrap over trajectories), ``mu``, ``sigma``, all in the outcome's unit for a step over
        the whole range; ``noise`` (the ``mu_star`` that luck alone would give this factor; missing with a single
        replication) and ``above_chance`` (whether the interval of ``mu_star`` lies above ``noise``). The line
        ``chance`` holds the largest noise of all factors: a ``mu_star`` below it is not to be read.

    Raises
    ------
    IncompleteError
        If a run failed, is missing or there twice, or an outcome is not a number.
    InputError
        If the sample is not made of trajectories, or the runs are of another sample.
    """
    values = grid(runs, outcomes, {index: sample.index, "replication": None})
    names, points = list(map(str, sample.columns)), sample.to_numpy(dtype=float)
    effects = elementary_effects(points, values, levels)
    noise = _noise(effects)
    tables = []
    for j, outcome in enumerate(outcomes):
        table = statistics(names, points, values[:, :, j].mean(axis=1), levels).assign(noise=noise[:, j])
        above = (table["mu_star"] - table["mu_star_conf"] > table["noise"]).astype("boolean")
        table["above_chance"] = above.mask(table["noise"].isna())
        table.loc[len(table), ["factor", "mu_star", "noise"]] = [CHANCE, noise[:, j].max(), noise[:, j].max()]
        table = table.sort_values("mu_star", ascending=False, kind="stable", ignore_index=True)
        tables.append(table.assign(outcome=outcome, rank=np.arange(1, len(table) + 1)))
    columns = ["outcome", "rank", "factor", "mu_star", "mu_star_conf", "mu", "sigma", "noise", "above_chance"]
    return pd.concat(tables, ignore_index=True)[columns]


def problem(names: Sequence[str]) -> dict[str, Any]:
    """Factors as SALib wants them, each between 0 and 1."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def statistics(
    names: Sequence[str], points: NDArray[np.float64], values: NDArray[np.float64], levels: int
) -> pd.DataFrame:
    """Statistics of the elementary effects by SALib: ``factor``, ``mu_star``, ``mu_star_conf``, ``mu``, ``sigma``."""
    from SALib.analyze import morris as salib

    if not np.isfinite(values).all():
        raise IncompleteError("elementary effects need a number at every point of every trajectory")
    found = salib.analyze(problem(names), points, values, num_levels=levels, seed=BOOTSTRAP_SEED)
    columns = {name: np.asarray(found[name], dtype=float) for name in ("mu_star", "mu_star_conf", "mu", "sigma")}
    return pd.DataFrame({"factor": list(names), **columns})


def elementary_effects(points: NDArray[np.float64], values: NDArray[np.float64], levels: int) -> NDArray[np.float64]:
    """Elementary effects: factors x trajectories x whatever ``values`` has behind its axis of points.

    Raises
    ------
    InputError
        If a step changes more than one factor, or a trajectory a factor twice.
    """
    factors = points.shape[1]
    if not len(points) or len(points) % (factors + 1):
        raise InputError(f"sample: {len(points)} points are not trajectories of {factors + 1} points")
    steps = np.sign(np.diff(points.reshape(-1, factors + 1, factors), axis=1))
    moves = np.abs(steps)
    if (moves.sum(axis=2) > 1).any() or (moves.sum(axis=1) > 1).any():
        raise InputError("sample: not a Morris design: each step of a trajectory has to change another single factor")
    changes = np.diff(values.reshape(-1, factors + 1, *values.shape[1:]), axis=1)
    step = levels / (2 * (levels - 1))
    return np.einsum("tsf,ts...->ft...", steps, changes) / step


def _noise(effects: NDArray[np.float64]) -> NDArray[np.float64]:
    """What luck alone makes of ``mu_star``: factors x outcomes; NaN with a single replication."""
    replications = effects.shape[2]
    if replications < 2:
        return np.full((effects.shape[0], effects.shape[3]), np.nan)
    contrasts = np.linalg.svd(np.eye(replications) - 1 / replications)[2][:-1] / np.sqrt(replications)
    return np.abs(np.einsum("cr,ftro->ftco", contrasts, effects)).mean(axis=(1, 2))
