"""A study of eight runs of 40 residents and four weeks, and the command line on it, in this process."""

from __future__ import annotations

import pytest

from experiments import report
from experiments.__main__ import main

WRITE_STUDY = report.write_study

STUDY = """
name = "small"
title = {en = "A small study", zh_hans = "小研究", zh_hant = "小研究"}
question = "Do lists and a micro-grid work?"
replications = 2
keep = {tables = ["communities", "groups"], weekly = "landmarks"}
[scenario]
weeks = 4
warmup = 2
communities = [{type = "village", residents = 40, name = "上村"}]
[levers]
three_lists = {}
grid = {label = "Grid and groups", mechanisms = ["micro_grid"]}
"""


class Shell:
    """Carries out command lines and keeps what the last one wrote."""

    def __init__(self, capsys, folder):
        self._capsys, self.folder = capsys, folder
        self.out = self.err = ""

    def __call__(self, *arguments):
        """Exit code of a command line, by whichever way it ends."""
        try:
            code = main([str(one) for one in arguments])
        except SystemExit as end:
            code = end.code
        self.out, self.err = self._capsys.readouterr()
        assert "__main__.py" not in self.err  # no traceback of ours
        return code

    def run(self, *more, study="small.toml"):
        """Run the study in this process."""
        return self("study", "run", study, "--engine", "serial", *more)


@pytest.fixture
def shell(monkeypatch, tmp_path, capsys):
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(report, "write_study", lambda *_: {})  # figures take seconds
    (tmp_path / "small.toml").write_text(STUDY, encoding="utf-8")
    return Shell(capsys, tmp_path)


@pytest.fixture
def drawn(shell, monkeypatch):
    """The shell, with all that a study writes."""
    monkeypatch.setattr(report, "write_study", WRITE_STUDY)
    return shell


@pytest.fixture
def broken(monkeypatch):
    """Gives a function that makes the runs of which ``of(fields, seed)`` is true fail."""
    from experiments import again, run

    real = run.run_one

    def break_runs(of):
        def run_one(place, fields, seed, tables, group):
            if of(fields, seed):
                raise ValueError("broken rule")
            return real(place, fields, seed, tables, group)

        monkeypatch.setattr(run, "run_one", run_one)
        monkeypatch.setattr(again, "run_one", run_one)

    return break_runs
