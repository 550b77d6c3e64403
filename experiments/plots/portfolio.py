"""The front of a search for sets of doses: what it reaches at what cost, and which doses it takes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from experiments.analyses.pareto import AT, Goals, outcome_of
from experiments.formats import bare_level, scale, unit
from experiments.labels import type_label
from experiments.plots import style
from experiments.text import text

MOST_ROWS = 18
DOSES = LinearSegmentedColormap.from_list("doses", ["#F9FAFB", style.GOOD])


def draw_portfolio(front: pd.DataFrame, levers: Mapping[str, str], goals: Goals, language: str) -> Figure:
    """All points over the first two goals, and the doses of those on the front.

    Parameters
    ----------
    front : DataFrame
        From :func:`experiments.analyses.pareto.pareto_front`.
    levers : dict of str to str
        Label of each lever.
    goals : Goals
    language : str
    """
    names = goals.names
    up, across = names[0], names[min(1, len(names) - 1)]
    note = text(
        language,
        "portfolio.figure_note",
        robust=text(language, f"portfolio.{goals.robust}"),
        budget=budget_in_words(goals, language),
    )
    figure, grid = style.slide(
        text(language, "portfolio.figure"), note, 1, 2, width_ratios=[1.0, 1.15], figsize=(13.33, 8.2)
    )
    left, right = grid[0]
    _draw_points(left, front, across, up, goals, language)
    chosen = front[front["front"]].sort_values([up, *levers], ignore_index=True)
    _draw_doses(right, _thinned(chosen), levers, (across, up), goals, language)
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=12)
    return figure


def goal_label(name: str, goals: Goals, language: str) -> str:
    """Label of an outcome, with its type of community and whether it is a regret."""
    label = outcome_of(name).label[language]
    _, at, type_ = name.partition(AT)
    if at:
        label = text(language, "portfolio.of_type", label=label, type=type_label(type_, language))
    if goals.robust == "regret" and name in goals.objectives:
        label = text(language, "portfolio.regret_of", label=label)
    return label


def budget_in_words(goals: Goals, language: str) -> str:
    """Limits with their units; ``none`` without any."""
    limits = [
        text(
            language,
            "portfolio.limit",
            label=goal_label(name, Goals(objectives=goals.objectives), language),
            limit=bare_level(outcome_of(name), limit),
            unit=unit(outcome_of(name), language),
        )
        for name, limit in goals.budget.items()
    ]
    return text(language, "format.semicolon").join(limits) or text(language, "portfolio.no_limit")


def _draw_points(axes: Axes, front: pd.DataFrame, across: str, up: str, goals: Goals, language: str) -> None:
    x, y = (front[name] * scale(outcome_of(name)) for name in (across, up))
    beyond, on, best = ~front["within"], front["front"], front["knee"]
    beaten = front["within"] & ~on
    axes.scatter(
        x[beyond], y[beyond], s=22, facecolors="none", edgecolors="#C4C9D1", label=text(language, "portfolio.beyond")
    )
    axes.scatter(x[beaten], y[beaten], s=22, color=style.NOTHING_COLOR, label=text(language, "portfolio.beaten"))
    if front["p_front"].notna().any():
        for name, flat in ((across, "y"), (up, "x")):
            ends = front.loc[on, [f"{name}_low", f"{name}_high"]].to_numpy() * scale(outcome_of(name))
            draw, at = (axes.vlines, x[on]) if flat == "x" else (axes.hlines, y[on])
            draw(at, ends[:, 0], ends[:, 1], color=style.GOOD, lw=1.0, alpha=0.25)
    sure = front.loc[on, "p_front"].fillna(1.0)
    axes.scatter(
        x[on],
        y[on],
        s=62,
        c=DOSES(0.15 + 0.85 * sure.to_numpy()),
        edgecolors=style.GOOD,
        zorder=3,
        label=text(language, "portfolio.front"),
    )
    axes.scatter(
        x[best],
        y[best],
        s=190,
        marker="D",
        facecolors="none",
        edgecolors=style.BAD,
        lw=2.2,
        zorder=4,
        label=text(language, "portfolio.knee"),
    )
    for name, limit in ((across, axes.axvline), (up, axes.axhline)):
        if name in goals.budget and name not in goals.objectives:
            limit(goals.budget[name] * scale(outcome_of(name)), color=style.BAD, lw=1.2, ls=(0, (4, 3)))
    for name, put in ((across, axes.set_xlabel), (up, axes.set_ylabel)):
        label = goal_label(name, goals, language)
        put(text(language, "format.with_unit", label=label, unit=unit(outcome_of(name), language)), color=style.MUTED)
    axes.set_title(text(language, "portfolio.all"))


def _thinned(chosen: pd.DataFrame) -> pd.DataFrame:
    """At most so many rows, spread evenly, the compromise among them."""
    if len(chosen) <= MOST_ROWS:
        return chosen
    kept = set(np.linspace(0, len(chosen) - 1, MOST_ROWS).round().astype(int))
    return chosen[chosen.index.isin(kept) | chosen["knee"]].reset_index(drop=True)


def _draw_doses(
    axes: Axes, chosen: pd.DataFrame, levers: Mapping[str, str], shown: tuple[str, str], goals: Goals, language: str
) -> None:
    doses = chosen[list(levers)].to_numpy(dtype=float)
    least, most = doses.min(axis=0, initial=0.0), doses.max(axis=0, initial=1.0)
    shades = (doses - least) / np.where(most > least, most - least, 1.0)
    axes.imshow(shades, cmap=DOSES, vmin=0, vmax=1, aspect="auto", origin="lower")
    for row, column in np.argwhere(doses != 0):
        words = f"{doses[row, column]:g}"
        axes.text(
            column, row, words, ha="center", va="center", fontsize=10, color=style.ink_on(DOSES(shades[row, column]))
        )
    across, up = shown
    labels = [
        f"{bare_level(outcome_of(up), row[up])} | {bare_level(outcome_of(across), row[across])}"
        for row in chosen.to_dict("records")
    ]
    axes.set_yticks(range(len(chosen)), labels, fontsize=10.5)
    for tick, best in zip(axes.get_yticklabels(), chosen["knee"], strict=True):
        if best:
            tick.set(color=style.BAD, fontweight="bold")
    axes.set_xticks(
        range(len(levers)),
        [style.wrapped(label, 20 if len(levers) > 5 else 14) for label in levers.values()],
        fontsize=10,
    )
    axes.tick_params(axis="x", rotation=90 if len(levers) > 5 else 0, length=0)
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    words = " | ".join(goal_label(name, goals, language) for name in (up, across))
    axes.set_title(f"{text(language, 'portfolio.doses')}\n{words}", fontsize=13, linespacing=style.LINES)
