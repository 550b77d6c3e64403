"""Which way outcomes move, and what counts as no move."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from experiments.directions.expected import Direction, Expectation
from experiments.directions.moves import differences, documented, moves, shares
from sim.catalogue import Label


def pairs(values, outcome="satisfaction"):
    """Differences by point and seed, of one mechanism."""
    rows = [
        ("m", outcome, point, seed, value) for point, seeds in enumerate(values) for seed, value in enumerate(seeds)
    ]
    return pd.DataFrame(rows, columns=["mechanism", "outcome", "point", "replication", "difference"])


def test_a_difference_is_to_the_same_point_and_seed():
    runs = pd.DataFrame(
        {
            "point": [0, 0, 0, 0],
            "replication": [0, 0, 1, 1],
            "design": ["m", "nothing", "nothing", "m"],
            "status": ["ok"] * 4,
            "satisfaction": [0.5, 0.4, 0.7, 0.9],
        }
    )
    table = differences(runs, {"m": "nothing"}, ["satisfaction"])

    assert table["difference"].tolist() == pytest.approx([0.1, 0.2])


@pytest.mark.parametrize("failed", ["m", "nothing"])
def test_a_failed_run_is_kept_without_a_difference(failed):
    runs = pd.DataFrame(
        {
            "point": [0, 0],
            "replication": [0, 0],
            "design": ["m", "nothing"],
            "status": ["error" if name == failed else "ok" for name in ("m", "nothing")],
            "satisfaction": [math.nan if name == failed else 0.5 for name in ("m", "nothing")],
        }
    )
    table = differences(runs, {"m": "nothing"}, ["satisfaction"])

    assert table["status"].tolist() == ["error"]
    assert table["difference"].isna().all()


def test_a_move_must_be_more_than_the_luck_of_its_seeds():
    table = moves(pairs([(0.5, 0.5), (-0.5, -0.5), (0.1, -0.1), (0.11, -0.09)]))

    assert table["move"].tolist() == [1, -1, 0, 0]


def test_pure_luck_moves_a_twentieth_of_the_points():
    luck = np.random.default_rng(1).normal(size=(4000, 3))
    table = moves(pairs(luck))

    assert (table["move"] > 0).mean() == pytest.approx(0.025, abs=0.008)
    assert (table["move"] < 0).mean() == pytest.approx(0.025, abs=0.008)


def test_a_mechanism_without_any_effect_never_moves():
    assert (moves(pairs([(0.0, 0.0)] * 3))["move"] == 0).all()


def test_shares_leave_out_failed_points_and_count_them():
    counted = shares(moves(pairs([(0.5, 0.5), (0.4, 0.4), (-0.5, -0.5), (0.0, 0.0), (0.5, math.nan)])), 5)
    row = counted.iloc[0]

    assert (row["up"], row["down"], row["none"]) == (0.5, 0.25, 0.25)
    assert (row["points"], row["failed"]) == (4, 1)


@pytest.mark.parametrize(("sign", "holds", "against"), [(1, 0.5, 0.25), (-1, 0.25, 0.5)])
def test_a_documented_direction_is_held_against_the_shares(sign, holds, against):
    counted = shares(moves(pairs([(0.5, 0.5), (0.4, 0.4), (-0.5, -0.5), (0.0, 0.0)])), 4)
    expected = {"m": Expectation(("1a",), {"satisfaction": Direction(sign, Label("x", "x", "x"))})}
    row = documented(counted, expected).iloc[0]

    assert (row["holds"], row["against"]) == (holds, against)


def test_a_mechanism_of_somebody_else_has_no_documented_direction():
    assert documented(shares(moves(pairs([(0.5, 0.5)])), 1), {}).empty
