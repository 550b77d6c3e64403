"""The examples of the how-to on planning a pilot run, in a place so small that they take no time."""

import re
from pathlib import Path

import experiments
import experiments.power

PAGE = Path(__file__).parents[2] / "docs" / "how_to" / "plan-a-pilot.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
QUICK = {"wave_weeks": 1, "replications": 2, "trials": 20, "workers": 1, "progress": False, "weeks": (4,)}


def test_examples_run_in_turn(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    real = experiments.power.pilot_power

    def quick(scenario, design, **asked):
        communities = [one | {"residents": 30} for one in scenario.to_dict()["communities"]]
        return real(scenario.replace(communities=communities, warmup=1), design, **asked | QUICK)

    monkeypatch.setattr(experiments, "pilot_power", quick, raising=False)
    names = {}
    for example in EXAMPLES:
        exec(example, names)

    shown = capsys.readouterr().out
    assert "Lists and feedback" in shown
    assert "| Quarry |" in shown
    assert list(Path("pilot_worlds").iterdir())
