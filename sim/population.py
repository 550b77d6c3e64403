"""People, households and places are made so that their counts meet those of the census and of the type."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.agents.organizations import COMMUNITIES, Communities
from sim.agents.places import BUILDINGS, HOUSEHOLDS, MICROGRIDS, Geography
from sim.agents.residents import (
    ADULT,
    CONDITIONAL,
    FREE_RIDER,
    HUMP_SHAPED,
    NEVER,
    UNCONDITIONAL,
    Residents,
    new_residents,
)
from sim.catalogue import numbers_of
from sim.chance import decision, draw, draw_normal, pair
from sim.community_types import MARGINS, CommunityType
from sim.compiled import kernel, rule
from sim.errors import InputError

if TYPE_CHECKING:
    from sim.place import Place

PopulationNumbers = numbers_of("population")

COMPOSITION, MIGRANT, OWNER = (decision(f"population.{name}") for name in ("composition", "migrant", "owner"))
AGE, EDUCATION, INCOME = (decision(f"population.{name}") for name in ("age", "education", "income"))
PARTY, REGISTERED, KNOWS = (decision(f"population.{name}") for name in ("party_member", "registered", "knows"))
ONLINE, COOPERATION = decision("population.online"), decision("population.cooperation")
FREE_HOURS, DISPOSITION = decision("population.free_hours"), decision("population.disposition")
LEADER = decision("population.leader")

PRIMARY, JUNIOR, SENIOR, TERTIARY = range(4)
JUNIOR_AGE, SENIOR_AGE = 12, 15  # ages at which the school law and the school year put children there

# First years of the bands of the age margin. Party statistics cut adults' ages elsewhere.
BAND_FROM = np.array([int(band.rstrip("+").split("-")[0]) for band in MARGINS["age"]])
CHILD_BANDS = int((BAND_FROM < ADULT).sum())
ADULT_BANDS = BAND_FROM.size - CHILD_BANDS
PARTY_AGES = (18, 31, 46, 61)

# Who lives together: a letter is a person in an age band (a 0-14, b 15-17, c 18-34, d 35-59, e 60-64, f 65-79, g 80+),
# a word is a generation, the oldest first, "." one that lives elsewhere. How common each is follows from the margins.
COMPOSITIONS = (
    *("c", "d", "e", "f", "g"),
    *("cc", "dd", "ed", "ee", "ef", "ff", "gf", "gg", "c a", "d a", "d b", "d c", "e c", "f d", "g d"),
    *("cc a", "dd a", "dd b", "dd c", "d c a", "e c a", "ee . a", "ff . a", "ee c", "ff d", "f dd", "g dd"),
    *("cc aa", "dd aa", "dd ba", "dd ca", "dd cb", "dd cc", "f dd a", "g dd a", "f dd b", "f dd c", "g dd c", "g dd b"),
    *("ee cc", "ff dd", "gg dd", "dd c a", "e cc a"),
    *("dd cc a", "ee cc a", "ff dd a", "ff dd b", "ff dd c", "f dd aa", "g dd ca", "f dd ba", "gg dd c"),
    *("dd cc aa", "ee cc aa", "ff dd aa", "ff dd ba", "ff dd ca", "g dd cc a", "f dd cc a", "gg dd aa"),
    *("ff dd aaa", "ff dd baa", "f dd cc aa", "g dd cc aa", "ff dd cc a", "gf dd aab", "ee cc aaa"),
)


class Chances(NamedTuple):
    """Chances by community and cell from which residents are drawn."""

    composition: np.ndarray  # communities x compositions, cumulative
    education: np.ndarray  # communities x adult age bands x levels, cumulative
    owner: np.ndarray  # communities x (local, migrant)
    party: np.ndarray  # communities x party ages x levels
    middle: np.ndarray  # communities x levels: income middle or high
    high: np.ndarray  # communities x levels: income high
    registered: np.ndarray  # communities x (not member, member) x (below tertiary, tertiary)
    online: np.ndarray  # communities x age bands of the results
    hours: np.ndarray  # communities x age bands of the results: mean hours a week
    cooperation: np.ndarray  # communities x types, cumulative


def build(places: Sequence[Place], numbers: Any, seed: int) -> tuple[Residents, Geography, Communities]:
    """Make the residents and places of a run.

    People of a community depend on its place in the list, its type, its numbers and the seed, not on the others.

    Parameters
    ----------
    places : sequence of Place
        The communities, in order.
    numbers : PopulationNumbers
        Numbers by community.
    seed : int
        Seed of all draws.

    Returns
    -------
    tuple of (Residents, Geography, Communities)
        Who residents are and where they live is set. What they feel, and what communities have, is 0.

    Raises
    ------
    InputError
        If the margins of a type contradict each other.
    """
    communities = new_communities(places, numbers)
    count = len(places)
    composition = _stack([compositions_of(place.type) for place in places])
    education = _stack(
        [_education_by_age(place.type, float(numbers.education_by_age[c])) for c, place in enumerate(places)]
    )
    first_household = np.zeros(count + 1, np.int64)
    _count_households(communities.stop - communities.start, composition, _SIZES, seed, first_household)
    residents = new_residents(int(communities.stop[-1]))
    geography = _geography(communities, first_household, numbers, [place.type.buildings for place in places])
    adults, best = np.zeros((count, len(PARTY_AGES), 4)), np.zeros((count, 4))
    _each_household(
        residents,
        geography.households,
        communities,
        numbers,
        first_household,
        composition,
        education,
        adults,
        best,
        seed,
    )
    _number_places(residents, geography)
    chances = _chances(composition, education, adults, best, numbers)
    _each_resident(residents, geography.households, communities, numbers, first_household, chances, seed)
    _each_microgrid(residents, geography.microgrids, communities, numbers, seed)
    return residents, geography, communities


def new_communities(places: Sequence[Place], numbers: Any) -> Communities:
    """Columns for the communities, with types, streets and first residents; the rest is 0."""
    count = len(places)
    table = COMMUNITIES.new(count)
    distinct: list[CommunityType] = []
    for c, place in enumerate(places):
        if place.residents < 1:
            raise InputError(f"{place.name}: a community needs 1 resident or more, got {place.residents}")
        if place.type not in distinct:
            distinct.append(place.type)
        table.type[c] = distinct.index(place.type)
    table.stop[:] = np.cumsum([place.residents for place in places])
    table.start[1:] = table.stop[:-1]
    table.street[:] = np.arange(count) // max(1, round(float(numbers.street_communities[0])))
    return table


# Tables ---------------------------------------------------------------------------------------------------------------


def fit(table: np.ndarray, margins: Sequence[tuple[np.ndarray, np.ndarray]], rounds: int = 5000) -> np.ndarray:
    """Scale the cells of a table until they meet all margins, by iterative proportional fitting.

    Each margin is a pair of a membership (lines x the table's shape: how often a cell counts in each line) and the
    targets of its lines. Where cells count once, this is the method of Deming & Stephan (1940); households that count
    once for each person are fitted as in Ye, Konduri, Pendyala, Sana & Waddell (2009).

    Parameters
    ----------
    table : numpy.ndarray
        Starting weights, 0 where a cell cannot be.
    margins : sequence of (numpy.ndarray, numpy.ndarray)
        Memberships and targets (0 or more).
    rounds : int
        Rounds after which margins that are not met count as contradicting.

    Returns
    -------
    numpy.ndarray
        Fitted weights, within 0.0001 of the sum of each margin's targets.

    Raises
    ------
    InputError
        If the margins contradict each other or the table.
    """
    weights = table.astype(np.float64).ravel()
    lines = [(membership.reshape(len(targets), -1), targets, 1e-4 * targets.sum()) for membership, targets in margins]
    for _ in range(rounds):
        for membership, targets, _ in lines:
            for line, target in zip(membership, targets, strict=True):
                total = float(line @ weights)
                if total > 0.0:
                    weights[line > 0.0] *= target / total
        if all(np.abs(membership @ weights - targets).max() <= allowed for membership, targets, allowed in lines):
            return weights.reshape(table.shape)
    missed = max(float(np.abs(membership @ weights - targets).max()) for membership, targets, _ in lines)
    raise InputError(f"margins contradict each other: after {rounds} rounds one is still missed by {missed:.4f}")


def chances_with_mean(leanings: np.ndarray, people: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Chances by cell that differ by ``leanings`` (log-odds) and whose mean over ``people`` is ``share``.

    Parameters
    ----------
    leanings : numpy.ndarray
        Communities x cells.
    people : numpy.ndarray
        Communities x cells: how many people (or what share) each cell has.
    share : numpy.ndarray
        Communities: the mean, 0..1.

    Returns
    -------
    numpy.ndarray
        Communities x cells, 0..1.
    """
    weights = people / np.maximum(people.sum(axis=1, keepdims=True), 1e-300)
    low, high = np.full(share.size, -50.0), np.full(share.size, 50.0)
    for _ in range(60):
        middle = 0.5 * (low + high)
        above = (weights * _logistic(leanings + middle[:, None])).sum(axis=1) > share
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return _logistic(leanings + (0.5 * (low + high))[:, None])


def _logistic(log_odds: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-log_odds))


def _stack(tables: list[np.ndarray]) -> np.ndarray:
    return np.ascontiguousarray(np.stack(tables))


def _shares(kind: CommunityType, margin: str) -> np.ndarray:
    return np.array([kind.margins[margin].shares[band] for band in MARGINS[margin]])


def _read_compositions() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Size, age bands and generations of each composition; -1 where there is nobody."""
    largest = len(MARGINS["household"])
    bands = np.full((len(COMPOSITIONS), largest), -1, np.int8)
    generations = np.full((len(COMPOSITIONS), largest), -1, np.int8)
    for row, text in enumerate(COMPOSITIONS):
        words = enumerate(text.split())
        people = [("abcdefg".index(letter), number) for number, word in words for letter in word.strip(".")]
        bands[row, : len(people)], generations[row, : len(people)] = zip(*people, strict=True)
    return (bands >= 0).sum(axis=1), bands, generations


_SIZES, _BANDS, _GENERATIONS = _read_compositions()


def compositions_of(kind: CommunityType) -> np.ndarray:
    """Cumulative shares of the compositions that meet the margins of household size and age.

    Raises
    ------
    InputError
        If the margins contradict each other.
    """
    sizes, ages = _shares(kind, "household"), _shares(kind, "age")
    mean_size = sizes @ np.arange(1, sizes.size + 1)
    by_size = (np.arange(1, sizes.size + 1)[:, None] == _SIZES).astype(np.float64)
    by_band = (_BANDS[None] == np.arange(ages.size)[:, None, None]).sum(axis=2).astype(np.float64)
    try:
        weights = fit(np.ones(len(COMPOSITIONS)), [(by_band, ages * mean_size), (by_size, sizes)])
    except InputError as error:
        raise InputError(f"community type {kind.name!r}: age and household {error}") from None
    return _cumulative(weights)


def _education_by_age(kind: CommunityType, leaning: float) -> np.ndarray:
    """Cumulative shares of the levels by adult age band: the younger a band, the more schooling."""
    ages, levels = _shares(kind, "age")[CHILD_BANDS:], _shares(kind, "education")
    seed = np.exp(leaning * np.outer(np.arange(ages.size), np.arange(levels.size)))
    by_age = np.eye(ages.size)[:, :, None] * np.ones(levels.size)
    by_level = np.eye(levels.size)[:, None, :] * np.ones(ages.size)[:, None]
    adults = max(float(ages.sum()), 1e-300)
    table = fit(seed, [(by_age, ages / adults), (by_level, levels)])
    return _cumulative(np.where(table.sum(axis=1, keepdims=True) > 0.0, table, levels))


def _cumulative(weights: np.ndarray) -> np.ndarray:
    """Cumulative shares along the last axis, ending in exactly 1."""
    total = weights.cumsum(axis=-1)
    total /= total[..., -1:]
    total[..., -1] = 1.0
    return total


def _chances(
    composition: np.ndarray, education: np.ndarray, adults: np.ndarray, best: np.ndarray, numbers: Any
) -> Chances:
    """Chances for all that depends on age and education, given how many adults there are of each."""
    count, levels = best.shape[0], np.arange(4.0)
    tertiary = (levels == TERTIARY).astype(np.float64)
    ages = np.stack([numbers.party_18, numbers.party_31, numbers.party_46, numbers.party_61], axis=1)
    lean = ages[:, :, None] + numbers.party_tertiary[:, None, None] * tertiary
    cells = adults.reshape(count, -1)
    party = chances_with_mean(lean.reshape(count, -1), cells, numbers.party_member).reshape(adults.shape)
    members = np.stack([adults * (1.0 - party), adults * party], axis=1).sum(axis=2)
    people = np.stack([members[:, :, :TERTIARY].sum(axis=2), members[:, :, TERTIARY]], axis=2)
    lean = np.zeros((count, 2, 2))
    lean[:, 1, :] += numbers.registered_party[:, None]
    lean[:, :, 1] += numbers.registered_tertiary[:, None]
    # The published share is of all residents; here none is registered before coming of age.
    share = np.minimum(1.0, numbers.registered * best.sum(axis=1) / np.maximum(adults.sum(axis=(1, 2)), 1.0))
    registered = chances_with_mean(lean.reshape(count, -1), people.reshape(count, -1), share).reshape(count, 2, 2)
    slope = numbers.income_education[:, None] * levels
    return Chances(
        composition=composition,
        education=education,
        owner=chances_with_mean(
            np.stack([np.zeros(count), numbers.owner_migrant], axis=1),
            np.stack([1.0 - numbers.migrant, numbers.migrant], axis=1),
            numbers.owner,
        ),
        party=party,
        middle=chances_with_mean(slope, best, 1.0 - numbers.low_income),
        high=chances_with_mean(slope, best, numbers.high_income),
        registered=registered,
        online=np.stack([numbers.online_0, numbers.online_18, numbers.online_35, numbers.online_60], axis=1),
        hours=np.stack([numbers.free_0, numbers.free_18, numbers.free_35, numbers.free_60], axis=1),
        cooperation=np.stack([numbers.conditional, numbers.free_rider, numbers.hump_shaped], axis=1).cumsum(axis=1),
    )


# Places ---------------------------------------------------------------------------------------------------------------


def _parts(whole: int, size: float) -> int:
    """Number of parts of about ``size``."""
    return max(1, min(whole, round(whole / max(size, 1.0))))


def starts_of_buildings(households: int, sizes: Sequence[int]) -> np.ndarray:
    """First household of each building, where households are dealt out in proportion to ``sizes``.

    Where there are fewer households than buildings, those without any are left out.
    """
    stops = np.rint(np.cumsum(sizes) * (households / sum(sizes))).astype(np.int64)
    return np.concatenate([[0], stops[:-1]])[np.diff(stops, prepend=0) > 0]


def _geography(
    communities: Communities, first_household: np.ndarray, numbers: Any, own_buildings: Sequence[Sequence[int]]
) -> Geography:
    """Cut each community's households into runs: buildings, micro-grids of whole buildings, grids of those.

    Runs are even, but for buildings whose sizes are a community's own: micro-grids then end at the building that is
    next to where an even run of households would end.
    """
    first_building: list[np.ndarray] = []
    owner: list[np.ndarray] = []
    first_of_grid: list[np.ndarray] = []
    grid: list[np.ndarray] = []
    buildings, grids = 0, 0
    for c, first in enumerate(first_household[:-1]):
        households = int(first_household[c + 1] - first)
        parts = _parts(households, float(numbers.building_households[c]))
        starts = np.arange(parts) * households // parts
        if own_buildings[c]:
            starts = starts_of_buildings(households, own_buildings[c])
            parts = starts.size
        runs = _parts(parts, float(numbers.microgrid_households[c]) * parts / households)
        cuts = np.arange(runs) * parts // runs
        if own_buildings[c]:
            cuts = np.unique(np.searchsorted(starts, np.arange(runs) * households // runs, side="right") - 1)
            runs = cuts.size
        areas = min(runs, _parts(households, float(numbers.grid_households[c])))
        first_building.append(first + starts)
        communities.first_building[c] = buildings
        communities.first_microgrid[c] = sum(one.size for one in owner)
        first_of_grid.append(buildings + cuts)
        grid.append(grids + np.arange(runs) * areas // runs)
        owner.append(np.full(runs, c))
        buildings, grids = buildings + parts, grids + areas
    first_of_microgrid = np.concatenate([*first_of_grid, [buildings]]).astype(np.int32)
    owners = np.concatenate(owner).astype(np.int32)
    geography = Geography(
        HOUSEHOLDS.new(int(first_household[-1])), BUILDINGS.new(buildings), MICROGRIDS.new(owners.size)
    )
    table = geography.microgrids
    table.start[:], table.stop[:] = first_of_microgrid[:-1], first_of_microgrid[1:]
    table.grid[:], table.community[:] = np.concatenate(grid), owners
    table.leader[:] = table.last_met[:] = -1
    table = geography.buildings
    ends = np.concatenate([*first_building, first_household[-1:]])
    table.start[:], table.stop[:], table.households[:] = ends[:-1], ends[1:], np.diff(ends)
    table.microgrid[:] = np.repeat(np.arange(owners.size), np.diff(first_of_microgrid))
    table.community[:] = owners[table.microgrid]
    table.attended[:] = table.group_since[:] = NEVER
    return geography


def _number_places(residents: Residents, geography: Geography) -> None:
    """Turn rows of the level below into residents: where buildings and micro-grids begin and end."""
    households, buildings, microgrids = geography
    for level, below in ((buildings, households), (microgrids, buildings)):
        level.start[:], level.stop[:] = below.start[level.start], below.stop[level.stop - 1]
    residents.building[:] = np.repeat(np.arange(buildings.size, dtype=np.int32), buildings.stop - buildings.start)


# People ---------------------------------------------------------------------------------------------------------------


@rule
def level_of_schooling(age):
    """Children attend the school of their age."""
    if age < JUNIOR_AGE:
        return PRIMARY
    return JUNIOR if age < SENIOR_AGE else SENIOR


@rule
def band_of_results(age):
    """Age band 0 to 3 of the results: from 0, 18, 35 and 60 years."""
    return int(age >= 18) + int(age >= 35) + int(age >= 60)


@rule
def band_of_party(age):
    """Age band 0 to 3 of Party statistics: from 18, 31, 46 and 61 years."""
    return int(age >= 31) + int(age >= 46) + int(age >= 61)


@rule
def age_between(low, high, u):
    """Whole years from ``low`` to ``high``, each as likely, by a uniform number."""
    return low + int(u * (high - low + 1))


@rule
def _row_of(cumulative, u):
    row = 0
    while u >= cumulative[row] and row < cumulative.size - 1:
        row += 1
    return row


@kernel
def _count_households(people, composition, sizes, seed, first_household):
    for c in range(people.size):
        left, h = int(people[c]), 0
        while left > 0:
            left -= int(sizes[_row_of(composition[c], draw(seed, COMPOSITION, 0, pair(c, h)))])
            h += 1
        first_household[c + 1] = first_household[c] + h


@rule
def _ages_of_household(ages, bands, generations, size, p, c, seed, key):
    """Ages from the oldest generation down: partners are close in age, parents of an age to have had their children."""
    youngest, oldest, gap = int(p.youngest_parent[c]), int(p.oldest_parent[c]), int(p.partner_gap[c])
    for k in range(size):
        band, generation = int(bands[k]), int(generations[k])
        first = int(BAND_FROM[band])
        last = int(p.oldest[c]) if band == BAND_FROM.size - 1 else int(BAND_FROM[band + 1]) - 1
        low, high = first, last
        for j in range(size):
            apart = int(generations[j]) - generation
            if apart > 0:
                low = max(low, int(BAND_FROM[bands[j]]) + apart * youngest)
            elif apart < 0:
                low, high = max(low, int(ages[j]) + apart * oldest), min(high, int(ages[j]) + apart * youngest)
            elif apart == 0 and j < k and first >= ADULT:
                low, high = max(low, int(ages[j]) - gap), min(high, int(ages[j]) + gap)
        if low > high:
            # Partners of distant bands: as near to each other as the bands let them.
            low = high = min(last, max(first, low))
        ages[k] = age_between(low, high, draw(seed, AGE, k, key))


@kernel
def _each_household(residents, households, communities, p, first_household, composition, education, adults, best, seed):
    """Who lives in each household, how old they are and what schooling they have."""
    ages = np.zeros(_BANDS.shape[1], np.int64)
    for c in range(communities.size):
        i, end = int(communities.start[c]), int(communities.stop[c])
        for h in range(first_household[c], first_household[c + 1]):
            key = pair(c, h - int(first_household[c]))
            row = _row_of(composition[c], draw(seed, COMPOSITION, 0, key))
            size = min(int(_SIZES[row]), end - i)
            households.start[h] = i
            _ages_of_household(ages, _BANDS[row], _GENERATIONS[row], size, p, c, seed, key)
            top = 0
            for k in range(size):
                age, j = ages[k], i + k
                level = level_of_schooling(age)
                if age >= ADULT:
                    band = _BANDS[row, k] - CHILD_BANDS
                    level = _row_of(education[c, band], draw(seed, EDUCATION, k, key))
                    adults[c, band_of_party(age), level] += 1.0
                    top = max(top, level)
                residents.community[j], residents.household[j] = c, h
                residents.age[j], residents.education[j] = age, level
            best[c, top] += size
            i += size
            households.stop[h] = i


@kernel
def _each_resident(residents, households, communities, p, first_household, chances, seed):
    """What follows from household, age and education."""
    for c in range(communities.size):
        spread = p.free_spread[c]
        for h in range(first_household[c], first_household[c + 1]):
            key = pair(c, h - int(first_household[c]))
            first, last = int(households.start[h]), int(households.stop[h])
            migrant = draw(seed, MIGRANT, 0, key) < p.migrant[c]
            owner = draw(seed, OWNER, 0, key) < chances.owner[c, 1 if migrant else 0]
            top = 0
            for i in range(first, last):
                if residents.age[i] >= ADULT:
                    top = max(top, int(residents.education[i]))
            u = draw(seed, INCOME, 0, key)
            income = 2 if u < chances.high[c, top] else (1 if u < chances.middle[c, top] else 0)
            for i in range(first, last):
                person = pair(c, i - int(communities.start[c]))
                age, level = int(residents.age[i]), int(residents.education[i])
                band = band_of_results(age)
                residents.migrant[i], residents.owner[i], residents.income[i] = migrant, owner, income
                residents.online[i] = draw(seed, ONLINE, 0, person) < chances.online[c, band]
                u = draw(seed, COOPERATION, 0, person)
                shares = chances.cooperation[c]
                residents.cooperation[i] = (
                    CONDITIONAL
                    if u < shares[0]
                    else (FREE_RIDER if u < shares[1] else (HUMP_SHAPED if u < shares[2] else UNCONDITIONAL))
                )
                # Log-normal: the mean stays as given, whatever the spread.
                z = draw_normal(seed, FREE_HOURS, 0, person)
                residents.free_hours[i] = chances.hours[c, band] * math.exp(spread * z - 0.5 * spread * spread)
                residents.disposition[i] = draw_normal(seed, DISPOSITION, 0, person)
                if age >= ADULT:
                    member = draw(seed, PARTY, 0, person) < chances.party[c, band_of_party(age), level]
                    chance = chances.registered[c, 1 if member else 0, 1 if level == TERTIARY else 0]
                    residents.party_member[i] = member
                    residents.registered[i] = draw(seed, REGISTERED, 0, person) < chance
                    residents.knows_committee[i] = draw(seed, KNOWS, 0, person) < p.knows_committee[c]


@kernel
def _each_microgrid(residents, microgrids, communities, p, seed):
    """Somebody of the right age leads, a Party member if there is one."""
    for m in range(microgrids.size):
        c = microgrids.community[m]
        strongest = 0.0
        for i in range(microgrids.start[m], microgrids.stop[m]):
            if p.leader_from[c] <= residents.age[i] <= p.leader_to[c]:
                call = draw(seed, LEADER, 0, pair(int(c), i - int(communities.start[c])))
                call += 1.0 if residents.party_member[i] else 0.0
                if call > strongest:
                    strongest = call
                    microgrids.leader[m] = i
