"""``rongzhi init community`` and ``rongzhi check``: from nothing to a scenario that runs."""

from __future__ import annotations

import pytest

from experiments.__main__ import main


@pytest.fixture(autouse=True)
def _here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("excel", [[], ["--excel"]])
def test_the_template_is_checked_and_gives_a_page_and_a_scenario(tmp_path, capsys, excel):
    assert main(["init", "community", "mine", "--lang", "zh-Hans", *excel]) == 0
    source = "mine/town.xlsx" if excel else "mine"
    assert f"rongzhi check {source}" in capsys.readouterr().out

    for _ in range(2):  # its own files are replaced
        assert main(["check", source, "--lang", "zh-Hans", "--weeks", "4"]) == 0
    shown = capsys.readouterr().out
    assert "示例社区2" in shown
    assert (tmp_path / "mine" / "summary.zh-Hans.html").is_file()
    assert "weeks = 4" in (tmp_path / "mine" / "scenario.toml").read_text(encoding="utf-8")


def test_a_small_town_runs_from_its_scenario_file(tmp_path, capsys):
    (tmp_path / "communities.csv").write_text("community,residents,type\nRiverside,60,village\n")

    assert main(["check", ".", "--out", "out", "--weeks", "3", "--lang", "en"]) == 0
    assert main(["run", "out/scenario.toml", "--lang", "en"]) == 0
    assert "60 residents in 1 communities; 3 weeks" in capsys.readouterr().out


def test_what_is_wrong_is_told_and_nothing_is_written(tmp_path, capsys):
    (tmp_path / "communities.csv").write_text("community,residents,type\nRiverside,six,village\n")

    assert main(["check", ".", "--lang", "en"]) == 2
    assert "communities.csv, row 2, column 'residents': must be a number" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["communities.csv"]

    assert main(["init", "community", ".", "--lang", "en"]) == 2
    assert "is there already" in capsys.readouterr().err
