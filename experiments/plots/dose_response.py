"""Curves over the doses of each lever, for the whole place and by type of community."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analyses.dose_response import FLAT, PLACE, TURNING
from experiments.formats import change_unit, scale
from experiments.plots import style
from experiments.text import text
from sim.community_types import community_types
from sim.outcomes import OUTCOMES

COLUMNS = 4


def draw_dose_response(
    curves: pd.DataFrame, facts: pd.DataFrame, outcome: str, levers: Mapping[str, str], language: str
) -> Figure:
    """An axes for each lever; under it stands what shape the curve of the whole place has.

    Parameters
    ----------
    curves, facts : DataFrame
        From :func:`experiments.analyses.dose_response.dose_response`.
    outcome : str
    levers : dict of str to str
        Label of each lever that is drawn.
    language : str
    """
    curves, facts = (table[table["outcome"] == outcome] for table in (curves, facts))
    drawn = [name for name in levers if name in set(curves["lever"])]
    columns = min(COLUMNS, len(drawn))
    rows = -(-len(drawn) // columns)
    figure, grid = style.slide(
        text(language, "dose_response.figure", outcome=OUTCOMES[outcome].label[language]),
        text(language, "dose_response.figure_note"),
        rows,
        columns,
        sharey=True,
        figsize=(13.33, max(7.5, 3.3 * rows + 2.2)),
    )
    types = [type_ for type_ in community_types() if type_ in set(curves["type"])]
    for name, axes in zip(drawn, grid.flat, strict=False):
        shape = facts[(facts["lever"] == name) & (facts["type"] == PLACE)].iloc[0].to_dict()
        _draw_lever(axes, curves[curves["lever"] == name], shape, types, language)
        axes.set_title(style.wrapped(levers[name], 92 // columns), fontsize=13, linespacing=style.LINES)
        words = f"{text(language, 'dose_response.level')}\n{shape_in_words(shape, language)}"
        axes.set_xlabel(words, fontsize=11.5, linespacing=style.LINES)
    for axes in list(grid.flat)[len(drawn) :]:
        axes.set_visible(False)
    for row in grid:
        row[0].set_ylabel(change_unit(OUTCOMES[outcome], language), color=style.MUTED)
    handles, labels = grid.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), fontsize=11, handlelength=1.4)
    return figure


def shape_in_words(shape: Mapping[str, Any], language: str) -> str:
    """Shape of a curve and where half of its effect is reached, on two short lines."""
    words = text(language, f"dose_response.{shape['shape']}", **_number(shape, "extreme", shape["shape"] == TURNING))
    if shape["shape"] == FLAT:
        return words
    if shape["shape"] != TURNING:
        bend = text(language, f"dose_response.{shape['bend']}")
        words = text(language, "dose_response.shape", shape=words, bend=bend)
    half, low, high = (f"{shape[name]:.2g}" for name in ("half", "half_low", "half_high"))
    return f"{words}\n{text(language, 'dose_response.half', half=half, low=low, high=high)}"


def _number(shape: Mapping[str, Any], name: str, is_told: bool) -> dict[str, str]:
    return {name: f"{shape[name]:g}"} if is_told else {}


def _draw_lever(axes: Axes, part: pd.DataFrame, shape: Mapping[str, Any], types: list[str], language: str) -> None:
    factor = scale(OUTCOMES[part["outcome"].iloc[0]])
    for number, type_ in enumerate(types):
        one = part[part["type"] == type_]
        label = community_types()[type_].label[language]
        axes.plot(one["level"], one["effect"] * factor, color=style.PATH_COLORS[number], lw=1.6, label=label)
    whole = part[part["type"] == PLACE]
    look: dict[str, Any] = {"color": style.ALL_COLOR, "lw": 2.8, "marker": "o", "ms": 5, "zorder": 4}
    axes.plot(whole["level"], whole["effect"] * factor, label=text(language, "dose_response.place"), **look)
    axes.fill_between(
        whole["level"], whole["low"] * factor, whole["high"] * factor, color=style.ALL_COLOR, alpha=0.15, lw=0
    )
    axes.axhline(0, color=style.INK, lw=1)
    if shape["shape"] != FLAT:
        axes.axvspan(shape["half_low"], shape["half_high"], color=style.BAD, alpha=0.12, lw=0)
        axes.axvline(shape["half"], color=style.BAD, lw=1.4, ls=(0, (4, 3)))
    axes.margins(x=0.03)
