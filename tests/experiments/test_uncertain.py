"""Which numbers are swept, and how points are spread."""

from __future__ import annotations

import numpy as np

from experiments.uncertain import (
    STRUCTURE,
    mechanism_numbers,
    process_numbers,
    spread_points,
    told_apart_by_types,
)
from sim import Scenario, catalogue


def test_weak_numbers_are_all_of_grades_c_and_d_but_structure_and_types():
    found = {one.name for one in process_numbers("CD", without=STRUCTURE)}

    expected = {
        one.name
        for one in catalogue.entries()
        if one.grade in "CD"
        and one.low < one.high
        and not one.name.startswith(("population.", "network."))
        and one.name not in told_apart_by_types()
    }
    assert found == expected
    assert found


def test_a_number_that_tells_types_apart_is_not_swept():
    assert "population.migrant" in told_apart_by_types()
    assert "population.migrant" not in {one.name for one in process_numbers()}


def test_own_numbers_of_mechanisms_are_swept_whatever_their_grade():
    grades = {one.grade for one in mechanism_numbers(["micro_grid"])}

    assert {"A", "D"} <= grades


def test_every_part_of_a_range_is_met_once_and_a_scenario_takes_the_points():
    entries = process_numbers("C")
    points = spread_points(entries, 8, seed=3)
    one = entries[0]
    places = [(point[one.name] - one.low) / (one.high - one.low) for point in points]

    assert sorted(np.floor(np.array(places) * 8).astype(int)) == list(range(8))
    assert Scenario(parameters=points[0]).parameters == points[0]


def test_points_depend_on_the_seed_alone():
    entries = process_numbers("C")

    assert spread_points(entries, 4, 1) == spread_points(entries, 4, 1)
    assert spread_points(entries, 4, 1) != spread_points(entries, 4, 2)
