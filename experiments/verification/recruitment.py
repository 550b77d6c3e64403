"""Recruitment alone is a branching process: below one recruit a head it dies out, above one it may take off.

In the process ``participation`` there is no occasion but being asked. Acquaintances form trees in which each knows
``KNOWN`` people further on, so that nobody is asked twice and recruits of one generation are the next: a Galton-Watson
process whose recruits a head are binomial. The chance to have died out after g generations is the g-th iterate of the
generating function f(z) = (1 - p + p z)^KNOWN at 0, and its limit is the smallest fixed point of f.
"""

from __future__ import annotations

import numpy as np

from experiments.verification.finding import STANDARD_ERRORS, Check, Curve, Findings
from experiments.verification.setting import NO_GROUPS, only, place, ties_to
from sim.agents.residents import NEVER, NOT_ASKED
from sim.processes import participation

KNOWN, GENERATIONS = 3, 6
TREE = (KNOWN ** (GENERATIONS + 1) - 1) // (KNOWN - 1)
TREES, ROUNDS = 4, 250
RECRUITS = np.array([0.5, 0.8, 1.0, 1.2, 1.5, 2.0])  # mean recruits of one who took part
SAYS_YES = 0.8


def died_out(recruits: float, generations: int = GENERATIONS) -> float:
    """Chance that nobody of this generation takes part."""
    chance, p = 0.0, recruits / KNOWN
    for _ in range(generations):
        chance = (1.0 - p + p * chance) ** KNOWN
    return chance


def findings(seed: int) -> Findings:
    """Let one root of each tree take part, again and again, and see how often her line dies out."""
    model = place(RECRUITS.size, TREES * TREE, seed)
    residents = model.residents
    residents.age[:] = 40
    own = np.arange(TREE)
    children = [KNOWN * i + 1 + np.arange(KNOWN) for i in own]
    children = [one if one[-1] < TREE else one[:0] for one in children]
    firsts = np.arange(0, residents.size, TREE)
    model.ties = ties_to([first + one for first in firsts for one in children])
    only(
        model.numbers.participation,
        ask=RECRUITS / KNOWN / SAYS_YES,
        asked=np.log(SAYS_YES / (1.0 - SAYS_YES)),
        group_threshold=NO_GROUPS,
    )
    model.plan = [("participation", participation.run)]
    ended = np.zeros(RECRUITS.size)
    last = np.add.outer(firsts, own[-(KNOWN**GENERATIONS) :]).reshape(RECRUITS.size, -1, KNOWN**GENERATIONS)
    for _ in range(ROUNDS):
        residents.took_part[:], residents.asked[:] = NEVER, NOT_ASKED
        residents.took_part[firsts] = model.week
        for _ in range(GENERATIONS):
            model.step()
        ended += (residents.took_part[last] != model.week).all(axis=2).sum(axis=1)
    trials = TREES * ROUNDS
    share = ended / trials
    known = np.array([died_out(one) for one in RECRUITS])
    tolerance = STANDARD_ERRORS * np.sqrt(known * (1.0 - known) / trials)
    checks = [
        Check("recruitment_extinct", float(known[k]), float(share[k]), float(tolerance[k]), f"{one:g}")
        for k, one in enumerate(RECRUITS)
    ]
    line = np.linspace(0.3, 2.2, 191)
    return Findings(
        "recruitment",
        checks,
        [
            Curve(
                "recruitment",
                line,
                np.array([died_out(one) for one in line]),
                RECRUITS,
                share,
                tolerance,
                f"{GENERATIONS}",
            ),
            Curve("recruitment_limit", line, np.array([died_out(one, 10_000) for one in line])),
        ],
    )
