"""Estimators against made-up panels of which the effect is known, and against a plain regression."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.power.inference import METHODS, compared, estimated, methods_for, two_way_weights
from experiments.power.roll_out import RollOut

STAGED = RollOut.staged(9, 8, 3)
SMALL = RollOut.parallel(8, 4)


def panels_of(roll_out: RollOut, count: int, effect: float = 0.0, growth: float = 0.0) -> np.ndarray:
    """Panels with differences among communities and waves, communities that drift apart, and noise."""
    random = np.random.default_rng(7)
    shape = (count, roll_out.waves, roll_out.communities)
    communities, waves = random.normal(0, 1, (count, 1, shape[2])), random.normal(0, 1, (count, shape[1], 1))
    drift = random.normal(0, 0.2, shape).cumsum(axis=1)
    since = np.cumsum(roll_out.treated, axis=0) - 1.0
    return communities + waves + drift + random.normal(0, 0.3, shape) + roll_out.treated * (effect + growth * since)


def test_two_way_is_the_regression_with_dummies():
    panel = panels_of(STAGED, 1, effect=0.5)[0]
    waves, communities = (
        np.eye(size)[grid.reshape(-1)] for size, grid in zip(panel.shape, np.indices(panel.shape), strict=True)
    )
    columns = np.column_stack([STAGED.treated.reshape(-1), waves, communities[:, 1:]])
    by_hand = np.linalg.lstsq(columns, panel.reshape(-1))[0][0]

    assert np.isclose((two_way_weights(STAGED.treated) * panel).sum(), by_hand)
    assert np.isclose(estimated(panel[None], STAGED, "two_way").estimate[0], by_hand)


@pytest.mark.parametrize("method", METHODS)
def test_a_steady_effect_is_estimated_without_bias_and_covered(method):
    found = estimated(panels_of(STAGED, 400, effect=0.6), STAGED, method)

    error = found.estimate.std() / 20
    assert abs(found.estimate.mean() - 0.6) < 4 * error
    assert 0.92 <= ((found.low <= 0.6) & (found.high >= 0.6)).mean() <= 0.985
    assert found.clear.mean() > 0.5


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("roll_out", [STAGED, SMALL])
def test_without_effect_the_test_keeps_its_level(method, roll_out):
    found = estimated(panels_of(roll_out, 1000), roll_out, method)

    assert found.clear.mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 1000)
    if method != "two_way_jackknife":
        assert found.clear.mean() > 0.02  # 2 of the 70 orders of the small one, the true one and its mirror image


@pytest.mark.parametrize("method", ["two_way", "not_yet_treated"])
@pytest.mark.parametrize("roll_out", [STAGED, SMALL])
def test_the_interval_holds_the_effects_that_the_test_does_not_reject(method, roll_out):
    panels = panels_of(roll_out, 60, effect=0.4)
    found = estimated(panels, roll_out, method)

    assert ((found.low > 0) | (found.high < 0)).tolist() == found.clear.tolist()
    inside = (found.low + 0.02)[:, None, None] * roll_out.treated
    outside = (found.low - 0.02)[:, None, None] * roll_out.treated
    assert not estimated(panels - inside, roll_out, method).clear.any()
    assert estimated(panels - outside, roll_out, method).clear.mean() > 0.6


def test_only_two_way_is_biased_where_the_effect_grows():
    panels = panels_of(STAGED, 400, effect=0.2, growth=0.2)
    since = np.cumsum(STAGED.treated, axis=0) - 1.0
    bias = {
        method: estimated(panels, STAGED, method).estimate.mean() - (0.2 + 0.2 * since)[compared(STAGED, method)].mean()
        for method in ("two_way", "not_yet_treated")
    }

    assert bias["two_way"] < -0.2
    assert abs(bias["not_yet_treated"]) < 0.05


def test_methods_that_agree_are_not_told_twice():
    assert methods_for(SMALL) == METHODS[:2]
    panels = panels_of(SMALL, 5)
    one, other = (estimated(panels, SMALL, method) for method in ("two_way", "not_yet_treated"))
    assert np.allclose(one.estimate, other.estimate)


def test_with_too_few_orders_nothing_is_ever_clear():
    roll_out = RollOut.staged(4, 4, 3)
    found = estimated(panels_of(roll_out, 20, effect=50.0), roll_out, "two_way")

    assert not found.clear.any()
    assert np.isinf(found.low).all()
