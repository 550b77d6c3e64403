"""Expectations meet experience: satisfaction, memory, expectation and trust."""

import numpy as np
import pytest

from sim.catalogue import process_entries
from sim.processes.satisfaction import (
    next_expectation,
    next_performance,
    satisfaction_of,
    wear_of_open_needs,
)


def default(name):
    return process_entries("satisfaction")[name].value


def satisfaction(performance, expectation):
    """Satisfaction by the numbers of the catalogue."""
    terms = (default(name) for name in ("level", "direct", "disconfirmation", "anchoring"))
    return satisfaction_of(performance, expectation, 0.0, *terms)


def test_satisfaction_adds_performance_its_gap_to_what_was_expected_and_anchoring():
    assert satisfaction_of(0.6, 0.7, 0.02, 0.05, 0.8, 0.4, 0.1) == pytest.approx(0.05 + 0.48 - 0.04 + 0.07 + 0.02)


@pytest.mark.parametrize(("performance", "expectation", "bound"), [(1.0, 0.0, 1.0), (0.0, 1.0, 0.0)])
def test_satisfaction_stays_on_its_scale(performance, expectation, bound):
    assert satisfaction_of(performance, expectation, 0.0, 0.0, 1.2, 0.8, 0.0) == bound


def test_who_leans_to_be_content_is_more_content_with_the_same():
    terms = (0.03, 0.85, 0.35, 0.1)

    assert satisfaction_of(0.5, 0.5, 0.1, *terms) - satisfaction_of(0.5, 0.5, -0.1, *terms) == pytest.approx(0.2)


def test_the_direct_part_dominates_disconfirmation():
    by_performance = satisfaction(0.7, 0.6) - satisfaction(0.6, 0.6)
    by_expectation = satisfaction(0.6, 0.6) - satisfaction(0.6, 0.7)

    assert by_performance > 2.0 * by_expectation > 0.0


def test_who_expected_more_is_less_satisfied_by_the_same():
    assert satisfaction(0.6, 0.9) < satisfaction(0.6, 0.5)


def test_memory_moves_toward_what_happened_and_never_beyond():
    assert next_performance(0.5, 1.0, 1.0, 0.35, 0.7, 0.0) == pytest.approx(0.675)
    assert next_performance(0.5, 1.0, 100.0, 0.35, 0.7, 0.0) == 1.0


def test_where_nothing_happens_memory_fades_to_the_ordinary():
    performance = 0.1
    for _ in range(1000):
        performance = next_performance(performance, 0.0, 0.0, 0.35, 0.7, 0.02)

    assert performance == pytest.approx(0.7)


def test_open_needs_wear_more_with_their_severity_but_the_wear_saturates():
    wear = [wear_of_open_needs(severity, 0.015, 2.0) for severity in range(50)]

    assert wear[0] == 0.0
    assert wear == sorted(wear)
    assert np.diff(wear).tolist() == sorted(np.diff(wear), reverse=True)
    assert wear[-1] < 0.015


def test_expectations_follow_experience_so_that_improving_raises_the_bar():
    assert next_expectation(0.5, 0.8, 0.1, 0.0) == pytest.approx(0.53)
    assert next_expectation(0.5, 0.3, 0.1, 0.0) == pytest.approx(0.48)


def test_announcements_raise_expectations_by_themselves_but_not_above_perfection():
    assert next_expectation(0.5, 0.5, 0.1, 0.2) == pytest.approx(0.52)
    assert next_expectation(1.0, 1.0, 0.1, 0.3) == 1.0
