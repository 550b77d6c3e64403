"""Which paths are worth more together, and which make each other less useful."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analyses.interactions import PAIR
from experiments.analyses.intervals import is_clear
from experiments.formats import change, change_unit_alone, scale
from experiments.labels import lever_label
from experiments.plots import style
from experiments.result import StudyResult
from experiments.text import text
from sim.outcomes import OUTCOMES

SHOWN = ("participation", "satisfaction", "fulfilment")
PALE = 0.25  # share of its colour that an interaction keeps which is not clear


def draw_synergy(result: StudyResult, language: str) -> Figure:
    """Interaction of each pair by outcome: blue helps each other, orange stands in each other's way."""
    outcomes = [name for name in SHOWN if name in result.outcomes]
    figure, axes = style.slide(
        text(language, "figure.synergy"), text(language, "figure.synergy_note"), 1, len(outcomes), sharey=True
    )
    for name, one in zip(outcomes, axes[0], strict=True):
        _draw_outcome(one, result, name)
        unit = change_unit_alone(OUTCOMES[name], language)
        one.set_title(f"{style.wrapped(OUTCOMES[name].label[language], 30)}\n{unit}", linespacing=style.LINES)
    labels = [style.wrapped(lever_label(result.study, id, language), 20) for id in result.levers]
    axes[0][0].set_yticks(range(1, len(labels)), labels[1:])
    style.key(figure, [lever_label(result.study, id, language) for id in result.levers])
    return figure


def _draw_outcome(axes: Axes, result: StudyResult, name: str) -> None:
    outcome, paths = OUTCOMES[name], result.levers
    table = result.interactions
    table = table[(table["kind"] == PAIR) & (table["outcome"] == name)]
    matrix = np.full((len(paths), len(paths)), np.nan)
    limit = float((table["interaction"].abs().max() * scale(outcome)) or 1.0) if len(table) else 1.0
    colors = style.good_and_bad()
    for _, pair in table.iterrows():
        row, column = paths.index(pair["second"]), paths.index(pair["first"])
        value = pair["interaction"] * scale(outcome)
        clear = is_clear(pair["low"], pair["high"])
        matrix[row, column] = value * outcome.better * (1.0 if clear else PALE)
        axes.text(
            column,
            row,
            change(outcome, pair["interaction"]),
            ha="center",
            va="center",
            fontsize=15 if clear else 12,
            fontweight="bold" if clear else "normal",
            color=style.ink_on(colors(0.5 + matrix[row, column] / limit / 2)),
        )
    edges = np.arange(len(paths) + 1) - 0.5
    axes.pcolormesh(edges, edges, matrix, cmap=colors, vmin=-limit, vmax=limit, edgecolors="white", lw=1.5)
    axes.set_xticks(range(len(paths) - 1), [str(number) for number in range(1, len(paths))])
    axes.set_xlim(-0.5, max(len(paths) - 1.5, 0.5))
    axes.set_ylim(len(paths) - 0.5, min(0.5, len(paths) - 1.5))
    axes.tick_params(axis="x", labelsize=13, length=0)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
