"""Small multiples: how designs move outcomes week by week, in each type of community or each community."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analyses.complete import require_columns
from experiments.analyses.trajectories import PLACE
from experiments.formats import SCORE, SHARE, scale, unit
from experiments.labels import type_label
from experiments.plots import style
from experiments.text import text
from sim.errors import InputError
from sim.outcomes import OUTCOMES

MOST_OUTCOMES, MOST_DESIGNS, ACROSS = 4, len(style.PATH_COLORS), 5
BANDS = ("interval", "spread")


def draw_weekly_bands(
    weekly: pd.DataFrame,
    language: str = "en",
    outcomes: Sequence[str] = (),
    by: str = "type",
    bands: str = "interval",
    labels: Mapping[str, str] | None = None,
    title: str = "",
) -> Figure:
    """A panel for each type and outcome, a line with its band for each design.

    Parameters
    ----------
    weekly : DataFrame
        Tidy: ``design``, the column ``by``, ``week``, ``outcome``, ``mean``, ``low``, ``high``, in the model's units.
        The design that stands first is drawn grey and dashed, as what the others are compared with.
    language : str
        ``en``, ``zh_hans`` or ``zh_hant``.
    outcomes : sequence of str, optional
        Which outcomes to show, at most four, a row of panels for each; a single one fills several rows.
    by : {"type", "community"}
        What the panels are.
    bands : {"interval", "spread"}
        What ``low`` and ``high`` are: the 95 % interval of the mean, or the 10 % and 90 % quantiles of the runs.
    labels : dict of str to str, optional
        How designs and places are called in the figure; default: as in the table.
    title : str, optional
        What the figure says; default: what it shows.

    Raises
    ------
    InputError
        If a column is missing, ``bands`` is neither of the two, or a type has several communities in the table.
    """
    require_columns(weekly, ("design", by, "week", "outcome", "mean", "low", "high"), "weekly")
    if bands not in BANDS:
        raise InputError(f"bands: must be one of {', '.join(BANDS)}, got {bands!r}")
    if weekly.duplicated(["design", by, "week", "outcome"]).any():
        raise InputError(f"weekly: more than one row for a design, {by}, week and outcome; choose by='community'?")
    names = list(outcomes or dict.fromkeys(weekly["outcome"]))[:MOST_OUTCOMES]
    designs = list(dict.fromkeys(weekly["design"]))[:MOST_DESIGNS]
    places = list(dict.fromkeys(weekly[by]))
    columns = min(len(places), ACROSS)
    rows = len(names) if len(names) > 1 else -(-len(places) // columns)
    if len(names) > 1:
        places = places[:columns]
    figure, grid = style.slide(
        title or text(language, "figure.weekly_bands"),
        text(language, "figure.weekly_bands_note", band=text(language, f"figure.band_{bands}")),
        rows,
        columns,
        sharex=True,
        sharey="row" if len(names) > 1 else True,
        figsize=(13.33, max(5.6, 2.6 * rows + 2.1)),
    )
    cells = [(name, place) for name in names for place in places]
    for (name, place), axes in zip(cells, grid.flat, strict=False):
        part = weekly[(weekly["outcome"] == name) & (weekly[by] == place)]
        _draw_panel(axes, part, designs, scale(OUTCOMES[name]))
    for row, line in enumerate(grid):
        outcome = OUTCOMES[names[row if len(names) > 1 else 0]]
        label = style.wrapped(outcome.label[language], 24)
        line[0].set_ylabel(f"{label}\n{unit(outcome, language)}", linespacing=style.LINES)
        style.focus(line if len(names) > 1 else grid.flat, 0.0, 100.0 if outcome.unit in (SHARE, SCORE) else math.inf)
    for number, (place, axes) in enumerate(zip(places, grid.flat, strict=False), start=1):
        named = text(language, "figure.whole_place") if place == PLACE else type_label(str(place), language)
        label = style.called(place, {str(place): named} | dict(labels or {}), number)
        axes.set_title(style.wrapped(label, 18), linespacing=style.LINES)
    for axes in list(grid.flat)[len(cells) :]:
        axes.set_visible(False)
    for column in range(columns):
        last = [axes for axes in grid[:, column] if axes.get_visible()][-1]
        last.set_xlabel(text(language, "figure.week"), color=style.MUTED)
        last.tick_params(labelbottom=True)
    handles, _ = grid.flat[0].get_legend_handles_labels()
    words = [style.wrapped(style.called(one, labels, row), 40) for row, one in enumerate(designs, start=1)]
    figure.legend(handles, words, loc="outside lower center", ncols=min(4, len(designs)), fontsize=12.5)
    return figure


def _draw_panel(axes: Axes, part: pd.DataFrame, designs: Sequence[str], factor: float) -> None:
    for number, design in enumerate(designs):
        one = part[part["design"] == design].sort_values("week")
        is_base = number == 0
        color = style.MUTED if is_base else style.PATH_COLORS[number]
        look: dict[str, Any] = {"lw": 2.2, "ls": (0, (3, 2)) if is_base else "-", "zorder": 4 if is_base else 3}
        axes.plot(one["week"], one["mean"] * factor, color=color, label=str(design), **look)
        axes.fill_between(one["week"], one["low"] * factor, one["high"] * factor, color=color, alpha=0.16, lw=0)
    axes.grid(visible=False, axis="x")
    axes.margins(x=0)
