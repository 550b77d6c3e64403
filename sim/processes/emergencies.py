"""An emergency may start, run or end: while it lasts, more needs arise and it takes staff hours for itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.catalogue import numbers_of
from sim.emergency_kinds import emergency_kinds
from sim.needs_table import CATEGORIES

EmergenciesNumbers = numbers_of("emergencies")


def surge_of(scenario: Any, week: int) -> tuple[np.ndarray, float]:
    """Factor on the arrival of needs by category, and share of staff hours taken, in a week of the run.

    Emergencies that overlap multiply their surges; the share of staff hours is that of the worst.
    """
    factors, staff = np.ones(len(CATEGORIES)), 0.0
    for shock in scenario.emergencies:
        if shock.start <= week < shock.start + shock.weeks:
            kind = emergency_kinds()[shock.kind]
            for category, entry in kind.surge.items():
                factors[CATEGORIES.index(category)] *= 1.0 + (entry.value - 1.0) * shock.strength
            staff = max(staff, min(0.9, kind.staff.value * shock.strength))
    return factors, staff


def run(model: Any) -> None:
    """Set this week's surge of needs and the share of staff hours that the emergency takes."""
    if not model.scenario.emergencies:
        return
    factors, staff = surge_of(model.scenario, model.run_week)
    relief = 1.0 - model.numbers.emergencies.preparedness
    model.emergency_staff[:] = staff * relief
    model.set_surge(factors)
