"""``study check`` and ``study plan``: what was understood of a file, and what it will take."""

from __future__ import annotations

import re

import pytest

PRECISE = 'replications = {half_width = {satisfaction = 0.001}, contrast = ["nothing", "all"], first = 3, most = 6}'
PORTFOLIO = 'replications = 2\nportfolio = {objectives = ["satisfaction", "yuan"], population = 4, generations = 3}'


@pytest.mark.parametrize(("tag", "words"), [("en", ("Three lists", "lever")), ("zh-Hans", ("三张清单", "政策手段"))])
def test_check_shows_the_factors(shell, tag, words):
    assert shell("study", "check", "small.toml", "--lang", tag) == 0
    assert all(word in shell.out for word in words)
    assert "Grid and groups" in shell.out
    assert [path.name for path in shell.folder.iterdir()] == ["small.toml"]


@pytest.mark.parametrize(
    ("replications", "words"),
    [
        ("replications = 2", "Different runs: 8."),
        (PRECISE, "Different runs: 12, and as many more as the results call for, to 24 in all."),
        (PORTFOLIO, "Different runs: 2, and as many more as the results call for, to 26 in all."),
    ],
)
def test_plan_counts_runs_and_estimates_from_pilots(shell, replications, words):
    file = shell.folder / "small.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("replications = 2", replications), encoding="utf-8")

    assert shell("study", "plan", "small.toml", "--pilots", "2", "--workers", "1") == 0
    assert words in shell.out
    assert re.search(r"From [12] pilot runs: [\d.]+ s until a process is ready, [\d.]+ s a run", shell.out)
    assert [path.name for path in shell.folder.iterdir()] == ["small.toml"]


def test_init_writes_a_file_that_is_right_and_replaces_none(shell):
    assert shell("study", "init", "mine.toml") == 0
    assert (shell.folder / "mine.toml").read_text(encoding="utf-8").startswith("#:schema mine.schema.json\n")
    assert shell("study", "check", "mine.toml") == 0
    assert shell("study", "init", "mine.toml") == 2
    assert "mine.toml: is there already; choose another name" in shell.err
    assert shell("study", "init", "none/mine.toml") == 2
    assert "none: no such folder" in shell.err
    assert shell("study", "init", "mine.txt") == 2
    assert "mine.txt: a study file ends with .toml" in shell.err
