"""The cost-effectiveness plane: what designs gain against what they cost, and which of them none beats in both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analyses.complete import require_columns
from experiments.formats import change_unit_alone, is_small, scale, unit
from experiments.plots import style
from experiments.text import text
from sim.outcomes import OUTCOMES

MOST_OUTCOMES, MOST_NAMED = 2, 8
FEW = 24  # of more designs the intervals of those that none beats are drawn
COLUMNS = ("design", "outcome", "effect", "low", "high")


def draw_cost_effectiveness(
    effects: pd.DataFrame,
    language: str = "en",
    outcomes: Sequence[str] = (),
    cost: str = "yuan",
    labels: Mapping[str, str] | None = None,
    title: str = "",
) -> Figure:
    """A panel for each of one or two outcomes, a point for each design, the baseline at the origin.

    Designs that no other beats in both are ringed, named and joined, from the baseline on: the next one up the line
    brings more for more.

    Parameters
    ----------
    effects : DataFrame
        As of :func:`experiments.analyses.effects.paired_effects`: ``design``, ``outcome``, ``effect``, ``low``,
        ``high``, in the model's units, with rows for the cost too.
    language : str
        ``en``, ``zh_hans`` or ``zh_hant``.
    outcomes : sequence of str, optional
        Default: the first two of the table.
    cost : str
        The outcome that is paid: ``yuan``, ``staff_hours``, …
    labels : dict of str to str, optional
        How designs are called in the figure; default: as in the table.
    title : str, optional
        What the figure says; default: what it shows.
    """
    require_columns(effects, COLUMNS, "effects")
    names = list(outcomes or (one for one in dict.fromkeys(effects["outcome"]) if one != cost))[:MOST_OUTCOMES]
    figure, grid = style.slide(
        title or text(language, "figure.cost_plane"), text(language, "figure.cost_plane_note"), 1, max(1, len(names))
    )
    tables = {one: effects[effects["outcome"] == one].set_index("design") for one in (*names, cost)}
    for name, axes in zip(names, grid[0], strict=True):
        costs = tables[cost][["effect", "low", "high"]].add_suffix("_cost")
        points = tables[name][["effect", "low", "high"]].join(costs, how="inner").dropna(subset=["effect"])
        _draw_plane(axes, points, (name, cost), labels, language)
    return figure


def unbeaten(gain: pd.Series, cost: pd.Series) -> np.ndarray:
    """Whether no other design gains as much for as little, and more or for less."""
    g, c = gain.to_numpy(dtype=float), cost.to_numpy(dtype=float)
    as_good = (g[:, None] >= g) & (c[:, None] <= c)
    better = (g[:, None] > g) | (c[:, None] < c)
    return np.asarray(~(as_good & better).any(axis=0))


def _draw_plane(
    axes: Axes, points: pd.DataFrame, names: tuple[str, str], labels: Mapping[str, str] | None, language: str
) -> None:
    name, cost = names
    outcome, factor, times = OUTCOMES[name], scale(OUTCOMES[name]), scale(OUTCOMES[cost])
    axes.axhline(0, color=style.INK, lw=1)
    axes.axvline(0, color=style.INK, lw=1)
    colors = [
        style.effect_color(OUTCOMES[name], row["effect"], row["low"], row["high"]) for row in points.to_dict("records")
    ]
    x, y = points["effect_cost"] * times, points["effect"] * factor
    gain = points["effect"] * (outcome.better or 1)
    is_gain = (gain > 0) & ~points["effect"].map(lambda one: is_small(outcome, one))
    front = points[unbeaten(gain, points["effect_cost"]) & is_gain].sort_values("effect_cost")
    for (design, row), color in zip(points.iterrows(), colors, strict=True):
        if len(points) <= FEW or design in front.index:
            look: dict[str, Any] = {"color": color, "lw": 1.3, "alpha": 0.5}
            axes.vlines(row["effect_cost"] * times, row["low"] * factor, row["high"] * factor, **look)
            axes.hlines(row["effect"] * factor, row["low_cost"] * times, row["high_cost"] * times, **look)
    axes.scatter(x, y, s=52 if len(points) <= FEW else 26, c=colors, zorder=3, lw=0)
    across, up = front["effect_cost"] * times, front["effect"] * factor
    if len(front):
        start = [0.0] if across.iloc[0] > 0 else []
        axes.plot([*start, *across], [*start, *up], color=style.INK, lw=1.3, ls=(0, (5, 3)), zorder=2)
    axes.scatter(across, up, s=135, facecolors="none", edgecolors=style.INK, lw=1.6, zorder=4)
    axes.plot(0, 0, "s", ms=8, color=style.NOTHING_COLOR, zorder=4)
    legend = []
    shown = np.unique(np.linspace(0, len(front) - 1, min(MOST_NAMED, len(front))).round().astype(int))
    for number, place in enumerate(shown, start=1):
        at = (across.iloc[place], up.iloc[place])
        look = {"xytext": (8, 8), "textcoords": "offset points", "fontsize": 13, "fontweight": "bold"}
        axes.annotate(str(number), at, zorder=5, **look)
        label = style.called(front.index[place], labels, number)
        legend.append(style.wrapped(text(language, "figure.numbered", number=number, label=label), 64))
    _frame(axes, x, y)
    axes.set_title(style.wrapped(outcome.label[language], 40))
    axes.set_ylabel(change_unit_alone(outcome, language), color=style.MUTED)
    words = text(language, "figure.extra_cost", unit=unit(OUTCOMES[cost], language))
    if cost != "yuan":
        words = text(language, "format.with_unit", label=OUTCOMES[cost].label[language], unit=words)
    axes.set_xlabel("\n".join([words, "", *legend]), loc="left", fontsize=11.5, linespacing=style.LINES)


def _frame(axes: Axes, x: pd.Series, y: pd.Series) -> None:
    """Frame by the dots: intervals of few replications run out of it instead of flattening them."""
    for values, put in ((x, axes.set_xlim), (y, axes.set_ylim)):
        low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
        room = 0.3 * (high - low) or 1.0
        put(low - room, high + room)
