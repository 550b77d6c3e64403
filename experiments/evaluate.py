"""The model as a plain function of numbers, for the tools of others: SALib, EMA Workbench, any optimizer.

>>> from experiments import Evaluator
>>> evaluate = Evaluator(scenario, ["three_lists", "needs.arrival"], ["satisfaction"], replications=4)
>>> evaluate([[0.0, 1.2], [1.0, 1.2]])
>>> evaluate(three_lists=1.0, needs__arrival=1.2)
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

import sim
from experiments.designs.design import Factor
from experiments.paired import IncompleteError
from experiments.seeds import replication_seed
from sim import catalogue
from sim.errors import InputError, closest
from sim.mechanisms import mechanisms
from sim.model import is_of_process
from sim.outcomes import OUTCOMES
from sim.scenario import mechanism_entries

MOST_BYTES = 256 * 2**20  # of warmed-up states kept from point to point; one of 2,000 residents takes about 1 MB

Parameters = tuple[tuple[str, float], ...]


class Evaluator:
    """Outcomes of a place as a function of some of its numbers; it can be pickled, so that processes can share work.

    Every point is run with the same seeds (common random numbers), and points that share their past share the
    warmed-up state.

    Parameters
    ----------
    scenario : Scenario
        The place; what is not a factor stays as it says.
    factors : sequence of str or Factor
        A mechanism's name stands for its dose, 0 to 1; the dotted name of a number of the model for that number, within
        the catalogue's range. A :class:`experiments.designs.design.Factor` of such a name narrows the range.
    outcomes : sequence of str
        Outcomes of the whole place, in the order in which they are returned.
    replications : int
        Runs of each point, with a seed each; outcomes are their means.
    seed : int
        Root of the seeds.

    Raises
    ------
    InputError
        If a factor or outcome is unknown, or occurs twice.
    """

    def __init__(
        self,
        scenario: sim.Scenario,
        factors: Sequence[str | Factor],
        outcomes: Sequence[str],
        replications: int = 1,
        seed: int = 1,
    ) -> None:
        if replications < 1:
            raise InputError(f"replications: must be 1 or more, got {replications!r}")
        self.scenario = scenario
        self.factors = tuple(factor_of(one) for one in _listed(factors, "factors"))
        self.outcomes = tuple(_listed(outcomes, "outcomes"))
        for name in self.outcomes:
            if name not in OUTCOMES:
                raise InputError(f"outcomes: unknown outcome {name!r}{closest(name, OUTCOMES)}")
        for field, names in (("factors", [one.name for one in self.factors]), ("outcomes", self.outcomes)):
            if not names or len(set(names)) < len(names):
                raise InputError(f"{field}: must be one or more names, each once, got {', '.join(names) or 'none'}")
        self.seeds = tuple(replication_seed(seed, number) for number in range(replications))
        self._states: OrderedDict[tuple[Parameters, int], sim.WarmState] = OrderedDict()

    @property
    def problem(self) -> dict[str, Any]:
        """The factors as SALib names a problem: ``names``, ``bounds``, ``num_vars`` and ``outputs``."""
        return {
            "num_vars": len(self.factors),
            "names": [one.name for one in self.factors],
            "bounds": [[one.low, one.high] for one in self.factors],
            "outputs": list(self.outcomes),
        }

    def __call__(self, points: Any = None, /, **named: float) -> Any:
        """Run points and return means over the replications.

        Parameters
        ----------
        points : array, points x factors
            Values in the order of the factors.
        **named : float
            Or one point by name, with ``__`` for the dot; a factor that is not named stays as the scenario says.

        Returns
        -------
        array or dict
            For an array: a value for each point, or points x outcomes when there are several outcomes. For a point by
            name: value by outcome.

        Raises
        ------
        InputError
            If the array has another number of columns, a name is unknown, or a value lies outside its range.
        IncompleteError
            If an outcome cannot be measured in some run: SALib would turn that into zeros without a word.
        """
        if points is None:
            means = self._means([self._point(named)])[0]
            return dict(zip(self.outcomes, means.tolist(), strict=True))
        if named:
            raise InputError("give points as an array or one point by name, not both")
        rows = np.asarray(points, dtype=float)
        if rows.ndim != 2 or rows.shape[1] != len(self.factors):
            raise InputError(f"points: must have {len(self.factors)} columns, one for each factor, got {rows.shape}")
        means = self._means([_checked(dict(zip(self.factors, row, strict=True))) for row in rows.tolist()])
        return means[:, 0] if len(self.outcomes) == 1 else means

    def ema_model(self, name: str = "rongzhi") -> Any:
        """Model of EMA Workbench with mechanisms as levers, numbers as uncertainties, and the outcomes.

        Names of parameters have ``__`` for the dot, for they are names of arguments.
        """
        from ema_workbench import Model, RealParameter, ScalarOutcome

        def parameters(levers: bool) -> list[Any]:
            return [
                RealParameter(argument_of(one.name), one.low, one.high)
                for one in self.factors
                if (one.name in mechanisms()) is levers
            ]

        kinds = {1: ScalarOutcome.MAXIMIZE, 0: ScalarOutcome.INFO, -1: ScalarOutcome.MINIMIZE}
        model = Model(name, function=self)
        model.levers, model.uncertainties = parameters(levers=True), parameters(levers=False)
        model.outcomes = [ScalarOutcome(one, kind=kinds[OUTCOMES[one].better]) for one in self.outcomes]
        return model

    def __getstate__(self) -> dict[str, Any]:
        """Without the warmed-up states: another process makes its own, faster than it could be sent them."""
        return self.__dict__ | {"_states": OrderedDict()}

    def _point(self, named: Mapping[str, float]) -> dict[str, float]:
        arguments = {argument_of(one.name): one for one in self.factors}
        for name in named:
            if name not in arguments:
                raise InputError(f"unknown factor {name!r}{closest(name, arguments)}")
        return _checked({one: float(named[name]) for name, one in arguments.items() if name in named})

    def _means(self, points: Sequence[Mapping[str, float]]) -> np.ndarray:
        """Means over the replications: points x outcomes."""
        values = np.zeros((len(self.seeds), len(points), len(self.outcomes)))
        for past, rows in self._by_past(points):
            for replication, seed in enumerate(self.seeds):
                warm = self._warmed_up(past, seed)
                for row in rows:
                    summary = sim.run(self._scenario_of(points[row]), seed, warm).summary
                    values[replication, row] = [summary[name] for name in self.outcomes]
                    self._check_known(values[replication, row], points[row], seed)
        return values.mean(axis=0)

    def _by_past(self, points: Sequence[Mapping[str, float]]) -> Iterator[tuple[Parameters, list[int]]]:
        """Rows that share their past: mechanisms begin after it, so that it hangs on the processes' numbers only."""
        shared: dict[Parameters, list[int]] = {}
        for row, point in enumerate(points):
            past = tuple((name, value) for name, value in point.items() if is_of_process(name))
            shared.setdefault(past, []).append(row)
        yield from shared.items()

    def _warmed_up(self, past: Parameters, seed: int) -> sim.WarmState:
        key = (past, seed)
        if key not in self._states:
            self._states[key] = sim.warm_up(self._scenario_of(dict(past)), seed)
            while len(self._states) > 1 and sum(one.nbytes for one in self._states.values()) > MOST_BYTES:
                self._states.popitem(last=False)
        self._states.move_to_end(key)
        return self._states[key]

    def _scenario_of(self, point: Mapping[str, float]) -> sim.Scenario:
        doses = {name: value for name, value in point.items() if name in mechanisms()}
        numbers = {name: value for name, value in point.items() if name not in doses}
        timed = {
            name: self.scenario.mechanisms[name].model_dump() | {"dose": dose}
            if name in self.scenario.mechanisms
            else dose
            for name, dose in doses.items()
        }
        fields = self.scenario.to_dict()
        return self.scenario.replace(mechanisms=fields["mechanisms"] | timed, parameters=fields["parameters"] | numbers)

    def _check_known(self, values: np.ndarray, point: Mapping[str, float], seed: int) -> None:
        unknown = [name for name, value in zip(self.outcomes, values, strict=True) if not np.isfinite(value)]
        if unknown:
            told = ", ".join(f"{name} = {value:g}" for name, value in point.items())
            raise IncompleteError(
                f"{', '.join(unknown)}: cannot be measured at {told} with seed {seed}, because what it is measured on "
                "did not happen; run more residents or weeks, or ask for another outcome"
            )


def factor_of(asked: str | Factor) -> Factor:
    """Dose of a mechanism, or a number of the model, by name.

    Parameters
    ----------
    asked : str or Factor
        A Factor keeps its own range, which must lie within the one that the name has.

    Raises
    ------
    InputError
        If there is nothing of that name, or the range is not within its own.
    """
    name = asked if isinstance(asked, str) else asked.name
    if name in mechanisms():
        known = Factor(name, 0.0, 1.0, 0.0, (0.0, 1.0))
    else:
        entries = {one.name: one for one in (*catalogue.entries(), *mechanism_entries())}
        if name not in entries:
            raise InputError(f"factors: unknown factor {name!r}{closest(name, [*mechanisms(), *entries])}")
        one = entries[name]
        known = Factor(name, one.low, one.high, one.value, (one.low, one.high))
    if isinstance(asked, str):
        asked = known
    if not known.low <= asked.low < asked.high <= known.high:
        raise InputError(
            f"factors.{name}: [{asked.low:g}, {asked.high:g}] is not a range within [{known.low:g}, {known.high:g}]"
        )
    return asked


def _checked(point: Mapping[Factor, float]) -> dict[str, float]:
    """Point by name; samples that rounding took over the edge of a range come back to it.

    Raises
    ------
    InputError
        If a value lies outside its range.
    """
    checked = {}
    for factor, value in point.items():
        slack = 1e-9 * (factor.high - factor.low)
        if not factor.low - slack <= value <= factor.high + slack:
            raise InputError(f"{factor.name}: {value} lies outside its range [{factor.low:g}, {factor.high:g}]")
        checked[factor.name] = min(factor.high, max(factor.low, value))
    return checked


def argument_of(name: str) -> str:
    """Name of a factor as the name of an argument: EMA Workbench takes no dots."""
    return name.replace(".", "__")


def _listed(names: Sequence[Any], field: str) -> Sequence[Any]:
    if isinstance(names, str):
        raise InputError(f"{field}: must be a list of names, got the text {names!r}")
    return names
