"""Residents, and residents in the role of volunteers, as Mesa agents."""

from __future__ import annotations

from typing import Any

from sim.agents.residents import FORMS, NEVER
from sim.agents.ties import KINDS
from sim.agents.views import View
from sim.table import column


class Person(View):
    """Attributes that residents and volunteers share; all are columns of the residents' table."""

    community = column("Row of the community.")
    building = column("Row of the building.")
    household = column("Row of the household.")
    age = column("Years.")
    education = column("0 primary or none, 1 junior middle, 2 senior middle, 3 tertiary.")
    income = column("0 low, 1 middle, 2 high.")
    party_member = column("Whether a Party member.")
    migrant = column("Whether the household is registered elsewhere.")
    owner = column("Whether the household owns its home.")
    online = column("Whether able to use online services.")
    cooperation = column("0 conditional, 1 free rider, 2 hump-shaped, 3 unconditional.")
    trust = column("Voiced trust, 0..1.")
    efficacy = column("Belief that taking part changes something, 0..1.")
    belonging = column("Belonging, 0..1.")
    habit = column("Habit of taking part, 0..1.")
    fatigue = column("Wear from volunteering, 0..1.")
    resting = column("Whether burnt out, and so giving no volunteer time for a while.")
    first_asked = column("0 has not volunteered yet, 1 began on one's own, 2 began because somebody asked.")
    voted = column("Week of the last vote for the residents' committee.")
    expectation = column("Expected quality, 0..1.")
    performance = column("Remembered quality, 0..1.")
    satisfaction = column("Satisfaction, 0..1.")
    hours_given = column("Volunteer hours in the running year.")
    took_part = column("Week of last taking part.")
    registered = column("Whether a registered volunteer.")

    @property
    def table(self) -> Any:
        """The model's table of residents."""
        return self.model.residents


class Resident(Person):
    """One resident."""

    @property
    def neighbours(self) -> list[Resident]:
        """Residents tied to this one, as agents."""
        ties = self.model.ties
        first = int(ties.start[self.row])
        rows = ties.to[first : first + int(ties.count[self.row])]
        return [self.model.resident(int(row)) for row in rows]

    @property
    def ties(self) -> dict[int, str]:
        """Kind of tie by the row of the other resident."""
        ties = self.model.ties
        first = int(ties.start[self.row])
        slots = range(first, first + int(ties.count[self.row]))
        return {int(ties.to[slot]): KINDS[ties.kind[slot]] for slot in slots}

    @property
    def last_form(self) -> str | None:
        """Form of last taking part, or None if never."""
        return None if self.took_part == NEVER else FORMS[self.table.form[self.row]]


class Volunteer(Person):
    """A resident in the role of a registered volunteer."""

    @property
    def resident(self) -> Resident:
        """The resident who volunteers."""
        return self.model.resident(self.row)
