"""How needs end: who answers when asked for a rating, what counts, what is recorded."""

import numpy as np
import pytest

from sim.counters import (
    COUNTERS,
    RATED,
    REPEAT_RATED,
    REPEAT_SATISFIED,
    VALID,
    VALID_SATISFIED,
)
from sim.needs_life import chance_to_answer, count_rating, is_recorded_as_resolved
from sim.needs_table import new_needs


def test_without_bias_all_answer_alike():
    assert [chance_to_answer(0.35, rating, 0.0) for rating in (0.0, 0.5, 1.0)] == [0.35] * 3


def test_the_pleased_and_the_angry_answer_more_than_the_indifferent():
    angry, indifferent, pleased = (chance_to_answer(0.35, rating, 0.6) for rating in (0.0, 0.5, 1.0))

    assert angry == pleased == pytest.approx(0.35 * 1.6)
    assert indifferent == pytest.approx(0.35 * 0.4)


def test_nobody_answers_more_than_surely():
    assert chance_to_answer(0.9, 1.0, 1.0) == 1.0
    assert chance_to_answer(0.9, 0.5, 1.0) == 0.0


@pytest.mark.parametrize(
    ("rating", "reopened", "set_aside", "expected"),
    [
        (0.8, False, False, (1, 1, 1, 0, 0)),
        (0.8, True, False, (1, 1, 1, 1, 1)),
        (0.8, True, True, (1, 1, 1, 1, 1)),
        (0.1, False, False, (1, 1, 0, 0, 0)),
        (0.1, True, False, (1, 1, 0, 1, 0)),
        (0.1, True, True, (1, 0, 0, 0, 0)),
    ],
)
def test_bad_ratings_may_be_set_aside_and_good_ones_never(rating, reopened, set_aside, expected):
    counts = np.zeros((1, len(COUNTERS)))
    count_rating(rating, reopened, set_aside, 0.3, counts, 0)

    found = counts[0, [RATED, VALID, VALID_SATISFIED, REPEAT_RATED, REPEAT_SATISFIED]]
    assert found.tolist() == list(expected)


def test_what_is_recorded_of_a_matter_does_not_depend_on_when_it_is_asked():
    needs, _ = new_needs(1000)
    needs.resident[:], needs.building[:] = np.arange(1000), -1
    recorded = [is_recorded_as_resolved(needs, n, 0.3, 7) for n in range(1000)]

    assert np.mean(recorded) == pytest.approx(0.3, abs=0.05)
    assert not any(is_recorded_as_resolved(needs, n, 0.0, 7) for n in range(1000))
    assert all(is_recorded_as_resolved(needs, n, 0.5, 7) for n in range(1000) if recorded[n])
