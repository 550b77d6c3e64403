"""Small multiples of weekly bands."""

from __future__ import annotations

import pandas as pd
import pytest

from experiments.plots import notebook as plots
from sim.errors import InputError


def test_a_panel_for_each_type_and_outcome_with_a_line_and_a_band_for_each_design(weekly):
    axes = plots.weekly_bands(weekly).axes

    assert len(axes) == 4
    assert [len(one.lines) for one in axes] == [2] * 4
    assert [len(one.collections) for one in axes] == [2] * 4
    assert [one.get_title(loc="left") for one in axes[:2]] == ["Village", "Old neighbourhood"]
    assert axes[0].lines[1].get_ydata()[0] == pytest.approx(41.0)


def test_panels_of_one_outcome_share_their_scale(weekly):
    weekly.loc[weekly["type"] == "village", "mean"] += 0.2
    first, second = plots.weekly_bands(weekly, outcomes=["participation"]).axes

    assert first.get_ylim() == second.get_ylim()
    assert first.get_ylim()[1] >= 68


def test_several_communities_of_a_type_are_not_mixed_up(weekly):
    with pytest.raises(InputError, match="community"):
        plots.weekly_bands(pd.concat([weekly, weekly]))


def test_bands_are_told_in_the_sentence(weekly):
    assert "10 % to 90 %" in plots.weekly_bands(weekly, bands="spread").texts[1].get_text()
    with pytest.raises(InputError, match="interval, spread"):
        plots.weekly_bands(weekly, bands="sd")
