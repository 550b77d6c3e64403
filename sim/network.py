"""Residents know residents: household, building, kin and friends.

Everybody at home knows each other. Beyond that each resident keeps up a circle whose size is right-skewed: some
neighbours in the building (about a quarter of townspeople have none), and kin and friends elsewhere in the
micro-grid and the community. Circles are filled with people alike in age and education, and with friends of friends,
so that ties cluster while a few long ones keep paths short. Later, ties that are not lived fade and everyday
encounters make new ones; what residents do together makes and strengthens them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.agents.organizations import (
    COMMITTEE,
    COUNTY,
    PARTY_COMMUNITY,
    PROPERTY,
    SEAT_COUNTY,
    SEAT_DEPARTMENT,
    SEATS,
    Communities,
    Organizations,
)
from sim.agents.organizations import KINDS as ORGANIZATION_KINDS
from sim.agents.places import Geography
from sim.agents.residents import Residents
from sim.agents.ties import FRIEND, HOUSEHOLD, KIN, KINDS, NEIGHBOUR, Ties
from sim.catalogue import numbers_of
from sim.chance import decision, draw, draw_normal, pair
from sim.compiled import kernel, rule

NetworkNumbers = numbers_of("network")

SOCIABLE, RESERVED = decision("network.sociability"), decision("network.reserved")
ROUNDS_NEIGHBOURS, ROUNDS_OTHERS = decision("network.rounds_neighbours"), decision("network.rounds_others")
CLOSES, ONWARD, NEAR = decision("network.closes"), decision("network.onward"), decision("network.near")
LIKES, RELATED, NEXT_DOOR = decision("network.likes"), decision("network.related"), decision("network.next_door")
FADES, ENCOUNTERS = decision("network.fades"), decision("network.encounters")

QUARTER = 13  # weeks in which every resident's ties are looked at once
TRIES = 12  # people a resident comes across for each place in her circle
WIDEST_CIRCLE = 150.0  # people one can keep up with (Dunbar 1992); bounds the longest row


# Rules: who keeps up with whom ------------------------------------------------------------------------------------


@rule
def sociability(normal, spread):
    """How many more ties than the mean a resident keeps: log-normal with mean 1."""
    return math.exp(spread * normal - 0.5 * spread * spread)


@rule
def neighbours_kept(reserved, mean, sociable):
    """Ties that a resident keeps in the building; none if reserved, at least one otherwise."""
    if reserved:
        return 0.0
    return min(WIDEST_CIRCLE, 1.0 + (mean - 1.0) * sociable)


@rule
def others_kept(mean, sociable):
    """Ties that a resident keeps elsewhere in the community."""
    return min(WIDEST_CIRCLE, mean * sociable)


@rule
def liking(years, levels, span, step):
    """Chance that two who come across each other take to each other: the more alike, the likelier.

    ``years`` and ``levels`` are their distances in age and education (0..3).
    """
    return math.exp(-years / span) * math.pow(step, levels)


@rule
def liking_between(residents, p, i, j):
    """Chance that residents ``i`` and ``j`` take to each other."""
    c = residents.community[i]
    return liking(
        abs(residents.age[i] - residents.age[j]),
        abs(residents.education[i] - residents.education[j]),
        p.age_span[c],
        p.education_step[c],
    )


@rule
def is_reserved(p, seed, c, i):
    """Whether a resident has nothing to do with neighbours; stays so, since it is drawn from the seed alone."""
    return draw(seed, RESERVED, 0, i) < p.reserved[c]


@rule
def places_for_neighbours(p, seed, c, i):
    """Places for neighbours in a resident's circle."""
    sociable = sociability(draw_normal(seed, SOCIABLE, 0, i), p.spread[c])
    kept = neighbours_kept(is_reserved(p, seed, c, i), p.building[c], sociable)
    return int(kept + draw(seed, ROUNDS_NEIGHBOURS, 0, i))


@rule
def places_for_others(p, seed, c, i):
    """Places for people from elsewhere in a resident's circle."""
    sociable = sociability(draw_normal(seed, SOCIABLE, 0, i), p.spread[c])
    kept = others_kept(p.microgrid[c] + p.community[c], sociable)
    return int(kept + draw(seed, ROUNDS_OTHERS, 0, i))


@rule
def circle_of(ties, households, p, c, h, i):
    """Places in a resident's circle: what her row holds besides those at home and the room to grow."""
    at_home = households.stop[h] - households.start[h] - 1
    return ties.start[i + 1] - ties.start[i] - at_home - int(p.room[c])


@rule
def share_next_door(p, c):
    """Share of neighbours among the acquaintances that may fade, for a resident who is not reserved."""
    return p.building[c] / (p.building[c] + (p.microgrid[c] + p.community[c]) * (1.0 - p.kin[c]))


@rule
def rescaled(u, low, high):
    """Uniform number in (0, 1) from one known to lie between ``low`` and ``high``: a draw that decides twice."""
    return (u - low) / (high - low)


# Operations on ties, for all processes ----------------------------------------------------------------------------


@rule
def find_tie(ties, i, j):
    """Slot of resident ``j`` in the row of ``i``, or -1."""
    first = ties.start[i]
    for slot in range(first, first + ties.count[i]):
        if ties.to[slot] == j:
            return slot
    return -1


@rule
def has_room(ties, i):
    """Whether the row of ``i`` has a free slot."""
    return ties.start[i] + ties.count[i] < ties.start[i + 1]


@rule
def append(ties, i, j, kind, week):
    """Put ``j`` into the first free slot of ``i``; the caller sees to the other end and to room."""
    slot = ties.start[i] + ties.count[i]
    ties.to[slot] = j
    ties.kind[slot] = kind
    ties.met[slot] = week
    ties.count[i] += 1


@rule
def add_tie(ties, i, j, kind, week):
    """Tie ``i`` and ``j`` from both ends; False, and no change, if they are tied or one, or either row is full."""
    if i == j or not has_room(ties, i) or not has_room(ties, j) or find_tie(ties, i, j) >= 0:
        return False
    append(ties, i, j, kind, week)
    append(ties, j, i, kind, week)
    return True


@rule
def free_slot(ties, i, slot):
    """Free a slot of ``i``: the last tie of the row moves into it, so rows do not keep their order."""
    ties.count[i] -= 1
    last = ties.start[i] + ties.count[i]
    ties.to[slot] = ties.to[last]
    ties.kind[slot] = ties.kind[last]
    ties.met[slot] = ties.met[last]


@rule
def break_tie(ties, i, j):
    """Untie ``i`` and ``j`` at both ends; False if they were not tied.

    The last tie of each row moves into the slot set free: a loop that breaks ties of its own row must run backwards.
    """
    slot = find_tie(ties, i, j)
    if slot < 0:
        return False
    free_slot(ties, i, slot)
    free_slot(ties, j, find_tie(ties, j, i))
    return True


@rule
def meet(ties, i, j, kind, week):
    """Note that ``i`` and ``j`` did something together; makes a tie of this kind if there is none and there is room."""
    slot = find_tie(ties, i, j)
    if slot < 0:
        return add_tie(ties, i, j, kind, week)
    ties.met[slot] = week
    ties.met[find_tie(ties, j, i)] = week
    return True


@rule
def friend_of_friend(ties, i, u, v):
    """Somebody known to somebody known to ``i``, or -1 without ties; may be ``i`` or known already."""
    if ties.count[i] == 0:
        return -1
    via = ties.to[ties.start[i] + int(u * ties.count[i])]
    return int(ties.to[ties.start[via] + int(v * ties.count[via])])


@rule
def one_of(first, last, u):
    """Row drawn from ``first`` to ``last - 1``, or -1 where there is none."""
    if last <= first:
        return -1
    return int(first + int(u * (last - first)))


# Building the network ---------------------------------------------------------------------------------------------


@kernel
def each_row(residents, households, p, start, seed):
    """Measure each resident's row: those at home, the circle, and room to grow."""
    for i in range(residents.size):
        c, h = residents.community[i], residents.household[i]
        home = households.stop[h] - households.start[h] - 1
        circle = places_for_neighbours(p, seed, c, i) + places_for_others(p, seed, c, i)
        start[i + 1] = start[i] + home + circle + int(p.room[c])


@kernel
def each_household(households, ties):
    """Tie all who live together."""
    for h in range(households.size):
        for i in range(households.start[h], households.stop[h]):
            for j in range(households.start[h], households.stop[h]):
                if i != j:
                    append(ties, i, j, HOUSEHOLD, 0)


@rule
def tie_in_circle(ties, places, i, j, kind):
    """Tie ``i`` and ``j`` and take a place in the circle of each."""
    append(ties, i, j, kind, 0)
    append(ties, j, i, kind, 0)
    places[i] -= 1
    places[j] -= 1


@kernel
def each_neighbourhood(residents, geography, ties, p, places, seed):
    """Fill each resident's places for neighbours, from the building.

    Residents earlier in the building have had their turn, so strangers are sought among the later ones alone; that
    leaves every pair the same chance.
    """
    count = residents.size
    for i in range(count):
        places[i] = places_for_neighbours(p, seed, residents.community[i], i)
    for i in range(count):
        c, b = residents.community[i], residents.building[i]
        first = geography.households.stop[residents.household[i]]
        last = geography.buildings.stop[b]
        for k in range(TRIES * places[i]):
            if places[i] == 0:
                break
            key = pair(i, 2 * k)
            u = draw(seed, CLOSES, 0, key)
            if u < p.closure[c]:
                j = friend_of_friend(ties, i, rescaled(u, 0.0, p.closure[c]), draw(seed, ONWARD, 0, key))
            else:
                j = one_of(first, last, rescaled(u, p.closure[c], 1.0))
            if (
                j >= 0
                and j != i
                and places[j] > 0
                and residents.building[j] == b
                and draw(seed, LIKES, 0, key) < liking_between(residents, p, i, j)
                and find_tie(ties, i, j) < 0
            ):
                tie_in_circle(ties, places, i, j, NEIGHBOUR)


@kernel
def each_circle(residents, geography, ties, p, places, seed):
    """Fill each resident's places for kin and friends, from other buildings of the micro-grid and the community."""
    count = residents.size
    for i in range(count):
        places[i] = places_for_others(p, seed, residents.community[i], i)
    community_end = 0
    for i in range(count):
        c, b = residents.community[i], residents.building[i]
        while community_end < count and residents.community[community_end] <= c:
            community_end += 1
        first = geography.buildings.stop[b]
        microgrid_end = geography.microgrids.stop[geography.buildings.microgrid[b]]
        near = p.microgrid[c] / (p.microgrid[c] + p.community[c])
        for k in range(TRIES * places[i]):
            if places[i] == 0:
                break
            key = pair(i, 2 * k + 1)
            u = draw(seed, CLOSES, 0, key)
            if u < p.closure[c]:
                j = friend_of_friend(ties, i, rescaled(u, 0.0, p.closure[c]), draw(seed, ONWARD, 0, key))
            else:
                inside = microgrid_end > first and draw(seed, NEAR, 0, key) < near
                j = one_of(first, microgrid_end if inside else community_end, rescaled(u, p.closure[c], 1.0))
            if j >= 0 and places[j] > 0 and residents.building[j] != b:
                # Drawn for the place and not for the try: kin are not chosen by liking, so they would win most tries.
                kin = draw(seed, RELATED, 0, pair(i, int(places[i]))) < p.kin[c]
                liked = kin or draw(seed, LIKES, 0, key) < liking_between(residents, p, i, j)
                if liked and find_tie(ties, i, j) < 0:
                    tie_in_circle(ties, places, i, j, KIN if kin else FRIEND)


def build_ties(residents: Residents, geography: Geography, numbers: Any, seed: int) -> Ties:
    """Make the ties with which residents begin.

    Parameters
    ----------
    residents : Residents
        Needs place, age and education.
    geography : Geography
    numbers : NetworkNumbers
        Arrays by community.
    seed : int
        From 0 to 2**63 - 1.

    Returns
    -------
    Ties
        Symmetric, without doubles, each within one community; ``met`` is 0. Every row has ``numbers.room`` free slots
        or more.
    """
    count = residents.size
    start = np.zeros(count + 1, np.int64)
    each_row(residents, geography.households, numbers, start, seed)
    slots = int(start[-1])
    ties = Ties(
        start=start,
        count=np.zeros(count, np.int16),
        to=np.zeros(slots, np.int32),
        kind=np.zeros(slots, np.int8),
        met=np.zeros(slots, np.int16),
    )
    places = np.zeros(count, np.int16)
    each_household(geography.households, ties)
    each_neighbourhood(residents, geography, ties, numbers, places, seed)
    each_circle(residents, geography, ties, numbers, places, seed)
    return ties


# Change -----------------------------------------------------------------------------------------------------------


@rule
def let_fade(ties, i, neglect, dissolve, seed, week):
    """Ties of ``i`` with neighbours and friends that have long not been lived may dissolve; kin stay kin.

    Each tie is looked at from one end alone, so that ``dissolve`` is the chance a quarter.
    """
    first = ties.start[i]
    for slot in range(first + ties.count[i] - 1, first - 1, -1):
        j = int(ties.to[slot])
        if (
            j > i
            and (ties.kind[slot] == NEIGHBOUR or ties.kind[slot] == FRIEND)
            and week - ties.met[slot] > neglect
            and draw(seed, FADES, week, pair(i, j)) < dissolve
        ):
            free_slot(ties, i, slot)
            free_slot(ties, j, find_tie(ties, j, i))


@rule
def kin_of(ties, i):
    """Number of a resident's kin outside her household."""
    kin = 0
    for slot in range(ties.start[i], ties.start[i] + ties.count[i]):
        kin += ties.kind[slot] == KIN
    return kin


@rule
def somebody_elsewhere(residents, geography, ties, p, i, seed, week, key):
    """Somebody whom ``i`` comes across away from home: a friend's friend, or anybody of micro-grid or community."""
    c = residents.community[i]
    u = draw(seed, CLOSES, week, key)
    if u < p.closure[c]:
        return friend_of_friend(ties, i, rescaled(u, 0.0, p.closure[c]), draw(seed, ONWARD, week, key))
    if draw(seed, NEAR, week, key) < p.microgrid[c] / (p.microgrid[c] + p.community[c]):
        m = geography.buildings.microgrid[residents.building[i]]
        first, last = geography.microgrids.start[m], geography.microgrids.stop[m]
    else:
        first = np.searchsorted(residents.community, c)
        last = np.searchsorted(residents.community, c, side="right")
    return one_of(first, last, rescaled(u, p.closure[c], 1.0))


@rule
def come_across(residents, geography, ties, p, i, next_door, seed, week):
    """Make one new everyday tie of ``i``, in the building or elsewhere, if somebody is found who takes to ``i``."""
    c, b = residents.community[i], residents.building[i]
    for k in range(TRIES):
        key = pair(i, k)
        if next_door:
            j = one_of(geography.buildings.start[b], geography.buildings.stop[b], draw(seed, CLOSES, week, key))
        else:
            j = somebody_elsewhere(residents, geography, ties, p, i, seed, week, key)
        if (
            j >= 0
            and (residents.building[j] == b) == next_door
            and draw(seed, LIKES, week, key) < liking_between(residents, p, i, j)
            and not (next_door and is_reserved(p, seed, c, j))
            and add_tie(ties, i, j, NEIGHBOUR if next_door else FRIEND, week)
        ):
            return


@kernel
def change_ties(residents, geography, ties, numbers, seed, week):
    """Each quarter of a year, each resident's neglected ties may fade and everyday encounters may make a new one.

    Resident ``i`` has her turn when ``(i + week) % 13 == 0``. The chance of a new tie is ``encounter`` for each place
    in her circle that kin do not hold. Since one end suffices to begin a tie, and both ends lose it, half the chance
    ``dissolve`` keeps the number of ties as it is.
    """
    p = numbers
    for i in range((QUARTER - week % QUARTER) % QUARTER, residents.size, QUARTER):
        c = residents.community[i]
        let_fade(ties, i, p.neglect[c], p.dissolve[c], seed, week)
        circle = circle_of(ties, geography.households, p, c, residents.household[i], i)
        u = draw(seed, ENCOUNTERS, week, i)
        if u < p.encounter[c] * circle and u < p.encounter[c] * (circle - kin_of(ties, i)):
            next_door = not is_reserved(p, seed, c, i) and draw(seed, NEXT_DOOR, week, i) < share_next_door(p, c)
            come_across(residents, geography, ties, p, i, next_door, seed, week)


@rule
def bring_together(links, a, b, gain):
    """What two seats do together strengthens their link (0..1)."""
    links[a, b] += gain * (1.0 - links[a, b])
    links[b, a] = links[a, b]


# Graphs for other tools -------------------------------------------------------------------------------------------

_RESIDENT_ATTRIBUTES = (
    "community",
    "building",
    "household",
    "age",
    "education",
    "income",
    "party_member",
    "migrant",
    "owner",
    "trust",
    "efficacy",
    "belonging",
    "satisfaction",
)


def resident_graph(residents: Residents, geography: Geography, ties: Ties) -> Any:
    """Resident-to-resident layer as a NetworkX graph.

    Nodes are rows of ``residents`` with who they are, where they live (``microgrid`` too) and what they feel; edges
    have ``kind`` (a name of :data:`sim.agents.ties.KINDS`) and ``met``, the week of the last thing done together.
    """
    import networkx as nx

    graph = nx.Graph(name="residents")
    columns = {name: getattr(residents, name).tolist() for name in _RESIDENT_ATTRIBUTES}
    columns["microgrid"] = geography.buildings.microgrid[residents.building].tolist()
    graph.add_nodes_from(
        (i, dict(zip(columns, row, strict=True))) for i, row in enumerate(zip(*columns.values(), strict=True))
    )
    graph.add_edges_from(
        (i, int(ties.to[slot]), {"kind": KINDS[ties.kind[slot]], "met": int(ties.met[slot])})
        for i in range(residents.size)
        for slot in range(ties.start[i], ties.start[i] + ties.count[i])
        if ties.to[slot] > i
    )
    return graph


def _row_by_community(organizations: Organizations, kind: int) -> dict[int, int]:
    rows = np.flatnonzero(organizations.kind == kind)
    return {int(organizations.community[row]): int(row) for row in rows}


def affiliation_graph(residents: Residents, organizations: Organizations) -> Any:
    """Resident-to-organisation layer as a bipartite NetworkX graph.

    Nodes are ``("resident", row)`` with ``bipartite=0`` and ``("organization", row)`` with ``bipartite=1``, ``kind``
    and ``community``. The edge attribute ``relation`` is ``knows`` (the residents' committee), ``member`` (of a social
    organisation), ``party_member`` (of the community's Party organisation) or ``served_by`` (a property company that
    works here, that is, has hours to give).
    """
    import networkx as nx

    graph = nx.Graph(name="affiliations")
    graph.add_nodes_from((("resident", i), {"bipartite": 0}) for i in range(residents.size))
    for row, (kind, community) in enumerate(zip(organizations.kind, organizations.community, strict=True)):
        name = ORGANIZATION_KINDS[kind]
        graph.add_node(("organization", row), bipartite=1, kind=name, community=int(community))
    everybody = np.ones(residents.size, bool)
    working = {
        c: row for c, row in _row_by_community(organizations, PROPERTY).items() if organizations.capacity[row] > 0.0
    }
    for relation, related, rows in (
        ("knows", residents.knows_committee, _row_by_community(organizations, COMMITTEE)),
        ("party_member", residents.party_member, _row_by_community(organizations, PARTY_COMMUNITY)),
        ("served_by", everybody, working),
    ):
        for i in np.flatnonzero(related).tolist():
            row_of_organization = rows.get(int(residents.community[i]))
            if row_of_organization is not None:
                graph.add_edge(("resident", i), ("organization", row_of_organization), relation=relation)
    for i in np.flatnonzero(residents.social_organization >= 0).tolist():
        graph.add_edge(("resident", i), ("organization", int(residents.social_organization[i])), relation="member")
    return graph


def rows_of_seats(organizations: Organizations, communities: Communities, c: int) -> np.ndarray:
    """Row in ``organizations`` of each seat at the table of community ``c``; all share the one county committee."""
    seats = np.arange(SEATS)
    own, above = communities.first_organization[c] + seats, communities.first_department[c] + seats - SEAT_DEPARTMENT
    rows = np.where(seats < SEAT_DEPARTMENT, own, above)
    county = np.flatnonzero(organizations.kind == COUNTY)
    if county.size:
        rows[SEAT_COUNTY] = county[0]
    return rows


def organization_graph(organizations: Organizations, communities: Communities, links: np.ndarray) -> Any:
    """Organisation-to-organisation layer as a NetworkX graph.

    Parameters
    ----------
    organizations, communities
        Tables of one run.
    links : ndarray of float64, communities x SEATS x SEATS
        Symmetric strengths (0..1) from seat to seat.

    Returns
    -------
    networkx.Graph
        Nodes are rows of ``organizations`` with ``kind`` and ``community`` (-1 above the communities). Edges have
        ``strength``; two departments that meet at several communities' tables are linked as they are where it is
        strongest.
    """
    import networkx as nx

    graph = nx.Graph(name="organizations")
    for row, (kind, community) in enumerate(zip(organizations.kind, organizations.community, strict=True)):
        graph.add_node(row, kind=ORGANIZATION_KINDS[kind], community=int(community))
    for c in range(communities.size):
        rows = rows_of_seats(organizations, communities, c)
        for a, b in zip(*np.nonzero(np.triu(links[c], 1)), strict=True):
            ends, strength = (int(rows[a]), int(rows[b])), float(links[c, a, b])
            if strength > graph.get_edge_data(*ends, {"strength": 0.0})["strength"]:
                graph.add_edge(*ends, strength=strength)
    return graph


# What the network looks like --------------------------------------------------------------------------------------


@kernel
def mean_clustering(ties, begin, stop, step):
    """Mean share of the pairs of a resident's ties who know each other, over every ``step``-th resident with two."""
    total, counted = 0.0, 0
    tied_to = np.full(stop - begin, -1, np.int32)  # ties stay within a community, which is a run of rows
    for i in range(begin, stop, step):
        degree, first = int(ties.count[i]), ties.start[i]
        if degree > 1:
            for a in range(first, first + degree):
                tied_to[ties.to[a] - begin] = i
            closed = 0
            for a in range(first, first + degree):
                j = ties.to[a]
                for b in range(ties.start[j], ties.start[j] + ties.count[j]):
                    closed += tied_to[ties.to[b] - begin] == i
            # Each closed pair was met from both ends.
            total += closed / (degree * (degree - 1))
            counted += 1
    return total / max(1, counted)


@kernel
def reach_from(ties, source, distance, queue):
    """Breadth-first search; returns how many others are reached and the sum of their distances in steps."""
    distance[:] = -1
    distance[source] = 0
    queue[0] = source
    head, tail, total = 0, 1, 0
    while head < tail:
        i = queue[head]
        head += 1
        for slot in range(ties.start[i], ties.start[i] + ties.count[i]):
            j = ties.to[slot]
            if distance[j] < 0:
                distance[j] = distance[i] + 1
                total += int(distance[j])
                queue[tail] = j
                tail += 1
    return tail - 1, total


def mean_path(ties: Ties, residents: Residents, sources: int = 32) -> tuple[float, float]:
    """Mean steps to those who can be reached, and their share of the community, from evenly spaced residents."""
    count = residents.size
    distance, queue = np.zeros(count, np.int32), np.zeros(count, np.int32)
    sizes = np.bincount(residents.community)
    reached, steps, possible = 0, 0, 0
    for source in np.unique(np.linspace(0, count - 1, min(sources, count)).astype(np.int64)).tolist():
        others, total = reach_from(ties, source, distance, queue)
        reached, steps = reached + others, steps + total
        possible += int(sizes[residents.community[source]]) - 1
    return steps / max(1, reached), reached / max(1, possible)


@kernel
def count_of_kind(ties, kind, counts):
    """Count each resident's ties of one kind."""
    for i in range(ties.count.size):
        counts[i] = 0
        for slot in range(ties.start[i], ties.start[i] + ties.count[i]):
            counts[i] += ties.kind[slot] == kind


def describe(ties: Ties, residents: Residents) -> dict[str, float]:
    """Describe the network in a few numbers.

    Returns
    -------
    dict of str to float
        ``mean_degree`` and ``degree_skewness`` of all ties; ``mean_household``, ``mean_neighbour``, ``mean_kin`` and
        ``mean_friend`` ties; ``without_neighbours``, the share of residents who know nobody of the building outside
        their household; ``clustering`` (0..1, from up to some 4,000 residents); ``path_length`` in steps and
        ``reached``, the share of the community on some path (both from 32 residents).
    """
    degree = ties.count.astype(np.float64)
    spread = float(degree.std())
    found = {
        "mean_degree": float(degree.mean()),
        "degree_skewness": float(((degree - degree.mean()) ** 3).mean()) / spread**3 if spread > 0.0 else 0.0,
    }
    counts = np.zeros(ties.count.size, np.int16)
    for kind, name in enumerate(KINDS):
        count_of_kind(ties, kind, counts)
        found[f"mean_{name}"] = float(counts.mean())
        if kind == NEIGHBOUR:
            found["without_neighbours"] = float((counts == 0).mean())
    found["clustering"] = float(mean_clustering(ties, 0, ties.count.size, max(1, ties.count.size // 4000)))
    found["path_length"], found["reached"] = mean_path(ties, residents)
    return found
