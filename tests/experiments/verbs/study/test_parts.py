"""Shards and their union, damage and its repair, compaction, export, and runs made again."""

from __future__ import annotations

import pandas as pd
import pytest

from experiments.store import Store


def digest(folder):
    return Store.open(folder).digest()


@pytest.fixture
def whole(shell):
    shell.run("--out", "whole")
    return digest("whole")


@pytest.mark.parametrize("parts", [3, 20])
def test_shards_come_together_to_the_same_study(shell, whole, parts):
    for part in range(1, parts + 1):
        assert shell.run("--shard", f"{part}/{parts}") == 0
        assert f"part {part} of {parts} is done and stands in results/small.shard-{part}-of-{parts}" in shell.err
    assert f"rongzhi study merge results/small results/small.shard-*-of-{parts}" in shell.err
    folders = sorted((shell.folder / "results").glob(f"small.shard-*-of-{parts}"))

    assert shell("study", "merge", "results/small", folders[0]) == 0
    assert "runs are still missing; merge the other parts too, or make them here" in shell.err
    assert shell("study", "merge", "results/small", *folders[1:]) == 0
    assert "results/small: 8 of 8 runs." in shell.out
    assert digest("results/small") == whole


def test_a_shard_says_that_runs_of_it_failed(shell, broken):
    broken(lambda fields, _: len(fields["mechanisms"]) == 2)

    assert shell.run("--shard", "1/2") == 3
    assert "1 runs failed. See results/small.shard-1-of-2/failures" in shell.err


def test_different_studies_are_not_merged(shell, whole):
    written = (shell.folder / "small.toml").read_text(encoding="utf-8")
    (shell.folder / "other.toml").write_text(written.replace("weeks = 4", "weeks = 5"), encoding="utf-8")
    shell.run("--out", "other", study="other.toml")

    assert shell("study", "merge", "both", "whole", "other") == 2
    assert "whole and other cannot be merged: their study_hash differs" in shell.err
    assert not (shell.folder / "both").exists()
    assert shell("study", "merge", "whole", "nowhere") == 2
    assert digest("whole") == whole


def test_a_changed_byte_is_named_put_aside_and_made_again(shell):
    shell.run("--limit", "3")
    shell.run()
    (shell.folder / "results/small/export").mkdir()
    before = digest("results/small")
    assert shell("study", "verify", "small", "--runs", "2") == 0
    assert "2 of 2 runs came out the same again, bit for bit." in shell.out
    assert before in shell.out

    part = shell.folder / "results/small/runs/part-000001.parquet"
    content = bytearray(part.read_bytes())
    content[len(content) // 3] ^= 1
    part.write_bytes(content)
    assert shell("study", "verify", "small") == 1
    assert "runs/part-000001.parquet: " in shell.out
    assert shell("study", "verify", "small", "--quarantine") == 1
    assert "results/small/quarantine; run the study again" in shell.out
    assert shell("study", "verify", "small", "--runs", "0") == 0
    assert shell.run() == 0
    assert "3 of 3 runs" in shell.err
    assert digest("results/small") == before


def test_a_damaged_part_is_one_message_that_says_what_to_do(shell, whole):
    part = next((shell.folder / "whole/runs").glob("part-*1.parquet"))
    part.write_bytes(part.read_bytes()[:-9])

    assert shell("study", "status", "whole") == 1
    assert "is damaged" in shell.err
    assert "rongzhi study verify whole --quarantine" in shell.err


def test_a_compacted_study_says_the_same(shell):
    shell.run("--limit", "3")
    shell.run()
    before = digest("results/small")

    assert shell("study", "compact", "small") == 0
    assert before in shell.out
    assert len(list((shell.folder / "results/small/runs").glob("*.parquet"))) == 1
    assert digest("results/small") == before


def test_runs_made_again_are_compared_bit_for_bit(shell, whole, monkeypatch):
    run_id = min(Store.open(shell.folder / "whole").done())

    assert shell("reproduce", run_id, "--in", "whole") == 0
    assert "The same as stored, bit for bit (status ok)." in shell.out
    assert shell("reproduce", run_id) == 2
    assert f"no study in results/ has run '{run_id}'; name its folder with --in" in shell.err
    assert shell("reproduce", run_id[:9], "--in", "whole") == 2
    assert f"did you mean '{run_id}'?" in shell.err

    from experiments import again

    real = again.run_one

    def another(*arguments):
        value = real(*arguments)
        return value | {"row": value["row"] | {"satisfaction": 0.5}}

    monkeypatch.setattr(again, "run_one", another)
    assert shell("reproduce", run_id, "--in", "whole") == 1
    assert "NOT the same as stored" in shell.out
    assert shell("study", "verify", "whole", "--runs", "1") == 1
    assert ": satisfaction was " in shell.out


def test_exported_tables_read_back_the_same(shell, whole):
    store = Store.open(shell.folder / "whole")
    runs, communities = store.runs(), store.table("communities")

    for kind in ("csv", "parquet", "dta"):
        assert shell("study", "export", "whole", "--format", kind, "--out", "out") == 0
        assert f"out/runs.{kind}" in shell.out
    pd.testing.assert_frame_equal(pd.read_parquet("out/runs.parquet"), runs)
    pd.testing.assert_frame_equal(
        pd.read_csv("out/runs.csv")[["run_id", "seed", "yuan"]], runs[["run_id", "seed", "yuan"]]
    )
    stata = pd.read_stata("out/runs.dta")
    assert max(map(len, stata.columns)) <= 32
    assert stata["seed"].tolist() == runs["seed"].astype(str).tolist()
    assert stata["participation"].tolist() == runs["participation"].tolist()
    named = pd.read_stata("out/communities.dta")
    assert named["community"].tolist() == communities["community"].tolist()
    assert set(named["community"]) == {"上村"}


def test_one_database_holds_all_tables(shell, whole):
    duckdb = pytest.importorskip("duckdb")

    assert shell("study", "export", "whole", "--format", "duckdb", "--out", "out") == 0
    with duckdb.connect("out/small.duckdb", read_only=True) as database:
        tables = {name for (name,) in database.sql("show tables").fetchall()}
        runs = database.sql("select * from runs").df()
    assert tables == {"design", "runs", "communities", "groups", "weekly"}
    assert runs["run_id"].tolist() == Store.open(shell.folder / "whole").runs()["run_id"].tolist()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (["study", "status", "nothing"], "nothing: no such folder, and no such study in results/"),
        (["study", "status", "smal"], "did you mean 'small'?"),
        (["study", "status", "small.toml"], "small.toml: is a file; name the study's folder"),
        (["study", "status", "."], "is no study folder (it has no manifest.json)"),
        (["report", "smal"], "did you mean 'small'?"),
        (["study", "retry", "small", "--engine", "dask"], "--engine dask: needs the address"),
        (["study", "analyze", "small", "efects"], "unknown analysis 'efects'; did you mean 'effects'?"),
        (["study", "analyze", "small", "effects", "sobol"], "analysis sobol: does not fit this study, which has no"),
        (["study", "export", "small", "--format", "cvs"], "did you mean 'csv'?"),
        (["study", "export", "small", "--out", "small.toml"], "--out small.toml: is a file, not a folder"),
        (["study", "verify", "small", "--runs", "few"], "--runs: must be a whole number, got 'few'"),
        (["study", "merge", "both"], "missing: FOLDER"),
        (["reproduce", "0"], "no study in results/ has run '0'"),
        (["study", "plan", "small.toml", "--pilots", "0"], "--pilots: must be at least 1, got 0"),
        (["study", "check", "none.toml"], "none.toml: cannot be read (No such file or directory)"),
    ],
)
def test_bad_input_is_one_message_and_changes_nothing(shell, line, message):
    shell.run("--limit", "4")
    before = sorted(shell.folder.rglob("*"))

    assert shell(*line) == 2
    assert message in shell.err
    assert shell.out == ""
    assert sorted(shell.folder.rglob("*")) == before


def test_analyses_are_written_as_tables(shell):
    shell.run()

    assert shell("study", "analyze", "small", "effects") == 0
    assert "results/small/analysis/effects.parquet" in shell.out
    assert len(pd.read_parquet("results/small/analysis/effects.parquet"))
    assert shell("study", "analyze", "small", "main_effects") == 3
    assert "rongzhi: main_effects: the analysis needs all 8 runs" in shell.err
