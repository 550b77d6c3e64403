"""Which way each mechanism moves each outcome, over the plausible parameter space."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.labels import mechanism_label
from experiments.paired import outcome_named
from experiments.plots import style
from experiments.text import text


def draw_directions(counted: pd.DataFrame, against_documented: pd.DataFrame, language: str) -> Figure:
    """Heat map mechanism × outcome: share of points up and down; blue is better; a frame is a documented direction."""
    names = list(dict.fromkeys(counted["mechanism"]))
    outcomes = list(dict.fromkeys(counted["outcome"]))
    cells = counted.set_index(["mechanism", "outcome"])
    signs = against_documented.set_index(["mechanism", "outcome"])["sign"]
    figure, grid = style.slide(
        text(language, "directions.figure"),
        text(language, "directions.figure_note"),
        1,
        1,
        figsize=(13.33, max(7.5, 0.4 * len(names) + 2.6)),
    )
    axes, colors = grid[0][0], style.good_and_bad()
    strength = np.full((len(names), len(outcomes)), np.nan)
    for row, name in enumerate(names):
        for column, outcome in enumerate(outcomes):
            one = cells.loc[(name, outcome)]
            strength[row, column] = (one["up"] - one["down"]) * (outcome_named(outcome).better or 1)
            words = "–" if np.isnan(one["up"]) else f"↑ {100 * one['up']:.0f}   ↓ {100 * one['down']:.0f}"
            color = style.ink_on(colors(0.5 + np.nan_to_num(strength[row, column]) / 2))
            sign = signs.get((name, outcome))
            if sign is not None:
                words += "   ▲" if sign > 0 else "   ▼"
                axes.add_patch(Rectangle((column - 0.47, row - 0.44), 0.94, 0.88, fill=False, ec=style.INK, lw=1.6))
            axes.text(column, row, words, ha="center", va="center", fontsize=11.5, color=color)
    axes.imshow(strength, cmap=colors, vmin=-1, vmax=1, aspect="auto")
    axes.set_yticks(range(len(names)), [mechanism_label(name, language) for name in names], fontsize=12)
    axes.set_xticks(range(len(outcomes)), [style.wrapped(outcome_named(one).label[language], 20) for one in outcomes])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return figure
