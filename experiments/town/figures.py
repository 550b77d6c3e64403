"""Figure of a town: how its people are made up, beside the types that its communities resemble."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.pages.policies import type_label
from experiments.plots import style
from experiments.text import text
from experiments.town.template import band_label
from sim.community_types import MARGINS, community_types
from sim.errors import InputError, closest
from sim.place import Place

if TYPE_CHECKING:
    from experiments.town.town import Town

ACROSS = 4  # panels in a row


@style.in_one_call
def margins(town: Town, margin: str = "age", language: str = "en") -> Figure:
    """Shares by band in each community, and in the type that it resembles."""
    if margin not in MARGINS:
        raise InputError(f"margin: unknown margin {margin!r}{closest(margin, MARGINS)}")
    count = len(town.places)
    across = min(ACROSS, count)
    down = math.ceil(count / across)
    title = text(language, "town.figure.title", margin=text(language, f"town.margin.{margin}"), name=town.name)
    note = text(language, "town.figure.note", of=text(language, f"town.people.of_{margin}"))
    size = (13.33, 2.3 + 2.45 * down)
    figure, grid = style.slide(title, note, down, across, figsize=size, sharex=True, sharey=True)
    for number, axes in enumerate(grid.flat):
        if number < count:
            _draw(axes, town.places[number], margin, number + 1, language)
        else:
            axes.set_visible(False)
    bands = [band_label(band, language) for band in MARGINS[margin]]
    grid[0][0].set_yticks(range(len(bands)), bands)
    grid[0][0].set_ylim(-0.6, len(bands) - 0.1)
    grid[0][0].set_xlim(left=0)
    for axes in grid[:, 0]:
        axes.tick_params(axis="y", labelsize=11)
    for axes in grid[-1]:
        axes.set_xlabel("%", color=style.MUTED)
    handles = grid[0][0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside lower center", ncols=2, fontsize=12)
    return figure


def _draw(axes: Axes, place: Place, margin: str, number: int, language: str) -> None:
    here = [100.0 * share for share in place.type.margins[margin].shares.values()]
    base = community_types()[place.type.based_on]
    there = [100.0 * share for share in base.margins[margin].shares.values()]
    rows, given = range(len(here)), margin in place.given
    if given:
        axes.hlines(rows, there, here, color=style.GOOD, lw=1.5, alpha=0.6)
    known, own = (text(language, f"town.figure.{one}") for one in ("type", "own"))
    axes.plot(there, rows, "o", ms=6, color="white", markeredgecolor=style.MUTED, label=known)
    axes.plot(here if given else [], rows if given else [], "o", ms=7, color=style.GOOD, label=own)
    name = style.drawable(place.name, f"#{number}")
    axes.set_title(style.wrapped(name, 24), fontsize=13)
    told = type_label(base.name, language) if given else text(language, "town.figure.missing")
    axes.text(0.98, 0.97, told, transform=axes.transAxes, ha="right", va="top", fontsize=10.5, color=style.MUTED)
    style.quiet_rows(axes)
