"""The Python examples of the how-to on calibration run, one after the other."""

import re
from pathlib import Path

from experiments.calibration import fitting
from experiments.comparison import start
from experiments.engine import serial

PAGE = (Path(__file__).parents[2] / "docs" / "how_to" / "calibrate.md").read_text(encoding="utf-8")


def test_examples(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RONGZHI_CACHE", str(tmp_path))
    for module in (fitting, start):
        monkeypatch.setattr(module, "local", lambda workers: serial())
    found = {}
    for example in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(example, found)
    summary = found["posterior"].summary.set_index("parameter")
    assert summary.loc["satisfaction.start_trust", "identified"]
    assert len(found["found"].in_futures("Three lists")) == 8
    assert len(found["cases"]) == 60
    assert (tmp_path / "calibrated" / "fit.csv").exists()
    said = capsys.readouterr().out
    assert "# Calibration to local data" in said
    for words in re.findall(r"^- \*(.+?)\*", PAGE, re.MULTILINE):
        assert any(words in one["en"] for one in found_texts()), words


def found_texts():
    from experiments.text import texts

    return [one for id, one in texts().items() if id.startswith("posterior.")]
