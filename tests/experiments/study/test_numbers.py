"""Uncertain numbers: by name and by pattern, with their ranges."""

# ruff: noqa: E501  (messages of errors stand word for word)
from __future__ import annotations

import pytest

from experiments.study import Study, Uncertainties
from experiments.study.names import number_entries
from sim.errors import InputError
from sim.mechanisms import mechanisms

EPIDEMIC = [{"kind": "epidemic", "start": 2, "weeks": 2}]
LATIN = {"uncertainties": {"kind": "latin_hypercube", "points": 3}}


def study_with(fields, uncertainties, **more) -> Study:
    return Study.from_dict(fields | {"uncertainties": uncertainties, "design": LATIN} | more)


def names_of(*numbers: str, used=(), **more) -> list[str]:
    return [one.name for one in Uncertainties(numbers=numbers, **more).factors(used)]


def test_a_number_goes_through_the_range_of_the_catalogue():
    (factor,), entry = Uncertainties(numbers=("needs.arrival",)).factors(()), number_entries()["needs.arrival"]

    assert (factor.low, factor.high, factor.base) == (entry.low, entry.high, entry.value)
    assert factor.levels == (entry.low, entry.high)


def test_a_range_of_ones_own_moves_the_base_into_it_and_needs_no_name_in_the_list(fields):
    (factor,) = study_with(fields, {"ranges": {"needs.arrival": [1.7, 1.9]}}).uncertain_factors()

    assert (factor.name, factor.low, factor.high, factor.base) == ("needs.arrival", 1.7, 1.9, 1.7)


def test_the_value_of_the_scenario_is_the_base(fields):
    scenario = fields["scenario"] | {"parameters": {"needs.arrival": 1.3}}
    (factor,) = study_with(fields, {"numbers": ["needs.arrival"]}, scenario=scenario).uncertain_factors()

    assert factor.base == 1.3


def test_a_name_without_quotes_is_a_table_in_a_table(fields):
    quoted = study_with(fields, {"ranges": {"needs.arrival": [1, 1.5]}})

    assert study_with(fields, {"ranges": {"needs": {"arrival": [1, 1.5]}}}) == quoted


def test_patterns_choose_numbers_of_processes_and_of_mechanisms_in_use():
    own = {one.name for one in mechanisms()["three_lists"].entries().values()}

    assert {name.partition(".")[0] for name in names_of("routing.*")} == {"routing"}
    assert set(names_of("three_lists.*", used=["three_lists"])) <= own
    assert names_of("three_lists.*", used=["three_lists"])
    assert names_of("three_lists.*") == []
    every = names_of("*", used=["three_lists"])
    assert own & set(every)
    assert not [name for name in every if name.startswith("micro_grid.")]


def test_grades_and_without_narrow_patterns():
    weak, entries = names_of("*", grades="D"), number_entries()

    assert {entries[name].grade for name in weak} == {"D"}
    assert not [name for name in names_of("*", without=("routing.*",)) if name.startswith("routing.")]
    assert names_of("needs.arrival", grades="D" if entries["needs.arrival"].grade != "D" else "A") == ["needs.arrival"]


def test_the_strength_of_emergencies_is_a_number_too(fields):
    scenario = fields["scenario"] | {"emergencies": EPIDEMIC}
    (factor,) = study_with(fields, {"numbers": ["emergency_strength"]}, scenario=scenario).uncertain_factors()

    assert (factor.name, factor.low, factor.high, factor.base) == ("emergency_strength", 0.0, 2.0, 1.0)
    assert names_of("emergency_strength", without=("emergency_strength",)) == []


@pytest.mark.parametrize(
    ("uncertainties", "message"),
    [
        ({"numbers": ["needs.arival"]}, "uncertainties.numbers.0: unknown number 'needs.arival'; did you mean 'needs.arrival'?"),
        ({"numbers": ["nedes.*"]}, "uncertainties.numbers.0: no number matches 'nedes.*'"),
        ({"numbers": ["moral_council.*"]}, "uncertainties.numbers.0: 'moral_council.*' chooses no number of this study"),
        ({"numbers": ["needs.arrival"], "without": ["needs.*"]}, "uncertainties.numbers.0: 'needs.arrival' chooses no number of this study"),
        ({"ranges": {"needs.arrival": [1, 2, 3]}}, "uncertainties.ranges: needs.arrival: must be [low, high], got [1, 2, 3]"),
        ({"ranges": {"needs.arrival": [1.5, 1]}}, "uncertainties.ranges: needs.arrival: [1.5, 1] must be a range within [0.5, 2.5]"),
        ({"ranges": {"needs.arrival": [0, 99]}}, "uncertainties.ranges: needs.arrival: [0, 99] must be a range within [0.5, 2.5]"),
        ({"ranges": {"routing.*": [0, 1]}}, "uncertainties.ranges: routing.*: a range belongs to one number, not to a pattern"),
        ({"grades": "E"}, "uncertainties.grades: must be text that matches ^[ABCD]+$, got 'E'"),
        ({"numbers": ["emergency_strength"]}, "uncertainties: emergency_strength needs a scenario with an emergency"),
    ],
)  # fmt: skip
def test_wrong_uncertainties_are_told(fields, uncertainties, message):
    least, most = number_entries()["needs.arrival"].low, number_entries()["needs.arrival"].high

    with pytest.raises(InputError) as caught:
        study_with(fields, uncertainties | ({"numbers": ["needs.questions"]} if "grades" in uncertainties else {}))

    assert str(caught.value) == "study: " + message.replace("[0.5, 2.5]", f"[{least:g}, {most:g}]")


def test_uncertainties_without_a_design_are_told(fields):
    with pytest.raises(InputError, match=r"^study: uncertainties: no design is laid over them; say for example "):
        Study.from_dict(fields | {"uncertainties": {"numbers": ["needs.arrival"]}})


def test_an_emergency_cannot_become_stronger_than_the_model_takes(fields):
    scenario = fields["scenario"] | {"emergencies": [EPIDEMIC[0] | {"strength": 3.0}]}

    with pytest.raises(InputError, match=r"emergency_strength makes an emergency 6 times as strong; at most 5$"):
        study_with(fields, {"numbers": ["emergency_strength"]}, scenario=scenario)


def test_the_line_of_a_name_without_quotes_is_found(tmp_path):
    (tmp_path / "mine.toml").write_text(
        'name = "a"\ntitle = "t"\nquestion = "q"\nlevers = ["three_lists"]\ndesign.uncertainties = "base"\n'
        "[uncertainties.ranges]\nneeds.questions = [0.4, 0.5]\nneeds.arival = [1, 2]\n"
    )
    with pytest.raises(InputError, match=r"mine\.toml:8: uncertainties\.ranges.*unknown number 'needs\.arival'"):
        Study.from_toml(tmp_path / "mine.toml")
