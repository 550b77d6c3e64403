"""The two calls: :func:`compare` and :func:`simulate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from experiments.comparison.asked import AnyDesign, Uncertain, study_of
from experiments.comparison.cache import Where, result_of
from experiments.comparison.comparison import Comparison
from experiments.comparison.ensemble import Ensemble
from experiments.engine import local
from experiments.run import How
from experiments.study import Study
from sim import Scenario
from sim.errors import InputError

Runs = TypeVar("Runs", bound=Ensemble)


def compare(
    baseline: Scenario,
    *designs: AnyDesign,
    replications: int = 16,
    precision: Mapping[str, float] | None = None,
    outcomes: Sequence[str] | None = None,
    seed: int = 1,
    uncertainties: Uncertain = None,
    futures: int = 30,
    tables: Sequence[str] = ("communities", "groups"),
    workers: int | None = None,
    cache: Where = None,
    progress: bool = True,
) -> Comparison:
    """Run designs and the baseline under the same luck, and compare them.

    Parameters
    ----------
    baseline : Scenario
        The place as it is, with the mechanisms that it has already.
    *designs : Design, Scenario or (str, one of these)
        A design is put in force on top of the baseline. A scenario may differ from the baseline only in mechanisms.
    replications : int
        Seeds, the same for all designs; with a precision, those before the first look.
    precision : dict of str to float
        Instead of a fixed number: half-width of the 95 % interval of the effect that every design is to reach, by
        outcome, in points for shares and scores (``{"participation": 0.5}``), at most 200 replications.
    outcomes : sequence of str
        Outcomes of interest; by default participation, satisfaction and fulfilment.
    seed : int
        Root of all seeds.
    uncertainties : sequence of str, dict of str to (low, high), or sequence of dict of str to float
        Numbers of the model that are not known, by name or pattern (``"routing.*"``), or with ranges of your own; or
        draws of them, such as ``posterior.futures(20)``. Every design meets every future, a draw of these numbers.
    futures : int
        Draws of the uncertain numbers (a Latin hypercube), unless draws are given.
    tables : sequence of str
        Kept of each run: ``communities``, ``groups``, ``needs``, ``residents``; the last two are large.
    workers : int
        Processes; by default one for each processor. Results do not depend on it.
    cache : bool or path
        Folder that keeps runs from one call to the next; by default in the user's cache; False for none.
    progress : bool
        Show progress.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        If there is no design, two have one name, one is no design for this baseline, or a name or number is wrong.
    """
    if not designs:
        raise InputError("compare: give one or more designs, or use simulate(scenario) for the scenario alone")
    study = study_of(
        baseline,
        designs,
        replications=replications,
        precision=precision,
        outcomes=outcomes,
        seed=seed,
        uncertainties=uncertainties,
        futures=futures,
        tables=tables,
    )
    return _run(Comparison, study, workers, cache, progress)


def simulate(
    scenario: Scenario | None = None,
    *,
    replications: int = 8,
    seed: int = 1,
    workers: int | None = None,
    cache: Where = None,
    progress: bool = True,
    outcomes: Sequence[str] | None = None,
    uncertainties: Uncertain = None,
    futures: int = 30,
    tables: Sequence[str] = ("communities", "groups"),
) -> Ensemble:
    """Run one scenario several times, each with luck of its own.

    Parameters
    ----------
    scenario : Scenario
        By default five communities, one of each type, without mechanisms.
    replications, seed, workers, cache, progress, outcomes, uncertainties, futures, tables
        As for :func:`compare`.

    Returns
    -------
    Ensemble
    """
    study = study_of(
        Scenario() if scenario is None else scenario,
        (),
        replications=replications,
        outcomes=outcomes,
        seed=seed,
        uncertainties=uncertainties,
        futures=futures,
        tables=tables,
    )
    return _run(Ensemble, study, workers, cache, progress)


def _run(kind: type[Runs], study: Study, workers: int | None, cache: Where, progress: bool) -> Runs:
    how = How(local(workers), progress=progress)
    found = result_of(study, how, cache)
    return kind(found.result, found.made, how=how, cache=cache)
