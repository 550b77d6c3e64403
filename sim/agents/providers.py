"""Market and other providers: property company, charity fund, legal team."""

from __future__ import annotations

from sim.agents.views import OrganizationView


class ServiceProvider(OrganizationView):
    """The property company; without one, an empty seat."""


class CharityFund(OrganizationView):
    """The community's charity fund: donations follow trust and buy hours."""

    def each_quarter(self) -> None:
        """Count on what the next quarter will bring: donations grow with the residents' trust."""
        communities, c = self.model.communities, self.community
        trust = float(self.model.residents.trust[communities.start[c] : communities.stop[c]].mean())
        yuan = self.number("matching", "charity_yuan") * trust * self.residents / 52.0
        self.capacity = yuan / self.number("matching", "yuan_per_hour")


class LegalTeam(OrganizationView):
    """Judge, prosecutor, police officer and lawyer who come to the community (三官一律)."""

    def each_quarter(self) -> None:
        """Come for as many hours as are agreed."""
        self.capacity = self.number("disputes", "legal_hours") * self.residents / 1000.0
