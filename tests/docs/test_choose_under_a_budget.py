"""The example of the page on choosing under a budget runs, and says what the page says of it."""

import re
from pathlib import Path

import pytest

from experiments import engine
from experiments.engine import serial

PAGE = Path(__file__).parents[2] / "docs" / "how_to" / "choose-under-a-budget.md"


@pytest.mark.slow
def test_the_example_runs_and_gives_a_design_that_can_be_put_in_force(monkeypatch, capsys):
    monkeypatch.setattr(engine, "local", lambda workers: serial())
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    names = {}

    exec(code.replace("runs=16", "runs=16, cache=False, progress=False"), names)

    found = names["found"]
    assert capsys.readouterr().out.strip() == found.recommendation()
    assert names["better"].mechanisms.keys() == found.design.mechanisms.keys()
    assert set(found.by_type["type"]) == {"village", "commodity_housing"}
