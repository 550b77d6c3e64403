"""Government: the street office with its departments, and the county committee."""

from __future__ import annotations

from sim.agents.organizations import KINDS
from sim.agents.views import OrganizationView


class Government(OrganizationView):
    """A department, the street office or the county committee.

    Effort follows what is assessed, week by week (``processes/calendar.py``).
    """

    @property
    def kind(self) -> str:
        """``department``, ``street_office`` or ``county_committee``."""
        return KINDS[self.table.kind[self.row]]

    @property
    def street(self) -> int:
        """Number of the street, -1 for the county."""
        return int(self.table.street[self.row])
