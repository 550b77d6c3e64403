"""The flow of needs."""

from __future__ import annotations

import pytest

import sim
from experiments.plots import notebook as plots
from experiments.plots.needs_flow import _apart, year_of_needs
from sim.outcomes import COLUMNS


@pytest.fixture(scope="module")
def long_run():
    scenario = sim.Scenario(communities=[{"type": "village", "residents": 100}] * 2, weeks=60, warmup=10)
    return sim.run(scenario + sim.Design.of("three_lists"), seed=2)


def test_all_needs_go_somewhere_and_the_stock_before_is_what_was_seen_then(long_run):
    year = year_of_needs(long_run)
    before = long_run.history[7].sum(axis=0)
    hidden, opened = (before[COLUMNS.index(name)] for name in ("hidden", "open"))

    assert (year.hidden_before, year.known_before) == (hidden, opened - hidden)
    assert year.arisen + opened == sum(year.ends.values())
    assert min(year.ends.values()) >= 0


def test_communities_add_up_to_the_place(long_run):
    parts = [year_of_needs(long_run, name) for name in long_run.scenario.community_names]
    whole = year_of_needs(long_run)

    assert sum(part.arisen for part in parts) == whole.arisen
    assert {name: sum(part.channels[name] for part in parts) for name in whole.channels} == whole.channels


def test_bars_are_as_high_as_there_are_needs(long_run):
    axes = plots.needs_flow(long_run).axes[0]
    year = year_of_needs(long_run)
    total = year.arisen + year.hidden_before + year.known_before
    words = [one.get_text() for one in axes.texts]
    highest = max(patch.get_height() for patch in axes.patches if hasattr(patch, "get_height"))

    assert f"arisen {year.arisen:,}" in words
    assert highest == pytest.approx((year.arisen + year.hidden_before) / total)


def test_two_runs_have_one_scale(two_runs):
    first, second = plots.needs_flow(two_runs[0], other=two_runs[1]).axes

    assert first.get_ylim() == second.get_ylim()


def test_labels_are_moved_apart_only_as_far_as_needed():
    assert _apart([1.0, 0.5], ["a", "b"], 0.1) == [1.0, 0.5]
    high, low = _apart([0.52, 0.5], ["a", "b\nc"], 0.1)
    assert high - low == pytest.approx(0.15)
