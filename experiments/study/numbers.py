"""Uncertainties: which numbers of the model a study varies, and in which ranges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Any

from pydantic import Field, field_validator

from experiments.designs.design import Factor
from experiments.schema import Suggested
from experiments.study.names import EMERGENCY, NumberName, is_pattern, number_entries, number_names
from experiments.study.texts import Strict
from experiments.told import shown
from sim.mechanisms import mechanisms

STRONGEST = 5.0  # times that an emergency may be as strong as in its data


class Uncertainties(Strict):
    """Numbers that are varied together with, or across, the levers.

    Attributes
    ----------
    numbers : tuple of str
        Dotted names (``needs.arrival``) or patterns (``routing.*``, ``three_lists.*``; ``*`` is every number that the
        study's answer may hang on). ``emergency_strength`` scales the scenario's emergencies.
    ranges : dict of str to (low, high)
        Instead of the catalogue's ranges. A number that stands here need not stand in ``numbers``.
    without : tuple of str
        Names or patterns that are left out.
    grades : str
        Grades of evidence from which patterns choose: ``CD`` for the weakly evidenced ones.
    """

    numbers: tuple[NumberName, ...] = Field(default=(), strict=False)
    ranges: dict[NumberName, tuple[float, float]] = Field(default_factory=dict)
    without: tuple[NumberName, ...] = Field(default=(), strict=False)
    grades: str = Field(default="ABCD", pattern="^[ABCD]+$")

    @field_validator("ranges", mode="before", json_schema_input_type=Annotated[dict[str, Any], Suggested(number_names)])
    @classmethod
    def _pairs(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        flat = dict(dotted(value))
        wrong = [
            f"{name}: must be [low, high], got {shown(pair)}"
            for name, pair in flat.items()
            if not isinstance(pair, list | tuple)
            or len(pair) != 2
            or any(type(one) not in (int, float) for one in pair)
        ]
        if wrong:
            raise ValueError("\n".join(wrong))
        return {name: tuple(pair) for name, pair in flat.items()}

    @field_validator("ranges")
    @classmethod
    def _within_the_catalogue(cls, ranges: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
        known, wrong = number_entries(), []
        for name, (low, high) in ranges.items():
            if is_pattern(name):
                wrong.append(f"{name}: a range belongs to one number, not to a pattern")
                continue
            least, most = (0.0, STRONGEST) if name == EMERGENCY else (known[name].low, known[name].high)
            if not least <= low < high <= most:
                wrong.append(f"{name}: [{low:g}, {high:g}] must be a range within [{least:g}, {most:g}]")
        if wrong:
            raise ValueError("\n".join(wrong))
        return ranges

    @property
    def given(self) -> bool:
        """Whether any number is named."""
        return bool(self.numbers or self.ranges)

    def factors(self, used: Iterable[str], values: Mapping[str, float] | None = None) -> list[Factor]:
        """Factors in the order of the catalogue.

        Parameters
        ----------
        used : iterable of str
            Mechanisms of the study: patterns choose no numbers of others.
        values : dict of str to float
            Values that the scenario gives instead of the catalogue's: the factors' bases.
        """
        bases = {name: one.value for name, one in number_entries().items()} | dict(values or {}) | {EMERGENCY: 1.0}
        return [
            Factor(name, low, high, min(max(bases[name], low), high), (low, high))
            for name, (low, high) in self._chosen(set(used)).items()
        ]

    def idle(self, used: Iterable[str]) -> list[str]:
        """Of the names and patterns in ``numbers`` those that choose no number of the study."""
        chosen, used = self._chosen(set(used)), set(used)
        return [
            name
            for name in self.numbers
            if not any(fnmatchcase(one, name) for one in chosen) or not (is_pattern(name) or _belongs(name, used))
        ]

    def _chosen(self, used: set[str]) -> dict[str, tuple[float, float]]:
        """Range of each number that is varied."""
        from experiments.uncertain import mechanism_numbers, process_numbers

        sweepable = {one.name for one in (*process_numbers(self.grades), *mechanism_numbers(sorted(used)))}
        patterns = [name for name in self.numbers if is_pattern(name)]
        chosen = {}
        for name, entry in number_entries().items():
            by_name = name in self.numbers or name in self.ranges
            by_pattern = (
                name in sweepable and entry.grade in self.grades and any(fnmatchcase(name, one) for one in patterns)
            )
            low, high = self.ranges.get(name, (entry.low, entry.high))
            if (by_name or by_pattern) and low < high:
                chosen[name] = (low, high)
        if EMERGENCY in (*self.numbers, *self.ranges):
            chosen[EMERGENCY] = self.ranges.get(EMERGENCY, (0.0, 2.0))
        return {name: pair for name, pair in chosen.items() if not any(fnmatchcase(name, out) for out in self.without)}


def _belongs(name: str, used: set[str]) -> bool:
    """Whether a number is one of a process, or of a mechanism that the study uses."""
    owner = name.partition(".")[0]
    return owner not in mechanisms() or owner in used


def dotted(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Entries by dotted name: TOML reads an unquoted ``needs.arrival`` as a table in a table."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from dotted(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
