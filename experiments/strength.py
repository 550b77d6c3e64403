"""How much a sentence on an effect can bear: whether it is clear of chance, and whether assumed numbers could turn it.

The rule, for an effect with its 95 % interval and the study's stored screening:

=============  =========================================================================================================
unclear        the interval includes 0
unscreened     it excludes 0; no screening that fits the model tells how much assumed numbers move this effect
firm           it excludes 0; no assumed number moves the effect by half of its size
conditional    it excludes 0; some assumed number moves the effect by half of its size, none by its whole size
hypothesis     it excludes 0; some assumed number moves the effect by its whole size or more, so it could turn it round
=============  =========================================================================================================

*Assumed* is a number of grade D. It *moves* the effect by its elementary effect ``mu_star``: the mean change of the
effect while the number walks its whole range and all others lie anywhere in theirs. Numbers that cannot be told from a
change of the seed do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from experiments.analyses.intervals import is_clear
from experiments.screening import CHANCE, TOP, stored_screening
from experiments.study import STUDIES, Study

FIRM, CONDITIONAL, HYPOTHESIS, UNSCREENED, UNCLEAR = STRENGTHS = (
    "firm",
    "conditional",
    "hypothesis",
    "unscreened",
    "unclear",
)
HALF = 0.5
ASSUMED = "D"


@dataclass(frozen=True)
class Strength:
    """Strength of a sentence.

    Attributes
    ----------
    kind : str
        A name in :data:`STRENGTHS`.
    assumed, top : int
        How many of the ``top`` most influential numbers are assumed; 0 of 0 without a screening.
    number : str
        The assumed number that moves the effect most; empty when none does more than chance.
    moves : float
        By how much, in the outcome's unit.
    """

    kind: str
    assumed: int = 0
    top: int = 0
    number: str = ""
    moves: float = 0.0


def strength(effect: float, low: float, high: float, screened: pd.DataFrame | None = None) -> Strength:
    """Strength of a sentence on an effect.

    Parameters
    ----------
    effect, low, high : float
        The effect and the ends of its 95 % interval, in the outcome's unit.
    screened : DataFrame
        Numbers by influence on this very effect, from :func:`screened_numbers`.
    """
    if screened is None:
        return Strength(UNSCREENED if is_clear(low, high) else UNCLEAR)
    first = screened.nsmallest(TOP, "rank")
    assumed = screened[(screened["grade"] == ASSUMED) & screened["above_chance"]]
    number, moves = "", 0.0
    if len(assumed):
        strongest = assumed.loc[assumed["mu_star"].idxmax()]
        number, moves = str(strongest["parameter"]), float(strongest["mu_star"])
    kind = UNCLEAR
    if is_clear(low, high):
        kind = FIRM if moves < HALF * abs(effect) else CONDITIONAL if moves < abs(effect) else HYPOTHESIS
    return Strength(kind, int((first["grade"] == ASSUMED).sum()), len(first), number, moves)


def screened_numbers(study: Study, outcome: str, folder: Path = STUDIES) -> pd.DataFrame | None:
    """Numbers of the model by their influence on the effect of all paths on an outcome.

    None where no screening is stored for the study, where it does not fit the model, or where it left the outcome out.
    """
    known = stored_screening(study, folder)
    if known is None or known.mismatches(study):
        return None
    part = known.table[(known.table["outcome"] == outcome) & (known.table["parameter"] != CHANCE)]
    return part if len(part) else None
