"""A study: a place, levers of policy, uncertain numbers, an experimental design over them, replications."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from experiments.designs import AnyDesign
from experiments.designs.design import Design, Factor
from experiments.portfolios import Portfolio
from experiments.precision import Precision
from experiments.study.levers import Lever, Specs, floats, known_doses, rolled_out
from experiments.study.numbers import EMERGENCY, Uncertainties
from experiments.study.texts import Strict, Texts
from experiments.told import read_toml, shown, told
from sim import Scenario
from sim.errors import InputError, closest
from sim.mechanisms import mechanisms
from sim.outcomes import OUTCOMES

NOTHING, ALL = "nothing", "all"
MOST_NAMED = 4  # levers that a design's name tells before it becomes a number
TABLES = ("communities", "groups", "needs", "residents")
AIMS = ("participation", "satisfaction", "fulfilment")


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

    @field_validator("levers", "uncertainties", "together", mode="before")
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


class Quick(Strict):
    """A smaller version of the study, to look at it within a minute; what is absent stays as it is."""

    replications: int | None = Field(default=None, ge=1)
    residents: int = Field(default=300, ge=10)
    weeks: int = Field(default=78, ge=1)
    warmup: int | None = Field(default=None, ge=0)
    design: Designs | None = None
    numbers: tuple[str, ...] | None = Field(default=None, strict=False)


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

    outcome: str = "satisfaction"
    design: str = ALL
    at_most: float = 0.0

    @field_validator("outcome")
    @classmethod
    def _known(cls, name: str) -> str:
        return known_outcome(name)


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
        the paired contrast to be reached.
    seed : int
        Root from which the replications' seeds are derived.
    across : dict of str to float
        Doses of mechanisms that belong to no lever; in force in every design, nothing included.
    keep : Keep
    discovery : Discovery
    quick : Quick
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Texts
    question: Texts
    scenario: str | dict[str, Any] = Field(default_factory=dict)
    levers: dict[str, Lever] = Field(default_factory=dict)
    uncertainties: Uncertainties = Field(default_factory=Uncertainties)
    outcomes: tuple[str, ...] = Field(default=AIMS, min_length=1, strict=False)
    design: Designs = Field(default_factory=Designs)
    portfolio: Portfolio | None = None
    replications: int | Precision = 16
    seed: int = Field(default=1, ge=0, lt=2**63)
    across: dict[str, float] = Field(default_factory=dict)
    keep: Keep = Field(default_factory=Keep)
    discovery: Discovery = Field(default_factory=Discovery)
    quick: Quick = Field(default_factory=Quick)

    @field_validator("scenario", mode="before")
    @classmethod
    def _file_or_table(cls, value: Any) -> Any:
        if not isinstance(value, str | dict):
            raise ValueError(f"must be the path of a scenario file or a table of its fields, got {shown(value)}")
        return value

    @field_validator("levers", mode="before")
    @classmethod
    def _each_its_own(cls, value: Any) -> Any:
        if isinstance(value, list) and all(isinstance(name, str) for name in value):
            value = {name: {} for one in value for name in (mechanisms() if one == "*" else [one])}
        if not isinstance(value, dict):
            return value
        levers = {id: _own_mechanism(id, lever) for id, lever in value.items()}
        return {id: _of_lever(lever, levers) for id, lever in levers.items()}

    @field_validator("outcomes")
    @classmethod
    def _known_outcomes(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(known_outcome(name) for name in names)

    @field_validator("design", mode="before")
    @classmethod
    def _levers_alone(cls, value: Any) -> Any:
        return {"levers": value} if isinstance(value, str) else value

    @field_validator("replications", mode="before")
    @classmethod
    def _number_or_precision(cls, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | dict | Precision):
            raise ValueError(f"must be a whole number or a table of a precision to be reached, got {shown(value)}")
        if isinstance(value, int) and not 1 <= value <= 100_000:
            raise ValueError(f"must be at least 1 and at most 100000, got {value}")
        return value

    @field_validator("across", mode="before")
    @classmethod
    def _across_doses(cls, value: Any) -> Any:
        return floats(value)

    @field_validator("across")
    @classmethod
    def _known_across(cls, doses: dict[str, float]) -> dict[str, float]:
        return known_doses(doses)

    @model_validator(mode="after")
    def _each_mechanism_once(self) -> Study:
        homes: dict[tuple[str, str], str] = {("dose", name): "across" for name in self.across}
        for id, lever in self.levers.items():
            for name in lever.names:
                home = homes.setdefault((lever.kind, name), f"levers.{id}")
                if home != f"levers.{id}":
                    raise ValueError(f"mechanism {name!r} stands in {home} and in levers.{id}; it can be in one only")
        return self

    @model_validator(mode="after")
    def _something_to_vary(self) -> Study:
        if not self.levers and not (self.uncertainties.numbers or self.uncertainties.ranges):
            raise ValueError("nothing is varied: give levers, uncertainties or both")
        if self.portfolio is not None:
            if self.design.levers is not None or self.design.together is not None:
                raise ValueError("portfolio: the search chooses the policies, so the design has none over the levers")
            if not self.levers or not isinstance(self.replications, int):
                raise ValueError("portfolio: needs levers, and a number of replications")
        if self.design.uncertainties is not None and not (self.uncertainties.numbers or self.uncertainties.ranges):
            raise ValueError("design.uncertainties: there are no uncertainties to lay it over")
        return self

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any], where: str = "study", text: str | None = None) -> Study:
        """Make a study from plain data; ``where`` names its origin in errors, ``text`` is its file's content.

        Raises
        ------
        InputError
            If fields are wrong; all of them are named at once.
        """
        try:
            study = cls.model_validate(fields)
        except ValidationError as error:
            raise InputError(told(error, where, cls, text)) from None
        study._check_with_place(where)  # noqa: SLF001  (its own)
        return study

    def _check_with_place(self, where: str) -> None:
        place = self.place(where)
        weeks = place.weeks
        for id, lever in self.levers.items():
            for name in lever.names:
                if lever.kind != "dose" and not any(
                    name in one for one in (self.across, place.mechanisms, self._dosed())
                ):
                    raise InputError(
                        f"{where}: levers.{id}: {name} has no dose anywhere; give it one in across or in a lever"
                    )
            if lever.kind == "start" and lever.range[1] > weeks:
                raise InputError(
                    f"{where}: levers.{id}: week {lever.range[1]:g} comes after the run's last week, {weeks}"
                )
        if any(one.name == EMERGENCY for one in self.uncertain_factors()) and not place.emergencies:
            raise InputError(f"{where}: uncertainties: {EMERGENCY} needs a scenario with an emergency")
        if not self.uncertain_factors() and (self.uncertainties.numbers or self.uncertainties.ranges):
            raise InputError(f"{where}: uncertainties: no number is left that could be varied")

    def _dosed(self) -> dict[str, float]:
        return {name: dose for lever in self.levers.values() for name, dose in lever.mechanisms.items()}

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
        place, quick = self.place(), self.quick
        small = [spec.model_dump(mode="json") | {"residents": quick.residents} for spec in place.communities]
        scenario = place.replace(
            communities=small, weeks=quick.weeks, warmup=place.warmup if quick.warmup is None else quick.warmup
        )
        fields: dict[str, Any] = {"scenario": scenario.to_dict(), "across": {}}
        if quick.replications is not None:
            fields["replications"] = quick.replications
        if quick.design is not None:
            fields["design"] = quick.design.model_dump(mode="json", exclude_none=True)
        if quick.numbers is not None:
            numbers = self.uncertainties.model_dump(mode="json") | {"numbers": quick.numbers}
            fields["uncertainties"] = numbers
        return self.replace(**fields)

    def place(self, where: str = "study") -> Scenario:
        """Scenario that all designs share, with the mechanisms of ``across`` in force; errors name ``where``."""
        if isinstance(self.scenario, str):
            return Scenario.from_toml(self.scenario).with_mechanisms(self.across)
        return Scenario.from_dict(self.scenario, where=f"{where}: scenario").with_mechanisms(self.across)

    # Factors ----------------------------------------------------------------------------------------------------------

    def lever_factors(self) -> list[Factor]:
        """Levers as factors of a design."""
        return [lever.factor(id) for id, lever in self.levers.items()]

    def uncertain_factors(self) -> list[Factor]:
        """Uncertain numbers as factors of a design."""
        return self.uncertainties.factors(self.mechanisms_used())

    def mechanisms_used(self) -> set[str]:
        """Mechanisms that may be in force somewhere in the study."""
        place = (
            set(self.scenario.get("mechanisms", {}))
            if isinstance(self.scenario, dict)
            else set(self.place().mechanisms)
        )
        return {*self.across, *place, *(name for lever in self.levers.values() for name in lever.names)}

    def specs(self, values: Mapping[str, float], place: Scenario) -> Specs:
        """Mechanisms as a scenario takes them, with the levers at these values."""
        specs = {name: spec.model_dump(mode="json") for name, spec in place.mechanisms.items()}
        for id, lever in self.levers.items():
            lever.apply(values[id], specs)
        return rolled_out(specs, place.community_names)

    def design_name(self, values: Mapping[str, float]) -> str:
        """``nothing``, ``all``, or the levers that are off their base by number: ``1+3``, ``2=0.5``; else empty."""
        off = {id: values[id] for id, lever in self.levers.items() if values[id] != lever.baseline}
        if not off:
            return NOTHING
        if len(off) == len(self.levers) > 1 and all(values[id] == self.levers[id].range[1] for id in off):
            return ALL
        numbers = {id: number for number, id in enumerate(self.levers, start=1)}
        switched = self.switches
        if not switched and len(off) > MOST_NAMED:
            return ""
        full = {id: self.levers[id].is_switch or values[id] == self.levers[id].range[1] for id in off}
        return "+".join(f"{numbers[id]}" if switched or full[id] else f"{numbers[id]}={values[id]:g}" for id in off)

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


def known_outcome(name: str) -> str:
    """Give the name back, or raise a ValueError that names an outcome that the model has not."""
    if name not in OUTCOMES:
        raise ValueError(f"unknown outcome {name!r}{closest(name, OUTCOMES)}")
    return name


def located(fields: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Fields of a study file with the paths in it made relative to the current folder."""
    fields = dict(fields)
    scenario = fields.get("scenario")
    if isinstance(scenario, str):
        fields["scenario"] = str(folder / scenario)
    communities = scenario.get("communities") if isinstance(scenario, dict) else None
    for community in communities if isinstance(communities, list) else ():
        if isinstance(community, dict) and isinstance(community.get("margins"), str) and community["margins"]:
            community["margins"] = str(folder / community["margins"])
    designs = fields.get("design")
    for design in designs.values() if isinstance(designs, dict) else ():
        if isinstance(design, dict) and isinstance(design.get("path"), str):
            design["path"] = str(folder / design["path"])
    return fields


def _own_mechanism(id: str, lever: Any) -> Any:
    """A lever that says nothing of what it moves moves the mechanism of its own name."""
    told_what = {"mechanisms", "start_of", "roll_out_of"}
    if isinstance(lever, dict) and not told_what & lever.keys() and id in mechanisms():
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
