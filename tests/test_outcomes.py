"""Outcomes: each has a rule and labels, and follows from sums that add up."""

import numpy as np
import pytest

from sim import Community, run, warm_up
from sim.catalogue import LANGUAGES, units
from sim.counters import COUNTERS
from sim.outcomes import (
    _RULES,
    COLUMNS,
    DIMENSIONS,
    GROUP_MEASURES,
    OUTCOMES,
    STATES,
    Sums,
    codes_of,
    measure,
    observe,
    observe_groups,
)
from tests.state import place

SCENARIO = place(residents=200, weeks=8)
every_outcome = pytest.mark.parametrize("name", sorted(OUTCOMES))


def sums_with(**values):
    """Sums over one week of one community of 100 adults among 120 residents."""
    row = np.zeros(len(COLUMNS))
    for name, value in ({"residents": 120.0, "adults": 100.0} | values).items():
        row[COLUMNS.index(name)] = value
    return row


@pytest.fixture(scope="module")
def model():
    model = Community(SCENARIO)
    for _ in range(20):
        model.step()
    return model


@pytest.fixture(scope="module")
def history():
    return run(SCENARIO, warm=warm_up(SCENARIO)).history


# Data -----------------------------------------------------------------------------------------------------------------


def test_every_outcome_has_a_rule_and_every_rule_an_outcome():
    assert set(OUTCOMES) == set(_RULES)


@every_outcome
def test_an_outcome_has_words_in_three_languages_a_unit_and_a_direction(name):
    one = OUTCOMES[name]

    assert one.name == name
    assert all(text[language].strip() for text in (one.label, one.description) for language in LANGUAGES)
    assert one.unit in units()
    assert one.better in {-1, 0, 1}


def test_labels_tell_outcomes_apart():
    for language in LANGUAGES:
        labels = [one.label[language] for one in OUTCOMES.values()]

        assert len(set(labels)) == len(labels)


def test_columns_are_states_and_then_counts():
    assert (*STATES, *COUNTERS) == COLUMNS
    assert len(set(COLUMNS)) == len(COLUMNS)


# Rules ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values", "found"),
    [
        ("participation", {"active_13": 25.0}, 0.25),
        ("participation_year", {"active_52": 40.0}, 0.4),
        ("satisfaction", {"satisfaction": 61.0}, 0.61),
        ("satisfied", {"satisfied": 70.0}, 0.7),
        ("fulfilment", {"practical_due": 8.0, "practical_in_term": 2.0}, 0.25),
        ("fulfilment_known", {"known_due": 4.0, "known_in_term": 3.0}, 0.75),
        ("undiscovered", {"open": 10.0, "hidden": 4.0}, 0.4),
        ("days_to_resolve", {"practical_resolved": 2.0, "weeks_to_resolve": 6.0}, 21.0),
        ("bounces", {"practical_known": 4.0, "bounced": 6.0}, 1.5),
        ("volunteer_hours", {"volunteer_hours": 60.0}, 26.0),
        ("started_asked", {"started": 10.0, "started_asked": 4.0}, 0.4),
        ("registered", {"registered": 30.0}, 0.25),
        ("registered_active", {"registered": 30.0, "giving": 9.0}, 0.3),
        ("hours_top_third", {"top_third": 84.0}, 0.84),
        ("mobilized", {"mobilized": 6.0}, 50.0),
        ("turnout", {"electors": 100.0, "votes": 48.0}, 0.48),
        ("escalations", {"escalated": 3.0}, 1300.0),
        ("yuan", {"mechanism_yuan": 20.0, "service_yuan": 40.0}, 26.0),
    ],
)
def test_a_rule_gives_what_its_description_says(name, values, found):
    assert float(measure(sums_with(**values), 1)[name]) == pytest.approx(found)


@pytest.mark.parametrize(
    "name",
    ["fulfilment", "days_to_resolve", "bounces", "undiscovered", "projects_bottom_up", "turnout", "started_asked"],
)
def test_where_there_was_nothing_to_measure_there_is_no_value(name):
    assert np.isnan(measure(sums_with(), 1)[name])


@every_outcome
def test_a_rule_keeps_weeks_and_communities_apart(name, history):
    whole = measure(history, 1)[name]
    one_by_one = [[measure(row, 1)[name] for row in week] for week in history]

    assert whole.shape == history.shape[:2]
    assert whole == pytest.approx(np.array(one_by_one, float), nan_ok=True)


@every_outcome
def test_doubling_all_communities_leaves_what_is_relative_as_it_is(name, history):
    """Every outcome is a ratio: twice the place and all its flows is the same place."""
    last = history.sum(axis=(0, 1))

    assert float(measure(2.0 * last, 8)[name]) == pytest.approx(float(measure(last, 8)[name]), nan_ok=True)


@pytest.mark.parametrize("name", ["participation", "satisfaction", "satisfied", "trust", "efficacy", "belonging"])
def test_the_whole_is_the_mean_of_communities_weighted_by_adults(name, history):
    week = history[-1]
    parts, whole = measure(week, 1)[name], measure(week.sum(axis=0), 1)[name]

    assert whole == pytest.approx(np.average(parts, weights=Sums(week, 1)["adults"]))


# What is read off -----------------------------------------------------------------------------------------------------


def test_states_are_read_off_the_residents(model):
    row, adult = Sums(observe(model), 1), model.residents.age >= 18
    for c in range(2):
        here = adult & (model.residents.community == c)

        assert row["residents"][c] == 200
        assert row["adults"][c] == here.sum()
        assert row["satisfaction"][c] == pytest.approx(model.residents.satisfaction[here].sum())
        assert row["active_13"][c] == (model.residents.took_part[here] > model.week - 13).sum()


def test_flows_are_this_weeks_counts(model):
    assert observe(model)[:, len(STATES) :].tolist() == model.counts.tolist()


def test_open_needs_are_split_into_hidden_and_known(model):
    row, state = Sums(observe(model), 1), model.needs.state[: int(model.index.used[0])]

    assert row["open"].sum() == (state < 4).sum()
    assert row["hidden"].sum() == (state == 0).sum()


def test_reading_twice_gives_the_same_and_changes_nothing(model):
    assert observe(model).tobytes() == observe(model).tobytes()


@pytest.mark.parametrize("name", ["participation_gini", "active_volunteers"])
def test_at_the_end_of_the_year_the_running_year_is_the_whole_year(name):
    weekly = run(place(residents=300, weeks=52, warmup=0)).weekly
    before, last = (weekly[weekly["week"] == week][name].mean() for week in (51, 52))

    assert last > 0.5 * before > 0.0


# Groups ---------------------------------------------------------------------------------------------------------------


def test_every_adult_is_in_one_group_of_each_dimension_and_no_minor_in_any(model):
    adult = model.residents.age >= 18
    for name, code in codes_of(model.residents).items():
        assert (code[~adult] == -1).all()
        assert set(code[adult]) <= set(range(len(DIMENSIONS[name])))


def test_ages_fall_into_their_bands(model):
    code, age = codes_of(model.residents)["age"], model.residents.age

    assert (code == 0).tolist() == ((age >= 18) & (age < 35)).tolist()
    assert (code == 2).tolist() == (age >= 60).tolist()


def test_groups_of_each_dimension_add_up_to_the_community(model):
    table, row = observe_groups(model), Sums(observe(model), 1)
    first = 0
    for groups in DIMENSIONS.values():
        total = table[first : first + len(groups)].sum(axis=0)
        first += len(groups)

        assert total[:, 0].tolist() == row["adults"].tolist()
        assert total[:, 1].tolist() == row["active_52"].tolist()
        assert total[:, 2] == pytest.approx(row["satisfaction"])
    assert table.shape == (first, 2, 1 + len(GROUP_MEASURES))
