"""Dumbbells of paired effects."""

from __future__ import annotations

import pytest

from experiments.plots import notebook as plots
from experiments.plots import style
from sim.errors import InputError


def dots(axes):
    return [line for line in axes.lines if line.get_marker() == "o"]


def test_a_row_for_each_design_runs_from_the_baseline_to_the_design_in_printed_units(effects):
    figure = plots.paired_effects(effects, outcomes=["participation"])
    (axes,) = figure.axes
    places = [float(line.get_xdata()[0]) for line in dots(axes)]

    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["Lists", "Grid", "Harm"]
    assert places == pytest.approx([30, 40, 30, 34, 30, 25])


def test_what_is_not_clear_is_grey_and_harm_is_orange(effects):
    (axes,) = plots.paired_effects(effects, outcomes=["participation"]).axes

    assert [line.get_color() for line in dots(axes)[1::2]] == [style.GOOD, style.MUTED, style.BAD]


def test_more_cost_is_worse(effects):
    (axes,) = plots.paired_effects(effects, outcomes=["yuan"]).axes

    assert {line.get_color() for line in dots(axes)[1::2]} == {style.BAD}


def test_intervals_are_written_beside_the_changes(effects):
    (axes,) = plots.paired_effects(effects, outcomes=["participation"]).axes
    written = [words.get_text() for words in axes.texts]

    assert written[:4] == ["+10.0", "+6.0 to +14.0", "+4.0", "−2.0 to +10.0"]


def test_a_missing_column_is_named_and_labels_replace_names(effects):
    with pytest.raises(InputError, match="'base'"):
        plots.paired_effects(effects.drop(columns="base"))
    (axes,) = plots.paired_effects(effects, outcomes=["yuan"], labels={"Grid": "Micro-grid"}).axes

    assert axes.get_yticklabels()[1].get_text() == "Micro-grid"
