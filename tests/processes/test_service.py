"""Service: success, cost, promises, and how a need's end is felt and rated."""

import itertools

import pytest

from sim import Community
from sim.agents.organizations import SEAT_SOCIAL
from sim.agents.residents import new_residents
from sim.needs_life import owners_of, quality_of, rating_of
from sim.needs_table import DISPUTES, MATCHED, WAITING
from sim.processes.service import chance_of_success, cost_of, is_payable, reassure
from tests.state import place


def test_success_is_skill_made_easier_and_less_for_graver_needs():
    assert chance_of_success(0.5, 1, 1.1, 0.15) == pytest.approx(0.55)
    assert chance_of_success(0.5, 3, 1.1, 0.15) == pytest.approx(0.55 * 0.7)


def test_success_is_a_chance():
    grid = itertools.product((0.0, 0.5, 1.0), (1, 2, 3), (0.8, 1.3), (0.0, 0.4))

    assert all(0.0 <= chance_of_success(*one) <= 1.0 for one in grid)


@pytest.mark.parametrize(
    ("shared", "severity", "yuan"), [(False, 1, 0.0), (False, 3, 0.0), (True, 1, 5.0), (True, 2, 5.0), (True, 3, 90.0)]
)
def test_the_fund_pays_for_repairs_and_projects_that_a_building_shares(shared, severity, yuan):
    assert cost_of(shared, severity, 5.0, 90.0) == yuan


def test_a_project_leaves_what_repairs_will_need():
    assert is_payable(5.0, 5.0, 90.0, False)
    assert not is_payable(50.0, 100.0, 51.0, True)
    assert is_payable(50.0, 100.0, 50.0, True)


def test_what_is_solved_at_once_without_a_detour_is_perfect():
    assert quality_of(True, 0, 0, 8.0, 0.15, 0.05) == 1.0


def test_quality_halves_after_the_slow_weeks_and_falls_with_each_bounce():
    assert quality_of(True, 8, 0, 8.0, 0.15, 0.05) == pytest.approx(0.5)
    assert quality_of(True, 0, 2, 8.0, 0.15, 0.05) == pytest.approx(0.85**2)


@pytest.mark.parametrize("weeks", [0, 400])
def test_failure_is_felt_alike_however_long_it_took(weeks):
    assert quality_of(False, weeks, 3, 8.0, 0.15, 0.05) == 0.05


def test_quality_is_a_share_and_never_grows_with_time_or_bounces():
    table = [[quality_of(True, weeks, bounces, 8.0, 0.5, 0.05) for weeks in range(60)] for bounces in range(9)]

    assert all(0.0 <= one <= 1.0 for row in table for one in row)
    assert all(row == sorted(row, reverse=True) for row in table)
    assert all(list(column) == sorted(column, reverse=True) for column in zip(*table, strict=True))


def test_a_rating_is_quality_moved_by_disconfirmation():
    assert rating_of(0.6, 0.6, 0.3, 0.0) == pytest.approx(0.6)
    assert rating_of(0.6, 0.8, 0.3, 0.0) == pytest.approx(0.54)
    assert rating_of(0.6, 0.4, 0.3, 0.0) == pytest.approx(0.66)


@pytest.mark.parametrize(("quality", "expectation", "noise", "bound"), [(1.0, 0.0, 0.5, 1.0), (0.0, 1.0, -0.5, 0.0)])
def test_a_rating_stays_on_its_scale(quality, expectation, noise, bound):
    assert rating_of(quality, expectation, 0.8, noise) == bound


def test_a_broken_promise_costs_the_hopeful_more_than_a_kept_one_gives_them():
    residents = new_residents(2)
    residents.efficacy[:] = 0.7
    reassure(residents, 0, 0.1)
    reassure(residents, 1, -0.1)

    assert residents.efficacy.tolist() == pytest.approx([0.73, 0.63])


def test_efficacy_stays_a_share_whatever_is_promised():
    residents = new_residents(2)
    residents.efficacy[:] = 1.0, 0.0
    for _ in range(50):
        reassure(residents, 0, 0.3)
        reassure(residents, 1, -0.3)

    assert residents.efficacy.tolist() == [1.0, 0.0]


def test_a_need_has_several_owners_only_if_it_is_of_several_and_new():
    assert owners_of(True, False, 2.0) == 2
    assert owners_of(True, True, 2.0) == 1
    assert owners_of(False, False, 3.0) == 1
    assert owners_of(True, False, 0.0) == 1


def test_a_project_that_stands_still_is_handed_back_to_the_office_in_charge():
    model = Community(place("village", residents=300))
    # Only what has been hidden is matched, to social organisations that have no hours and never will.
    model.plan = [step for step in model.plan if step[0] in {"needs", "service"}]
    for _ in range(4):
        model.step()
    needs, horizon = model.needs, int(model.numbers.matching.horizon[0])
    rows = needs.queue[: int(model.index.open_count[0])].copy()
    rows = rows[(needs.category[rows] != DISPUTES) & ~needs.simple[rows]]
    provider = int(model.communities.first_organization[0]) + SEAT_SOCIAL
    model.organizations.hours_left[:] = 0.0
    needs.state[rows], needs.provider[rows], needs.right[rows] = MATCHED, provider, True
    needs.known[rows] = needs.matched[rows] = model.week
    model.organizations.backlog[provider] += rows.size
    for _ in range(horizon):
        model.step()
    assert (model.needs.state[rows] == MATCHED).all()

    model.step()

    assert (model.needs.state[rows] == WAITING).all()
    assert model.needs.provider[rows].tolist() == model.tables.lead[0, model.needs.category[rows]].tolist()
    assert model.organizations.backlog[provider] == 0
