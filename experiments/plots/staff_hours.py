"""Where the staff's time goes: empty posts, paperwork, what mechanisms ask for, and what is left for residents."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from experiments.plots import style
from experiments.plots.organization_network import community_row
from experiments.text import text
from sim.catalogue import default
from sim.outcomes import COLUMNS
from sim.result import Result

PARTS = ("left", "mechanisms", "paperwork", "empty")
COLORS = (style.GOOD, "#009E73", "#E69F00", style.GRID)
MOST_RUNS = 4
WORK_WEEK = default("calendar.work_week")


def staff_hours(result: Result, community: str | None = None) -> dict[str, np.ndarray]:
    """Hours a week for each post of the staff, week by week, by where they go; parts add up to a full working week.

    ``empty``: posts without anybody; ``paperwork``; ``mechanisms``: duties that mechanisms ask for, as far as hours go;
    ``left``: for patrols and residents' matters. How experience and motivation change what an hour yields is not in it.
    """
    rows = slice(None) if community is None else [community_row(result, community)]
    history = result.history[:, rows]
    posts, residents, asked = (history[:, :, COLUMNS.index(name)] for name in ("posts", "residents", "mechanism_hours"))
    filled, paper = (history[:, :, COLUMNS.index(name)] / residents for name in ("filled", "paper_share"))
    at_desk = posts * filled * paper * WORK_WEEK
    free = posts * filled * WORK_WEEK - at_desk
    mechanisms = np.minimum(asked, free)
    parts = {
        "left": free - mechanisms,
        "mechanisms": mechanisms,
        "paperwork": at_desk,
        "empty": posts * (1.0 - filled) * WORK_WEEK,
    }
    whole = posts.sum(axis=1)
    return {name: hours.sum(axis=1) / whole for name, hours in parts.items()}


def draw_staff_hours(
    results: Mapping[str, Result], language: str = "en", community: str | None = None, title: str = ""
) -> Figure:
    """Stacked areas over the weeks, a panel for each run.

    Parameters
    ----------
    results : dict of str to Result
        Runs by their names, at most four.
    language : str
        ``en``, ``zh_hans`` or ``zh_hant``.
    community : str, optional
        Name of a community; default: the whole place.
    title : str, optional
        What the figure says; default: what it shows.

    Raises
    ------
    InputError
        If there is no such community.
    """
    shown = list(results.items())[:MOST_RUNS]
    figure, grid = style.slide(
        title or text(language, "figure.staff_hours"),
        text(language, "figure.staff_hours_note", hours=f"{WORK_WEEK:g}"),
        1,
        len(shown),
        sharey=True,
        figsize=(13.33, 6.4),
    )
    for number, ((name, result), axes) in enumerate(zip(shown, grid[0], strict=True), start=1):
        parts = staff_hours(result, community)
        weeks = np.arange(1, len(result.history) + 1)
        axes.stackplot(weeks, *(parts[one] for one in PARTS), colors=COLORS, lw=0, alpha=0.9)
        below = 0.0
        for one, color in zip(PARTS, COLORS, strict=True):
            mean = float(parts[one].mean())
            if mean >= 0.07 * WORK_WEEK:
                look = {"ha": "center", "va": "center", "fontsize": 13, "fontweight": "bold"}
                ink = "white" if color == style.GOOD else style.INK
                axes.text(weeks.mean(), below + mean / 2, f"{mean:.1f}", color=ink, **look)
            below += mean
        axes.set_title(style.wrapped(style.drawable(name, f"#{number}"), 96 // len(shown)), linespacing=style.LINES)
        axes.set_xlabel(text(language, "figure.week"), color=style.MUTED)
        axes.set_ylim(0, WORK_WEEK)
        axes.margins(x=0)
        axes.grid(visible=False, axis="x")
    grid[0][0].set_ylabel(text(language, "figure.hours_per_post"), linespacing=style.LINES)
    legend = [
        Patch(color=color, label=text(language, f"figure.time_{id}")) for id, color in zip(PARTS, COLORS, strict=True)
    ]
    figure.legend(handles=legend, loc="outside lower center", ncols=4, fontsize=12.5)
    return figure
