"""Measures, on results made up for the purpose and on a tiny run."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

import sim
from experiments.patterns import measures, observation_entries
from experiments.patterns.measures import MEASURES, MissingError, Observed, Part
from sim.agents.residents import NEVER
from sim.agents.ties import HOUSEHOLD, NEIGHBOUR, Ties
from tests.state import place

OBSERVATION = {name: one.value for name, one in observation_entries().items()}


def result(week: int = 208, flows: dict | None = None, summary: dict | None = None, **columns) -> SimpleNamespace:
    """A result that has what a measure reads, and nothing else; flows are by week, of one community."""
    residents = np.rec.fromarrays([np.array(one) for one in columns.values()], names=list(columns))
    weeks = len(next(iter((flows or {"x": [0]}).values())))
    history = np.zeros((weeks, 1, len(measures.COLUMNS)))
    for name, values in (flows or {}).items():
        history[:, 0, measures.COLUMNS.index(name)] = values
    model = SimpleNamespace(residents=residents, week=week)
    return SimpleNamespace(model=model, history=history, summary=summary or {})


@pytest.fixture
def _counters_to_come(monkeypatch):
    """Counters that another part of the model brings."""
    more = [f"{what}_{who}" for what in ("mediated", "settled") for who in ("near", "legal")]
    known = dict.fromkeys([*measures.COLUMNS, *more, "mobilized"])
    monkeypatch.setattr(measures, "COLUMNS", tuple(known))


def observed(quiet=None, **shocks) -> Observed:
    return Observed(quiet, shocks, OBSERVATION)


def measured(name: str, quiet=None, **shocks) -> Part:
    return MEASURES[name](observed(quiet, **shocks))


def test_what_the_model_does_not_have_is_named():
    with pytest.raises(MissingError, match="no column 'voted'"):
        measured("voted", result(age=[30]))
    with pytest.raises(MissingError, match="no outcome 'satisfied_repeat'"):
        measured("satisfied_repeat", result(age=[30]))
    with pytest.raises(MissingError, match="no counter 'nothing_of_the_kind'"):
        measures.flow(result(age=[30]), "nothing_of_the_kind")


def test_who_voted_is_counted_among_adults_of_the_last_election():
    votes = result(age=[20, 25, 55, 75, 10], voted=[78, NEVER, NEVER, 78, NEVER], party_member=[1, 0, 0, 1, 0])
    votes.model.residents = votes.model.residents.astype([("age", int), ("voted", int), ("party_member", bool)]).view(
        np.recarray
    )

    assert measured("voted", votes) == (2, 4)
    assert measured("voted_age_18_29", votes) == (1, 2)
    assert measured("voted_age_50_59", votes) == (0, 1)
    assert measured("voted_age_70_79", votes) == (1, 1)
    assert measured("voted_party_members", votes) == (2, 2)
    assert measured("voted_others", votes) == (0, 2)


def test_before_the_first_election_there_is_nothing_to_measure():
    assert measured("voted", result(age=[20, 30], voted=[NEVER, NEVER])) == (0, 0)


def test_those_who_came_by_themselves_and_those_who_were_asked():
    volunteers = result(age=[30] * 5, hours_given=[1.0, 2.0, 0.0, 3.0, 1.0], first_asked=[1, 2, 2, 2, 0])

    assert measured("asked_first", volunteers) == (2, 3)


@pytest.mark.usefixtures("_counters_to_come")
def test_disputes_end_nearby_with_the_legal_team_or_above():
    flows = {"mediated_near": [10, 10], "settled_near": [6, 6], "mediated_legal": [4, 4], "settled_legal": [1, 2]}
    disputes = result(flows=flows, age=[30])

    assert measured("settled_near", disputes) == (12, 20)
    assert measured("settled_legal", disputes) == (3, 8)
    assert measured("settled_below", disputes) == (15, 20)


@pytest.mark.usefixtures("_counters_to_come")
def test_only_the_first_week_of_an_epidemic_counts():
    assert measured("mobilized", epidemic=result(flows={"mobilized": [0, 0, 3]}, age=[30] * 40)) == (3, 40)


def test_members_who_took_part_in_the_week_of_the_flood():
    flood = result(week=79, age=[30, 40, 50, 12], took_part=[79, 78, 79, 79], party_member=[1, 1, 0, 1])
    flood.model.residents = flood.model.residents.astype(
        [("age", int), ("took_part", int), ("party_member", bool)]
    ).view(np.recarray)

    assert measured("members_mobilized", flood=flood) == (1, 2)


def test_calls_in_a_flood_are_compared_with_the_weeks_before():
    part, whole = measured("calls_in_flood", flood=result(flows={"by_hotline": [2, 4, 3, 6]}, age=[30]))

    assert (part / whole, whole) == (1.0, 3.0)


def test_reported_rates_are_weighted_by_residents():
    reported = result(age=[30] * 50, summary={"satisfied_reported": 0.9, "fulfilment_reported": math.nan})

    assert measured("satisfied_reported", reported) == (45, 50)
    assert measured("resolved_reported", reported) == (0, 0)


def test_ties_with_neighbours_are_counted_and_free_slots_are_not():
    ties = Ties(
        start=np.array([0, 3, 5]),
        count=np.array([2, 1]),
        to=np.zeros(5, np.int32),
        kind=np.array([NEIGHBOUR, HOUSEHOLD, NEIGHBOUR, NEIGHBOUR, NEIGHBOUR]),
        met=np.zeros(5, np.int16),
    )

    assert measures.neighbours_known(SimpleNamespace(model=SimpleNamespace(ties=ties))).tolist() == [1, 1]


def test_who_knows_more_neighbours_chats_on_more_days():
    chances = measures.chance_of_days(np.array([0, 1, 5, 1000]), 1.0, 5)

    assert chances[0] == 0.0
    assert np.all(np.diff(chances) > 0.0)
    assert chances[-1] == pytest.approx(1.0)
    assert measures.chance_of_days(np.array([2]), 1.0, 1) == pytest.approx(-math.expm1(-2.0))


def test_where_people_differ_more_chat_daily_and_more_hardly_ever():
    ties = np.array([3.0])
    alike, differing = (
        [float(measures.chance_of_days(ties, 1.0, least, spread)[0]) for least in (1, 5)] for spread in (0.0, 1.2)
    )

    assert differing[0] < alike[0]
    assert differing[1] > alike[1]


def test_the_top_of_volunteers_counts_one_at_the_edge_in_part():
    hours = np.array([8.0, 4.0, 2.0, 2.0])

    assert measures.hours_of_top(hours, 0.25) == (8.0, 16.0)
    assert measures.hours_of_top(hours, 0.375) == (10.0, 16.0)
    assert measures.hours_of_top(np.array([]), 0.25) == (0.0, 0.0)


def test_old_and_young_volunteers_are_compared_by_medians():
    volunteers = result(age=[70, 80, 66, 20, 30, 40], hours_given=[6.0, 0.0, 8.0, 2.0, 4.0, 99.0])

    assert measured("hours_old_young", volunteers) == (7.0, 3.0)
    assert measured("hours_old_young", result(age=[70], hours_given=[6.0])) == (0, 0)


def test_shares_of_a_real_run_lie_between_none_and_all():
    scenario = place("village", residents=80, weeks=13, warmup=4)
    shock = sim.run(scenario.replace(emergencies=[{"kind": "flood", "start": 13}]))
    real = Observed(sim.run(scenario, needs=True), {"flood": shock, "epidemic": shock}, OBSERVATION)
    free = {"calls_in_flood", "requests", "handling_days", "hours_per_active", "hours_old_young"}
    seen = {}
    for name, one in MEASURES.items():
        try:
            seen[name] = one(real)
        except MissingError:
            continue

    assert {"chat_weekly", "paperwork", "answered_at_once", "knows_committee"} <= set(seen)
    assert all(0.0 <= part <= whole for name, (part, whole) in seen.items() if name not in free)
    assert seen["answered_at_once"].whole > 0.0
    assert seen["chat_daily"].part < seen["chat_weekly"].part
    assert seen["handling_days"].part >= 0.0
