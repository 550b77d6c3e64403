"""Surveys of simulated communities, and shares over worlds."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.power.roll_out import RollOut
from experiments.power.trials import drawn, share_interval, surveyed


def test_who_asks_everybody_knows_the_truth():
    counts = np.array([[0, 7, 40], [40, 40, 40]])

    assert surveyed(counts, 40, np.random.default_rng(1)).tolist() == [0.0, 7 / 40, 1.0]
    assert surveyed(counts, 500, np.random.default_rng(1)).tolist() == [0.0, 7 / 40, 1.0]


def test_a_sample_without_repetition_varies_as_it_should():
    counts = np.broadcast_to(np.array([300, 1000])[:, None], (2, 20_000))
    found = surveyed(counts, 100, np.random.default_rng(1))

    assert abs(found.mean() - 0.3) < 0.002
    assert abs(found.var() / (0.3 * 0.7 / 100 * 900 / 999) - 1) < 0.05


def test_communities_apart_keep_their_own_counts_wherever_they_stand():
    roll_out = RollOut(4, 4, (1, 2, 3, 0))
    base = np.stack([np.tile(np.arange(6), (4, 1)), np.full((4, 6), 1000)])
    world = {"never": base, **{str(start): base + np.array([100 * start, 0])[:, None, None] for start in (1, 2, 3)}}
    without, rolled = drawn(world, True, roll_out, 50, np.random.default_rng(1))

    assert without.shape == (2, 50, 4, 4)
    assert (rolled[0] - without[0] == [100, 200, 300, 0]).all()
    assert (without[0] == without[0][:, :1]).all()
    assert all(len(set(trial[0])) == 4 for trial in without[0])
    assert np.unique(without[0]).tolist() == [0, 1, 2, 3, 4, 5]


def test_trials_of_one_world_count_as_what_they_tell():
    alike = np.repeat([[True], [False], [True], [False], [True]], 200, axis=1)
    apart = np.random.default_rng(1).random((5, 200)) < 0.6

    narrow, wide = (share_interval(hits) for hits in (apart, alike))
    assert wide[0] == 0.6
    assert wide[2] - wide[1] > 0.6
    assert narrow[2] - narrow[1] < 0.15


@pytest.mark.parametrize("hit", [False, True])
def test_shares_of_none_and_all_are_no_certainty(hit):
    share, low, high = share_interval(np.full((10, 100), hit))

    assert share == float(hit)
    assert 0.2 < high - low < 0.35
