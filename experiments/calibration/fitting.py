"""Calibration to local data: prior runs, a posterior from them, and runs with its draws to see whether they fit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.arguments import a_scenario, whole
from experiments.calibration.posterior import IDENTIFIED, Posterior
from experiments.calibration.prior import Made, PriorSample, Ranges, prior_sample, run_sample
from experiments.calibration.regression import Draws, posterior_draws
from experiments.calibration.targets import Observed, observed
from experiments.engine import Engine, kept_open, local
from experiments.plan import digest
from experiments.seeds import replication_seed
from experiments.text import spoken
from sim import Scenario
from sim.errors import InputError

SAMPLE = 1000  # draws of a posterior
LEAST_PREDICTIVE = 10
BOX, MARGIN = (0.005, 0.995), 0.1  # quantiles that a second round spans, and what it adds on both sides (assumed)


def calibrate(
    scenario: Scenario,
    targets: Any,
    parameters: Sequence[str] | Ranges,
    runs: int = 1000,
    *,
    rounds: int = 1,
    predictive: int = 40,
    seed: int = 1,
    workers: int | None = None,
    engine: Engine | None = None,
    out: str | Path | None = None,
    sample: PriorSample | None = None,
    progress: bool = True,
    language: str | None = None,
) -> Posterior:
    """Find which values of parameters agree with what was observed in a place.

    Approximate Bayesian computation with regression adjustment; see :mod:`experiments.calibration.regression`. Each
    draw is run once, with luck of its own, since the place that was observed is one draw of luck too. What a run makes
    is measured with the targets' errors before it is compared.

    Parameters
    ----------
    scenario : Scenario
        The place as it was when it was observed; the targets speak of its last year.
    targets : DataFrame, or object with a ``dataframe``
        See :func:`experiments.calibration.targets.observed`.
    parameters : list of str, or dict of str to (low, high)
        Dotted names; by default within the ranges of the catalogue. Priors are uniform.
    runs : int
        Prior runs of a round; 100 is the least that five parameters can be found with, 1,000 is good.
    rounds : int
        2 runs as many again in the narrower ranges that the first round left, for sharper intervals.
    predictive : int
        Runs with draws of the posterior, from which the fit is judged; at least 10.
    seed : int
    workers : int
        Processes; by default one for each processor. The result does not depend on it.
    engine : Engine
        Where runs are computed, instead of a pool of processes here.
    out : str or Path
        Folder of the runs: an interrupted calibration goes on from there, and one to other targets makes no prior run
        again. Nothing is kept when absent.
    sample : PriorSample
        Prior runs that there are already, such as ``posterior.prior``, instead of new ones.
    progress : bool
    language : str
        Of words: ``en``, ``zh_hans`` or ``zh_hant``.

    Raises
    ------
    InputError
        If targets or parameters are wrong, no run comes near any target, or hardly any could measure all of them.
    StudyInterruptedError
        If it was interrupted.
    """
    language = spoken(language)
    wanted = observed(targets, a_scenario("scenario", scenario).community_names)
    if rounds not in (1, 2):
        raise InputError(f"rounds: must be 1 or 2, got {rounds!r}")
    predictive, seed = whole("predictive", predictive, LEAST_PREDICTIVE), whole("seed", seed, 0)

    with kept_open(engine or local(workers)) as workshop:

        def made(part: str) -> Made:
            return Made(None if out is None else Path(out) / part, workshop, progress, language)

        prior = last = sample or prior_sample(scenario, parameters, runs, seed, made("prior"))
        prior.complete(wanted.wanted)
        reached = wanted.reached(prior.simulated(wanted.wanted), seed)
        used = wanted.at(np.flatnonzero(reached & ~wanted.repeats(scenario.community_names)))
        if not reached.any():
            raise InputError("targets: no run comes near any of them; is the scenario the place that was observed?")
        draws = draws_from(last, used, seed)
        if rounds == 2:
            box = narrowed(prior, draws)
            part = f"round_{digest(list(box.values()))}"
            design = {"kind": "latin_hypercube", "points": runs}
            last = prior.joined(run_sample(scenario, box, design, replication_seed(seed, 1), made(part)))
            draws = draws_from(last, used, seed)
        places = draws.resampled(SAMPLE, np.random.default_rng(seed))
        found = pd.DataFrame(last.to_units(places), columns=last.names)
        predicted = _predicted(prior, found.head(predictive), replication_seed(seed, 2), made)
    return Posterior(found, wanted, prior, last, predicted, seed, language)


def draws_from(sample: PriorSample, wanted: Observed, seed: int) -> Draws:
    """Posterior draws from runs of the prior.

    Raises
    ------
    InputError
        If too few runs could measure all targets.
    """
    whole = sample.complete(wanted.wanted)
    simulated = sample.simulated(wanted.wanted)[whole]
    return posterior_draws(sample.unit[whole], simulated, wanted.goal, wanted.measured, seed)


def narrowed(prior: PriorSample, draws: Draws) -> dict[str, tuple[float, float]]:
    """Ranges that hold all but a hundredth of the draws, and a margin; whole ones where nothing was learnt."""
    low, high = draws.quantiles(list(BOX))
    mean = draws.weights @ draws.places
    sd = np.sqrt(draws.weights @ (draws.places - mean) ** 2)
    unknown = 1.0 - sd * np.sqrt(12.0) < IDENTIFIED
    room = MARGIN * (high - low)
    ends = np.stack([np.where(unknown, 0.0, np.maximum(0.0, low - room)), np.where(unknown, 1.0, high + room)])
    values = prior.to_units(np.minimum(ends, 1.0))
    return {name: (float(values[0, i]), float(values[1, i])) for i, name in enumerate(prior.names)}


def _predicted(prior: PriorSample, draws: pd.DataFrame, seed: int, made: Any) -> PriorSample:
    """Runs with these draws."""
    ranges = {one.name: (one.low, one.high) for one in prior.factors}
    design = {"kind": "given", "points": draws.to_dict("records")}
    part = f"predictive_{digest(draws.to_numpy().tolist())}"
    return run_sample(prior.scenario, ranges, design, seed, made(part))
