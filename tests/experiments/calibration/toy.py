"""A stand-in for the model: outcomes that are linear in two of three parameters, so that posteriors are known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.calibration.prior import PriorSample, ranges_of
from experiments.designs.design import Factor
from sim import Scenario

PLACE = Scenario(
    communities=[{"type": "village", "residents": 60}, {"type": "old_neighbourhood", "residents": 60}],
    weeks=8,
    warmup=2,
)
RANGES = {
    "satisfaction.start_trust": (0.2, 0.8),
    "participation.base_volunteer": (-4.0, 0.0),
    "satisfaction.disconfirmation": (0.0, 0.8),  # of which nothing tells
}
LUCK = 0.02
SPREAD = 0.6 * 0.6  # of trust, over the whole range


def simulated(draws, random):
    """Trust rises with the first parameter, participation with the second, each with luck."""
    first, second = (draws[name].to_numpy() for name in list(RANGES)[:2])

    def lucky(values):
        return values + LUCK * random.standard_normal(len(draws))

    return pd.DataFrame(
        {
            "trust": lucky(0.1 + 0.6 * first),
            "participation": lucky(0.6 + 0.1 * second),
            "complaints": np.abs(lucky(np.zeros(len(draws)))),
        }
    )


def sample_of(draws, seed=1):
    random = np.random.default_rng(seed)
    ranges = ranges_of(PLACE, RANGES)
    factors = tuple(Factor(name, *pair, pair[0], pair) for name, pair in ranges.items())
    places = {name: simulated(draws, random) for name in PLACE.community_names}
    return PriorSample(PLACE, factors, draws, simulated(draws, random), places, seed)


def prior(runs=600, seed=1):
    random = np.random.default_rng(seed)
    draws = pd.DataFrame({name: random.uniform(*pair, runs) for name, pair in RANGES.items()})
    return sample_of(draws, seed)


def targets(trust=0.4, participation=0.4, **more):
    rows = [
        {"outcome": "trust", "value": trust, "low": trust - 0.03, "high": trust + 0.03},
        {"outcome": "participation", "community": "village", "value": participation, "n": 400},
    ]
    return pd.DataFrame([*rows, *({"outcome": name, **row} for name, row in more.items())])
