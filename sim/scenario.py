"""A scenario: which communities, which mechanisms at which dose from which week on, which assumptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from sim import catalogue
from sim.community_types import OWN, CommunityType, base_numbers, community_types, load_type, type_of
from sim.emergency_kinds import emergency_kinds
from sim.errors import InputError, closest
from sim.mechanisms import mechanisms
from sim.place import Place

MAXIMUM_RESIDENTS = 20_000_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CommunitySpec(_Strict):
    """One community of the place.

    Attributes
    ----------
    type : str
        A name from ``rongzhi list types``.
    residents : int
        10 to 20,000,000.
    name : str
        Shown in results; by default the type's name and a number.
    margins : str or dict
        Path of a TOML file with the community's own margins, or a table of that file's fields; replaces ``type``.
    """

    type: str = ""
    residents: int = Field(default=1000, ge=10, le=MAXIMUM_RESIDENTS)
    name: str = ""
    margins: str | dict[str, Any] = ""

    @field_validator("margins", mode="before")
    @classmethod
    def _file_or_table(cls, value: Any) -> Any:
        if not isinstance(value, str | dict):
            raise ValueError(f"must be the path of a file or a table of its fields, got {value!r}")
        return value

    @model_validator(mode="after")
    def _known_type(self) -> CommunitySpec:
        if self.margins:
            self.community_type()
        elif self.type not in community_types():
            raise ValueError(f"unknown community type {self.type!r}{closest(self.type, community_types())}")
        return self

    def community_type(self) -> CommunityType:
        """Data of the community's type."""
        if isinstance(self.margins, dict) and self.margins:
            return type_of(self.margins)
        return load_type(Path(str(self.margins))) if self.margins else community_types()[self.type]

    @property
    def bare_name(self) -> str:
        """Name where none is given: the type, the name of the file of margins, or ``own``."""
        return self.type or (Path(self.margins).stem if isinstance(self.margins, str) else OWN)


class MechanismSpec(_Strict):
    """Dose and timing of one mechanism.

    Attributes
    ----------
    dose : float
        0 (off) to 1; what 1 means stands in ``rongzhi list mechanisms``.
    start : int
        First week in force, counted from the end of the warm-up: 1 is the first week of the run.
    starts : dict of str to int
        Start week by community name, for a staged roll-out. Communities that are not named follow ``start``.
    communities : tuple of str
        Names of the communities in which it is ever in force; empty means all.
    """

    dose: float = Field(default=1.0, ge=0.0, le=1.0)
    start: int = Field(default=1, ge=1)
    starts: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    communities: tuple[str, ...] = Field(default=(), strict=False)


class EmergencySpec(_Strict):
    """A shock: its kind, first week (counted from the end of the warm-up), length and strength (1 = as in the data)."""

    kind: str
    start: int = Field(ge=1)
    weeks: int = Field(default=4, ge=1)
    strength: float = Field(default=1.0, ge=0.0, le=5.0)

    @model_validator(mode="after")
    def _known_kind(self) -> EmergencySpec:
        if self.kind not in emergency_kinds():
            raise ValueError(f"unknown emergency {self.kind!r}{closest(self.kind, emergency_kinds())}")
        return self


def _five_types() -> tuple[CommunitySpec, ...]:
    return tuple(CommunitySpec(type=name, residents=1000) for name in community_types())


class Scenario(_Strict):
    """What one run needs to know, besides its seed.

    The default is a place with one community of 1,000 residents of each of the five types and no mechanism.

    Attributes
    ----------
    name : str
        Shown in results.
    communities : tuple of CommunitySpec
        Each may also be given as a :class:`sim.Place`.
    mechanisms : dict of str to MechanismSpec
        By name; a bare number is a dose: ``{"three_lists": 0.8}``.
    parameters : dict of str to float
        Values instead of the catalogue's, by dotted name, quoted or not: ``{"needs.arrival": 1.5}``.
    emergencies : tuple of EmergencySpec
    weeks, warmup : int
        Length of the run, and of the status quo before it.
    seed : int
        Default seed of a run.
    """

    name: str = "five types"
    communities: tuple[CommunitySpec, ...] = Field(default_factory=_five_types, min_length=1, strict=False)
    mechanisms: dict[str, MechanismSpec] = Field(default_factory=dict)
    parameters: dict[str, float] = Field(default_factory=dict)
    emergencies: tuple[EmergencySpec, ...] = Field(default=(), strict=False)
    weeks: int = Field(default=156, ge=1, le=5200)
    warmup: int = Field(default=52, ge=0, le=5200)
    seed: int = Field(default=1, ge=0, lt=2**63)

    def __init__(self, **fields: Any) -> None:
        """Make a scenario; bad fields raise :class:`sim.errors.InputError` with all of them named."""
        self._check(fields, "scenario")

    def _check(self, fields: Mapping[str, Any], where: str) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise InputError(_told(error, where)) from None

    @field_validator("communities", mode="before")
    @classmethod
    def _places(cls, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [one.to_dict() if isinstance(one, Place) else one for one in value]
        return value

    @model_validator(mode="before")
    @classmethod
    def _doses(cls, fields: Any) -> Any:
        if isinstance(fields, dict) and isinstance(fields.get("mechanisms"), dict):
            fields = fields | {
                "mechanisms": {
                    name: {"dose": float(spec)}
                    if isinstance(spec, int | float) and not isinstance(spec, bool)
                    else spec
                    for name, spec in fields["mechanisms"].items()
                }
            }
        if isinstance(fields, dict) and isinstance(fields.get("parameters"), dict):
            fields = fields | {"parameters": _dotted(fields["parameters"])}
        return fields

    @model_validator(mode="after")
    def _consistent(self) -> Scenario:
        wrong = [*self._wrong_names(), *self._wrong_parameters()]
        if wrong:
            raise ValueError("\n".join(wrong))
        return self

    def _wrong_names(self) -> Iterator[str]:
        names = self.community_names
        if len(set(names)) < len(names):
            yield f"communities: two have the same name: {', '.join(sorted(names))}"
        for name, spec in self.mechanisms.items():
            if name not in mechanisms():
                yield f"mechanisms: unknown mechanism {name!r}{closest(name, mechanisms())}"
            for community in (*spec.communities, *spec.starts):
                if community not in names:
                    yield f"mechanisms.{name}: unknown community {community!r}{closest(community, names)}"

    def _wrong_parameters(self) -> Iterator[str]:
        known = {one.name: one for one in (*catalogue.entries(), *mechanism_entries())}
        for name, value in self.parameters.items():
            if name not in known:
                yield f"parameters: unknown parameter {name!r}{closest(name, known)}"
            elif not known[name].low <= value <= known[name].high:
                one = known[name]
                yield f"parameters.{name}: {value} lies outside its range [{one.low:g}, {one.high:g}]"

    @classmethod
    def from_toml(cls, path: str | Path) -> Scenario:
        """Read a scenario file. Paths in it are relative to it.

        Raises
        ------
        InputError
            If the file cannot be read or a field is wrong; all wrong fields are named at once.
        """
        path = Path(path)
        fields = catalogue.read_toml(path)
        communities = fields.get("communities", [])
        for community in communities if isinstance(communities, list) else []:
            if isinstance(community, dict) and isinstance(community.get("margins"), str):
                community["margins"] = str(path.parent / community["margins"])
        return cls.from_dict(fields, where=str(path))

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any], where: str = "scenario") -> Scenario:
        """Make a scenario from plain data; ``where`` names its origin in errors."""
        if not isinstance(fields, Mapping):
            raise InputError(f"{where}: must be a table of fields, got {fields!r}")
        scenario = cls.__new__(cls)
        scenario._check(fields, where)  # noqa: SLF001  (its own)
        return scenario

    def to_dict(self) -> dict[str, Any]:
        """Plain data that :meth:`from_dict` takes back."""
        return self.model_dump(mode="json")

    def with_mechanisms(self, doses: Mapping[str, float | MechanismSpec] | None = None, **more: float) -> Scenario:
        """Same scenario with these mechanisms added or changed, others kept."""
        added = {**(doses or {}), **more}
        specs = {
            name: spec.model_dump() if isinstance(spec, MechanismSpec) else spec
            for name, spec in {**self.mechanisms, **added}.items()
        }
        return self.from_dict(self.to_dict() | {"mechanisms": specs})

    def starting(self, week: int) -> Scenario:
        """Same scenario with every mechanism in force from this week on, in all communities that have it at all."""
        specs = {name: spec.model_dump() | {"start": week, "starts": {}} for name, spec in self.mechanisms.items()}
        return self.replace(mechanisms=specs)

    def replace(self, **fields: Any) -> Scenario:
        """Same scenario with other fields."""
        return self.from_dict(self.to_dict() | fields)

    @property
    def types(self) -> tuple[CommunityType, ...]:
        """Type of each community."""
        return tuple(spec.community_type() for spec in self.communities)

    @property
    def community_names(self) -> tuple[str, ...]:
        """Name of each community: its own, or its type's with a number where the type occurs more than once."""
        bare = [spec.bare_name for spec in self.communities]
        return tuple(
            spec.name or (kind if bare.count(kind) == 1 else f"{kind}_{bare[: i + 1].count(kind)}")
            for i, (spec, kind) in enumerate(zip(self.communities, bare, strict=True))
        )

    @property
    def residents(self) -> int:
        """Number of residents in all communities."""
        return sum(spec.residents for spec in self.communities)

    def places(self) -> tuple[Place, ...]:
        """Communities as the population builder takes them."""
        return tuple(
            Place(kind, spec.residents, name)
            for kind, spec, name in zip(self.types, self.communities, self.community_names, strict=True)
        )

    def base(self, process: str) -> np.ndarray:
        """Numbers of a process before any mechanism: entries x communities."""
        return base_numbers(process, self.types, self.parameters)

    def doses(self, name: str, week: int) -> np.ndarray:
        """Dose of a mechanism by community in a week counted from the end of the warm-up (0 before its start)."""
        spec = self.mechanisms[name]
        return np.array(
            [
                spec.dose
                if week >= spec.starts.get(community, spec.start)
                and (not spec.communities or community in spec.communities)
                else 0.0
                for community in self.community_names
            ]
        )

    def changes(self) -> frozenset[int]:
        """Weeks in which some dose changes."""
        return frozenset(week for spec in self.mechanisms.values() for week in (spec.start, *spec.starts.values()))

    def without_mechanisms(self) -> Scenario:
        """Scenario of the warm-up: what all designs that branch from one state share."""
        return self.replace(mechanisms={})


def mechanism_entries() -> Sequence[catalogue.Entry]:
    """Catalogue entries of all mechanisms' own numbers."""
    return [one for kind in mechanisms().values() for one in kind.entries().values()]


def _dotted(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Table of parameters by dotted name: TOML reads an unquoted ``needs.arrival = 1.5`` as a table in a table."""
    flat: dict[str, Any] = {}
    for name, value in table.items():
        flat |= _dotted(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {f"{prefix}{name}": value}
    return flat


def _told(error: ValidationError, where: str) -> str:
    """All errors, a line each: where, field, what is wrong, the value."""
    lines: list[str] = []
    nested = {one["loc"][0] for one in error.errors() if len(one["loc"]) > 1}
    for one in error.errors():
        if one["type"] == "too_short" and one["loc"][0] in nested:
            continue  # it is short only because an item was refused, which has its own line
        field = ".".join(str(part) for part in one["loc"])
        message = one["msg"].removeprefix("Value error, ")
        if one["type"] == "extra_forbidden":
            owner: dict[str, type[BaseModel]] = {
                "mechanisms": MechanismSpec,
                "communities": CommunitySpec,
                "emergencies": EmergencySpec,
            }
            model: type[BaseModel] = owner.get(str(one["loc"][0]), Scenario) if len(one["loc"]) > 1 else Scenario
            message = f"unknown field{closest(str(one['loc'][-1]), model.model_fields)}"
        elif one["type"] != "value_error" or field:
            message += f", got {one['input']!r}" if one["type"] != "value_error" else ""
        lines += [f"{where}: {field + ': ' if field else ''}{line}" for line in message.splitlines()]
    return "\n".join(lines)
