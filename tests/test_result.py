"""The result of a run: its tables, its summary, its provenance."""

import platform

import numpy as np
import pandas as pd
import pytest

from sim import InputError, Scenario, run, warm_up
from sim.agents.residents import RESIDENTS
from sim.mechanisms import mechanisms
from sim.needs_table import CATEGORIES, CHANNELS, STATES
from sim.outcomes import DIMENSIONS, GROUP_MEASURES, OUTCOMES
from tests.state import FIVE, place

SCENARIO = place(*FIVE[:2], "village", residents=150, weeks=60, mechanisms={"three_lists": 1.0, "feedback_loop": 1.0})


@pytest.fixture(scope="module")
def result():
    return run(SCENARIO, needs=True)


def test_the_summary_holds_every_outcome(result):
    assert set(result.summary) == set(OUTCOMES)
    assert all(type(value) is float for value in result.summary.values())


def test_the_summary_by_community_has_a_row_for_each(result):
    frame = result.summary_by_community

    assert frame.index.tolist() == list(SCENARIO.community_names)
    assert set(frame.columns) == set(OUTCOMES)


@pytest.mark.parametrize("name", ["satisfaction", "participation", "trust"])
def test_the_whole_is_the_mean_of_its_communities_weighted_by_adults(result, name):
    communities, residents = result.model.communities, result.model.residents
    adults = [(residents.age[a:b] >= 18).sum() for a, b in zip(communities.start, communities.stop, strict=True)]

    assert result.summary[name] == pytest.approx(np.average(result.summary_by_community[name], weights=adults))


def test_weekly_is_tidy_with_a_row_for_each_week_and_community(result):
    frame = result.weekly

    assert len(frame) == 60 * 3
    assert not frame.duplicated(["week", "community"]).any()
    assert (frame["week"].min(), frame["week"].max()) == (1, 60)
    assert list(frame.columns[:4]) == ["week", "community", "type", "residents"]
    assert sorted(frame.columns[4:]) == sorted(OUTCOMES)
    assert (frame["residents"] == 150).all()


def test_yearly_counts_the_weeks_there_are(result):
    frame = result.yearly

    assert frame["year"].tolist() == [1] * 3 + [2] * 3
    assert frame["community"].tolist() == list(SCENARIO.community_names) * 2


@pytest.mark.parametrize("name", ["satisfaction", "trust", "volunteer_hours", "mechanism_yuan"])
def test_a_year_is_the_mean_of_its_weeks(result, name):
    weekly = result.weekly[result.weekly["week"] <= 52].groupby("community", sort=False)[name].mean()
    yearly = result.yearly[result.yearly["year"] == 1].set_index("community")[name]

    assert yearly.to_dict() == pytest.approx(weekly.to_dict())


SHARES = sorted(name for name, one in OUTCOMES.items() if one.unit == "share")


@pytest.mark.parametrize("name", SHARES)
def test_yearly_shares_lie_between_nothing_and_all(result, name):
    values = result.yearly[name].dropna()

    assert values.between(0.0, 1.0 + 1e-12).all()


@pytest.mark.parametrize("name", SHARES)
def test_weekly_shares_lie_between_nothing_and_all(result, name):
    values = result.weekly[name].dropna()

    assert values.between(0.0, 1.0 + 1e-12).all()


def test_groups_split_all_adults_in_each_dimension(result):
    frame = result.groups
    adults = (result.residents["age"] >= 18).groupby(result.residents["community"]).sum().to_dict()

    assert set(zip(frame["dimension"], frame["group"], strict=True)) == {
        (dimension, group) for dimension, groups in DIMENSIONS.items() for group in groups
    }
    assert not frame.duplicated(["year", "community", "dimension", "group"]).any()
    for (_, community, _), size in frame.groupby(["year", "community", "dimension"])["residents"].sum().items():
        assert size == adults[community]


def test_groups_are_measured_by_shares_or_not_at_all(result):
    frame = result.groups

    assert frame[frame["residents"] > 0][list(GROUP_MEASURES)].to_numpy().min() >= 0.0
    assert frame[frame["residents"] > 0][list(GROUP_MEASURES)].to_numpy().max() <= 1.0
    assert frame[frame["residents"] == 0][list(GROUP_MEASURES)].isna().all(axis=None)


def test_groups_agree_with_the_residents_at_the_end(result):
    people = result.residents[(result.residents["community"] == "village") & (result.residents["age"] >= 60)]
    row = result.groups[
        (result.groups["year"] == 2) & (result.groups["community"] == "village") & (result.groups["group"] == "60+")
    ].iloc[0]

    assert row["residents"] == len(people)
    assert row["satisfaction"] == pytest.approx(people["satisfaction"].mean())
    assert row["trust"] == pytest.approx(people["trust"].mean())


# Needs ----------------------------------------------------------------------------------------------------------------


def test_needs_kept_are_all_needs(result):
    needs = result.needs

    assert needs["id"].tolist() == list(range(len(needs)))
    assert needs["raised"].is_monotonic_increasing
    assert needs["category"].cat.categories.tolist() == list(CATEGORIES)
    assert needs["state"].cat.categories.tolist() == list(STATES)
    assert needs["channel"].cat.categories.tolist() == list(CHANNELS)
    assert set(needs["community"]) <= set(SCENARIO.community_names)


def test_needs_tell_their_path_in_order(result):
    needs = result.needs
    known, closed = needs[needs["known"] >= 0], needs[needs["closed"] >= 0]
    routed, matched = known[known["routed"] >= 0], known[known["matched"] >= 0]

    assert (known["raised"] <= known["known"]).all()
    assert (closed["raised"] <= closed["closed"]).all()
    assert (closed["known"] <= closed["closed"]).all()
    assert (routed["known"] <= routed["routed"]).all()
    assert (matched["known"] <= matched["matched"]).all()
    assert (routed[routed["closed"] >= 0]["routed"] <= routed[routed["closed"] >= 0]["closed"]).all()


def test_needs_are_known_by_a_channel_or_not_at_all(result):
    needs = result.needs

    assert ((needs["channel"] == "none") == (needs["known"] < 0)).all()
    assert set(needs[needs["known"] < 0]["state"]) <= {"hidden", "lapsed"}


def test_needs_are_closed_in_an_end_state_or_open(result):
    needs = result.needs
    ended = needs["state"].isin(["resolved", "failed", "lapsed", "escalated"])

    assert ((needs["closed"] >= 0) == ended).all()
    assert ended.mean() > 0.5


def test_ratings_are_shares_and_lapsed_needs_have_none(result):
    needs = result.needs
    rated = needs[needs["rating"] >= 0.0]

    assert len(rated) > 0
    assert rated["rating"].max() <= 1.0
    assert (needs[needs["rating"] < 0.0]["rating"] == -1.0).all()
    assert (needs[needs["state"] == "lapsed"]["rating"] == -1.0).all()


def test_only_disputes_escalate(result):
    assert set(result.needs[result.needs["state"] == "escalated"]["category"]) <= {"disputes"}


def test_what_is_resolved_took_its_hours(result):
    resolved = result.needs[(result.needs["state"] == "resolved") & ~result.needs["simple"]]

    assert len(resolved) > 0
    assert resolved["work_left"].max() <= 1e-9


def test_a_need_is_that_of_a_resident_of_its_community(result):
    where = result.residents["community"].to_numpy()[result.needs["resident"]]

    assert (where == result.needs["community"].to_numpy()).all()


def test_without_being_asked_a_run_keeps_recent_needs_only(result):
    assert 0 < len(run(SCENARIO).needs) < len(result.needs)


# Residents and provenance ---------------------------------------------------------------------------------------------


def test_residents_are_all_there_with_all_columns(result):
    assert len(result.residents) == 450
    assert list(result.residents.columns) == list(RESIDENTS.names)
    assert result.residents["community"].value_counts().to_dict() == dict.fromkeys(SCENARIO.community_names, 150)


def test_tables_are_frames_that_a_file_can_hold(result, tmp_path):
    for name in ("weekly", "yearly", "groups", "needs", "residents"):
        frame = getattr(result, name)
        frame.to_parquet(tmp_path / f"{name}.parquet")

        assert pd.read_parquet(tmp_path / f"{name}.parquet").shape == frame.shape


def test_provenance_says_what_made_the_numbers_and_makes_them_again(result):
    found = result.provenance
    again = run(Scenario.from_dict(found["scenario"]), found["seed"])

    assert found["seed"] == SCENARIO.seed
    assert found["python"] == platform.python_version()
    assert {"mesa", "numpy", "numba"} <= set(found["versions"])
    assert len(found["source_hash"]) == 16
    assert again.history.tobytes() == result.history.tobytes()


def test_a_warm_state_of_another_seed_is_refused():
    warm = warm_up(SCENARIO, seed=1)

    with pytest.raises(InputError, match="warm"):
        run(SCENARIO, seed=2, warm=warm)


def test_a_number_that_is_lost_on_the_way_ends_the_run_with_its_name(monkeypatch):
    def breaks(self, community, dose):
        community.residents.trust[0] = np.nan

    monkeypatch.setattr(mechanisms()["three_lists"], "at_start", breaks, raising=False)

    with pytest.raises(FloatingPointError, match=r"trust of .* is not a number from week 1 on; in force: three_lists"):
        run(place(mechanisms={"three_lists": 1.0}, weeks=3, warmup=0))
