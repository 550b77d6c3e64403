"""What a planner asks: a budget, objectives, targets and uncertain numbers, in the units in which people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from experiments.analyses.pareto import Goals, outcome_of
from experiments.formats import scale
from sim.errors import InputError, closest
from sim.mechanisms import mechanisms
from sim.scenario import Scenario

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """What an outcome should reach, or by how much it should be better than with no mechanism at all.

    Attributes
    ----------
    outcome : str
    value : float
        In the model's unit, in which shares and scores run from 0 to 1.
    is_gain : bool
        Whether it is a difference to doing nothing in the same future.
    """

    outcome: str
    value: float
    is_gain: bool

    def margin(self, values: Values, nothing: Values) -> Values:
        """By how much values surpass it; below 0 where they miss it."""
        better = outcome_of(self.outcome).better or 1
        return better * (values - (nothing + self.value if self.is_gain else self.value))


def read_budget(budget: float | Mapping[str, float]) -> dict[str, float]:
    """Limits by outcome in the model's unit; a bare number is yuan for a resident and year."""
    given = dict(budget) if isinstance(budget, Mapping) else {"yuan": budget}
    return {name: _number(limit, f"budget.{name}") / scale(outcome_of(name)) for name, limit in given.items()}


def read_targets(targets: Mapping[str, float | str] | None) -> tuple[Target, ...]:
    """Targets by outcome: ``62`` is a level in the printed unit (points of 100, per cent), ``"+3"`` a gain."""
    found = []
    for name, given in (targets or {}).items():
        outcome, where = outcome_of(name), f"targets.{name}"
        if not outcome.better:
            raise InputError(f"{where}: neither more nor less of it is better, so it can be no target")
        is_gain = isinstance(given, str) and given.strip()[:1] in ("+", "-", "\N{MINUS SIGN}")
        number = _number(given, where)
        if scale(outcome) > 1 and not is_gain and 0 < abs(number) < 1:
            raise InputError(f"{where}: runs from 0 to 100; write {100 * number:g} instead of {number:g}")
        found.append(Target(name, number / scale(outcome), is_gain))
    return tuple(found)


def _number(given: Any, where: str) -> float:
    try:
        if isinstance(given, bool):
            raise ValueError
        return float(given.replace("\N{MINUS SIGN}", "-") if isinstance(given, str) else given)
    except (TypeError, ValueError):
        raise InputError(f"{where}: must be a number such as 62, or a gain such as '+3', got {given!r}") from None


def read_levers(
    asked: Sequence[str] | Mapping[str, Sequence[str] | Mapping[str, float]] | None,
    scenario: Scenario,
    doses: Sequence[float],
) -> dict[str, dict[str, Any]]:
    """Levers as a study takes them: a mechanism each by default, but for those that the place has already."""
    if isinstance(asked, str):
        raise InputError(f"mechanisms: must be a list of names, got the text {asked!r}")
    if asked is None:
        asked = [name for name in mechanisms() if name not in scenario.mechanisms]
    levers: dict[str, Any] = dict(asked) if isinstance(asked, Mapping) else {name: [name] for name in asked}
    for id, names in levers.items():
        for name in [names] if isinstance(names, str) else names:
            if name not in mechanisms():
                raise InputError(f"mechanisms: unknown mechanism {name!r}{closest(name, mechanisms())}")
            if name in scenario.mechanisms:
                raise InputError(f"mechanisms: {name!r} is in force in the place already; leave it out of the search")
        levers[id] = [names] if isinstance(names, str) else names
    if not levers:
        raise InputError("mechanisms: there is none to choose from")
    wrong = [dose for dose in doses if not 0 < dose <= 1]
    if wrong or not doses:
        raise InputError(f"doses: must be one or more numbers above 0 and at most 1, got {list(doses)}")
    values = [0.0, *sorted({float(dose) for dose in doses})]
    return {id: {"mechanisms": names, "values": values} for id, names in levers.items()}


def read_uncertainties(asked: str | Sequence[str] | Mapping[str, Any] | None) -> dict[str, Any]:
    """Table of a study's uncertainties: ``"grades D"``, names and patterns, or the table itself; empty for none."""
    if asked is None:
        return {}
    if isinstance(asked, str):
        word, _, grades = asked.partition(" ")
        if word != "grades" or not grades or set(grades) - set("ABCD"):
            raise InputError(f"uncertainties: must be None, 'grades D' (or 'grades CD', …), or names, got {asked!r}")
        return {"numbers": ["*"], "grades": grades}
    return dict(asked) if isinstance(asked, Mapping) else {"numbers": list(asked)}


def balance(gains: Values, among: NDArray[np.bool_]) -> Values:
    """How much of what can be gained a point gains, in the objective in which it gains least of it.

    Parameters
    ----------
    gains : array, points x objectives
        Differences to doing nothing, more is better.
    among : array of bool
        Points that may be chosen.

    Returns
    -------
    array
        By point: 1 for the best in everything, 0 for no better than nothing in something, below 0 for worse.
    """
    most = gains[among].max(axis=0, initial=0.0)
    spread = np.abs(gains).max(axis=0, initial=0.0)
    scaled = gains / np.where(most > 0, most, np.where(spread > 0, spread, 1.0))
    return np.asarray(scaled.min(axis=1) + 1e-9 * scaled.mean(axis=1))  # of two alike, the better on the whole


@dataclass(frozen=True)
class Asked:
    """Goals and targets together.

    Attributes
    ----------
    goals : Goals
        Objectives, those of the targets among them, and limits.
    targets : tuple of Target
    """

    goals: Goals
    targets: tuple[Target, ...] = ()

    @classmethod
    def of(
        cls,
        budget: float | Mapping[str, float],
        objectives: Sequence[str],
        targets: Mapping[str, float | str] | None = None,
    ) -> Asked:
        """Read what a planner asks.

        Raises
        ------
        InputError
            If an outcome is unknown, has no better direction, or a number is none.
        """
        if isinstance(objectives, str):
            raise InputError(f"objectives: must be a list of outcomes, got the text {objectives!r}")
        aims = read_targets(targets)
        names = list(dict.fromkeys([*objectives, *(one.outcome for one in aims)]))
        try:
            return cls(Goals.model_validate({"objectives": names, "budget": read_budget(budget)}), aims)
        except ValidationError as error:
            told = [f"{one['loc'][0]}: {one['msg'].removeprefix('Value error, ')}" for one in error.errors()]
            raise InputError("\n".join(told)) from None

    @property
    def objectives(self) -> list[str]:
        """Names of the objectives."""
        return list(self.goals.objectives)

    @property
    def limits(self) -> Values:
        """Limits of the budget."""
        return np.array(list(self.goals.budget.values()))

    def parts(self, values: Values) -> tuple[Values, Values]:
        """Objectives turned so that more is better, and costs, of values whose last axis is the names of the goals."""
        at = [self.goals.names.index(name) for name in self.objectives]
        signs = np.array([1.0 if way == "max" else -1.0 for way in self.goals.objectives.values()])
        return values[..., at] * signs, values[..., [self.goals.names.index(name) for name in self.goals.budget]]

    def margins(self, values: Values, nothing: Values) -> Values:
        """By how much each target is surpassed, on the last axis; without targets, by how much each objective gains."""
        if not self.targets:
            return self.parts(values)[0] - self.parts(nothing)[0]
        at = [self.goals.names.index(one.outcome) for one in self.targets]
        both = zip(self.targets, at, strict=True)
        return np.stack([one.margin(values[..., place], nothing[..., place]) for one, place in both], axis=-1)
