"""Paired effects, their intervals and what pairing is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.analyses.effects import effects
from experiments.analyses.groups import effects_by, gaps
from experiments.analyses.intervals import is_clear, mean_interval
from experiments.analyses.trajectories import PLACE, trajectories

NAMES = {0: "nothing", 1: "all"}


def paired_runs(replications=2000, shared=1.0, own=0.5, effect=0.3):
    random = np.random.default_rng(2)
    luck = random.normal(size=replications) * shared
    rows = []
    for mask in NAMES:
        values = luck + effect * mask + random.normal(size=replications) * own
        rows.append(pd.DataFrame({"replication": range(replications), "mask": mask, "status": "ok", "trust": values}))
    return pd.concat(rows)


def test_the_effect_is_the_mean_difference_with_its_t_interval():
    runs = pd.DataFrame(
        {
            "replication": [0, 1, 2] * 2,
            "mask": [0] * 3 + [1] * 3,
            "status": "ok",
            "trust": [1.0, 2.0, 3.0, 2.0, 4.0, 6.0],
        }
    )

    row = effects(runs, NAMES, {"trust": 1}).iloc[0]

    assert (row["nothing"], row["value"], row["effect"], row["n"]) == (2.0, 4.0, 2.0, 3)
    assert row["high"] - row["effect"] == pytest.approx(4.302652729911275 / np.sqrt(3))
    assert row["better"] == 1.0


def test_the_variance_ratio_is_what_common_luck_saves():
    """Shared variance 1, own variance 1/4: unpaired 2.5, paired 0.5, so five times."""
    row = effects(paired_runs(), NAMES, {"trust": 1}).iloc[0]

    assert row["variance_ratio"] == pytest.approx(5.0, rel=0.1)


def test_less_can_be_better_and_neither_can():
    runs = paired_runs(200, effect=-5.0)

    assert effects(runs, NAMES, {"trust": -1}).iloc[0]["better"] == 1.0
    assert effects(runs, NAMES, {"trust": 1}).iloc[0]["better"] == 0.0
    assert np.isnan(effects(runs, NAMES, {"trust": 0}).iloc[0]["better"])


def test_a_single_replication_has_no_interval():
    mean, low, high = mean_interval([3.0])

    assert mean == 3.0
    assert np.isnan([low, high]).all()
    assert not is_clear(low, high)


@pytest.fixture
def groups():
    rows = [
        (mask, NAMES[mask], replication, "age", group, value)
        for mask, values in ((0, (0.2, 0.5)), (1, (0.4, 0.6)))
        for replication in range(3)
        for group, value in zip(("young", "old"), values, strict=True)
    ]
    return pd.DataFrame(rows, columns=["mask", "design", "replication", "dimension", "group", "trust"])


def test_effects_by_group_are_paired_within_the_group(groups):
    table = effects_by(groups, ["dimension", "group"], [1], ["trust"]).set_index("group")

    assert table["effect"].to_dict() == pytest.approx({"young": 0.2, "old": 0.1})
    assert table["n"].tolist() == [3, 3]


def test_a_gap_is_followed_between_the_groups_that_were_furthest_apart(groups):
    row = gaps(groups, 1, ["trust"]).iloc[0]

    assert (row["top"], row["bottom"]) == ("old", "young")
    assert (row["nothing"], row["value"], row["change"]) == pytest.approx((0.3, 0.2, -0.1))


def test_the_place_is_the_mean_of_communities_weighted_by_residents():
    frame = pd.DataFrame(
        {"week": [1, 1], "community": ["x", "y"], "type": ["t", "t"], "residents": [100, 300], "trust": [0.0, 1.0]}
    )

    table = trajectories({(0, 0): frame, (0, 1): frame}, {0: "nothing", 1: "all"}, ["trust"])

    assert set(table["design"]) == {"nothing"}
    assert table.loc[table["community"] == PLACE, "mean"].item() == 0.75
