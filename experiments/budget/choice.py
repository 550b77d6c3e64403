"""Which designs of a search are tried again, what they bring there, and which one is recommended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analyses.effects import paired_effects
from experiments.analyses.intervals import is_clear
from experiments.analyses.pareto import Cube, nondominated, regret
from experiments.budget.goals import Asked, Values, balance
from experiments.study import NOTHING
from sim.outcomes import OUTCOMES

REACHED, UNREACHED, BETTER = "reached", "unreached", "better"
NOTHING_BEST, NONE_BETTER, OVER_BUDGET = "nothing_best", "none_better", "over_budget"


def judged(points: pd.DataFrame, levers: Sequence[str], asked: Asked) -> pd.DataFrame:
    """Points of a search by what they bring, the best first.

    Parameters
    ----------
    points : DataFrame
        Levers and the names of the goals, a row for each point; that with all levers at 0 among them.
    levers : sequence of str
    asked : Asked

    Returns
    -------
    DataFrame
        The points with ``within`` (keeps to the budget), ``front`` (of those within, none is better in every
        objective), ``balance`` (see :func:`experiments.budget.goals.balance`) and ``score``: with targets how far they
        are surpassed, as shares of what can be gained at most, in the target that is surpassed least; without targets
        the balance. Points beyond the budget come last, the least beyond it first.
    """
    values = points[asked.goals.names].to_numpy(dtype=float)
    nothing = values[(points[list(levers)] == 0).all(axis=1).to_numpy().argmax()]
    good, costs = asked.parts(values)
    gains = good - asked.parts(nothing)[0]
    within = (costs <= asked.limits).all(axis=1) & np.isfinite(values).all(axis=1)
    found = points.assign(within=within, front=nondominated(-good, within), balance=balance(gains, within))
    if asked.targets:
        margins = asked.margins(values, nothing)
        widest = np.maximum(np.ptp(margins[within], axis=0) if within.any() else 1.0, 1e-12)
        found["score"] = (margins / widest).min(axis=1)
    else:
        found["score"] = found["balance"]
    limits = np.where(asked.limits > 0, asked.limits, 1.0)
    found["excess"] = (np.maximum(costs - asked.limits, 0.0) / limits).sum(axis=1)
    found = found.sort_values(["within", "excess", "score"], ascending=[False, True, False], kind="stable")
    return found.reset_index(drop=True)


def finalists(found: pd.DataFrame, levers: Sequence[str], asked: Asked, number: int) -> pd.DataFrame:
    """Points worth trying again: the best, the cheapest that reaches the targets, the best in each objective, others.

    Parameters
    ----------
    found : DataFrame
        From :func:`judged`.
    levers, asked
        As there.
    number : int
        Most of them.

    Returns
    -------
    DataFrame
        Rows of ``found``, the best first; never the point at which all levers are 0.
    """
    some = found[(found[list(levers)] != 0).any(axis=1)]
    inside = some[some["within"]]
    if inside.empty:
        return some.head(1)
    order = [inside["score"].idxmax()]
    if asked.targets and asked.goals.budget and (inside["score"] >= 0).any():
        order.append(inside.loc[inside["score"] >= 0, next(iter(asked.goals.budget))].idxmin())
    order.append(inside["balance"].idxmax())
    for name, way in asked.goals.objectives.items():
        order.append(inside[name].idxmax() if way == "max" else inside[name].idxmin())
    order += list(inside[inside["front"]].sort_values("score", ascending=False, kind="stable").index)
    return found.loc[list(dict.fromkeys(order))[:number]].reset_index(drop=True)


class Trial:
    """Designs that were run anew, in the same futures as doing nothing.

    Parameters
    ----------
    runs : DataFrame
        ``policy`` (0 is nothing), ``design``, ``future``, ``replication``, ``status``, uncertain numbers, outcomes.
        Where there is one future only, each replication stands for one.
    asked : Asked
    numbers : sequence of str
        Columns of the uncertain numbers.

    Attributes
    ----------
    designs : list of str
        Nothing first.
    values : array, designs x futures x names of the goals
    numbers : DataFrame
        Uncertain numbers, a row for each future.
    """

    def __init__(self, runs: pd.DataFrame, asked: Asked, numbers: Sequence[str] = ()) -> None:
        self.asked = asked
        done = runs[runs["status"] == "ok"]
        if len(done["future"].unique()) == 1:
            done = done.assign(future=done["replication"], replication=0)
        self.runs = done
        named = done.drop_duplicates("policy").sort_values("policy")
        self.designs = named["design"].tolist()
        cube = Cube.of(done, ["policy"], asked.goals.names)
        values = cube.means()
        whole = np.isfinite(values).all(axis=(0, 2))
        self.values: Values = values[:, whole]
        self.numbers = done.groupby("future")[list(numbers)].first()[whole].reset_index(drop=True)

    @property
    def margins(self) -> Values:
        """Of targets, or gains: designs x futures x criteria."""
        return self.asked.margins(self.values, self.values[:1])

    @property
    def within(self) -> NDArray[np.bool_]:
        """Whether the budget is kept: designs x futures."""
        return np.asarray((self.asked.parts(self.values)[1] <= self.asked.limits).all(axis=2))

    def least_margin(self, design: str) -> Values:
        """Of all that a design has to hold in each future, budget included, the margin of what it holds least.

        Margins are in standard deviations over all designs and futures, so that they can be compared; a gain of exactly
        nothing is missed.
        """
        row = self.designs.index(design)
        costs = self.asked.parts(self.values)[1]
        every = np.concatenate([self.margins, self.asked.limits - costs], axis=2)
        own = every[row] / np.maximum(every.std(axis=(0, 1)), 1e-12)
        if not self.asked.targets:
            own[:, : self.margins.shape[2]] -= 1e-12
        return np.asarray(own.min(axis=1))

    def regret(self) -> pd.DataFrame:
        """Distance to the best of these designs that keeps to the budget in the same future.

        Returns
        -------
        DataFrame
            ``design``, ``outcome``, ``mean``, ``q95`` and ``most`` over futures, in the outcome's unit.
        """
        lost = regret(self.values, self.asked.goals)
        rows = [
            (design, name, part.mean(), np.quantile(part, 0.95), part.max())
            for row, design in enumerate(self.designs)
            for column, name in enumerate(self.asked.objectives)
            for part in [lost[row, :, column]]
        ]
        return pd.DataFrame(rows, columns=["design", "outcome", "mean", "q95", "most"])

    def effects(self) -> pd.DataFrame:
        """Of every design against nothing; see :func:`experiments.analyses.effects.paired_effects`."""
        return paired_effects(self.runs, {name: OUTCOMES[name].better for name in self.asked.goals.names})

    def table(self) -> pd.DataFrame:
        """What each design brings.

        Returns
        -------
        DataFrame
            ``design``; for each goal its mean over futures and ``_effect``, ``_low``, ``_high`` (95 %), ``_better``
            (share of futures in which it is better than with nothing; NaN for nothing); ``reached``, ``within`` and
            ``both``: shares of futures in which all targets are reached (without targets: every objective gains), the
            budget is kept, and both; ``keeps_budget`` (on average over futures); ``front``; ``balance``.
        """
        means = self.values.mean(axis=1)
        good, costs = self.asked.parts(means)
        keeps = np.asarray((costs <= self.asked.limits).all(axis=1))
        margins = self.margins
        reached = (margins >= 0 if self.asked.targets else margins > 0).all(axis=2)
        found = pd.DataFrame({"design": self.designs})
        effects = self.effects().set_index(["design", "outcome"])
        for column, name in enumerate(self.asked.goals.names):
            found[name] = means[:, column]
            own = effects.xs(name, level="outcome").reindex(self.designs)
            for part in ("effect", "low", "high", "better"):
                found[f"{name}_{part}"] = own[part].to_numpy()
        return found.assign(
            reached=reached.mean(axis=1),
            within=self.within.mean(axis=1),
            both=(reached & self.within).mean(axis=1),
            keeps_budget=keeps,
            front=nondominated(-good, keeps),
            balance=balance(good - good[0], keeps),
        )


def recommended(table: pd.DataFrame, asked: Asked) -> tuple[str, str]:
    """Design that is recommended, and how it stands.

    Among the designs that keep to the budget on average, with targets the one that reaches all of them within the
    budget in most futures; without, or if none ever does, the most balanced one (see
    :func:`experiments.budget.goals.balance`).

    Parameters
    ----------
    table : DataFrame
        From :meth:`Trial.table`.
    asked : Asked

    Returns
    -------
    design, kind : str
        Kind is ``reached``: it reaches the targets in some future; ``unreached``: no design does in any;
        ``nothing_best``: doing nothing reaches them in as many futures as any design; ``better``: without targets, it
        is clearly better than nothing in some objective and on average worse in none; ``none_better``: no design is,
        and the design is ``nothing``; ``over_budget``: none keeps to it, nothing included.
    """
    some = table[table["keeps_budget"]]
    if some.empty:
        return NOTHING, OVER_BUDGET
    if asked.targets and (some["both"] > 0).any():
        best = some.sort_values(["both", "balance"], ascending=False, kind="stable").iloc[0]
        return str(best["design"]), NOTHING_BEST if best["design"] == NOTHING else REACHED
    best = some.sort_values("balance", ascending=False, kind="stable").iloc[0]
    is_better = best["balance"] > 0 and _is_clear(best, asked)
    if asked.targets:
        return (str(best["design"]) if is_better else NOTHING), UNREACHED
    return (str(best["design"]), BETTER) if is_better else (NOTHING, NONE_BETTER)


def _is_clear(row: Mapping[str, float] | pd.Series, asked: Asked) -> bool:
    """Whether some objective clearly gains."""
    return any(
        is_clear(row[f"{name}_low"], row[f"{name}_high"]) and (row[f"{name}_effect"] > 0) == (way == "max")
        for name, way in asked.goals.objectives.items()
    )
