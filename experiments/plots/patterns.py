"""Simulated intervals against published ranges, one row for each pattern."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from experiments.formats import MINUS
from experiments.patterns import HELD_OUT, INPUT, INSIDE, SHARE, UNKNOWN, USES, tolerance
from experiments.patterns.page import number, published_range, unit_label
from experiments.patterns.running import Comparison, Found
from experiments.plots import style
from experiments.text import text

BAND = "#C7D7E5"
FARTHEST = 6.0  # tolerances outside the range at which a point is drawn as an arrow
HALF = 1.0  # half the drawn width of a published range
EDGE = HALF + FARTHEST
PUBLISHED, SIMULATED = 112.0, 186.0  # points from the axes at which the columns of numbers end


def draw_patterns(compared: Comparison, language: str) -> Figure:
    """Every published range drawn equally wide; gaps outside it in units of the common tolerance."""
    found = sorted(compared.found, key=lambda one: USES.index(one.pattern.use))
    heights = _heights(found)
    inches = 2.9 + 0.42 * (heights[-1] + 1.0)
    figure, grid = style.slide(
        text(language, "patterns.figure"),
        text(language, "patterns.figure_note"),
        1,
        1,
        figsize=(style.SLIDE[0], inches),
    )
    figure.set_layout_engine(ConstrainedLayoutEngine(rect=(0.01, 0.1 / inches, 0.98, 1.0 - 2.1 / inches)))
    for words, below in zip(figure.texts, (0.42, 0.72), strict=True):
        words.set_y(1.0 - below / inches)
    axes = grid[0][0]
    for height, row in zip(heights, found, strict=True):
        _draw_row(axes, row, height, language)
    _columns(axes, language)
    axes.set_yticks(heights, [_name(row, language) for row in found], fontsize=11)
    axes.set_ylim(heights[-1] + 0.6, -1.2)
    axes.set_xlim(-EDGE - 0.5, EDGE + 0.5)
    gaps = (-FARTHEST, -FARTHEST / 2, 0.0, FARTHEST / 2, FARTHEST)
    axes.set_xticks([_outside(gap) for gap in gaps], [_tick(gap) for gap in gaps])
    axes.set_xlabel(text(language, "patterns.figure_axis"), color=style.MUTED, fontsize=12)
    style.quiet_rows(axes)
    figure.legend(
        handles=_legend(language), loc="center right", bbox_to_anchor=(0.985, 1.0 - 1.62 / inches), ncols=4, fontsize=11
    )
    return figure


def _heights(found: Sequence[Found]) -> list[float]:
    """Heights of the rows; a gap parts what is fitted, held out and put in."""
    heights: list[float] = []
    for position, row in enumerate(found):
        parted = position > 0 and row.pattern.use != found[position - 1].pattern.use
        heights.append((heights[-1] + (1.8 if parted else 1.0)) if heights else 0.0)
    return heights


def _name(row: Found, language: str) -> str:
    words = row.pattern.label[language]
    if row.pattern.unit != SHARE:
        words = text(language, "format.with_unit", label=words, unit=unit_label(row.pattern, language))
    return style.wrapped(words, 62)


def _tick(gap: float) -> str:
    return "0" if gap == 0.0 else f"{'+' if gap > 0 else MINUS}{abs(gap):g}"


def _outside(gap: float) -> float:
    """Where a gap in tolerances stands: beyond the band."""
    return gap + math.copysign(HALF, gap) if gap else 0.0


def position(row: Found, value: float) -> float:
    """Where a value stands: inside the range from -HALF to HALF, outside by its gap in tolerances."""
    pattern = row.pattern
    gap = pattern.gap(value)
    if gap:
        return _outside(gap)
    if math.isinf(pattern.high):
        return min((value - pattern.low) / tolerance(pattern.low, pattern.unit) - HALF, EDGE)
    width = pattern.high - pattern.low
    return 2.0 * HALF * (value - pattern.low) / width - HALF if width else 0.0


def _columns(axes: Axes, language: str) -> None:
    """Name the two columns of numbers."""
    for words, room in (("published", PUBLISHED), ("simulated", SIMULATED)):
        _beside(axes, text(language, f"patterns.column_{words}"), -0.95, room, style.MUTED)


def _beside(axes: Axes, words: str, height: float, room: float, color: str) -> None:
    axes.annotate(
        words,
        (1.0, height),
        xycoords=("axes fraction", "data"),
        xytext=(room, 0),
        textcoords="offset points",
        ha="right",
        va="center_baseline",
        fontsize=10.5,
        color=color,
    )


def _draw_row(axes: Axes, row: Found, height: float, language: str) -> None:
    pattern = row.pattern
    end = EDGE if math.isinf(pattern.high) else HALF
    axes.barh(height, end + HALF, left=-HALF, height=0.62, color=BAND, lw=0)
    _beside(axes, published_range(pattern, language), height, PUBLISHED, style.MUTED)
    shown = number(row.mean, pattern.unit)
    if pattern.unit == SHARE and row.verdict != UNKNOWN:
        shown = text(language, "format.percent", number=shown)
    _beside(axes, shown, height, SIMULATED, style.INK)
    if row.verdict == UNKNOWN:
        return
    color = style.NOTHING_COLOR if pattern.use == INPUT else style.GOOD if row.verdict == INSIDE else style.BAD
    filled = "white" if pattern.use == HELD_OUT else color
    x = position(row, row.mean)
    if abs(x) > EDGE:
        axes.plot([math.copysign(EDGE, x)], [height], ">" if x > 0 else "<", ms=9, mfc=filled, mec=color, mew=2)
        return
    if not math.isnan(row.low):
        ends = [min(EDGE, max(-EDGE, position(row, one))) for one in (row.low, row.high)]
        axes.plot(ends, [height, height], color=color, lw=2)
    axes.plot([x], [height], "o", ms=8, mfc=filled, mec=color, mew=2)


def _legend(language: str) -> list[Patch | Line2D]:
    def mark(color: str, filled: str, use: str) -> Line2D:
        words = text(language, f"patterns.use_{use}")
        return Line2D([], [], marker="o", lw=2, label=words, color=color, mfc=filled, mec=color, ms=8, mew=2)

    return [
        Patch(color=BAND, label=text(language, "patterns.column_published")),
        mark(style.INK, style.INK, "fit"),
        mark(style.INK, "white", HELD_OUT),
        mark(style.NOTHING_COLOR, style.NOTHING_COLOR, INPUT),
    ]
