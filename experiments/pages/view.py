"""What the sections of a page share: the result, the language, the figures, and how much is told."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from experiments import formats
from experiments.analyses.intervals import is_clear
from experiments.page import Picture, Statement
from experiments.pages.cells import change_header, estimate
from experiments.pages.compared import Compared, compared
from experiments.result import StudyResult
from experiments.screening import number_label
from experiments.strength import Strength
from experiments.text import text
from sim.outcomes import OUTCOMES


@dataclass(frozen=True, eq=False)
class View:
    """A page in the making.

    Attributes
    ----------
    result : StudyResult
    language : str
    figures : dict of str to str
        File of each figure by its name.
    full : bool
        Whether it is the report, not the short page.
    """

    result: StudyResult
    language: str
    figures: Mapping[str, str] = field(default_factory=dict)
    full: bool = False

    @functools.cached_property
    def compared(self) -> Compared | None:
        """Policies against their reference."""
        return compared(self.result)

    def say(self, id: str, **values: Any) -> str:
        """A text of the page in its language."""
        return text(self.language, id, **values)

    def listed(self, items: Sequence[str], sign: str = "semicolon") -> str:
        """Items in a row."""
        return self.say(f"format.{sign}").join(items)

    def outcome(self, name: str) -> str:
        """Label of an outcome."""
        return OUTCOMES[name].label[self.language]

    def policy(self, number: int) -> str:
        """Label of a policy."""
        assert self.compared is not None, "a page without policies names none"
        return self.compared.label(number, self.language)

    def pictures(self, *names: str) -> list[Picture]:
        """Those of some figures that were drawn."""
        return [
            Picture(self.say(f"figure.{name}"), self.figures[name], self.say(f"figure.{name}_note"))
            for name in names
            if name in self.figures
        ]

    def level(self, name: str, number: float) -> str:
        """Value of an outcome with its unit."""
        return formats.level(OUTCOMES[name], number, self.language)

    def change(self, name: str, row: Mapping[str, Any]) -> str:
        """A difference with its unit and, where there is one, its interval: ``+2.5 points (+1.0 to +4.0)``."""
        outcome = OUTCOMES[name]
        words = formats.change_in_words(outcome, row["effect"], self.language)
        if math.isnan(row["low"]):
            return words
        interval = formats.interval(outcome, row["low"], row["high"], self.language)
        return self.say("format.change_interval", change=words, interval=interval)

    def cell(self, name: str, row: Mapping[str, Any] | None) -> str:
        """A difference for a table: with its interval in the report, else with a star where that excludes 0."""
        if row is None:
            return "–"
        if self.full:
            return estimate(name, row, self.language)
        return f"{formats.change(OUTCOMES[name], row['effect'])}{'*' if is_clear(row['low'], row['high']) else ' '}"

    def header(self, name: str) -> str:
        """Label of an outcome with the unit of its differences."""
        return change_header(name, self.language)

    def column(self, name: str) -> str:
        """Head of a column of differences: with the unit where there is room for it, else see :meth:`units_note`."""
        return self.header(name) if self.full else self.outcome(name)

    def units_note(self, names: Sequence[str]) -> str:
        """Units of columns whose heads do not name them."""
        return "" if self.full else self.say("general.units", units=self.listed([self.header(name) for name in names]))

    @property
    def table_note(self) -> str:
        """How the cells of a table of differences are to be read."""
        return self.say("general.interval_note" if self.full else "general.star_note")


def graded(words: str, rests_on: Strength, name: str, effect: float, language: str) -> Statement:
    """A sentence on an effect on an outcome with its grade, and the reason for it."""
    grade = text(language, f"strength.{rests_on.kind}")
    return Statement(words, grade, rests_on.kind, _reason(rests_on, name, effect, language))


def _reason(rests_on: Strength, name: str, effect: float, language: str) -> str:
    """What the screening says of the assumed numbers behind a sentence; nothing where there is none."""
    if not rests_on.top or math.isnan(effect):
        return ""
    counted = text(language, "strength.counted", assumed=rests_on.assumed, top=rests_on.top)
    if not rests_on.number:
        return counted + text(language, "strength.none")
    outcome = OUTCOMES[name]
    moved = text(
        language,
        "strength.moved",
        number=number_label(rests_on.number, language),
        moves=formats.bare_level(outcome, rests_on.moves),
        unit=formats.change_unit(outcome, language),
    )
    times = abs(rests_on.moves / effect) if effect else float("inf")
    size = text(language, "strength.times", times=f"{times:.1f}") if times < 100 else text(language, "strength.dwarfs")
    return counted + moved + size
