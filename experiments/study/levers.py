"""Levers: what a policy can choose. A lever moves the doses, the start or the roll-out of mechanisms together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import Field, field_validator, model_validator

from experiments.designs.design import Factor
from experiments.study.names import Dose, MechanismName, each_once
from experiments.study.texts import Strict, Texts
from experiments.told import shown
from sim.errors import closest
from sim.mechanisms import mechanisms

LAST_START, LAST_PACE = 5200, 520
Specs = dict[str, dict[str, Any]]


class Lever(Strict):
    """One lever. It is exactly one of a dose, a start and a pace.

    Attributes
    ----------
    label : Texts
        By default the label of its mechanism.
    mechanisms : dict of str to float
        A dose: these doses, times the lever's value from 0 to 1; a bare list of names means doses of 1. A lever that
        says nothing moves the mechanism of its own name.
    start_of : tuple of str
        A start: the week from which these mechanisms are in force, counted from the end of the warm-up. The id of
        another lever stands for its mechanisms, here and in ``roll_out_of``.
    roll_out_of : tuple of str
        A pace: weeks from the start in one community to the start in the next, in the scenario's order; 0 is at once.
    values : tuple of float
        Levels of the lever, for designs of levels; by default ``low`` and ``high``.
    low, high : float
        Range, for designs that sample it; by default that of ``values``, or 0 to 1 for a dose.
    base : float
        Value in the baseline; by default 0 for a dose and a pace, 1 for a start.
    """

    label: Texts | None = None
    mechanisms: dict[MechanismName, Dose] = Field(default_factory=dict)
    start_of: tuple[MechanismName, ...] = Field(default=(), strict=False)
    roll_out_of: tuple[MechanismName, ...] = Field(default=(), strict=False)
    values: tuple[float, ...] = Field(default=(), strict=False)
    low: float | None = None
    high: float | None = None
    base: float | None = None

    @field_validator(
        "mechanisms", mode="before", json_schema_input_type=list[MechanismName] | dict[MechanismName, Dose]
    )
    @classmethod
    def _doses(cls, value: Any) -> Any:
        if isinstance(value, list) and all(isinstance(name, str) for name in value):
            value = dict.fromkeys(each_once(value), 1.0)
        if not isinstance(value, dict):
            raise ValueError(f"must be a list of names or a table of doses by name, got {shown(value)}")
        return value

    @field_validator("start_of", "roll_out_of", mode="before", json_schema_input_type=str | tuple[MechanismName, ...])
    @classmethod
    def _of_what(cls, value: Any) -> Any:
        if isinstance(value, str):
            raise ValueError(f"must be a list of mechanisms, or the name of a lever that has some, got {value!r}")
        if isinstance(value, list | tuple) and all(isinstance(name, str) for name in value):
            each_once(value)
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Lever:
        kinds = [name for name in ("mechanisms", "start_of", "roll_out_of") if getattr(self, name)]
        if not kinds:
            raise ValueError(
                "says nothing of what it moves; give it mechanisms, start_of or roll_out_of, or the name of a mechanism"
            )
        if len(kinds) > 1:
            raise ValueError(f"is one of mechanisms, start_of and roll_out_of; this is {' and '.join(kinds)}")
        wrong = [*self._wrong_values()]
        if wrong:
            raise ValueError("\n".join(wrong))
        return self

    def _wrong_values(self) -> Iterator[str]:
        given = {"values": self.values} | {
            name: (value,) for name in ("low", "high", "base") for value in [getattr(self, name)] if value is not None
        }
        for name, values in given.items():
            for value in values:
                if not self._least <= value <= self._most:
                    bounds = f"[{self._least:g}, {self._most:g}]"
                    yield f"{name}: {value:g} lies outside the range of a {self.kind}, {bounds}"
                elif self.whole and value != int(value):
                    yield f"{name}: {value:g} is no whole number of weeks"
        if len(set(self.values)) < len(self.values) or len(self.values) == 1:
            yield f"values: must be two or more, each once, got {list(self.values)}"
        low, high = self.range
        if low >= high:
            yield f"low must be less than high, got {low:g} and {high:g}"
        elif self.values and not low <= min(self.values) <= max(self.values) <= high:
            yield f"values: must lie within low and high, [{low:g}, {high:g}], got {list(self.values)}"

    @property
    def kind(self) -> str:
        """``dose``, ``start`` or ``pace``."""
        return "dose" if self.mechanisms else "start" if self.start_of else "pace"

    @property
    def whole(self) -> bool:
        """Whether its values are whole weeks."""
        return self.kind != "dose"

    @property
    def _least(self) -> float:
        return 1.0 if self.kind == "start" else 0.0

    @property
    def _most(self) -> float:
        return {"dose": 1.0, "start": float(LAST_START), "pace": float(LAST_PACE)}[self.kind]

    @property
    def range(self) -> tuple[float, float]:
        """Least and greatest value."""
        values = self.values or ((0.0, 1.0) if self.kind == "dose" else (self._least, 53.0))
        low = self.low if self.low is not None else min(values)
        high = self.high if self.high is not None else max(values)
        return low, high

    @property
    def baseline(self) -> float:
        """Value in the baseline."""
        return self.base if self.base is not None else self._least

    @property
    def names(self) -> tuple[str, ...]:
        """Mechanisms that it moves."""
        return tuple(self.mechanisms) or self.start_of or self.roll_out_of

    @property
    def is_switch(self) -> bool:
        """Whether it only switches doses on and off."""
        return self.kind == "dose" and self.baseline == 0.0 and self.range == (0.0, 1.0) and len(self.levels) == 2

    @property
    def levels(self) -> tuple[float, ...]:
        """Its levels, the baseline first if it is among them."""
        values = self.values or self.range
        return tuple(sorted(values, key=lambda value: (value != self.baseline, value)))

    def factor(self, id: str) -> Factor:
        """The lever as a factor of a design."""
        low, high = self.range
        return Factor(id, low, high, self.baseline, self.levels, self.whole)

    def apply(self, value: float, specs: Specs) -> None:
        """Change the specifications of mechanisms in place as the lever at ``value`` says."""
        for name in self.names:
            spec = specs.setdefault(name, {"dose": 0.0})
            if self.kind == "dose":
                spec["dose"] = self.mechanisms[name] * value
            elif self.kind == "start":
                spec |= {"start": int(value), "starts": {}}
            else:
                spec["pace"] = int(value)


def rolled_out(specs: Specs, communities: Sequence[str]) -> Specs:
    """Specifications as a scenario takes them, in one form for all that means the same.

    Mechanisms without a dose are left out. All fields are there, whoever gave them. ``starts`` names the communities
    that do not begin with the first; a pace goes from one to the next of those in which the mechanism is in force.
    """
    ready: Specs = {}
    for name in sorted(specs):
        spec = {**_FIELDS, **specs[name]}
        pace = spec.pop("pace", None)
        if spec["dose"] == 0.0:
            continue
        only = set(spec["communities"]) or set(communities)
        if pace is not None:
            reached = [community for community in communities if community in only]
            spec["starts"] = {community: spec["start"] + pace * place for place, community in enumerate(reached)}
        spec["starts"] = {
            community: week for community, week in spec["starts"].items() if community in only and week != spec["start"]
        }
        spec["communities"] = [] if only == set(communities) else sorted(only)
        ready[name] = spec
    return ready


_FIELDS: Mapping[str, Any] = {"start": 1, "starts": {}, "communities": ()}  # of a mechanism, besides its dose


def known_doses(doses: Mapping[str, float]) -> dict[str, float]:
    """Give the doses back, or raise a ValueError that names an unknown mechanism or a dose outside 0 to 1."""
    for name, dose in doses.items():
        if name not in mechanisms():
            raise ValueError(f"unknown mechanism {name!r}{closest(name, mechanisms())}")
        if not 0.0 <= dose <= 1.0:
            raise ValueError(f"{name}: dose {dose:g} lies outside [0, 1]")
    return dict(doses)
