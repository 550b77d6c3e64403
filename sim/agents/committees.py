"""The residents' committee with its social workers."""

from __future__ import annotations

from sim.agents.views import OrganizationView


class ResidentsCommittee(OrganizationView):
    """The committee of one community. Its staff's columns stand in the table of communities."""

    def _of(self, name: str) -> float:
        return float(getattr(self.model.communities, name)[self.community])

    @property
    def posts(self) -> float:
        """Staff posts, full-time equivalents."""
        return self._of("posts")

    @property
    def social_workers(self) -> float:
        """Posts that are filled, full-time equivalents."""
        return self._of("posts") * self._of("filled")

    @property
    def motivation(self) -> float:
        """Motivation of staff, 0..1."""
        return self._of("motivation")

    @property
    def skill(self) -> float:
        """Mean experience of staff, 0..1."""
        return self._of("skill")

    @property
    def generalists(self) -> float:
        """Share of staff who can do all kinds of work, 0..1."""
        return self._of("generalists")

    @property
    def paper_share(self) -> float:
        """Share of staff hours that paperwork takes, 0..1."""
        return self._of("paper_share")

    @property
    def load(self) -> float:
        """Hours asked for, relative to the hours there are."""
        return self._of("load")

    @property
    def fund(self) -> float:
        """Yuan left this year for services and small projects."""
        return self._of("fund")

    @property
    def budget(self) -> float:
        """Yuan left this year for mechanisms, guaranteed money included."""
        return self._of("budget") + self._of("guaranteed")
