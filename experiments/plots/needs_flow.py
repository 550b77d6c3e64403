"""What became of the needs of a year: arisen, found out by which channel, resolved in time, late or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from experiments.plots import style
from experiments.plots.organization_network import community_row
from experiments.text import text
from sim.needs_table import CHANNELS
from sim.outcomes import COLUMNS
from sim.result import YEAR, Result
from sim.why import Names

GAP = 0.035  # between the nodes of a column, as a share of the height
BAR, BEND = 0.055, 0.5  # width of a node; where a band turns
ENDS = ("answered", "in_term", "late", "failed", "escalated", "still_open", "lapsed", "still_hidden")
COLORS: Mapping[str, str] = {
    "answered": "#56B4E9",
    "in_term": style.GOOD,
    "late": "#E69F00",
    "failed": style.BAD,
    "escalated": "#7B2D26",
    "still_open": "#6B7280",
    "lapsed": "#CC79A7",
    "still_hidden": "#9CA3AF",
}
FLOW, NODE = "#C7D2DE", "#475569"


class YearOfNeeds(NamedTuple):
    """Counts of needs in the last year of a run, which add up: all that were there went somewhere.

    Attributes
    ----------
    arisen, hidden_before, known_before : int
        Needs that arose, and needs open from the year before, unknown and known.
    channels : dict of str to int
        Needs that became known, by channel.
    ends : dict of str to int
        What became of them: questions answered, practical matters resolved within the term (counted from when they
        arose) or later, unsolved, escalated, still open and known; lapsed without having been known; still hidden.
    bounced, handed_over, projects, reopened : int
        Events on the way; a need can meet several.
    """

    arisen: int
    hidden_before: int
    known_before: int
    channels: Mapping[str, int]
    ends: Mapping[str, int]
    bounced: int
    handed_over: int
    projects: int
    reopened: int


def year_of_needs(result: Result, community: str | None = None) -> YearOfNeeds:
    """Count the needs of the last year (or of the run, if it is shorter) of a community or the whole place."""
    rows = slice(None) if community is None else community_row(result, community)
    history = result.history[:, rows].reshape(len(result.history), -1, len(COLUMNS)).sum(axis=1)
    year = history[-YEAR:].sum(axis=0)
    last = history[-1]

    def count(name: str) -> int:
        return round(float(year[COLUMNS.index(name)]))

    hidden, opened = (round(float(last[COLUMNS.index(name)])) for name in ("hidden", "open"))
    known, lapsed = count("discovered"), count("lapsed")
    closed = {
        "answered": count("answered"),
        "in_term": count("practical_in_term"),
        "late": count("practical_resolved") - count("practical_in_term"),
        "failed": count("failed"),
        "escalated": count("escalated"),
    }
    ends = {**closed, "still_open": opened - hidden, "lapsed": lapsed, "still_hidden": hidden}
    return YearOfNeeds(
        arisen=count("raised"),
        hidden_before=hidden + lapsed + known - count("raised"),
        known_before=sum(closed.values()) + opened - hidden - known,
        channels={channel: count(f"by_{channel}") for channel in CHANNELS[1:]},
        ends=ends,
        **{name: count(name) for name in ("bounced", "handed_over", "projects", "reopened")},
    )


def draw_needs_flow(
    result: Result,
    language: str = "en",
    other: Result | None = None,
    labels: tuple[str, str] | None = None,
    community: str | None = None,
    title: str = "",
) -> Figure:
    """Bands as wide as there are needs, from where they come to how they end.

    Parameters
    ----------
    result : Result
    language : str
        ``en``, ``zh_hans`` or ``zh_hant``.
    other : Result, optional
        A second run, drawn below on the same scale.
    labels : tuple of two str, optional
        Names of the two runs.
    community : str, optional
        Name of a community; default: the whole place.
    title : str, optional
        What the figure says; default: what it shows.

    Raises
    ------
    InputError
        If there is no such community.
    """
    results = [result] if other is None else [result, other]
    years = [year_of_needs(one, community) for one in results]
    words = text(language, "figure.whole_place")
    if community is not None:
        row = community_row(result, community)
        words = style.drawable(Names(result.model, language).community(row), f"#{row + 1}")
    weeks = min(YEAR, len(result.history))
    figure, grid = style.slide(
        title or text(language, "figure.needs_flow", place=words, weeks=weeks),
        text(language, "figure.needs_flow_note"),
        len(results),
        1,
        figsize=style.SLIDE if other is None else (13.33, 11.0),
    )
    total = max(_total(year) for year in years)
    names = labels or (text(language, "figure.run_a"), text(language, "figure.run_b"))
    for number, (year, axes) in enumerate(zip(years, grid[:, 0], strict=True)):
        _draw_year(axes, year, total, language, 0.045 if other is None else 0.068, heads=number == 0)
        events = {name: f"{getattr(year, name):,}" for name in ("bounced", "handed_over", "projects", "reopened")}
        axes.text(
            0.5,
            -0.01,
            text(language, "figure.on_the_way", **events),
            transform=axes.transAxes,
            ha="center",
            va="top",
            fontsize=12,
            color=style.MUTED,
        )
        if other is not None:
            axes.set_title(style.wrapped(style.drawable(names[number], "AB"[number]), 100), fontsize=14)
    return figure


def _total(year: YearOfNeeds) -> int:
    return year.arisen + year.hidden_before + year.known_before


def _draw_year(axes: Axes, year: YearOfNeeds, total: int, language: str, line: float, heads: bool) -> None:
    """The flow of one run; ``line`` is the height of a line of words, as a share of all needs."""
    channels = {name: number for name, number in year.channels.items() if number}
    known = year.known_before + sum(channels.values())
    unseen = {name: year.ends[name] for name in ("lapsed", "still_hidden") if year.ends[name]}
    closed = {name: year.ends[name] for name in ENDS if name not in ("lapsed", "still_hidden") and year.ends[name]}
    columns = [
        {"known_before": year.known_before, "hidden_before": year.hidden_before, "arisen": year.arisen},
        {"known_before": year.known_before, "unseen": year.hidden_before + year.arisen},
        {"known_before": year.known_before, **channels, **unseen},
        {"known": known, **unseen},
        {**closed, **unseen},
    ]
    tops = [_tops(column, total) for column in columns]
    into = [dict(one) for one in tops]  # where the next band comes in, and where it leaves
    out = [dict(one) for one in tops]

    def band(column: int, source: str, target: str, number: int, color: str, alpha: float) -> None:
        if number:
            _band(axes, column, out[column][source], into[column + 1][target], number / total, color, alpha)
            out[column][source] -= number / total
            into[column + 1][target] -= number / total

    band(0, "known_before", "known_before", year.known_before, FLOW, 0.8)
    band(0, "hidden_before", "unseen", year.hidden_before, FLOW, 0.8)
    band(0, "arisen", "unseen", year.arisen, FLOW, 0.8)
    band(1, "known_before", "known_before", year.known_before, FLOW, 0.8)
    for name, number in {**channels, **unseen}.items():
        band(1, "unseen", name, number, COLORS.get(name, FLOW), 0.55 if name in unseen else 0.8)
    for name, number in {"known_before": year.known_before, **channels}.items():
        band(2, name, "known", number, FLOW, 0.8)
    for column in (2, 3):
        for name, number in unseen.items():
            band(column, name, name, number, COLORS[name], 0.55)
            _bridge(axes, column, tops[column][name], number / total, COLORS[name], 0.55)
    for column in (1, 2):
        _bridge(axes, column, tops[column]["known_before"], year.known_before / total, FLOW, 0.8)
    for name, number in closed.items():
        band(3, "known", name, number, COLORS[name], 0.55)
    bars = [tuple(columns[0]), ("unseen",), tuple(channels), ("known",), tuple(columns[4])]
    for column, names in enumerate(bars):
        for name in names:
            height = columns[column][name] / total
            if height:
                color = COLORS.get(name, NODE)
                axes.add_patch(
                    Rectangle((column - BAR / 2, tops[column][name] - height), BAR, height, color=color, lw=0)
                )
    for column in (0, 2, 4):
        shown = {name: columns[column][name] for name in bars[column] if columns[column][name]}
        words = [text(language, f"figure.need_{name}", number=f"{number:,}") for name, number in shown.items()]
        middles = [tops[column][name] - number / total / 2 for name, number in shown.items()]
        for one, height in zip(words, _apart(middles, words, line), strict=True):
            _label(axes, column, height, one)
    if heads:
        for column, name in enumerate(("sources", "unseen", "channels", "known", "ends")):
            number = {"unseen": columns[1]["unseen"], "known": known}.get(name, 0)
            head = text(language, f"figure.head_{name}", number=f"{number:,}")
            axes.text(column, 1.0 + 9 * GAP / 2 + 0.02, head, ha="center", fontsize=12.5, fontweight="bold")
    axes.set_xlim(-0.95, 5.0)
    axes.set_ylim(-5 * GAP, 1.0 + 5 * GAP + 0.06)
    axes.axis("off")


def _tops(column: Mapping[str, int], total: int) -> dict[str, float]:
    """Upper edge of each node of a column; the columns are centred."""
    filled = [name for name, number in column.items() if number]
    height = sum(column.values()) / total + GAP * (len(filled) - 1)
    top, tops = 0.5 + height / 2, {}
    for name, number in column.items():
        tops[name] = top
        top -= number / total + (GAP if number else 0.0)
    return tops


def _apart(middles: list[float], words: list[str], line: float) -> list[float]:
    """Heights of labels from top to bottom: moved as far as is needed for none to touch the next."""
    halves = [line * (1 + one.count("\n")) / 2 for one in words]
    heights = list(middles)
    for _ in range(40):
        for k in range(len(heights) - 1):
            overlap = halves[k] + halves[k + 1] - (heights[k] - heights[k + 1])
            if overlap > 1e-6:
                heights[k] += overlap / 2
                heights[k + 1] -= overlap / 2
    return heights


def _band(axes: Axes, column: int, start: float, end: float, width: float, color: str, alpha: float) -> None:
    left, right = column + BAR / 2, column + 1 - BAR / 2
    middle = left + BEND * (right - left)
    points = [(left, start), (middle, start), (middle, end), (right, end), (right, end - width)]
    points += [(middle, end - width), (middle, start - width), (left, start - width), (left, start)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(np.array(points), codes), fc=color, alpha=alpha, lw=0))


def _bridge(axes: Axes, column: int, top: float, width: float, color: str, alpha: float) -> None:
    """Carry a band through a column at which it does not stop."""
    axes.add_patch(Rectangle((column - BAR / 2, top - width), BAR, width, color=color, alpha=alpha, lw=0))


def _label(axes: Axes, column: int, height: float, words: str) -> None:
    x, side = (column - BAR, "right") if column == 0 else (column + BAR, "left")
    note = axes.text(x, height, words, ha=side, va="center", fontsize=11.5, linespacing=1.2)
    note.set_path_effects([withStroke(linewidth=2.5, foreground="white")])
