"""``study run``: what is missing is made, whatever ended the run before, and bad input changes nothing."""

from __future__ import annotations

import pytest

from experiments import run as running
from experiments.engine import EngineLostError
from experiments.store import Store, StoreError


def test_a_study_runs_writes_its_folder_and_is_done_when_run_again(drawn, monkeypatch):
    shell = drawn
    assert shell.run() == 0
    assert "A small study: 4 designs × 2 replications = 8 runs" in shell.err
    assert "8 of 8 runs" in shell.err
    assert "A small study" in shell.out
    there = {path.name for path in (shell.folder / "results/small").iterdir()}
    assert {"runs", "communities", "groups", "weekly", "analysis", "summary.md", "report.en.html"} <= there
    assert "rongzhi: main_effects: the analysis needs all 8 runs, each once: 4 without a number" in shell.err

    monkeypatch.setattr("experiments.report.write_study", lambda *_: {})
    assert shell.run() == 0
    assert "of 8 runs" not in shell.err


def test_a_limit_leaves_the_rest_for_the_next_time(shell):
    assert shell.run("--limit", "3") == 0
    assert "5 runs of the study are still missing in results/small; the same command goes on" in shell.err
    assert shell("study", "status", "small") == 0
    assert "37.5 % of 8 runs made: 3 succeeded, 0 failed, 5 missing." in shell.out
    assert shell.run() == 0
    assert "5 of 5 runs" in shell.err
    once = Store.open(shell.folder / "results/small").digest()

    assert shell.run("--out", "at_once") == 0
    assert Store.open(shell.folder / "at_once").digest() == once


def test_more_replications_go_on_and_fewer_throw_nothing_away(shell):
    shell.run()

    assert shell.run("--replications", "3") == 0
    assert "4 of 4 runs" in shell.err
    assert shell.run("--replications", "2") == 0
    assert "a second" not in shell.err
    assert len(Store.open(shell.folder / "results/small").runs()) == 12
    shell("study", "status", "small")
    assert "100.0 % of 8 runs" in shell.out


def test_overwrite_begins_anew(shell):
    shell.run("--replications", "3")

    assert shell.run("--overwrite") == 0
    assert len(Store.open(shell.folder / "results/small").runs()) == 8


def test_failed_runs_end_with_3_and_are_made_by_retry(shell, broken):
    seed = running.rounds.Plan(running.load_study("small.toml")).run(
        {"point": 0, "policy": 0, "design": "", "future": 0, "three_lists": 0, "grid": 0}, 1
    )
    broken(lambda fields, number: number == seed.seed and fields["mechanisms"])

    assert shell.run() == 3
    assert "3 runs failed" in shell.err
    assert "rongzhi study retry results/small" in shell.err
    assert shell("study", "status", "small") == 3
    assert "5 succeeded, 3 failed, 0 missing" in shell.out
    assert "error: ValueError: broken rule" in shell.out

    failed = next(one for one, status in Store.open(shell.folder / "results/small").done().items() if status != "ok")
    assert shell("reproduce", failed) == 0
    assert 'raise ValueError("broken rule")' in shell.out

    broken(lambda *_: False)
    assert shell("study", "retry", "small", "--engine", "serial") == 0
    assert "3 of 3 runs" in shell.err
    assert not list((shell.folder / "results/small/failures").iterdir())


def test_a_study_of_failures_alone_says_why(shell, broken):
    broken(lambda *_: True)

    assert shell.run() == 3
    assert "8 runs failed" in shell.err
    assert "broken rule" in shell.err
    assert "rongzhi reproduce" in shell.err
    assert shell("report", "small") == 3
    assert shell("study", "verify", "small") == 0


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (EngineLostError("engine dask: workers are out of reach"), "rongzhi: engine dask: workers are out of reach"),
        (StoreError("journal.bin: cannot be written (no space left)"), "rongzhi: journal.bin: cannot be written"),
    ],
)
def test_what_gives_out_ends_with_1_and_can_be_resumed(shell, monkeypatch, error, message):
    real = running.drive

    def three_then_lost(*arguments, **options):
        records = real(*arguments, **options)
        for _ in range(3):
            yield next(records)
        raise error

    monkeypatch.setattr(running, "drive", three_then_lost)
    assert shell.run() == 1
    assert message in shell.err
    assert len(Store.open(shell.folder / "results/small").done()) == 3

    monkeypatch.setattr(running, "drive", real)
    assert shell.run() == 0
    assert "5 of 5 runs" in shell.err


def test_an_interruption_of_the_report_says_that_the_runs_are_kept(shell, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("experiments.report.write_study", interrupted)
    assert shell.run() == 130
    assert "What was done is kept in results/small" in shell.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--engine", "sreial"], "unknown: 'sreial'; known: local, serial, dask, mpi; did you mean 'serial'?"),
        (["--engine", "serial", "--workers", "2"], "--workers: belongs to --engine local"),
        (["--engine", "serial", "--timeout", "5"], "--timeout: engine serial cannot stop a single run"),
        (["--engine", "dask"], "--engine dask: needs the address of its scheduler"),
        (["--scheduler", "tcp://x:1"], "--scheduler: belongs to --engine dask, not to local"),
        (["--timeout", "0"], "--timeout: must be above 0, got 0"),
        (["--timeout", "soon"], "--timeout: must be a number, got 'soon'"),
        (["--limit", "0"], "--limit: must be at least 1, got 0"),
        (["--shard", "0/3"], "--shard, part: must be at least 1, got 0"),
        (["--shard", "4/3"], "--shard, part: must be at most 3, got 4"),
        (["--shard", "2/x"], "--shard, number of parts: must be a whole number, got 'x'"),
        (["--shard", "2"], "--shard: must be a part and the number of parts, such as 3/10, got '2'"),
        (["--out", "small.toml/x"], "cannot be made"),
    ],
)
def test_a_wrong_option_is_told_before_a_folder_is_made(shell, options, message):
    assert shell("study", "run", "small.toml", *options) == 2
    assert message in shell.err
    assert [path.name for path in shell.folder.iterdir()] == ["small.toml"]


@pytest.mark.parametrize(
    "lines",
    [
        "replications = {half_width = {satisfaction = 5.0}, first = 3, most = 4}\n",
        'portfolio = {objectives = ["satisfaction", "yuan"]}\n',
    ],
)
def test_a_study_whose_runs_hang_on_results_cannot_be_cut(shell, lines):
    written = (shell.folder / "small.toml").read_text(encoding="utf-8")
    if lines.startswith("replications"):
        written = written.replace("replications = 2\n", "")
    (shell.folder / "small.toml").write_text(lines + written, encoding="utf-8")

    assert shell.run("--shard", "1/2") == 2
    assert "cannot be cut in parts" in shell.err
    assert not (shell.folder / "results").exists()


def test_all_faults_of_a_file_are_told_at_once_with_their_lines(shell):
    file = shell.folder / "small.toml"
    faulty = file.read_text(encoding="utf-8")
    for right, wrong in (
        ("replications = 2", "replication = 2"),
        ("micro_grid", "micro_gird"),
        ('weekly = "landmarks"', 'weekly = "some"'),
        ("three_lists = {}", "three_lists = {values = [0, 2]}"),
        ("[scenario]", "[design]\nlevers = 'ful_factorial'\n[scenario]"),
    ):
        assert right in faulty
        faulty = faulty.replace(right, wrong)
    file.write_text(faulty, encoding="utf-8")

    assert shell.run() == 2
    lines = shell.err.splitlines()
    assert len(lines) == 5
    assert all("small.toml:" in line for line in lines)
    assert "did you mean 'replications'?" in shell.err
    assert not (shell.folder / "results").exists()


def test_another_study_in_the_folder_is_never_touched(shell):
    shell.run()
    before = Store.open(shell.folder / "results/small").digest()
    written = (shell.folder / "small.toml").read_text(encoding="utf-8")
    (shell.folder / "small.toml").write_text(written.replace("weeks = 4", "weeks = 5"), encoding="utf-8")

    assert shell.run() == 2
    assert "results/small: holds study 'small' with another place" in shell.err
    (shell.folder / "small.toml").write_text(written.replace('"small"', '"large"'), encoding="utf-8")
    assert shell.run("--out", "results/small", "--overwrite") == 2
    assert "holds the results of study 'small', not of study 'large'" in shell.err
    (shell.folder / "thesis").mkdir()
    (shell.folder / "thesis" / "thesis.docx").write_text("precious")
    assert shell.run("--out", "thesis", "--overwrite") == 2
    assert [path.name for path in (shell.folder / "thesis").iterdir()] == ["thesis.docx"]
    assert Store.open(shell.folder / "results/small").digest() == before


def test_a_study_that_was_renamed_is_still_the_same(shell):
    shell.run()
    written = (shell.folder / "small.toml").read_text(encoding="utf-8")
    (shell.folder / "small.toml").write_text(written.replace('name = "small"', 'name = "tiny"'), encoding="utf-8")

    assert shell.run("--out", "results/small") == 0
    assert "of 8 runs" not in shell.err
    assert Store.open(shell.folder / "results/small").manifest["rongzhi"]["name"] == "tiny"


def test_runs_of_other_code_are_not_mixed_unless_told(shell, monkeypatch):
    shell.run("--limit", "3")
    monkeypatch.setattr("experiments.study_folder.code_version", lambda _: "0123456789abcdef")

    assert shell.run() == 2
    assert "this is 0123456789abcdef" in shell.err
    assert shell("study", "retry", "small", "--engine", "serial") == 2
    assert shell.run("--allow-code-change") == 0
    assert len(Store.open(shell.folder / "results/small").done()) == 8


def test_a_folder_that_another_command_writes_to_is_refused(shell):
    shell.run("--limit", "3")
    with Store.open(shell.folder / "results/small").writer():
        assert shell.run() == 2
        assert "another coordinator writes to this study: process " in shell.err
        assert shell("study", "status", "small") == 0
        assert "Being run now by process " in shell.out


def test_a_limit_at_the_end_of_a_round_is_not_the_end_of_the_study(shell):
    file = shell.folder / "small.toml"
    precise = 'replications = {half_width = {satisfaction = 0.001}, contrast = ["nothing", "all"], first = 3, most = 5}'
    file.write_text(file.read_text(encoding="utf-8").replace("replications = 2", precise), encoding="utf-8")

    assert shell.run("--limit", "12") == 0
    assert "8 runs of the study are still missing in results/small" in shell.err
    assert shell("study", "status", "small") == 0
    assert "12 succeeded, 0 failed, 8 missing" in shell.out
    assert "may call for more runs" in shell.out
    assert shell.run() == 0
    shell("study", "status", "small")
    assert "20 succeeded" in shell.out
    assert "The budget of replications was used up" in shell.out


def test_status_says_why_a_precision_was_given_up(shell, broken):
    file = shell.folder / "small.toml"
    precise = 'replications = {half_width = {satisfaction = 0.001}, contrast = ["nothing", "all"], first = 3, most = 5}'
    file.write_text(file.read_text(encoding="utf-8").replace("replications = 2", precise), encoding="utf-8")
    broken(lambda *_: True)

    assert shell.run() == 3
    assert shell("study", "status", "small") == 3
    assert "0 succeeded, 12 failed, 0 missing" in shell.out
    assert "more of them would not help" in shell.out
