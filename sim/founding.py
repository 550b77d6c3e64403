"""The state in which a run begins: people, places, ties, organisations, and the tables that stay as they are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim import catalogue
from sim.agents.organizations import (
    CHARITY,
    COMMITTEE,
    COUNTY,
    DEPARTMENT,
    DEPARTMENTS,
    LEGAL,
    ORGANIZATIONS,
    PARTY_COMMUNITY,
    PARTY_UNIT,
    PROPERTY,
    SEAT_CHARITY,
    SEAT_COMMITTEE,
    SEAT_DEPARTMENT,
    SEAT_LEGAL,
    SEAT_PROPERTY,
    SEAT_SOCIAL,
    SEAT_UNIT,
    SEATS,
    SOCIAL,
    SOCIALS,
    STREET,
    UNITS,
    Communities,
    Organizations,
)
from sim.agents.residents import AGE_BANDS, Residents
from sim.chance import decision, draw, draw_normal
from sim.community_types import CommunityType, seated
from sim.compiled import kernel, rule
from sim.needs_table import (
    CATEGORIES,
    CHILDREN,
    DISPUTES,
    ELDER_CARE,
    ENVIRONMENT,
    FACILITIES,
    LEGAL_LABOUR,
    LIVELIHOOD,
    PARKING,
)
from sim.needs_table import PROPERTY as PROPERTY_NEEDS
from sim.processes.calendar import each_street

if TYPE_CHECKING:
    from sim.scenario import Scenario

MOOD, FIELD, MEMBER = decision("founding.mood"), decision("founding.field"), decision("founding.member")

# Departments of a street, in the order of their rows, with the categories that each has charge of.
CHARGES = (
    (PROPERTY_NEEDS, FACILITIES),  # housing and construction
    (ELDER_CARE, LIVELIHOOD),  # civil affairs
    (CHILDREN,),  # education and health
    (ENVIRONMENT,),  # urban management
    (LEGAL_LABOUR,),  # justice and labour
    (PARKING,),  # traffic
    (DISPUTES,),  # public security
)
DEPARTMENT_NAMES = (
    "housing",
    "civil_affairs",
    "education_health",
    "urban_management",
    "justice_labour",
    "traffic",
    "public_security",
)
PROPERTY_CHARGES = (PROPERTY_NEEDS, ENVIRONMENT, FACILITIES, PARKING)  # of a property company, where there is one
SOCIAL_FIELDS = (
    (ELDER_CARE, LIVELIHOOD),  # welfare
    (CHILDREN, ELDER_CARE, DISPUTES),  # service
    (CHILDREN, ENVIRONMENT),  # service
    (),  # hobby group
)


class Tables(NamedTuple):
    """Numbers by community and category that stay the same in a run."""

    mix: np.ndarray  # float64, communities x age bands x categories: cumulative weights of own needs
    shared_mix: np.ndarray  # float64, communities x categories: cumulative weights of shared needs
    hours: np.ndarray  # float64, communities x categories: hours of work of an ordinary need
    several: np.ndarray  # float64, communities x categories: share owned by several departments
    visible: np.ndarray  # float64, communities x categories: chance that a patrol sees it
    volunteer_skill: np.ndarray  # float64, communities x categories
    lead: np.ndarray  # int32, communities x categories: row of the organisation in charge


def by_category(scenario: Scenario, stem: str) -> np.ndarray:
    """Entries ``categories.<stem>_<category>`` as communities x categories; 0 where a category has none."""
    base = scenario.base("categories")
    names = list(catalogue.process_entries("categories"))
    columns = [
        base[names.index(f"{stem}_{category}")] if f"{stem}_{category}" in names else np.zeros(base.shape[1])
        for category in CATEGORIES
    ]
    return np.stack(columns, axis=1)


def entry_of(scenario: Scenario, process: str, name: str) -> np.ndarray:
    """One entry as an array by community."""
    return scenario.base(process)[list(catalogue.process_entries(process)).index(name)]


def tables_of(scenario: Scenario, communities: Communities) -> Tables:
    """Tables of a scenario."""
    weights = by_category(scenario, "weight")
    mix = np.repeat(weights[:, None, :], len(AGE_BANDS), axis=1)
    mix[:, 3, ELDER_CARE] *= entry_of(scenario, "categories", "elder_care_60")
    mix[:, 1:3, CHILDREN] *= entry_of(scenario, "categories", "children_18")[:, None]
    mix[:, 0, ELDER_CARE] = 0.0
    return Tables(
        mix=normal(mix).cumsum(axis=2),
        shared_mix=normal(by_category(scenario, "shared")).cumsum(axis=1),
        hours=by_category(scenario, "hours"),
        several=by_category(scenario, "several"),
        visible=by_category(scenario, "visible"),
        volunteer_skill=by_category(scenario, "volunteer_skill"),
        lead=leads_of(scenario, communities),
    )


def normal(weights: np.ndarray) -> np.ndarray:
    """Weights that add up to 1 along the last axis."""
    return weights / weights.sum(axis=-1, keepdims=True)


def leads_of(scenario: Scenario, communities: Communities) -> np.ndarray:
    """Organisation in charge of each category in each community; disputes begin with the committee."""
    lead = np.zeros((communities.size, len(CATEGORIES)), np.int32)
    for number, charge in enumerate(CHARGES):
        for category in charge:
            lead[:, category] = communities.first_department + number
    lead[:, DISPUTES] = communities.first_organization + SEAT_COMMITTEE
    company = entry_of(scenario, "routing", "property_company") >= 0.5
    for category in PROPERTY_CHARGES:
        lead[company, category] = communities.first_organization[company] + SEAT_PROPERTY
    return lead


def organizations_of(scenario: Scenario, communities: Communities, seed: int) -> Organizations:
    """Organisations in the order of seats for each community, then the departments and street office of each street."""
    count, streets = communities.size, int(communities.street.max()) + 1
    total = count * SEAT_DEPARTMENT + streets * (DEPARTMENTS + 1) + 1
    table = ORGANIZATIONS.new(total)
    table.community[:] = table.street[:] = -1
    kinds = [COMMITTEE, PARTY_COMMUNITY, PROPERTY, LEGAL, CHARITY, *[PARTY_UNIT] * UNITS, *[SOCIAL] * SOCIALS]
    for c in range(count):
        rows = slice(c * SEAT_DEPARTMENT, (c + 1) * SEAT_DEPARTMENT)
        communities.first_organization[c] = rows.start
        table.kind[rows], table.community[rows], table.street[rows] = kinds, c, communities.street[c]
    for street in range(streets):
        first = count * SEAT_DEPARTMENT + street * (DEPARTMENTS + 1)
        communities.first_department[communities.street == street] = first
        rows = slice(first, first + DEPARTMENTS + 1)
        table.kind[rows], table.street[rows] = [DEPARTMENT] * DEPARTMENTS + [STREET], street
    table.kind[-1] = COUNTY
    set_skills(scenario, communities, table, seed)
    set_own_hours(scenario, communities, table)
    set_capacities(scenario, communities, table)
    each_street(communities, table, entry_of(scenario, "matching", "units_shared"))
    table.effort[:] = float(entry_of(scenario, "calendar", "effort_floor").mean())
    table.hours_left[:] = table.capacity * table.effort
    return table


def set_skills(scenario: Scenario, communities: Communities, table: Organizations, seed: int) -> None:
    """Offices are skilled in their charge, companies in buildings, units and social organisations in their fields."""
    office = by_category(scenario, "office_skill")
    unit, social, other = (entry_of(scenario, "matching", f"{name}_skill") for name in ("unit", "social", "other"))
    for c, (first, kind) in enumerate(zip(communities.first_organization, scenario.types, strict=True)):
        unit_fields, social_fields = own_fields(kind, "party_unit"), own_fields(kind, "social")
        table.skill[first : first + SEAT_DEPARTMENT] = other[c]
        table.skill[first + SEAT_COMMITTEE] = office[c]
        table.skill[first + SEAT_PROPERTY, list(PROPERTY_CHARGES)] = office[c, list(PROPERTY_CHARGES)]
        table.skill[first + SEAT_LEGAL, [LEGAL_LABOUR, DISPUTES]] = office[c, [LEGAL_LABOUR, DISPUTES]]
        table.skill[first + SEAT_CHARITY, [LIVELIHOOD, ELDER_CARE]] = social[c]
        for k in range(UNITS):
            if k in unit_fields:
                table.skill[first + SEAT_UNIT + k, unit_fields[k]] = unit[c]
                continue
            for field in range(2):
                pick = draw(seed, FIELD, field, int(first) + k)
                table.skill[first + SEAT_UNIT + k, int(pick * len(CATEGORIES))] = unit[c]
        for k, fields in enumerate(SOCIAL_FIELDS):
            table.skill[first + SEAT_SOCIAL + k, social_fields.get(k, list(fields))] = social[c]
        for number, charge in enumerate(CHARGES):
            table.skill[communities.first_department[c] + number, list(charge)] = office[c, list(charge)]


def own_fields(kind: CommunityType, name: str) -> dict[int, list[int]]:
    """Categories of needs in which own organisations of a kind are skilled, by seat; left out where none is told."""
    seats = enumerate(seated(kind.organizations, name))
    fields = {seat: [CATEGORIES.index(field) for one in sitting for field in one.fields] for seat, sitting in seats}
    return {seat: own for seat, own in fields.items() if own}


def set_own_hours(scenario: Scenario, communities: Communities, table: Organizations) -> None:
    """Note by how much the hours of a community's own organisations differ from the usual ones of their seats.

    An approximation: what a mechanism buys is added at every seat alike. A unit is taken to give its hours at the
    pledge with which units begin, so that it gives more or less as its pledge moves, in proportion; where units begin
    with none, its hours are its full means. Like all units it shares ``matching.units_shared`` of them with its street.
    """
    residents = communities.stop - communities.start
    joined = entry_of(scenario, "matching", "units_joined")
    bought = entry_of(scenario, "matching", "contract_hours") + entry_of(scenario, "matching", "social_own_hours")
    pledged = np.where(joined > 0.0, joined, 1.0)
    seats = {
        "party_unit": (SEAT_UNIT, entry_of(scenario, "matching", "unit_hours") * residents / 1000.0 / UNITS, pledged),
        "social": (SEAT_SOCIAL, bought * residents / 1000.0 / SOCIALS, np.ones_like(pledged)),
    }
    for c, kind in enumerate(scenario.types):
        for name, (first, usual, share) in seats.items():
            for seat, sitting in enumerate(seated(kind.organizations, name)):
                hours = math.fsum(one.hours_week for one in sitting) / share[c]
                table.own_hours[communities.first_organization[c] + first + seat] = hours - usual[c]


def expected_hours(scenario: Scenario, communities: Communities) -> np.ndarray:
    """Hours of work a week that arise in each community by category, at the status quo's rates."""
    population, hours = (communities.stop - communities.start), by_category(scenario, "hours")
    needs = {name: entry_of(scenario, "needs", name) for name in catalogue.process_entries("needs")}
    severe = 1.0 + needs["work_per_severity"] * (needs["serious"] + 2.0 * needs["urgent"])
    own = needs["arrival"] * (1.0 - needs["questions"]) * population / 52.0
    households = population / np.array([kind.mean_household for kind in scenario.types])
    shared = needs["shared_arrival"] * households / 52.0
    weights = normal(by_category(scenario, "weight")) * own[:, None]
    weights += normal(by_category(scenario, "shared")) * shared[:, None]
    return weights * hours * severe[:, None]


def set_capacities(scenario: Scenario, communities: Communities, table: Organizations) -> None:
    """Offices in charge have hours in proportion to the work that arises; the others what they give at the start."""
    lead, arising = leads_of(scenario, communities), expected_hours(scenario, communities)
    ratio = entry_of(scenario, "routing", "capacity_ratio")
    np.add.at(table.capacity, lead, arising * ratio[:, None])
    population = (communities.stop - communities.start) / 1000.0
    first = communities.first_organization
    table.capacity[first + SEAT_COMMITTEE] = 0.0
    table.capacity[first + SEAT_LEGAL] = entry_of(scenario, "disputes", "legal_hours") * population
    trust = entry_of(scenario, "satisfaction", "start_trust")
    price = entry_of(scenario, "matching", "yuan_per_hour")
    yuan = entry_of(scenario, "matching", "charity_yuan") * trust * population * 1000.0 / 52.0
    table.capacity[first + SEAT_CHARITY] = yuan / price
    joined = entry_of(scenario, "matching", "units_joined")
    for k in range(UNITS):
        table.pledge[first + SEAT_UNIT + k] = joined
        usual = joined * entry_of(scenario, "matching", "unit_hours") * population / UNITS
        table.capacity[first + SEAT_UNIT + k] = usual + joined * table.own_hours[first + SEAT_UNIT + k]
    bought = entry_of(scenario, "matching", "contract_hours") + entry_of(scenario, "matching", "social_own_hours")
    for k in range(SOCIALS):
        table.capacity[first + SEAT_SOCIAL + k] = (
            bought * population / SOCIALS + table.own_hours[first + SEAT_SOCIAL + k]
        )
    table.capacity[:] = np.maximum(table.capacity, 0.0)  # rounding may leave an empty seat with a little less


def links_of(scenario: Scenario, communities: Communities) -> np.ndarray:
    """Seat-to-seat links at the start: all faint, those of the statutory partners stronger."""
    faint = entry_of(scenario, "matching", "links_faint")
    links = np.repeat(faint, SEATS * SEATS).reshape(communities.size, SEATS, SEATS).copy()
    for seat in (SEAT_PROPERTY, SEAT_LEGAL, SEAT_CHARITY, SEAT_UNIT, SEAT_SOCIAL):
        links[:, SEAT_COMMITTEE, seat] = links[:, seat, SEAT_COMMITTEE] = 2.0 * faint
    links[:, range(SEATS), range(SEATS)] = 0.0
    return links


@rule
def within(value):
    """Hold a mood within 0.02..0.98."""
    return min(0.98, max(0.02, value))


@kernel
def each_resident(residents, communities, p, spread, chances, first_social, members, disposition, seed):
    """Moods, needs and memberships with which residents begin."""
    for i in range(residents.size):
        c = residents.community[i]
        residents.trust_anchor[i] = within(p.start_trust[c] + spread[c] * draw_normal(seed, MOOD, 0, i))
        residents.trust[i] = residents.trust_anchor[i]
        residents.efficacy[i] = within(p.start_efficacy[c] + spread[c] * draw_normal(seed, MOOD, 1, i))
        residents.belonging[i] = within(p.ordinary_belonging[c] + spread[c] * draw_normal(seed, MOOD, 2, i))
        residents.temper[i] = p.temper[c] * draw_normal(seed, MOOD, 3, i)
        residents.performance[i] = p.start_performance[c]
        residents.expectation[i] = p.start_performance[c] + p.announced[c]
        residents.satisfaction[i] = p.start_performance[c]
        residents.disposition[i] *= disposition[c]
        age = residents.age[i]
        band = int(age >= 18) + int(age >= 60)
        chance = chances[c, band, 1 if residents.income[i] == 0 else 0]
        residents.need_chance[i] = chance
        u = draw(seed, MEMBER, 0, i)
        if age >= 18 and u < members[c]:
            residents.social_organization[i] = (
                communities.first_organization[c] + first_social + int(u / members[c] * 4)
            )


def settle(scenario: Scenario, residents: Residents, communities: Communities, numbers: Any, seed: int) -> None:
    """Give residents their moods, chances of needs and memberships, and communities their staff and money."""
    arrival = entry_of(scenario, "needs", "arrival") / 52.0
    factors = np.stack(
        [
            entry_of(scenario, "categories", "arrival_under_18"),
            np.ones_like(arrival),
            entry_of(scenario, "categories", "arrival_60"),
        ],
        axis=1,
    )
    poor = entry_of(scenario, "categories", "arrival_poor")
    chances = arrival[:, None, None] * factors[:, :, None] * np.stack([np.ones_like(poor), poor], axis=1)[:, None, :]
    each_resident(
        residents,
        communities,
        numbers.satisfaction,
        entry_of(scenario, "satisfaction", "start_spread"),
        np.ascontiguousarray(chances),
        SEAT_SOCIAL,
        entry_of(scenario, "population", "social_membership"),
        entry_of(scenario, "participation", "disposition"),
        seed,
    )
    population = communities.stop - communities.start
    communities.posts[:] = entry_of(scenario, "population", "staff_per_10k") * population / 10_000.0
    communities.filled[:] = 1.0
    communities.motivation[:] = entry_of(scenario, "calendar", "start_motivation")
    communities.skill[:] = entry_of(scenario, "calendar", "start_skill")
    communities.generalists[:] = entry_of(scenario, "calendar", "generalists")
    communities.paper_share[:] = entry_of(scenario, "calendar", "paper_demand")
    communities.fund[:] = entry_of(scenario, "population", "fund_per_resident") * population
    communities.hours_left[:] = (
        communities.posts * entry_of(scenario, "calendar", "work_week") * (1.0 - communities.paper_share)
    )
    communities.load[:] = 1.0
    communities.care[:] = 1.0
    communities.implementation[:] = 1.0
