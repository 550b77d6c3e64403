"""Elections, groups and volunteers in whole runs: what must hold whatever the numbers are."""

import numpy as np
import pytest

from sim import Community, run
from sim.agents.residents import NEVER, NOT_YET
from sim.outcomes import COLUMNS
from tests.state import place

ELECTION = 20
EAGER = {
    "participation.group_threshold": 0.1,
    "participation.group_ties": 0.2,
    "participation.helpers_kept": 0.99,
    "participation.contact_ask": 0.1,
    "participation.base_self_organize": 0.0,
}


def counted(result, column):
    return result.history[:, :, COLUMNS.index(column)]


def eager(**more):
    return run(place("village", residents=200, parameters=EAGER | more))


@pytest.fixture(scope="module")
def elected():
    chosen = {"participation.election_first": float(ELECTION), "participation.election_every": 156.0}
    return run(place(residents=400, weeks=26, warmup=0, parameters=chosen))


# Elections ------------------------------------------------------------------------------------------------------------


def test_all_adults_and_nobody_else_are_counted_once_in_the_week_of_the_election(elected):
    electors, adults = counted(elected, "electors"), counted(elected, "adults")

    assert electors[ELECTION - 1].tolist() == adults[ELECTION - 1].tolist()
    assert np.delete(electors, ELECTION - 1, axis=0).max() == 0.0


def test_votes_are_those_of_residents_who_voted_and_of_adults_only(elected):
    voted = elected.residents["voted"] == ELECTION

    assert voted.sum() == counted(elected, "votes").sum() > 0.0
    assert (elected.residents["age"][voted] >= 18).all()
    assert set(elected.residents["voted"][~voted]) == {NEVER}


def test_turnout_is_told_in_the_week_of_the_election_only(elected):
    turnout = elected.weekly.groupby("week")["turnout"].mean()

    assert 0.2 < turnout[ELECTION] < 0.9
    assert turnout.drop(ELECTION).isna().all()


def test_voting_is_no_form_of_taking_part(elected):
    without = run(elected.scenario.replace(parameters={"participation.election_first": 100.0}))

    assert counted(elected, "active_13").tolist() == counted(without, "active_13").tolist()


def test_the_old_vote_more_than_the_young_and_locals_more_than_migrants(elected):
    people = elected.residents[elected.residents["age"] >= 18]
    voted = people["voted"] == ELECTION

    assert voted[people["age"] >= 60].mean() > voted[people["age"] < 40].mean() + 0.2
    assert voted[~people["migrant"]].mean() > voted[people["migrant"]].mean()


# Groups ---------------------------------------------------------------------------------------------------------------


def test_groups_form_where_helpers_ties_and_seed_money_are():
    assert counted(eager(), "groups_formed").sum() > 0.0


@pytest.mark.parametrize(
    "lacking",
    [
        {"participation.base_self_organize": -5.0, "participation.contact_ask": 0.0},
        {"participation.group_ties": 4.0, "network.building": 1.0},
        {"population.fund_per_resident": 5.0, "participation.group_seed_yuan": 3000.0},
    ],
    ids=["helpers", "ties", "money"],
)
def test_where_one_of_them_lacks_no_group_forms(lacking):
    assert counted(eager(**lacking), "groups_formed").sum() == 0.0


def test_seed_money_comes_from_the_fund():
    with_seed, without = (eager(**{"participation.group_seed_yuan": yuan}) for yuan in (100.0, 0.0))
    first = int(np.flatnonzero(counted(with_seed, "groups_formed").sum(axis=1))[0])
    spent = [counted(one, "service_yuan")[first].sum() for one in (with_seed, without)]

    assert spent[0] - spent[1] == 100.0 * counted(with_seed, "groups_formed")[first].sum()


def test_a_group_whose_members_give_too_little_dissolves():
    strict = eager(**{"participation.group_breaks": 0.5, "participation.group_start": 0.4})

    assert counted(strict, "groups_dissolved").sum() > counted(eager(), "groups_dissolved").sum()


def test_only_a_group_that_exists_gives_something():
    buildings = eager().model.buildings

    assert (buildings.group_given[buildings.group] > 0.0).all()
    assert (buildings.group_given[~buildings.group] == 0.0).all()
    assert ((buildings.group_yield >= 0.0) & (buildings.group_yield <= buildings.group_given)).all()


# Volunteers -----------------------------------------------------------------------------------------------------------


def test_all_who_gave_hours_are_told_how_they_began(elected):
    people = elected.residents
    gave = people["hours_given"] > 0.0

    assert (people["first_asked"][gave] != NOT_YET).all()
    assert counted(elected, "started").sum() == (people["first_asked"] != NOT_YET).sum() > 0


def test_who_rests_gives_no_time_until_the_wear_is_gone():
    model = Community(place(residents=200, warmup=0, parameters={"participation.base_volunteer": 0.0}))
    model.residents.resting[:], model.residents.fatigue[:] = True, 1.0
    for _ in range(8):
        model.step()

    assert model.residents.hours_given.max() == 0.0
    assert (model.residents.acts > 0).any()
    model.residents.fatigue[:] = 0.0
    for _ in range(8):
        model.step()
    assert model.residents.hours_given.max() > 0.0


def test_recognition_and_points_keep_more_volunteers_than_points_alone():
    tired = {"participation.fatigue_per_hour": 0.05, "participation.base_volunteer": -1.0}
    burnt = [
        run(
            place(residents=400, parameters=tired | {"volunteer_incentives.recognition": share}).with_mechanisms(
                volunteer_incentives=1.0
            )
        )
        for share in (0.1, 0.9)
    ]

    assert counted(burnt[0], "burnouts").sum() > counted(burnt[1], "burnouts").sum()
