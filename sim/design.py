"""A mechanism design: which mechanisms are put in force, at which dose, from which week on, and where.

Designs stack: ``Design.of("three_lists") + Design.of("feedback_loop", dose=0.5)``. A scenario takes one the same way:
``scenario + design``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from sim.errors import InputError, closest
from sim.mechanisms import mechanisms
from sim.scenario import MechanismSpec, Scenario


class DesignConflictError(InputError):
    """Two designs ask for the same mechanism in different ways."""


@dataclass(frozen=True)
class Design:
    """A mechanism design, apart from any place.

    Attributes
    ----------
    mechanisms : dict of str to MechanismSpec
        By name; a bare number is a dose (0 to 1): ``{"three_lists": 0.8}``.
    name : str
        Shown in tables and figures; by default the mechanisms' names.

    Raises
    ------
    InputError
        If a mechanism is unknown or a dose lies outside 0 to 1.
    """

    mechanisms: Mapping[str, MechanismSpec] = field(default_factory=dict)
    name: str = ""

    def __post_init__(self) -> None:
        """Check the mechanisms and give the design a name."""
        doses: Any = self.mechanisms
        if not isinstance(doses, Mapping):
            words = 'must be doses by mechanism, such as {"three_lists": 0.8}; or use Design.of("three_lists")'
            raise InputError(f"design: {words}, got {doses!r}")
        specs = {name: _spec(name, given) for name, given in doses.items()}
        object.__setattr__(self, "mechanisms", MappingProxyType(specs))
        object.__setattr__(self, "name", self.name or " + ".join(specs))

    @classmethod
    def of(cls, *names: str, dose: float = 1.0, start: int = 1, name: str = "") -> Design:
        """Design of these mechanisms, all at one dose (0 to 1) and from one week on (1 is the first of the run)."""
        return cls({one: _spec(one, {"dose": dose, "start": start}) for one in names}, name)

    def __add__(self, other: Design) -> Design:
        """Both designs together.

        Raises
        ------
        DesignConflictError
            If both ask for a mechanism, but at another dose, start or place.
        """
        if not isinstance(other, Design):
            return NotImplemented
        both = [name for name in self.mechanisms if name in other.mechanisms]
        wrong = [
            f"{name}: {self.name!r} asks for {_told(self.mechanisms[name])}, "
            f"{other.name!r} for {_told(other.mechanisms[name])}"
            for name in both
            if self.mechanisms[name] != other.mechanisms[name]
        ]
        if wrong:
            raise DesignConflictError("designs cannot be stacked: " + "; ".join(wrong))
        names = [one.name for one in (self, other) if one.name]
        return Design({**self.mechanisms, **other.mechanisms}, " + ".join(dict.fromkeys(names)))

    def __radd__(self, scenario: Scenario) -> Scenario:
        """Scenario with the design in force; mechanisms that it already has are kept, those of the design changed."""
        if not isinstance(scenario, Scenario):
            return NotImplemented
        return scenario.with_mechanisms(self.mechanisms)

    def named(self, name: str) -> Design:
        """Same design under another name."""
        return replace(self, name=name)

    def starting(self, week: int) -> Design:
        """Same design with every mechanism in force from this week on (1 is the first of the run)."""
        return self._each(start=week, starts={})

    def in_communities(self, *names: str) -> Design:
        """Same design, in force only in these communities."""
        return self._each(communities=names)

    def rolled_out(self, starts: Mapping[str, int]) -> Design:
        """Same design with a start week for each community: a staged roll-out."""
        return self._each(starts=dict(starts))

    def _each(self, **fields: Any) -> Design:
        changed = {name: _made(name, spec.model_dump() | fields) for name, spec in self.mechanisms.items()}
        return replace(self, mechanisms=changed)


def _spec(name: str, given: Any) -> MechanismSpec:
    if name not in mechanisms():
        raise InputError(f"design: unknown mechanism {name!r}{closest(name, mechanisms())}")
    if isinstance(given, MechanismSpec):
        return given
    if isinstance(given, Mapping):
        return _made(name, given)
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise InputError(f"design: {name}: must be a dose from 0 to 1, or a table of dose and start, got {given!r}")
    return _made(name, {"dose": float(given)})


def _made(name: str, fields: Mapping[str, Any]) -> MechanismSpec:
    spec = Scenario(mechanisms={name: {**fields, "communities": (), "starts": {}}}).mechanisms[name]
    return spec.model_copy(
        update={"communities": tuple(fields.get("communities", ())), "starts": dict(fields.get("starts", {}))}
    )


def _told(spec: MechanismSpec) -> str:
    where = f" in {', '.join(spec.communities)}" if spec.communities else ""
    starts = f" and {', '.join(f'{week} in {one}' for one, week in spec.starts.items())}" if spec.starts else ""
    return f"dose {spec.dose:g} from week {spec.start}{starts}{where}"
