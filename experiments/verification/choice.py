"""Participation without social terms is a logistic choice: chance of an occasion times the mean logistic of traits.

The process ``participation`` runs with norms, asking and habit off. What it must give is worked out here anew from
residents' traits: resources, engagement, personal leaning and the cost of access.
"""

from __future__ import annotations

import numpy as np

from experiments.verification.finding import STANDARD_ERRORS, Check, Curve, Findings
from experiments.verification.setting import NO_GROUPS, logistic, only, place
from sim import Community
from sim.counters import RATE_ACTS
from sim.processes import participation

BASES = np.linspace(-4.0, 2.0, 7)
RESIDENTS, WEEKS, OCCASION = 200, 150, 0.5
WEIGHTS = {
    "education": 0.3,
    "party": 0.4,
    "time": 0.2,
    "trust": 0.16,
    "efficacy": 0.25,
    "belonging": 0.2,
    "disposition": 0.9,
    "access_cost": 0.35,
    "frail_access": 1.0,
}


def leaning(model: Community) -> np.ndarray:
    """Log-odds of a yes of each resident, without the base."""
    r, w = model.residents, WEIGHTS
    return (
        w["education"] * (r.education - 1.5)
        + w["party"] * r.party_member
        + w["time"] * (r.free_hours / 20.0 - 1.0)
        + w["trust"] * (r.trust - 0.5) / 0.2
        + w["efficacy"] * (r.efficacy - 0.5) / 0.2
        + w["belonging"] * (r.belonging - 0.5) / 0.2
        + w["disposition"] * r.disposition
        - w["access_cost"] * np.where(r.age >= 75, 1.0 + w["frail_access"], 1.0)
    )


def findings(seed: int) -> Findings:
    """Compare acts by adult and week in communities that differ in the base alone."""
    model = place(BASES.size, RESIDENTS, seed)
    only(
        model.numbers.participation,
        occasion=OCCASION,
        base_rate=BASES,
        group_threshold=NO_GROUPS,
        **WEIGHTS,
    )
    model.plan = [("participation", participation.run)]
    acts = np.zeros(BASES.size)
    for _ in range(WEEKS):
        model.step()
        acts += model.counts[:, RATE_ACTS]
    adult, home, own = model.residents.age >= 18, model.residents.community, leaning(model)
    checks, known, simulated, tolerance = [], np.zeros(BASES.size), np.zeros(BASES.size), np.zeros(BASES.size)
    for c, base in enumerate(BASES):
        chance = OCCASION * logistic(base + own[adult & (home == c)])
        known[c], simulated[c] = chance.mean(), acts[c] / chance.size / WEEKS
        tolerance[c] = STANDARD_ERRORS * np.sqrt((chance * (1.0 - chance)).sum() / WEEKS) / chance.size
        checks.append(Check("choice_mean", float(known[c]), float(simulated[c]), float(tolerance[c]), f"{base:g}"))
    line = np.linspace(BASES[0], BASES[-1], 100)
    everybody = [float((OCCASION * logistic(base + own[adult])).mean()) for base in line]
    return Findings("choice", checks, [Curve("choice", line, np.array(everybody), BASES, simulated, tolerance)])
