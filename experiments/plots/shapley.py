"""What each path brings: its Shapley share, beside what it brings alone and what it adds last."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from experiments.analyses.intervals import is_clear
from experiments.formats import change, change_unit_alone, scale
from experiments.labels import lever_label
from experiments.plots import style
from experiments.result import StudyResult
from experiments.text import text
from sim.outcomes import OUTCOMES

SHOWN = ("participation", "satisfaction", "fulfilment")


def draw_shapley(result: StudyResult, language: str) -> Figure:
    """Bars by path for participation, satisfaction and fulfilment, with 95 % intervals."""
    outcomes = [name for name in SHOWN if name in result.outcomes]
    figure, axes = style.slide(
        text(language, "figure.shapley"), text(language, "figure.shapley_note"), 1, len(outcomes), sharey=True
    )
    for name, one in zip(outcomes, axes[0], strict=True):
        table = result.shapley[result.shapley["outcome"] == name].reset_index(drop=True)
        _draw_outcome(one, table, name)
        one.set_title(style.wrapped(OUTCOMES[name].label[language], 30))
        one.set_xlabel(change_unit_alone(OUTCOMES[name], language), color=style.MUTED)
    labels = [style.wrapped(lever_label(result.study, id, language), 20) for id in result.levers]
    axes[0][0].set_yticks(range(len(labels)), labels)
    axes[0][0].invert_yaxis()
    figure.legend(handles=_legend(language), loc="outside lower center", ncols=3, fontsize=13)
    return figure


def _draw_outcome(axes: Axes, table: pd.DataFrame, name: str) -> None:
    outcome = OUTCOMES[name]
    factor = scale(outcome)
    axes.axvline(0, color=style.INK, lw=1)
    for height, row in table.iterrows():
        place = float(str(height))
        share, low, high = (float(row[column]) * factor for column in ("share", "low", "high"))
        color = style.PATH_COLORS[int(place)]
        axes.barh(place, share, height=0.5, color=color, alpha=0.85)
        axes.plot([low, high], [place, place], color=style.INK, lw=2, solid_capstyle="butt")
        axes.plot(row["first"] * factor, place - 0.36, marker="v", ms=8, mfc="white", mec=color, mew=1.8)
        axes.plot(row["last"] * factor, place + 0.36, marker="^", ms=8, mfc=color, mec=color)
        weight = "bold" if is_clear(row["low"], row["high"]) else "normal"
        style.beside(axes, change(outcome, row["share"]), place, 42, fontsize=12.5, fontweight=weight)
    axes.margins(x=0.08)
    style.quiet_rows(axes)


def _legend(language: str) -> list[Patch | Line2D]:
    marker = {"ls": "", "ms": 9, "mec": style.INK}
    return [
        Patch(color=style.MUTED, label=text(language, "figure.share")),
        Line2D([], [], marker="v", mfc="white", label=text(language, "figure.alone"), **marker),  # type: ignore[arg-type]
        Line2D([], [], marker="^", mfc=style.INK, label=text(language, "figure.last"), **marker),  # type: ignore[arg-type]
    ]
