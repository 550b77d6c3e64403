"""Needs arise: bands of age, severity, kind, hours of work, who speaks for a building."""

import numpy as np
import pytest

from sim.agents.residents import new_residents
from sim.processes.needs import (
    adult_of,
    band_of_results,
    category_of,
    hours_for,
    question_share_of,
    severity_of,
    share_averted,
)


@pytest.mark.parametrize(("age", "band"), [(0, 0), (17, 0), (18, 1), (34, 1), (35, 2), (59, 2), (60, 3), (110, 3)])
def test_bands_begin_at_18_35_and_60(age, band):
    assert band_of_results(age) == band


def test_severity_follows_the_shares():
    found = [severity_of((k + 0.5) / 100, 0.3, 0.1) for k in range(100)]

    assert [found.count(severity) for severity in (1, 2, 3)] == [60, 30, 10]


def test_without_shares_all_needs_are_ordinary():
    assert severity_of(1e-16, 0.0, 0.0) == 1


def test_categories_follow_their_weights_whatever_these_add_up_to():
    cumulative = np.cumsum([1.0, 0.0, 2.0, 1.0])
    found = [category_of((k + 0.5) / 100, cumulative) for k in range(100)]

    assert [found.count(category) for category in range(4)] == [25, 0, 50, 25]


@pytest.mark.parametrize(("u", "category"), [(1e-16, 1), (1.0 - 1e-16, 2)])
def test_a_category_without_weight_never_comes_up_at_the_ends(u, category):
    assert category_of(u, np.cumsum([0.0, 0.5, 0.5, 0.0])) == category


def test_easy_channels_bring_questions_from_those_who_use_them():
    assert question_share_of(0.55, 0.0) == pytest.approx(0.55)
    assert question_share_of(0.55, 0.2) == pytest.approx(0.75 / 1.2)


def test_easy_channels_leave_the_number_of_practical_matters_as_it_is():
    extra = 0.2

    assert (1.0 + extra) * (1.0 - question_share_of(0.55, extra)) == pytest.approx(1.0 - 0.55)


def test_work_lies_between_half_and_one_and_a_half_of_its_mean():
    assert hours_for(10.0, 1, 0.6, 0.0) == pytest.approx(5.0)
    assert hours_for(10.0, 1, 0.6, 1.0) == pytest.approx(15.0)


def test_graver_needs_take_more_work():
    assert hours_for(10.0, 3, 0.6, 0.5) == pytest.approx(22.0)


def test_an_adult_speaks_for_the_building():
    residents = new_residents(5)
    residents.age[:] = 7, 40, 9, 12, 70

    assert [adult_of(residents, 0, 5, (k + 0.5) / 5) for k in range(5)] == [1, 1, 4, 4, 4]


def test_the_search_for_an_adult_goes_round_to_the_beginning_and_stays_in_the_building():
    residents = new_residents(6)
    residents.age[:] = 50, 30, 9, 12, 10, 44

    assert adult_of(residents, 1, 4, 0.99) == 1


def test_where_all_are_minors_one_of_them_speaks():
    residents = new_residents(3)

    assert adult_of(residents, 0, 3, 0.5) == 1


def test_rules_bind_fully_only_where_meetings_do():
    assert share_averted(0.4, 0.5, 1.0) == pytest.approx(0.4)
    assert share_averted(0.4, 0.5, 0.0) == pytest.approx(0.2)
    assert share_averted(0.0, 0.5, 1.0) == 0.0
