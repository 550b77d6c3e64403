"""What staff can do: experience, generalists and specialists, windows that are empty."""

import itertools

import pytest

from sim.staff import chance_at_once, manned_of, skill_for, with_experience


def test_middling_staff_do_as_the_base_says():
    assert with_experience(0.6, 0.5, 0.8) == 0.6


def test_full_skill_adds_as_much_as_none_takes_away():
    assert with_experience(1.0, 1.0, 0.4) == pytest.approx(1.2)
    assert with_experience(1.0, 0.0, 0.4) == pytest.approx(0.8)


def test_hard_matters_want_a_specialist_and_ordinary_ones_do_not():
    assert skill_for(0.8, 1.0, True, 0.5) == pytest.approx(0.4)
    assert skill_for(0.8, 1.0, False, 0.5) == 0.8
    assert skill_for(0.8, 0.0, True, 0.5) == 0.8


def test_generalists_are_never_the_wrong_person():
    assert chance_at_once(0.5, 0.0, 0.2, 0.5) == pytest.approx(0.8)
    assert chance_at_once(0.5, 1.0, 0.2, 0.5) == 1.0


def test_settling_at_once_is_a_chance():
    grid = itertools.product((0.0, 0.5, 1.0), repeat=4)

    assert all(0.0 <= chance_at_once(*one) <= 1.0 for one in grid)


def test_where_all_posts_are_filled_and_nobody_is_away_all_work_goes_on():
    assert manned_of(1.0, 0.0, 0.0, 0.5) == 1.0


def test_an_empty_window_costs_more_than_its_own_work_unless_others_can_cover_it():
    specialists, generalists = manned_of(0.8, 0.0, 0.0, 0.5), manned_of(0.8, 1.0, 0.0, 0.5)

    assert generalists == 0.8
    assert specialists == pytest.approx(0.8 * 0.9)


def test_what_goes_on_is_a_share():
    grid = itertools.product((0.0, 0.5, 1.0), (0.0, 1.0), (0.0, 0.2), (0.0, 0.8))

    assert all(0.0 <= manned_of(*one) <= 1.0 for one in grid)
