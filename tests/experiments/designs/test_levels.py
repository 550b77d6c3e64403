"""Designs of levels, point by point."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.designs import Factor
from experiments.designs.base import Base
from experiments.designs.full_factorial import FullFactorial
from experiments.designs.leave_one_out import LeaveOneOut
from experiments.designs.one_by_one import OneByOne
from experiments.designs.pairs import Pairs
from sim.errors import InputError


def on_off(number):
    return [Factor(f"x{i}", 0, 1, 0, (0, 1)) for i in range(number)]


DOSE = Factor("dose", 0, 1, 0, (1, 0, 0.5))
RATE = Factor("rate", 0.5, 2, 1, (0.5, 2))


def rows(design, factors):
    return design.sample(factors, 1).to_numpy().tolist()


def test_the_base_is_one_point():
    assert rows(Base(), [DOSE, RATE]) == [[0, 1]]


def test_one_by_one_moves_each_factor_to_each_other_level():
    assert rows(OneByOne(), [DOSE, RATE]) == [[0, 1], [0.5, 1], [1, 1], [0, 0.5], [0, 2]]


def test_leave_one_out_has_base_all_and_all_but_one():
    assert rows(LeaveOneOut(), [DOSE, RATE]) == [[0, 1], [1, 2], [0, 2], [1, 1]]


def test_pairs_has_each_pair_at_each_combination_of_levels():
    expected = [[0, 1], [0.5, 1], [1, 1], [0, 0.5], [0, 2], [0.5, 0.5], [0.5, 2], [1, 0.5], [1, 2]]

    assert rows(Pairs(), [DOSE, RATE]) == expected


def test_pairs_of_twenty_levers_are_211_points_each_there_once():
    points = Pairs().sample(on_off(20), 1)

    assert len(points) == 211
    assert not points.duplicated().any()
    assert points.sum(axis=1).value_counts().to_dict() == {0: 1, 1: 20, 2: 190}


def test_the_number_of_a_point_is_its_bit_mask():
    points = rows(FullFactorial(), on_off(4))

    assert points == [[mask >> bit & 1 for bit in range(4)] for mask in range(16)]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5))
def test_a_full_factorial_has_every_combination_once(numbers):
    factors = [Factor(f"x{i}", 0, 5, 0, tuple(range(number))) for i, number in enumerate(numbers)]

    points = rows(FullFactorial(), factors)

    assert len(points) == math.prod(numbers)
    assert sorted(points) == [list(map(float, row)) for row in itertools.product(*map(range, numbers))]


def test_a_full_factorial_is_orthogonal():
    signs = FullFactorial().sample(on_off(5), 1).to_numpy() * 2 - 1

    np.testing.assert_array_equal(signs.T @ signs, 32 * np.eye(5))


def test_levels_that_are_given_twice_count_once():
    assert rows(FullFactorial(), [Factor("x", 0, 1, 0, (0, 1, 1))]) == [[0], [1]]


def test_too_many_combinations_are_refused_before_they_are_made():
    with pytest.raises(InputError, match=r"40 factors make 1,099,511,627,776 combinations.*fractional_factorial"):
        FullFactorial().count(on_off(40))


@pytest.mark.parametrize("design", [OneByOne(), Pairs()])
def test_a_factor_without_another_level_cannot_be_moved(design):
    with pytest.raises(InputError, match=f"{design.kind}: factor 'stuck' has no level other than its base, 0"):
        design.count([*on_off(2), Factor("stuck", 0, 1, 0, (0,))])


def test_a_factor_that_is_highest_at_its_base_cannot_be_left_out():
    with pytest.raises(InputError, match="highest level of factor 'top' is its base, 3"):
        LeaveOneOut().sample([Factor("top", 1, 3, 3, (1, 3))], 1)
