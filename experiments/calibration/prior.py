"""The prior sample: runs of the model with parameters drawn evenly from their ranges, each with luck of its own.

It knows nothing of targets, so that one sample serves any number of calibrations of the same place.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.designs.design import Factor
from experiments.engine import Engine, local
from experiments.result import StudyResult
from experiments.run import INTERRUPTED, How, StudyFailedError, StudyInterruptedError, first_failure, make_runs
from experiments.study import Study
from experiments.study.names import number_entries
from experiments.study_folder import open_folder, scratch_folder
from sim import Scenario
from sim.errors import InputError, closest

Ranges = Mapping[str, tuple[float, float]]
LEAST_RUNS = 50  # fewer say nothing even of one parameter (assumed)


@dataclass(frozen=True)
class Made:
    """How runs are made; none of it changes a result.

    Attributes
    ----------
    folder : Path
        Where they are kept, so that none is made twice; nothing is kept when absent.
    engine : Engine
        Where they are computed; by default a pool of processes here, one for each processor.
    progress : bool
    language : str
        Of the progress.
    """

    folder: Path | None = None
    engine: Engine = field(default_factory=local)
    progress: bool = True
    language: str = "en"


@dataclass(frozen=True)
class PriorSample:
    """Parameters and what the model made of them.

    Attributes
    ----------
    scenario : Scenario
    factors : tuple of Factor
        Parameters with their prior ranges.
    draws : DataFrame
        Runs x parameters, in the parameters' units.
    whole : DataFrame
        Runs x outcomes of the whole place.
    communities : dict of str to DataFrame
        Same by community.
    seed : int
    """

    scenario: Scenario
    factors: tuple[Factor, ...]
    draws: pd.DataFrame = field(repr=False)
    whole: pd.DataFrame = field(repr=False)
    communities: Mapping[str, pd.DataFrame] = field(repr=False)
    seed: int = 1

    def __len__(self) -> int:
        """Number of runs."""
        return len(self.draws)

    @property
    def names(self) -> list[str]:
        """Dotted names of the parameters."""
        return [one.name for one in self.factors]

    @property
    def unit(self) -> NDArray[np.float64]:
        """Draws as places between 0 and 1 in their ranges: runs x parameters."""
        return self.to_unit(self.draws.to_numpy())

    def to_unit(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Places between 0 and 1 of values in the parameters' units."""
        low, high = self._ends
        return (values - low) / (high - low)

    def to_units(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values in the parameters' units of places between 0 and 1."""
        low, high = self._ends
        return np.clip(low + places * (high - low), low, high)

    @property
    def _ends(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return np.array([one.low for one in self.factors]), np.array([one.high for one in self.factors])

    def simulated(self, wanted: Iterable[tuple[str, str]]) -> NDArray[np.float64]:
        """Outcomes by run: runs x wanted; NaN where a run could not measure one.

        Parameters
        ----------
        wanted : iterable of (str, str)
            Outcome and community; an empty community is the whole place.
        """
        return np.column_stack(
            [(self.communities[place] if place else self.whole)[name].to_numpy(dtype=float) for name, place in wanted]
        )

    def complete(self, wanted: Sequence[tuple[str, str]]) -> NDArray[np.int64]:
        """Runs that could measure all outcomes, by position.

        Raises
        ------
        InputError
            If there are too few of them.
        """
        known = np.isfinite(self.simulated(wanted))
        whole = np.flatnonzero(known.all(axis=1))
        if len(whole) < LEAST_RUNS:
            name, place = wanted[int(np.argmin(known.sum(axis=0)))]
            raise InputError(
                f"targets: only {len(whole)} of {len(self)} runs could measure all of them; {name} "
                f"{f'in {place}' if place else 'of the whole place'} is missing most often: leave it out, or take more "
                "residents, weeks or runs"
            )
        return whole

    def joined(self, other: PriorSample) -> PriorSample:
        """Both samples within the ranges of ``other``, which lie within those of this one.

        Even draws from a box, cut to a smaller box, are even draws from the smaller one: neither needs weights.
        """
        inside = np.all([self.draws[one.name].between(one.low, one.high) for one in other.factors], axis=0)

        def stacked(mine: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
            return pd.concat([mine[inside], theirs], ignore_index=True)

        return PriorSample(
            other.scenario,
            other.factors,
            stacked(self.draws, other.draws),
            stacked(self.whole, other.whole),
            {name: stacked(table, other.communities[name]) for name, table in self.communities.items()},
            self.seed,
        )


def ranges_of(scenario: Scenario, parameters: Sequence[str] | Ranges) -> dict[str, tuple[float, float]]:
    """Prior range of each parameter: as given, else that of the catalogue.

    Raises
    ------
    InputError
        If a parameter is unknown, is fixed, or belongs to a mechanism that is not in force; all are named at once.
    """
    if isinstance(parameters, str) or not parameters:
        raise InputError(
            f"parameters: must be a list of dotted names or a dict of name to (low, high), got {parameters!r}"
        )
    known, wrong, found = number_entries(), [], {}
    for name in parameters:
        if name not in known:
            wrong.append(f"parameters: unknown parameter {name!r}{closest(name, known)}")
            continue
        entry = known[name]
        low, high = parameters[name] if isinstance(parameters, Mapping) else (entry.low, entry.high)
        found[name] = (float(low), float(high))
        if not entry.low <= low < high <= entry.high:
            wrong.append(
                f"parameters.{name}: ({low:g}, {high:g}) must be a range within ({entry.low:g}, {entry.high:g})"
            )
        owner = name.partition(".")[0]
        if _is_mechanism(owner) and owner not in scenario.mechanisms:
            wrong.append(f"parameters.{name}: mechanism {owner!r} is not in force, so nothing hangs on it")
    if wrong:
        raise InputError("\n".join(wrong))
    return found


def _is_mechanism(owner: str) -> bool:
    from sim.mechanisms import mechanisms

    return owner in mechanisms()


def prior_sample(
    scenario: Scenario,
    parameters: Sequence[str] | Ranges,
    runs: int = 1000,
    seed: int = 1,
    made: Made | None = None,
) -> PriorSample:
    """Draw parameters from their ranges by a Latin hypercube and run each draw once.

    Parameters
    ----------
    scenario : Scenario
    parameters : list of str, or dict of str to (low, high)
        By default the ranges are those of the catalogue. Priors are uniform.
    runs : int
        At least 50; some 150 for each parameter are a good start.
    seed : int
    made : Made

    Raises
    ------
    InputError
        If parameters or runs are wrong.
    """
    if runs < LEAST_RUNS:
        raise InputError(f"runs: must be at least {LEAST_RUNS}, got {runs}")
    ranges = ranges_of(scenario, parameters)
    return run_sample(scenario, ranges, {"kind": "latin_hypercube", "points": runs}, seed, made or Made())


def run_sample(scenario: Scenario, ranges: Ranges, design: Mapping[str, Any], seed: int, made: Made) -> PriorSample:
    """Run the points of a design over these ranges, each once and with its own luck.

    Raises
    ------
    StudyFailedError
        If half of the runs fail.
    StudyInterruptedError
        If it was interrupted; with a folder it goes on from there.
    """
    study = Study.from_dict(
        {
            "name": "calibration",
            "title": "Calibration",
            "question": "Which parameters agree with what was observed?",
            "scenario": scenario.to_dict(),
            "uncertainties": {"ranges": {name: list(pair) for name, pair in ranges.items()}},
            "design": {"together": dict(design)},
            "replications": 1,
            "seed": seed,
            "luck": "own",
            "keep": {"tables": ["communities"], "weekly": "none"},
        },
        "calibration",
    )
    result = _run(study, made)
    runs = result.runs[result.runs["status"] == "ok"].set_index("run_id")
    by_community = {
        str(name): part.set_index("run_id")[list(result.outcomes)].reindex(runs.index).reset_index(drop=True)
        for name, part in result.communities.groupby("community", sort=False)
    }
    factors = {one.name: one for one in result.plan.numbers}
    return PriorSample(
        scenario,
        tuple(factors[name] for name in ranges),
        runs[list(ranges)].reset_index(drop=True),
        runs[list(result.outcomes)].reset_index(drop=True),
        by_community,
        seed,
    )


def _run(study: Study, made: Made) -> StudyResult:
    how = How(made.engine, language=made.language, progress=made.progress)
    with scratch_folder() if made.folder is None else contextlib.nullcontext(made.folder) as folder:
        store = open_folder(study, folder)
        if make_runs(store, how) == INTERRUPTED:
            raise StudyInterruptedError
        result = StudyResult.load(folder)
        if 2 * len(result.failures) >= len(result.runs):
            raise StudyFailedError(first_failure(store))
    return result
