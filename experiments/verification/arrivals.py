"""Needs arise at their rates: by category, by age of the resident, in buildings, and in an emergency.

A resident has a need in a week with the chance in her column ``need_chance``, of a category by the weights of her age;
an emergency multiplies the rate of each category by its own factor, so that what it does not touch stays as it was.
The process ``needs`` runs alone, and each count is compared with its binomial expectation.
"""

from __future__ import annotations

import numpy as np

from experiments.verification.finding import Check, Findings, allowed
from experiments.verification.setting import place, put
from sim import Community
from sim.agents.residents import AGE_BANDS
from sim.emergency_kinds import emergency_kinds
from sim.needs_table import CATEGORIES
from sim.processes import needs

PEOPLE, WEEKS = 2000, 150
HOUSES = len(AGE_BANDS)  # row of the needs that buildings share, after those of the age bands
# Needs are as many as there can be without a chance above 1, so that there is something to count.
MORE = 4.0  # times as many of residents
SHARED = 0.15  # shared ones by household and year: a building has at most one a week, also in a flood


def factors_of(kind: str) -> np.ndarray:
    """Factor of an emergency on each category."""
    surge = emergency_kinds()[kind].surge
    return np.array([surge[one].value if one in surge else 1.0 for one in CATEGORIES])


def gaps(factors: np.ndarray, seed: int) -> np.ndarray:
    """Counted less expected needs in standard errors.

    Age bands and buildings x categories and their sum; 0 where none can arise.
    """
    model = place(1, PEOPLE, seed)
    chance = MORE * np.asarray(model.residents["need_chance"])
    model.residents.need_chance[:] = chance
    put(model.numbers.needs, shared_arrival=SHARED, easy_questions=0.0)
    ordinary = np.diff(model.tables.mix[0], axis=1, prepend=0.0)
    shared = np.diff(model.tables.shared_mix[0], prepend=0.0)
    band = np.digitize(model.residents.age, AGE_BANDS) - 1
    chances = [chance[band == k, None] * (ordinary[k] * factors) for k in range(HOUSES)]
    chances.append((SHARED / 52.0 * model.buildings.households)[:, None] * (shared * factors))
    counted = np.zeros((HOUSES + 1, len(CATEGORIES)))

    def count(community: Community) -> None:
        new = community.needs[: int(community.index.used[0])]
        new = new[new["raised"] == community.week]
        row = np.where(new["building"] >= 0, HOUSES, band[new["resident"]])
        np.add.at(counted, (row, new["category"]), 1.0)

    model.set_surge(factors)
    model.plan = [("needs", needs.run), ("count", count)]
    for _ in range(WEEKS):
        model.step()
    expected = WEEKS * np.array([one.sum(axis=0) for one in chances])
    error = np.sqrt(WEEKS * np.array([(one * (1.0 - one)).sum(axis=0) for one in chances]))
    gap = counted - expected
    return np.column_stack([gap / np.maximum(error, 1.0), gap.sum(axis=1) / np.sqrt((error**2).sum(axis=1))])


def findings(seed: int) -> Findings:
    """Compare an ordinary time and one of every kind of emergency."""
    checks = []
    for kind in ("", *sorted(emergency_kinds())):
        found = np.abs(gaps(factors_of(kind) if kind else np.ones(len(CATEGORIES)), seed))
        name = "surge" if kind else "ordinary"
        checks += [
            Check(f"arrivals_{name}_own", 0.0, float(found[:HOUSES].max()), allowed(found[:HOUSES].size), kind),
            Check(f"arrivals_{name}_shared", 0.0, float(found[HOUSES].max()), allowed(found[HOUSES].size), kind),
        ]
    return Findings("arrivals", checks)
