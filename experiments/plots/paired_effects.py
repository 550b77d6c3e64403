"""What designs change: from the baseline's level to the design's, with the interval of the paired effect."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from experiments.analyses.complete import require_columns
from experiments.analyses.intervals import is_clear
from experiments.formats import change, interval, scale, unit
from experiments.plots import style
from experiments.text import text
from sim.outcomes import OUTCOMES

MOST_OUTCOMES = 4
ROOM = 84  # points to the right of the axes for numbers
COLUMNS = ("design", "outcome", "base", "effect", "low", "high")


def draw_paired_effects(
    effects: pd.DataFrame,
    language: str = "en",
    outcomes: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
    title: str = "",
) -> Figure:
    """Dumbbells: a row for each design, a column for each outcome.

    Parameters
    ----------
    effects : DataFrame
        As of :func:`experiments.analyses.effects.paired_effects`: ``design``, ``outcome``, ``base`` (mean of the
        baseline), ``effect`` with ``low`` and ``high``, in the model's units.
    language : str
        ``en``, ``zh_hans`` or ``zh_hant``.
    outcomes : sequence of str, optional
        Which outcomes to show, at most four; default: the first ones of the table.
    labels : dict of str to str, optional
        How designs are called in the figure; default: as in the table.
    title : str, optional
        What the figure says; default: what it shows.
    """
    require_columns(effects, COLUMNS, "effects")
    names = list(outcomes or dict.fromkeys(effects["outcome"]))[:MOST_OUTCOMES]
    designs = list(dict.fromkeys(effects["design"]))
    figure, grid = style.slide(
        title or text(language, "figure.paired_effects"),
        text(language, "figure.paired_effects_note"),
        1,
        len(names),
        sharey=True,
        figsize=(13.33, max(4.2, 0.62 * len(designs) + 2.9)),
    )
    for name, axes in zip(names, grid[0], strict=True):
        part = effects[effects["outcome"] == name].set_index("design")
        _draw_outcome(axes, part.reindex(designs), name, language)
    words = [style.wrapped(style.called(one, labels, row), 26) for row, one in enumerate(designs, start=1)]
    grid[0][0].set_yticks(range(len(words)), words, linespacing=style.LINES)
    grid[0][0].set_ylim(len(words) - 0.4, -0.6)
    figure.legend(handles=_legend(language), loc="outside lower center", ncols=4, fontsize=12.5)
    return figure


def _draw_outcome(axes: Axes, rows: pd.DataFrame, name: str, language: str) -> None:
    """Rows are designs; one that has no pair for the outcome stays empty."""
    outcome, factor = OUTCOMES[name], scale(OUTCOMES[name])
    axes.axvline(float(rows["base"].mean()) * factor, color=style.NOTHING_COLOR, lw=1.2, ls=(0, (4, 3)))
    for height, (_, row) in enumerate(rows.iterrows()):
        if not math.isfinite(row["effect"]):
            continue
        base, effect, low, high = (float(row[column]) * factor for column in ("base", "effect", "low", "high"))
        color = style.effect_color(outcome, row["effect"], row["low"], row["high"])
        axes.plot([base, base + effect], [height] * 2, color=color, lw=2.2, alpha=0.45)
        axes.plot([base + low, base + high], [height] * 2, color=color, lw=7, alpha=0.4, solid_capstyle="butt")
        axes.plot(base, height, "o", ms=9, mfc="white", mec=style.NOTHING_COLOR, mew=1.8, zorder=3)
        axes.plot(base + effect, height, "o", ms=9.5, color=color, zorder=4)
        weight = "bold" if is_clear(row["low"], row["high"]) else "normal"
        words = change(outcome, row["effect"])
        style.beside(axes, words, height - 0.17, ROOM, color=color, fontsize=13, fontweight=weight)
        words = interval(outcome, row["low"], row["high"], language)
        style.beside(axes, words, height + 0.2, ROOM, color=style.MUTED, fontsize=9.5)
    axes.margins(x=0.1)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    axes.tick_params(axis="x", labelsize=11)
    axes.set_title(style.wrapped(outcome.label[language], 24), linespacing=style.LINES)
    words = text(language, "figure.level", unit=unit(outcome, language))
    axes.set_xlabel(style.wrapped(words, 30), color=style.MUTED, fontsize=12, linespacing=style.LINES)
    style.quiet_rows(axes)


def _legend(language: str) -> list[Line2D]:
    dot = {"ls": "", "marker": "o", "ms": 9}
    look = (
        ("baseline", {"mfc": "white", "mec": style.NOTHING_COLOR, "mew": 1.8}),
        ("better", {"color": style.GOOD}),
        ("worse", {"color": style.BAD}),
        ("not_clear", {"color": style.MUTED}),
    )
    return [Line2D([], [], label=text(language, f"figure.{id}"), **(dot | one)) for id, one in look]  # type: ignore[arg-type]
