"""Scenarios: what they take, what they refuse, and what they say to a person who got it wrong."""

import re

import numpy as np
import pytest

from sim import catalogue
from sim.community_types import community_types
from sim.errors import InputError
from sim.mechanisms import mechanisms
from sim.scenario import CommunitySpec, MechanismSpec, Scenario, mechanism_entries

TWO = ({"type": "village", "residents": 100}, {"type": "work_unit", "residents": 150, "name": "Red Star"})


def told(**fields):
    """What is said about these fields."""
    with pytest.raises(InputError) as error:
        Scenario.from_dict(fields)
    return str(error.value)


# What is taken --------------------------------------------------------------------------------------------------------


def test_the_default_is_a_place_of_all_five_types_without_mechanisms():
    scenario = Scenario()

    assert scenario.community_names == tuple(community_types())
    assert scenario.residents == 5000
    assert scenario.mechanisms == {}


def test_a_bare_number_is_a_dose():
    scenario = Scenario.from_dict({"mechanisms": {"three_lists": 1, "micro_grid": 0.5}})

    assert scenario.mechanisms == {"three_lists": MechanismSpec(dose=1.0), "micro_grid": MechanismSpec(dose=0.5)}


def test_communities_of_one_type_are_numbered():
    kinds = ["village", "work_unit", "village"]
    scenario = Scenario.from_dict({"communities": [{"type": kind} for kind in kinds]})

    assert scenario.community_names == ("village_1", "work_unit", "village_2")


def test_a_name_of_its_own_goes_before_the_type():
    assert Scenario.from_dict({"communities": TWO}).community_names == ("village", "Red Star")


def test_places_are_what_the_population_is_made_from():
    places = Scenario.from_dict({"communities": TWO}).places()

    assert [(one.type.name, one.residents, one.name) for one in places] == [
        ("village", 100, "village"),
        ("work_unit", 150, "Red Star"),
    ]


def test_numbers_of_the_scenario_go_before_those_of_the_type():
    scenario = Scenario.from_dict({"communities": TWO, "parameters": {"population.migrant": 0.5}})
    row = list(catalogue.process_entries("population")).index("migrant")

    assert scenario.base("population")[row].tolist() == [0.5, 0.5]


def test_a_scenario_cannot_be_changed_in_place():
    with pytest.raises(ValueError, match="frozen"):
        Scenario().weeks = 5


@pytest.mark.parametrize("name", mechanisms())
def test_every_mechanism_can_be_given_a_dose(name):
    assert Scenario.from_dict({"mechanisms": {name: 0.3}}).doses(name, 1).tolist() == [0.3] * 5


def test_every_default_is_a_value_that_may_be_given():
    known = {one.name: one.value for one in (*catalogue.entries(), *mechanism_entries())}

    assert Scenario.from_dict({"parameters": known}).parameters == known


# Weeks and doses ------------------------------------------------------------------------------------------------------


@pytest.fixture
def staged():
    """Two mechanisms: one staged by community, one in a single community."""
    return Scenario.from_dict(
        {
            "communities": TWO,
            "mechanisms": {
                "three_lists": {"dose": 0.8, "start": 5, "starts": {"Red Star": 9}},
                "micro_grid": {"dose": 0.5, "start": 3, "communities": ["village"]},
            },
        }
    )


@pytest.mark.parametrize(
    ("name", "week", "doses"),
    [
        ("three_lists", 4, [0.0, 0.0]),
        ("three_lists", 5, [0.8, 0.0]),
        ("three_lists", 8, [0.8, 0.0]),
        ("three_lists", 9, [0.8, 0.8]),
        ("three_lists", 500, [0.8, 0.8]),
        ("micro_grid", 2, [0.0, 0.0]),
        ("micro_grid", 3, [0.5, 0.0]),
        ("micro_grid", -10, [0.0, 0.0]),
    ],
)
def test_doses_follow_the_starts(staged, name, week, doses):
    assert staged.doses(name, week).tolist() == doses


def test_changes_are_the_weeks_in_which_a_dose_changes(staged):
    assert staged.changes() == {3, 5, 9}


def test_doses_change_in_no_other_week(staged):
    moved = {
        week
        for week in range(1, 20)
        for name in staged.mechanisms
        if not np.array_equal(staged.doses(name, week), staged.doses(name, week - 1))
    }

    assert moved <= staged.changes()


# Variants -------------------------------------------------------------------------------------------------------------


def test_plain_data_makes_the_same_scenario_again(staged):
    whole = staged.replace(
        emergencies=[{"kind": "flood", "start": 4}], parameters={"needs.arrival": 1.5}, weeks=10, warmup=0, seed=2**40
    )

    assert Scenario.from_dict(whole.to_dict()) == whole
    assert Scenario(**whole.to_dict()) == whole


def test_plain_data_of_the_default_makes_the_default():
    assert Scenario.from_dict(Scenario().to_dict()) == Scenario()


def test_mechanisms_are_added_and_others_kept(staged):
    more = staged.with_mechanisms({"deliberation": 0.4}, micro_grid=1.0)

    assert more.mechanisms["deliberation"].dose == 0.4
    assert more.mechanisms["micro_grid"] == MechanismSpec(dose=1.0)
    assert more.mechanisms["three_lists"] == staged.mechanisms["three_lists"]
    assert set(staged.mechanisms) == {"three_lists", "micro_grid"}


def test_a_mechanism_may_be_added_with_its_timing(staged):
    spec = MechanismSpec(dose=0.2, start=7, communities=("Red Star",))

    assert staged.with_mechanisms({"deliberation": spec}).mechanisms["deliberation"] == spec


def test_an_unknown_mechanism_cannot_be_added(staged):
    with pytest.raises(InputError, match="unknown mechanism 'tree_lists'; did you mean 'three_lists'"):
        staged.with_mechanisms(tree_lists=1.0)


def test_the_status_quo_has_everything_but_the_mechanisms(staged):
    assert staged.without_mechanisms() == staged.replace(mechanisms={})
    assert staged.without_mechanisms().communities == staged.communities


# Files ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def write(tmp_path):
    """Writes a file into a folder for the test."""

    def file(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return file


def test_a_scenario_is_read_from_a_file(write):
    path = write("mine.toml", 'weeks = 8\n[mechanisms]\nthree_lists = 1\n[[communities]]\ntype = "village"\n')
    scenario = Scenario.from_toml(path)

    assert scenario == Scenario.from_toml(str(path))
    assert (scenario.weeks, scenario.community_names) == (8, ("village",))


def test_margins_are_found_beside_the_file(write, tmp_path, monkeypatch):
    write("place/margins/ours.toml", 'based_on = "village"\n')
    path = write("place/mine.toml", '[[communities]]\nmargins = "margins/ours.toml"\nresidents = 50\n')
    monkeypatch.chdir(tmp_path)
    scenario = Scenario.from_toml(path)

    assert scenario.community_names == ("ours",)
    assert scenario.types[0].margins == community_types()["village"].margins
    assert Scenario.from_dict(scenario.to_dict()) == scenario


def test_margins_may_have_a_full_path(write):
    margins = write("elsewhere/ours.toml", 'based_on = "village"\n')
    path = write("place/mine.toml", f"[[communities]]\nmargins = '{margins}'\n")

    assert Scenario.from_toml(path).types[0].name == "ours"


def test_what_is_wrong_in_a_margins_file_is_said(write):
    write("ours.toml", 'based_on = "vilage"\n')
    path = write("mine.toml", '[[communities]]\nmargins = "ours.toml"\n')

    with pytest.raises(InputError, match=r"mine\.toml: communities\.0: .*ours\.toml: based_on: .* 'village'"):
        Scenario.from_toml(path)


def test_a_missing_margins_file_is_named(write):
    path = write("mine.toml", '[[communities]]\nmargins = "ours.toml"\n')

    with pytest.raises(InputError, match=r"mine\.toml: communities\.0: .*ours\.toml: cannot be read"):
        Scenario.from_toml(path)


def test_errors_of_a_file_begin_with_its_path(write):
    path = write("mine.toml", "weeks = -1\n")

    with pytest.raises(InputError, match=f"^{re.escape(str(path))}: weeks: "):
        Scenario.from_toml(path)


@pytest.mark.parametrize(
    "text", ["communities = 5", "communities = true", 'communities = "village"', "communities = [3]"]
)
def test_communities_that_are_no_list_of_tables_are_refused(write, text):
    with pytest.raises(InputError, match=r"mine\.toml: communities"):
        Scenario.from_toml(write("mine.toml", text))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.toml: cannot be read"):
        Scenario.from_toml(tmp_path / "nowhere.toml")


def test_margins_may_stand_in_the_file_itself(write):
    path = write(
        "mine.toml",
        '[[communities]]\nname = "Ours"\nresidents = 50\n[communities.margins]\nbased_on = "village"\n'
        'buildings = [4, 8]\n[communities.margins.values."population.owner"]\n'
        'value = 0.5\nsource = "our list"\ngrade = "A"\n',
    )
    scenario = Scenario.from_toml(path)
    kind = scenario.types[0]

    assert (kind.name, kind.buildings, kind.values["population.owner"].value) == ("village", (4, 8), 0.5)
    assert scenario.base("population").shape[1] == 1
    assert Scenario.from_dict(scenario.to_dict()) == scenario


def test_communities_with_margins_of_their_own_are_numbered_where_they_have_no_name():
    scenario = Scenario.from_dict({"communities": [{"margins": {"based_on": "village"}}] * 2})

    assert scenario.community_names == ("own_1", "own_2")


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        ({"based_on": "vilage"}, "communities.0: margins: based_on: unknown community type 'vilage'; did you mean 'vi"),
        (
            {"based_on": "village", "margin": {}},
            "communities.0: margins: unknown field 'margin'; did you mean 'margins'",
        ),
        ({"margins": {}}, "communities.0: margins: field 'label' is missing; give it, or say based_on"),
        (3, "communities.0.margins: must be the path of a file or a table of its fields, got 3"),
        ({"based_on": "village", "buildings": [0]}, "margins: buildings: a building has a whole number of households"),
        ({"based_on": "village", "organizations": [{"name": "School"}]}, "organizations.0: field 'kind' is missing"),
        (
            {"based_on": "village", "organizations": [{"name": "School", "kind": "club", "hours_week": 1}]},
            "margins: organizations.0: organization 'School': kind: unknown 'club'",
        ),
    ],
)
def test_margins_in_the_scenario_say_what_is_wrong(margins, message):
    assert message in told(communities=[{"margins": margins}])


# What is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"weeks": -1}, "scenario: weeks: Input should be greater than or equal to 1, got -1"),
        ({"weeks": 0}, "scenario: weeks: Input should be greater than or equal to 1, got 0"),
        ({"weeks": 5201}, "scenario: weeks: Input should be less than or equal to 5200, got 5201"),
        ({"weeks": "ten"}, "scenario: weeks: Input should be a valid integer, got 'ten'"),
        ({"weeks": 2.5}, "scenario: weeks: Input should be a valid integer, got 2.5"),
        ({"weeks": True}, "scenario: weeks: Input should be a valid integer, got True"),
        ({"warmup": -1}, "scenario: warmup: Input should be greater than or equal to 0, got -1"),
        ({"seed": -1}, "scenario: seed: Input should be greater than or equal to 0, got -1"),
        ({"seed": 2**63}, "scenario: seed: Input should be less than 9223372036854775808, got 9223372036854775808"),
        ({"name": 5}, "scenario: name: Input should be a valid string, got 5"),
        ({"week": 5}, "scenario: week: unknown field; did you mean 'weeks'?"),
        ({"communities": []}, "scenario: communities: Tuple should have at least 1 item"),
        ({"communities": [{"type": "vilage"}]}, "unknown community type 'vilage'; did you mean 'village'?"),
        ({"communities": [{}]}, "scenario: communities.0: unknown community type ''; known: commodity_housing,"),
        (
            {"communities": [{"type": "village", "residents": 9}]},
            "scenario: communities.0.residents: Input should be gr",
        ),
        ({"communities": [{"type": "village", "people": 90}]}, "scenario: communities.0.people: unknown field; "),
        ({"communities": [{"type": "village", "resident": 90}]}, "resident: unknown field; did you mean 'residents'?"),
        ({"communities": [{"type": 3}]}, "scenario: communities.0.type: Input should be a valid string, got 3"),
        (
            {"communities": [{"type": "village", "name": "A"}, {"type": "work_unit", "name": "A"}]},
            "scenario: communities: two have the same name: A, A",
        ),
        ({"mechanisms": {"tree_lists": 1.0}}, "unknown mechanism 'tree_lists'; did you mean 'three_lists'?"),
        (
            {"mechanisms": {"three_lists": 1.5}},
            "scenario: mechanisms.three_lists.dose: Input should be less than or eq",
        ),
        (
            {"mechanisms": {"three_lists": -0.1}},
            "scenario: mechanisms.three_lists.dose: Input should be greater than or",
        ),
        ({"mechanisms": {"three_lists": float("nan")}}, "scenario: mechanisms.three_lists.dose: "),
        (
            {"mechanisms": {"three_lists": "1"}},
            "scenario: mechanisms.three_lists: Input should be a valid dictionary or",
        ),
        ({"mechanisms": {"three_lists": True}}, "scenario: mechanisms.three_lists: Input should be a valid dictionary"),
        ({"mechanisms": ["three_lists"]}, "scenario: mechanisms: Input should be a valid dictionary"),
        ({"mechanisms": {"three_lists": {"dosis": 1.0}}}, "three_lists.dosis: unknown field; did you mean 'dose'?"),
        (
            {"mechanisms": {"three_lists": {"start": 0}}},
            "scenario: mechanisms.three_lists.start: Input should be greate",
        ),
        (
            {"mechanisms": {"three_lists": {"starts": {"village": 0}}}},
            "scenario: mechanisms.three_lists.starts.village: Input should be greater than or equal to 1, got 0",
        ),
        (
            {"mechanisms": {"three_lists": {"starts": {"vilage": 3}}}},
            "mechanisms.three_lists: unknown community 'vilage'; did you mean 'village'?",
        ),
        (
            {"mechanisms": {"three_lists": {"communities": ["vilage"]}}},
            "mechanisms.three_lists: unknown community 'vilage'; did you mean 'village'?",
        ),
        ({"parameters": {"needs.arival": 1.0}}, "unknown parameter 'needs.arival'; did you mean 'needs.arrival'?"),
        ({"parameters": {"needs.arrival": -1.0}}, "scenario: parameters.needs.arrival: -1.0 lies outside its range ["),
        ({"parameters": {"needs.arrival": float("nan")}}, "scenario: parameters.needs.arrival: nan lies outside its"),
        ({"parameters": {"needs.arrival": "1"}}, "scenario: parameters.needs.arrival: Input should be a valid number"),
        ({"emergencies": [{"kind": "flod", "start": 1}]}, "unknown emergency 'flod'; did you mean 'flood'?"),
        ({"emergencies": [{"kind": "flood"}]}, "scenario: emergencies.0.start: Field required"),
        ({"emergencies": [{"kind": "flood", "start": 0}]}, "scenario: emergencies.0.start: Input should be greater"),
        ({"emergencies": [{"kind": "flood", "start": 1, "strength": 6.0}]}, "scenario: emergencies.0.strength: "),
        ({"emergencies": [{"kind": "flood", "start": 1, "week": 6}]}, "week: unknown field; did you mean 'weeks'?"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named(fields, message):
    assert message in told(**fields)


def test_all_wrong_fields_are_named_at_once():
    lines = told(
        weeks=-1,
        warmup="long",
        colour="red",
        communities=[{"type": "vilage"}, {"type": "village", "residents": 1}],
        mechanisms={"three_lists": 2.0},
        emergencies=[{"kind": "flod", "start": 1}],
    ).splitlines()

    assert sorted(line.split(": ")[1] for line in lines) == [
        "colour",
        "communities.0",
        "communities.1.residents",
        "emergencies.0",
        "mechanisms.three_lists.dose",
        "warmup",
        "weeks",
    ]
    assert all(line.startswith("scenario: ") for line in lines)


def test_all_unknown_names_are_named_at_once():
    lines = told(
        mechanisms={"tree_lists": 1.0, "micro_gird": 1.0, "deliberation": {"communities": ["vilage"]}},
        parameters={"needs.arival": 1.0, "population.migrant": 5.0},
    ).splitlines()

    assert len(lines) == 5
    assert all(line.startswith("scenario: ") for line in lines)


def test_the_constructor_says_the_same():
    with pytest.raises(InputError) as error:
        Scenario(weeks=-1)

    assert str(error.value) == told(weeks=-1)


def test_what_is_no_table_is_refused():
    with pytest.raises(InputError, match="scenario: "):
        Scenario.from_dict(["village"])


def test_the_input_is_left_as_it_was():
    fields = {"mechanisms": {"three_lists": 1.0}, "communities": [{"type": "village"}]}
    Scenario.from_dict(fields)

    assert fields == {"mechanisms": {"three_lists": 1.0}, "communities": [{"type": "village"}]}


def test_a_community_has_a_thousand_residents_unless_it_says_otherwise():
    assert CommunitySpec(type="village").residents == 1000


def test_a_dotted_name_may_stand_without_quotes(write):
    plain = Scenario.from_toml(write("plain.toml", "[parameters]\nneeds.arrival = 1.5\n"))

    assert plain.parameters == {"needs.arrival": 1.5}


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "notepad.toml"
    path.write_bytes(b"\xef\xbb\xbfweeks = 5\r\n")

    assert Scenario.from_toml(path).weeks == 5
