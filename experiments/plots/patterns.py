"""Simulated intervals against published ranges, one row for each pattern."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from experiments.formats import MINUS
from experiments.patterns import HELD_OUT, INPUT, USES, tolerance
from experiments.patterns.page import number, published_range, unit_label
from experiments.patterns.running import Comparison, Found
from experiments.plots import style
from experiments.text import text

BAND = "#C7D7E5"
FARTHEST = 6.0  # tolerances outside the range at which a point is drawn as an arrow
HALF = 1.0  # half the drawn width of a published range


def draw_patterns(compared: Comparison, language: str) -> Figure:
    """Every published range drawn equally wide; gaps outside it in units of the common tolerance."""
    found = sorted(compared.found, key=lambda one: USES.index(one.pattern.use))
    figure, axes = style.slide(
        text(language, "patterns.figure"),
        text(language, "patterns.figure_note"),
        1,
        1,
        figsize=(style.SLIDE[0], 2.6 + 0.42 * len(found)),
    )
    one = axes[0][0]
    figure.get_layout_engine().set(rect=(0.01, 0.035, 0.98, 1.0 - 2.1 / figure.get_figheight()))  # type: ignore[union-attr]
    top = figure.get_figheight()
    for words, inches in zip(figure.texts, (0.42, 0.72), strict=True):
        words.set_y(1.0 - inches / top)
    for height, row in enumerate(found):
        _draw_row(one, row, height, language)
    one.set_yticks(range(len(found)), [_name(row, language) for row in found], fontsize=11)
    one.set_ylim(len(found) - 0.4, -0.6)
    one.set_xlim(-HALF - FARTHEST - 0.5, HALF + FARTHEST + 0.5)
    ticks = (-FARTHEST, -FARTHEST / 2, 0.0, FARTHEST / 2, FARTHEST)
    one.set_xticks(
        [tick + math.copysign(HALF, tick) if tick else 0.0 for tick in ticks], [_tick(tick) for tick in ticks]
    )
    one.set_xlabel(text(language, "patterns.figure_axis"), color=style.MUTED, fontsize=12)
    style.quiet_rows(one)
    figure.legend(
        handles=_legend(language), loc="upper right", bbox_to_anchor=(0.985, 1.0 - 1.35 / top), ncols=4, fontsize=11
    )
    return figure


def _name(row: Found, language: str) -> str:
    return style.wrapped(row.pattern.label[language], 62)


def _tick(tolerances: float) -> str:
    return "0" if tolerances == 0.0 else f"{'+' if tolerances > 0 else MINUS}{abs(tolerances):g}"


def position(row: Found, value: float) -> float:
    """Where a value stands: inside the range from -HALF to HALF, outside by its gap in tolerances."""
    pattern = row.pattern
    gap = pattern.gap(value)
    if gap:
        return gap + math.copysign(HALF, gap)
    if math.isinf(pattern.high):
        return min((value - pattern.low) / tolerance(pattern.low, pattern.unit) - HALF, HALF + FARTHEST)
    width = pattern.high - pattern.low
    return 2.0 * HALF * (value - pattern.low) / width - HALF if width else 0.0


def _draw_row(axes: Axes, row: Found, height: int, language: str) -> None:
    edge = HALF + FARTHEST
    open_ended = math.isinf(row.pattern.high)
    axes.barh(height, (edge if open_ended else HALF) + HALF, left=-HALF, height=0.62, color=BAND, lw=0)
    style.beside(axes, published_range(row.pattern, language), height, 112, fontsize=10.5, color=style.MUTED)
    shown = number(row.mean, row.pattern.unit)
    unit = "" if shown == "–" else " " + unit_label(row.pattern, language)
    axes.annotate(
        shown + unit,
        (1.0, height),
        xycoords=("axes fraction", "data"),
        xytext=(124, 0),
        textcoords="offset points",
        va="center_baseline",
        fontsize=10.5,
    )
    if row.verdict == "unknown":
        return
    color = style.NOTHING_COLOR if row.pattern.use == INPUT else style.GOOD if row.verdict == "inside" else style.BAD
    x = position(row, row.mean)
    if abs(x) > edge:
        axes.plot([math.copysign(edge, x)], [height], ">" if x > 0 else "<", ms=9, color=color)
        return
    if not math.isnan(row.low):
        ends = [min(edge, max(-edge, position(row, end))) for end in (row.low, row.high)]
        axes.plot(ends, [height, height], color=color, lw=2)
    filled = "white" if row.pattern.use == HELD_OUT else color
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
