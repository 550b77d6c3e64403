"""Study files: what they say, and what is told when they are wrong."""

# ruff: noqa: E501  (messages of errors stand word for word)
from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from experiments.plan import Plan
from experiments.schema import json_schema
from experiments.study import Study, load_study, ready_studies
from sim.errors import InputError
from sim.mechanisms import mechanisms

ROOT = Path(__file__).parents[3]
TEMPLATE = ROOT / "experiments" / "study" / "template.toml"
GUIDE = (ROOT / "docs" / "how_to" / "write-a-study.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
SIX = "six-paths"
LISTS = "[levers]\nthree_lists = {}\n"
HEAD = 'name = "mine"\ntitle = "t"\nquestion = "q?"\n'
LATIN = {"uncertainties": {"kind": "latin_hypercube", "points": 4}}


def told_of(tmp_path, words: str) -> list[str]:
    """Lines of the error of a study file, without the folder."""
    (tmp_path / "mine.toml").write_text(words, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Study.from_toml(tmp_path / "mine.toml")
    return str(caught.value).replace(f"{tmp_path}/", "").splitlines()


def whole(example: str) -> dict:
    """Fields of an example of the guide; where it shows one section, with what else a study needs."""
    fields = tomllib.loads(example)
    if "name" in fields:
        return fields
    return {
        "name": "a",
        "title": "t",
        "question": "q",
        "levers": ["three_lists", "micro_grid"],
        "replications": 2,
    } | fields


# What a study says ----------------------------------------------------------------------------------------------------


def test_the_main_study_has_all_combinations_of_six_paths():
    study = load_study(SIX)

    assert len(Plan(study).points) == 64
    assert len(study.landmarks) == 14
    assert study.place().residents == 5000
    assert study.place().weeks == 156


def test_across_mechanisms_are_off_in_the_main_study_and_can_be_set():
    study = load_study(SIX).replace(across={"burden_relief": 0.5})

    assert load_study(SIX).across == {"burden_relief": 0.0, "targeting": 0.0, "emergency_link": 0.0}
    assert study.place().mechanisms["burden_relief"].dose == 0.5


@pytest.mark.parametrize("name", ready_studies())
def test_a_study_becomes_plain_data_and_back(name):
    study = load_study(name)

    assert Study.from_dict(study.to_dict()) == study
    assert Study.from_dict(study.quick_version().to_dict()) == study.quick_version()


def test_a_design_switches_the_mechanisms_of_its_levers(small_study):
    assert small_study.doses(0) == {}
    assert small_study.doses(1) == {"three_lists": 1.0}
    assert small_study.doses(2) == {"micro_grid": 0.5, "self_governing_groups": 1.0}
    assert small_study.is_on(3) == {"lists": True, "grid": True}


def test_a_bare_text_stands_for_all_languages(fields):
    study = Study.from_dict(fields | {"title": "same"})

    assert {study.title[language] for language in ("en", "zh_hans", "zh_hant")} == {"same"}


def test_a_list_of_names_makes_a_lever_of_each(fields):
    study = Study.from_dict(fields | {"levers": ["three_lists", "deliberation"]})

    assert {id: lever.mechanisms for id, lever in study.levers.items()} == {
        "three_lists": {"three_lists": 1.0},
        "deliberation": {"deliberation": 1.0},
    }
    assert list(Study.from_dict(fields | {"levers": ["*"], "design": "one_by_one"}).levers) == list(mechanisms())


def test_a_bare_design_is_one_over_the_levers(fields):
    study = Study.from_dict(fields | {"design": "one_by_one"})

    assert study.design.levers.kind == "one_by_one"
    assert study.design == Study.from_dict(fields | {"design": {"levers": {"kind": "one_by_one"}}}).design


def test_one_replication_is_allowed(fields):
    assert Study.from_dict(fields | {"replications": 1}).replications == 1


# The quick version ----------------------------------------------------------------------------------------------------


def test_the_quick_version_changes_what_it_names_and_keeps_the_rest(fields):
    more = {
        "uncertainties": {"numbers": ["needs.arrival", "routing.*"], "ranges": {"needs.questions": [0.4, 0.5]}},
        "design": {"levers": "one_by_one"} | LATIN,
        "quick": {"residents": 30, "weeks": 5, "design": {"uncertainties": "base"}, "numbers": ["needs.arrival"]},
    }
    study = Study.from_dict(fields | more)
    quick = study.quick_version()

    assert quick.design.levers.kind == "one_by_one"
    assert quick.design.uncertainties.kind == "base"
    assert [one.name for one in quick.uncertain_factors()] == ["needs.arrival", "needs.questions"]
    assert (quick.place().weeks, quick.place().warmup, quick.place().residents) == (5, 4, 60)
    assert quick.replications == study.replications


def test_a_quick_search_keeps_its_goals(fields):
    search = {"objectives": ["satisfaction"], "budget": {"yuan": 9}, "population": 20, "generations": 9}
    study = Study.from_dict(fields | {"portfolio": search, "quick": {"portfolio": {"generations": 2}}})

    assert study.quick_version().portfolio == study.portfolio.model_copy(update={"generations": 2})


# Names of policies ----------------------------------------------------------------------------------------------------


def test_designs_have_names(small_study):
    assert [small_study.mask_name(mask) for mask in range(4)] == ["nothing", "1", "2", "all"]
    assert load_study(SIX).mask_name(0b100101) == "1+3+6"


def test_doses_between_are_named_and_long_names_become_a_number():
    study = load_study("by-type")
    nothing = dict.fromkeys(study.levers, 0.0)

    assert study.design_name(nothing | {"societies": 0.5}) == "2=0.5"
    assert study.design_name(nothing | {"party": 1.0, "societies": 0.25}) == "1+2=0.25"
    assert study.design_name(dict.fromkeys(study.levers, 0.5)) == ""
    assert study.design_name(dict.fromkeys(study.levers, 1.0)) == "all"
    assert study.design_name(nothing | {"party": 0.123456789}) == ""


def test_all_is_a_name_for_doses_only():
    study = load_study("staged-rollout")

    assert study.design_name({"integration": 1.0, "start": 27.0, "pace": 13.0}) == "1+2=27+3=13"
    assert study.design_name({"integration": 0.0, "start": 1.0, "pace": 0.0}) == "nothing"


# What is wrong --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tittle": "x"}, "tittle: unknown field; did you mean 'title'?"),
        ({"levers": {}}, "nothing is varied; give levers, uncertainties or both"),
        ({"levers": []}, "nothing is varied; give levers, uncertainties or both"),
        ({"levers": 3}, "levers: must be a table, got 3"),
        ({"levers": ["three_list"]}, "levers: unknown mechanism 'three_list'; did you mean 'three_lists'?"),
        ({"levers": ["three_lists"] * 2}, "levers: 'three_lists' stands here twice"),
        ({"levers": {"status": {"mechanisms": ["three_lists"]}}}, "levers.status: is the name of a column of the results; call the lever otherwise"),
        ({"replications": 0}, "replications: must be at least 1 and at most 100000, got 0"),
        ({"replications": "many"}, "replications: must be a whole number or a table of a precision to be reached, got 'many'"),
        ({"replications": 2.5}, "replications: must be a whole number or a table of a precision to be reached, got 2.5"),
        ({"replications": {"half_width": {"satisfacton": 1}}}, "replications.half_width: unknown outcome 'satisfacton'; did you mean 'satisfaction'?"),
        ({"seed": -1}, "seed: must be at least 0, got -1"),
        ({"outcomes": []}, "outcomes: must hold at least 1, got []"),
        ({"outcomes": ["satisfacton"]}, "outcomes.0: unknown outcome 'satisfacton'; did you mean 'satisfaction'?"),
        ({"outcomes": ["trust", "trust"]}, "outcomes: 'trust' stands here twice"),
        ({"design": "full_factoral"}, "design.levers.kind: unknown kind 'full_factoral'; known: base, one_by_one, leave_one_out, pairs, full_factorial, fractional_factorial, latin_hypercube, sobol_sequence, morris, saltelli, file, given; did you mean 'full_factorial'?"),
        ({"design": {"uncertainties": "saltelli"}}, "design.uncertainties.points: is missing"),
        ({"design": {"together": "full_factorial", "levers": "pairs"}}, "design: together stands alone: it is one design over levers and uncertain numbers at once"),
        ({"design": LATIN}, "design.uncertainties: there are no uncertainties to lay it over"),
        ({"across": {"burden_releif": 1}}, "across.burden_releif: unknown mechanism 'burden_releif'; did you mean 'burden_relief'?"),
        ({"across": {"burden_relief": 1.5}}, "across.burden_relief: must be at most 1.0, got 1.5"),
        ({"across": {"burden_relief": True}}, "across.burden_relief: must be a number, got true"),
        ({"across": {"three_lists": 1.0}}, "levers.lists: mechanism 'three_lists' stands in across too; it can be in one only"),
        ({"title": {"en": "x"}}, "title.zh_hans: is missing\ntitle.zh_hant: is missing"),
        ({"quick": {"reps": 3}}, "quick.reps: unknown field; did you mean 'replications'?"),
        ({"quick": {"numbers": ["needs.arival"]}}, "quick.numbers.0: unknown number 'needs.arival'; did you mean 'needs.arrival'?"),
        ({"name": "My Study"}, "name: must be lower-case letters, digits and _, beginning with a letter, got 'My Study'"),
        ({"keep": {"tables": ["comunities"]}}, "keep.tables.0: must be 'communities', 'groups', 'needs' or 'residents', got 'comunities'; did you mean 'communities'?"),
        ({"keep": {"weekly": True}}, "keep.weekly: must be 'landmarks', 'all' or 'none', got true"),
        ({"discovery": {"at_most": float("nan")}}, "discovery.at_most: must be a finite number, got nan"),
        ({"scenario": "five_tipes"}, "scenario: five_tipes: cannot be read (No such file or directory)"),
        ({"scenario": 3}, "scenario: must be the path of a scenario file or a table of its fields, got 3"),
        ({"scenario": {"weeks": -3}}, "scenario.weeks: Input should be greater than or equal to 1, got -3"),
        ({"portfolio": {"objectives": ["trust"]}, "design": "pairs"}, "design.levers: a portfolio chooses the policies itself, so there is no design over the levers"),
        ({"portfolio": {"objectives": ["trust"]}, "replications": {"half_width": {"trust": 1}}}, "replications: must be a number, since a portfolio compares all its points alike"),
        ({"replications": {"half_width": {"trust": 1}, "contrast": ["nothing", "al"]}}, "replications.contrast: the study has no design 'al'; did you mean 'all'?"),
        ({"levers": {"lists": {"mechanisms": ["three_lists"], "base": 1}}, "design": "leave_one_out"}, "design.levers: leave_one_out: the highest level of factor 'lists' is its base, 1, so that nothing would be left out; give it a level above"),
        ({"design": {"levers": {"kind": "file", "path": "none.csv"}}}, "design.levers: none.csv: no such file"),
        ({"portfolio": {"objectives": ["trust@village"]}, "keep": {"tables": []}}, "keep.tables: the portfolio needs communities, for trust@village"),
        ({"portfolio": {"objectives": ["trust@work_unit"]}}, "portfolio: trust@work_unit: there is no community of this type; there are commodity_housing, village"),
        ({"portfolio": {"objectives": ["trust"], "budget": {"yuan": -1}}}, "portfolio.budget: yuan must be at least 0 and finite, got -1"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_with_what_would_be_right(fields, change, message):
    with pytest.raises(InputError) as caught:
        Study.from_dict(fields | change)

    assert str(caught.value).splitlines() == [f"study: {line}" for line in message.splitlines()]


def test_a_portfolio_needs_levers(fields):
    del fields["levers"]
    more = {"uncertainties": {"numbers": ["needs.arrival"]}, "design": LATIN, "portfolio": {"objectives": ["trust"]}}

    with pytest.raises(InputError, match=r"^study: portfolio: needs levers to choose from$"):
        Study.from_dict(fields | more)


def test_all_faults_are_told_at_once_each_with_its_line(tmp_path):
    words = f"""{HEAD}seed = -1
outcomes = ["trust", "satisfacton"]

[levers.lists]
mechanisms = {{ three_lists = 1.5, micro_gird = 1 }}

[levers.grid]
values = [1]
low = 2
mechanisms = ["micro_grid"]

[design]
levers = "full_fact"
"""
    assert told_of(tmp_path, words) == [
        "mine.toml:4: seed: must be at least 0, got -1",
        "mine.toml:5: outcomes.1: unknown outcome 'satisfacton'; did you mean 'satisfaction'?",
        "mine.toml:8: levers.lists.mechanisms.three_lists: must be at most 1.0, got 1.5",
        "mine.toml:8: levers.lists.mechanisms.micro_gird: unknown mechanism 'micro_gird'; did you mean 'micro_grid'?",
        "mine.toml:10: levers.grid: low: 2 lies outside the range of a dose, [0, 1]",
        "mine.toml:10: levers.grid: values: must be two or more, each once, got [1.0]",
        "mine.toml:10: levers.grid: low must be less than high, got 2 and 1",
        "mine.toml:16: design.levers.kind: unknown kind 'full_fact'; known: base, one_by_one, leave_one_out, pairs, full_factorial, fractional_factorial, latin_hypercube, sobol_sequence, morris, saltelli, file, given; did you mean 'full_factorial'?",
    ]


def test_parts_that_do_not_fit_are_told_at_once_each_with_its_line(tmp_path):
    words = f"""{HEAD}
[across]
micro_grid = 0.5
[levers.grid]
mechanisms = ["micro_grid"]
[levers.late]
start_of = ["three_lists"]
high = 200
[design]
uncertainties = "base"
"""
    assert told_of(tmp_path, words) == [
        "mine.toml:7: levers.grid: mechanism 'micro_grid' stands in across too; it can be in one only",
        "mine.toml:9: levers.late: three_lists has no dose anywhere; give it one in across or in a lever",
        "mine.toml:9: levers.late: week 200 comes after the last week of the run, 156",
        "mine.toml:13: design.uncertainties: there are no uncertainties to lay it over",
    ]


def test_a_wrong_scenario_is_told_by_its_lines(tmp_path):
    words = f"""{HEAD}{LISTS}[scenario]
weeks = 0
parameters = {{ needs.arival = 1.0 }}

[[scenario.communities]]
type = "vilage"
"""
    assert told_of(tmp_path, words) == [
        "mine.toml:7: scenario.weeks: Input should be greater than or equal to 1, got 0",
        "mine.toml:10: scenario.communities.0: unknown community type 'vilage'; did you mean 'village'?",
    ]


def test_an_unknown_study_is_answered_with_the_closest():
    with pytest.raises(InputError, match=r"unknown study 'six-pahts'; did you mean 'six-paths'\?"):
        load_study("six-pahts")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.toml: cannot be read"):
        load_study(str(tmp_path / "none.toml"))


def test_unreadable_toml_is_named_with_its_line(tmp_path):
    assert told_of(tmp_path, "name = \n") == ["mine.toml:1:8: not TOML: Invalid value"]


# Files beside a study -------------------------------------------------------------------------------------------------


def test_paths_in_a_study_file_are_relative_to_it(tmp_path):
    (tmp_path / "place.toml").write_text("weeks = 9\n")
    (tmp_path / "sample.csv").write_text("three_lists\n0.5\n")
    (tmp_path / "mine.toml").write_text(
        f'{HEAD}scenario = "place.toml"\n{LISTS}[design]\nlevers = {{ kind = "file", path = "sample.csv" }}\n'
    )
    study = load_study(tmp_path / "mine.toml")

    assert study.place().weeks == 9
    assert Plan(study).points["three_lists"].tolist() == [0.0, 0.5]


def test_margins_in_a_study_file_are_relative_to_it(tmp_path):
    (tmp_path / "mine.toml").write_text(f'{HEAD}{LISTS}[scenario]\ncommunities = [{{margins = "ours.toml"}}]\n')
    (tmp_path / "ours.toml").write_text('based_on = "village"\n')

    assert load_study(tmp_path / "mine.toml").place().community_names == ("ours",)


def test_margins_may_stand_in_the_study_itself(tmp_path, validator):
    own = """[[scenario.communities]]
name = "Ours"
residents = 400
[scenario.communities.margins]
based_on = "village"
buildings = [4, 8]
organizations = [{ name = "School", kind = "party_unit", hours_week = 2, fields = ["children"] }]
[scenario.communities.margins.values."population.owner"]
value = 0.5
source = "our list"
grade = "A"
"""
    (tmp_path / "mine.toml").write_text(HEAD + LISTS + own)
    study = load_study(tmp_path / "mine.toml")

    assert [error.message for error in validator.iter_errors(tomllib.loads(HEAD + LISTS + own))] == []
    assert not validator.is_valid(tomllib.loads((HEAD + LISTS + own).replace("party_unit", "club")))
    assert study.place().types[0].buildings == (4, 8)
    assert study.quick_version().place().types == study.place().types
    assert Study.from_dict(study.to_dict()) == study


# For editors ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def validator():
    schema = json_schema(Study)
    draft = pytest.importorskip("jsonschema").Draft7Validator
    draft.check_schema(schema)
    return draft(schema)


@pytest.mark.parametrize(
    "words",
    [TEMPLATE.read_text(encoding="utf-8"), *(path.read_text(encoding="utf-8") for path in ready_studies().values())],
    ids=["template", *ready_studies()],
)
def test_template_and_ready_studies_are_right_by_the_schema(validator, words):
    assert [error.message for error in validator.iter_errors(tomllib.loads(words))] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=[one.split("\n", 1)[0] for one in EXAMPLES])
def test_examples_of_the_guide_load_and_are_right_by_the_schema(validator, example):
    study = Study.from_dict(whole(example))

    assert Plan(study).policies
    assert study.quick_version()
    assert [error.message for error in validator.iter_errors(whole(example))] == []


def test_the_worked_example_of_the_guide_is_as_large_as_it_says():
    plan = Plan(Study.from_dict(whole(EXAMPLES[0])))

    assert (plan.policies, plan.futures, len(plan.points), len(plan.numbers)) == (6, 100, 600, 14)


def test_the_errors_of_the_guide_are_real(tmp_path):
    file = tmp_path / "lists_and_services.toml"
    file.write_text(EXAMPLES[0].replace('"three_lists"]', '"three_list"]').replace('"full_factorial"', '"full_fact"'))
    with pytest.raises(InputError) as caught:
        Study.from_toml(file)
    shown = re.search(r"```text\n(lists_and_services.*?)\n```", GUIDE, re.DOTALL)[1].splitlines()

    for line, real in zip(shown, str(caught.value).splitlines(), strict=True):
        begin, _, end = line.partition("…")
        assert real.removeprefix(f"{tmp_path}/").startswith(begin)
        assert real.endswith(end)


def test_the_template_can_be_planned():
    assert len(Plan(Study.from_toml(TEMPLATE)).points) == 4 * 8


@pytest.mark.parametrize(
    "change",
    [
        {"levers": ["three_list"]},
        {"levers": {"three_lists": {"dose": 1}}},
        {"levers": {"three_lists": {"mechanisms": {"three_list": 1}}}},
        {"across": {"burden_releif": 1}},
        {"outcomes": ["satisfacton"]},
        {"design": "full_factoral"},
        {"design": {"uncertainties": {"kind": "saltelli"}}},
        {"replications": 0},
        {"scenario": {"communities": [{"type": "vilage"}]}},
        {"scenario": {"mechanisms": {"three_lists": 2}}},
        {"discovery": {"outcome": "satisfacton"}},
    ],
)
def test_the_schema_marks_what_the_study_refuses(validator, fields, change):
    assert validator.is_valid(fields)
    assert not validator.is_valid(fields | change)
    with pytest.raises(InputError):
        Study.from_dict(fields | change)


def test_the_schema_offers_numbers_and_takes_patterns(validator, fields):
    numbers = {"uncertainties": {"numbers": ["needs.arrival", "routing.*"], "ranges": {"needs": {"arrival": [1, 2]}}}}
    offered = validator.schema["definitions"]["Uncertainties"]["properties"]["numbers"]["items"]["anyOf"][0]["enum"]

    assert "needs.arrival" in offered
    assert "emergency_strength" in offered
    assert validator.is_valid(fields | numbers)
