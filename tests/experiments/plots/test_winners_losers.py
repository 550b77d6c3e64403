"""Shares better off and worse off."""

from __future__ import annotations

import pytest

from experiments.plots import notebook as plots


def test_bars_of_a_row_fill_the_whole(shares):
    first, second = plots.winners_losers(shares).axes
    widths = [bar.get_width() for bar in first.patches]

    assert len(first.patches) == len(second.patches) == 9
    assert [sum(widths[k : k + 3]) for k in (0, 3, 6)] == pytest.approx([100.0] * 3)
    assert first.get_xlim() == (0.0, 100.0)
    assert [tick.get_text() for tick in first.get_yticklabels()] == ["all adults", "age 18–34", "age 60 and over"]


def test_a_narrow_share_has_no_number_and_intervals_are_drawn_where_there_are_any(shares):
    shares["better"], shares["same"], shares["worse"] = 0.01, 0.69, 0.30
    figure = plots.winners_losers(shares.assign(better_low=0.0, better_high=0.03))

    assert {words.get_text() for words in figure.axes[0].texts} == {"69", "30"}
    assert len(figure.axes[0].lines) == 3
