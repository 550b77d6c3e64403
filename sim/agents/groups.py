"""Self-governing groups of a building."""

from __future__ import annotations

from typing import Any

from sim.agents.views import View
from sim.table import column


class SelfGoverningGroup(View):
    """The group of one building, while it exists."""

    community = column("Row of the community.")
    helpers = column("Residents who organise together, fading with time.")
    group_since = column("Week in which the group formed.")
    group_given = column("What members give of what is asked of them, 0..1.")
    group_yield = column("The same, times what a group of this size makes of it, 0..1.")
    group_hours = column("Hours that the group can give this week.")
    shared_open = column("Open shared needs of the building.")

    @property
    def table(self) -> Any:
        """The model's table of buildings."""
        return self.model.buildings
