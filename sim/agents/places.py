"""Places: household, building, micro-grid, grid, community. Each holds a run of rows of the level below."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np

from sim.table import table_type

Households: TypeAlias = np.recarray
Buildings: TypeAlias = np.recarray
MicroGrids: TypeAlias = np.recarray

HOUSEHOLDS = table_type(
    """
    start int32 first resident
    stop  int32 one past the last resident
    """
)
"""All households."""

BUILDINGS = table_type(
    """
    start       int32   first resident
    stop        int32   one past the last resident
    households  int32   number of households
    microgrid   int32   row in MicroGrids
    community   int32   row in Communities
    shared_open int16   open shared needs
    attended    int32   last week in which somebody of the building deliberated, NEVER if not yet
    helpers     float64 fading number of residents who organised something together here
    group       bool    a self-governing group exists
    group_since int32   week in which the group formed, NEVER without one
    group_given float64 0..1: what members of the group give of what is asked of them
    group_yield float64 0..1: the same, times what a group of this size makes of it
    group_hours float64 hours that the group can give this week
    """
)
"""Buildings (in villages: clusters of courtyards), the seat of shared needs and of self-governing groups."""

MICROGRIDS = table_type(
    """
    start     int32 first resident
    stop      int32 one past the last resident
    grid      int32 grid number, unique in the run
    community int32 row in Communities
    leader    int32 resident who leads the micro-grid when there are leaders, or -1
    last_met  int32 the resident who took part here last, or -1
    """
)
"""Micro-grids, of some tens of households; grids are runs of micro-grids."""


class Geography(NamedTuple):
    """All places of one run, without the communities themselves."""

    households: Households
    buildings: Buildings
    microgrids: MicroGrids
