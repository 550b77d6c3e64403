"""Progress: a bar where one can be drawn, lines elsewhere."""

import sys
from types import SimpleNamespace

import pytest

from experiments import progress
from experiments.engine import Record


def notebook(monkeypatch, kernel):
    told = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=kernel))
    monkeypatch.setitem(sys.modules, "IPython", told)


def test_a_notebook_has_a_widget(monkeypatch):
    pytest.importorskip("ipywidgets")
    notebook(monkeypatch, object())

    assert progress._bar().__name__ == "tqdm_notebook"


@pytest.mark.parametrize("kernel", [None, object()])
def test_without_widgets_or_a_terminal_there_are_lines(monkeypatch, capsys, kernel):
    notebook(monkeypatch, kernel)
    monkeypatch.setattr(progress.importlib.util, "find_spec", lambda name: None)
    with progress.Progress(2, "en") as counted:
        counted(Record(1, "ok"))
        counted(Record(2, "error"))

    assert [line.split(",")[0] for line in capsys.readouterr().err.splitlines()] == ["1 of 2 runs", "2 of 2 runs"]
