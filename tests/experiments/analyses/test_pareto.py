"""Fronts over all points: who is on them, how surely, and over which futures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.analyses.pareto import Cube, Goals, fronts_by_type, knee, measured, pareto_front, robustness
from sim.errors import InputError

GOALS = Goals(objectives={"participation": "max", "trust": "max"}, budget={"yuan": 10.0})


def table_of(points, replications=1, noise=0.0, seed=1):
    """Rows of points: (x, participation, trust, yuan[, future])."""
    random, rows = np.random.default_rng(seed), []
    for x, participation, trust, yuan, *future in points:
        for replication in range(replications):
            luck = noise * random.normal()
            row = {"x": x, "future": future[0] if future else 0, "replication": replication}
            rows.append(row | {"participation": participation + luck, "trust": trust, "yuan": yuan})
    return pd.DataFrame(rows)


def test_the_front_is_what_nothing_within_the_budget_beats():
    points = [(0.0, 1, 9, 1), (0.2, 5, 8, 5), (0.4, 4, 7, 2), (0.6, 9, 1, 9), (0.8, 10, 10, 11)]

    front = pareto_front(table_of(points), ["x"], GOALS).set_index("x")

    assert front["within"].tolist() == [True, True, True, True, False]
    assert front["front"].tolist() == [True, True, False, True, False]
    assert front.index[front["knee"]].tolist() == [0.2]
    assert front["p_front"].isna().all()  # nothing to resample
    assert front.loc[0.8, "yuan"] == 11.0


def test_close_points_are_on_the_front_with_a_probability():
    points = [(0.0, 5.0, 5, 1), (0.5, 5.05, 5, 1), (1.0, 2.0, 5, 1)]

    table = table_of(points, replications=20, noise=0.3)
    front = pareto_front(table, ["x"], GOALS).set_index("x")
    spread = table.loc[table["x"] == 0.0, "participation"].std(ddof=0) / np.sqrt(20)

    assert 0.05 < front.loc[0.0, "p_front"] < 0.95
    assert front.loc[0.0, "p_front"] + front.loc[0.5, "p_front"] == pytest.approx(1.0, abs=0.01)
    assert front.loc[1.0, "p_front"] == 0.0
    assert (front["participation_low"] < front["participation"]).all()
    assert (front["participation"] < front["participation_high"]).all()
    assert front.loc[0.0, "participation_high"] - front.loc[0.0, "participation_low"] == pytest.approx(
        2 * 1.96 * spread, rel=0.1
    )


def test_shared_luck_does_not_make_a_front_unsure():
    """What moves all points alike cannot change who is on the front, however wide the intervals are."""
    table = table_of([(0.0, 5.0, 5, 1), (0.5, 5.1, 5, 1)], replications=10)
    table["participation"] += np.random.default_rng(1).normal(size=10)[table["replication"]]

    front = pareto_front(table, ["x"], GOALS)

    assert front["p_front"].tolist() == [0.0, 1.0]
    assert (front["participation_high"] - front["participation_low"] > 0.5).all()


def test_a_point_that_just_keeps_to_the_budget_is_not_recommended():
    table = table_of([(0.0, 5, 9.5, 5), (0.5, 9, 9, 9.9)], replications=10)
    table.loc[table["x"] == 0.5, "yuan"] += np.random.default_rng(1).normal(size=10)
    table.loc[table["x"] == 0.5, "yuan"] += 9.9 - table.loc[table["x"] == 0.5, "yuan"].mean()

    front = pareto_front(table, ["x"], GOALS).set_index("x")

    assert front["front"].all()
    assert 0.3 < front.loc[0.5, "p_within"] < 0.9
    assert front["knee"].to_dict() == {0.0: True, 0.5: False}


def test_the_same_seed_gives_the_same_table_whatever_the_order_of_rows():
    table = table_of([(0.0, 5.0, 5, 1), (0.5, 5.05, 5, 1)], replications=20, noise=0.3)

    one = pareto_front(table, ["x"], GOALS, seed=3)
    other = pareto_front(table.sample(frac=1, random_state=np.random.default_rng(1)), ["x"], GOALS, seed=3)

    pd.testing.assert_frame_equal(one, other, check_exact=True)


FUTURES = [(0.0, 4, 5, 1, 0), (0.0, 4, 5, 1, 1), (1.0, 9, 5, 9, 0), (1.0, 1, 5, 12, 1)]


@pytest.mark.parametrize(
    ("robust", "values", "within"),
    [("mean", [4.0, 5.0], [True, False]), ("worst", [4.0, 1.0], [True, False]), ("regret", [5.0, 3.0], [True, False])],
)
def test_futures_are_put_together_as_asked(robust, values, within):
    goals = Goals(objectives=GOALS.objectives, budget=GOALS.budget, robust=robust)

    front = pareto_front(table_of(FUTURES), ["x"], goals)

    assert front["participation"].tolist() == values
    assert front["within"].tolist() == within


def test_robustness_counts_futures():
    found = robustness(table_of(FUTURES), ["x"], GOALS, {"participation": 4.0}).set_index("x")

    assert found["within"].tolist() == [1.0, 0.5]
    assert found["reached"].tolist() == [1.0, 0.5]
    assert found["both"].tolist() == [1.0, 0.5]
    assert found["participation_worst"].tolist() == [4.0, 1.0]
    assert found["participation_regret"].tolist() == [5.0, 3.0]
    assert found["trust_regret"].tolist() == [0.0, 0.0]


def test_a_point_that_was_not_evaluated_in_every_future_is_not_within():
    front = pareto_front(table_of(FUTURES[:3]), ["x"], GOALS).set_index("x")

    assert front["within"].to_dict() == {0.0: True, 1.0: False}


def test_an_aim_has_to_be_an_objective():
    with pytest.raises(InputError, match="did you mean 'participation'"):
        robustness(table_of(FUTURES), ["x"], GOALS, {"particpation": 1.0})


def test_the_knee_gives_up_least_and_an_empty_front_has_none():
    burden = np.array([[0.0, 10.0], [2.0, 2.0], [10.0, 0.0], [0.0, 0.0]])

    assert knee(burden, np.array([True, True, True, False])) == 1
    assert knee(burden, np.zeros(4, dtype=bool)) is None


@pytest.fixture
def runs():
    return pd.DataFrame(
        {
            "run_id": ["a", "b", "c"],
            "x": [0.0, 1.0, 1.0],
            "future": 0,
            "replication": [0, 0, 1],
            "status": ["ok", "ok", "error"],
            "participation": [0.1, 0.2, np.nan],
            "trust": [0.5, 0.4, np.nan],
            "yuan": [0.0, 5.0, np.nan],
        }
    )


@pytest.fixture
def communities():
    rows = [
        ("a", "village", 100, 0.1, 0.5, 0.0),
        ("a", "village", 300, 0.5, 0.5, 0.0),
        ("a", "old_neighbourhood", 50, 0.2, 0.5, 0.0),
        ("b", "village", 100, 0.9, 0.6, 5.0),
        ("b", "village", 300, 0.9, 0.6, 5.0),
        ("b", "old_neighbourhood", 50, 0.1, 0.4, 50.0),
    ]
    return pd.DataFrame(rows, columns=["run_id", "type", "residents", "participation", "trust", "yuan"])


def test_failed_runs_measure_nothing_and_types_are_weighted_by_residents(runs, communities):
    table = measured(runs, ["x"], ["participation", "participation@village"], communities)

    assert table["participation"].tolist() == [0.1, 0.2]
    assert table["participation@village"].tolist() == pytest.approx([0.4, 0.9])
    with pytest.raises(InputError, match="table of communities"):
        measured(runs, ["x"], ["trust@village"])


def test_each_type_has_a_front_of_its_own(runs, communities):
    fronts = fronts_by_type(runs, communities, ["x"], GOALS)
    on = fronts[fronts["front"]].groupby("type")["x"].agg(list).to_dict()

    assert on == {"village": [1.0], "old_neighbourhood": [0.0]}
    assert {"participation", "yuan_low", "knee"} <= set(fronts.columns)


def test_a_run_that_is_missing_leaves_the_mean_of_the_others():
    table = table_of([(0.0, 1.0, 1.0, 1.0), (1.0, 2.0, 2.0, 2.0)], replications=2).iloc[:3]

    assert Cube.of(table, ["x"], ["trust"]).means()[:, 0, 0].tolist() == [1.0, 2.0]
