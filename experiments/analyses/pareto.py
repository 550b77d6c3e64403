"""Fronts: which sets of doses keep to a budget and are beaten by no other, and how sure that is.

Fronts are sorted from all points that were evaluated, not only from those with which a search ended. Intervals and
probabilities come from resampling replications; as all points share their seeds, they are resampled together.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator

from experiments.analyses.intervals import LEVEL
from sim.errors import InputError, closest
from sim.outcomes import OUTCOMES, Outcome

AT = "@"  # ``satisfaction@village`` is the outcome of all communities of that type
SURE = 0.95  # probability of keeping to the budget that a recommended point has at least
Values = NDArray[np.float64]


class Goals(BaseModel):
    """What a portfolio is for, and what it may cost.

    Attributes
    ----------
    objectives : dict of str to "max" or "min"
        By outcome of the whole place, or of a type of community (``satisfaction@village``). A list of names takes the
        better direction of each from the catalogue of outcomes.
    budget : dict of str to float
        Upper limits of what the model measures, in the outcomes' units: ``{yuan = 20, staff_hours = 8}`` is 20 yuan
        for a resident and year and 8 hours for 1,000 residents and week.
    robust : "mean", "worst" or "regret"
        How futures are put together. ``mean``: means over futures, for objectives and budget. ``worst``: each
        objective in its worst future, and the budget has to hold in every future. ``regret``: the largest distance,
        over futures, to the best evaluated point that keeps to the budget in that future; budget as for ``worst``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    objectives: dict[str, Literal["max", "min"]] = Field(min_length=1)
    budget: dict[str, float] = Field(default_factory=dict)
    robust: Literal["mean", "worst", "regret"] = "mean"

    @field_validator("objectives", mode="before", json_schema_input_type=list[str] | dict[str, Literal["max", "min"]])
    @classmethod
    def _better(cls, asked: Any) -> Any:
        if not isinstance(asked, list):
            return asked
        directions = {name: outcome_of(str(name)).better for name in asked}
        for name, better in directions.items():
            if not better:
                raise ValueError(f"{name}: neither more nor less of it is better; say {{{name} = 'max'}} or 'min'")
        return {name: "max" if better > 0 else "min" for name, better in directions.items()}

    @field_validator("objectives", "budget")
    @classmethod
    def _known(cls, asked: dict[str, Any]) -> dict[str, Any]:
        for name in asked:
            outcome_of(name)
        return asked

    @field_validator("budget")
    @classmethod
    def _limits(cls, budget: dict[str, float]) -> dict[str, float]:
        for name, limit in budget.items():
            if not 0 <= limit < math.inf:
                raise ValueError(f"{name} must be at least 0 and finite, got {limit:g}")
            if outcome_of(name).better > 0:
                raise ValueError(f"{name}: more of it is better, so it cannot be a budget")
        return budget

    @property
    def names(self) -> list[str]:
        """Objectives and limits, each once."""
        return list(dict.fromkeys([*self.objectives, *self.budget]))

    def of_type(self, type_: str) -> Goals:
        """The same goals for all communities of a type."""
        if any(AT in name for name in self.names):
            raise InputError("goals that name a type of community cannot be turned into goals of another type")
        return Goals(
            objectives={f"{name}{AT}{type_}": way for name, way in self.objectives.items()},
            budget={f"{name}{AT}{type_}": limit for name, limit in self.budget.items()},
            robust=self.robust,
        )


def outcome_of(name: str) -> Outcome:
    """Outcome that a name such as ``satisfaction`` or ``satisfaction@village`` is about.

    Whether a place has communities of that type, ready or a planner's own, is for the study to see.

    Raises
    ------
    InputError
        If the outcome is unknown, or no type follows the ``@``.
    """
    outcome, at, type_ = name.partition(AT)
    if outcome not in OUTCOMES:
        raise InputError(f"unknown outcome {outcome!r}{closest(outcome, OUTCOMES)}")
    if at and not type_:
        raise InputError(f"{name}: say which type of community, as in {outcome}{AT}village")
    return OUTCOMES[outcome]


def measured(
    runs: pd.DataFrame, levers: Sequence[str], names: Sequence[str], communities: pd.DataFrame | None = None
) -> pd.DataFrame:
    """What runs without failure measured of some goals.

    Parameters
    ----------
    runs : DataFrame
        One row for each run: ``run_id``, ``future``, ``replication``, ``status``, levers and outcomes.
    levers, names : sequence of str
    communities : DataFrame
        ``run_id``, ``type``, outcomes and ``residents`` (weights; all 1 without it), for names with a type.

    Returns
    -------
    DataFrame
        Levers, ``future``, ``replication`` and the names.
    """
    done = runs[runs["status"] == "ok"]
    table = done[[*levers, "future", "replication"]].copy()
    for name in names:
        outcome, at, type_ = name.partition(AT)
        if not at:
            table[name] = done[outcome]
            continue
        if communities is None:
            raise InputError(f"{name} needs the table of communities, which was not kept")
        part = communities[communities["type"] == type_]
        weights = part["residents"] if "residents" in part else pd.Series(1.0, index=part.index)
        weights = weights.where(part[outcome].notna(), 0.0)
        sums = pd.DataFrame({"run_id": part["run_id"], "sum": part[outcome] * weights, "weight": weights})
        total = sums.groupby("run_id").sum()
        table[name] = done["run_id"].map(total["sum"] / total["weight"])
    return table.reset_index(drop=True)


@dataclass(frozen=True)
class Cube:
    """Values of points x futures x replications x names; NaN where there is none."""

    points: pd.DataFrame
    numbers: Values

    @classmethod
    def of(cls, table: pd.DataFrame, levers: Sequence[str], names: Sequence[str]) -> Cube:
        """Cube of a table of levers, ``future``, ``replication`` and names; ``points`` are sorted by their levers."""
        points = table[list(levers)].drop_duplicates().sort_values(list(levers)).reset_index(drop=True)
        row = table[list(levers)].merge(points.reset_index(names="row"), on=list(levers), how="left")["row"].to_numpy()
        futures, future = np.unique(table["future"], return_inverse=True)
        replications, replication = np.unique(table["replication"], return_inverse=True)
        values = np.full((len(points), len(futures), len(replications), len(names)), np.nan)
        values[row, future, replication] = table[list(names)].to_numpy(dtype=float)
        return cls(points, values)

    @functools.cached_property
    def _filled(self) -> tuple[Values, Values]:
        """Values with 0 where there is none, and 1 where there is one."""
        there = np.isfinite(self.numbers)
        return np.where(there, self.numbers, 0.0), there.astype(float)

    def means(self, weights: ArrayLike | None = None) -> Values:
        """Means over replications, each counted so often: points x futures x names; NaN where none is there."""
        filled, there = self._filled
        counted = np.ones(filled.shape[2]) if weights is None else np.asarray(weights, dtype=float)
        sums = np.einsum("pfrn,r->pfn", filled, counted)
        number = np.einsum("pfrn,r->pfn", there, counted)
        return np.divide(sums, number, out=np.full_like(sums, np.nan), where=number > 0)


def scores(means: Values, goals: Goals) -> tuple[Values, Values]:
    """Objectives and costs of points, futures put together as the goals say.

    Parameters
    ----------
    means : array
        Points x futures x names of the goals.
    goals : Goals

    Returns
    -------
    values : array
        Points x objectives, in the outcomes' units; for ``regret`` the regret, which is to be small.
    costs : array
        Points x limits of the budget.
    """
    at = {name: column for column, name in enumerate(goals.names)}
    objectives = means[:, :, [at[name] for name in goals.objectives]]
    costs = means[:, :, [at[name] for name in goals.budget]]
    signs = _signs(goals)
    if goals.robust == "mean":
        return objectives.mean(axis=1), costs.mean(axis=1)
    if goals.robust == "worst":
        return (objectives * signs).max(axis=1) * signs, costs.max(axis=1)
    return regret(means, goals).max(axis=1), costs.max(axis=1)


def regret(means: Values, goals: Goals) -> Values:
    """Distance to the best point that keeps to the budget in the same future: points x futures x objectives, from 0.

    Points beyond the budget may be better than that best one; their regret is 0 there.
    """
    at = {name: column for column, name in enumerate(goals.names)}
    burden = means[:, :, [at[name] for name in goals.objectives]] * _signs(goals)
    costs = means[:, :, [at[name] for name in goals.budget]]
    allowed = _holds(costs, goals) & _known(burden)
    best = np.where(allowed[:, :, None], burden, np.inf).min(axis=0)
    best = np.where(np.isfinite(best), best, np.where(np.isfinite(burden), burden, np.inf).min(axis=0))
    return np.maximum(burden - best, 0.0)


def burdens(values: Values, goals: Goals) -> Values:
    """Objectives turned so that less is better."""
    return values if goals.robust == "regret" else values * _signs(goals)


def keeps_budget(values: Values, costs: Values, goals: Goals) -> NDArray[np.bool_]:
    """Points that were evaluated in every future and keep to the budget."""
    return _known(values) & _holds(costs, goals)


def nondominated(burden: Values, among: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """Points than which no other is as good in every objective and better in one; less is better. Equals both stay."""
    keep = np.ones(len(burden), dtype=bool) if among is None else among.copy()
    at = np.flatnonzero(keep)
    ranks = burden[at].argsort(axis=0).argsort(axis=0).sum(axis=1)
    for point in at[ranks.argsort(kind="stable")]:  # the good ones first: they take most of the others out
        if keep[point]:
            others = keep & (burden >= burden[point]).all(axis=1) & (burden > burden[point]).any(axis=1)
            keep &= ~others
    return keep


def pareto_front(
    table: pd.DataFrame, levers: Sequence[str], goals: Goals, resamples: int = 500, seed: int = 0
) -> pd.DataFrame:
    """All evaluated points, those on the front marked.

    Parameters
    ----------
    table : DataFrame
        From :func:`measured`: levers, ``future``, ``replication``, names of the goals.
    levers : sequence of str
    goals : Goals
    resamples : int
        Of the replications, for intervals and probabilities. With a handful of replications these intervals are
        somewhat too narrow.
    seed : int
        Of the resampling.

    Returns
    -------
    DataFrame
        A row for each point: levers; each objective and limit with ``_low`` and ``_high`` (95 %); ``within`` (keeps to
        the budget) and ``p_within``; ``front`` (not dominated among those within) and ``p_front``: probability of
        both; ``knee``: the one point of the front within the budget with probability 0.95 that gives up least of all
        objectives at once (of two points it is the cheaper compromise; see :func:`knee`). Probabilities and intervals
        are NaN for a single replication.
    """
    cube = Cube.of(table, levers, goals.names)
    values, costs = scores(cube.means(), goals)
    within = keeps_budget(values, costs, goals)
    front = nondominated(burdens(values, goals), within)
    replications = cube.numbers.shape[2]
    drawn = np.full((resamples, len(values), values.shape[1] + costs.shape[1]), np.nan)
    p_within, p_front = np.full(len(values), np.nan), np.full(len(values), np.nan)
    if replications > 1:
        random, kept, stayed = np.random.default_rng(seed), np.zeros(len(values)), np.zeros(len(values))
        for number in range(resamples):
            counts = np.bincount(random.integers(replications, size=replications), minlength=replications)
            some, paid = scores(cube.means(counts), goals)
            drawn[number] = np.concatenate([some, paid], axis=1)
            allowed = keeps_budget(some, paid, goals)
            kept += allowed
            stayed += nondominated(burdens(some, goals), allowed)
        p_within, p_front = kept / resamples, stayed / resamples
    found = cube.points.copy()
    labels = [*goals.objectives, *(name for name in goals.budget if name not in goals.objectives)]
    both = np.concatenate([values, costs], axis=1)
    columns = [*goals.objectives, *goals.budget]
    tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    for name in labels:
        column = columns.index(name)
        found[name] = both[:, column]
        found[f"{name}_low"], found[f"{name}_high"] = _quantiles(drawn[:, :, column], tails)
    surely = front & ((p_within >= SURE) | np.isnan(p_within))
    found = found.assign(within=within, p_within=p_within, front=front, p_front=p_front, knee=False)
    chosen = knee(burdens(values, goals), surely)
    if chosen is not None:
        found.loc[chosen, "knee"] = True
    return found


def _quantiles(drawn: Values, tails: Sequence[float]) -> tuple[Values, Values]:
    """Of the resamples of each point; NaN where a resample has no value."""
    low, high = np.quantile(drawn, tails, axis=0)
    return low, high


def knee(burden: Values, front: NDArray[np.bool_]) -> int | None:
    """Point of a front with the least mean burden, each objective scaled to 0 (best) to 1 (worst of the front).

    On a line between two extremes all points have the same mean; the knee is where the front bulges most towards the
    best of everything. None where the front is empty.
    """
    at = np.flatnonzero(front)
    if not len(at):
        return None
    part = burden[at]
    least, width = part.min(axis=0), np.ptp(part, axis=0)
    scaled = np.divide(part - least, width, out=np.zeros_like(part), where=width > 0)
    return int(at[scaled.mean(axis=1).argmin()])


def robustness(
    table: pd.DataFrame, levers: Sequence[str], goals: Goals, aims: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """How points fare over futures, by their means over replications.

    Parameters
    ----------
    table : DataFrame
        From :func:`measured`.
    levers : sequence of str
    goals : Goals
    aims : dict of str to float
        What each of these objectives should reach, in the outcome's unit.

    Returns
    -------
    DataFrame
        A row for each point: levers; ``within``, ``reached`` and ``both``: shares of futures in which the budget holds,
        in which all aims are reached, and in which both is so; ``{objective}_worst`` and ``{objective}_regret``: value
        in the worst future, and largest distance to the best point of the same future that keeps to the budget.

    Raises
    ------
    InputError
        If an aim is about something that is no objective.
    """
    wanted = dict(aims or {})
    for name in wanted:
        if name not in goals.objectives:
            raise InputError(f"aims.{name}: not an objective{closest(name, goals.objectives)}")
    cube = Cube.of(table, levers, goals.names)
    means = cube.means()
    at = {name: column for column, name in enumerate(goals.names)}
    within = _holds(means[:, :, [at[name] for name in goals.budget]], goals) & _known(means)
    signs = dict(zip(goals.objectives, _signs(goals), strict=True))
    reached = _known(means)
    for name, aim in wanted.items():
        reached &= signs[name] * (means[:, :, at[name]] - aim) <= 0
    found = cube.points.assign(
        within=within.mean(axis=1), reached=reached.mean(axis=1), both=(within & reached).mean(axis=1)
    )
    largest = regret(means, goals).max(axis=1)
    for column, name in enumerate(goals.objectives):
        found[f"{name}_worst"] = (means[:, :, at[name]] * signs[name]).max(axis=1) * signs[name]
        found[f"{name}_regret"] = largest[:, column]
    return found


def fronts_by_type(
    runs: pd.DataFrame,
    communities: pd.DataFrame,
    levers: Sequence[str],
    goals: Goals,
    resamples: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """Front of each type of community, as if only its communities counted.

    Returns
    -------
    DataFrame
        As :func:`pareto_front`, with ``type`` in front and the columns of the goals named without it.
    """
    parts = []
    for type_ in sorted(communities["type"].unique()):
        own = goals.of_type(type_)
        front = pareto_front(measured(runs, levers, own.names, communities), levers, own, resamples, seed)
        front.columns = [name.replace(f"{AT}{type_}", "") for name in front.columns]
        front.insert(0, "type", type_)
        parts.append(front)
    return pd.concat(parts, ignore_index=True)


def _known(values: Values) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(values).all(axis=-1))


def _holds(costs: Values, goals: Goals) -> NDArray[np.bool_]:
    return np.asarray((costs <= np.array(list(goals.budget.values()))).all(axis=-1))


def _signs(goals: Goals) -> Values:
    """Factors by which objectives become burdens: -1 where more is better."""
    return np.array([-1.0 if way == "max" else 1.0 for way in goals.objectives.values()])
