"""Paired effects, their intervals and what pairing is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.analyses.effects import differences, effects, paired_effects, paired_effects_by
from experiments.analyses.groups import effects_by, gaps
from experiments.analyses.intervals import crossed_interval, is_clear, mean_interval
from experiments.analyses.trajectories import PLACE, trajectories
from sim.errors import InputError

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


# Any policies, in any number of futures ------------------------------------------------------------------------------


def policy_runs(futures=1, replications=50, effect=0.3, by_future=0.0, by_seed=0.0, own=0.5, seed=2):
    """Two policies beside the baseline: one has the effect, one none; luck and futures that all share."""
    random = np.random.default_rng(seed)
    places = pd.MultiIndex.from_product(
        [range(3), range(futures), range(replications)], names=["policy", "future", "replication"]
    )
    runs = places.to_frame(index=False)
    policy, future, replication = (runs[name].to_numpy() for name in places.names)
    here = (
        effect
        + by_future * random.normal(size=futures)[future]
        + by_seed * random.normal(size=replications)[replication]
    )
    shared = 3.0 * random.normal(size=futures)[future] + random.normal(size=replications)[replication]
    runs["trust"] = shared + np.where(policy == 1, here, 0.0) + own * random.normal(size=len(runs))
    runs["run_id"] = [f"{number:016x}" for number in range(len(runs))]
    return runs.assign(status="ok", design=np.array(["nothing", "1", "2"])[policy])


def test_paired_effects_of_one_future_are_those_of_masks():
    runs = policy_runs()
    table = paired_effects(runs, {"trust": 1})
    same = effects(runs.rename(columns={"policy": "mask"}), {0: "nothing", 1: "1", 2: "2"}, {"trust": 1})

    assert table["design"].tolist() == ["1", "2"]
    for name in ("value", "effect", "low", "high", "better", "variance_ratio", "n"):
        assert table[name].to_numpy() == pytest.approx(same[name].to_numpy()), name
    assert table["base"].to_numpy() == pytest.approx(same["nothing"].to_numpy())
    assert table["median"].isna().all()


def test_the_baseline_may_be_any_policy():
    table = paired_effects(policy_runs(own=0.0), {"trust": 1}, baseline=1).set_index("policy")

    assert table["effect"].to_dict() == pytest.approx({0: -0.3, 2: -0.3})
    assert table["better"].tolist() == [0.0, 0.0]
    with pytest.raises(InputError, match="no run of the baseline, policy 7"):
        paired_effects(policy_runs(), {"trust": 1}, baseline=7)


def test_effects_that_differ_by_future_have_quantiles():
    """Effects 0.3 + N(0, 1) in 200 futures: the 5 % quantile lies near 0.3 - 1.645."""
    row = paired_effects(policy_runs(200, 4, by_future=1.0, own=0.1), {"trust": 1}).iloc[0]

    assert row["q05"] == pytest.approx(0.3 - 1.645, abs=0.3)
    assert row["q95"] == pytest.approx(0.3 + 1.645, abs=0.3)
    assert row["low"] < row["median"] < row["high"]
    assert (row["futures"], row["n"]) == (200, 800)


def test_the_interval_over_futures_covers_where_one_of_pairs_would_not():
    """Effects vary between futures and between seeds: 400 pairs are no 400 independent ones."""
    covered, naive = 0, 0
    for seed in range(100):
        runs = policy_runs(20, 20, by_future=0.5, by_seed=0.5, own=0.2, seed=seed)
        row = paired_effects(runs, {"trust": 1}).iloc[0]
        covered += row["low"] <= 0.3 <= row["high"]
        change = runs.loc[runs["policy"] == 1, "trust"].to_numpy() - runs.loc[runs["policy"] == 0, "trust"].to_numpy()
        _, low, high = mean_interval(change)
        naive += low <= 0.3 <= high

    assert covered >= 88
    assert naive < 60


def test_pairs_that_failed_are_left_out_and_counted():
    runs = policy_runs(2, 5, own=0.0)
    failed = (runs["future"] == 1) & (runs["replication"] == 3) & (runs["policy"] == 0)
    runs.loc[failed, ["status", "trust"]] = ["crash", np.nan]
    row = paired_effects(runs.drop(index=runs.index[runs["policy"] == 1][0]), {"trust": 1}).iloc[0]

    assert (row["n"], row["left_out"]) == (8, 2)
    assert row["effect"] == pytest.approx(0.3)
    assert row["value"] - row["base"] == pytest.approx(0.3)


def test_a_policy_that_always_failed_has_a_line_without_numbers():
    runs = policy_runs(2, 3)
    runs.loc[runs["policy"] == 1, ["status", "trust"]] = ["error", np.nan]
    row = paired_effects(runs, {"trust": 1}).iloc[0]

    assert (row["n"], row["left_out"]) == (0, 6)
    assert row[["effect", "low", "high", "better", "variance_ratio", "median"]].isna().all()


def test_runs_of_several_points_with_the_same_policy_are_refused():
    runs = pd.concat([policy_runs(), policy_runs()])

    with pytest.raises(InputError, match="once in each future and replication"):
        paired_effects(runs, {"trust": 1})


def test_effects_by_type_weigh_communities_by_residents():
    runs = policy_runs(replications=4, own=0.0)
    rows = [
        (run, community, kind, residents, gain * (policy == 1))
        for run, policy in zip(runs["run_id"], runs["policy"], strict=True)
        for community, kind, residents, gain in (("x", "old", 100, 1.0), ("y", "old", 300, 2.0), ("z", "new", 50, -1.0))
    ]
    communities = pd.DataFrame(rows, columns=["run_id", "community", "type", "residents", "trust"])
    table = paired_effects_by(runs, communities, ["type"], {"trust": 1})

    assert table[["design", "type"]].to_numpy().tolist() == [["1", "old"], ["1", "new"], ["2", "old"], ["2", "new"]]
    assert table["effect"].tolist() == pytest.approx([1.75, -1.0, 0.0, 0.0])
    assert table["better"].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert table["n"].tolist() == [4] * 4


def test_effects_by_group_are_those_of_the_masks(groups):
    groups["run_id"] = groups["mask"].astype(str) + "-" + groups["replication"].astype(str)
    columns = {"mask": "policy"}
    runs = groups[["run_id", "mask", "design", "replication"]].drop_duplicates().rename(columns=columns)
    told = groups[["run_id", "dimension", "group", "trust"]]
    table = paired_effects_by(runs.assign(status="ok"), told, ["dimension", "group"], {"trust": 1}).set_index("group")

    assert table["effect"].to_dict() == pytest.approx({"young": 0.2, "old": 0.1})
    assert set(table["dimension"]) == {"age"}


def test_differences_are_runs_less_the_baseline_of_their_future_and_replication():
    runs = policy_runs(3, 4, own=0.0).sample(frac=1.0, random_state=1)
    runs.loc[(runs["policy"] == 0) & (runs["future"] == 2) & (runs["replication"] == 0), "trust"] = np.nan
    changes = differences(runs, ["trust"])

    assert changes.loc[changes["policy"] == 2, "trust"].dropna().to_numpy() == pytest.approx(0.0)
    assert changes.loc[changes["policy"] == 1, "trust"].dropna().to_numpy() == pytest.approx(0.3)
    assert changes["trust"].isna().sum() == 2


def test_an_interval_of_one_future_is_that_over_replications():
    values = np.random.default_rng(1).normal(size=(1, 7, 3))

    assert np.array(crossed_interval(values)) == pytest.approx(np.array(mean_interval(values[0])))
    assert np.isnan(crossed_interval(values[:, :1])[1]).all()
