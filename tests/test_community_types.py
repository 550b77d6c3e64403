"""Types of community: their margins, their own numbers, and communities of one's own."""

import math
import re

import numpy as np
import pytest

from sim import catalogue
from sim.community_types import FOLDER, MARGINS, base_numbers, community_types, load_type
from sim.errors import InputError

TYPES = community_types()
SHARES = {
    "age": '"0-14" = 0.15, "15-17" = 0.03, "18-34" = 0.22, "35-59" = 0.4, "60-64" = 0.05, "65-79" = 0.12, "80+" = 0.03',
    "education": "primary_or_none = 0.25, junior = 0.35, senior = 0.2, tertiary = 0.2",
    "household": '"1" = 0.27, "2" = 0.27, "3" = 0.2, "4" = 0.14, "5" = 0.07, "6" = 0.03, "7" = 0.02',
}
TEXTS = """
label = { en = "Mine", zh_hans = "我的", zh_hant = "我的" }
note = { en = "A place.", zh_hans = "一地。", zh_hant = "一地。" }
"""


def margin(kind, shares=None):
    """One margin as it stands in a file."""
    text = SHARES[kind] if shares is None else shares
    return f'[margins.{kind}]\nshares = {{ {text} }}\nsource = "our own list"\ngrade = "A"\n'


WHOLE = TEXTS + "".join(margin(kind) for kind in MARGINS)


@pytest.fixture
def load(tmp_path):
    """Reads a type from a text."""

    def read(text):
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return load_type(path)

    return read


def place(margins, name="mine"):
    """Start of a message about a file."""
    return rf"{name}\.toml: {re.escape(margins)}"


# The five types -------------------------------------------------------------------------------------------------------


def test_there_are_five_types():
    assert set(TYPES) == {"commodity_housing", "old_neighbourhood", "resettlement", "village", "work_unit"}


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES)
def test_margins_have_all_bands_and_add_up(kind):
    assert {name: tuple(one.shares) for name, one in kind.margins.items()} == dict(MARGINS)
    assert all(math.fsum(one.shares.values()) == pytest.approx(1.0, abs=1e-12) for one in kind.margins.values())


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES)
def test_values_differ_from_the_catalogue_within_its_range(kind):
    entries = {one.name: one for one in catalogue.entries()}

    assert set(kind.values) <= set(entries)
    assert all(entries[name].low <= one.value <= entries[name].high for name, one in kind.values.items())
    assert [name for name, one in kind.values.items() if one.value == entries[name].value] == []


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES)
def test_what_is_assumed_says_why(kind):
    numbers = [*kind.margins.values(), *kind.values.values()]

    assert all(one.reason for one in numbers if one.source == ("assumed",))


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES)
def test_no_income_third_is_left_without_residents(kind):
    low, high = (kind.values[f"population.{name}"].value for name in ("low_income", "high_income"))

    assert low + high < 1.0


# Communities of one's own ---------------------------------------------------------------------------------------------


def test_a_community_of_ones_own_is_read(load):
    kind = load(WHOLE)

    assert (kind.name, kind.label.zh_hans, kind.values) == ("mine", "我的", {})
    assert kind.margins["age"].source == ("our own list",)


def test_small_rounding_is_taken_out(load):
    shares = SHARES["education"].replace("0.25", "0.253")
    kind = load(TEXTS + margin("age") + margin("education", shares) + margin("household"))

    assert math.fsum(kind.margins["education"].shares.values()) == pytest.approx(1.0, abs=1e-12)


def test_based_on_gives_what_is_not_said(load):
    kind = load('based_on = "village"\n' + margin("household"))

    assert kind.name == "mine"
    assert kind.label == TYPES["village"].label
    assert kind.values == TYPES["village"].values
    assert kind.margins["age"] == TYPES["village"].margins["age"]
    assert kind.margins["household"] != TYPES["village"].margins["household"]


def test_what_is_said_goes_before_what_it_is_based_on(load):
    value = '[values."population.migrant"]\nvalue = 0.11\nsource = "our own list"\ngrade = "A"\n'
    kind = load(f'based_on = "village"\n{TEXTS}{value}')

    assert kind.label.en == "Mine"
    assert kind.values["population.migrant"].value == 0.11
    assert kind.values["population.owner"] == TYPES["village"].values["population.owner"]


def test_a_file_that_changes_is_read_again(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('based_on = "village"\n', encoding="utf-8")
    before = load_type(path)
    path.write_text('based_on = "work_unit"\n', encoding="utf-8")

    assert before.margins == TYPES["village"].margins
    assert load_type(path).margins == TYPES["work_unit"].margins


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            TEXTS
            + margin("age")
            + margin("education", SHARES["education"].replace("0.25", "0.35"))
            + margin("household"),
            place("margins.education.shares: must add up to 1 (within 0.005), got 1.1000"),
        ),
        (
            WHOLE.replace('"80+" = 0.03', '"80+" = 0.02, "90+" = 0.01'),
            place("margins.age.shares: unknown field '90+'"),
        ),
        (WHOLE.replace(', "80+" = 0.03', ""), place("margins.age.shares: band '80+' is missing; the bands are 0-14,")),
        (WHOLE.replace('"80+" = 0.03', '"80+" = -0.03'), place("margins.age.shares: 80+.value: -0.03 lies outside")),
        (WHOLE.replace('"80+" = 0.03', '"80+" = nan'), place("margins.age.shares: 80+.value: must be a finite number")),
        (WHOLE.replace("[margins.age]", "[margins.ages]"), place("margins: unknown field 'ages'; did you mean 'age'?")),
        (TEXTS + margin("age") + margin("education"), place("margins.household is missing; give it, or say based_on")),
        (WHOLE.replace("label =", "lable ="), place("unknown field 'lable'; did you mean 'label'?")),
        ("".join(margin(kind) for kind in MARGINS), place("field 'label' is missing; give it, or say based_on")),
        (TEXTS, place("field 'margins' is missing; give it, or say based_on = a ready type")),
        (WHOLE.replace('zh_hant = "我的"', 'zh_hant = ""'), place("label: a label needs a text for each of en,")),
        (WHOLE.replace('grade = "A"', 'grad = "A"'), place("margins.age: unknown field 'grad'; did you mean 'grade'?")),
        ('based_on = "vilage"', place("based_on: unknown community type 'vilage'; did you mean 'village'?")),
        (TEXTS + "margins = 3", place("margins: must be a table, got 3")),
        (
            'based_on = "village"\nvalues = { "populatoin.migrant" = { value = 0.1, source = "ours", grade = "A" } }',
            place("values: no parameter 'populatoin.migrant': unknown process; did you mean 'population'?"),
        ),
        (
            'based_on = "village"\nvalues = { "population.migrants" = { value = 0.1, source = "ours", grade = "A" } }',
            place("values: no parameter 'population.migrants'; did you mean 'population.migrant'?"),
        ),
        (
            'based_on = "village"\nvalues = { "population.migrant" = { value = 1.1, source = "ours", grade = "A" } }',
            place("values: population.migrant.value: 1.1 lies outside its range [0.0, 0.9]"),
        ),
        (
            'based_on = "village"\nvalues = { "population.migrant" = 0.1 }',
            place("values.population.migrant: must be a table, got 0.1"),
        ),
        ("based_on = ", place("not readable as TOML")),
    ],
)
def test_what_is_wrong_in_a_file_is_named(load, text, message):
    with pytest.raises(InputError, match=message):
        load(text)


@pytest.mark.parametrize("name", ['["village"]', "3", "{ name = 1 }"])
def test_based_on_must_be_a_name(load, name):
    with pytest.raises(InputError, match="based_on: unknown community type"):
        load(f"based_on = {name}")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.toml: cannot be read"):
        load_type(tmp_path / "nowhere.toml")


# Numbers --------------------------------------------------------------------------------------------------------------


def test_numbers_are_of_the_scenario_else_of_the_type_else_of_the_catalogue():
    names = list(catalogue.process_entries("population"))
    kinds = (TYPES["village"], TYPES["work_unit"])
    numbers = dict(zip(names, base_numbers("population", kinds, {"population.owner": 0.5}).tolist(), strict=True))

    assert numbers["owner"] == [0.5, 0.5]
    assert numbers["migrant"] == [kind.values["population.migrant"].value for kind in kinds]
    assert numbers["partner_gap"] == [catalogue.default("population.partner_gap")] * 2


def test_overrides_of_other_processes_are_ignored():
    one = base_numbers("needs", (TYPES["village"],), {"population.owner": 0.5})

    assert np.array_equal(one, base_numbers("needs", (TYPES["village"],), {}))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("needs.arival", 1.0, "unknown parameter 'needs.arival'; did you mean 'needs.arrival'"),
        ("needs.arrival", -1.0, r"parameters\.needs\.arrival: -1\.0 lies outside its range"),
        ("needs.arrival", math.nan, r"parameters\.needs\.arrival: nan lies outside its range"),
    ],
)
def test_a_bad_override_is_refused(name, value, message):
    with pytest.raises(InputError, match=message):
        base_numbers("needs", (TYPES["village"],), {name: value})


def test_a_place_without_communities_has_no_columns():
    assert base_numbers("needs", (), {}).shape == (len(catalogue.process_entries("needs")), 0)


def test_files_of_the_folder_are_the_types():
    assert {path.stem for path in FOLDER.iterdir()} == set(TYPES)
