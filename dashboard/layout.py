"""Where things stand on the picture of a community: buildings in micro-grids, and residents in their buildings.

The unit is the distance between two neighbouring residents. The same community has the same picture in every run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.organizations import DEPARTMENTS, SEAT_DEPARTMENT

ROOM = 1.0  # inside a building's walls, on each side
ALLEY, STREET_WIDTH, BORDER = 1.0, 2.5, 5.0  # between buildings, micro-grids, communities
OFFICES = 9.0  # height of the strip in which a community's organisations stand
ROOF, DESKS = 12.0, 3.0  # of a street: height of the strip for its departments, and where they stand in it
WIDE = 1.5  # breadth of a block over its height
SEAT = 2.7  # between two organisations of a community

Boxes = NDArray[np.float32]


class Layout(NamedTuple):
    """Where everything stands: boxes are left, top, breadth, height; points are left, top.

    Attributes
    ----------
    communities, microgrids, buildings : arrays, n x 4
    residents, organizations : arrays, n x 2
    size : (float, float)
        Breadth and height of the whole.
    """

    communities: Boxes
    microgrids: Boxes
    buildings: Boxes
    residents: Boxes
    organizations: Boxes
    size: tuple[float, float]


def layout_of(model: Any) -> Layout:
    """Layout of a model's place; a row of communities for each street, its departments above it."""
    buildings, microgrids, communities = model.buildings, model.microgrids, model.communities
    columns, rows = _rooms(buildings.stop - buildings.start)
    house = np.zeros((buildings.size, 4), np.float32)
    house[:, 2:] = np.stack([columns + 2 * ROOM, rows + 2 * ROOM], axis=1)
    block = np.zeros((microgrids.size, 4), np.float32)
    for m in range(microgrids.size):
        own = np.flatnonzero(buildings.microgrid == m)
        _stand(house, own, block, m, ALLEY)
    tile = np.zeros((communities.size, 4), np.float32)
    for c in range(communities.size):
        _stand(block, np.flatnonzero(microgrids.community == c), tile, c, STREET_WIDTH, SEAT * SEAT_DEPARTMENT)
    tile[:, 3] += OFFICES
    top = 0.0
    offices = np.zeros((model.organizations.size, 2), np.float32)
    for street in range(int(communities.street.max()) + 1):
        own = np.flatnonzero(communities.street == street)
        top += ROOF
        tile[own, 0] = np.concatenate([[0.0], np.cumsum(tile[own, 2] + BORDER)[:-1]])
        tile[own, 1] = top
        breadth = float(tile[own, 0].max() + tile[own[-1], 2])
        first = int(communities.first_department[own[0]])
        _in_a_row(offices, range(first, first + DEPARTMENTS + 1), 0.0, top - ROOF + DESKS, breadth)
        top += float(tile[own, 3].max()) + BORDER
    offices[-1] = (0.0, -OFFICES / 2)
    for c, first in enumerate(communities.first_organization):
        seats = range(first, first + SEAT_DEPARTMENT)
        _in_a_row(offices, seats, float(tile[c, 0]), float(tile[c, 1]) + OFFICES / 2, float(tile[c, 2]))
    block[:, :2] += tile[microgrids.community, :2] + np.array([0.0, OFFICES], np.float32)
    house[:, :2] += block[buildings.microgrid, :2]
    home = model.residents.building
    place = np.arange(model.residents.size) - buildings.start[home]
    inside = np.stack([place % columns[home], place // columns[home]], axis=1) + ROOM + 0.5
    size = (float((tile[:, 0] + tile[:, 2]).max()), top)
    return Layout(tile, block, house, (house[home, :2] + inside).astype(np.float32), offices, size)


def _rooms(people: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Columns and rows of dots in buildings of so many people."""
    columns = np.maximum(1, np.ceil(np.sqrt(people * WIDE))).astype(int)
    return columns, np.maximum(1, -(-people // columns))


def _stand(boxes: Boxes, own: NDArray[Any], outer: Boxes, row: int, gap: float, least: float = 0.0) -> None:
    """Put boxes in shelves inside an outer box, from its corner on, and give that its size, ``least`` at least."""
    sizes = boxes[own, 2:] + gap
    limit = max(least, float(sizes[:, 0].max(initial=0.0)), math.sqrt(float(sizes.prod(axis=1).sum()) * WIDE))
    left = top = height = 0.0
    breadth = least
    for one, (wide, high) in zip(own, sizes, strict=True):
        if left and left + wide > limit + 1e-6:
            left, top, height = 0.0, top + height, 0.0
        boxes[one, :2] = left + gap / 2, top + gap / 2
        left, height = left + float(wide), max(height, float(high))
        breadth = max(breadth, left)
    outer[row, 2:] = breadth, top + height


def _in_a_row(points: Boxes, rows: Sequence[int], left: float, top: float, breadth: float) -> None:
    steps = (np.arange(len(rows)) + 0.5) / len(rows)
    points[list(rows), 0] = left + steps * breadth
    points[list(rows), 1] = top
