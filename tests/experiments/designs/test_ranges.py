"""Designs that sample ranges: balance, structure, and whole numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.designs import Factor
from experiments.designs.latin_hypercube import LatinHypercube
from experiments.designs.morris import Morris
from experiments.designs.saltelli import Saltelli
from experiments.designs.sobol_sequence import SobolSequence
from experiments.designs.units import from_units, to_units, unit_problem
from sim.errors import InputError

FACTORS = [Factor("a", 0.5, 2, 1, (0.5, 2)), Factor("b", -3, 5, 0, (-3, 5)), Factor("c", 10, 20, 11, (10, 20))]
seeds = st.integers(0, 2**63)


def whole(low, high):
    return Factor("weeks", low, high, low, (low, high), whole=True)


@given(points=st.integers(1, 60), seed=seeds)
@settings(deadline=None)
def test_a_latin_hypercube_hits_each_slice_of_each_factor_once(points, seed):
    unit = LatinHypercube(points=points).unit_sample(FACTORS, seed)

    for name in unit:
        assert sorted(np.floor(unit[name] * points)) == list(range(points))


def test_an_optimised_hypercube_is_one_too_and_spread_more_evenly():
    from scipy.stats import qmc

    plain = LatinHypercube(points=20).unit_sample(FACTORS, 3)
    optimised = LatinHypercube(points=20, optimise=True).unit_sample(FACTORS, 3)

    assert qmc.discrepancy(optimised.to_numpy()) < qmc.discrepancy(plain.to_numpy())
    for name in optimised:
        assert sorted(np.floor(optimised[name] * 20)) == list(range(20))


@given(power=st.integers(0, 7), seed=seeds)
@settings(deadline=None)
def test_a_sobol_sequence_is_balanced_in_each_factor(power, seed):
    points = 2**power
    unit = SobolSequence(points=points).unit_sample(FACTORS, seed)

    for name in unit:
        assert sorted(np.floor(unit[name] * points)) == list(range(points))


def test_a_sobol_sequence_is_balanced_in_the_first_two_factors_together():
    unit = SobolSequence(points=16).unit_sample(FACTORS[:2], 5)

    for columns in (2, 4, 8):
        cells = np.floor(unit["a"] * columns) + columns * np.floor(unit["b"] * (16 // columns))
        assert sorted(cells) == list(range(16))


@pytest.mark.parametrize("design", [SobolSequence(points=8), Saltelli(points=8), Saltelli(points=8, second_order=True)])
def test_doubling_keeps_the_points_there_are(design):
    longer = design.model_copy(update={"points": 16})

    first = design.sample(FACTORS, 2)

    pd.testing.assert_frame_equal(longer.sample(FACTORS, 2).head(len(first)), first)


@given(trajectories=st.integers(2, 6), half=st.integers(1, 5), seed=seeds)
@settings(deadline=None)
def test_each_step_of_morris_moves_one_factor_by_the_same_step(trajectories, half, seed):
    levels = 2 * half
    unit = Morris(trajectories=trajectories, levels=levels).unit_sample(FACTORS, seed).to_numpy()

    steps = np.diff(unit.reshape(trajectories, 4, 3), axis=1)
    for trajectory in steps:
        moved = np.abs(trajectory) > 1e-12
        assert moved.sum(axis=0).tolist() == moved.sum(axis=1).tolist() == [1, 1, 1]
        np.testing.assert_allclose(np.abs(trajectory[moved]), levels / (2 * (levels - 1)))
    np.testing.assert_array_equal(unit, np.rint(unit * (levels - 1)) / (levels - 1))


@given(values=st.integers(2, 40), half=st.integers(1, 5), seed=seeds)
@settings(deadline=None)
def test_each_step_of_morris_moves_a_whole_number(values, half, seed):
    factors = [whole(3, 2 + values), FACTORS[0]]
    design = Morris(trajectories=4, levels=2 * half)

    unit, points = design.unit_sample(factors, seed), design.sample(factors, seed)

    moves = np.diff(unit["weeks"].to_numpy().reshape(4, 3), axis=1)
    moved = np.diff(points["weeks"].to_numpy().reshape(4, 3), axis=1)
    np.testing.assert_array_equal(np.sign(moves), np.sign(moved))


def test_morris_effects_of_a_straight_line_are_its_slopes():
    from SALib.analyze import morris

    unit = Morris(trajectories=5, levels=6).unit_sample(FACTORS, 4)
    y = unit.to_numpy() @ [1.0, -2.0, 0.0]
    found = morris.analyze(unit_problem(list("abc")), unit.to_numpy(), y, num_levels=6, num_resamples=10, seed=1)

    np.testing.assert_allclose(found["mu"], [1, -2, 0], atol=1e-12)
    np.testing.assert_allclose(found["sigma"], 0, atol=1e-12)


@pytest.mark.parametrize("second", [False, True])
def test_saltelli_blocks_are_a_sample_with_one_factor_from_another_and_the_other(second):
    blocks = Saltelli(points=8, second_order=second).unit_sample(FACTORS, 1).to_numpy().reshape(8, -1, 3)
    one, other = blocks[:, 0], blocks[:, -1]

    assert blocks.shape[1] == (8 if second else 5)
    assert (one != other).all()
    for column in range(3):
        np.testing.assert_array_equal(blocks[:, 1 + column] == other, [np.arange(3) == column] * 8)
        np.testing.assert_array_equal(blocks[:, 1 + column] == one, [np.arange(3) != column] * 8)


def test_saltelli_and_salib_find_the_shares_of_a_sum():
    from SALib.analyze import sobol

    y = Saltelli(points=256).unit_sample(FACTORS, 1).to_numpy() @ [1.0, 2.0, 0.0]
    found = sobol.analyze(unit_problem(list("abc")), y, calc_second_order=False, num_resamples=10, seed=1)

    np.testing.assert_allclose(found["ST"], [0.2, 0.8, 0], atol=0.02)


@given(low=st.integers(-50, 50), number=st.integers(1, 60), each=st.integers(1, 5), seed=seeds)
@settings(deadline=None)
def test_whole_numbers_of_a_latin_hypercube_all_come_up_equally_often(low, number, each, seed):
    points = LatinHypercube(points=number * each).sample([whole(low, low + number - 1)], seed)

    assert points["weeks"].value_counts().to_dict() == dict.fromkeys(range(low, low + number), each)


@given(low=st.integers(-50, 50), number=st.integers(1, 200))
def test_whole_numbers_come_back_from_units(low, number):
    factor = whole(low, low + number - 1)
    values = pd.DataFrame({"weeks": np.arange(low, low + number, dtype=float)})

    units = to_units([factor], values)

    assert units["weeks"].between(0, 1, inclusive="neither").all()
    pd.testing.assert_frame_equal(from_units([factor], units), values)


def test_a_range_without_a_whole_number_is_refused():
    with pytest.raises(InputError, match=r"'weeks': no whole number from 0.2 to 0.8"):
        LatinHypercube(points=2).sample([whole(0.2, 0.8)], 1)


def test_edges_of_bins_belong_to_the_bin_above_in_spite_of_rounding():
    edges = pd.DataFrame({"weeks": np.arange(101) / 100})  # 0.29 × 100 is 28.999…

    assert from_units([whole(0, 99)], edges)["weeks"].tolist() == [*range(100), 99]


@given(
    ends=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2, unique=True).map(sorted),
    unit=st.lists(st.floats(0, 1), min_size=1, max_size=9),
)
def test_values_stay_in_the_range_and_reach_both_ends_exactly(ends, unit):
    factor = Factor("a", *ends, ends[0], tuple(ends))

    values = from_units([factor], pd.DataFrame({"a": [0.0, *unit, 1.0]}))["a"]

    assert (values.iloc[0], values.iloc[-1]) == tuple(ends)
    assert values.between(*ends).all()


def test_numbers_come_back_from_units():
    points = LatinHypercube(points=10).sample(FACTORS, 1)

    pd.testing.assert_frame_equal(from_units(FACTORS, to_units(FACTORS, points)), points)
