"""The network of residents: its shape, how it changes, and what is exported."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from sim import catalogue, network
from sim.agents.organizations import (
    COMMITTEE,
    COMMUNITIES,
    COUNTY,
    DEPARTMENT,
    ORGANIZATIONS,
    PARTY_COMMUNITY,
    PROPERTY,
    SEAT_COMMITTEE,
    SEAT_COUNTY,
    SEAT_DEPARTMENT,
    SEAT_PARTY,
    SEAT_PROPERTY,
    SEATS,
    SOCIAL,
    STREET,
)
from sim.agents.places import BUILDINGS, HOUSEHOLDS, MICROGRIDS, Geography
from sim.agents.residents import new_residents
from sim.agents.ties import FRIEND, HOUSEHOLD, KIN, NEIGHBOUR, Ties
from sim.community_types import base_numbers, community_types

ROOT = Path(__file__).resolve().parent.parent


def numbers(communities=1, **changes):
    """Catalogue defaults for some communities, with some changed."""
    values = {name: one.value for name, one in catalogue.process_entries("network").items()} | changes
    return network.NetworkNumbers(*(np.full(communities, value) for value in values.values()))


def runs(owner, count):
    """First row, and one past the last, of each owner's run of rows."""
    return np.searchsorted(owner, np.arange(count)), np.searchsorted(owner, np.arange(count), side="right")


def town(count, communities=1):
    """Households of 1 to 5, buildings of some 40 residents, three buildings to a micro-grid."""
    rng = np.random.default_rng(1)
    residents = new_residents(count)
    size = rng.choice([1, 2, 3, 4, 5], count, p=[0.2, 0.3, 0.28, 0.14, 0.08])
    residents.household[:] = np.repeat(np.arange(count), size)[:count]
    homes = int(residents.household[-1]) + 1
    first_at_home = np.searchsorted(residents.household, np.arange(homes))
    residents.building[:] = np.unique(first_at_home // 40, return_inverse=True)[1][residents.household]
    microgrid = np.arange(int(residents.building[-1]) + 1) // 3
    community_of_microgrid = np.arange(microgrid[-1] + 1) * communities // (microgrid[-1] + 1)
    residents.community[:] = community_of_microgrid[microgrid[residents.building]]
    residents.age[:] = rng.integers(0, 90, count)
    residents.education[:] = rng.integers(0, 4, count)
    households, buildings = HOUSEHOLDS.new(homes), BUILDINGS.new(microgrid.size)
    microgrids = MICROGRIDS.new(community_of_microgrid.size)
    households.start[:], households.stop[:] = runs(residents.household, homes)
    buildings.start[:], buildings.stop[:] = runs(residents.building, microgrid.size)
    microgrids.start[:], microgrids.stop[:] = runs(microgrid[residents.building], microgrids.size)
    buildings.microgrid[:], buildings.community[:] = microgrid, community_of_microgrid[microgrid]
    microgrids.community[:] = community_of_microgrid
    return residents, Geography(households, buildings, microgrids)


def edges(ties):
    """Ties as triples (from, to, kind), once from each end."""
    return [
        (i, int(ties.to[slot]), int(ties.kind[slot]))
        for i in range(ties.count.size)
        for slot in range(ties.start[i], ties.start[i] + ties.count[i])
    ]


def pairs(ties):
    """Ties as ordered pairs."""
    return [(i, j) for i, j, _ in edges(ties)]


def assert_sound(ties):
    """Every tie stands at both ends with the same kind, once, and rows keep to their slots."""
    listed = edges(ties)
    assert len({(i, j) for i, j, _ in listed}) == len(listed)
    assert {(j, i, kind) for i, j, kind in listed} == set(listed)
    assert all(i != j for i, j, _ in listed)
    assert (ties.count <= np.diff(ties.start)).all()


def digest(ties):
    """Fingerprint of all columns."""
    return hashlib.sha256(b"".join(np.ascontiguousarray(column).tobytes() for column in ties)).hexdigest()


@pytest.fixture(scope="module")
def two_thousand():
    residents, geography = town(2000)
    return residents, geography, network.build_ties(residents, geography, numbers(), 7)


def empty_ties(count, room):
    """Rows without ties."""
    slots = count * room
    return Ties(
        start=np.arange(0, slots + 1, room, dtype=np.int64),
        count=np.zeros(count, np.int16),
        to=np.zeros(slots, np.int32),
        kind=np.zeros(slots, np.int8),
        met=np.zeros(slots, np.int16),
    )


# Rules ----------------------------------------------------------------------------------------------------------------


def test_a_reserved_resident_keeps_no_neighbours_and_every_other_at_least_one():
    assert network.neighbours_kept(True, 3.0, 5.0) == 0.0
    assert network.neighbours_kept(False, 3.0, 0.0) == 1.0
    assert network.neighbours_kept(False, 3.0, 1.0) == 3.0


def test_sociability_has_mean_one():
    normal = np.random.default_rng(1).standard_normal(100_000)

    assert np.mean([network.sociability(one, 0.7) for one in normal]) == pytest.approx(1.0, abs=0.02)


def test_the_more_alike_the_likelier_two_take_to_each_other():
    assert network.liking(0, 0, 25.0, 0.75) == 1.0
    assert network.liking(25, 0, 25.0, 0.75) == pytest.approx(np.exp(-1.0))
    assert network.liking(0, 2, 25.0, 0.75) == pytest.approx(0.75**2)


# Shape ----------------------------------------------------------------------------------------------------------------


def test_ties_are_symmetric_and_single(two_thousand):
    assert_sound(two_thousand[2])


def test_all_at_home_know_each_other_and_nobody_else_is_of_the_household(two_thousand):
    residents, _, ties = two_thousand
    at_home = {(i, j) for i, j, kind in edges(ties) if kind == HOUSEHOLD}
    everybody = np.arange(residents.size)
    expected = {
        (int(i), int(j))
        for i in everybody
        for j in np.flatnonzero(residents.household == residents.household[i])
        if i != j
    }

    assert at_home == expected


def test_kind_says_where_the_other_lives(two_thousand):
    residents, _, ties = two_thousand
    for i, j, kind in edges(ties):
        same_building = residents.building[i] == residents.building[j]
        assert same_building == (kind in {HOUSEHOLD, NEIGHBOUR})


def test_ties_stay_within_the_community():
    residents, geography = town(1200, communities=3)
    ties = network.build_ties(residents, geography, numbers(3), 7)

    assert {int(c) for c in residents.community} == {0, 1, 2}
    assert all(residents.community[i] == residents.community[j] for i, j in pairs(ties))


def test_every_row_has_room_to_grow(two_thousand):
    ties = two_thousand[2]

    assert (np.diff(ties.start) - ties.count >= numbers().room[0]).all()


def test_about_a_quarter_of_townspeople_know_no_neighbour(two_thousand):
    """E076, E078: 23.5 % and 27.5 % in Shanghai."""
    residents, _, ties = two_thousand

    assert 0.235 - 0.03 < network.describe(ties, residents)["without_neighbours"] < 0.275 + 0.03


def test_degrees_are_skewed_to_the_right_and_ties_cluster_on_short_paths(two_thousand):
    residents, _, ties = two_thousand
    found = network.describe(ties, residents)

    assert found["degree_skewness"] > 0.8
    assert found["clustering"] > 10.0 * found["mean_degree"] / residents.size
    assert found["path_length"] < 7.0
    assert found["reached"] > 0.98


def test_friends_are_more_alike_than_chance_and_kin_are_not(two_thousand):
    residents, _, ties = two_thousand
    gap = {kind: [] for kind in range(4)}
    for i, j, kind in edges(ties):
        gap[kind].append(abs(int(residents.age[i]) - int(residents.age[j])))
    by_chance = np.abs(residents.age[:, None].astype(int) - residents.age).mean()

    assert np.mean(gap[FRIEND]) < 0.8 * by_chance
    assert np.mean(gap[NEIGHBOUR]) < 0.8 * by_chance
    assert np.mean(gap[KIN]) > 0.8 * by_chance


def test_friends_of_friends_close_triangles():
    residents, geography = town(1000)
    clustering = [
        network.describe(network.build_ties(residents, geography, numbers(closure=share), 7), residents)["clustering"]
        for share in (0.0, 0.7)
    ]

    assert clustering[1] > clustering[0] + 0.05


def test_each_community_has_its_own_density():
    residents, geography = town(2000, communities=2)
    p = numbers(2)
    p.building[1], p.reserved[1], p.kin[1] = 5.0, 0.05, 0.5
    ties = network.build_ties(residents, geography, p, 7)
    second = residents.community == 1
    kin = np.array([kind == KIN for i, _, kind in edges(ties) if second[i]])

    assert ties.count[second].mean() > ties.count[~second].mean() + 1.5
    assert kin.mean() > 0.1


@pytest.fixture(scope="module")
def ties_by_type():
    """Ties outside the household and share without neighbours, for each type, in the same buildings."""
    residents, geography = town(3000)
    found = {}
    for name, kind in community_types().items():
        p = network.NetworkNumbers(*base_numbers("network", [kind], {}))
        shape = network.describe(network.build_ties(residents, geography, p, 7), residents)
        found[name] = shape["mean_degree"] - shape["mean_household"], shape["without_neighbours"]
    return found


def test_villages_and_work_units_are_denser_than_what_was_built_since(ties_by_type):
    """E187, E188 and E190 give this order and no figures."""
    degree = {name: found[0] for name, found in ties_by_type.items()}

    assert degree["village"] > degree["work_unit"] > degree["old_neighbourhood"]
    assert degree["old_neighbourhood"] > max(degree["resettlement"], degree["commodity_housing"])


def test_in_towns_of_every_type_some_know_no_neighbour_and_a_quarter_do_on_the_whole(ties_by_type):
    """E076, E078: 23.5 % and 27.5 % in Shanghai."""
    without = {name: found[1] for name, found in ties_by_type.items()}
    towns = [share for name, share in without.items() if name != "village"]

    assert 0.235 - 0.02 < np.mean(towns) < 0.275 + 0.02
    assert without["village"] < min(towns)


def test_degenerate_places_have_a_network_too():
    """One resident; one household; everybody reserved."""
    residents, geography = town(1)
    assert network.build_ties(residents, geography, numbers(), 7).count.tolist() == [0]
    residents, geography = town(3)
    assert_sound(network.build_ties(residents, geography, numbers(), 7))
    residents, geography = town(300)
    ties = network.build_ties(residents, geography, numbers(reserved=0.6, closure=0.0), 7)
    assert_sound(ties)
    assert all(np.isfinite(value) for value in network.describe(ties, residents).values())


def test_memory_is_modest(two_thousand):
    ties = two_thousand[2]

    assert sum(column.nbytes for column in ties) < 130 * ties.count.size


# Description ----------------------------------------------------------------------------------------------------------


def test_clustering_and_paths_agree_with_networkx():
    residents, geography = town(300)
    ties = network.build_ties(residents, geography, numbers(reserved=0.01, building=4.0), 7)
    graph = nx.Graph(pairs(ties))
    found = network.describe(ties, residents)
    clustering = [value for i, value in nx.clustering(graph).items() if graph.degree[i] > 1]

    assert found["clustering"] == pytest.approx(np.mean(clustering))
    assert network.mean_path(ties, residents, sources=300)[0] == pytest.approx(
        np.mean([d for _, ends in nx.all_pairs_shortest_path_length(graph) for d in ends.values() if d > 0])
    )


# Operations -----------------------------------------------------------------------------------------------------------


def test_a_random_sequence_keeps_ties_as_a_set_of_pairs_would():
    rng = np.random.default_rng(3)
    ties, room = empty_ties(12, 4), 4
    known: set[frozenset[int]] = set()
    degree = np.zeros(12, int)
    for week in range(3000):
        i, j = (int(one) for one in rng.integers(0, 12, 2))
        pair = frozenset((i, j))
        fits = i != j and pair not in known and degree[i] < room and degree[j] < room
        act = rng.integers(0, 3)
        if act == 0:
            assert network.add_tie(ties, i, j, FRIEND, week) == fits
        elif act == 1:
            assert network.break_tie(ties, i, j) == (pair in known)
        else:
            assert network.meet(ties, i, j, NEIGHBOUR, week) == (fits or pair in known)
        if act == 1:
            degree[[i, j]] -= pair in known
            known.discard(pair)
        elif fits:
            known.add(pair)
            degree[[i, j]] += 1

        assert {frozenset(one) for one in pairs(ties)} == known
        assert ties.count.tolist() == degree.tolist()
    assert_sound(ties)


def test_a_full_row_at_either_end_refuses_a_tie():
    ties = empty_ties(4, 1)

    assert network.add_tie(ties, 0, 1, FRIEND, 0)
    assert not network.add_tie(ties, 0, 2, FRIEND, 0)
    assert not network.add_tie(ties, 2, 0, FRIEND, 0)
    assert ties.count.tolist() == [1, 1, 0, 0]


def test_meeting_refreshes_both_ends_and_keeps_the_kind():
    ties = empty_ties(2, 2)
    network.add_tie(ties, 0, 1, KIN, 3)
    network.meet(ties, 1, 0, NEIGHBOUR, 9)

    assert ties.met[network.find_tie(ties, 0, 1)] == ties.met[network.find_tie(ties, 1, 0)] == 9
    assert ties.kind[network.find_tie(ties, 0, 1)] == KIN


# Change ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{}, {"building": 6.0, "reserved": 0.05, "microgrid": 2.5, "kin": 0.5}])
def test_left_alone_the_number_of_ties_stays_as_it_is(changes):
    residents, geography = town(1000)
    p = numbers(**changes)
    ties = network.build_ties(residents, geography, p, 7)
    before = ties.count.mean()
    for week in range(1, 157):
        network.change_ties(residents, geography, ties, p, 7, week)

    assert ties.count.mean() == pytest.approx(before, rel=0.1)
    assert_sound(ties)
    assert network.describe(ties, residents)["degree_skewness"] > 0.8


def test_neglected_ties_fade_but_not_those_at_home_of_kin_or_lately_lived():
    residents, geography = town(400)
    p = numbers(dissolve=1.0, encounter=0.0, neglect=4.0, kin=0.3)
    ties = network.build_ties(residents, geography, p, 7)
    lasting = {(i, j) for i, j, kind in edges(ties) if kind in {HOUSEHOLD, KIN}}
    lived = next((i, j) for i, j, kind in edges(ties) if kind == NEIGHBOUR)
    network.meet(ties, *lived, NEIGHBOUR, 20)
    for week in range(8, 21):
        network.change_ties(residents, geography, ties, p, 7, week)

    assert set(pairs(ties)) == lasting | {lived, lived[::-1]}


def test_everybody_has_a_turn_once_a_quarter():
    residents, geography = town(400)
    p = numbers(dissolve=0.2, encounter=0.0, neglect=4.0)
    ties = network.build_ties(residents, geography, p, 7)
    fading = sum(kind in {NEIGHBOUR, FRIEND} for _, _, kind in edges(ties))
    lost = ties.count.sum()
    for week in range(13, 26):
        network.change_ties(residents, geography, ties, p, 7, week)
    lost -= ties.count.sum()

    assert lost / fading == pytest.approx(0.2, abs=0.05)


def test_the_reserved_make_no_everyday_ties_with_neighbours():
    residents, geography = town(400)
    p = numbers(reserved=0.6, dissolve=0.0, encounter=0.08)
    ties = network.build_ties(residents, geography, p, 7)
    before = ties.count.sum()
    for week in range(1, 105):
        network.change_ties(residents, geography, ties, p, 7, week)
    reserved = [network.is_reserved(p, 7, 0, i) for i in range(residents.size)]

    assert ties.count.sum() > before
    assert not any(reserved[i] for i, _, kind in edges(ties) if kind == NEIGHBOUR)


def digest_after_a_year():
    """Fingerprint of a small network after a year of change, the same with and without the compiler."""
    residents, geography = town(200, communities=2)
    p = numbers(2, dissolve=0.2, encounter=0.08, neglect=8.0)
    ties = network.build_ties(residents, geography, p, 2**40 + 1)
    built = digest(ties)
    for week in range(1, 53):
        network.change_ties(residents, geography, ties, p, 2**40 + 1, week)
        network.meet(ties, week, 2 * week, NEIGHBOUR, week)
    found = network.describe(ties, residents)
    return f"{built} {digest(ties)} {found['clustering']!r} {found['path_length']!r}"


# Chance ---------------------------------------------------------------------------------------------------------------


def test_the_seed_decides():
    residents, geography = town(300)
    first, again, other = (network.build_ties(residents, geography, numbers(), seed) for seed in (7, 7, 8))

    assert digest(first) == digest(again)
    assert digest(first) != digest(other)


def test_a_community_does_not_depend_on_those_after_it():
    residents, geography = town(1200, communities=3)
    p = numbers(3)
    before = network.build_ties(residents, geography, p, 7)
    p.building[2] = 6.0
    after = network.build_ties(residents, geography, p, 7)
    last = int(np.flatnonzero(residents.community == 2)[0])

    assert [one for one in edges(before) if one[0] < last] == [one for one in edges(after) if one[0] < last]
    assert digest(before) != digest(after)


def test_plain_python_gives_the_same_bits():
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    plain = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", __file__],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert plain.returncode == 0, plain.stderr
    assert plain.stdout.strip() == digest_after_a_year()


def organizations_of_one_community():
    """One community's seats, a street with its departments, and the county."""
    table = ORGANIZATIONS.new(SEATS + 8)  # a second street stands between the first one and the county
    table.community[:SEAT_DEPARTMENT], table.community[SEAT_DEPARTMENT:] = 0, -1
    table.kind[:] = SOCIAL
    table.kind[SEAT_COMMITTEE], table.kind[SEAT_PARTY], table.kind[SEAT_PROPERTY] = COMMITTEE, PARTY_COMMUNITY, PROPERTY
    table.kind[SEAT_DEPARTMENT:] = DEPARTMENT
    table.kind[SEAT_COUNTY - 1], table.kind[-1] = STREET, COUNTY
    communities = COMMUNITIES.new(1)
    communities.first_organization[0], communities.first_department[0] = 0, SEAT_DEPARTMENT
    return table, communities


# Exports --------------------------------------------------------------------------------------------------------------


def test_residents_and_their_ties(two_thousand):
    residents, geography, ties = two_thousand
    graph = network.resident_graph(residents, geography, ties)
    i, j, attributes = next(iter(graph.edges(data=True)))

    assert graph.number_of_nodes() == residents.size
    assert 2 * graph.number_of_edges() == ties.count.sum()
    assert {"community", "building", "microgrid", "age", "education", "party_member", "trust"} <= set(graph.nodes[0])
    assert attributes == {"kind": "household", "met": 0}
    assert residents.household[i] == residents.household[j]
    assert type(graph.nodes[0]["age"]) is int


def test_residents_and_organizations():
    residents, _ = town(20)
    organizations, _ = organizations_of_one_community()
    residents.knows_committee[3] = residents.party_member[4] = True
    residents.social_organization[5] = 9
    organizations.capacity[SEAT_PROPERTY] = 10.0
    graph = network.affiliation_graph(residents, organizations)
    relations = {(i[1], o[1]): relation for i, o, relation in graph.edges(data="relation")}

    assert nx.is_bipartite(graph)
    assert graph.nodes["organization", 0]["kind"] == "residents_committee"
    assert {ends: what for ends, what in relations.items() if what != "served_by"} == {
        (3, SEAT_COMMITTEE): "knows",
        (4, SEAT_PARTY): "party_member",
        (5, 9): "member",
    }
    assert sum(what == "served_by" for what in relations.values()) == 20


def test_a_company_without_hours_serves_nobody():
    residents, _ = town(20)

    assert network.affiliation_graph(residents, organizations_of_one_community()[0]).number_of_edges() == 0


def test_organizations_and_their_links():
    organizations, communities = organizations_of_one_community()
    links = np.zeros((1, SEATS, SEATS))
    for a, b, strength in (
        (0, 1, 0.25),
        (SEAT_COMMITTEE, SEAT_DEPARTMENT + 2, 0.5),
        (SEAT_PARTY, SEAT_COUNTY, 0.75),
    ):
        links[0, a, b] = links[0, b, a] = strength
    graph = network.organization_graph(organizations, communities, links)
    county = organizations.size - 1

    assert sorted(graph.edges(data="strength")) == [
        (0, 1, 0.25),
        (0, SEAT_DEPARTMENT + 2, 0.5),
        (1, county, 0.75),
    ]
    assert graph.nodes[county] == {"kind": "county_committee", "community": -1}


if __name__ == "__main__":
    sys.stdout.write(digest_after_a_year())
