"""How outcomes move week by week."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analyses.trajectories import PLACE
from experiments.formats import SCORE, SHARE, scale, unit
from experiments.labels import community_label, design_label
from experiments.plots import style
from experiments.result import StudyResult
from experiments.text import text
from sim.outcomes import OUTCOMES

SHOWN = ("participation", "satisfaction", "fulfilment", "undiscovered", "trust", "volunteer_hours")
BY_COMMUNITY = ("participation", "satisfaction")
MOST_COMMUNITIES = 6
WEEKS = 4


def draw_trajectories(result: StudyResult, language: str) -> Figure:
    """Nothing, each path alone and all paths over the weeks, an axes for each outcome."""
    weekly = result.weekly[result.weekly["community"] == PLACE]
    outcomes = [name for name in SHOWN if name in set(weekly["outcome"])]
    rows = 2 if len(outcomes) > 3 else 1
    figure, axes = style.slide(
        text(language, "figure.trajectories"),
        text(language, "figure.trajectories_note"),
        rows,
        -(-len(outcomes) // rows),
        sharex=True,
    )
    for name, one in zip(outcomes, axes.flat, strict=False):
        part = weekly[weekly["outcome"] == name]
        for mask in [0, *(1 << bit for bit in range(len(result.levers))), result.study.all_on]:
            _draw_line(one, result, part[part["mask"] == mask], mask, name, language)
        _finish(one, name, language)
        _focus([one], name)
    for one in axes[-1]:
        one.set_xlabel(text(language, "figure.week"), color=style.MUTED)
    for one in list(axes.flat)[len(outcomes) :]:
        one.set_visible(False)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=12.5)
    return figure


def draw_trajectories_by_community(result: StudyResult, language: str) -> Figure:
    """Nothing and all paths over the weeks, an axes for each community and outcome."""
    place = result.study.place()
    communities = place.community_names[:MOST_COMMUNITIES]
    outcomes = [name for name in BY_COMMUNITY if name in set(result.weekly["outcome"])]
    figure, axes = style.slide(
        text(language, "figure.trajectories_by_community"),
        text(language, "figure.trajectories_by_community_note"),
        len(outcomes),
        len(communities),
        sharex=True,
        sharey="row",
    )
    for name, row in zip(outcomes, axes, strict=True):
        for community, one in zip(communities, row, strict=True):
            one.grid(visible=False, axis="x")
            part = result.weekly[(result.weekly["outcome"] == name) & (result.weekly["community"] == community)]
            for mask in (0, result.study.all_on):
                _draw_line(one, result, part[part["mask"] == mask], mask, name, language)
        _name_row(row[0], name, language)
        _focus(row, name)
    for number, (community, one) in enumerate(zip(communities, axes[0], strict=True), start=1):
        label = style.drawable(community_label(place, community, language), f"#{number}")
        one.set_title(style.wrapped(label, 18), linespacing=style.LINES)
    for one in axes[-1]:
        one.set_xlabel(text(language, "figure.week"), color=style.MUTED)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=13)
    return figure


def _draw_line(axes: Axes, result: StudyResult, part: pd.DataFrame, mask: int, name: str, language: str) -> None:
    """One design's mean over the weeks; a band of its 95 % interval for nothing and all."""
    factor = scale(OUTCOMES[name])
    is_end = mask in (0, result.study.all_on)
    color = style.NOTHING_COLOR if mask == 0 else style.ALL_COLOR
    if not is_end:
        color = style.PATH_COLORS[mask.bit_length() - 1]
    axes.plot(
        part["week"],
        _smooth(part["mean"]) * factor,
        color=color,
        lw=2.8 if is_end else 1.7,
        zorder=3 if is_end else 2,
        label=design_label(result.study, mask, language),
    )
    if is_end:
        low, high = (_smooth(part[end]) * factor for end in ("low", "high"))
        axes.fill_between(part["week"], low, high, color=color, alpha=0.18, lw=0)


def _smooth(weeks: pd.Series) -> pd.Series:
    """Mean over the last weeks: what happens in one week of a small place is mostly chance."""
    return weeks.rolling(WEEKS, min_periods=1).mean()


def _focus(axes: Sequence[Axes], name: str) -> None:
    style.focus(axes, 0.0, 100.0 if OUTCOMES[name].unit in (SHARE, SCORE) else math.inf)


def _finish(axes: Axes, name: str, language: str) -> None:
    label, words = OUTCOMES[name].label[language], unit(OUTCOMES[name], language)
    axes.set_title(
        style.wrapped(text(language, "format.with_unit", label=label, unit=words), 32), linespacing=style.LINES
    )
    axes.grid(visible=False, axis="x")
    axes.margins(x=0)


def _name_row(axes: Axes, name: str, language: str) -> None:
    label, words = OUTCOMES[name].label[language], unit(OUTCOMES[name], language)
    axes.set_ylabel(f"{style.wrapped(label, 24)}\n{words}", linespacing=style.LINES)
    axes.margins(x=0)
