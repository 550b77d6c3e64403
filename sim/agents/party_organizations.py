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
        """Renew the pledge where there was a meeting: as far as the unit has joined, less what nobody called on.

        Between meetings pledges decay. Part of the hours that units are assessed on are for show.
        """
        if not self.is_local_unit:
            return
        self.pledge = self._renewed() if self.has_met else self.pledge * (1.0 - self.number("matching", "pledge_decay"))
        shown = self.number("matching", "for_show")
        hours = self.number("matching", "unit_hours") * self.residents / 1000.0 / UNITS + self.own_hours
        self.capacity = self.pledge * (1.0 - shown) * max(0.0, hours)

    def _renewed(self) -> float:
        used = min(1.0, self.hours_used / self.offered) if self.offered > 0.0 else 1.0
        fading = self.number("matching", "unused_fades") * (1.0 - used)
        joined = self.number("matching", "units_joined")
        return float(self.pledge + self.number("matching", "renewal") * (joined * (1.0 - fading) - self.pledge))
