"""Whether intervals hold what they promise: known parameters are looked for, case by case."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.calibration.prior import Made, PriorSample, Ranges, prior_sample
from experiments.calibration.regression import posterior_draws
from experiments.calibration.targets import Observed, observed
from experiments.engine import Engine, local
from sim import Scenario
from sim.errors import InputError

LEVELS = (0.5, 0.9, 0.95)


def coverage(
    scenario: Scenario,
    targets: Any,
    parameters: Sequence[str] | Ranges,
    cases: int = 20,
    *,
    runs: int = 1000,
    seed: int = 1,
    workers: int | None = None,
    engine: Engine | None = None,
    out: str | Path | None = None,
    sample: PriorSample | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """Calibrate to made-up observations whose parameters are known: simulation-based calibration (Talts et al. 2018).

    Each case is a run of the prior sample that is left out of it: its outcomes, measured with the targets' errors, are
    what was observed. So it costs no runs beyond those of a calibration, and shares them when ``out`` is the same.

    Parameters
    ----------
    scenario, targets, parameters, runs, seed, workers, engine, out, sample, progress
        As for :func:`experiments.calibrate`. Of the targets the outcomes and their errors matter, not the values.
    cases : int

    Returns
    -------
    DataFrame
        A row for each case and parameter: ``case``, ``parameter``, ``true``, ``median``, ``low``, ``high`` (95 %),
        ``rank`` (posterior probability below the truth: even between 0 and 1 when intervals are right), ``in_50``,
        ``in_90``, ``in_95`` (whether the truth lies within the interval). Means of these are the coverage.
    """
    if sample is None:
        made = Made(None if out is None else Path(out) / "prior", engine or local(workers), progress)
        sample = prior_sample(scenario, parameters, runs, seed, made)
    wanted = observed(targets, scenario.community_names)
    return coverage_of(sample, wanted.at(np.flatnonzero(~wanted.repeats(scenario.community_names))), cases, seed)


def coverage_of(sample: PriorSample, wanted: Observed, cases: int, seed: int) -> pd.DataFrame:
    """Coverage on runs of a prior sample; see :func:`coverage`."""
    simulated = sample.simulated(wanted.wanted)
    known = sample.complete(wanted.wanted)
    if not 1 <= cases <= len(known):
        raise InputError(f"cases: must be 1 to {len(known)}, the runs in which all targets were measured, got {cases}")
    random = np.random.default_rng(seed)
    seen = wanted.measured(simulated, random)
    places = sample.unit
    tails = [0.5 + side * level / 2 for level in LEVELS for side in (-1, 1)]
    rows = []
    for number, case in enumerate(random.choice(known, cases, replace=False)):
        others = known[known != case]
        draws = posterior_draws(places[others], simulated[others], seen[case], wanted.measured, seed)
        ends, rank = draws.quantiles([0.5, *tails]), draws.below(places[case])
        values = sample.to_units(ends)
        for column, name in enumerate(sample.names):
            true = places[case, column]
            inside = {
                f"in_{level * 100:.0f}": bool(ends[1 + 2 * i, column] <= true <= ends[2 + 2 * i, column])
                for i, level in enumerate(LEVELS)
            }
            rows.append(
                {
                    "case": number,
                    "parameter": name,
                    "true": float(sample.draws[name].iloc[case]),
                    "median": values[0, column],
                    "low": values[-2, column],
                    "high": values[-1, column],
                    "rank": rank[column],
                    **inside,
                }
            )
    return pd.DataFrame(rows)
