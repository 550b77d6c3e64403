"""Threshold norms on a complete graph: Granovetter's (1978) cascade, and its collapse when one threshold changes.

In the process ``participation`` all meet an occasion every week, all are conditional cooperators, and personal leaning
is set so that weight x (pull of the norm + leaning) is positive if and only if at least as many others take part as the
resident's threshold says; with a large weight the logistic choice is then a step.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from experiments.verification.finding import EXACT, Check, Curve, Findings
from experiments.verification.setting import NO_GROUPS, everyone_tied, only, place
from sim.agents.residents import CONDITIONAL
from sim.processes import participation

PEOPLE = 100
WEEKS = PEOPLE + 2  # one more takes part each week at the slowest
MEAN = 25.0
SPREADS = np.array([4.0, 8.0, 10.0, 11.0, 12.0, 13.0, 14.0, 16.0, 20.0, 26.0])
WEIGHT = 1e5


def known(thresholds: np.ndarray) -> int:
    """How many take part in the end: the first k at which no threshold says that k others are enough."""
    k = 0
    for one in np.sort(thresholds):
        if one > k:
            break
        k += 1
    return k


def simulated(crowds: list[np.ndarray], seed: int) -> np.ndarray:
    """How many take part in the end in each crowd; each is a community."""
    model = place(len(crowds), PEOPLE, seed)
    rows = [np.arange(one.start, one.stop) for one in model.communities]
    residents, share = model.residents, 1.0 / (PEOPLE - 1)
    for group, thresholds in zip(rows, crowds, strict=True):
        order = np.random.default_rng(seed).permutation(PEOPLE)
        residents.disposition[group[order]] = 1.0 - 2.0 * (thresholds - 0.5) * share
    residents.age[:], residents.cooperation[:] = 40, CONDITIONAL
    model.ties = everyone_tied(rows)
    only(
        model.numbers.participation,
        occasion=1.0,
        norms=WEIGHT,
        disposition=WEIGHT,
        usual_share=0.5,  # the pull is then twice the share, less one
        group_threshold=NO_GROUPS,
    )
    model.plan = [("participation", participation.run)]
    for _ in range(WEEKS):
        model.step()
    return np.array([(residents.took_part[group] == model.week).sum() for group in rows])


def normal_crowd(spread: float) -> np.ndarray:
    """Thresholds of a crowd whose quantiles are those of a normal distribution."""
    return np.ceil(norm.ppf((np.arange(PEOPLE) + 0.5) / PEOPLE, MEAN, spread))


def findings(seed: int) -> Findings:
    """Run the two crowds of Granovetter's example, and crowds of normal thresholds with his critical spread."""
    uniform = np.arange(PEOPLE, dtype=float)
    changed = np.where(uniform == 1.0, 2.0, uniform)
    found = simulated([uniform, changed, *map(normal_crowd, SPREADS)], seed)
    checks = [
        Check("cascade_all", float(known(uniform)), float(found[0]), EXACT),
        Check("cascade_one", float(known(changed)), float(found[1]), EXACT),
    ]
    checks += [
        Check("cascade_spread", float(known(normal_crowd(spread))), float(found[2 + k]), EXACT, f"{spread:g}")
        for k, spread in enumerate(SPREADS)
    ]
    line = np.linspace(2.0, 28.0, 261)
    ends = np.array([known(normal_crowd(spread)) for spread in line], float)
    return Findings("cascade", checks, [Curve("cascade", line, ends, SPREADS, found[2:].astype(float))])
