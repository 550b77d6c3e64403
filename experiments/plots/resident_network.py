"""Who knows whom: residents where they live, their ties, and who of them took part."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch

from experiments.plots import style
from experiments.plots.organization_network import community_row
from experiments.text import text
from sim.agents.residents import ADULT
from sim.agents.ties import HOUSEHOLD
from sim.errors import InputError
from sim.model import Community
from sim.result import Result
from sim.why import Names

QUARTER = 13  # weeks
ASPECT = 2.35  # width of the map by its height
MANY = 15  # ties of the largest dots
STREET, ROAD = 1.4, 3.0  # gaps between buildings and between micro-grids, in places of residents
TIE, IDLE, CHILD = "#94A3B8", "#9AA5B4", "#FFFFFF"
SIZES = ("ties", "satisfaction")


def draw_resident_network(
    result: Result,
    language: str = "en",
    community: str | None = None,
    most: int = 2000,
    size: str = "ties",
    title: str = "",
) -> Figure:
    """Residents as dots, building by building and micro-grid by micro-grid; lines are ties beyond the household.

    Parameters
    ----------
    result : Result
    language : str
        ``en``, ``zh_hans`` or ``zh_hant``.
    community : str, optional
        Name of the community; default: the first.
    most : int
        Larger communities show their first micro-grids only, up to about so many residents (at least one micro-grid).
    size : {"ties", "satisfaction"}
        What the size of a dot tells.
    title : str, optional
        What the figure says; default: what it shows.

    Raises
    ------
    InputError
        If there is no such community, or ``size`` is neither of the two.
    """
    if size not in SIZES:
        raise InputError(f"size: must be one of {', '.join(SIZES)}, got {size!r}")
    model, row = result.model, community_row(result, community)
    boxes, places = _layout(model, row, most)
    shown = np.array(sorted(places), dtype=np.int64)
    xy = np.array([places[one] for one in shown.tolist()])
    adult = model.residents.age[shown] >= ADULT
    active = adult & (model.residents.took_part[shown] > model.week - QUARTER)
    ends, degree = _ties(model, shown)
    name = style.drawable(Names(model, language).community(row), f"#{row + 1}")
    words = text(
        language,
        f"figure.resident_network_note_{size}",
        adults=f"{adult.sum():,}",
        share=f"{100 * active.sum() / max(1, adult.sum()):.0f}",
        ties=f"{len(ends):,}",
    )
    whole = int(model.communities.stop[row] - model.communities.start[row])
    if len(shown) < whole:
        words += text(language, "figure.resident_network_part", shown=f"{len(shown):,}", whole=f"{whole:,}")
    figure, grid = style.slide(title or text(language, "figure.resident_network", community=name), words, 1, 1)
    axes = grid[0][0]
    _draw_boxes(axes, boxes)
    axes.add_collection(
        LineCollection(
            list(xy[ends]), colors=TIE, linewidths=0.6, alpha=float(np.clip(70 / (len(ends) + 1) ** 0.75, 0.06, 0.6))
        )
    )
    told = np.clip(degree / MANY if size == "ties" else model.residents.satisfaction[shown], 0.0, 1.0)
    spans = np.ptp(xy, axis=0) + 2.0
    pitch = 72 * min(12.4 / spans[0], 5.2 / spans[1])  # points between two residents
    widths = np.where(adult, pitch * (0.35 + 0.6 * told), 0.4 * pitch)
    for which, color, edge in ((~adult, CHILD, TIE), (adult & ~active, IDLE, "white"), (active, style.GOOD, "white")):
        axes.scatter(
            *xy[which].T, s=widths[which] ** 2, c=color, lw=0.5, edgecolors=edge, zorder=3 + (color == style.GOOD)
        )
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.axis("off")
    figure.legend(handles=_legend(language), loc="outside lower center", ncols=4, fontsize=12.5)
    return figure


def _layout(
    model: Community, row: int, most: int
) -> tuple[list[tuple[float, float, float, float]], dict[int, tuple[float, float]]]:
    """Boxes of buildings (x, y, width, height), and where each resident stands: the same for the same people."""
    buildings = model.buildings[model.buildings.community == row]
    grids: list[list[tuple[int, int]]] = []
    shown = 0
    for microgrid in dict.fromkeys(buildings.microgrid.tolist()):
        here = [(int(one.start), int(one.stop)) for one in buildings[buildings.microgrid == microgrid]]
        shown += sum(stop - start for start, stop in here)
        if grids and shown > most:
            break
        grids.append(here)
    largest, count = max(stop - start for here in grids for start, stop in here), max(len(here) for here in grids)
    root = math.sqrt(largest)
    wide, across, columns = max(
        (
            (w, a, c)
            for w in range(math.ceil(root / 2), math.ceil(root * 2) + 1)
            for a in range(1, count + 1)
            for c in range(1, len(grids) + 1)
        ),
        key=lambda shape: _scale(shape, (largest, count, len(grids))),
    )
    high = -(-largest // wide)
    block = (across * (wide + STREET) + ROAD, -(-count // across) * (high + STREET) + ROAD)
    boxes, places = [], {}
    for number, here in enumerate(grids):
        left, top = (number % columns) * block[0], -(number // columns) * block[1]
        for position, (start, stop) in enumerate(here):
            x, y = left + (position % across) * (wide + STREET), top - (position // across) * (high + STREET)
            rows = -(-(stop - start) // wide)
            boxes.append((x, y - rows, float(wide), float(rows)))
            for k in range(stop - start):
                places[start + k] = (x + k % wide + 0.5, y - k // wide - 0.5)
    return boxes, places


def _scale(shape: tuple[int, int, int], sizes: tuple[int, int, int]) -> float:
    """How large a map becomes whose rows hold so many residents of a building, buildings and micro-grids."""
    (wide, across, columns), (largest, count, grids) = shape, sizes
    width = columns * (across * (wide + STREET) + ROAD)
    height = -(-grids // columns) * (-(-count // across) * (-(-largest // wide) + STREET) + ROAD)
    return min(ASPECT / width, 1.0 / height)


def _ties(model: Community, shown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ties beyond the household between residents who are shown, as pairs of positions, and how many each has."""
    ties, at = model.ties, {int(one): k for k, one in enumerate(shown)}
    degree = np.zeros(len(shown))
    pairs = []
    for k, i in enumerate(shown.tolist()):
        slots = slice(int(ties.start[i]), int(ties.start[i]) + int(ties.count[i]))
        others = ties.to[slots][ties.kind[slots] != HOUSEHOLD].tolist()
        degree[k] = len(others)
        pairs += [(k, at[other]) for other in others if other > i and other in at]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), degree


def _draw_boxes(axes: Axes, boxes: list[tuple[float, float, float, float]]) -> None:
    for x, y, width, height in boxes:
        look: dict[str, Any] = {"boxstyle": "round,pad=0.25", "fc": "#F3F4F6", "ec": "#E5E7EB", "lw": 0.8, "zorder": 0}
        axes.add_patch(FancyBboxPatch((x, y), width, height, **look))


def _legend(language: str) -> list[Line2D]:
    kinds = (("took_part", style.GOOD), ("took_no_part", IDLE), ("under_18", CHILD))
    dots = [
        Line2D([], [], ls="", marker="o", ms=9, mfc=color, mec=TIE, label=text(language, f"figure.{id}"))
        for id, color in kinds
    ]
    return [*dots, Line2D([], [], color=TIE, lw=1.2, label=text(language, "figure.tie"))]
