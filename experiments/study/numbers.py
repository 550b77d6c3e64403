"""Uncertainties: which numbers of the model a study varies, and in which ranges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from pydantic import Field, field_validator, model_validator

from experiments.designs.design import Factor
from experiments.study.texts import Strict
from sim import catalogue
from sim.catalogue import Entry
from sim.errors import closest
from sim.scenario import mechanism_entries

EMERGENCY = "emergency_strength"
_STRONGEST = 5.0


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

    numbers: tuple[str, ...] = Field(default=(), strict=False)
    ranges: dict[str, tuple[float, float]] = Field(default_factory=dict)
    without: tuple[str, ...] = Field(default=(), strict=False)
    grades: str = Field(default="ABCD", pattern="^[ABCD]+$")

    @field_validator("ranges", mode="before")
    @classmethod
    def _pairs(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        flat = dict(_flat(value))
        for name, pair in flat.items():
            numbers = isinstance(pair, list | tuple) and [one for one in pair if type(one) in (int, float)]
            if not numbers or len(numbers) != 2 or len(pair) != 2:
                raise ValueError(f"{name}: must be [low, high], got {pair!r}")
        return {name: (float(pair[0]), float(pair[1])) for name, pair in flat.items()}

    @model_validator(mode="after")
    def _known(self) -> Uncertainties:
        known = _entries()
        wrong = []
        for name in (*self.numbers, *self.without, *self.ranges):
            if "*" in name or "?" in name or "[" in name:
                if not any(fnmatchcase(one, name) for one in known):
                    wrong.append(f"no number matches {name!r}")
            elif name not in known and name != EMERGENCY:
                wrong.append(f"unknown number {name!r}{closest(name, known)}")
        for name, (low, high) in self.ranges.items():
            widest = (
                (0.0, _STRONGEST)
                if name == EMERGENCY
                else (known[name].low, known[name].high)
                if name in known
                else None
            )
            if widest and not widest[0] <= low < high <= widest[1]:
                wrong.append(
                    f"ranges.{name}: [{low:g}, {high:g}] must be a range within [{widest[0]:g}, {widest[1]:g}]"
                )
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def factors(self, used: Iterable[str]) -> list[Factor]:
        """Factors in the order of the catalogue.

        Parameters
        ----------
        used : iterable of str
            Mechanisms of the study: patterns choose no numbers of others.
        """
        chosen = [one for one in self._chosen(set(used)) if one.low < one.high or one.name in self.ranges]
        factors = [
            Factor(one.name, *bounds, min(max(one.value, bounds[0]), bounds[1]), bounds)
            for one in chosen
            for bounds in [self.ranges.get(one.name, (one.low, one.high))]
        ]
        if EMERGENCY in self.numbers or EMERGENCY in self.ranges:
            bounds = self.ranges.get(EMERGENCY, (0.0, 2.0))
            factors.append(Factor(EMERGENCY, *bounds, min(max(1.0, bounds[0]), bounds[1]), bounds))
        return factors

    def _chosen(self, used: set[str]) -> Iterator[Entry]:
        from experiments.uncertain import mechanism_numbers, process_numbers

        sweepable = {one.name for one in (*process_numbers(self.grades), *mechanism_numbers(sorted(used)))}
        for name, entry in _entries().items():
            if any(fnmatchcase(name, left_out) for left_out in self.without):
                continue
            by_name = name in self.numbers or name in self.ranges
            by_pattern = name in sweepable and entry.grade in self.grades
            if by_name or (by_pattern and any(fnmatchcase(name, pattern) for pattern in self.numbers)):
                yield entry


def _entries() -> dict[str, Entry]:
    return {one.name: one for one in (*catalogue.entries(), *mechanism_entries())}


def _flat(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Entries by dotted name: TOML reads an unquoted ``needs.arrival`` as a table in a table."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
