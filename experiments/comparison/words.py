"""What comparisons say: one sentence for each design, with how much it can bear."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from experiments import formats
from experiments.page import Statement
from experiments.strength import Strength, strength
from experiments.text import text
from sim.outcomes import OUTCOMES

Row = Mapping[str, Any]


def change_told(row: Row, language: str) -> str:
    """A difference with its unit and, where there is one, its interval."""
    outcome = OUTCOMES[row["outcome"]]
    words = formats.change_in_words(outcome, row["effect"], language)
    if math.isnan(row["low"]):
        return words
    interval = formats.interval(outcome, row["low"], row["high"], language)
    return text(language, "format.change_interval", change=words, interval=interval)


def cell(row: Row, language: str) -> str:
    """A difference with its interval, without the unit, for a table."""
    outcome = OUTCOMES[row["outcome"]]
    words = formats.change(outcome, row["effect"])
    if math.isnan(row["low"]):
        return words
    interval = formats.interval(outcome, row["low"], row["high"], language)
    return text(language, "format.change_interval", change=words, interval=interval)


def graded(design: str, row: Row, language: str) -> Statement:
    """What a design does to one outcome, with its grade."""
    outcome = OUTCOMES[row["outcome"]]
    rests_on: Strength = strength(row["effect"], row["low"], row["high"])
    words = text(
        language,
        "compare.statement",
        design=design,
        outcome=outcome.label[language],
        before=formats.level(outcome, row["base"], language),
        after=formats.level(outcome, row["value"], language),
        change=change_told(row, language),
    )
    if row["n"] > 1 and not math.isnan(row["chance_better"]):
        better = round(row["chance_better"] * row["n"])
        words += text(language, "general.better_in", better=better, pairs=int(row["n"]))
    return Statement(words, text(language, f"strength.{rests_on.kind}"), rests_on.kind)


def sentence(design: str, rows: list[Row], costs: Row, language: str) -> str:
    """One sentence on a design: each outcome with how sure it is, then what it costs."""
    told = []
    for row in rows:
        kind = strength(row["effect"], row["low"], row["high"]).kind
        grade = text(language, f"strength.{kind}")
        label = OUTCOMES[row["outcome"]].label[language]
        told.append(text(language, "compare.outcome", outcome=label, change=change_told(row, language), grade=grade))
    return text(
        language,
        "compare.sentence",
        design=design,
        outcomes=text(language, "format.semicolon").join(told),
        yuan=change_told(costs, language),
    )
