"""Curves over doses as a figure."""

from __future__ import annotations

import pandas as pd
import pytest

from experiments.analyses.dose_response import PLACE
from experiments.plots import style
from experiments.plots.dose_response import draw_dose_response, shape_in_words

SHAPE = {"shape": "rising", "bend": "saturating", "extreme": 1.0, "half": 0.31, "half_low": 0.2, "half_high": 0.44}


@pytest.fixture
def tables():
    rows = [
        {"lever": lever, "outcome": "participation", "type": type_, "level": x, "effect": 0.1 * x}
        | {"value": 0.4 + 0.1 * x, "low": 0.1 * x - 0.02, "high": 0.1 * x + 0.02, "n": 8}
        for lever in ("three_lists", "micro_grid")
        for type_ in (PLACE, "village")
        for x in (0.0, 0.5, 1.0)
    ]
    flat = SHAPE | {"shape": "flat", "half": float("nan"), "half_low": float("nan"), "half_high": float("nan")}
    facts = [
        {"lever": lever, "outcome": "participation", "type": PLACE} | shape
        for lever, shape in (("three_lists", SHAPE), ("micro_grid", flat))
    ]
    return pd.DataFrame(rows), pd.DataFrame(facts)


@pytest.mark.parametrize("language", ["en", "zh_hans", "zh_hant"])
def test_each_lever_has_axes_in_the_printed_unit_and_says_its_shape(tables, language):
    with style.house_style("en"):
        figure = draw_dose_response(*tables, "participation", {"three_lists": "x", "micro_grid": "y"}, language)
    first, second = figure.axes

    village, whole = first.lines[:2]
    assert whole.get_ydata().tolist() == village.get_ydata().tolist() == [0.0, 5.0, 10.0]
    assert "0.31" in first.get_xlabel()
    assert "0.31" not in second.get_xlabel()


def test_a_shape_in_words():
    assert shape_in_words(SHAPE, "en") == "rises, less and less\nhalf at 0.31 (0.2 to 0.44)"
    assert shape_in_words(SHAPE | {"shape": "turning", "extreme": 0.5}, "en").startswith("turns at 0.5\nhalf")
    assert shape_in_words(SHAPE | {"shape": "flat"}, "zh_hans") == "无明确效果"
