"""Whether a mechanism keeps what every mechanism promises (``sim/mechanisms/__init__.py``), tried in a small place.

>>> from experiments import check_mechanism
>>> check_mechanism("three_lists")  # doctest: +SKIP
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

import sim
from experiments.text import spoken, text
from sim.catalogue import process_entries
from sim.errors import InputError, closest
from sim.mechanisms import Mechanism, mechanisms
from sim.model import Numbers
from sim.outcomes import AT
from sim.schedule import NAMES

HOOKS = ("at_start", *(f"{when}_{process}" for process in NAMES for when in ("before", "after")))
OUT_OF_BOUNDS = ("satisfaction", "took_part", "took_part_online", "form", "acts", "hours_given", "asked")
WEEKS, START, DOSE, RESIDENTS = 26, 10, 0.6, 200
ABOUT_TO_ACT = 20  # weeks after which hooks are tried, so that needs, links and volunteers are there


def check_mechanism(name: str, language: str | None = None) -> pd.DataFrame:
    """Try whether a mechanism keeps what every mechanism promises, in a village and an old neighbourhood.

    Parameters
    ----------
    name : str
        Of a mechanism that is there; register a file of your own first (:func:`sim.mechanisms.register`).
    language : str
        Of the column ``says``.

    Returns
    -------
    DataFrame
        A row for each promise: ``promise``, ``says`` (in words), ``kept``.

    Raises
    ------
    InputError
        If no mechanism has that name.
    """
    language = spoken(language)
    if name not in mechanisms():
        raise InputError(f"check_mechanism: unknown mechanism {name!r}{closest(name, mechanisms())}")
    trial = _Trial(mechanisms()[name])
    rows = [(promise, text(language, f"contract.{promise}"), bool(kept(trial))) for promise, kept in PROMISES.items()]
    return pd.DataFrame(rows, columns=["promise", "says", "kept"])


def same_bits(one: sim.Result, other: sim.Result) -> bool:
    """Whether two runs agree in every week, every resident and every need, to the last bit."""
    tables = [(run.history.tobytes(), run.residents.to_csv(), run.needs.to_csv()) for run in (one, other)]
    return tables[0] == tables[1]


@dataclass
class _Trial:
    """A mechanism, and the runs that tell of it; all from one past."""

    kind: type[Mechanism]

    @functools.cached_property
    def place(self) -> sim.Scenario:
        kinds = ("village", "old_neighbourhood")
        return sim.Scenario(
            communities=[{"type": one, "residents": RESIDENTS} for one in kinds], weeks=WEEKS, warmup=13, seed=7
        )

    @functools.cached_property
    def warm(self) -> sim.WarmState:
        return sim.warm_up(self.place)

    @functools.cached_property
    def without(self) -> sim.Result:
        return sim.run(self.place, warm=self.warm)

    @functools.cached_property
    def late(self) -> sim.Result:
        return self.run(dose=DOSE, start=START)

    def run(self, **spec: Any) -> sim.Result:
        return sim.run(self.place.replace(mechanisms={self.kind.name: spec}), warm=self.warm)

    def numbers(self, *dose: float) -> tuple[Any, Any]:
        """Numbers as they are, and as the mechanism makes them at these doses by community."""
        base, after = (sim.Community(self.place).numbers for _ in range(2))
        self.kind().change_numbers(after, np.array(dose))
        return base, after

    def cost(self, name: str) -> float:
        return float(self.kind.entries()[name].value)

    def booked(self, column: str) -> np.ndarray:
        """A column of the late run: weeks x communities."""
        return self.late.history[:, :, AT[column]]


def _off_is_the_baseline(trial: _Trial) -> bool:
    base, after = trial.numbers(0.0, 0.0)
    same = all(a.tobytes() == b.tobytes() for a, b in zip(base, after, strict=True))
    return same and same_bits(trial.run(dose=0.0), trial.without)


def _nothing_before_it_starts(trial: _Trial) -> bool:
    before = START - 1
    return trial.late.history[:before].tobytes() == trial.without.history[:before].tobytes()


def _residents_feel_it(trial: _Trial) -> bool:
    return not same_bits(trial.run(dose=1.0), trial.without)


def _only_where_in_force(trial: _Trial) -> bool:
    base, after = trial.numbers(0.0, 1.0)
    return all(a[0].tobytes() == b[0].tobytes() for a, b in zip(base, after, strict=True))


def _shares_stay_shares(trial: _Trial) -> bool:
    _, after = trial.numbers(1.0, 1.0)
    for process in Numbers._fields:
        table = getattr(after, process)
        shares = [one for one, entry in process_entries(process).items() if entry.unit == "share" and entry.low >= 0.0]
        if not all(np.isfinite(table[one]).all() for one in table.dtype.names):
            return False
        if not all(((table[one] >= 0.0) & (table[one] <= 1.0)).all() for one in shares):
            return False
    return True


def _hands_off_outcomes(trial: _Trial) -> bool:
    model = sim.Community(trial.place)
    for _ in range(ABOUT_TO_ACT):
        model.step()
    mechanism, dose = trial.kind(), np.ones(model.communities.size)
    before = {one: model.residents[one].tobytes() for one in OUT_OF_BOUNDS}
    for hook in HOOKS:
        if hasattr(trial.kind, hook):
            getattr(mechanism, hook)(model, dose)
    return {one: model.residents[one].tobytes() for one in OUT_OF_BOUNDS} == before


def _hooks_are_known(trial: _Trial) -> bool:
    return {one for one in dir(trial.kind) if one.startswith(("before_", "after_", "at_"))} <= {*HOOKS}


def _costs_something(trial: _Trial) -> bool:
    costs = [trial.cost(name) for name in ("setup_yuan", "running_yuan", "staff_hours")]
    return min(costs) >= 0.0 and max(*costs, trial.cost("attention")) > 0.0


def _yuan_are_booked(trial: _Trial) -> bool:
    years = (WEEKS - START + 1) / 52.0
    due = RESIDENTS * DOSE * (trial.cost("setup_yuan") + trial.cost("running_yuan") * years)
    paid = trial.booked("mechanism_yuan")
    return not paid[: START - 1].any() and np.allclose(paid.sum(axis=0), due, rtol=1e-6)


def _hours_are_booked(trial: _Trial) -> bool:
    hours = trial.booked("mechanism_hours")
    due = trial.cost("staff_hours") * DOSE * RESIDENTS / 1000.0
    return not hours[: START - 1].any() and np.allclose(hours[START - 1 :], due, rtol=1e-6)


PROMISES: dict[str, Callable[[_Trial], bool]] = {
    "off_is_the_baseline": _off_is_the_baseline,
    "nothing_before_it_starts": _nothing_before_it_starts,
    "only_where_in_force": _only_where_in_force,
    "residents_feel_it": _residents_feel_it,
    "hands_off_outcomes": _hands_off_outcomes,
    "hooks_are_known": _hooks_are_known,
    "shares_stay_shares": _shares_stay_shares,
    "costs_something": _costs_something,
    "yuan_are_booked": _yuan_are_booked,
    "hours_are_booked": _hours_are_booked,
}
