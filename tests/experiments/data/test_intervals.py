"""Estimates and their intervals, against formulas and against many draws."""

import numpy as np
import pytest

from experiments.data.intervals import days_within, effective_size, rate, share, weighted_mean, weighted_share
from experiments.patterns import sampling_interval
from sim.measures import weeks_at


def test_a_share_of_equal_blocks_is_wilsons_with_students_quantile():
    one = share([8] * 13, [10] * 13)
    assert (one.value, one.n) == (0.8, 130)
    assert (one.low, one.high) == pytest.approx(sampling_interval(0.8, 130, 2.1788128))


def test_blocks_that_differ_widen_the_interval():
    calm, wild = share([5] * 12, [10] * 12), share([0, 10] * 6, [10] * 12)
    assert wild.high - wild.low > 2 * (calm.high - calm.low)
    assert rate([1, 19] * 6, [1] * 12).high > rate([10] * 12, [1] * 12).high


def test_shares_at_the_ends_keep_an_open_side():
    none = share([0] * 13, [5] * 13)
    assert none.low == 0.0
    assert 0.02 < none.high < 0.1


def test_a_rate_without_events_ends_at_poissons_bound():
    none = rate([0] * 13, [2.0] * 13)
    assert (none.value, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(3.688879 / 26.0)


def test_nineteen_of_twenty_intervals_hold_the_truth_when_months_differ():
    random = np.random.default_rng(3)
    shares = rates = 0
    for _ in range(400):
        level = random.beta(20, 20, 13)  # months differ
        one = share(random.binomial(30, level), [30] * 13)
        shares += one.low <= 0.5 <= one.high
        other = rate(random.poisson(random.gamma(8, 30 / 8, 13)), [1.0] * 13)
        rates += other.low <= 30.0 <= other.high
    assert 360 <= shares <= 395
    assert 360 <= rates <= 395


def test_days_are_those_of_the_model():
    random = np.random.default_rng(4)
    weeks = random.geometric(0.12, 600) - 1
    block = random.integers(0, 13, 600)
    one = days_within(0.5, weeks * 7 + 3, block, 13)
    assert one.value == pytest.approx(7.0 * weeks_at(0.5, np.bincount(np.minimum(weeks, 52), minlength=53)))
    assert one.low < one.value < one.high
    assert one.n == 600


def test_weights_cost_respondents():
    weights = np.array([1.0, 1.0, 4.0, 4.0])
    assert effective_size(weights) == pytest.approx(100 / 34)
    equal, unequal = weighted_share([1, 0] * 50, np.ones(100)), weighted_share([1, 0] * 50, np.tile([1, 1, 4, 4], 25))
    assert equal.value == unequal.value == 0.5
    assert unequal.high - unequal.low > equal.high - equal.low
    assert weighted_mean([0.0, 1.0], [3.0, 1.0]).value == 0.25
