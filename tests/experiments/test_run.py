"""A small study from end to end."""

from __future__ import annotations

import json
import re
import threading

import pandas as pd
import pytest

from experiments import run
from experiments.engine import serial
from experiments.folder import MANIFEST
from experiments.result import StudyResult
from experiments.run import StudyFailedError, StudyInterruptedError, run_study
from experiments.seeds import replication_seed
from experiments.store import Store
from experiments.study import Study


@pytest.fixture(scope="module")
def result(small_study) -> StudyResult:
    return run_study(small_study, engine=serial(), progress=False)


def test_every_design_runs_with_every_seed(result):
    runs = result.runs

    assert len(runs) == 4 * 3
    assert runs.groupby("replication")["seed"].nunique().eq(1).all()
    assert runs["seed"].nunique() == 3
    assert runs["status"].eq("ok").all()
    assert runs.loc[runs["mask"] == 2, ["lists", "grid"]].drop_duplicates().to_numpy().tolist() == [[0.0, 1.0]]


def test_results_do_not_depend_on_workers_or_batches(result, small_study):
    again = run_study(small_study, workers=2, progress=False)

    assert again.digest == result.digest
    pd.testing.assert_frame_equal(again.communities, result.communities)
    pd.testing.assert_frame_equal(again.run_groups, result.run_groups)
    pd.testing.assert_frame_equal(again.weekly, result.weekly)


def test_another_root_seed_gives_other_results(result, small_study):
    other = run_study(small_study.replace(seed=5), engine=serial(), progress=False)

    assert other.digest != result.digest


def test_shares_add_up_to_the_effect_of_all(result):
    shares = result.shapley.groupby("outcome")["share"].sum()
    whole = result.effects[result.effects["design"] == "all"].set_index("outcome")["effect"].dropna()

    pd.testing.assert_series_equal(shares[whole.index], whole, check_names=False)


def test_groups_and_communities_have_effects_of_all_and_of_each_alone(result):
    assert set(result.groups["design"]) == {"1", "2", "all"}
    assert set(result.community_effects["community"]) == {"village", "commodity_housing"}
    assert {"age", "tenure", "migrant", "income", "education", "party"} == set(result.groups["dimension"])


def test_the_folder_is_complete_in_chinese_too(small_study, result, tmp_path):
    out = tmp_path / "out"
    run_study(small_study, out, engine=serial(), progress=False, language="zh_hans")
    manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))

    assert StudyResult.load(out).digest == result.digest
    assert manifest["rongzhi"] == {"kind": "study", "name": "small", "format": 1}
    assert manifest["versions"]["numpy"]
    assert Study.from_dict(manifest["study"]).levers == small_study.levers
    assert len(pd.read_parquet(out / "runs")) == 12
    assert len(list((out / "figures").glob("*.png"))) == len(list((out / "figures").glob("*.svg"))) == 6
    page = (out / "summary.md").read_text(encoding="utf-8")
    pictures = [line.partition("](")[2].rstrip(")") for line in page.splitlines() if line.startswith("![")]
    assert "需要谨慎之处" in page
    assert len(pictures) == 4
    assert all((out / picture).exists() for picture in pictures)
    assert (out / "report.zh-Hans.html").exists()
    for table in ("effects", "effects_by_group", "effects_by_community", "shapley", "interactions"):
        assert len(pd.read_parquet(out / "analysis" / f"{table}.parquet"))


@pytest.mark.parametrize("language", ["en", "zh_hans", "zh_hant"])
def test_the_report_speaks_each_language(result, language):
    page = result.report(language)

    assert page.startswith("# ")
    assert "{" not in page
    assert not re.search(r"\bnan\b", page)


def test_failed_runs_are_kept_out_and_reported(monkeypatch, small_study, tmp_path):
    real, seeds = run.run_one, [replication_seed(small_study.seed, number) for number in range(3)]

    def sometimes(place, fields, seed, tables, group):
        if seed == seeds[1] and "three_lists" in fields["mechanisms"]:
            raise ValueError("broken rule")
        return real(place, fields, seed, tables, group)

    monkeypatch.setattr(run, "run_one", sometimes)
    result = run_study(small_study, tmp_path / "out", engine=serial(), progress=False)

    assert result.failures["message"].tolist() == ["broken rule"] * 2
    assert result.replications == 2
    assert result.effects["n"].eq(2).all()
    assert result.groups["n"].max() == 2
    reasons = [file.read_text(encoding="utf-8") for file in (tmp_path / "out" / "failures").iterdir()]
    assert len(reasons) == 2
    assert all("broken rule" in reason and "rongzhi reproduce " in reason for reason in reasons)
    assert "2 runs failed" in (tmp_path / "out" / "summary.md").read_text(encoding="utf-8")


def test_a_study_without_one_complete_replication_has_no_answer(monkeypatch, small_study, tmp_path):
    def never(*_):
        raise ValueError("broken rule")

    monkeypatch.setattr(run, "run_one", never)
    with pytest.raises(StudyFailedError, match="broken rule"):
        run_study(small_study, tmp_path / "out", engine=serial(), progress=False)
    assert not (tmp_path / "out" / "summary.md").exists()


def test_an_interrupted_study_goes_on_when_run_again(monkeypatch, small_study, result, tmp_path):
    real, stop = run.drive, threading.Event()

    def stopping(*arguments, **options):
        for count, record in enumerate(real(*arguments, **options | {"stop": stop, "chunk": 1})):
            if count == 4:
                stop.set()
            yield record

    monkeypatch.setattr(run, "drive", stopping)
    with pytest.raises(StudyInterruptedError):
        run_study(small_study, tmp_path / "out", engine=serial(), progress=False)
    assert len(Store.open(tmp_path / "out").done()) == 5
    monkeypatch.setattr(run, "drive", real)
    monkeypatch.setattr("experiments.report.write_study", lambda *_: {})

    assert run_study(small_study, tmp_path / "out", engine=serial(), progress=False).digest == result.digest


def test_neighbouring_studies_share_no_seed():
    seeds = {replication_seed(root, replication) for root in range(50) for replication in range(50)}

    assert len(seeds) == 2500
    assert all(0 <= seed < 2**63 for seed in seeds)
