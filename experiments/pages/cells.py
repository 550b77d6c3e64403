"""Cells and heads of tables of differences."""

from __future__ import annotations

import math
from typing import Any

from experiments import formats
from experiments.analyses.intervals import is_clear
from experiments.page import Estimate
from experiments.text import text
from sim.outcomes import OUTCOMES


def estimate(name: str, row: Any, language: str) -> str:
    """A difference, with its interval if it has one, from a row with ``effect``, ``low`` and ``high``."""
    outcome = OUTCOMES[name]
    value = formats.change(outcome, row["effect"])
    if math.isnan(row["low"]):
        return value
    interval = formats.interval(outcome, row["low"], row["high"], language)
    words = text(language, "format.change_interval", change=value, interval=interval)
    return Estimate(words, value, interval, is_clear(row["low"], row["high"]))


def change_header(name: str, language: str) -> str:
    """Label of an outcome with the unit of its differences."""
    outcome = OUTCOMES[name]
    return with_unit(outcome.label[language], formats.change_unit_alone(outcome, language), language)


def with_unit(label: str, unit: str, language: str) -> str:
    """Label with a unit beside it."""
    return text(language, "format.with_unit", label=label, unit=unit)
