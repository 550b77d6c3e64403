"""Influence alone converges to the fixed point of Friedkin & Johnsen (1990): x = (1 - s) a + s W x.

The process ``influence`` runs on the ties that the model built, with no news to tell and ties that neither fade nor
form. The fixed point is solved from the ties' matrix W, the anchors a and the susceptibility s.
"""

from __future__ import annotations

import numpy as np

from experiments.verification.finding import ROUNDING, Check, Curve, Findings
from experiments.verification.setting import place, put
from sim import Community
from sim.processes import influence

RESIDENTS, WEEKS, PACE = 150, 1200, 0.8
SUSCEPTIBILITIES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9)


def fixed_point(model: Community, susceptibility: float) -> np.ndarray:
    """Voiced trust that no revision changes any more; who has no tie hears only herself."""
    count = model.residents.size
    weights = np.zeros((count, count))
    for i in range(count):
        first = model.ties.start[i]
        others = model.ties.to[first : first + model.ties.count[i]]
        weights[i, others if others.size else i] = 1.0 / max(1, others.size)
    anchors = (1.0 - susceptibility) * model.residents.trust_anchor
    return np.linalg.solve(np.eye(count) - susceptibility * weights, anchors)


def findings(seed: int) -> Findings:
    """Compare the voiced trust of every resident in the end."""
    checks, simulated = [], []
    for susceptibility in SUSCEPTIBILITIES:
        model = place(1, RESIDENTS, seed)
        luck = np.random.default_rng(seed)
        model.residents.trust_anchor[:] = luck.random(RESIDENTS)
        model.residents.trust[:] = luck.random(RESIDENTS)
        put(model.numbers.influence, susceptibility=susceptibility, pace=PACE)
        put(model.numbers.network, dissolve=0.0, encounter=0.0)
        model.plan = [("influence", influence.run)]
        for _ in range(WEEKS):
            model.step()
        exact = fixed_point(model, susceptibility)
        worst = float(np.abs(model.residents.trust - exact).max())
        checks.append(Check("influence_point", 0.0, worst, ROUNDING, f"{susceptibility:g}"))
        simulated.append(float(model.residents.trust.std()))
    line = np.linspace(0.0, 0.95, 20)
    spread = np.array([fixed_point(model, one).std() for one in line])
    points = np.array(SUSCEPTIBILITIES)
    return Findings("influence", checks, [Curve("influence", line, spread, points, np.array(simulated))])
