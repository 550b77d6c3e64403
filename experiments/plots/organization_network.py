"""Who works with whom: the working relations between the organisations of a community."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from experiments.plots import style
from experiments.text import text
from sim.agents.organizations import (
    DEPARTMENTS,
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
    SOCIALS,
    UNITS,
)
from sim.catalogue import default
from sim.errors import InputError, closest
from sim.founding import DEPARTMENT_NAMES
from sim.result import Result
from sim.why import Names
from sim.why import text as model_text

LEAST = 2 * default("matching.links_faint")  # weaker ones are mere acquaintances
MOVED = 0.05  # change of a link's strength that is coloured
WIDEST = 11.0  # points at strength 1
COLORS = {"public": "#0072B2", "community": "#111827", "market": "#E69F00", "social": "#009E73"}


def _spread(count: int, x: float, y: tuple[float, float]) -> list[tuple[float, float]]:
    return [(x, float(one)) for one in np.linspace(*y, count)]


def _places() -> dict[int, tuple[float, float]]:
    """Where each seat stands: what is above the community on top, its own in the middle, partners at the sides."""
    places = {
        SEAT_COMMITTEE: (0.0, 0.0),
        SEAT_PARTY: (0.0, -0.62),
        SEAT_PROPERTY: (-0.62, -0.62),
        SEAT_LEGAL: (0.62, -0.62),
        SEAT_CHARITY: (0.62, 0.42),
        SEAT_STREET: (-0.62, 0.42),
        SEAT_COUNTY: (-1.3, 1.0),
    }
    places |= dict(enumerate(_spread(UNITS, -1.3, (0.5, -0.72)), start=SEAT_UNIT))
    places |= dict(enumerate(_spread(SOCIALS, 1.3, (0.5, -0.72)), start=SEAT_SOCIAL))
    places |= {SEAT_DEPARTMENT + k: (float(x), 1.0) for k, x in enumerate(np.linspace(-0.85, 1.3, DEPARTMENTS))}
    return places


PLACES = _places()


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
        text(language, "figure.organization_network_note" if other is None else "figure.organization_network_two_note"),
        1,
        len(results),
        figsize=(13.33, 8.2 if other is None else 7.5),
    )
    before = result.model.links[row]
    names = labels or (text(language, "figure.run_a"), text(language, "figure.run_b"))
    for number, (one, axes) in enumerate(zip(results, grid[0], strict=True)):
        links = one.model.links[row]
        _draw_links(axes, links, links - before if number else np.zeros_like(links))
        _draw_seats(axes, language, small=other is not None)
        mean = float(links.sum() / (len(links) * (len(links) - 1)))
        words = text(language, "figure.mean_link", strength=f"{mean:.2f}")
        if other is not None:
            words = text(language, "format.with_unit", label=style.drawable(names[number], "AB"[number]), unit=words)
        axes.set_title(style.wrapped(words, 60 if other is not None else 100), fontsize=13)
    figure.legend(handles=_legend(language, other is not None), loc="outside lower center", ncols=8, fontsize=11.5)
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


def _draw_links(axes: Axes, links: np.ndarray, change: np.ndarray) -> None:
    for a, b in zip(*np.triu_indices(len(links), 1), strict=True):
        strength = float(links[a, b])
        if strength < LEAST and abs(change[a, b]) < MOVED:
            continue
        color = style.GOOD if change[a, b] >= MOVED else style.BAD if change[a, b] <= -MOVED else "#6B7280"
        (x, y), (u, v) = PLACES[int(a)], PLACES[int(b)]
        axes.plot([x, u], [y, v], color=color, lw=WIDEST * strength, alpha=min(0.9, 0.15 + strength), zorder=1)


def _draw_seats(axes: Axes, language: str, small: bool) -> None:
    size = 9.0 if small else 11.5
    for seat, (x, y) in PLACES.items():
        axes.plot(x, y, "o", ms=11 if small else 15, color=COLORS[_sector(seat)], mec="white", mew=1.5, zorder=3)
        above = seat >= SEAT_DEPARTMENT and y > 0.9
        words = style.wrapped(_label(seat, language), 15 if not small else 13)
        look = {"fontsize": size, "zorder": 4, "ha": "center", "linespacing": 1.15}
        if abs(x) > 1.2 and not above:
            look |= {"ha": "right" if x < 0 else "left", "va": "center"}
            shift = (-12 if x < 0 else 12, 0)
        else:
            look |= {"va": "bottom" if above else "top"}
            shift = (0, 11 if above else -11)
        note = axes.annotate(words, (x, y), xytext=shift, textcoords="offset points", **look)
        note.set_path_effects([withStroke(linewidth=3, foreground="white")])
    axes.set_xlim(-1.85, 1.85)
    axes.set_ylim(-0.95, 1.28)
    axes.axis("off")


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
                Line2D([], [], color="#6B7280", lw=WIDEST * one, label=f"{one:.1f}", alpha=0.15 + one)
                for one in (0.2, 0.5, 0.8)
            ),
        ]
    moved = (("stronger", style.GOOD), ("weaker", style.BAD), ("unchanged", "#6B7280"))
    return [*dots, *(Line2D([], [], color=color, lw=3.5, label=text(language, f"figure.{id}")) for id, color in moved)]
