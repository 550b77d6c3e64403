"""The diagnostic diagram: influence of a number on the answer against how well it is known (after NUSAP)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.plots import style
from experiments.screening import CHANCE, DANGER, EFFECT, SHOWN, Stored, number_label
from experiments.text import text
from sim.catalogue import GRADES
from sim.outcomes import OUTCOMES

NAMED = 6  # numbers in each panel
APART = 0.045  # of the height, so that their figures do not lie on each other
COLORS = {"A": "#009E73", "B": "#0072B2", "C": "#E69F00", "D": "#D55E00"}


def draw_stored(stored: Stored, language: str) -> Figure:
    """Same of a screening that is stored."""
    numbers = stored.table[stored.table["parameter"] != CHANCE]
    most = numbers.groupby("outcome")["mu_star"].max()
    relative = stored.table["mu_star"] / stored.table["outcome"].map(most)
    return draw_screening(stored.table.assign(kind=EFFECT, relative=relative), numbers["parameter"].nunique(), language)


def draw_screening(table: pd.DataFrame, numbers: int, language: str) -> Figure:
    """A panel for each headline: weaker evidence to the right, influence upwards; the top right corner warns."""
    figure, grid = style.slide(
        text(language, "screening.figure"),
        text(language, "screening.figure_note", numbers=numbers),
        1,
        len(SHOWN),
        sharey=True,
        figsize=(13.33, 8.6),
    )
    for name, axes in zip(SHOWN, grid[0], strict=True):
        _draw_panel(axes, table[(table["kind"] == EFFECT) & (table["outcome"] == name)], name, language)
    grid[0][0].set_ylabel(text(language, "screening.influence"), color=style.MUTED)
    return figure


def _draw_panel(axes: Axes, part: pd.DataFrame, name: str, language: str) -> None:
    numbers = part[part["parameter"] != CHANCE].sort_values("rank", ignore_index=True)
    chance = float(part.loc[part["parameter"] == CHANCE, "relative"].iloc[0])
    grades = list(GRADES)
    axes.axvspan(1.5, 3.5, ymin=DANGER / 1.08, color=style.BAD, alpha=0.08, lw=0)
    axes.text(3.47, 1.065, text(language, "screening.danger_zone"), ha="right", va="top", color=style.BAD, fontsize=11)
    axes.axhline(chance, color=style.MUTED, lw=1.2, ls="--")
    words, paper = text(language, "screening.chance"), {"facecolor": "white", "alpha": 0.75, "lw": 0, "pad": 1.0}
    axes.text(-0.46, chance + 0.016, words, color=style.MUTED, fontsize=10, va="bottom", bbox=paper)
    spread = np.random.default_rng(1).uniform(-0.3, 0.3, len(numbers))  # only so that dots do not hide each other
    places = numbers["grade"].map(grades.index).to_numpy() + spread
    colors = [COLORS[grade] for grade in numbers["grade"]]
    axes.scatter(places, numbers["relative"], s=22, c=colors, alpha=0.7, lw=0)
    legend, floor = [], np.inf
    for position, row in enumerate(numbers.head(NAMED).to_dict("records")):
        floor = min(row["relative"], floor - APART)
        axes.annotate(
            str(position + 1),
            (places[position], row["relative"]),
            xytext=(places[position] + 0.08, floor),
            textcoords="data",
            arrowprops={"arrowstyle": "-", "lw": 0.8, "color": style.INK},
            fontsize=12,
            fontweight="bold",
            va="center",
        )
        label = f"{position + 1} {number_label(row['parameter'], language)} ({row['grade']})"
        legend.append(style.wrapped(label, 46))
    axes.set_xticks(range(len(grades)), grades)
    axes.set_xlim(-0.5, len(grades) - 0.5)
    axes.set_ylim(0, 1.08)
    axes.grid(visible=False, axis="x")
    axes.set_title(style.wrapped(OUTCOMES[name].label[language], 30))
    words = f"{text(language, 'screening.evidence')}\n\n" + "\n".join(legend)
    axes.set_xlabel(words, color=style.INK, fontsize=10.5, loc="left", linespacing=style.LINES)
