"""What is read from the folder of a study: runs by point, tables beside them, what failed."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from experiments.engine import serial
from experiments.result import StudyResult
from experiments.run import How, make_runs
from experiments.store import Store
from experiments.study import Study
from experiments.study_folder import open_folder
from sim import mechanisms
from sim.errors import InputError

TWICE = "lists,grid\n1,1\n0,0\n1,0\n1,1\n0,1\n"


def run(study: Study, folder, limit: int | None = None) -> StudyResult:
    make_runs(open_folder(study, folder), How(engine=serial(), progress=False, limit=limit))
    return StudyResult.load(folder)


@pytest.fixture(scope="module")
def result(small_study, tmp_path_factory) -> StudyResult:
    return run(small_study, tmp_path_factory.mktemp("small") / "out")


@pytest.fixture
def twice(fields, tmp_path) -> Study:
    """All four sets of two levers, from a file that has one of them twice."""
    (tmp_path / "twice.csv").write_text(TWICE)
    file = {"kind": "file", "path": str(tmp_path / "twice.csv")}
    return Study.from_dict(fields | {"design": {"levers": file}, "replications": 2})


def test_runs_have_a_row_for_each_point_and_replication(result):
    runs = result.runs

    assert list(zip(runs["point"], runs["replication"], strict=True)) == [(p, r) for p in range(4) for r in range(3)]
    assert dict(zip(runs["design"], runs["mask"], strict=True)) == {"nothing": 0, "1": 1, "2": 2, "all": 3}
    assert (result.levers, result.asked, result.replications) == (["lists", "grid"], 3, 3)
    assert result.failures.empty
    assert result.run_seconds > 0


def test_tables_beside_the_runs_name_their_design(result):
    assert len(result.communities) == 12 * 2
    for table in (result.communities, result.run_groups, result.weekly_runs):
        assert set(table["design"]) == {"nothing", "1", "2", "all"}
        assert table["run_id"].nunique() == 12


def test_levers_between_on_and_off_have_no_mask(small_study, tmp_path):
    values = {"lists": {"mechanisms": ["three_lists"], "values": [0, 0.5]}}
    between = run(small_study.replace(levers=values, replications=1), tmp_path / "out")

    assert "mask" not in between.runs
    assert not between.has_masks
    assert between.policy_effects["design"].unique().tolist() == ["1"]  # its highest


def test_a_point_that_a_design_meets_twice_counts_once(twice, small_study, tmp_path):
    once = run(small_study.replace(replications=2), tmp_path / "once")
    doubled = run(twice, tmp_path / "twice")

    assert len(doubled.runs) == 6 * 2
    assert doubled.runs["run_id"].nunique() == len(doubled.unique_runs) == 4 * 2
    assert doubled.has_every_set
    assert doubled.replications == 2
    for name in ("shapley", "interactions", "groups", "community_effects", "weekly", "gaps"):
        one, other = getattr(once, name), getattr(doubled, name)
        keys = [column for column in one if one[column].dtype.kind != "f"]
        order = {"by": keys, "ignore_index": True}
        pd.testing.assert_frame_equal(one.sort_values(**order), other.sort_values(**order))


def test_a_run_that_serves_several_futures_keeps_its_weeks(fields, tmp_path):
    """Numbers of a mechanism that is off change nothing, so all futures of the baseline are one run."""
    number = next(one.name for one in mechanisms()["three_lists"].entries().values() if one.low < one.high)
    more = {
        "levers": ["three_lists"],
        "uncertainties": {"numbers": [number]},
        "design": {"uncertainties": {"kind": "latin_hypercube", "points": 2}},
        "replications": 1,
    }
    result = run(Study.from_dict(fields | more), tmp_path / "out")

    assert result.runs["run_id"].nunique() == 3
    assert result.runs["design"].tolist() == ["nothing", "1"] * 2
    assert set(result.weekly_runs.loc[result.weekly_runs["future"] == 0, "design"]) == {"nothing", "1"}
    assert result.policy_effects.set_index(["design", "outcome"])["effect"].notna().any()


def test_a_study_can_be_read_while_it_is_run(small_study, tmp_path):
    part = run(small_study, tmp_path / "out", limit=6)

    assert len(part.runs) == 6
    assert part.replications == 1
    assert part.asked == 3


def test_failed_runs_are_kept_apart(monkeypatch, small_study, tmp_path):
    from experiments import task

    real, bad = task.measured, []

    def sometimes(whole, tables):
        if len(bad) < 1:
            bad.append(whole)
            raise ValueError("broken rule")
        return real(whole, tables)

    monkeypatch.setattr(task, "measured", sometimes)
    result = run(small_study, tmp_path / "out")

    assert result.failures["message"].tolist() == ["broken rule"]
    assert len(result.runs) == 12
    assert result.replications == 2
    assert set(result.communities["run_id"]) == set(result.runs.loc[result.runs["status"] == "ok", "run_id"])


def test_a_folder_that_moved_says_the_same(fields, tmp_path):
    """Samples and margins go with the folder."""
    (tmp_path / "from" / "b").mkdir(parents=True)
    for place, based_on in (("ours.toml", "village"), ("b/ours.toml", "work_unit")):
        (tmp_path / "from" / place).write_text(f'based_on = "{based_on}"\n')
    (tmp_path / "from" / "mine.csv").write_text(TWICE)
    margins = [str(tmp_path / "from" / one) for one in ("ours.toml", "b/ours.toml")]
    place = fields["scenario"] | {"communities": [{"margins": one, "residents": 30} for one in margins]}
    design = {"levers": {"kind": "file", "path": str(tmp_path / "from" / "mine.csv")}}
    study = Study.from_dict(
        fields | {"scenario": place, "design": design, "replications": 1, "quick": {"design": design}}
    )
    before = run(study, tmp_path / "out")
    shutil.move(tmp_path / "out", tmp_path / "moved")
    shutil.rmtree(tmp_path / "from")
    after = StudyResult.load(tmp_path / "moved")

    pd.testing.assert_frame_equal(after.runs, before.runs)
    assert set(after.communities["community"]) == {"ours_1", "ours_2"}
    assert len(after.runs) == 6
    assert after.study.quick_version().design.levers.count(after.plan.levers) == 5
    make_runs(Store.open(tmp_path / "moved"), How(engine=serial(), progress=False))
    assert Store.open(tmp_path / "moved").digest() == before.digest


def test_a_folder_of_something_else_is_refused(tmp_path):
    with pytest.raises(InputError):
        StudyResult.load(tmp_path)
