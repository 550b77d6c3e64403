"""Actions of ``rongzhi verify`` that rest on many runs: a results folder for each."""

from __future__ import annotations

import json

import pytest

from experiments.__main__ import main
from experiments.verbs import checks


@pytest.fixture(autouse=True)
def _here(monkeypatch, tmp_path):
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.chdir(tmp_path)


def value_run(*more):
    sizes = ["--replications", "2", "--residents", "20", "--weeks", "2", "--workers", "1"]
    return main(["verify", "value", "--quick", *sizes, *more])


def test_a_verification_writes_its_folder_and_replaces_it_only_when_told(tmp_path, capsys):
    assert value_run() == 0
    folder = tmp_path / "results" / "value"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["rongzhi"] == {"kind": "verification", "name": "value"}
    assert manifest["setting"]["replications"] == 2
    assert {"value.md", "value.csv", "value.parquet"} <= {path.name for path in folder.iterdir()}
    assert (folder / "figures" / "value.png").exists()
    assert value_run() == 2
    assert "--overwrite" in capsys.readouterr().err


@pytest.mark.parametrize("name", checks.CHECKS)
@pytest.mark.parametrize("tag", ["en", "zh-Hans", "zh-Hant"])
def test_every_check_explains_itself(name, tag, capsys):
    with pytest.raises(SystemExit) as end:
        main(["verify", name, "--help", "--lang", tag])

    assert end.value.code == 0
    assert "--quick" in capsys.readouterr().out


def test_one_seed_is_too_few(capsys):
    assert main(["verify", "directions", "--replications", "1"]) == 2
    assert "--replications: must be at least 2" in capsys.readouterr().err
