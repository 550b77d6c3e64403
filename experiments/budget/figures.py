"""Figures of designs under a budget: what they bring for what they cost, and how they fare in other futures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analyses.pareto import outcome_of
from experiments.formats import change_unit_alone, scale, unit
from experiments.plots import style
from experiments.study import NOTHING
from experiments.text import text

if TYPE_CHECKING:
    from experiments.budget.best import BestDesigns

MOST_PANELS = 3
SHARES = ("reached", "within", "both")


class Figures:
    """Figures of designs under a budget; each takes a language and gives a Matplotlib figure."""

    def __init__(self, found: BestDesigns) -> None:
        self._found = found

    def front(self, language: str | None = None) -> Figure:
        """Every objective against the first limit of the budget (else against yuan): searched and tried designs."""
        found, spoken = self._found, style.language_drawn(language, stacklevel=3)
        names = found.asked.objectives[:MOST_PANELS]
        with style.house_style(spoken):
            title, note = (text(spoken, f"budget.figure_front{part}") for part in ("", "_note"))
            figure, grid = style.slide(title, note, 1, len(names), figsize=(13.33, 6.6))
            for axes, name in zip(grid[0], names, strict=True):
                _draw_front(axes, found, name, spoken)
            handles, labels = grid[0][0].get_legend_handles_labels()
            figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=12)
        return figure

    def robustness(self, language: str | None = None) -> Figure:
        """Effects over futures, and shares of futures in which targets are reached and the budget is kept."""
        found, spoken = self._found, style.language_drawn(language, stacklevel=3)
        names = found.asked.objectives[:MOST_PANELS]
        with style.house_style(spoken):
            title, note = (text(spoken, f"budget.figure_robust{part}") for part in ("", "_note"))
            height = max(4.2, 0.62 * len(found.designs) + 2.6)
            figure, grid = style.slide(title, note, 1, len(names) + 1, figsize=(13.33, height), sharey=True)
            *left, right = grid[0]
            for axes, name in zip(left, names, strict=True):
                _draw_spread(axes, found, name, spoken)
            _draw_shares(right, found, spoken)
            rows = list(found.designs)
            grid[0][0].set_yticks(range(len(rows)), rows, fontweight="bold")
            grid[0][0].set_ylim(len(rows) - 0.4, -0.6)
            for label in grid[0][0].get_yticklabels():
                if label.get_text() == found.chosen:
                    label.set_color(style.GOOD)
        return figure


def _draw_front(axes: Axes, found: BestDesigns, name: str, language: str) -> None:
    """Changes with the place's own numbers: other futures have other levels, so that the two do not mix."""
    goals = found.asked.goals
    cost = next(iter(goals.budget), "yuan" if "yuan" in goals.names else goals.names[0])
    outcome, factor, wide = outcome_of(name), scale(outcome_of(name)), scale(outcome_of(cost))
    points, tried = found.points, found.fresh.table().sort_values(cost, kind="stable")
    base = points.loc[(points[list(found.levers)] == 0).all(axis=1), name].iloc[0]
    looks: dict[bool, dict[str, Any]] = {
        False: {"facecolors": "none", "edgecolors": "#C4C9D1", "label": text(language, "budget.legend_beyond")},
        True: {"color": style.NOTHING_COLOR, "label": text(language, "budget.legend_within")},
    }
    axes.axhline(0, color=style.INK, lw=1)
    for is_within, look in looks.items():
        part = points[points["within"] == is_within]
        axes.scatter(part[cost] * wide, (part[name] - base) * factor, s=20, **look)
    labelled = set()
    for place, row in enumerate(tried[tried["design"] != NOTHING].to_dict("records")):
        kind = "chosen" if row["design"] == found.chosen else "tried"
        look = {"color": style.GOOD, "s": 140} if kind == "chosen" else {"color": style.INK, "s": 75}
        if kind not in labelled:
            look["label"] = text(language, f"budget.legend_{kind}")
            labelled.add(kind)
        x, y = row[cost] * wide, row[f"{name}_effect"] * factor
        axes.vlines(x, row[f"{name}_low"] * factor, row[f"{name}_high"] * factor, color=look["color"], lw=1.6)
        axes.scatter(x, y, marker="D", zorder=4, **look)
        axes.annotate(
            row["design"],
            (x, y),
            xytext=(11 if place % 2 else -11, 0),
            textcoords="offset points",
            ha="left" if place % 2 else "right",
            va="center",
            fontsize=13,
            color=look["color"],
            fontweight="bold",
        )
    if cost in goals.budget:
        axes.axvline(goals.budget[cost] * wide, color=style.BAD, lw=1.2, ls=(0, (4, 3)))
    for one in found.asked.targets:
        if one.outcome == name:
            aim = one.value if one.is_gain else one.value - base
            axes.axhline(aim * factor, color=style.BAD, lw=1.2, ls=(0, (1, 2)))
    price = outcome_of(cost)
    words = text(language, "format.with_unit", label=price.label[language], unit=unit(price, language))
    axes.set_xlabel(style.wrapped(words, 44), color=style.MUTED)
    axes.set_title(style.wrapped(outcome.label[language], 30))
    axes.set_ylabel(change_unit_alone(outcome, language), color=style.MUTED)


def _draw_spread(axes: Axes, found: BestDesigns, name: str, language: str) -> None:
    trial, outcome = found.trial, outcome_of(name)
    column = found.asked.goals.names.index(name)
    change = (trial.values[:, :, column] - trial.values[0, :, column]) * scale(outcome)
    axes.axvline(0, color=style.INK, lw=1)
    for height, design in enumerate(found.designs):
        low, lower, middle, upper, high = np.quantile(
            change[trial.designs.index(design)], [0.05, 0.25, 0.5, 0.75, 0.95]
        )
        color = style.GOOD if design == found.chosen else style.NOTHING_COLOR
        axes.plot([low, high], [height] * 2, color=color, lw=1.6)
        axes.plot([lower, upper], [height] * 2, color=color, lw=6, solid_capstyle="round")
        axes.plot(middle, height, "o", ms=7, color="white", markeredgecolor=color, markeredgewidth=2)
    for one in found.asked.targets:
        if one.outcome == name and one.is_gain:
            axes.axvline(one.value * scale(outcome), color=style.BAD, lw=1.2, ls=(0, (1, 2)))
    axes.set_title(style.wrapped(outcome.label[language], 24))
    axes.set_xlabel(change_unit_alone(outcome, language), color=style.MUTED)
    style.quiet_rows(axes)


def _draw_shares(axes: Axes, found: BestDesigns, language: str) -> None:
    table = found.to_frame().set_index("design")
    ids = {
        "reached": "short_reached" if found.asked.targets else "short_gain",
        "within": "short_kept",
        "both": "short_both",
    }
    looks: dict[str, dict[str, Any]] = {
        "reached": {"marker": "o", "color": style.GOOD},
        "within": {"marker": "s", "color": style.NOTHING_COLOR},
        "both": {"marker": "D", "color": style.BAD},
    }
    for place, part in enumerate(SHARES):
        values = [100 * table.loc[design, part] for design in found.designs]
        heights = [height + 0.2 * (place - 1) for height in range(len(values))]
        axes.hlines(heights, 0, values, color=looks[part]["color"], lw=1.2, alpha=0.5)
        axes.scatter(
            values, heights, s=55, zorder=3, label=text(language, f"budget.{ids[part]}"), clip_on=False, **looks[part]
        )
    axes.set_xlim(0, 100)
    axes.set_xlabel(text(language, "budget.share_of_futures"), color=style.MUTED)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=1, fontsize=11)
    style.quiet_rows(axes)
