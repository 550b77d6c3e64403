"""Diary strips."""

from __future__ import annotations

import pytest

import sim
from experiments.plots import diary_strip
from experiments.plots import notebook as plots
from experiments.plots.diary_strip import _lanes, _needs


def test_the_line_is_the_residents_satisfaction_in_points(two_runs):
    diary = sim.diary(two_runs[0], 7)
    upper, lower = plots.diary_strip(diary).axes
    line = upper.lines[0]

    assert line.get_ydata()[-1] == pytest.approx(100 * two_runs[0].model.residents.satisfaction[7], abs=1e-3)
    assert line.get_xdata()[-1] == 30
    assert lower.get_xlim() == (0.5, 30.5)


def test_each_practical_need_of_the_weeks_has_a_label(two_runs):
    both = sim.compare_diaries(*two_runs)
    axes = plots.diary_strip(both, "en").axes
    known = _needs(both.left, "en")

    assert len(axes) == 4
    assert known
    assert [words.get_text() for words in axes[1].texts] == [
        need["label"] for lane in _lanes(known, 30) for need in lane
    ]


def test_needs_in_a_lane_do_not_touch():
    needs = [{"start": start, "end": start + 4, "label": "parking"} for start in (1, 3, 12, 30)]
    lanes = _lanes(needs, 52)

    assert [[need["start"] for need in lane] for lane in lanes] == [[1, 12, 30], [3]]


def test_needs_that_have_no_room_are_counted(two_runs, monkeypatch):
    both = sim.compare_diaries(*two_runs)
    monkeypatch.setattr(diary_strip, "MOST_LANES", 0)
    count = sum(len(_needs(one, "en")) for one in (both.left, both.right))

    assert f"{count} more" in plots.diary_strip(both).texts[1].get_text()


def test_weeks_of_taking_part_are_marked(two_runs):
    acts = two_runs[0].trace.acts
    acts = acts[(acts["form"] >= 0) & (acts["week"] > 20)]
    upper = plots.diary_strip(sim.diary(two_runs[0], int(acts["person"][0]))).axes[0]

    assert int(acts["week"][0]) - 20 in upper.lines[1].get_xdata()
