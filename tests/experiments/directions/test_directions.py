"""The documented directions as data, and a small run of the whole."""

from __future__ import annotations

import re

import pytest

from experiments.directions import OUTCOMES_SHOWN, Setting, run_directions
from experiments.directions.expected import expectations
from experiments.engine import InProcess
from experiments.page import to_markdown
from experiments.plots import style
from sim import catalogue, mechanisms
from sim.emergency_kinds import emergency_kinds
from sim.errors import InputError


def test_directions_are_documented_for_mechanisms_that_exist():
    """Not for all: one that has just been written is told to be without a documented direction, and needs no more."""
    assert sorted(set(expectations()) - set(mechanisms())) == []


@pytest.mark.parametrize("name", expectations())
def test_a_documented_direction_names_known_outcomes_sources_and_emergencies(name):
    known = expectations()[name]

    assert set(known.moves) <= set(OUTCOMES_SHOWN)
    assert known.emergency in ("", *emergency_kinds())
    for source in known.source:
        assert source in catalogue.evidence() or re.fullmatch(r"[1-6][a-d]|[PF][1-4]", source)
    if name in mechanisms():
        own = mechanisms()[name].data()["source"]
        assert set(known.source) & set(own if isinstance(own, list) else [own])


def test_a_direction_without_a_sign_is_refused(tmp_path):
    file = tmp_path / "expected.toml"
    file.write_text('[m]\nsource = ["1a"]\nyuan = { sign = 0, reason = { en = "x", zh_hans = "x", zh_hant = "x" } }')

    with pytest.raises(InputError, match="sign"):
        expectations(file)


def test_a_small_run_tells_directions_in_each_language():
    setting = Setting(points=3, replications=2, residents=40, warmup=2, weeks=13)
    names = ["three_lists", "volunteer_incentives"]
    finding = run_directions(setting, names, 1, progress=False, make_executor=InProcess)
    table = finding.tables["differences"]

    assert finding.failures == []
    assert len(table) == 3 * 2 * len(names) * len(OUTCOMES_SHOWN)
    assert set(finding.tables["shares"]["mechanism"]) == set(names)
    for language in ("en", "zh_hans", "zh_hant"):
        assert "directions.png" in to_markdown(finding.page(language, ["directions"]))
    with style.house_style("en"):
        assert finding.figures["directions"]("en").axes
