"""The network of residents."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from experiments.plots import notebook as plots
from experiments.plots.resident_network import _layout
from sim.agents.residents import ADULT
from sim.agents.ties import HOUSEHOLD
from sim.errors import InputError


def drawn(result, **settings):
    axes = plots.resident_network(result, **settings).axes[0]
    lines, *dots = axes.collections
    return lines, [np.asarray(one.get_offsets()) for one in dots], dots


def test_every_resident_stands_once_and_at_a_place_of_their_own(two_runs):
    _, places, _ = drawn(two_runs[0], community="old_neighbourhood")
    everybody = np.concatenate(places)

    assert len(everybody) == len(np.unique(everybody.round(6), axis=0)) == 120


def test_colours_tell_who_took_part(two_runs):
    model = two_runs[0].model
    here = model.residents[:120]
    _, (children, idle, active), _ = drawn(two_runs[0])
    took_part = (here.age >= ADULT) & (here.took_part > model.week - 13)

    assert [len(one) for one in (children, active)] == [(here.age < ADULT).sum(), took_part.sum()]
    assert len(idle) == 120 - len(children) - len(active)


def test_ties_beyond_the_household_are_drawn_once(two_runs):
    ties = two_runs[0].model.ties
    count = sum(int((ties.kind[ties.start[i] : ties.start[i] + ties.count[i]] != HOUSEHOLD).sum()) for i in range(120))

    assert len(drawn(two_runs[0])[0].get_segments()) == count / 2


def test_the_map_is_the_same_under_both_designs(two_runs):
    one, other = (np.concatenate(drawn(run)[1]) for run in two_runs)

    assert sorted(map(tuple, one)) == sorted(map(tuple, other))


def test_of_a_large_community_whole_micro_grids_are_shown():
    model = sim.Community(sim.Scenario(communities=[{"type": "village", "residents": 700}], warmup=0))
    _, places = _layout(model, 0, most=300)
    first = model.microgrids[0]

    assert sorted(places) == list(range(int(first.start), int(first.stop)))


def test_size_can_tell_satisfaction(two_runs):
    _, _, dots = drawn(two_runs[0], size="satisfaction")
    assert np.ptp(dots[1].get_sizes()) > 0
    with pytest.raises(InputError, match="ties, satisfaction"):
        plots.resident_network(two_runs[0], size="age")
