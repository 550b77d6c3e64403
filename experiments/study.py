"""A study: one place, paths of mechanisms that are switched together, a design over them, replications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from experiments.designs import DESIGNS
from sim import Scenario
from sim.catalogue import read_toml
from sim.errors import InputError, closest
from sim.mechanisms import mechanisms

STUDIES = Path(__file__).with_name("studies")
MOST_PATHS = 10
MOST_SHOWN = 60  # characters of a wrong value
NOTHING, ALL = "nothing", "all"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Texts(_Strict):
    """A text in the three languages."""

    en: str = Field(min_length=1)
    zh_hans: str = Field(min_length=1)
    zh_hant: str = Field(min_length=1)

    def __getitem__(self, language: str) -> str:
        """Text in ``language``."""
        return str(getattr(self, language))


class PathSpec(_Strict):
    """One path: mechanisms that are switched on together, each at its dose.

    Attributes
    ----------
    label : Texts
    mechanisms : dict of str to float
        Dose by name; a bare list of names means dose 1.
    """

    label: Texts
    mechanisms: dict[str, float] = Field(min_length=1)

    @field_validator("mechanisms", mode="before")
    @classmethod
    def _doses(cls, value: Any) -> Any:
        if isinstance(value, list) and all(isinstance(name, str) for name in value):
            return dict.fromkeys(value, 1.0)
        if not isinstance(value, dict):
            raise ValueError(f"must be a list of names or a table of doses by name, got {_shortened(value)}")
        return _floats(value)

    @field_validator("mechanisms")
    @classmethod
    def _known(cls, doses: dict[str, float]) -> dict[str, float]:
        return known_doses(doses)


class Quick(_Strict):
    """A smaller version of the study, to look at it within half a minute."""

    replications: int = Field(default=3, ge=2)
    residents: int = Field(default=300, ge=10)
    weeks: int = Field(default=78, ge=1)


class Study(_Strict):
    """What is run: every design of the paths on one place, each with the same replications.

    Attributes
    ----------
    name : str
    title, question : Texts
    scenario : str or dict
        The path of a scenario file, or the fields of a scenario.
    paths : dict of str to PathSpec
    design : str
        A name in :data:`experiments.designs.DESIGNS`.
    replications : int
        Seeds; every design runs with each of them, so that designs are compared under the same luck.
    seed : int
        Root from which the replications' seeds are derived.
    across : dict of str to float
        Doses of mechanisms that belong to no path; in force in every design, nothing included.
    quick : Quick
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Texts
    question: Texts
    scenario: str | dict[str, Any] = Field(default_factory=dict)
    paths: dict[str, PathSpec] = Field(min_length=1, max_length=MOST_PATHS)
    design: str = "full_factorial"
    replications: int = Field(default=16, ge=2, le=100_000)
    seed: int = Field(default=1, ge=0, lt=2**63)
    across: dict[str, float] = Field(default_factory=dict)
    quick: Quick = Field(default_factory=Quick)

    @field_validator("scenario", mode="before")
    @classmethod
    def _file_or_table(cls, value: Any) -> Any:
        if not isinstance(value, str | dict):
            raise ValueError(f"must be the path of a scenario file or a table of its fields, got {_shortened(value)}")
        return value

    @field_validator("design")
    @classmethod
    def _known_design(cls, name: str) -> str:
        if name not in DESIGNS:
            raise ValueError(f"unknown design {name!r}{closest(name, DESIGNS)}")
        return name

    @field_validator("across", mode="before")
    @classmethod
    def _across_doses(cls, value: Any) -> Any:
        return _floats(value)

    @field_validator("across")
    @classmethod
    def _known_across(cls, doses: dict[str, float]) -> dict[str, float]:
        return known_doses(doses)

    @model_validator(mode="after")
    def _each_mechanism_once(self) -> Study:
        homes: dict[str, str] = {}
        groups = {f"paths.{id}": tuple(path.mechanisms) for id, path in self.paths.items()}
        for home, names in (groups | {"across": tuple(self.across)}).items():
            for name in names:
                if name in homes:
                    raise ValueError(f"mechanism {name!r} stands in {homes[name]} and in {home}; it can be in one only")
                homes[name] = home
        return self

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any], where: str = "study") -> Study:
        """Make a study from plain data; ``where`` names its origin in errors.

        Raises
        ------
        InputError
            If fields are wrong; all of them are named at once.
        """
        try:
            study = cls.model_validate(fields)
        except ValidationError as error:
            raise InputError(_told(error, where)) from None
        study.place(where)
        return study

    @classmethod
    def from_toml(cls, path: str | Path) -> Study:
        """Read a study file. Paths in it, of a scenario and of margins, are relative to it."""
        path = Path(path)
        fields = read_toml(path)
        scenario = fields.get("scenario")
        if isinstance(scenario, str):
            fields["scenario"] = str(path.parent / scenario)
        communities = scenario.get("communities") if isinstance(scenario, dict) else None
        for community in communities if isinstance(communities, list) else ():
            if isinstance(community, dict) and isinstance(community.get("margins"), str):
                community["margins"] = str(path.parent / community["margins"])
        return cls.from_dict(fields, where=str(path))

    def to_dict(self) -> dict[str, Any]:
        """Plain data that :meth:`from_dict` takes back."""
        return self.model_dump(mode="json")

    def replace(self, **fields: Any) -> Study:
        """Same study with other fields."""
        return self.from_dict(self.to_dict() | fields)

    def quick_version(self) -> Study:
        """Same study with fewer and smaller runs, as its ``quick`` says."""
        place = self.place()
        small = [spec.model_dump(mode="json") | {"residents": self.quick.residents} for spec in place.communities]
        scenario = place.replace(communities=small, weeks=self.quick.weeks)
        return self.replace(scenario=scenario.to_dict(), replications=self.quick.replications)

    def place(self, where: str = "study") -> Scenario:
        """Scenario that all designs share, with the mechanisms of ``across`` in force; errors name ``where``."""
        if isinstance(self.scenario, str):
            return Scenario.from_toml(self.scenario).with_mechanisms(self.across)
        return Scenario.from_dict(self.scenario, where=f"{where}: scenario").with_mechanisms(self.across)

    def masks(self) -> list[int]:
        """Designs as bit masks over the paths."""
        return DESIGNS[self.design](len(self.paths))

    def is_on(self, mask: int) -> dict[str, bool]:
        """Whether each path is on in a design."""
        return {id: bool(mask >> bit & 1) for bit, id in enumerate(self.paths)}

    def design_name(self, mask: int) -> str:
        """``nothing``, ``all``, or the numbers of the paths that are on: ``1+3``."""
        if mask == 0:
            return NOTHING
        if mask == self.all_on:
            return ALL
        return "+".join(str(bit + 1) for bit in range(len(self.paths)) if mask >> bit & 1)

    def doses(self, mask: int) -> dict[str, float]:
        """Doses of all mechanisms of the paths that are on in a design."""
        return {
            name: dose
            for (id, path), on in zip(self.paths.items(), self.is_on(mask).values(), strict=True)
            if on
            for name, dose in path.mechanisms.items()
        }

    @property
    def all_on(self) -> int:
        """Mask of the design with every path on."""
        return (1 << len(self.paths)) - 1

    @property
    def landmarks(self) -> list[int]:
        """Designs that reports show: nothing, each path alone, all but one, all; each once, in this order."""
        alone = [1 << bit for bit in range(len(self.paths))]
        return list(dict.fromkeys([0, *alone, *(self.all_on ^ one for one in alone), self.all_on]))


def known_doses(doses: Mapping[str, float]) -> dict[str, float]:
    """Give the doses back, or raise a ValueError that names an unknown mechanism or a dose outside 0 to 1."""
    for name, dose in doses.items():
        if name not in mechanisms():
            raise ValueError(f"unknown mechanism {name!r}{closest(name, mechanisms())}")
        if not 0.0 <= dose <= 1.0:
            raise ValueError(f"{name}: dose {dose:g} lies outside [0, 1]")
    return dict(doses)


def ready_studies() -> dict[str, Path]:
    """Studies that come with the package, by name."""
    return {path.stem: path for path in sorted(STUDIES.glob("*.toml"))}


def load_study(name: str | Path) -> Study:
    """Find a study by name (``six-paths``) or by the path of its file.

    Raises
    ------
    InputError
        If there is none, or it has wrong fields.
    """
    stem = str(name).replace("-", "_")
    if stem in ready_studies():
        return Study.from_toml(ready_studies()[stem])
    if _is_path(name):
        return Study.from_toml(name)
    ready = [one.replace("_", "-") for one in ready_studies()]
    raise InputError(f"unknown study {str(name)!r}{closest(str(name).replace('_', '-'), ready)}")


def _is_path(name: str | Path) -> bool:
    return isinstance(name, Path) or name.endswith(".toml") or "/" in name or "\\" in name or Path(name).exists()


def _floats(value: Any) -> Any:
    """Let a dose of 1 stand for 1.0; everything else is left to the strict check."""
    if not isinstance(value, dict):
        return value
    return {name: float(dose) if type(dose) is int else dose for name, dose in value.items()}


# What a field must be, for each kind of error of pydantic whose own words speak of Python.
_MUST_BE = {
    "missing": "is missing",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "string_type": "must be a text in quotes",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must be lower-case letters, digits and _, beginning with a letter",
    "dict_type": "must be a table",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "too_short": "must hold at least {min_length}",
    "too_long": "must hold at most {max_length}",
}


def _told(error: ValidationError, where: str) -> str:
    """All errors, a line each: where, field, what is wrong, the value."""
    return "\n".join(_one_told(dict(one), where) for one in error.errors())


def _one_told(error: Mapping[str, Any], where: str) -> str:
    location = [str(part) for part in error["loc"]]
    field = f"{'.'.join(location)}: " if location else ""
    if error["type"] == "extra_forbidden":
        return f"{where}: {field}unknown field{closest(location[-1], _model_of(location[:-1]).model_fields)}"
    if error["type"] == "model_type":
        return f"{where}: {field}must be a table of {', '.join(_model_of(location).model_fields)}{_got(error)}"
    words = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] in _MUST_BE:
        words = _MUST_BE[error["type"]].format(**error.get("ctx", {}))
    return f"{where}: {field}{words}{_got(error)}"


def _got(error: Mapping[str, Any]) -> str:
    return "" if error["type"] in ("value_error", "missing") else f", got {_shortened(error['input'])}"


def _shortened(value: Any) -> str:
    words = repr(value)
    return words if len(words) <= MOST_SHOWN else f"{words[:MOST_SHOWN]}…"


def _model_of(location: Sequence[str]) -> type[BaseModel]:
    """Model of the table at a place of a study file."""
    if not location:
        return Study
    if location[0] == "quick":
        return Quick
    return PathSpec if location[0] == "paths" and len(location) <= 2 else Texts
