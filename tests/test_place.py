"""A planners' own community: what is given is met, what is not comes from a type and is said."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim import CommunitySpec, Design, Organization, Place, Scenario
from sim.agents.organizations import SEAT_SOCIAL, SEAT_UNIT, SOCIALS, UNITS
from sim.community_types import MARGINS, base_numbers, community_types, seated
from sim.errors import InputError
from sim.needs_table import CATEGORIES, CHILDREN, ELDER_CARE
from sim.population import _BANDS, _SIZES, COMPOSITIONS, PopulationNumbers, build, compositions_of

AGES = {"0-14": 30, "15-19": 10, "20-34": 36, "35-59": 70, "60+": 54}
LEVELS = {"小学及以下": 20, "初中": 35, "高中": 25, "大专": 12, "本科": 8}
SIZES = {"1": 22, "2": 30, "3": 22, "4": 8, "5+": 3}
WHOLE = {
    "age": AGES,
    "education": LEVELS,
    "household": SIZES,
    "owner": 0.9,
    "migrant": 0.1,
    "party_member": 0.12,
    "staff": 0.5,
    "fund": 9000,
    "property_company": True,
    "buildings": (20, 30, 35),
    "organizations": (
        Organization("School", "party_unit", 6, ("children",)),
        Organization("Helpers", "social", 10, ("elder_care", "livelihood")),
    ),
    "values": {"needs.arrival": 1.0},
    "source": "register of 2025",
}


def place(**fields):
    return Place.from_margins("Sun Court", 200, **fields)


# What is given and what is assumed ------------------------------------------------------------------------------------


def test_all_that_is_given_stands_in_the_place():
    one = place(**WHOLE)
    numbers = {name: one.type.values[name].value for name in one.given if "." in name}

    assert (one.name, one.residents, one.type.based_on) == ("Sun Court", 200, "old_neighbourhood")
    assert numbers == {
        "population.owner": 0.9,
        "population.migrant": 0.1,
        "population.party_member": 0.12,
        "population.staff_per_10k": pytest.approx(25.0),
        "population.fund_per_resident": pytest.approx(45.0),
        "routing.property_company": 1.0,
        "needs.arrival": 1.0,
    }
    assert one.given["education"]["tertiary"] == pytest.approx(0.2)
    assert one.type.margins["education"].source == ("register of 2025",)
    assert one.type.buildings == (20, 30, 35)
    assert one.type.organizations == WHOLE["organizations"]


def test_what_is_not_given_comes_from_the_type_and_is_said():
    one = Place.from_margins("Sun Court", 200, based_on="village")
    village = community_types()["village"]
    values = {assumed.name: assumed.value for assumed in one.assumed}

    assert one.given == {}
    assert (one.type.margins, one.type.values) == (village.margins, village.values)
    assert {assumed.why for assumed in one.assumed} == {"type"}
    assert {*MARGINS, *village.values, "population.staff_per_10k", "routing.property_company"} <= set(values)
    assert values["population.migrant"] == village.values["population.migrant"].value
    assert [one.detail for one in one.assumed if one.name == "organizations"] == ["party_unit", "social"]


def test_nothing_is_both_given_and_assumed():
    one = place(**WHOLE)
    taken = {assumed.name for assumed in one.assumed if assumed.why == "type"}

    assert not taken & set(one.given)
    assert "population.building_households" not in taken


def test_bands_that_were_split_are_said():
    splits = [(one.name, one.value, one.detail) for one in place(**WHOLE).assumed if one.why == "split"]

    assert splits == [
        ("age", "15-19", "15-17, 18-34"),
        ("age", "60+", "60-64, 65-79, 80+"),
        ("household", "5+", "5, 6, 7"),
    ]


@pytest.mark.parametrize(("junior", "said"), [(35, []), (115, [("education", 180.0, "adults", "164")])])
def test_schooling_that_was_counted_of_children_too_is_said(junior, said):
    one = place(age=AGES, education=LEVELS | {"初中": junior})

    assert [assumed for assumed in one.assumed if assumed.why == "adults"] == said


def test_organisations_beyond_the_seats_are_said_to_share_one():
    many = [Organization(f"Unit {n}", "party_unit", n) for n in range(6)]
    merged = [one for one in place(organizations=many).assumed if one.why == "merged"]

    assert [(one.name, one.value, one.detail) for one in merged] == [
        ("organizations", ["Unit 2", "Unit 1", "Unit 0"], "party_unit")
    ]


# What is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"age": AGES | {"60+": 100}}, "Sun Court: age: the counts add up to 246, but there are 200 residents"),
        ({"age": AGES | {"60+": -54}}, r"Sun Court: age: '60\+': must be 0 or more, got -54"),
        ({"education": LEVELS | {"初中": 200}}, "Sun Court: education: the counts add up to 265, but there are 200"),
        (
            {"household": {"1": 22, "2": 30, "3": 22, "4": 40, "5+": 3}},
            r"Sun Court: household: 117 households of these sizes are 323 to 332 people \(2.76 a household\)",
        ),
        ({"household": {"1": 30, "2": 30, "3+": 0}}, "60 households of these sizes are 90 people .* are 200 residents"),
        (
            {"age": {"0-14": 60, "15-17": 0, "18-59": 30, "60+": 10}, "household": {"1": 90, "2+": 10}},
            "Sun Court: age and household contradict each other",
        ),
        ({"owner": 1.2}, "Sun Court: owner: must be a share from 0 to 1, got 1.2; 1.2 % is 0.012"),
        ({"owner": 0.02}, "Sun Court: owner: 0.02: outside the range of the model, 0.05 to 1"),
        (
            {"staff": 0.8},
            "staff: 0.8 posts for 200 residents is 40 people for 10,000 .* the range of the model, 8 to 30",
        ),
        ({"fund": 100_000}, "Sun Court: fund: 100,000 yuan a year for 200 residents is 500 .* 5 to 300"),
        ({"fund": "much"}, "Sun Court: fund: must be a number, got 'much'"),
        ({"property_company": 1}, "Sun Court: property_company: must be true or false, got 1"),
        ({"values": {"needs.arival": 1.0}}, "Sun Court: values: no parameter 'needs.arival'; did you mean 'needs.arr"),
        ({"values": {"needs.arrival": 1e6}}, "Sun Court: values: needs.arrival: 1e.06: outside the range"),
        ({"owner": 0.5, "values": {"population.owner": 0.6}}, "population.owner is given twice, also as owner"),
        ({"buildings": []}, "Sun Court: buildings: is empty"),
        ({"buildings": [10, 2.5]}, "Sun Court: buildings: building 2 needs a whole number of households"),
        ({"buildings": [300]}, "Sun Court: buildings: they hold 300 households, but there are 200 residents"),
        ({"organizations": ["School"]}, "Sun Court: organizations: must be a list of Organization, got 'School'"),
        (
            {"based_on": "old_neighborhood"},
            "Sun Court: based_on: unknown community type 'old_neighborhood'; did you mean 'old_neighbourhood'",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_what_would_be_right(fields, message):
    with pytest.raises(InputError, match=message):
        place(**fields)


@pytest.mark.parametrize("residents", [0, 9, 100.5, True, "100"])
def test_residents_are_a_whole_number(residents):
    with pytest.raises(InputError, match="Sun Court: residents: must be a whole number, 10 or more"):
        Place.from_margins("Sun Court", residents)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (("School", "club", 1), "'School': kind: unknown 'club'; known: party_unit, social"),
        (("School", "social", -1), "'School': hours_week: must be from 0 to 10000 hours a week, got -1"),
        (("School", "social", float("nan")), "'School': hours_week: must be"),
        (("School", "social", 1, ("child",)), "'School': fields: unknown category 'child'; did you mean 'children'"),
        (("School", "social", 1, "children"), "'School': fields: must be a list of categories"),
        (("", "social", 1), "name: must be a text"),
    ],
)
def test_an_organisation_says_what_is_wrong(fields, message):
    with pytest.raises(InputError, match=message):
        Organization(*fields)


# Scenarios ------------------------------------------------------------------------------------------------------------


def test_a_scenario_takes_places_beside_types():
    one = place(**WHOLE)
    scenario = Scenario(communities=[one, CommunitySpec(type="village", residents=50)])

    assert scenario.community_names == ("Sun Court", "village")
    assert scenario.types[0] == one.type
    assert scenario.places()[0] == one


def test_plain_data_of_a_scenario_holds_the_whole_place():
    scenario = Scenario(communities=[place(**WHOLE)])
    again = Scenario.from_dict(scenario.to_dict())

    assert again == scenario
    assert again.types == scenario.types
    assert again.replace(weeks=3).places() == scenario.places()


def test_a_place_of_a_ready_type_is_told_by_its_name():
    ready = Place(community_types()["village"], 50, "Hill")

    assert Scenario(communities=[ready]).communities == (CommunitySpec(type="village", residents=50, name="Hill"),)


# Populations ----------------------------------------------------------------------------------------------------------


def shares_of_compositions(kind):
    """Share of each composition among households."""
    return np.diff(compositions_of(kind), prepend=0.0)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0.05, 1.0), min_size=len(COMPOSITIONS), max_size=len(COMPOSITIONS)))
def test_any_mix_of_households_is_met_from_its_margins(weights):
    weights = np.array(weights) / sum(weights)
    people = weights @ (_BANDS[:, :, None] == np.arange(len(MARGINS["age"]))).sum(axis=1)
    households = np.bincount(_SIZES, weights, 8)[1:]
    one = Place.from_margins(
        "Sun Court",
        200,
        age=dict(zip(MARGINS["age"], people / people.sum(), strict=True)),
        household=dict(zip(MARGINS["household"], households, strict=True)),
    )
    fitted = shares_of_compositions(one.type)
    found = fitted @ (_BANDS[:, :, None] == np.arange(len(MARGINS["age"]))).sum(axis=1)

    assert np.bincount(_SIZES, fitted, 8)[1:] == pytest.approx(households, abs=1e-3)
    assert found / found.sum() == pytest.approx(people / people.sum(), abs=1e-3)


def test_the_people_of_a_place_are_as_given():
    one = Place.from_margins(
        "Sun Court", 4000, age={band: 20 * n for band, n in AGES.items()}, education=LEVELS, owner=0.9
    )
    numbers = PopulationNumbers(*base_numbers("population", [one.type], {}))
    residents, _, _ = build([one], numbers, seed=3)
    adults = residents.age >= 18

    assert (residents.age < 15).mean() == pytest.approx(0.15, abs=0.02)
    assert (residents.age >= 60).mean() == pytest.approx(0.27, abs=0.02)
    assert (residents.education[adults] == 3).mean() == pytest.approx(0.2, abs=0.02)
    assert residents.owner.mean() == pytest.approx(0.9, abs=0.03)


# Buildings ------------------------------------------------------------------------------------------------------------


def geography_of(residents, **fields):
    one = Place.from_margins("Sun Court", residents, **fields)
    return build([one], PopulationNumbers(*base_numbers("population", [one.type], {})), seed=1)[1]


def test_buildings_have_their_own_sizes():
    households, buildings, microgrids = geography_of(1000, buildings=(10, 40, 100, 50, 200))

    assert buildings.households / households.size == pytest.approx(np.array([10, 40, 100, 50, 200]) / 400, abs=0.005)
    assert buildings.households.sum() == households.size
    assert (microgrids.start[1:] == microgrids.stop[:-1]).all()
    assert (np.bincount(buildings.microgrid) > 0).all()


def test_micro_grids_are_whole_buildings_of_about_the_usual_size():
    households, _, microgrids = geography_of(3000, buildings=(5,) * 100 + (250,) * 2)
    usual = geography_of(3000)[2]
    sizes = [
        np.unique(households.start[(households.start >= a) & (households.start < b)]).size
        for a, b in zip(microgrids.start, microgrids.stop, strict=True)
    ]

    assert sum(sizes) == households.size
    assert min(sizes) > 0
    assert 1 < microgrids.size < usual.size
    assert max(sizes[:-2]) < 250


def test_buildings_without_a_household_are_left_out():
    households, buildings, _ = geography_of(20, buildings=(1,) * 20)

    assert buildings.size <= households.size
    assert (buildings.households >= 1).all()


# Organisations --------------------------------------------------------------------------------------------------------

SCHOOL = Organization("School", "party_unit", 6, ("children",))
CLINIC = Organization("Clinic", "party_unit", 2)
HELPERS = Organization("Helpers", "social", 10, ("elder_care",))


def model_of(*organizations, weeks=1, seed=1, **mechanisms):
    scenario = Scenario(communities=[place(organizations=organizations)], weeks=weeks, warmup=0)
    return sim.run(scenario + Design(mechanisms), seed=seed).model if weeks > 1 else sim.Community(scenario, seed=seed)


def hours(model):
    """Hours a week of units, and of social organisations."""
    capacity = model.organizations.capacity
    return capacity[SEAT_UNIT : SEAT_UNIT + UNITS], capacity[SEAT_SOCIAL : SEAT_SOCIAL + SOCIALS]


def test_organisations_sit_by_hours_and_share_the_last_seat():
    units = [Organization(f"Unit {n}", "party_unit", n) for n in range(6)]

    assert [[one.name for one in seat] for seat in seated(units, "party_unit")] == [
        ["Unit 5"],
        ["Unit 4"],
        ["Unit 3"],
        ["Unit 2", "Unit 1", "Unit 0"],
    ]
    assert [len(seat) for seat in seated([HELPERS, SCHOOL], "party_unit")] == [1, 0, 0, 0]
    assert seated([HELPERS], "party_unit") == ()


def test_organisations_begin_with_their_own_hours_and_fields():
    model = model_of(CLINIC, SCHOOL, HELPERS)
    units, socials = hours(model)
    skill = model.organizations.skill

    assert units == pytest.approx([6.0, 2.0, 0.0, 0.0], abs=1e-9)
    assert socials == pytest.approx([10.0, 0.0, 0.0, 0.0], abs=1e-9)
    assert (units >= 0.0).all()
    assert np.flatnonzero(skill[SEAT_UNIT] > skill[SEAT_UNIT].min()).tolist() == [CHILDREN]
    assert np.flatnonzero(skill[SEAT_SOCIAL] > skill[SEAT_SOCIAL].min()).tolist() == [ELDER_CARE]


def test_all_fields_of_those_who_share_a_seat_count():
    model = model_of(*(Organization(field, "social", 1, (field,)) for field in CATEGORIES))
    skill = model.organizations.skill[SEAT_SOCIAL : SEAT_SOCIAL + SOCIALS]

    assert (skill > skill.min()).sum(axis=1).tolist() == [1, 1, 1, 6]


def test_a_kind_that_is_not_given_has_the_usual_hours_and_skills():
    own, usual = model_of(HELPERS), model_of()

    assert hours(own)[0].tolist() == hours(usual)[0].tolist()
    assert (own.organizations.skill[SEAT_UNIT:SEAT_SOCIAL] == usual.organizations.skill[SEAT_UNIT:SEAT_SOCIAL]).all()
    assert (usual.organizations.own_hours == 0.0).all()


def test_own_hours_stay_in_force_in_a_run():
    units, socials = hours(model_of(SCHOOL, HELPERS, weeks=53))

    assert 3.0 < units[0] <= 6.0
    assert units[1:] == pytest.approx([0.0] * 3, abs=1e-9)
    assert socials[0] == pytest.approx(10.0, abs=0.5)
    assert socials[1:].max() < 0.3


def test_a_joint_committee_raises_own_hours_in_proportion_and_purchase_adds_to_them():
    before, after = model_of(SCHOOL, HELPERS, weeks=40), model_of(SCHOOL, HELPERS, weeks=40, joint_committee=1.0)
    bought = model_of(SCHOOL, HELPERS, weeks=40, service_purchase=1.0)
    more = hours(bought)[1] - hours(before)[1]

    assert hours(after)[0][0] > 1.5 * hours(before)[0][0]
    assert (more > 0.1).all()
    assert more == pytest.approx([more.mean()] * SOCIALS, abs=0.15)


def test_units_that_pledge_nothing_at_first_have_their_hours_as_means():
    scenario = Scenario(
        communities=[place(organizations=[SCHOOL])], parameters={"matching.units_joined": 0.0}, weeks=1, warmup=0
    )
    model = sim.Community(scenario, seed=1)
    usual = model.numbers.matching.unit_hours[0] * 200 / 1000.0 / UNITS

    assert hours(model)[0].max() == 0.0
    assert model.organizations.own_hours[SEAT_UNIT] + usual == pytest.approx(6.0)


def test_a_place_with_everything_of_its_own_runs():
    scenario = Scenario(communities=[place(**WHOLE), CommunitySpec(type="village", residents=60)], weeks=6, warmup=2)
    first, again = sim.run(scenario, seed=1), sim.run(Scenario.from_dict(scenario.to_dict()), seed=1)

    assert first.summary == pytest.approx(again.summary, nan_ok=True, abs=0.0)
