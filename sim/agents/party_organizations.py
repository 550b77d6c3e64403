"""Party organisations: the community's own, and those of local units that join its committee (大党委)."""

from __future__ import annotations

from sim.agents.organizations import PARTY_UNIT, UNITS
from sim.agents.views import OrganizationView
from sim.table import plain


class PartyOrganization(OrganizationView):
    """A Party organisation; those of local units pledge hours to the community."""

    @property
    def is_local_unit(self) -> bool:
        """Whether it belongs to a local unit and not to the community."""
        return bool(plain(self.table)["kind"].item(self.row) == PARTY_UNIT)

    def each_quarter(self) -> None:
        """Renew the pledge: as far as the unit has joined, less what nobody called on."""
        if not self.is_local_unit:
            return
        used = min(1.0, self.hours_used / self.offered) if self.offered > 0.0 else 1.0
        fading = self.number("matching", "unused_fades") * (1.0 - used)
        self.pledge += self.number("matching", "renewal") * (
            self.number("matching", "units_joined") * (1.0 - fading) - self.pledge
        )
        self.capacity = self.pledge * self.number("matching", "unit_hours") * self.residents / 1000.0 / UNITS
