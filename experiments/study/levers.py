"""Levers: what a policy can choose. A lever moves the doses, the start or the roll-out of mechanisms together.

Or it chooses between whole designs, which have names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator, model_validator

from experiments.designs.design import Factor
from experiments.study.names import Dose, MechanismName, each_once
from experiments.study.texts import Strict, Texts
from experiments.told import shown
from sim.errors import closest
from sim.mechanisms import mechanisms
from sim.scenario import MechanismSpec

LAST_START, LAST_PACE = 5200, 520
Specs = dict[str, dict[str, Any]]
_OTHER_NAMES = re.compile(r"nothing|all|p?[\d.+=]+")  # that designs of other levers have


def _dose_alone(value: Any) -> Any:
    return {"dose": value} if isinstance(value, int | float) and not isinstance(value, bool) else value


InForce = Annotated[MechanismSpec, BeforeValidator(_dose_alone, json_schema_input_type=Dose | MechanismSpec)]
Chosen = Annotated[dict[MechanismName, InForce], Field(min_length=1)]


class Lever(Strict):
    """One lever. It is exactly one of a dose, a start, a pace and a choice.

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
    choices : dict of str to dict
        A choice: designs by name, each with mechanisms as a scenario has them. They are in force instead of what the
        scenario says of these mechanisms; a dose of 0 takes one away. The lever's value is the number of the design in
        their order; 0 is none of them.
    values : tuple of float
        Levels of the lever, for designs of levels; by default ``low`` and ``high``.
    low, high : float
        Range, for designs that sample it; by default that of ``values``, or 0 to 1 for a dose.
    base : float
        Value in the baseline; by default 0, and 1 for a start.
    """

    label: Texts | None = None
    mechanisms: dict[MechanismName, Dose] = Field(default_factory=dict)
    start_of: tuple[MechanismName, ...] = Field(default=(), strict=False)
    roll_out_of: tuple[MechanismName, ...] = Field(default=(), strict=False)
    choices: dict[Annotated[str, Field(min_length=1)], Chosen] = Field(default_factory=dict)
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
        kinds = [name for name in WHAT if getattr(self, name)]
        if not kinds:
            raise ValueError(
                "says nothing of what it moves; give it mechanisms, start_of, roll_out_of or choices, or the name of a "
                "mechanism"
            )
        if len(kinds) > 1:
            raise ValueError(f"is one of mechanisms, start_of, roll_out_of and choices; this is {' and '.join(kinds)}")
        wrong = [*self._wrong_values()]
        if wrong:
            raise ValueError("\n".join(wrong))
        return self

    def _wrong_values(self) -> Iterator[str]:
        for name in self.choices:
            if _OTHER_NAMES.fullmatch(name):
                yield f"choices: {name!r} is a name that other designs may have; call it otherwise"
        given = {"values": self.values} | {
            name: (value,) for name in ("low", "high", "base") for value in [getattr(self, name)] if value is not None
        }
        for name, values in given.items():
            for value in values:
                if not self._least <= value <= self._most:
                    bounds = f"[{self._least:g}, {self._most:g}]"
                    yield f"{name}: {value:g} lies outside the range of a {self.kind}, {bounds}"
                elif self.whole and value != int(value):
                    yield f"{name}: {value:g} is no whole number"
        if len(set(self.values)) < len(self.values) or len(self.values) == 1:
            yield f"values: must be two or more, each once, got {list(self.values)}"
        low, high = self.range
        if low >= high:
            yield f"low must be less than high, got {low:g} and {high:g}"
        elif self.values and not low <= min(self.values) <= max(self.values) <= high:
            yield f"values: must lie within low and high, [{low:g}, {high:g}], got {list(self.values)}"

    @property
    def kind(self) -> str:
        """``dose``, ``start``, ``pace`` or ``choice``."""
        return next(kind for name, kind in WHAT.items() if getattr(self, name))

    @property
    def whole(self) -> bool:
        """Whether its values are whole weeks, or numbers of choices."""
        return self.kind != "dose"

    @property
    def _least(self) -> float:
        return 1.0 if self.kind == "start" else 0.0

    @property
    def _most(self) -> float:
        most = {"dose": 1.0, "start": LAST_START, "pace": LAST_PACE, "choice": len(self.choices)}
        return float(most[self.kind])

    @property
    def range(self) -> tuple[float, float]:
        """Least and greatest value."""
        whole = (self._least, self._most if self.kind in ("dose", "choice") else 53.0)
        values = self.values or whole
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
        chosen = dict.fromkeys(name for specs in self.choices.values() for name in specs)
        return tuple(self.mechanisms) or self.start_of or self.roll_out_of or tuple(chosen)

    @property
    def is_ordered(self) -> bool:
        """Whether a higher value is more of something, as it is not where it numbers several designs."""
        return self.kind != "choice" or len(self.levels) < 3

    def choice(self, value: float) -> str:
        """Name of the design that a value of a lever of choices stands for; empty at 0 and for other levers."""
        return list(self.choices)[int(value) - 1] if self.choices and value else ""

    @property
    def is_switch(self) -> bool:
        """Whether it only switches doses on and off."""
        return self.kind == "dose" and self.baseline == 0.0 and self.range == (0.0, 1.0) and len(self.levels) == 2

    @property
    def levels(self) -> tuple[float, ...]:
        """Its levels, the baseline first if it is among them."""
        every = tuple(map(float, range(len(self.choices) + 1))) if self.choices else self.range
        values = self.values or every
        return tuple(sorted(values, key=lambda value: (value != self.baseline, value)))

    def factor(self, id: str) -> Factor:
        """The lever as a factor of a design."""
        low, high = self.range
        return Factor(id, low, high, self.baseline, self.levels, self.whole)

    def apply(self, value: float, specs: Specs) -> None:
        """Change the specifications of mechanisms in place as the lever at ``value`` says."""
        if self.kind == "choice":
            chosen = self.choices[self.choice(value)] if value else {}
            specs |= {name: spec.model_dump(mode="json") for name, spec in chosen.items()}
            return
        for name in self.names:
            spec = specs.setdefault(name, {"dose": 0.0})
            if self.kind == "dose":
                spec["dose"] = self.mechanisms[name] * value
            elif self.kind == "start":
                spec |= {"start": int(value), "starts": {}}
            else:
                spec["pace"] = int(value)


WHAT = {"mechanisms": "dose", "start_of": "start", "roll_out_of": "pace", "choices": "choice"}  # field and kind


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
