"""Calibration: nearer to the fitted patterns, never out of range, the same again."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace

import numpy as np
import pytest

from experiments.__main__ import main
from experiments.patterns import calibration, patterns
from experiments.patterns.calibration import calibrate, known_entries, plan_of
from experiments.patterns.page import calibration_frame, calibration_toml
from experiments.patterns.running import Setting
from experiments.verbs.patterns import read_parameters
from sim import Scenario
from sim.errors import InputError

FITTED, HELD = patterns()["chat_daily"], patterns()["chat_weekly"]
NAMES = ("needs.arrival", "service.slow", "observation.chats")
PLAN = replace(plan_of({"points": 5, "sweeps": 3}), names=NAMES, setting=Setting(residents=40, replications=1, seed=3))


def toy(scenario: str, seed: int, quiet: int, observation: dict, names: list) -> dict:
    """Stand in for a run: inside the range at one place of the parameters only."""
    values = json.loads(scenario)["parameters"]
    off = (
        abs(values["needs.arrival"] - 2.5)
        + abs(values["service.slow"] - 12.0) / 20
        + observation["observation.chats"] / 9
    )
    return dict.fromkeys(names, (0.27 + 0.2 * off, 1.0))


@pytest.fixture
def _toy_model(monkeypatch):
    monkeypatch.setattr(calibration, "measured", toy)
    monkeypatch.setattr(calibration.sim, "warm_cache", lambda: None)


@pytest.mark.usefixtures("_toy_model")
def test_the_distance_falls_within_the_ranges_and_the_same_again():
    done = calibrate(PLAN, [FITTED], [HELD])

    assert done.best.distance < 0.2 * done.start.distance
    for one in done.plan.entries:
        assert one.low <= done.parameters[one.name] <= one.high
    assert calibration_frame(calibrate(PLAN, [FITTED], [HELD])).equals(calibration_frame(done))


@pytest.mark.usefixtures("_toy_model")
def test_the_catalogue_comes_first_and_no_more_points_than_announced_are_computed():
    done = calibrate(PLAN, [FITTED], [HELD])

    assert done.start.stage == "start"
    assert done.plan.values(done.start.at) == pytest.approx({one.name: one.value for one in PLAN.entries})
    assert 6 < len(done.points) <= PLAN.most_points


@pytest.mark.usefixtures("_toy_model")
def test_what_comes_out_can_be_used_in_a_scenario_and_compared_again(tmp_path):
    done = calibrate(PLAN, [FITTED], [HELD])
    (tmp_path / "calibration.toml").write_text(calibration_toml(done, "hash"), encoding="utf-8")
    written = tomllib.loads((tmp_path / "calibration.toml").read_text(encoding="utf-8"))

    assert Scenario(parameters=written["parameters"]).parameters["needs.arrival"] == done.parameters["needs.arrival"]
    assert read_parameters(tmp_path / "calibration.toml") == done.parameters
    assert written["distance"]["fit_after"] == done.best.distance
    assert written["calibration"]["seed"] == 3


@pytest.mark.usefixtures("_toy_model")
def test_held_out_patterns_choose_nothing():
    free = calibrate(PLAN, [FITTED], [HELD])
    other = calibrate(PLAN, [FITTED], [patterns()["heavy_load"]])

    assert other.parameters == free.parameters


def test_a_fitted_pattern_that_cannot_be_measured_is_named(monkeypatch):
    monkeypatch.setattr(calibration, "measured", lambda *arguments: dict.fromkeys(arguments[-1], "no such column"))
    monkeypatch.setattr(calibration.sim, "warm_cache", lambda: None)

    with pytest.raises(InputError, match="chat_daily \\(no such column\\)"):
        calibrate(PLAN, [FITTED], [HELD])


def test_the_plan_moves_known_parameters_that_no_type_sets_for_itself(tmp_path):
    plan = plan_of()

    assert 12 <= len(plan.names) == len(set(plan.names)) <= 20
    assert set(plan.names) <= set(known_entries())
    assert np.all((plan.start >= 0.0) & (plan.start <= 1.0))
    for name, complaint in (("network.building", "value of its own"), ("needs.arival", "did you mean")):
        path = tmp_path / "plan.toml"
        path.write_text(
            f'seed = 1\npoints = 1\nsweeps = 1\nreplications = 1\nresidents = 50\nparameters = ["{name}"]\n'
        )
        with pytest.raises(InputError, match=complaint):
            plan_of(path=path)


@pytest.mark.usefixtures("_toy_model")
def test_the_verb_writes_values_points_and_page(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("experiments.patterns.calibration.plan_of", lambda changes: PLAN)

    assert main(["calibrate", "--workers", "1", "--lang", "zh-Hans"]) == 0
    assert "校准" in capsys.readouterr().out
    written = {one.name for one in (tmp_path / "results" / "calibration").iterdir()}
    assert written == {"calibration.toml", "calibration.md", "points.csv", "manifest.json"}
