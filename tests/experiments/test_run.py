"""A small study from end to end."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from experiments.folder import MANIFEST
from experiments.result import StudyResult
from experiments.run import StudyFailedError, replication_seed, run_study
from experiments.study import Study


@pytest.fixture(scope="module")
def result(small_study) -> StudyResult:
    return run_study(small_study, workers=1, progress=False)


def test_every_design_runs_with_every_seed(result):
    runs = result.runs

    assert len(runs) == 4 * 3
    assert runs.groupby("replication")["seed"].nunique().eq(1).all()
    assert runs["seed"].nunique() == 3
    assert runs["status"].eq("ok").all()
    assert runs.loc[runs["mask"] == 2, ["path_lists", "path_grid"]].drop_duplicates().to_numpy().tolist() == [
        [False, True]
    ]


def test_results_do_not_depend_on_workers_or_batches(result, small_study):
    again = run_study(small_study, workers=2, progress=False)

    assert again.digest == result.digest
    pd.testing.assert_frame_equal(again.communities, result.communities)
    pd.testing.assert_frame_equal(again.run_groups, result.run_groups)
    pd.testing.assert_frame_equal(again.weekly, result.weekly)


def test_another_root_seed_gives_other_results(result, small_study):
    other = run_study(small_study.replace(seed=5), workers=1, progress=False)

    assert other.digest != result.digest


def test_shares_add_up_to_the_effect_of_all(result):
    shares = result.shapley.groupby("outcome")["share"].sum()
    whole = result.effects[result.effects["design"] == "all"].set_index("outcome")["effect"].dropna()

    pd.testing.assert_series_equal(shares[whole.index], whole, check_names=False)


def test_groups_and_communities_have_effects_of_all_and_of_each_alone(result):
    assert set(result.groups["design"]) == {"1", "2", "all"}
    assert set(result.community_effects["community"]) == {"village", "commodity_housing"}
    assert {"age", "tenure", "migrant", "income", "education", "party"} == set(result.groups["dimension"])


def test_the_results_folder_is_complete_in_chinese_too(small_study, tmp_path):
    result = run_study(small_study, tmp_path / "out", workers=1, progress=False, language="zh_hans")
    manifest = json.loads((tmp_path / "out" / MANIFEST).read_text(encoding="utf-8"))

    assert manifest["results_hash"] == result.digest
    assert manifest["runs"] == 12
    assert manifest["versions"]["numpy"]
    assert Study.from_dict(manifest["study"]) == small_study
    assert len(pd.read_parquet(tmp_path / "out" / "runs.parquet")) == 12
    assert len(list((tmp_path / "out" / "figures").glob("*.png"))) == 6
    assert len(list((tmp_path / "out" / "figures").glob("*.svg"))) == 6
    assert "需要谨慎之处" in (tmp_path / "out" / "summary.md").read_text(encoding="utf-8")
    for table in ("groups", "weekly", "effects", "shapley", "interactions", "communities"):
        assert len(pd.read_parquet(tmp_path / "out" / f"{table}.parquet"))


def test_every_picture_of_the_page_exists(small_study, tmp_path):
    run_study(small_study, tmp_path / "out", workers=1, progress=False)
    page = (tmp_path / "out" / "summary.md").read_text(encoding="utf-8")

    pictures = [line.partition("](")[2].rstrip(")") for line in page.splitlines() if line.startswith("![")]
    assert len(pictures) == 4
    assert all((tmp_path / "out" / picture).exists() for picture in pictures)


@pytest.mark.parametrize("language", ["en", "zh_hans", "zh_hant"])
def test_the_report_speaks_each_language(result, language):
    page = result.report(language)

    assert page.startswith("# ")
    assert "{" not in page
    assert not re.search(r"\bnan\b", page)


def test_failed_runs_are_kept_out_and_reported(monkeypatch, small_study, tmp_path):
    from experiments import run

    real, seeds = run.run_point, [run.replication_seed(small_study.seed, number) for number in range(3)]

    def sometimes(scenario, seed, doses, weekly):
        if seed == seeds[1] and "three_lists" in doses:
            raise ValueError("broken rule")
        return real(scenario, seed, doses, weekly)

    monkeypatch.setattr(run, "run_point", sometimes)
    result = run_study(small_study, tmp_path / "out", workers=1, progress=False)

    assert [record.message for record in result.failures] == ["broken rule"] * 2
    assert result.replications == 2
    assert result.effects["n"].eq(2).all()
    assert result.groups["n"].max() == 2
    assert "broken rule" in (tmp_path / "out" / "failures.txt").read_text()
    assert "2 runs failed" in (tmp_path / "out" / "summary.md").read_text(encoding="utf-8")


def test_a_study_without_one_complete_replication_writes_nothing(monkeypatch, small_study, tmp_path):
    def never(scenario, seed, doses, weekly):
        raise ValueError("broken rule")

    monkeypatch.setattr("experiments.run.run_point", never)

    with pytest.raises(StudyFailedError, match="broken rule"):
        run_study(small_study, tmp_path / "out", workers=1, progress=False)
    assert list(tmp_path.iterdir()) == []


def test_neighbouring_studies_share_no_seed():
    seeds = {replication_seed(root, replication) for root in range(50) for replication in range(50)}

    assert len(seeds) == 2500
    assert all(0 <= seed < 2**63 for seed in seeds)
