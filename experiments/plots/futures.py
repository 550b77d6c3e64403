"""How a design does in every future, and which uncertain numbers that hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.formats import change, change_unit_alone, scale
from experiments.plots import style
from experiments.plots.screening import COLORS
from experiments.text import text
from sim.outcomes import OUTCOMES

if TYPE_CHECKING:
    from experiments.comparison.futures import Futures

NAMED = 8  # numbers


def draw_futures(found: Futures, language: str) -> Figure:
    """Left a dot for each future, the worst first; right mean effects where a number is low, and where it is high."""
    outcome = OUTCOMES[found.outcome]
    design = style.drawable(found.design, text(language, "compare.design"))
    figure, grid = style.slide(
        text(language, "figure.futures", design=design, outcome=outcome.label[language]),
        text(
            language,
            "figure.futures_note" if found.least else "figure.futures_note_at_all",
            holding=int(found.table["holds"].sum()),
            futures=len(found),
            least=change(outcome, found.least),
        ),
        1,
        2,
        width_ratios=(1.0, 1.0),
    )
    _draw_effects(grid[0][0], found, language)
    _draw_numbers(grid[0][1], found, language)
    return figure


def _draw_effects(axes: Axes, found: Futures, language: str) -> None:
    outcome, factor = OUTCOMES[found.outcome], scale(OUTCOMES[found.outcome])
    table = found.table.sort_values("effect", ascending=outcome.better > 0)
    colors = np.where(table["holds"], style.GOOD, style.BAD)
    at = np.arange(1, len(table) + 1)
    axes.vlines(at, found.least * factor, table["effect"] * factor, color=colors, lw=1.2, alpha=0.5)
    axes.scatter(at, table["effect"] * factor, c=colors, s=34, zorder=3)
    axes.axhline(found.least * factor, color=style.INK, lw=1.4)
    axes.set_xlabel(text(language, "figure.futures_order"), color=style.MUTED)
    axes.set_ylabel(change_unit_alone(outcome, language), color=style.MUTED)
    axes.set_title(text(language, "figure.futures_effects"))
    axes.grid(visible=False, axis="x")
    handles = [
        Line2D([], [], marker="o", ls="", color=color, label=text(language, f"figure.futures_{id}"))
        for color, id in ((style.GOOD, "holds"), (style.BAD, "falls_short"))
    ]
    axes.legend(handles=handles, loc="upper left" if outcome.better > 0 else "upper right", fontsize=12)


def _draw_numbers(axes: Axes, found: Futures, language: str) -> None:
    outcome, factor = OUTCOMES[found.outcome], scale(OUTCOMES[found.outcome])
    rows = found.sensitivity(language).head(NAMED).to_dict("records")
    axes.axvline(found.least * factor, color=style.INK, lw=1.4)
    for height, row in enumerate(rows):
        color = COLORS.get(row["grade"], style.MUTED)
        low, high = row["where_low"] * factor, row["where_high"] * factor
        strength = 1.0 if row["clear"] else 0.4
        axes.plot([low, high], [height] * 2, color=color, lw=3, alpha=strength, zorder=2)
        axes.scatter(low, height, s=80, facecolor="white", edgecolor=color, lw=2, alpha=strength, zorder=3)
        axes.scatter(high, height, s=80, color=color, lw=2, alpha=strength, zorder=3)
        style.beside(axes, row["grade"] or "–", height, 18, fontsize=13, fontweight="bold", color=color)
    axes.set_yticks(
        range(len(rows)), [style.wrapped(row["label"], 34) for row in rows], fontsize=11.5, linespacing=style.LINES
    )
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel(change_unit_alone(outcome, language), color=style.MUTED)
    axes.set_title(text(language, "figure.futures_numbers"))
    style.quiet_rows(axes)
    handles = [
        Line2D(
            [],
            [],
            marker="o",
            ls="",
            ms=9,
            mew=2,
            mec=style.MUTED,
            mfc=face,
            label=text(language, f"figure.futures_where_{id}"),
        )
        for face, id in (("white", "low"), (style.MUTED, "high"))
    ]
    axes.figure.legend(handles=handles, loc="outside lower right", ncols=2, fontsize=12)
