"""Views: real Mesa agents that read and write a row of a table, and know how to decide.

A view has no state of its own, so it may be made at any moment, or never, without changing a result.
"""

from __future__ import annotations

from typing import Any

import mesa

from sim.table import column, plain


class View(mesa.Agent):
    """A Mesa agent whose attributes are the columns of one row.

    ``unique_id`` is given by the model from the row, not by Mesa's counter: ids do not depend on when views are made,
    and Mesa's class-level counter (which keeps every model alive before Mesa 3.4.2) is not touched.
    """

    def __init__(self, model: Any, row: int, unique_id: int) -> None:
        self.model = model
        self.row = row
        self.unique_id = unique_id
        self.pos = None

    def remove(self) -> None:
        """Views are not removed one by one.

        Raises
        ------
        TypeError
            Always: the row stays in its table.
        """
        raise TypeError(f"{type(self).__name__} {self.unique_id} is a view on a row of the model and cannot be removed")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.unique_id}>"


class OrganizationView(View):
    """What all organisations share."""

    capacity = column("Hours a week for residents' needs at full effort.")
    effort = column("Share (0..1) of the capacity that reaches residents' needs.")
    hours_left = column("Hours still free this week.")
    hours_used = column("Hours given to needs since the last quarter.")
    offered = column("Hours offered since the last quarter.")
    backlog = column("Open needs that wait here.")
    pledge = column("Share (0..1) of its means that a unit has pledged to the community.")
    own_hours = column("Hours a week beyond the usual ones of its seat, of a unit at full pledge; below 0: fewer.")

    @property
    def table(self) -> Any:
        """The model's table of organisations."""
        return self.model.organizations

    @property
    def community(self) -> int:
        """Row of the organisation's community, -1 above the communities."""
        return int(plain(self.table)["community"].item(self.row))

    @property
    def residents(self) -> int:
        """Residents of the organisation's community."""
        community = plain(self.model.communities)[self.community]
        return int(community["stop"] - community["start"])

    @property
    def has_met(self) -> bool:
        """Whether the community's quarterly meeting was held this week."""
        return bool(plain(self.model.communities)["met"].item(self.community) == self.model.week)

    def number(self, process: str, name: str) -> float:
        """Effective number of a process in the organisation's community."""
        return float(plain(getattr(self.model.numbers, process))[name].item(self.community))

    def each_quarter(self) -> None:
        """Decide what is decided by the quarter."""

    def each_year(self) -> None:
        """Decide what is decided by the year."""
