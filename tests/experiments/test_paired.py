"""Designs that branch from one state, and failures that are rows of their own."""

from __future__ import annotations

import math

import numpy as np
import pytest

import sim
from experiments.engine import InProcess
from experiments.paired import Case, by_community, by_quarter, outcome_named, run_cases, whole_place

PLACE = {
    "communities": [{"type": "village", "residents": 60}, {"type": "work_unit", "residents": 60}],
    "warmup": 4,
    "weeks": 26,
}
DESIGNS = {"nothing": {}, "zero": {"mechanisms": {"three_lists": 0.0}}, "lists": {"mechanisms": {"three_lists": 1.0}}}


def whole_place_but_lists(result):
    if "three_lists" in result.scenario.mechanisms and result.scenario.mechanisms["three_lists"].dose:
        raise ZeroDivisionError("no lists here")
    return whole_place(result)


def runs_of(place, read, designs=DESIGNS):
    return run_cases([Case({"point": 5}, place, 3, designs)], read, 1, progress=False, make_executor=InProcess)


@pytest.fixture(scope="module")
def runs():
    return runs_of(PLACE, whole_place).table.set_index("design")


def test_dose_nothing_is_the_baseline_and_a_mechanism_is_not(runs):
    names = ["participation", "satisfaction", "yuan", "equity_gap"]

    assert runs.loc["zero", names].tolist() == runs.loc["nothing", names].tolist()
    assert runs.loc["lists", "yuan"] > runs.loc["nothing", "yuan"]


def test_a_branch_equals_a_run_of_its_own(runs):
    own = sim.run(sim.Scenario.from_dict(PLACE | {"mechanisms": {"three_lists": 1.0}}), seed=3)

    assert runs.loc["lists", "satisfaction"] == own.summary["satisfaction"]


def test_a_run_that_fails_is_a_row_and_harms_no_other():
    runs = runs_of(PLACE, whole_place_but_lists)
    table = runs.table.set_index("design")

    assert table["status"].to_dict() == {"nothing": "ok", "zero": "ok", "lists": "error"}
    assert table.loc["lists", "error"] == "ZeroDivisionError"
    assert math.isnan(table.loc["lists", "satisfaction"])
    assert len(runs.failures) == 1


def test_a_place_that_cannot_be_made_fails_all_its_designs():
    runs = runs_of(PLACE | {"parameters": {"needs.arrival": -1.0}}, whole_place)

    assert runs.table["status"].tolist() == ["error"] * 3
    assert runs.table["point"].tolist() == [5] * 3


def test_quarters_are_read_off_the_whole_place():
    table = runs_of(PLACE, by_quarter, {"nothing": {}}).table
    result = sim.run(sim.Scenario.from_dict(PLACE), seed=3)
    adults = result.history[:13].sum(axis=(0, 1))[1]
    satisfaction = result.history[:13].sum(axis=(0, 1))[5] / adults

    assert table["quarter"].tolist() == [1, 2]
    assert table.loc[0, "satisfaction"] == pytest.approx(satisfaction)


def test_what_a_community_got_adds_up():
    table = runs_of(PLACE, by_community, {"nothing": {}}).table.set_index("type")
    result = sim.run(sim.Scenario.from_dict(PLACE), seed=3)
    whole = sim.outcomes.Sums(result.history.sum(axis=0), 26)["practical_in_term"]

    np.testing.assert_allclose(table["matters"].to_numpy() * 60 * 26 / 52, whole)
    assert (table["staff_hours"] > 0).all()
    assert table["satisfied"].between(0, 1).all()


def test_the_gap_has_a_label_in_each_language():
    assert outcome_named("equity_gap").label["zh_hans"] == "满意度差距"
    assert outcome_named("participation").name == "participation"
