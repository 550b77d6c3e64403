"""Numbers as people read them: shares in per cent, differences of shares in points, the rest in its unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from experiments.text import text

if TYPE_CHECKING:
    from sim.outcomes import Outcome

SHARE, SCORE = "share", "points"
MINUS = "\N{MINUS SIGN}"


def scale(outcome: Outcome) -> float:
    """Factor from the model's number to the printed one: shares and scores run from 0 to 100."""
    return 100.0 if outcome.unit in (SHARE, SCORE) else 1.0


def level(outcome: Outcome, number: float, language: str) -> str:
    """Value of an outcome: ``42.3 %``, ``118``."""
    words = bare_level(outcome, number)
    return words if math.isnan(number) or outcome.unit != SHARE else text(language, "format.percent", number=words)


def bare_level(outcome: Outcome, number: float) -> str:
    """Value of an outcome without its unit: ``42.3``, ``118``."""
    return _signed(number * scale(outcome), _digits(outcome, number), plus=False)


def change(outcome: Outcome, number: float) -> str:
    """Signed difference: ``+12.8``; shares and scores in points."""
    return _signed(number * scale(outcome), _digits(outcome, number), plus=True)


def is_small(outcome: Outcome, number: float) -> bool:
    """Whether a difference prints as zero."""
    return change(outcome, number).strip("0.") == ""


def change_in_words(outcome: Outcome, number: float, language: str) -> str:
    """Signed difference with its unit: ``+12.8 points``."""
    return f"{change(outcome, number)} {change_unit(outcome, language)}"


def interval(outcome: Outcome, low: float, high: float, language: str) -> str:
    """An interval of differences: ``+12.0 to +13.5``."""
    return text(language, "format.interval", low=change(outcome, low), high=change(outcome, high))


def unit(outcome: Outcome, language: str) -> str:
    """Unit of an outcome's values."""
    if outcome.unit in (SHARE, SCORE):
        return "%" if outcome.unit == SHARE else text(language, "format.score")
    from sim.catalogue import units

    return units()[outcome.unit][language]


def change_unit(outcome: Outcome, language: str) -> str:
    """Unit of an outcome's differences."""
    if outcome.unit in (SHARE, SCORE):
        return text(language, "format.percentage_points" if outcome.unit == SHARE else "format.points")
    return unit(outcome, language)


def change_unit_alone(outcome: Outcome, language: str) -> str:
    """Unit of an outcome's differences without a number before it: for heads of tables, axes and brackets."""
    if outcome.unit == SHARE:
        return text(language, "format.percentage_points_alone")
    return change_unit(outcome, language)


def _digits(outcome: Outcome, number: float) -> int:
    size = abs(number)
    if outcome.unit in (SHARE, SCORE):
        return 1
    return 0 if size >= 100 else 1 if size >= 10 else 2


def _signed(number: float, digits: int, plus: bool) -> str:
    if math.isnan(number):
        return "–"
    words = f"{abs(number):,.{digits}f}"
    is_zero = float(words.replace(",", "")) == 0
    sign = "" if is_zero else MINUS if number < 0 else "+" if plus else ""
    return sign + words
