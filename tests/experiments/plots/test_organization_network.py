"""The network of organisations."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from experiments.plots import notebook as plots
from experiments.plots import style
from experiments.plots.organization_network import LEAST, WIDEST
from experiments.text import LANGUAGES
from sim.agents.organizations import SEATS
from sim.errors import InputError

DRAWABLE = [language for language in LANGUAGES if not style.missing_font_hint(language)]


def links_of(axes):
    return [line for line in axes.lines if len(line.get_xdata()) == 2]


def test_a_dot_for_each_seat_and_a_line_for_each_relation_as_wide_as_it_is_strong(two_runs):
    (axes,) = plots.organization_network(two_runs[0]).axes
    links = two_runs[0].model.links[0]
    strong = links[np.triu_indices(SEATS, 1)]
    strong = strong[strong >= LEAST]

    assert len(axes.lines) == SEATS + len(strong)
    assert [line.get_linewidth() for line in links_of(axes)] == pytest.approx(strong * WIDEST)


def test_changes_between_two_runs_are_coloured_in_the_second(two_runs):
    first, second = plots.organization_network(*two_runs[:1], other=two_runs[1]).axes

    assert {line.get_color() for line in links_of(first)}.isdisjoint({style.GOOD, style.BAD})
    assert {line.get_color() for line in links_of(second)} & {style.GOOD, style.BAD}


@pytest.mark.parametrize("language", DRAWABLE[:2])
@pytest.mark.parametrize("two", [False, True])
def test_no_label_touches_another(two_runs, language, two):
    figure = plots.organization_network(two_runs[0], language, other=two_runs[1] if two else None)
    figure.draw_without_rendering()
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = {words.get_text(): words.get_window_extent(renderer) for words in figure.axes[0].texts}

    assert len(boxes) == SEATS
    assert [(a, b) for a, b in combinations(boxes, 2) if boxes[a].overlaps(boxes[b])] == []


def test_an_unknown_community_is_refused_with_the_closest(two_runs):
    with pytest.raises(InputError, match="village"):
        plots.organization_network(two_runs[0], community="vilage")
