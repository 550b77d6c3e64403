"""Four shapes that theory asks for, as curves with intervals."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.formats import SCORE, SHARE, scale
from experiments.plots import style
from experiments.shapes import EXPECTATIONS, FORMALISM, OVERLOAD, PANELS, line_label, whole_verdict
from experiments.text import text
from sim.outcomes import OUTCOMES

COLORS = (style.GOOD, style.BAD, style.PATH_COLORS[2])


def draw_shapes(curve: pd.DataFrame, judged: pd.DataFrame, language: str) -> Figure:
    """A panel for each shape; its title says whether it appears."""
    figure, grid = style.slide(
        text(language, "shapes.figure"), text(language, "shapes.figure_note"), 2, 2, figsize=(13.33, 9.0)
    )
    for panel, axes in zip(PANELS, grid.flat, strict=True):
        part = curve[curve["panel"] == panel]
        if panel == EXPECTATIONS:
            part = part[part["axis"] == "week"]
        _draw_panel(axes, part, panel, language)
        words = f"{text(language, f'shapes.{panel}')}\n{whole_verdict(judged, panel, language)}"
        axes.set_title(words, fontsize=13, linespacing=style.LINES)
    return figure


def _draw_panel(axes: Axes, part: pd.DataFrame, panel: str, language: str) -> None:
    """Changes on the left scale; the share carried out, a level, on the right one."""
    levels = part[(part["outcome"] == "implementation")] if panel == OVERLOAD else part.iloc[:0]
    right = axes.twinx() if len(levels) else None
    handles = []
    for number, ((line, name), one) in enumerate(part.groupby(["line", "outcome"], sort=False)):
        factor, on = scale(OUTCOMES[name]), axes
        label = line_label(line, language) if panel == EXPECTATIONS else OUTCOMES[name].label[language]
        look: dict[str, Any] = {"color": COLORS[number % len(COLORS)], "lw": 2.2, "marker": "o", "ms": 4}
        if right is not None and name == "implementation":
            on, label = right, text(language, "shapes.on_the_right", label=label)
            look |= {"ls": "--"}
        handles += on.plot(one["x"], one["mean"] * factor, label=label, **look)
        on.fill_between(one["x"], one["low"] * factor, one["high"] * factor, color=look["color"], alpha=0.16, lw=0)
    if right is not None:
        right.set_ylim(0, 105)
        right.grid(visible=False)
        right.tick_params(axis="y", labelsize=11, colors=style.MUTED)
    if panel != FORMALISM:
        axes.axhline(0, color=style.INK, lw=1)
    axes.set_xlabel(text(language, f"shapes.{panel}_x"), color=style.MUTED)
    assert all(OUTCOMES[name].unit in (SHARE, SCORE) for name in part["outcome"])
    axes.set_ylabel(text(language, "shapes.level_y" if panel == FORMALISM else "shapes.change_y"), color=style.MUTED)
    axes.legend(handles=handles, fontsize=11, loc="upper center", bbox_to_anchor=(0.5, -0.19), ncols=len(handles))
