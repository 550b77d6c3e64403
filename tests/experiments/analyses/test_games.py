"""Shapley shares and interactions of games whose answers are known."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from experiments.analyses.games import interaction_weights, shapley_weights, values_by_design, with_masks
from experiments.analyses.interactions import PAIR, WHOLE, interactions
from experiments.analyses.shapley import shapley
from sim.errors import InputError

PATHS = ["a", "b", "c"]


def runs_of(game, replications=4, noise=0.0, players=3):
    """Runs of a game: a function from the set of players that are on to a value."""
    random = np.random.default_rng(5)
    rows = []
    for replication, mask in itertools.product(range(replications), range(1 << players)):
        on = {player for player in range(players) if mask >> player & 1}
        value = game(on) + 10 * replication + noise * random.normal()
        rows.append({"replication": replication, "mask": mask, "status": "ok", "trust": value})
    return pd.DataFrame(rows)


def test_shares_of_an_additive_game_are_what_each_brings():
    worth = [1.0, -2.0, 5.0]

    table = shapley(runs_of(lambda on: sum(worth[player] for player in on)), PATHS, ["trust"])

    assert table["share"].tolist() == pytest.approx(worth)
    assert table["first"].tolist() == pytest.approx(worth)
    assert table["last"].tolist() == pytest.approx(worth)


def test_two_who_can_do_it_only_together_share_it_alike():
    table = shapley(runs_of(lambda on: 6.0 * (on >= {0, 1})), PATHS, ["trust"])

    assert table["share"].tolist() == pytest.approx([3.0, 3.0, 0.0])
    assert table["first"].tolist() == pytest.approx([0.0, 0.0, 0.0])
    assert table["last"].tolist() == pytest.approx([6.0, 6.0, 0.0])


def test_shares_of_the_glove_game():
    """One left glove, two right ones: the owner of the left gets two thirds (a textbook case)."""
    table = shapley(runs_of(lambda on: float(0 in on and bool(on & {1, 2}))), PATHS, ["trust"])

    assert table["share"].tolist() == pytest.approx([2 / 3, 1 / 6, 1 / 6])


@pytest.mark.parametrize("players", [1, 2, 4, 6])
def test_shares_add_up_to_the_whole(players):
    game = np.random.default_rng(players).normal(size=1 << players)

    shares = shapley_weights(players) @ game

    assert shares.sum() == pytest.approx(game[-1] - game[0])


def test_shares_equal_the_mean_over_all_orders():
    game = np.random.default_rng(1).normal(size=16)
    shares = np.zeros(4)
    orders = list(itertools.permutations(range(4)))
    for order in orders:
        mask = 0
        for player in order:
            shares[player] += (game[mask | 1 << player] - game[mask]) / len(orders)
            mask |= 1 << player

    assert shapley_weights(4) @ game == pytest.approx(shares)


def test_an_additive_game_has_no_interactions():
    table = interactions(runs_of(lambda on: float(len(on))), PATHS, ["trust"])

    assert table["interaction"].tolist() == pytest.approx([0.0] * 4, abs=1e-12)


def test_a_synergy_and_a_redundancy_are_found_where_they_are():
    def game(on):
        return 2.0 * (on >= {0, 1}) - 1.0 * (on >= {1, 2}) + 3.0 * (0 in on)

    table = interactions(runs_of(game), PATHS, ["trust"])
    pairs = table[table["kind"] == PAIR].set_index(["first", "second"])["interaction"]
    whole = table[table["kind"] == WHOLE]["interaction"].item()

    assert pairs.to_dict() == pytest.approx({("a", "b"): 2.0, ("a", "c"): 0.0, ("b", "c"): -1.0}, abs=1e-12)
    assert whole == pytest.approx(1.0)


def test_a_game_of_one_has_no_pairs():
    pairs, weights = interaction_weights(1)

    assert pairs == []
    assert weights.shape == (0, 2)


def test_the_interval_covers_the_truth_and_shrinks_with_replications():
    def width(replications):
        table = shapley(runs_of(lambda on: float(len(on)), replications, noise=0.5), PATHS, ["trust"])
        assert ((table["low"] < 1.0) & (table["high"] > 1.0)).all()
        return (table["high"] - table["low"]).mean()

    assert width(64) < width(8) / 2


def test_a_replication_with_a_failed_run_is_left_out():
    runs = runs_of(lambda on: float(len(on)))
    runs.loc[(runs["replication"] == 1) & (runs["mask"] == 3), ["status", "trust"]] = ["error", np.nan]

    assert values_by_design(runs, range(8), ["trust"]).shape == (3, 8, 1)
    assert shapley(runs, PATHS, ["trust"])["share"].tolist() == pytest.approx([1.0, 1.0, 1.0])


def test_values_follow_the_masks_asked_for_not_the_order_of_rows():
    runs = runs_of(lambda on: float(len(on)), replications=1).sample(frac=1.0, random_state=3)

    assert values_by_design(runs, [7, 0, 1], ["trust"]).size == 0
    assert values_by_design(runs, [7, 0, 1, 2, 3, 4, 5, 6], ["trust"])[0, :3, 0].tolist() == [3.0, 0.0, 1.0]


# Runs with levers and futures ----------------------------------------------------------------------------------------


def lever_runs(game, futures=1, replications=3, noise=0.0):
    """A full factorial of three levers of which two have values of their own, as a study runs it."""
    random = np.random.default_rng(8)
    rows = []
    for policy, future, replication in itertools.product(range(8), range(futures), range(replications)):
        on = {player for player in range(3) if policy >> player & 1}
        levers = {"a": float(0 in on), "b": 26.0 if 1 in on else 104.0, "c": 0.5 * (2 in on)}
        value = game(on, future) + replication + noise * random.normal()
        rows.append({"policy": policy, "future": future, "replication": replication, **levers, "trust": value})
    return pd.DataFrame(rows).assign(status="ok")


def test_levers_become_masks_by_what_differs_from_the_baseline():
    runs = lever_runs(lambda on, _: 0.0).sample(frac=1.0, random_state=2)

    assert (with_masks(runs, PATHS)["mask"] == runs["policy"]).all()


def test_levers_that_make_no_game_are_refused():
    runs = lever_runs(lambda on, _: 0.0)

    with pytest.raises(InputError, match="no run of the baseline"):
        with_masks(runs[runs["policy"] != 0], PATHS)
    with pytest.raises(InputError, match="no column 'd'"):
        with_masks(runs, ["d"])
    runs.loc[0, "b"] = 50.0
    with pytest.raises(InputError, match="b has 3 values"):
        with_masks(runs, PATHS)


def test_shares_are_means_over_futures_and_add_up_to_the_whole():
    def game(on, future):
        return (1.0 + future) * (0 in on) + 6.0 * (on >= {0, 1}) - 2.0 * (1 in on) * (2 in on)

    runs = with_masks(lever_runs(game, futures=3, noise=0.1), PATHS)
    table = shapley(runs, PATHS, ["trust"])
    means = runs.groupby("mask")["trust"].mean()
    pairs = interactions(runs, PATHS, ["trust"]).set_index(["first", "second"])["interaction"]

    assert table["share"].sum() == pytest.approx(means[7] - means[0], abs=1e-12)
    assert table["share"].tolist() == pytest.approx([5.0, 2.0, -1.0], abs=0.15)
    assert pairs[("a", "b")] == pytest.approx(6.0, abs=0.2)
    assert table["n"].tolist() == [9] * 3
    assert table["high"][0] - table["low"][0] > 1.0  # the first lever is worth 1, 2 or 3 alone, by future


def test_runs_of_several_points_with_the_same_levers_are_refused():
    runs = with_masks(lever_runs(lambda on, _: 0.0), PATHS)

    with pytest.raises(InputError, match="once in each future and replication"):
        shapley(pd.concat([runs, runs]), PATHS, ["trust"])
