"""The cost-effectiveness plane."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.plots import notebook as plots
from experiments.plots.cost_effectiveness import unbeaten


def test_a_design_is_beaten_by_one_that_does_as_much_for_less():
    gain, cost = pd.Series([1.0, 1.0, 2.0, 0.5]), pd.Series([1.0, 2.0, 3.0, 0.5])

    assert unbeaten(gain, cost).tolist() == [True, False, True, True]


def test_the_line_joins_the_baseline_with_what_nothing_beats(effects):
    axes = plots.cost_effectiveness(effects, outcomes=["participation"]).axes[0]
    joined = next(line for line in axes.lines if len(line.get_xdata()) > 1 and line.get_linestyle() == "--")

    assert np.array(joined.get_xydata()) == pytest.approx(np.array([[0.0, 0.0], [3.0, 10.0]]))
    assert axes.get_xlabel().endswith("1 Lists")


def test_a_gain_is_less_of_what_is_better_little(effects):
    effects.loc[effects["outcome"] == "participation", "outcome"] = "complaints"
    axes = plots.cost_effectiveness(effects, outcomes=["complaints"]).axes[0]

    assert axes.get_xlabel().endswith("1 Harm")


def test_nothing_is_named_where_nothing_gains(effects):
    effects["effect"] = -effects["effect"].abs()
    axes = plots.cost_effectiveness(effects, outcomes=["participation"]).axes[0]

    assert axes.get_xlabel().strip().endswith("resident")
