"""Who gains: effects of all paths by resident group, and of each path alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analyses.intervals import is_clear
from experiments.formats import change, change_unit_alone, scale
from experiments.labels import group_label, lever_label
from experiments.plots import style
from experiments.result import StudyResult
from experiments.text import text
from sim.outcomes import OUTCOMES

SHOWN = ("participation_year", "satisfaction")


def draw_groups(result: StudyResult, language: str) -> Figure:
    """Left of each pair: all paths with 95 % intervals; right: each path alone as a heat map."""
    outcomes = [name for name in SHOWN if name in set(result.groups["outcome"])]
    rows = style.rows_of_groups(result.groups)
    figure, axes = style.slide(
        text(language, "figure.groups"),
        text(language, "figure.groups_note"),
        1,
        2 * len(outcomes),
        width_ratios=[0.8, 1.2] * len(outcomes),
        sharey=True,
        figsize=(13.33, max(7.5, 0.36 * len(rows) + 2.2)),
    )
    for number, name in enumerate(outcomes):
        label, unit = OUTCOMES[name].label[language], change_unit_alone(OUTCOMES[name], language)
        left, right = axes[0][2 * number], axes[0][2 * number + 1]
        table = result.groups[result.groups["outcome"] == name]
        _draw_all(left, table[table["mask"] == result.study.all_on], name, rows)
        _draw_alone(right, result, table, name, rows)
        left.set_title(text(language, "figure.all_on", outcome=label), linespacing=style.LINES)
        right.set_title(text(language, "figure.each_alone"))
        left.set_xlabel(unit, color=style.MUTED)
        right.set_xlabel(text(language, "figure.path_number"), color=style.MUTED)
    first = axes[0][0]
    first.set_yticks(list(rows.values()), [group_label(*key, language) for key in rows], fontsize=11.5)
    first.set_ylim(max(rows.values()) + 0.7, -0.7)
    style.key(figure, [lever_label(result.study, id, language) for id in result.levers])
    return figure


def _draw_all(axes: Axes, table: pd.DataFrame, name: str, rows: dict[tuple[str, str], float]) -> None:
    factor = scale(OUTCOMES[name])
    axes.axvline(0, color=style.INK, lw=1)
    for _, row in table.iterrows():
        height = rows[row["dimension"], row["group"]]
        color = style.verdict_color(row["effect"] * OUTCOMES[name].better, row["low"], row["high"])
        axes.plot([row["low"] * factor, row["high"] * factor], [height, height], color=color, lw=2.5)
        axes.plot(row["effect"] * factor, height, "o", ms=8, color=color)
    axes.margins(x=0.1)
    style.quiet_rows(axes)


def _draw_alone(
    axes: Axes, result: StudyResult, table: pd.DataFrame, name: str, rows: dict[tuple[str, str], float]
) -> None:
    outcome = OUTCOMES[name]
    alone = [1 << bit for bit in range(len(result.levers))]
    shown = table[table["mask"].isin(alone)]
    limit = float(shown["effect"].abs().max() or 1.0)
    colors = style.good_and_bad()
    for _, row in shown.iterrows():
        column, height = alone.index(row["mask"]), rows[row["dimension"], row["group"]]
        strength = row["effect"] * (outcome.better or 1) / limit
        color = colors(0.5 + strength / 2)
        axes.fill_between([column - 0.48, column + 0.48], height - 0.48, height + 0.48, color=color, lw=0)
        axes.text(
            column,
            height,
            change(outcome, row["effect"]),
            ha="center",
            va="center",
            fontsize=9,
            fontweight="bold" if is_clear(row["low"], row["high"]) else "normal",
            color=style.ink_on(color),
        )
    axes.set_xticks(np.arange(len(alone)), [str(number + 1) for number in range(len(alone))])
    axes.set_xlim(-0.55, len(alone) - 0.45)
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
