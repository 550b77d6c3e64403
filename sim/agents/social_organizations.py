"""Social organisations: fields of work, capacity that contracts buy, and what they learn from lists."""

from __future__ import annotations

from sim.agents.organizations import SOCIALS
from sim.agents.views import OrganizationView
from sim.table import plain


class SocialOrganization(OrganizationView):
    """A social organisation of the community."""

    @property
    def following(self) -> float:
        """Members, relative to the usual number."""
        usual = self.number("population", "social_membership") * float(self.model.adults[self.community]) / SOCIALS
        return float(self.model.members[self.row]) / usual if usual > 0.0 else 1.0

    def each_quarter(self) -> None:
        """Hire as contracts allow, and turn to what stands on the list of needs, as far as there is a list.

        Unpaid hours come from members.
        """
        hours = self.number("matching", "contract_hours") + self.number("matching", "social_own_hours") * self.following
        wanted_hours = max(0.0, hours * self.residents / 1000.0 / SOCIALS + self.own_hours)
        self.capacity += self.number("matching", "renewal") * (wanted_hours - self.capacity)
        listed = min(1.0, self.number("matching", "listing"))
        skill, demand = plain(self.table)["skill"][self.row], self.model.demand[self.community]
        strongest = demand.max()
        if strongest > 0.0:
            wanted = self.number("matching", "social_skill") * demand / strongest
            pace = self.number("matching", "learning") * listed
            skill += pace * (wanted - skill).clip(min=0.0)
