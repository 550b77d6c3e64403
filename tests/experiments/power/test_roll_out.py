"""Who starts when, and all ways to give out the places."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.power.roll_out import ORDERS, RollOut
from sim.errors import InputError


def test_a_staged_roll_out_begins_without_and_ends_with_all():
    roll_out = RollOut.staged(communities=8, waves=8, steps=3)

    assert roll_out.pattern == (2, 2, 2, 4, 4, 4, 6, 6)
    assert roll_out.treated.sum(axis=1).tolist() == [0, 0, 3, 3, 6, 6, 8, 8]


def test_in_a_parallel_roll_out_half_never_start():
    roll_out = RollOut.parallel(communities=5, waves=8)

    assert roll_out.pattern == (2, 2, 0, 0, 0)
    assert roll_out.treated.sum(axis=1).tolist() == [0, 0, 2, 2, 2, 2, 2, 2]


@pytest.mark.parametrize(("roll_out", "count"), [(RollOut.staged(4, 4, 3), 12), (RollOut.parallel(8, 4), 70)])
def test_few_orders_are_all_there_once_the_true_one_first(roll_out, count):
    places = np.array(roll_out.pattern)[roll_out.orders]

    assert len(np.unique(places, axis=0)) == len(places) == count
    assert (roll_out.orders[0] == np.arange(roll_out.communities)).all()
    assert (np.sort(roll_out.orders, axis=1) == np.arange(roll_out.communities)).all()


def test_of_many_orders_a_sample_is_taken():
    orders = RollOut.staged(20, 8, 3).orders

    assert orders.shape == (ORDERS, 20)
    assert (orders[0] == np.arange(20)).all()


def test_steps_must_fit():
    with pytest.raises(InputError, match="number of communities"):
        RollOut.staged(4, 8, 5)
    with pytest.raises(InputError, match="at least 4 waves"):
        RollOut.staged(4, 3, 3)
    with pytest.raises(InputError, match="two waves"):
        RollOut.parallel(4, 1)
