"""Participation, satisfaction, fulfilment and cost: nothing, each path alone, all but one, all."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.formats import bare_level, scale, unit
from experiments.labels import design_label
from experiments.plots import style
from experiments.result import StudyResult
from experiments.text import text
from sim.outcomes import OUTCOMES

SHOWN = ("participation", "satisfaction", "fulfilment", "yuan")


def draw_overview(result: StudyResult, language: str) -> Figure:
    """One row for each design, one column for each outcome, with 95 % intervals of the difference to nothing."""
    outcomes = [name for name in SHOWN if name in result.outcomes]
    rows = _rows(result)
    figure, axes = style.slide(
        text(language, "figure.overview"), text(language, "figure.overview_note"), 1, len(outcomes), sharey=True
    )
    for position, (name, one) in enumerate(zip(outcomes, axes[0], strict=True)):
        _draw_outcome(one, result, name, rows)
        one.set_title(style.wrapped(OUTCOMES[name].label[language], 24))
        one.set_xlabel(style.wrapped(unit(OUTCOMES[name], language), 26), color=style.MUTED, fontsize=12)
        if position == 0:
            one.set_yticks(list(rows.values()), [design_label(result.study, mask, language) for mask in rows])
    axes[0][0].invert_yaxis()
    return figure


def _rows(result: StudyResult) -> dict[int, float]:
    """Height of each design's row; a gap parts nothing, the paths alone, all but one, and all."""
    heights, height, before = {}, 0.0, None
    for mask in result.study.landmarks:
        if before is not None and mask.bit_count() != before:
            height += 0.5
        heights[mask], before = height, mask.bit_count()
        height += 1.0
    return heights


def _draw_outcome(axes: Axes, result: StudyResult, name: str, rows: dict[int, float]) -> None:
    outcome = OUTCOMES[name]
    table = result.effects[result.effects["outcome"] == name].set_index("mask")
    nothing = float(table["nothing"].iloc[0])
    factor = scale(outcome)
    axes.axvline(nothing * factor, color=style.NOTHING_COLOR, lw=1.2, ls=(0, (4, 3)))
    axes.axvline(
        float(table.loc[result.study.all_on, "value"]) * factor, color=style.ALL_COLOR, lw=1.0, ls=(0, (1, 2.5))
    )
    for mask, height in rows.items():
        color = _color(result, mask)
        value = nothing if mask == 0 else float(table.loc[mask, "value"])
        axes.plot([nothing * factor, value * factor], [height, height], color=color, lw=2.5, alpha=0.35)
        if mask:
            low, high = (float(table.loc[mask, end]) + nothing for end in ("low", "high"))
            axes.plot([low * factor, high * factor], [height, height], color=color, lw=2)
        filled = color if mask.bit_count() <= 1 or mask == result.study.all_on else "white"
        axes.plot([value * factor], [height], "o", ms=9, mfc=filled, mec=color, mew=2)
        style.beside(axes, bare_level(outcome, value), height, 36, fontsize=11.5)
    axes.margins(x=0.08)
    style.quiet_rows(axes)


def _color(result: StudyResult, mask: int) -> str:
    if mask == 0:
        return style.NOTHING_COLOR
    if mask == result.study.all_on:
        return style.ALL_COLOR
    one = mask if mask.bit_count() == 1 else result.study.all_on ^ mask
    return style.PATH_COLORS[one.bit_length() - 1]
