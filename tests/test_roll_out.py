"""Staged roll-out over communities, and what spills over through the offices that they share."""

import numpy as np
import pytest

from sim import run, warm_up
from tests.state import place

# Streets of four: the first four communities share departments, the fifth has others.
SCENARIO = place(*["village"] * 5, residents=200, weeks=39, parameters={"population.street_communities": 4.0})
FIRST, SECOND, _, _, FIFTH = SCENARIO.community_names
START = 14


@pytest.fixture(scope="module")
def runs():
    warm = warm_up(SCENARIO)

    def with_starts(**starts):
        spec = {"dose": 1.0, "starts": starts, "communities": list(starts)}
        return run(SCENARIO.replace(mechanisms={"satisfaction_assessment": spec}), warm=warm)

    return {
        "none": run(SCENARIO, warm=warm),
        "one": with_starts(**{FIRST: START}),
        "staged": with_starts(**{FIRST: 1, SECOND: START, FIFTH: 27}),
    }


def first_difference(one, other, community):
    """Week in which two runs first differ in a community; None if they never do."""
    differs = (one.history[:, community] != other.history[:, community]).any(axis=1)
    return int(np.argmax(differs)) + 1 if differs.any() else None


def test_each_community_starts_in_its_week(runs):
    for week, doses in ((1, [1, 0, 0, 0, 0]), (START, [1, 1, 0, 0, 0]), (27, [1, 1, 0, 0, 1])):
        assert runs["staged"].scenario.doses("satisfaction_assessment", week).tolist() == doses


def test_nothing_changes_anywhere_before_the_first_start(runs):
    assert first_difference(runs["one"], runs["none"], 0) == START


def test_a_neighbour_feels_it_through_shared_departments(runs):
    assert first_difference(runs["one"], runs["none"], 1) is not None
    assert first_difference(runs["one"], runs["none"], 1) > START


def test_who_shares_nothing_feels_nothing(runs):
    assert first_difference(runs["one"], runs["none"], 4) is None


def test_departments_try_harder_when_one_of_their_communities_assesses_them(runs):
    efforts = {}
    for name in ("none", "one"):
        model = runs[name].model
        efforts[name] = [model.organizations.effort[row] for row in model.communities.first_department]

    assert efforts["one"][1] > efforts["none"][1]
    assert efforts["one"][4] == efforts["none"][4]
