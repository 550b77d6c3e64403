"""Fractions: their resolution and aliases, checked on the matrix of points and not on generators."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.designs import Factor
from experiments.designs.confounding import aliases, find_generators, resolution_of
from experiments.designs.fractional_factorial import FractionalFactorial
from sim.errors import InputError

TWELVE = {  # a fraction of 256 points, resolution VI, where a library's table gives IV
    "i": ["a", "c", "e", "g", "h"],
    "j": ["a", "b", "d", "e", "h"],
    "k": ["a", "b", "e", "f", "g"],
    "l": ["c", "d", "e", "f", "g"],
}


def on_off(names):
    return [Factor(name, 0, 1, 0, (0, 1)) for name in names]


def names_of(number):
    return [f"x{i}" for i in range(number)]


def signs(design, names):
    return design.sample(on_off(names), 1).to_numpy() * 2 - 1


def brute_resolution(matrix):
    """Size of the smallest set of columns whose product is constant; None if there is none."""
    for size in range(1, matrix.shape[1] + 1):
        for columns in itertools.combinations(range(matrix.shape[1]), size):
            if abs(matrix[:, columns].prod(axis=1).sum()) == len(matrix):
                return size
    return None


# Smallest fractions there are: Box, Hunter and Hunter (2005) for up to 11 factors; beyond, tables of linear codes.
@pytest.mark.parametrize(
    ("number", "resolution", "points"),
    [
        (3, 3, 4),
        (7, 3, 8),
        (15, 3, 16),
        (12, 3, 16),
        (4, 4, 8),
        (8, 4, 16),
        (12, 4, 32),
        (16, 4, 32),
        (5, 5, 16),
        (6, 5, 32),
        (8, 5, 64),
        (10, 5, 128),
        (11, 5, 128),
        (12, 5, 256),
        (12, 6, 256),
        (9, 6, 128),
        (11, 7, 512),
    ],
)
def test_fractions_are_as_small_as_can_be(number, resolution, points):
    design = FractionalFactorial(resolution=resolution)

    matrix = signs(design, names_of(number))

    assert len(matrix) == points == design.count(on_off(names_of(number)))
    assert len(np.unique(matrix, axis=0)) == points
    found = brute_resolution(matrix)
    assert found >= resolution
    assert resolution_of(design.generators_for(on_off(names_of(number))), names_of(number)) == found


@given(number=st.integers(1, 9), resolution=st.integers(3, 7))
@settings(max_examples=25, deadline=None)
def test_what_is_found_has_the_resolution_asked_for(number, resolution):
    names = names_of(number)
    design = FractionalFactorial(resolution=resolution)
    matrix = signs(design, names)

    found = brute_resolution(matrix)

    assert found == resolution_of(find_generators(names, resolution), names)
    assert found is None or found >= resolution
    assert (found is None) == (len(matrix) == 2**number)
    np.testing.assert_array_equal(matrix.T @ matrix, len(matrix) * np.eye(number))  # balanced pairs
    np.testing.assert_array_equal(matrix.sum(axis=0), 0)
    np.testing.assert_array_equal(matrix[0], -1)  # all low comes first


@st.composite
def generated(draw):
    basic, extra = draw(st.integers(2, 5)), draw(st.integers(1, 4))
    names = names_of(basic + extra)
    parts = st.lists(st.sampled_from(names[:basic]), min_size=1, unique=True)
    return names, {name: draw(parts) for name in names[basic:]}


@given(generated())
@settings(max_examples=40, deadline=None)
def test_resolution_and_aliases_of_any_generators_agree_with_the_points(case):
    names, generators = case
    basic = [name for name in names if name not in generators]
    full = np.array(list(itertools.product([0, 1], repeat=len(basic))))
    column = {name: full[:, place] for place, name in enumerate(basic)}
    column |= {
        name: full[:, [basic.index(part) for part in parts]].sum(axis=1) % 2 for name, parts in generators.items()
    }
    matrix = np.stack([column[name] for name in names], axis=1) * 2 - 1

    assert resolution_of(generators, names) == brute_resolution(matrix)

    effects = {
        effect: matrix[:, [names.index(name) for name in effect]].prod(axis=1)
        for size in range(3)
        for effect in itertools.combinations(names, size)
    }
    mixed = {
        frozenset(pair)
        for pair in itertools.combinations(effects, 2)
        if abs(effects[pair[0]] @ effects[pair[1]]) == len(matrix)
    }
    groups = aliases(generators, names)
    assert {frozenset(pair) for group in groups for pair in itertools.combinations(group, 2)} == mixed


def test_the_resolution_of_given_generators_is_computed():
    factors = on_off("abcdefghijkl")

    assert resolution_of(TWELVE, list("abcdefghijkl")) == 6
    assert FractionalFactorial(generators=TWELVE, resolution=6).count(factors) == 256
    assert aliases(TWELVE, list("abcdefghijkl")) == []
    with pytest.raises(InputError, match="give resolution 6; wanted: at least 7"):
        FractionalFactorial(generators=TWELVE, resolution=7).count(factors)


def test_a_half_of_four_mixes_pairs_with_pairs():
    assert aliases({"d": ["a", "b", "c"]}, list("abcd")) == [
        [("a", "b"), ("c", "d")],
        [("a", "c"), ("b", "d")],
        [("a", "d"), ("b", "c")],
    ]


def test_a_half_of_three_mixes_main_effects_with_pairs():
    assert aliases({"c": ["a", "b"]}, list("abc")) == [
        [("a",), ("b", "c")],
        [("b",), ("a", "c")],
        [("c",), ("a", "b")],
    ]


def test_a_better_fraction_of_the_same_size_is_taken():
    assert resolution_of(find_generators(names_of(5), 4), names_of(5)) == 5


def test_values_are_the_two_levels_lowest_first():
    factors = [Factor("a", 0, 1, 0, (1, 0)), Factor("b", 2, 8, 5, (2, 8)), Factor("c", 0, 9, 3, (3, 4))]

    points = FractionalFactorial(resolution=3).sample(factors, 1)

    assert points.to_numpy().tolist() == [[0, 2, 3], [1, 2, 4], [0, 8, 4], [1, 8, 3]]


def test_no_fraction_is_the_full_factorial():
    design = FractionalFactorial(resolution=5)

    assert design.count(on_off("abc")) == 8
    assert resolution_of(design.generators_for(on_off("abc")), list("abc")) is None


@pytest.mark.parametrize(
    ("generators", "message"),
    [
        ({"partyy": ["a"]}, r"unknown factor 'partyy'; did you mean 'party'\?"),
        ({"party": ["a", "lost"]}, r"generators.party: unknown factor 'lost'"),
        ({"party": []}, "generators.party: names no factor"),
        ({"party": ["a", "b", "a"]}, "generators.party: 'a' stands twice"),
        ({"party": ["a", "b"], "c": ["a", "party"]}, "generators.c: 'party' is generated itself"),
        ({"party": ["a"]}, "give resolution 2; wanted: at least 3"),
    ],
)
def test_generators_that_make_no_sense_are_refused(generators, message):
    with pytest.raises(InputError, match=message):
        FractionalFactorial(generators=generators).sample(on_off(["a", "b", "c", "party"]), 1)


def test_factors_of_three_levels_are_refused():
    with pytest.raises(InputError, match=r"factor 'dose' needs two levels, has 3: 0, 0.5, 1"):
        FractionalFactorial().count([*on_off("ab"), Factor("dose", 0, 1, 0, (0, 0.5, 1))])


def test_fractions_beyond_reach_are_refused():
    with pytest.raises(InputError, match="no fraction of resolution 17 found for 18 factors"):
        FractionalFactorial(resolution=17).count(on_off(names_of(18)))
    with pytest.raises(InputError, match=r"leave 17 factors basic, which makes 2\^17 points"):
        FractionalFactorial(generators={"x17": ["x0", "x1"]}).count(on_off(names_of(18)))
