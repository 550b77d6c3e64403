"""Elementary effects of functions whose answers are known, and of luck."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.analyses.complete import IncompleteError
from experiments.analyses.morris import CHANCE, elementary_effects, morris, problem
from sim.errors import InputError

FACTORS = ["a", "b", "c", "d"]


def sampled(trajectories=10, factors=FACTORS):
    from SALib.sample.morris import sample

    return pd.DataFrame(sample(problem(factors), trajectories, num_levels=4, seed=3), columns=factors)


def runs_of(sample, function, replications=1, noise=None):
    """Runs of a function of the points; ``noise`` gives an array of points x replications."""
    table = pd.MultiIndex.from_product([sample.index, range(replications)], names=["point", "replication"])
    values = np.repeat(function(sample.to_numpy()), replications)
    if noise is not None:
        values += noise(np.random.default_rng(7), (len(sample), replications)).ravel()
    return table.to_frame(index=False).assign(status="ok", trust=values)


def known(x):
    return 3.0 * x[:, 0] - 2.0 * x[:, 1] + 4.0 * x[:, 1] * x[:, 2]


def test_a_straight_influence_has_no_spread_and_an_interaction_has():
    table = morris(runs_of(sampled(), known), sampled(), ["trust"]).set_index("factor")

    assert table.loc["a", ["mu", "mu_star", "sigma"]].tolist() == pytest.approx([3.0, 3.0, 0.0])
    assert table.loc["c", "sigma"] > 0.5
    assert table.loc["b", "mu_star"] > abs(table.loc["b", "mu"])
    assert table.loc["d", "mu_star"] == pytest.approx(0.0, abs=1e-12)


def test_units_of_the_factors_do_not_matter():
    sample = sampled()
    scaled = sample * [2.0, 100.0, 0.1, 7.0] + 5.0

    pd.testing.assert_frame_equal(
        morris(runs_of(sample, known), sample, ["trust"]), morris(runs_of(sample, known), scaled, ["trust"])
    )


def test_own_elementary_effects_are_those_of_salib():
    sample = sampled()
    effects = elementary_effects(sample.to_numpy(), known(sample.to_numpy()), 4)
    table = morris(runs_of(sample, known), sample, ["trust"]).set_index("factor").loc[FACTORS]

    assert np.abs(effects).mean(axis=1) == pytest.approx(table["mu_star"].to_numpy(), abs=1e-12)
    assert effects.std(axis=1, ddof=1) == pytest.approx(table["sigma"].to_numpy(), abs=1e-12)


def test_the_ishigami_function_is_ranked_as_known():
    """Its third input acts only through the first: mu near 0, mu_star and sigma large."""
    from SALib.test_functions import Ishigami

    sample = sampled(200, ["x1", "x2", "x3"])
    runs = runs_of(sample, lambda x: Ishigami.evaluate(np.pi * (2 * x - 1)))
    table = morris(runs, sample, ["trust"]).set_index("factor")

    assert table.loc["x2", "mu_star"] == pytest.approx(7.875, rel=0.01)
    assert abs(table.loc["x3", "mu"]) < 0.2 * table.loc["x3", "mu_star"]
    assert table.loc["x3", "sigma"] > 5.0


def test_the_noise_line_is_what_luck_makes_of_a_factor_that_does_nothing():
    """Own seeds, standard deviation 1, four replications: E|N(0, 2/4)| over the step of 2/3."""
    sample = sampled(400)
    noisy = runs_of(sample, known, 4, lambda random, shape: random.normal(size=shape))
    table = morris(noisy, sample, ["trust"]).set_index("factor")
    expected = np.sqrt(2 / np.pi) * np.sqrt(2 / 4) * 1.5

    assert table["noise"].to_numpy(dtype=float) == pytest.approx(expected, rel=0.08)
    assert table.loc["d", "mu_star"] == pytest.approx(expected, rel=0.08)
    assert table.loc[CHANCE, "mu_star"] == table["noise"].max()
    assert table["above_chance"].drop(CHANCE).to_dict() == {"a": True, "b": True, "c": True, "d": False}


def test_luck_that_all_points_share_cancels_in_a_trajectory():
    sample = sampled()
    shared = runs_of(sample, known, 3, lambda random, shape: np.tile(random.normal(size=shape[1]), (shape[0], 1)))
    table = morris(shared, sample, ["trust"]).set_index("factor")

    assert table["noise"].max() == pytest.approx(0.0, abs=1e-12)
    assert table.loc["a", "mu_star"] == pytest.approx(3.0)


def test_a_single_replication_cannot_tell_what_luck_does():
    table = morris(runs_of(sampled(), known), sampled(), ["trust"]).set_index("factor")

    assert table["noise"].isna().all()
    assert table["above_chance"].isna().all()
    assert table.index[-1] == CHANCE


def test_a_gap_is_refused():
    runs = runs_of(sampled(), known)
    runs.loc[3, "trust"] = np.nan

    with pytest.raises(IncompleteError, match="1 without a number"):
        morris(runs, sampled(), ["trust"])


def test_a_sample_that_is_no_morris_design_is_refused():
    sample = pd.DataFrame(np.random.default_rng(1).random((10, 4)), columns=FACTORS)

    with pytest.raises(InputError, match="not a Morris design"):
        morris(runs_of(sample, known), sample, ["trust"])
    with pytest.raises(InputError, match="9 points are not trajectories of 5"):
        morris(runs_of(sample.iloc[:9], known), sample.iloc[:9], ["trust"])
