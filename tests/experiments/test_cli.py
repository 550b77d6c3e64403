"""The command line: what it says and how it ends."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pandas as pd
import pytest

from experiments.__main__ import main
from experiments.text import TAGS
from experiments.verbs.study import ACTIONS

HEAVY = ("numpy", "numba", "pandas", "scipy", "pyarrow", "matplotlib", "mesa", "pydantic", "sim")
VERBS = ("run", "list", "init", "check", "study", "report", "reproduce", "verify", "calibrate")
STUDY = """
name = "small"
title = {en = "A small study", zh_hans = "小研究", zh_hant = "小研究"}
question = {en = "Does it run?", zh_hans = "能运行吗？", zh_hant = "能運行嗎？"}
replications = 2
[scenario]
weeks = 4
warmup = 2
communities = [{type = "village", residents = 50}]
[levers.lists]
label = {en = "Lists", zh_hans = "清单", zh_hant = "清單"}
mechanisms = ["three_lists"]
[levers.grid]
label = {en = "Grid", zh_hans = "网格", zh_hant = "網格"}
mechanisms = ["micro_grid"]
"""
ODD_MARGINS = """
based_on = "village"
[margins.age]
shares = {"0-14" = 0.5, "15-17" = 0.1, "18-34" = 0.1, "35-59" = 0.1, "60-64" = 0.1, "65-79" = 0.1, "80+" = 0.1}
source = "assumed"
grade = "D"
reason = "a slip"
"""
PLACE = 'weeks = 4\nwarmup = 2\ncommunities = [{type = "village", residents = 50}]\n'


@pytest.fixture(autouse=True)
def _english(monkeypatch, tmp_path):
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)


def ended(arguments):
    """Exit code of a command line, by whichever way it ends."""
    try:
        return main(arguments)
    except SystemExit as end:
        return end.code


@pytest.mark.parametrize("tag", TAGS)
def test_all_help_imports_nothing_heavy(tag):
    lines = [[], *([verb] for verb in VERBS), *(["study", action] for action in ACTIONS)]
    code = (
        "import sys\nfrom experiments.__main__ import main\n"
        f"for line in {lines!r}:\n"
        f"    try:\n        main(['--lang', {tag!r}, *line, '--help'])\n"
        "    except SystemExit as end:\n        assert end.code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"}
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, encoding="utf-8"
    ).stdout

    assert shown.splitlines()[-1] == "[]"
    assert len(re.findall(r"(?m)^\S+ ?rongzhi|^usage: rongzhi", shown)) >= len(lines)


@pytest.mark.parametrize(
    ("tag", "word"), [("en", "simulation lab"), ("zh-Hans", "仿真实验室"), ("zh-Hant", "仿真實驗室")]
)
def test_help_speaks_each_language(tag, word, capsys):
    assert ended(["--lang", tag, "--help"]) == 0
    assert word in capsys.readouterr().out


def test_the_locale_chooses_the_language(monkeypatch, capsys):
    monkeypatch.setenv("LANG", "zh_TW.UTF-8")

    assert ended([]) == 0
    assert "仿真實驗室" in capsys.readouterr().out


@pytest.mark.parametrize("things", ["mechanisms", "parameters", "types", "outcomes", "studies"])
@pytest.mark.parametrize("tag", ["en", "zh-Hant"])
def test_everything_can_be_listed(things, tag, capsys):
    assert ended(["list", things, "--lang", tag]) == 0
    assert capsys.readouterr().out.strip()


def test_a_list_names_what_the_other_verbs_take(capsys):
    ended(["list", "mechanisms"])
    assert "three_lists" in capsys.readouterr().out

    ended(["list", "studies"])
    assert "six-paths" in capsys.readouterr().out


def test_one_run_is_summarised(tmp_path, capsys):
    (tmp_path / "place.toml").write_text(PLACE)

    assert ended(["run", "place.toml", "--mechanism", "three_lists=0.8", "micro-grid", "--seed", "3"]) == 0
    shown = capsys.readouterr().out
    assert "50 residents in 1 communities; 4 weeks" in shown
    assert "seed 3" in shown
    assert "0.8" in shown


def test_a_run_with_an_emergency_says_how_the_place_stood_it(tmp_path, capsys):
    (tmp_path / "flood.toml").write_text(
        'weeks = 20\nwarmup = 4\n[[communities]]\ntype = "village"\nresidents = 150\n'
        '[[emergencies]]\nkind = "flood"\nstart = 6\nweeks = 2\n',
        encoding="utf-8",
    )

    assert ended(["run", "flood.toml", "--out", "out"]) == 0
    assert "Weeks to recover" in capsys.readouterr().out
    assert pd.read_parquet("out/resilience.parquet")["emergency"].tolist() == ["flood"]


def test_one_run_tells_why(tmp_path, capsys):
    (tmp_path / "place.toml").write_text(PLACE)

    assert ended(["run", "place.toml", "--explain", "auto", "0", "--diary", "7"]) == 0
    shown = capsys.readouterr().out
    assert "Need 0: " in shown
    assert re.search(r"\* Week .+: (A need of r|R)esident \d+ \(aged", shown)
    assert "Diary of resident 7 (aged " in shown


def test_two_designs_are_told_side_by_side_and_kept(tmp_path, capsys):
    (tmp_path / "place.toml").write_text(PLACE.replace("weeks = 4", "weeks = 52"))
    arguments = ["run", "place.toml", "--mechanism", "three_lists", "--compare", "--diary", "auto", "--explain", "auto"]

    assert ended([*arguments, "--needs", "--out", "kept", "--lang", "zh-Hans"]) == 0
    shown = capsys.readouterr().out
    assert "的日记" in shown
    page = (tmp_path / "kept" / "why.md").read_text(encoding="utf-8")
    assert "| 周 | 无机制 | 有机制 |\n| ---: | --- | --- |" in page
    for name in ("needs", "need_changes", "baseline_needs", "baseline_need_changes"):
        assert (tmp_path / "kept" / f"{name}.parquet").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--explain", "999999"], "there is no need 999999; ids are 0 to "),
        (["--explain", "first"], "--explain: must be a whole number, got 'first'"),
        (["--diary", "50"], "there is no resident 50; residents are 0 to 49"),
        (["--diary", "auto"], "--diary auto: add --compare"),
        (["--needs"], "--needs: say where to write them with --out"),
    ],
)
def test_what_cannot_be_told_is_refused(arguments, message, tmp_path, capsys):
    (tmp_path / "place.toml").write_text(PLACE)

    assert ended(["run", "place.toml", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_one_run_can_be_compared_with_its_baseline_and_kept(tmp_path, capsys):
    (tmp_path / "place.toml").write_text(PLACE)

    assert ended(["run", "place.toml", "--mechanism", "three_lists", "--compare", "--out", "kept"]) == 0
    assert "difference" in capsys.readouterr().out
    assert (tmp_path / "kept" / "manifest.json").exists()
    assert (tmp_path / "kept" / "baseline_weekly.parquet").exists()
    assert ended(["run", "place.toml", "--mechanism", "three_lists", "--out", "kept"]) == 2
    assert "--overwrite" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["run", "--mechanism", "thre_lists=0.8"],
            "--mechanism: unknown mechanism 'thre_lists'; did you mean 'three_lists'?",
        ),
        (["run", "--mechanism", "three_lists=1.5"], "--mechanism: three_lists: dose 1.5 lies outside [0, 1]"),
        (["run", "--mechanism", "three_lists=nan"], "three_lists: dose nan lies outside [0, 1]"),
        (["run", "--mechanism", "three_lists=much"], "dose must be a number from 0 to 1, got 'much'"),
        (["run", "--mechanism", "three_lists=1", "three-lists=0"], "three_lists is given twice"),
        (["run", "--weeks", "-3"], "--weeks: must be at least 1, got -3"),
        (["run", "--weeks", "ten"], "--weeks: must be a whole number, got 'ten'"),
        (["run", "--seed", "-1"], "--seed: must be at least 0, got -1"),
        (["run", "--weeks", "9999"], "weeks: "),
        (["run", "--seed", "9223372036854775808"], "seed: "),
        (["run", "--mechanism", "three_lists=0,5"], "dose must be a number from 0 to 1, got '0,5'"),
        (["run", "--mechanism", "zzz"], "unknown mechanism 'zzz'; known: burden_relief, "),
        (["run", ""], "cannot be read"),
        (["run", "full"], "full: cannot be read (Is a directory)"),
        (["run", "--place", "nowhere"], "rongzhi run: unknown: --place"),
        (["run", "--week", "3"], "unknown: --week; did you mean '--weeks'?"),
        (["run", "a.toml", "b.toml"], "rongzhi run: unknown: b.toml\nSee rongzhi run --help"),
        (["run", "--compare=3"], "--compare: takes no value, got '3'"),
        (["run", "--out", "full/thesis.docx/deep"], "thesis.docx is a file, not a folder"),
        (["run", "--out", ""], "holds something that is not a results folder"),
        (["study", "run", "zzz"], "unknown study 'zzz'; known: assumptions, by-type, "),
        (["study", "run", "none.toml"], "none.toml: cannot be read (No such file or directory)"),
        (["study", "run", "full"], "full: cannot be read (Is a directory)"),
        (["study", "run", "six-paths", "--workers", "two"], "--workers: must be a whole number, got 'two'"),
        (["study", "run", "six-paths", "--workers", "99999"], "--workers: must be at most "),
        (["study", "run", "six-paths", "--across", "targetting"], "did you mean 'targeting'?"),
        (["study", "run", "six-paths", "--across", "targeting=2"], "--across: targeting: dose 2 lies outside [0, 1]"),
        (["study", "run", "six-paths", "--out", "full/thesis.docx/deep"], "thesis.docx is a file, not a folder"),
        (["study", "rum"], "unknown: 'rum'; known: init, check, plan, run, "),
        (["run", "none.toml"], "none.toml: cannot be read (No such file or directory)"),
        (["run", "--out", "full"], "--out full: holds something that is not a results folder"),
        (["study", "run", "six-pahts"], "unknown study 'six-pahts'; did you mean 'six-paths'?"),
        (["study", "run", "six-paths", "--workers", "0"], "--workers: must be at least 1, got 0"),
        (["study", "run", "six-paths", "--replications", "0"], "--replications: must be at least 1, got 0"),
        (
            ["study", "run", "six-paths", "--across", "three_lists=1"],
            "levers.party: mechanism 'three_lists' stands in across too",
        ),
        (["study", "run", "six-paths", "--out", "full"], "--out full: holds something that is not a results folder"),
        (["study", "run", "six-paths", "--out", "full/thesis.docx"], "is a file, not a folder"),
        (["study"], "missing: VERB\nSee rongzhi study --help"),
        (
            ["stduy"],
            "known: run, list, init, check, study, report, reproduce, verify, calibrate; did you mean 'study'?",
        ),
        (["list", "mechanism"], "unknown: 'mechanism'"),
        (["list"], "See rongzhi list --help"),
        (["--lang", "fr", "list", "types"], "unknown language 'fr'"),
        (["--lang=fr", "list", "types"], "--lang: unknown language 'fr'; known: en, zh-Hans, zh-Hant"),
        (["run", "--wekks", "3"], "rongzhi run: unknown: --wekks; did you mean '--weeks'?"),
        (["run", "--seed"], "--seed: a value is missing"),
        (["--lang", "zh-Hans", "stduy"], "是不是 'study'？"),
    ],
)
def test_bad_input_is_one_message_exit_code_2_and_nothing_written(arguments, message, tmp_path, capsys):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.docx").write_text("precious")
    before = sorted(tmp_path.rglob("*"))

    assert ended(arguments) == 2
    shown = capsys.readouterr()
    assert message in shown.err
    assert "Traceback" not in shown.err
    assert shown.out == ""
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("weeks = -3", "weeks: Input should be greater than or equal to 1, got -3"),
        ('weeks = "ten"', "weeks: Input should be a valid integer, got 'ten'"),
        ("weks = 3", "weks: unknown field; did you mean 'weeks'?"),
        ("[mechanisms]\nthree_list = 1", "did you mean 'three_lists'?"),
        ("[mechanisms]\nthree_lists = 2", "mechanisms.three_lists.dose"),
        ('communities = [{type = "vilage"}]', "unknown community type 'vilage'; did you mean 'village'?"),
        ("[mechanisms]\nthree_lists = 'much'", "mechanisms.three_lists"),
        ("[mechanisms]\nthree_lists = {dose = 1, start = 0}", "mechanisms.three_lists.start"),
        ('[parameters]\n"needs.arival" = 1', "unknown parameter 'needs.arival'; did you mean 'needs.arrival'?"),
        ('[parameters]\n"needs.arrival" = 99', "parameters.needs.arrival: 99.0 lies outside its range ["),
        ('[parameters]\n"needs.arrival" = "x"', "parameters.needs.arrival: "),
        ('emergencies = [{kind = "flod", start = 1}]', "unknown emergency 'flod'; did you mean 'flood'?"),
        ('emergencies = [{kind = "flood", start = 0}]', "emergencies.0.start"),
        ('communities = [{type = "village", residents = 3}]', "communities.0.residents"),
        ('communities = [{margins = "none.toml"}]', "none.toml: cannot be read (No such file or directory)"),
        ('communities = [{margins = "odd.toml"}]', "odd.toml: margins.age.shares: must add up to 1 (within 0.005)"),
        ("weeks = ", "bad.toml: not readable as TOML"),
        ("weeks = 3\nseed == 4", "not readable as TOML: Invalid value (at line 2, column 7)"),
        (b'name = "\xd6\xd0"', "bad.toml: line 1 is not UTF-8 text"),
    ],
)
def test_a_bad_scenario_file_is_one_message_and_exit_code_2(toml, message, tmp_path, capsys):
    (tmp_path / "bad.toml").write_bytes(toml if isinstance(toml, bytes) else toml.encode())
    (tmp_path / "odd.toml").write_text(ODD_MARGINS)

    assert ended(["run", "bad.toml", "--out", "out"]) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("rongzhi: bad.toml: ")
    assert message in shown.err
    assert shown.out == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "replications = 2",
            "replications = 0",
            "bad.toml:5: replications: must be at least 1 and at most 100000, got 0",
        ),
        (
            "replications = 2",
            "replications = 'x'",
            "bad.toml:5: replications: must be a whole number or a table of a precision",
        ),
        (
            "replications = 2",
            "repliactions = 2",
            "bad.toml:5: repliactions: unknown field; did you mean 'replications'?",
        ),
        ('name = "small"', "", "bad.toml: name: is missing"),
        ('name = "small"', 'name = "A b"', "bad.toml:2: name: must be lower-case letters, digits and _, "),
        ('["three_lists"]', '["tree_lists"]', "unknown mechanism 'tree_lists'; did you mean 'three_lists'?"),
        ('["three_lists"]', "{three_lists = 2}", "levers.lists.mechanisms.three_lists: must be at most 1.0, got 2"),
        ('["three_lists"]', "{three_lists = 'x'}", "levers.lists.mechanisms.three_lists: must be a number, got 'x'"),
        ('["three_lists"]', '"three_lists"', "mechanisms: must be a list of names or a table of doses by name"),
        ('["three_lists"]', '[["three_lists"]]', "mechanisms: must be a list of names or a table of doses by name"),
        ('"village"', '"vilage"', "unknown community type 'vilage'; did you mean 'village'?"),
        ("weeks = 4", "weeks = -4", "weeks: "),
        ("weeks = 4", "weks = 4", "weks: unknown field; did you mean 'weeks'?"),
        ("[levers.lists]", "[levers.lists", "bad.toml:10:14: not TOML: "),
    ],
)
def test_a_bad_study_file_is_one_message_and_exit_code_2(old, new, message, tmp_path, capsys):
    (tmp_path / "bad.toml").write_text(STUDY.replace(old, new), encoding="utf-8")

    assert ended(["study", "run", "bad.toml"]) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("rongzhi: bad.toml:")
    assert message in shown.err
    assert "Traceback" not in shown.err
    assert [path.name for path in tmp_path.iterdir()] == ["bad.toml"]


def test_a_disk_that_cannot_be_written_is_one_message(tmp_path, capsys, monkeypatch):
    (tmp_path / "place.toml").write_text(PLACE)

    def full(*_):
        raise OSError(28, "No space left on device", "out/weekly.parquet")

    monkeypatch.setattr("experiments.run_folder.write_run", full)
    assert ended(["run", "place.toml", "--out", "out"]) == 1
    assert capsys.readouterr().err == "rongzhi: out/weekly.parquet: No space left on device\n"
    assert [path.name for path in tmp_path.iterdir()] == ["place.toml"]


@pytest.mark.parametrize("tag", ["zh-Hans", "zh-Hant"])
@pytest.mark.parametrize(
    "verb", [[], ["run"], ["list"], ["study"], ["study", "run"], ["study", "merge"], ["reproduce"]]
)
def test_headings_of_chinese_help_are_chinese(tag, verb, capsys):
    assert ended(["--lang", tag, *verb, "--help"]) == 0
    shown = capsys.readouterr().out
    assert "：\n" in shown
    assert not re.search(r"(?m)^\S+:$|usage|options|show this", shown)
