"""A study: a place, levers of policy, uncertain numbers, an experimental design over them, replications."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from experiments.designs import AnyDesign
from experiments.designs.design import Design, Factor
from experiments.portfolios import Portfolio
from experiments.precision import Precision
from experiments.schema import Suggested
from experiments.study.levers import WHAT, Lever, Specs, rolled_out
from experiments.study.names import Dose, MechanismName, NumberName, OutcomeName, each_once
from experiments.study.numbers import Uncertainties
from experiments.study.scenario_table import ScenarioTable
from experiments.study.texts import Strict, Texts
from experiments.told import read_toml, shown, told, told_at
from sim import Scenario
from sim.errors import InputError, closest
from sim.mechanisms import mechanisms

NOTHING, ALL = "nothing", "all"
MOST_NAMED = 4  # levers that a design's name tells before it becomes a number
MOST_REPLICATIONS = 100_000
_NAME = r"^[a-z][a-z0-9_]*$"
AIMS = ("participation", "satisfaction", "fulfilment")


Bare = Literal["base", "one_by_one", "leave_one_out", "pairs", "full_factorial"]  # designs that need no setting


class Designs(Strict):
    """Which experimental design is laid over the levers, over the uncertain numbers, or over both together.

    Attributes
    ----------
    levers, uncertainties : Design
        Where both are there they are crossed: every policy meets every future.
    together : Design
        One design over levers and uncertain numbers at once, instead of the two.
    """

    levers: AnyDesign | None = None
    uncertainties: AnyDesign | None = None
    together: AnyDesign | None = None

    @field_validator("levers", "uncertainties", "together", mode="before", json_schema_input_type=AnyDesign | Bare)
    @classmethod
    def _kind_alone(cls, value: Any) -> Any:
        return {"kind": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _not_both(self) -> Designs:
        if self.together is not None and (self.levers is not None or self.uncertainties is not None):
            raise ValueError("together stands alone: it is one design over levers and uncertain numbers at once")
        return self


class Keep(Strict):
    """What is kept of a run, besides its outcomes.

    Attributes
    ----------
    tables : tuple of str
        Of ``communities``, ``groups``, ``needs``, ``residents``.
    weekly : str
        ``landmarks`` keeps weekly series of the designs that reports show, ``all`` of every run, ``none`` of none.
    """

    tables: tuple[Literal["communities", "groups", "needs", "residents"], ...] = Field(
        default=("communities", "groups"), strict=False
    )
    weekly: Literal["landmarks", "all", "none"] = "landmarks"


class QuickPortfolio(Strict):
    """What of a search is smaller.

    Attributes
    ----------
    population : int
        Points of a generation.
    generations : int
    """

    population: int | None = Field(default=None, ge=4)
    generations: int | None = Field(default=None, ge=1)


class Quick(Strict):
    """A smaller version of the study, to look at it within a minute; what is absent stays as it is.

    Attributes
    ----------
    replications : int
    residents : int
        Of each community.
    weeks, warmup : int
    design : Designs
        Designs instead of those of the study.
    numbers : tuple of str
        Names and patterns instead of those of ``uncertainties``; numbers that have a range there stay.
    portfolio : QuickPortfolio
    """

    replications: int | None = Field(default=None, ge=1)
    residents: int = Field(default=300, ge=10)
    weeks: int = Field(default=78, ge=1)
    warmup: int | None = Field(default=None, ge=0)
    design: Designs | None = None
    numbers: tuple[NumberName, ...] | None = Field(default=None, strict=False)
    portfolio: QuickPortfolio = Field(default_factory=QuickPortfolio)


class Discovery(Strict):
    """Which futures scenario discovery looks for: those in which the effect of a design on an outcome is poor.

    Attributes
    ----------
    outcome : str
    design : str
        Name of the design whose effect is looked at.
    at_most : float
        The effect, in the outcome's unit, at or under which a future counts as a failure.
    """

    outcome: OutcomeName = "satisfaction"
    design: str = ALL
    at_most: float = Field(default=0.0, allow_inf_nan=False)


class Study(Strict):
    """What is run: policies in futures, each with the same replications.

    Attributes
    ----------
    name : str
    title, question : Texts
    scenario : str or dict
        The path of a scenario file, or the fields of a scenario.
    levers : dict of str to Lever
        A bare list of mechanisms' names makes a lever of each; ``"*"`` stands for every mechanism.
    uncertainties : Uncertainties
    outcomes : tuple of str
        Outcomes of interest: what analyses and reports show.
    design : Designs
        By default every combination of the levers' levels.
    portfolio : Portfolio
        Instead of a design over the levers: a search for the best sets of doses under a budget.
    replications : int or Precision
        Seeds; every point runs with each of them, so that designs are compared under the same luck. Or a precision of
        the paired contrast to be reached. With 1, effects have no intervals, unless futures stand in for luck.
    seed : int
        Root from which the replications' seeds are derived.
    luck : str
        ``shared``: a replication has the same seed at all points, so that they differ by what was done alone. ``own``:
        each future has seeds of its own, which its policies share. A mean over futures then rests on as much luck as
        there are futures; a model that is fitted to data needs it, since the luck behind data is not known.
    across : dict of str to float
        Doses of mechanisms that belong to no lever; in force in every design, nothing included.
    keep : Keep
    discovery : Discovery
    quick : Quick
    """

    name: str = Field(pattern=_NAME)
    title: Texts
    question: Texts
    scenario: str | dict[str, Any] = Field(default_factory=dict)
    levers: dict[Annotated[str, Field(pattern=_NAME)], Lever] = Field(default_factory=dict)
    uncertainties: Uncertainties = Field(default_factory=Uncertainties)
    outcomes: tuple[OutcomeName, ...] = Field(default=AIMS, min_length=1, strict=False)
    design: Designs = Field(default_factory=Designs)
    portfolio: Portfolio | None = None
    replications: int | Precision = 16
    seed: int = Field(default=1, ge=0, lt=2**63)
    luck: Literal["shared", "own"] = "shared"
    across: dict[MechanismName, Dose] = Field(default_factory=dict)
    keep: Keep = Field(default_factory=Keep)
    discovery: Discovery = Field(default_factory=Discovery)
    quick: Quick = Field(default_factory=Quick)

    @field_validator("scenario", mode="before", json_schema_input_type=str | Annotated[dict[str, Any], ScenarioTable()])
    @classmethod
    def _file_or_table(cls, value: Any) -> Any:
        if not isinstance(value, str | dict):
            raise ValueError(f"must be the path of a scenario file or a table of its fields, got {shown(value)}")
        return value

    @field_validator(
        "levers",
        mode="before",
        json_schema_input_type=list[MechanismName | Literal["*"]] | Annotated[dict[str, Lever], Suggested(mechanisms)],
    )
    @classmethod
    def _each_its_own(cls, value: Any) -> Any:
        if isinstance(value, list) and all(isinstance(name, str) for name in value):
            value = _lever_of_each(value)
        if not isinstance(value, dict):
            return value
        levers = {id: _own_mechanism(id, lever) for id, lever in value.items()}
        return {id: _of_lever(lever, levers) for id, lever in levers.items()}

    @field_validator("outcomes")
    @classmethod
    def _outcomes_once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(each_once(names))

    @field_validator("design", mode="before", json_schema_input_type=Designs | Bare)
    @classmethod
    def _levers_alone(cls, value: Any) -> Any:
        return {"levers": value} if isinstance(value, str) else value

    @field_validator(
        "replications",
        mode="before",
        json_schema_input_type=Annotated[int, Field(ge=1, le=MOST_REPLICATIONS)] | Precision,
    )
    @classmethod
    def _number_or_precision(cls, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | dict | Precision):
            raise ValueError(f"must be a whole number or a table of a precision to be reached, got {shown(value)}")
        if isinstance(value, int) and not 1 <= value <= MOST_REPLICATIONS:
            raise ValueError(f"must be at least 1 and at most {MOST_REPLICATIONS}, got {value}")
        return value

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any], where: str = "study", text: str | None = None) -> Study:
        """Make a study from plain data; ``where`` names its origin in errors, ``text`` is its file's content.

        Raises
        ------
        InputError
            If fields are wrong, or do not fit each other; all of them are named at once.
        """
        from experiments.study.checks import misfits

        try:
            study = cls.model_validate(fields)
        except ValidationError as error:
            raise InputError(told(error, where, cls, text)) from None
        wrong = list(misfits(study))
        if wrong:
            raise InputError(told_at(wrong, where, text))
        return study

    @classmethod
    def from_toml(cls, path: str | Path) -> Study:
        """Read a study file. Paths in it — of a scenario, of margins, of samples — are relative to it."""
        path = Path(path)
        fields, words = read_toml(path)
        return cls.from_dict(located(fields, path.parent), str(path), words)

    def to_dict(self) -> dict[str, Any]:
        """Plain data that :meth:`from_dict` takes back."""
        return self.model_dump(mode="json", exclude_none=True)

    def replace(self, **fields: Any) -> Study:
        """Same study with other fields."""
        return self.from_dict(self.to_dict() | fields)

    def quick_version(self) -> Study:
        """Same study with fewer and smaller runs, as its ``quick`` says."""
        place, quick = self.bare_place(), self.quick
        small = [spec.model_dump(mode="json") | {"residents": quick.residents} for spec in place.communities]
        scenario = place.replace(
            communities=small, weeks=quick.weeks, warmup=place.warmup if quick.warmup is None else quick.warmup
        )
        fields: dict[str, Any] = {"scenario": scenario.to_dict()}
        whole = self.to_dict()
        if quick.replications is not None:
            fields["replications"] = quick.replications
        if quick.design is not None:
            fields["design"] = _changed_designs(whole["design"], whole["quick"]["design"])
        if quick.numbers is not None:
            fields["uncertainties"] = whole["uncertainties"] | {"numbers": list(quick.numbers)}
        if self.portfolio is not None:
            fields["portfolio"] = whole["portfolio"] | whole["quick"]["portfolio"]
        return self.replace(**fields)

    def place(self) -> Scenario:
        """Scenario that all designs share, with the mechanisms of ``across`` in force."""
        return self.bare_place().with_mechanisms(self.across)

    def bare_place(self) -> Scenario:
        """Scenario as the study gives it."""
        if isinstance(self.scenario, str):
            return Scenario.from_toml(self.scenario)
        return Scenario.from_dict(self.scenario)

    # Factors ----------------------------------------------------------------------------------------------------------

    def lever_factors(self) -> list[Factor]:
        """Levers as factors of a design."""
        return [lever.factor(id) for id, lever in self.levers.items()]

    def uncertain_factors(self) -> list[Factor]:
        """Uncertain numbers as factors of a design."""
        place = self.place()
        return self.uncertainties.factors(self.mechanisms_used(place), place.parameters)

    def mechanisms_used(self, place: Scenario | None = None) -> set[str]:
        """Mechanisms that may be in force somewhere in the study; ``place`` is its place, where that is at hand."""
        there = (place or self.place()).mechanisms
        return {*self.across, *there, *(name for lever in self.levers.values() for name in lever.names)}

    def specs(self, values: Mapping[str, float], place: Scenario) -> Specs:
        """Mechanisms as a scenario takes them, with the levers at these values."""
        specs = {name: spec.model_dump(mode="json") for name, spec in place.mechanisms.items()}
        for id, lever in self.levers.items():
            lever.apply(values[id], specs)
        return rolled_out(specs, place.community_names)

    def design_name(self, values: Mapping[str, float]) -> str:
        """Name of a policy, or nothing where it would be long.

        ``nothing``; ``all``, where all levers are doses at their highest; else the levers that are off their base by
        number: ``1+3``, or ``2=0.5`` for one that is not a dose at its highest. A design that a lever of choices names
        keeps its name where the other levers are at their base.
        """
        off = {id: values[id] for id, lever in self.levers.items() if values[id] != lever.baseline}
        full = {id for id in off if self.levers[id].kind == "dose" and off[id] == self.levers[id].range[1]}
        if not off:
            return NOTHING
        if len(off) == 1 and (chosen := [self.levers[id].choice(value) for id, value in off.items()])[0]:
            return chosen[0]
        if len(full) == len(self.levers) > 1:
            return ALL
        if any(round(value, 2) != value for value in off.values()) or (len(off) > MOST_NAMED and not self.switches):
            return ""
        return "+".join(
            f"{number}" if id in full else f"{number}={off[id]:g}"
            for number, id in enumerate(self.levers, start=1)
            if id in off
        )

    # On and off -------------------------------------------------------------------------------------------------------

    @property
    def switches(self) -> bool:
        """Whether every lever is only on or off and nothing else is varied: designs are sets of levers then."""
        return bool(self.levers) and all(lever.is_switch for lever in self.levers.values())

    def is_on(self, mask: int) -> dict[str, bool]:
        """Whether each lever is on in a design of switches; bit ``i`` of the mask is lever ``i``."""
        return {id: bool(mask >> bit & 1) for bit, id in enumerate(self.levers)}

    def doses(self, mask: int) -> dict[str, float]:
        """Doses of all mechanisms of the levers that are on in a design of switches."""
        return {
            name: dose
            for (id, lever), on in zip(self.levers.items(), self.is_on(mask).values(), strict=True)
            if on
            for name, dose in lever.mechanisms.items()
        }

    def mask_name(self, mask: int) -> str:
        """Name of a design of switches."""
        return self.design_name({id: float(on) for id, on in self.is_on(mask).items()})

    @property
    def all_on(self) -> int:
        """Mask of the design with every lever on."""
        return (1 << len(self.levers)) - 1

    @property
    def landmarks(self) -> list[int]:
        """Designs of switches that reports show: nothing, each lever alone, all but one, all; in this order."""
        alone = [1 << bit for bit in range(len(self.levers))]
        return list(dict.fromkeys([0, *alone, *(self.all_on ^ one for one in alone), self.all_on]))


def lever_design(study: Study) -> Design | None:
    """Design over the levers; every combination of levels by default."""
    from experiments.designs import KINDS

    if not study.levers or study.design.together is not None:
        return None
    return study.design.levers or KINDS["full_factorial"](kind="full_factorial")


def located(given: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Fields of a study file with the paths in it made relative to the current folder."""
    fields: dict[str, Any] = copy.deepcopy(dict(given))
    scenario, quick = fields.get("scenario"), fields.get("quick")
    if isinstance(scenario, str):
        fields["scenario"] = str(folder / scenario)
    communities = scenario.get("communities") if isinstance(scenario, dict) else None
    for community in communities if isinstance(communities, list) else ():
        if isinstance(community, dict) and isinstance(community.get("margins"), str) and community["margins"]:
            community["margins"] = str(folder / community["margins"])
    for designs in (fields.get("design"), quick.get("design") if isinstance(quick, dict) else None):
        for design in designs.values() if isinstance(designs, dict) else ():
            if isinstance(design, dict) and isinstance(design.get("path"), str):
                design["path"] = str(folder / design["path"])
    return fields


def _changed_designs(designs: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Designs with some exchanged; one over both together, and those over each, take each other's place."""
    kept = {} if "together" in changes else {name: one for name, one in designs.items() if name != "together"}
    return {**(kept if changes else designs), **changes}


def _lever_of_each(names: Iterable[str]) -> dict[str, Any]:
    """A lever of each mechanism in a bare list, in which ``*`` stands for all."""
    each = each_once([name for one in names for name in (mechanisms() if one == "*" else [one])])
    unknown = [f"unknown mechanism {name!r}{closest(name, mechanisms())}" for name in each if name not in mechanisms()]
    if unknown:
        raise ValueError("\n".join(unknown))
    return {name: {"mechanisms": [name]} for name in each}


def _own_mechanism(id: str, lever: Any) -> Any:
    """A lever that says nothing of what it moves moves the mechanism of its own name."""
    if isinstance(lever, dict) and not WHAT.keys() & lever.keys() and id in mechanisms():
        return lever | {"mechanisms": [id]}
    return lever


def _of_lever(lever: Any, levers: Mapping[str, Any]) -> Any:
    """A start or a pace may name another lever: it is then that of the lever's mechanisms."""
    if not isinstance(lever, dict):
        return lever
    for kind in ("start_of", "roll_out_of"):
        named = lever.get(kind)
        other = levers.get(named) if isinstance(named, str) else None
        if isinstance(other, dict) and isinstance(other.get("mechanisms"), list | dict):
            return lever | {kind: list(other["mechanisms"])}
    return lever
