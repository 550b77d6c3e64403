"""Study files: what they say, and what is told when they are wrong."""

from __future__ import annotations

import pytest

from experiments.study import Study, load_study, ready_studies
from sim.errors import InputError

SIX = "six-paths"


@pytest.mark.parametrize("name", ready_studies())
def test_every_ready_study_loads_and_has_a_quick_version(name):
    study = load_study(name)
    quick = study.quick_version()

    assert study.name == name
    assert quick.place().weeks == study.quick.weeks
    assert {spec.residents for spec in quick.place().communities} == {study.quick.residents}
    assert quick.replications < study.replications


def test_the_main_study_has_all_combinations_of_six_paths():
    study = load_study(SIX)

    assert len(study.masks()) == 64
    assert len(study.landmarks) == 14
    assert study.place().residents == 5000
    assert study.place().weeks == 156


def test_across_mechanisms_are_off_in_the_main_study_and_can_be_set():
    study = load_study(SIX).replace(across={"burden_relief": 0.5})

    assert load_study(SIX).across == {"burden_relief": 0.0, "targeting": 0.0, "emergency_link": 0.0}
    assert study.place().mechanisms["burden_relief"].dose == 0.5


def test_a_study_becomes_plain_data_and_back(small_study):
    assert Study.from_dict(small_study.to_dict()) == small_study


def test_a_design_switches_the_mechanisms_of_its_paths(small_study):
    assert small_study.doses(0) == {}
    assert small_study.doses(1) == {"three_lists": 1.0}
    assert small_study.doses(2) == {"micro_grid": 0.5, "self_governing_groups": 1.0}
    assert small_study.is_on(3) == {"lists": True, "grid": True}


def test_designs_have_names(small_study):
    assert [small_study.design_name(mask) for mask in small_study.masks()] == ["nothing", "1", "2", "all"]
    assert load_study(SIX).design_name(0b100101) == "1+3+6"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tittle": "x"}, r"study: tittle: unknown field; did you mean 'title'\?"),
        ({"levers": {}}, "paths: .*at least 1"),
        ({"replications": 1}, "replications: .*at least 2, got 1"),
        ({"replications": "many"}, "replications: .*got 'many'"),
        ({"seed": -1}, "seed: .*got -1"),
        ({"design": "full_factoral"}, r"unknown design 'full_factoral'; did you mean 'full_factorial'\?"),
        (
            {"across": {"burden_releif": 1}},
            r"across: unknown mechanism 'burden_releif'; did you mean 'burden_relief'\?",
        ),
        ({"across": {"burden_relief": 1.5}}, r"across: burden_relief: dose 1\.5 lies outside \[0, 1\]"),
        ({"across": {"burden_relief": True}}, "across.burden_relief: .*got True"),
        ({"across": {"three_lists": 1.0}}, r"'three_lists' stands in paths\.lists and in across"),
        ({"title": {"en": "x"}}, "title.zh_hans: is missing"),
        (
            {"title": {"en": "x", "zh_hans": "x", "zh_hantt": "x"}},
            r"title.zh_hantt: unknown field; did you mean 'zh_hant'",
        ),
        ({"quick": {"reps": 3}}, "quick.reps: unknown field"),
        ({"name": "My Study"}, "name: "),
        ({"scenario": "five_tipes"}, r"five_tipes: cannot be read \(No such file"),
        ({"scenario": 3}, "scenario: must be the path of a scenario file or a table of its fields, got 3"),
        ({"title": "x"}, "title: must be a table of en, zh_hans, zh_hant, got 'x'"),
        ({"levers": 3}, "paths: must be a table, got 3"),
        ({"replications": 2.5}, r"replications: must be a whole number, got 2\.5"),
        ({"scenario": {"weeks": -3}}, "scenario: weeks: .*got -3"),
        (
            {"scenario": {"communities": [{"type": "vilage"}]}},
            r"unknown community type 'vilage'; did you mean 'village'",
        ),
    ],
)
def test_a_wrong_field_is_named_with_what_would_be_right(fields, change, message):
    with pytest.raises(InputError, match=message):
        Study.from_dict(fields | change)


@pytest.mark.parametrize(
    ("mechanisms", "message"),
    [
        (["thre_lists"], r"levers.lists.mechanisms: unknown mechanism 'thre_lists'; did you mean 'three_lists'\?"),
        ({"three_lists": -0.1}, r"levers.lists.mechanisms: three_lists: dose -0\.1 lies outside \[0, 1\]"),
        ([], "levers.lists.mechanisms: "),
        ("three_lists", "mechanisms: must be a list of names or a table of doses by name, got 'three_lists'"),
        ([["three_lists"]], "mechanisms: must be a list of names or a table of doses by name, got "),
        ({"three_lists": "x"}, "levers.lists.mechanisms.three_lists: must be a number, got 'x'"),
        (["micro_grid"], r"'micro_grid' stands in paths\.lists and in paths\.grid"),
    ],
)
def test_a_wrong_path_is_named(fields, mechanisms, message):
    fields["levers"]["lists"]["mechanisms"] = mechanisms

    with pytest.raises(InputError, match=message):
        Study.from_dict(fields)


def test_all_wrong_fields_are_told_at_once(fields):
    with pytest.raises(InputError) as told:
        Study.from_dict(fields | {"seed": -1, "replications": 0, "extra": 1})

    assert len(str(told.value).splitlines()) == 3


def test_an_unknown_study_is_answered_with_the_closest():
    with pytest.raises(InputError, match=r"unknown study 'six-pahts'; did you mean 'six-paths'\?"):
        load_study("six-pahts")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.toml: cannot be read"):
        load_study(str(tmp_path / "none.toml"))


def test_unreadable_toml_is_named_with_its_line(tmp_path):
    (tmp_path / "bad.toml").write_text("name = \n")

    with pytest.raises(InputError, match=r"bad\.toml: not readable as TOML: .*line 1"):
        load_study(tmp_path / "bad.toml")


def test_a_scenario_path_in_a_study_file_is_relative_to_it(tmp_path):
    (tmp_path / "place.toml").write_text("weeks = 9\n")
    words = '{en = "x", zh_hans = "x", zh_hant = "x"}'
    (tmp_path / "mine.toml").write_text(
        f'name = "mine"\ntitle = {words}\nquestion = {words}\nscenario = "place.toml"\n'
        f'[levers.a]\nlabel = {words}\nmechanisms = ["three_lists"]\n'
    )

    assert load_study(tmp_path / "mine.toml").place().weeks == 9


def test_margins_in_a_study_file_are_relative_to_it(tmp_path):
    words = "{en = 'x', zh_hans = '甲', zh_hant = '甲'}"
    (tmp_path / "mine.toml").write_text(
        f'name = "mine"\ntitle = {words}\nquestion = {words}\n'
        '[scenario]\ncommunities = [{margins = "ours.toml"}]\n'
        f'[levers.lists]\nlabel = {words}\nmechanisms = ["three_lists"]\n',
        encoding="utf-8",
    )
    (tmp_path / "ours.toml").write_text('based_on = "village"\n')

    assert load_study(tmp_path / "mine.toml").place().community_names == ("ours",)
