"""Which mechanisms pay in which type of community."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.labels import mechanism_label
from experiments.plots import style
from experiments.text import text
from experiments.value import GAINS, SIGNS, UNCLEAR
from sim.community_types import community_types


def draw_value(table: pd.DataFrame, language: str) -> Figure:
    """Heat map mechanism × type for either gain: blue pays, orange does not; pale is unclear."""
    names = list(dict.fromkeys(table["mechanism"]))
    figure, grid = style.slide(
        text(language, "value.figure"),
        text(language, "value.figure_note"),
        1,
        len(GAINS),
        sharey=True,
        figsize=(13.33, max(7.5, 0.38 * len(names) + 2.6)),
    )
    for gain, axes in zip(GAINS, grid[0], strict=True):
        _draw_gain(axes, table[table["gain"] == gain], names, language)
        axes.set_title(text(language, f"value.{gain}"), pad=12)
    grid[0][0].set_yticks(range(len(names)), [mechanism_label(name, language) for name in names], fontsize=12)
    return figure


def _draw_gain(axes: Axes, part: pd.DataFrame, names: list[str], language: str) -> None:
    kinds = list(dict.fromkeys(part["type"]))
    colors = style.good_and_bad()
    limit = float(part["net"].abs().quantile(0.9)) or 1.0
    shades = np.zeros((len(names), len(kinds)))
    for row in part.to_dict("records"):
        place = names.index(row["mechanism"]), kinds.index(row["type"])
        clear = row["verdict"] != UNCLEAR
        strength = np.clip(row["net"] / limit, -1.0, 1.0)
        shades[place] = (0.35 * np.sign(strength) + 0.65 * strength) if clear else 0.0
        words = f"{SIGNS[row['verdict']]}{'' if row['holds'] else '*'} {row['net']:+.0f}".replace("-", "−")
        ink = style.ink_on(colors(0.5 + shades[place] / 2)) if clear else style.MUTED
        axes.text(place[1], place[0], words, ha="center", va="center", fontsize=11.5, color=ink)
    axes.imshow(shades, cmap=colors, vmin=-1, vmax=1, aspect="auto")
    labels = [style.wrapped(community_types()[kind].label[language], 14) for kind in kinds]
    axes.set_xticks(range(len(kinds)), labels, fontsize=10.5)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
