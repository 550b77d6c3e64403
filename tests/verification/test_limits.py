"""The six limits with known answers and the null tests: what ``rongzhi verify model`` shows, one by one."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from experiments.verbs.model import FAMILIES
from experiments.verification import Check, allowed, cascade, choice, public_good, queue, recruitment, verify
from experiments.verification.setting import logistic

LEAST = {
    "arrivals": 4,
    "queue": 6,
    "choice": 7,
    "cascade": 12,
    "influence": 6,
    "public_good": 7,
    "recruitment": 6,
    "nulls": 6,
}


@pytest.mark.parametrize("family", FAMILIES)
def test_the_model_gives_the_known_answers(family):
    found = verify(family).checks

    assert [check for check in found if not check.passed] == []
    assert sum(check.judged for check in found) >= LEAST[family]


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_judged_is_judged_narrowly(family):
    """A tolerance as wide as the answer would pass anything."""
    for check in verify(family).checks:
        if check.judged and check.known > 0.1:
            assert check.tolerance < 0.55 * check.known


@pytest.mark.parametrize("family", ["choice", "public_good"])
def test_another_seed_gives_other_luck_and_the_same_answers(family):
    found, other = (verify(family, seed).checks for seed in (1, 2))

    assert [check.simulated for check in found] != [check.simulated for check in other]
    assert [check for check in other if not check.passed] == []


# Known answers, where they can be said in closed form -----------------------------------------------------------------


def test_the_mean_queue_is_that_of_its_markov_chain():
    load, size = 0.6, 200
    arrivals = [
        math.comb(queue.RESIDENTS, k)
        * (load / queue.RESIDENTS) ** k
        * (1 - load / queue.RESIDENTS) ** (queue.RESIDENTS - k)
        for k in range(queue.RESIDENTS + 1)
    ]
    step = np.zeros((size, size))
    for waiting in range(size):
        for k, chance in enumerate(arrivals):
            step[waiting, min(size - 1, max(0, waiting + k - 1))] += chance
    stationary = np.linalg.matrix_power(step, 1 << 14)[0]

    assert queue.known_mean(np.array(load)) == pytest.approx(stationary @ np.arange(size), rel=1e-6)


def test_granovetters_crowds_end_as_he_says():
    uniform = np.arange(100.0)

    assert cascade.known(uniform) == 100
    assert cascade.known(np.where(uniform == 1.0, 2.0, uniform)) == 1


def test_granovetters_normal_crowd_jumps_at_his_critical_spread():
    ends = {spread: cascade.known(cascade.normal_crowd(spread)) for spread in (12.0, 13.0)}

    assert ends[12.0] < 10
    assert ends[13.0] == 100


def test_lines_that_recruit_less_than_one_die_out_and_others_may_not():
    assert recruitment.died_out(0.9, 10_000) == pytest.approx(1.0)
    limit, p = recruitment.died_out(1.5, 10_000), 1.5 / recruitment.KNOWN
    assert limit < 0.5
    assert limit == pytest.approx((1 - p + p * limit) ** recruitment.KNOWN)


def test_the_public_good_decays_in_the_laboratory_and_when_only_norms_count():
    laboratory = public_good.laboratory()
    path = public_good.played(public_good.ONLY_NORMS, 1)

    assert (np.diff(laboratory) < 0.0).all()
    assert path[-1] < 0.2 * path[0]


def test_the_logistic_mean_is_below_the_logistic_of_the_mean_for_the_eager():
    spread = np.linspace(-2.0, 2.0, 101)

    assert logistic(1.0 + spread).mean() < logistic(1.0)
    assert choice.OCCASION < 1.0


# Tolerance ------------------------------------------------------------------------------------------------------------


def test_a_check_fails_beyond_its_tolerance_and_only_there():
    assert Check("x", 1.0, 1.1, 0.1 + 1e-12).passed
    assert not Check("x", 1.0, 1.2, 0.1).passed
    assert not Check("x", 0.0, math.nan, 0.1).passed
    assert Check("x", 0.73, 0.97, math.nan).passed
    assert not Check("x", 0.73, 0.97, math.nan).judged


def test_more_is_allowed_where_more_is_compared_or_the_error_is_guessed():
    assert allowed() == pytest.approx(4.0)
    assert allowed(10) == pytest.approx(norm.isf(norm.sf(4.0) / 10))
    assert allowed(1, 19) > allowed(1, 99) > allowed()
