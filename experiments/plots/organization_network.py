"""Who works with whom: the working relations between the organisations of a community."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from experiments.plots import style
from experiments.text import text
from sim.agents.organizations import (
    SEAT_CHARITY,
    SEAT_COMMITTEE,
    SEAT_COUNTY,
    SEAT_DEPARTMENT,
    SEAT_LEGAL,
    SEAT_PARTY,
    SEAT_PROPERTY,
    SEAT_SOCIAL,
    SEAT_STREET,
    SEAT_UNIT,
)
from sim.catalogue import default
from sim.errors import InputError, closest
from sim.founding import DEPARTMENT_NAMES
from sim.result import Result
from sim.why import Names
from sim.why import text as model_text

LEAST = 3 * default("matching.links_faint")  # weaker ones are mere acquaintances
MOVED = 0.05  # change of a link's strength that is coloured
WIDEST = 11.0  # points at strength 1
UNMOVED = "#6B7280"
ROOM = 0.62  # beside the ring, for labels
COLORS = {"public": "#0072B2", "community": "#111827", "market": "#E69F00", "social": "#009E73"}


def _ring() -> dict[int, float]:
    """Angle of each seat but the committee's: what is above the community on top, its partners at the sides."""
    above = [SEAT_COUNTY, SEAT_STREET, *range(SEAT_DEPARTMENT, SEAT_STREET)]
    right = [*range(SEAT_SOCIAL, SEAT_DEPARTMENT), SEAT_CHARITY]
    seats = [*above, *right, SEAT_LEGAL, SEAT_PARTY, SEAT_PROPERTY, *reversed(range(SEAT_UNIT, SEAT_SOCIAL))]
    first = 90.0 + 360.0 / len(seats) * (len(above) - 1) / 2
    return {seat: math.radians(first - 360.0 * k / len(seats)) for k, seat in enumerate(seats)}


# The committee stands in the middle of a ring, on which no two links lie on each other.
RING = _ring()


def draw_organization_network(
    result: Result,
    language: str = "en",
    community: str | None = None,
    other: Result | None = None,
    labels: tuple[str, str] | None = None,
    title: str = "",
) -> Figure:
    """Organisations at fixed places; the wider a line, the stronger the working relation at the end of the run.

    Parameters
    ----------
    result : Result
    language : str
        ``en``, ``zh_hans`` or ``zh_hant``.
    community : str, optional
        Name of the community; default: the first.
    other : Result, optional
        A second run of the same place: its relations are drawn beside, blue where they are stronger than in ``result``
        and orange where they are weaker.
    labels : tuple of two str, optional
        Names of the two runs.
    title : str, optional
        What the figure says; default: what it shows.

    Raises
    ------
    InputError
        If there is no such community.
    """
    results = [result] if other is None else [result, other]
    row = community_row(result, community)
    name = style.drawable(Names(result.model, language).community(row), f"#{row + 1}")
    figure, grid = style.slide(
        title or text(language, "figure.organization_network", community=name),
        text(
            language,
            "figure.organization_network_note" if other is None else "figure.organization_network_two_note",
            least=f"{LEAST:.2g}",
        ),
        1,
        len(results),
    )
    before = result.model.links[row]
    width = 1.9 if other is None else 0.95
    places = {SEAT_COMMITTEE: (0.0, 0.0)} | {
        seat: (width * math.cos(angle), math.sin(angle)) for seat, angle in RING.items()
    }
    names = labels or (text(language, "figure.run_a"), text(language, "figure.run_b"))
    for number, (one, axes) in enumerate(zip(results, grid[0], strict=True)):
        links = one.model.links[row]
        _draw_links(axes, links, links - before if number else np.zeros_like(links), places)
        _draw_seats(axes, places, language, small=other is not None)
        axes.set_xlim(-width - ROOM, width + ROOM)
        axes.set_ylim(-1.25, 1.3)
        mean = float(links.sum() / (len(links) * (len(links) - 1)))
        words = text(language, "figure.mean_link", strength=f"{mean:.2f}")
        if other is not None:
            words = f"{style.wrapped(style.drawable(names[number], 'AB'[number]), 56)}\n{words}"
        axes.set_title(words, fontsize=13, linespacing=style.LINES)
    figure.legend(
        handles=_legend(language, other is not None),
        loc="outside lower center",
        ncols=7 if other is None else 4,
        fontsize=11.5,
    )
    return figure


def community_row(result: Result, community: str | None) -> int:
    """Row of a community by its name; the first where none is named.

    Raises
    ------
    InputError
        If there is no such community.
    """
    names = list(result.scenario.community_names)
    if community is not None and community not in names:
        raise InputError(f"community: there is no {community!r}{closest(community, names)}")
    return 0 if community is None else names.index(community)


def _draw_links(axes: Axes, links: np.ndarray, change: np.ndarray, places: Mapping[int, tuple[float, float]]) -> None:
    for a, b in zip(*np.triu_indices(len(links), 1), strict=True):
        strength = float(links[a, b])
        if strength < LEAST and abs(change[a, b]) < MOVED:
            continue
        color = style.GOOD if change[a, b] >= MOVED else style.BAD if change[a, b] <= -MOVED else UNMOVED
        (x, y), (u, v) = places[int(a)], places[int(b)]
        axes.plot([x, u], [y, v], color=color, lw=WIDEST * strength, alpha=min(0.9, 0.2 + strength), zorder=1)


def _draw_seats(axes: Axes, places: Mapping[int, tuple[float, float]], language: str, small: bool) -> None:
    for seat, (x, y) in places.items():
        axes.plot(x, y, "o", ms=11 if small else 15, color=COLORS[_sector(seat)], mec="white", mew=1.5, zorder=3)
        words = style.wrapped(_label(seat, language), 16)
        look: dict[str, Any] = {"fontsize": 9.5 if small else 12, "zorder": 4, "linespacing": 1.15}
        note = axes.annotate(words, (x, y), textcoords="offset points", **look, **_beside(seat, small))
        note.set_path_effects([withStroke(linewidth=3, foreground="white")])
    axes.axis("off")


def _beside(seat: int, small: bool) -> dict[str, Any]:
    """Where a label stands: outside the ring, beside its seat or, near the top and the bottom, above or below it."""
    if seat not in RING:
        return {"xytext": (0, -12), "ha": "center", "va": "top"}
    x, y = math.cos(RING[seat]), math.sin(RING[seat])
    room = 9 if small else 12
    side = "left" if x > 0.1 else "right" if x < -0.1 else "center"
    if abs(x) > 0.4:
        return {"xytext": (math.copysign(room, x), 0), "ha": side, "va": "center"}
    return {"xytext": (0, math.copysign(room, y)), "ha": side, "va": "bottom" if y > 0 else "top"}


def _sector(seat: int) -> str:
    if seat >= SEAT_DEPARTMENT:
        return "public"
    if seat in {SEAT_COMMITTEE, SEAT_PARTY}:
        return "community"
    return "social" if seat >= SEAT_SOCIAL or seat == SEAT_CHARITY else "market"


def _label(seat: int, language: str) -> str:
    if SEAT_UNIT <= seat < SEAT_SOCIAL:
        return text(language, "figure.seat_unit", number=seat - SEAT_UNIT + 1)
    if SEAT_SOCIAL <= seat < SEAT_DEPARTMENT:
        return text(language, "figure.seat_social", number=seat - SEAT_SOCIAL + 1)
    if SEAT_DEPARTMENT <= seat < SEAT_STREET:
        return model_text(language, f"department.{DEPARTMENT_NAMES[seat - SEAT_DEPARTMENT]}")
    return text(language, f"figure.{SINGLE[seat]}")


SINGLE: Mapping[int, str] = {
    SEAT_COMMITTEE: "seat_committee",
    SEAT_PARTY: "seat_party",
    SEAT_PROPERTY: "seat_property",
    SEAT_LEGAL: "seat_legal",
    SEAT_CHARITY: "seat_charity",
    SEAT_STREET: "seat_street",
    SEAT_COUNTY: "seat_county",
}


def _legend(language: str, two: bool) -> list[Line2D]:
    dots = [
        Line2D([], [], ls="", marker="o", ms=11, color=color, label=text(language, f"figure.sector_{id}"))
        for id, color in COLORS.items()
    ]
    if not two:
        return [
            *dots,
            *(
                Line2D([], [], color=UNMOVED, lw=WIDEST * one, label=f"{one:.1f}", alpha=0.15 + one)
                for one in (0.2, 0.5, 0.8)
            ),
        ]
    moved = (("stronger", style.GOOD), ("weaker", style.BAD), ("unchanged", UNMOVED))
    return [*dots, *(Line2D([], [], color=color, lw=3.5, label=text(language, f"figure.{id}")) for id, color in moved)]
