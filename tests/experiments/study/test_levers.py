"""Levers: doses, starts and paces, their values, and the mechanisms that they make of them."""

# ruff: noqa: E501  (messages of errors stand word for word)
from __future__ import annotations

import pytest

from experiments.plan import Plan
from experiments.study import Study
from experiments.study.levers import rolled_out
from sim import Scenario
from sim.errors import InputError

PLACES = ("a", "b", "c")
DOSED = {"lists": {"mechanisms": ["three_lists"]}}


def study_with(fields, levers, **more) -> Study:
    return Study.from_dict(fields | {"levers": levers} | more)


def specs_at(study: Study, **values: float) -> dict:
    return study.specs(values, study.place())


def test_a_dose_moves_a_bundle(fields):
    study = study_with(fields, {"grid": {"mechanisms": {"micro_grid": 0.8, "deliberation": 1}, "values": [0, 0.5, 1]}})
    specs = specs_at(study, grid=0.5)

    assert {name: spec["dose"] for name, spec in specs.items()} == {"micro_grid": 0.4, "deliberation": 0.5}
    assert specs_at(study, grid=0.0) == {}
    assert study.lever_factors()[0].levels == (0.0, 0.5, 1.0)


def test_a_lever_that_says_nothing_moves_the_mechanism_of_its_name(fields):
    assert study_with(fields, {"three_lists": {"values": [0, 0.5]}}).levers["three_lists"].mechanisms == {
        "three_lists": 1
    }


def test_a_start_moves_the_week_and_a_pace_goes_from_one_community_to_the_next(fields):
    levers = DOSED | {
        "start": {"start_of": ["three_lists"], "values": [1, 3]},
        "pace": {"roll_out_of": ["three_lists"], "values": [0, 2]},
    }
    study = study_with(fields, levers)
    spec = {"dose": 1.0, "start": 3, "starts": {}, "communities": []}

    assert specs_at(study, lists=1.0, start=3.0, pace=0.0) == {"three_lists": spec}
    assert specs_at(study, lists=1.0, start=3.0, pace=2.0) == {
        "three_lists": spec | {"starts": {"commodity_housing": 5}}
    }
    assert specs_at(study, lists=0.0, start=3.0, pace=2.0) == {}
    assert [(one.base, one.whole) for one in study.lever_factors()] == [(0.0, False), (1.0, True), (0.0, True)]


@pytest.mark.parametrize("kind", ["start_of", "roll_out_of"])
def test_the_name_of_a_lever_stands_for_its_mechanisms(fields, kind):
    levers = {"grid": {"mechanisms": {"micro_grid": 1, "deliberation": 0.5}}, "when": {kind: "grid", "high": 4}}

    assert study_with(fields, levers).levers["when"].names == ("micro_grid", "deliberation")
    assert study_with(fields, {"micro_grid": {}, "when": {kind: "micro_grid", "high": 4}}).levers["when"].names == (
        "micro_grid",
    )


def test_the_dose_may_be_in_across_or_in_the_scenario(fields):
    late = {"late": {"start_of": ["three_lists"], "high": 4}}
    scenario = fields["scenario"] | {"mechanisms": {"three_lists": 0.3}}

    assert specs_at(study_with(fields, late, across={"three_lists": 0.3}), late=4.0)["three_lists"]["start"] == 4
    assert specs_at(study_with(fields, late, scenario=scenario), late=2.0)["three_lists"]["dose"] == 0.3


def test_a_lever_of_the_start_replaces_the_starts_of_the_scenario(fields):
    given = {"three_lists": {"dose": 1.0, "starts": {"village": 5}}}
    late = {"late": {"start_of": ["three_lists"], "high": 4}}
    study = study_with(fields, late, scenario=fields["scenario"] | {"mechanisms": given})

    assert specs_at(study, late=2.0)["three_lists"]["starts"] == {}


CHOICES = {
    "Lists first": {"three_lists": 1, "deliberation": 0},
    "Later": {"three_lists": {"dose": 0.5, "start": 3, "communities": ["village"]}},
}


def test_a_choice_puts_a_whole_design_in_force(fields):
    scenario = fields["scenario"] | {"mechanisms": {"deliberation": 0.5}}
    study = study_with(fields, {"package": {"choices": CHOICES}}, scenario=scenario)
    full = {"dose": 1.0, "start": 1, "starts": {}, "communities": []}

    assert specs_at(study, package=0.0) == {"deliberation": full | {"dose": 0.5}}
    assert specs_at(study, package=1.0) == {"three_lists": full}
    assert specs_at(study, package=2.0) == {
        "deliberation": full | {"dose": 0.5},
        "three_lists": {"dose": 0.5, "start": 3, "starts": {}, "communities": ["village"]},
    }
    assert study.mechanisms_used() == {"three_lists", "deliberation"}
    assert Study.from_dict(study.to_dict()) == study


def test_designs_to_choose_from_keep_their_names(fields):
    study = study_with(fields, {"package": {"choices": CHOICES}, "grid": {"mechanisms": ["micro_grid"]}})

    assert Plan(study).points["design"].tolist() == ["nothing", "Lists first", "Later", "2", "1=1+2", "1=2+2"]
    assert not study.switches


@pytest.mark.parametrize(
    ("given", "ready"),
    [
        ({"dose": 0.0, "start": 9}, None),
        ({"dose": 0.5}, {}),
        ({"dose": 0.5, "start": 1, "starts": {"b": 1}, "communities": ["c", "b", "a"]}, {}),
        ({"dose": 0.5, "pace": 0, "starts": {"b": 9}}, {}),
        ({"dose": 0.5, "pace": 4, "communities": ["c", "a"]}, {"starts": {"c": 5}, "communities": ["a", "c"]}),
        ({"dose": 0.5, "starts": {"b": 9}, "communities": ["a"]}, {"communities": ["a"]}),
    ],
)
def test_what_means_the_same_has_one_form(given, ready):
    whole = {"dose": 0.5, "start": 1, "starts": {}, "communities": []}

    assert rolled_out({"three_lists": given}, PLACES) == ({} if ready is None else {"three_lists": whole | ready})


def test_the_form_is_one_that_a_scenario_takes_and_gives_back():
    place = Scenario.from_dict({"communities": [{"type": "village"}], "mechanisms": {"three_lists": 0.5}})
    specs = {name: one.model_dump(mode="json") for name, one in place.mechanisms.items()}

    assert rolled_out(specs, place.community_names) == place.to_dict()["mechanisms"]


@pytest.mark.parametrize(
    ("lever", "message"),
    [
        ({"mechanisms": ["thre_lists"]}, ".mechanisms.thre_lists: unknown mechanism 'thre_lists'; did you mean 'three_lists'?"),
        ({"mechanisms": {"three_lists": -0.1}}, ".mechanisms.three_lists: must be at least 0.0, got -0.1"),
        ({"mechanisms": {"three_lists": "x"}}, ".mechanisms.three_lists: must be a number, got 'x'"),
        ({"mechanisms": "three_lists"}, ".mechanisms: must be a list of names or a table of doses by name, got 'three_lists'"),
        ({"mechanisms": [["three_lists"]]}, ".mechanisms: must be a list of names or a table of doses by name, got [['three_lists']]"),
        ({"mechanisms": ["three_lists", "three_lists"]}, ".mechanisms: 'three_lists' stands here twice"),
        ({"mechanisms": []}, ": says nothing of what it moves; give it mechanisms, start_of, roll_out_of or choices, or the name of a mechanism"),
        ({}, ": says nothing of what it moves; give it mechanisms, start_of, roll_out_of or choices, or the name of a mechanism"),
        ({"mechanisms": ["three_lists"], "start_of": ["three_lists"]}, ": is one of mechanisms, start_of, roll_out_of and choices; this is mechanisms and start_of"),
        ({"mechanisms": ["three_lists"], "values": [0, 1.5]}, ": values: 1.5 lies outside the range of a dose, [0, 1]"),
        ({"mechanisms": ["three_lists"], "values": [0, 0.5, 0.5]}, ": values: must be two or more, each once, got [0.0, 0.5, 0.5]"),
        ({"mechanisms": ["three_lists"], "values": [0, 1], "low": 0.2}, ": values: must lie within low and high, [0.2, 1], got [0.0, 1.0]"),
        ({"mechanisms": ["three_lists"], "low": 0.5, "high": 0.5}, ": low must be less than high, got 0.5 and 0.5"),
        ({"mechanisms": ["three_lists"], "base": 2}, ": base: 2 lies outside the range of a dose, [0, 1]"),
        ({"mechanisms": ["three_lists"], "low": float("nan")}, ": low: nan lies outside the range of a dose, [0, 1]"),
        ({"start_of": ["three_lists"], "values": [0, 3]}, ": values: 0 lies outside the range of a start, [1, 5200]"),
        ({"start_of": ["three_lists"], "values": [1, 2.5]}, ": values: 2.5 is no whole number"),
        ({"start_of": "lost"}, ".start_of: must be a list of mechanisms, or the name of a lever that has some, got 'lost'"),
        ({"start_of": ["three_list"]}, ".start_of.0: unknown mechanism 'three_list'; did you mean 'three_lists'?"),
        ({"roll_out_of": ["three_lists"], "values": [0, 600]}, ": values: 600 lies outside the range of a pace, [0, 520]"),
        ({"choices": {"a": {}}}, ".choices.a: must hold at least 1, got {}"),
        ({"choices": {"a": {"three_list": 1}}}, ".choices.a.three_list: unknown mechanism 'three_list'; did you mean 'three_lists'?"),
        ({"choices": {"a": {"three_lists": 2}}}, ".choices.a.three_lists.dose: must be at most 1.0, got 2"),
        ({"choices": {"a": {"three_lists": {"dos": 1}}}}, ".choices.a.three_lists.dos: unknown field; did you mean 'dose'?"),
        ({"choices": {"all": {"three_lists": 1}}}, ": choices: 'all' is a name that other designs may have; call it otherwise"),
        ({"choices": {"a": {"three_lists": 1}}, "values": [0, 2]}, ": values: 2 lies outside the range of a choice, [0, 1]"),
        ({"mechanisms": ["three_lists"], "value": [0, 1]}, ".value: unknown field; did you mean 'values'?"),
    ],
)  # fmt: skip
def test_a_wrong_lever_is_told(fields, lever, message):
    with pytest.raises(InputError) as caught:
        study_with(fields, {"mine": lever})

    assert str(caught.value).splitlines() == [f"study: levers.mine{line}" for line in message.splitlines()]


@pytest.mark.parametrize(
    ("levers", "message"),
    [
        ({"a": {"mechanisms": ["three_lists"]}, "b": {"mechanisms": ["three_lists"]}}, "b: mechanism 'three_lists' stands in levers.a too; it can be in one only"),
        ({"when": {"start_of": ["three_lists"], "high": 4}}, "when: three_lists has no dose anywhere; give it one in across or in a lever"),
        (DOSED | {"when": {"start_of": "lists", "values": [1, 7]}}, "when: week 7 comes after the last week of the run, 6"),
        (DOSED | {"pick": {"choices": {"a": {"three_lists": 1}}}}, "pick: mechanism 'three_lists' stands in levers.lists too; it can be in one only"),
        ({"pick": {"choices": {"a": {"three_lists": {"communities": ["vilage"]}}}}}, "pick.choices.a.three_lists: unknown community 'vilage'; did you mean 'village'?"),
        ({"pick": {"choices": {"a": {"three_lists": 1}}}, "or": {"choices": {"a": {"deliberation": 1}}}}, "or.choices.a: levers.pick has a design of this name too"),
        ({"Lists": {"mechanisms": ["three_lists"]}}, "Lists: must be lower-case letters, digits and _, beginning with a letter, got 'Lists'"),
        ({"satisfaction": {"mechanisms": ["three_lists"]}}, "satisfaction: is the name of a column of the results; call the lever otherwise"),
    ],
)  # fmt: skip
def test_levers_that_do_not_fit_are_told(fields, levers, message):
    with pytest.raises(InputError) as caught:
        study_with(fields, levers)

    assert str(caught.value) == f"study: levers.{message}"
