"""The page from a town's tables to a recommendation: short enough, and its script runs, on a small part of the town."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "town-in-30-lines.md"
(CODE,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_is_as_short_as_it_says():
    assert sum(bool(line.strip()) for line in CODE.splitlines()) < 30


@pytest.mark.slow
def test_the_script_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    few = 'town.only("上塘村 Shangtang", "下塘村 Xiatang").scenario(weeks=6, warmup=4)'
    tiny = ", workers=1, futures=2, runs=8, replications=2, mechanisms=['deliberation', 'three_lists'], progress=False)"
    code = CODE.replace("town.scenario(weeks=104)", few).replace(", per_type=True)", tiny)
    code = code.replace("replications=4)", "replications=2, workers=1, cache=False)")
    assert code.count("workers=1") == 2
    exec(code, {"__name__": "__main__"})

    assert "12 communities" in (tmp_path / "town.html").read_text(encoding="utf-8")
    assert {"front.png", "robustness.zh.png", "report"} <= {path.name for path in tmp_path.iterdir()}
    assert "participation_effect" in capsys.readouterr().out
