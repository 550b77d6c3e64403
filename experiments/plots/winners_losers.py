"""Who is better off and who is worse off: shares of residents by group and design."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from experiments.analyses.complete import require_columns
from experiments.labels import group_label
from experiments.plots import style
from experiments.text import text

SHARES = ("better", "same", "worse")
COLORS = (style.GOOD, style.GRID, style.BAD)
MOST_DESIGNS, LEAST_WRITTEN = 4, 0.08  # a narrower bar has no room for its number


def draw_winners_losers(
    shares: pd.DataFrame, language: str = "en", labels: Mapping[str, str] | None = None, title: str = ""
) -> Figure:
    """Stacked bars: a row for each group, a column for each design.

    Parameters
    ----------
    shares : DataFrame
        ``design``, ``dimension``, ``group`` and the shares (0..1) of the group's residents for whom the design makes
        things ``better``, leaves them the ``same`` or makes them ``worse``. Where ``better_low`` and ``better_high``
        are there too, they are drawn as the interval of the share better off; ``worse_low`` and ``worse_high`` alike.
    language : str
        ``en``, ``zh_hans`` or ``zh_hant``.
    labels : dict of str to str, optional
        How designs are called in the figure; default: as in the table.
    title : str, optional
        What the figure says; default: what it shows.
    """
    require_columns(shares, ("design", "dimension", "group", *SHARES), "shares")
    designs = list(dict.fromkeys(shares["design"]))[:MOST_DESIGNS]
    rows = style.rows_of_groups(shares)
    figure, grid = style.slide(
        title or text(language, "figure.winners_losers"),
        text(language, "figure.winners_losers_note"),
        1,
        len(designs),
        sharey=True,
        figsize=(13.33, max(4.4, 0.32 * max(rows.values()) + 2.9)),
    )
    for number, (design, axes) in enumerate(zip(designs, grid[0], strict=True), start=1):
        _draw_design(axes, shares[shares["design"] == design], rows)
        axes.set_title(style.wrapped(style.called(design, labels, number), 84 // len(designs)), linespacing=style.LINES)
        axes.set_xlabel(text(language, "figure.share_of_group"), color=style.MUTED)
    words = [
        text(language, "figure.all_adults") if group == "all" else group_label(dimension, group, language)
        for dimension, group in rows
    ]
    first = grid[0][0]
    first.set_yticks(list(rows.values()), words, fontsize=12)
    first.set_ylim(max(rows.values()) + 0.6, -0.6)
    legend = [
        Patch(color=color, label=text(language, f"figure.{id}_off")) for id, color in zip(SHARES, COLORS, strict=True)
    ]
    figure.legend(handles=legend, loc="outside lower center", ncols=3, fontsize=12.5)
    return figure


def _draw_design(axes: Axes, part: pd.DataFrame, rows: dict[tuple[str, str], float]) -> None:
    for row in part.to_dict("records"):
        height = rows[row["dimension"], row["group"]]
        sizes = [float(row[name]) for name in SHARES]
        lefts = np.concatenate([[0.0], np.cumsum(sizes)[:-1]])
        for left, size, color, side in zip(lefts, sizes, COLORS, ("left", "center", "right"), strict=True):
            axes.barh(height, 100 * size, left=100 * left, height=0.74, color=color)
            if size >= LEAST_WRITTEN:
                ink = style.INK if color == style.GRID else "white"
                at = {"left": 2.0, "center": 50.0 * (2 * left + size), "right": 98.0}[side]
                look: dict[str, Any] = {"ha": side, "va": "center_baseline", "fontsize": 11, "color": ink}
                axes.text(at, height, f"{100 * size:.0f}", **look)
        if "better_low" in part:
            axes.plot([100 * row["better_low"], 100 * row["better_high"]], [height] * 2, color=style.INK, lw=1.4)
        if "worse_low" in part:
            axes.plot(
                [100 - 100 * row["worse_high"], 100 - 100 * row["worse_low"]], [height] * 2, color=style.INK, lw=1.4
            )
    axes.set_xlim(0, 100)
    style.quiet_rows(axes)
