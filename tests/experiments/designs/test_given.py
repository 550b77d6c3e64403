"""Points that stand in the study."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from experiments.designs.design import Factor
from experiments.designs.given import Given
from sim.errors import InputError

FACTORS = [Factor("a", 0.0, 1.0, 0.0, (0.0, 1.0)), Factor("week", 1.0, 9.0, 1.0, (1.0, 9.0), whole=True)]


def test_points_keep_their_order_whatever_that_of_their_names():
    design = Given(points=[{"week": 3.0, "a": 0.5}, {"a": 1.0, "week": 9.0}])
    assert design.count(FACTORS) == 2
    assert design.sample(FACTORS, 7).to_numpy().tolist() == [[0.5, 3.0], [1.0, 9.0]]


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ({"a": 0.5}, "number 1: week is missing"),
        ({"a": 2.0, "week": 1.0}, "a: must be a number from 0 to 1, got 2"),
        ({"a": float("nan"), "week": 1.0}, "a: must be a number from 0 to 1, got nan"),
        ({"a": 0.5, "week": 1.5}, "week: must be a whole number from 1 to 9, got 1.5"),
        ({"a": 0.5, "week": 1.0, "weeks": 1.0}, "unknown factor 'weeks'; did you mean 'week'"),
    ],
)
def test_wrong_points(point, said):
    with pytest.raises(InputError, match=said):
        Given(points=[point]).sample(FACTORS, 0)


def test_there_is_a_point():
    with pytest.raises(ValidationError):
        Given(points=[])
