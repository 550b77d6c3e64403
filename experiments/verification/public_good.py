"""A public good among strangers: the cooperation types and the norm rule of the model in the laboratory's game.

Types are those of Fischbacher, Gächter & Fehr (2001): 50 % conditional, 33 % free riders, 14 % hump-shaped, the rest
helpers. In the process ``participation`` all meet one occasion a round, nothing but norms counts, and what others did
in the round before is what they see: two halves of the subjects, each tied to all of the other, decide in turn, in
rounds 12 weeks apart because the model remembers 13 weeks. One round in a large group is then a map F of the share
before: what the model gives is compared with F of the share that was really seen, round by round.

The laboratory's own path is that of Fischbacher & Gächter (2010): beliefs follow others slowly, and contributions fall
short of them. The model has neither, and gives or gives nothing; so its decay is compared with the laboratory's, but
not judged by it.
"""

from __future__ import annotations

import numpy as np

from experiments.verification.finding import EXACT, STANDARD_ERRORS, Check, Curve, Findings, allowed
from experiments.verification.setting import NO_GROUPS, logistic, only, place, ties_to
from sim.agents.residents import CONDITIONAL, FREE_RIDER, HUMP_SHAPED, NEVER, UNCONDITIONAL
from sim.catalogue import default
from sim.processes import participation

HALF, ROUNDS, APART = 1000, 10, 12
SHARES = {CONDITIONAL: 0.50, FREE_RIDER: 0.33, HUMP_SHAPED: 0.14, UNCONDITIONAL: 0.03}
FIRST = 0.5  # contributed before the first decision that sees others (E199)
ONLY_NORMS = 20.0  # log-odds: free riders then give nothing, as in the laboratory
PERFECT = 2.0  # conditional cooperators then match what they see one for one at the start
LAST_ROUND_ZERO = 0.73  # E200


def given_by(kind: int, seen: np.ndarray | float, weight: float) -> np.ndarray:
    """Chance to give of one type who sees this share of others give; half is usual."""
    pull = {
        CONDITIONAL: np.clip((np.asarray(seen) - FIRST) / 0.5, -1.0, 1.0),
        FREE_RIDER: np.asarray(-1.0),
        HUMP_SHAPED: 1.0 - 4.0 * np.abs(np.asarray(seen) - 0.5),
        UNCONDITIONAL: np.asarray(1.0),
    }[kind]
    return logistic(weight * pull)


def given(seen: float, weight: float) -> float:
    """Mean share that gives next."""
    return float(sum(share * given_by(kind, seen, weight) for kind, share in SHARES.items()))


def variance(seen: float, weight: float) -> float:
    """Variance of the share that gives, of so many subjects of each type."""
    chances = {kind: float(given_by(kind, seen, weight)) for kind in SHARES}
    return sum(SHARES[kind] * one * (1.0 - one) for kind, one in chances.items()) / HALF


def laboratory() -> np.ndarray:
    """Contributions by round after Fischbacher & Gächter (2010), with each type's own schedule as preference."""
    belief, path = FIRST, []
    for _ in range(ROUNDS):
        preference = SHARES[CONDITIONAL] * belief + SHARES[HUMP_SHAPED] * min(belief, 1.0 - belief)
        preference += SHARES[UNCONDITIONAL]
        path.append(0.67 * belief + 0.24 * preference)
        belief = 0.569 * belief + 0.415 * path[-1]
    return np.array(path)


def played(weight: float, seed: int) -> np.ndarray:
    """Share that gives in each round of the model's game, after the share before the first."""
    model = place(2, HALF, seed)
    residents, halves = model.residents, (np.arange(HALF), HALF + np.arange(HALF))
    kinds = np.repeat(list(SHARES), [round(share * HALF) for share in SHARES.values()])
    luck = np.random.default_rng(seed)
    for half in halves:
        residents.cooperation[half] = luck.permutation(kinds)
    residents.age[:] = 40
    model.ties = ties_to([halves[1]] * HALF + [halves[0]] * HALF)
    p = model.numbers.participation
    only(p, norms=weight, usual_share=FIRST, group_threshold=NO_GROUPS)
    model.plan = [("participation", participation.run)]
    residents.took_part[:] = NEVER
    residents.took_part[halves[1][: HALF // 2]] = model.week
    path = [FIRST]
    for turn in range(ROUNDS):
        model.week += APART - 1
        p.occasion[:] = np.arange(2) == turn % 2
        model.step()
        path.append(float((residents.took_part[halves[turn % 2]] == model.week).mean()))
    return np.array(path)


def findings(seed: int) -> Findings:
    """Play with norms of three weights: that of an ordinary week, perfect matching at first, and nothing else."""
    rounds = np.arange(1, ROUNDS + 1, dtype=float)
    checks, curves = [], []
    for name, weight in (("field", default("participation.norms")), ("perfect", PERFECT), ("only", ONLY_NORMS)):
        path = played(weight, seed)
        expected = np.array([given(one, weight) for one in path[:-1]])
        error = np.sqrt([variance(one, weight) for one in path[:-1]])
        gaps = (path[1:] - expected) / np.maximum(error, 1.0 / HALF)
        mean = float(gaps.sum() / np.sqrt(ROUNDS))
        checks += [
            Check("public_good_round", 0.0, float(np.abs(gaps).max()), allowed(ROUNDS), f"{weight:g}"),
            Check("public_good_mean", 0.0, mean, STANDARD_ERRORS, f"{weight:g}"),
        ]
        exact = [FIRST]
        for _ in range(ROUNDS):
            exact.append(given(exact[-1], weight))
        line = np.array(exact[1:])
        curves.append(
            Curve(f"public_good_{name}", rounds, line, rounds, path[1:], STANDARD_ERRORS * error, f"{weight:g}")
        )
    rises = int((np.diff(path) > STANDARD_ERRORS * error).sum())
    checks += [
        Check("public_good_rises", 0.0, float(rises), EXACT),
        Check("public_good_zero", LAST_ROUND_ZERO, float(1.0 - path[-1]), np.nan),
        Check("public_good_laboratory", float(laboratory()[-1]), float(path[-1]), np.nan),
    ]
    curves.append(Curve("public_good_laboratory", rounds, laboratory()))
    return Findings("public_good", checks, curves)
