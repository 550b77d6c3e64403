"""Trust and stories along ties."""

import numpy as np
import pytest

from sim.agents.residents import new_residents
from sim.agents.ties import FRIEND, Ties
from sim.network import add_tie
from sim.processes.influence import (
    ROUND,
    InfluenceNumbers,
    each_resident,
    mean_voice_of_ties,
    next_anchor,
    voiced_trust,
)


def graph(size, *pairs):
    """Ties between residents of a small graph."""
    ties = Ties(
        np.arange(size + 1, dtype=np.int64) * size,
        np.zeros(size, np.int16),
        np.zeros(size * size, np.int32),
        np.zeros(size * size, np.int8),
        np.zeros(size * size, np.int16),
    )
    for i, j in pairs:
        assert add_tie(ties, i, j, FRIEND, 0)
    return ties


def voices(anchors, start):
    residents = new_residents(len(anchors))
    residents.trust_anchor[:], residents.trust[:] = anchors, start
    return residents


def numbers(susceptibility, pace):
    table = InfluenceNumbers(*np.zeros((len(InfluenceNumbers.names), 1)))
    table.susceptibility[:], table.pace[:] = susceptibility, pace
    return table


def test_without_susceptibility_a_resident_voices_her_own_experience():
    assert voiced_trust(0.9, 0.3, 0.8, 0.0, 1.0) == pytest.approx(0.3)


def test_at_full_susceptibility_a_resident_echoes_others():
    assert voiced_trust(0.9, 0.3, 0.8, 1.0, 1.0) == pytest.approx(0.8)


def test_without_pace_nothing_moves():
    assert voiced_trust(0.9, 0.3, 0.8, 0.4, 0.0) == 0.9


def test_trust_moves_a_share_of_the_way():
    assert voiced_trust(0.9, 0.3, 0.8, 0.4, 0.5) == pytest.approx(0.5 * 0.9 + 0.5 * 0.5)


def test_who_has_no_ties_hears_herself():
    assert mean_voice_of_ties(voices([0.1, 0.5], [0.2, 0.9]).trust, graph(2), 0) == 0.2


def test_who_has_ties_hears_their_mean():
    residents = voices([0.5] * 4, [0.1, 0.2, 0.6, 1.0])

    assert mean_voice_of_ties(residents.trust, graph(4, (0, 1), (0, 2)), 0) == pytest.approx(0.4)


@pytest.mark.parametrize("pace", [0.3, 1.0])
def test_influence_alone_converges_to_the_fixed_point_of_friedkin_and_johnsen(pace):
    """Trust = (I - s W)^-1 (1 - s) anchor, W the mean over ties (Friedkin & Johnsen 1990)."""
    pairs = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (3, 4)]
    anchors, susceptibility = np.array([0.1, 0.9, 0.4, 0.6, 0.2]), 0.4
    residents, ties = voices(anchors, [0.5] * 5), graph(5, *pairs)
    for week in range(ROUND * 100):
        each_resident(residents, ties, np.zeros(5), numbers(susceptibility, pace), week)
    others = np.zeros((5, 5))
    for i, j in pairs:
        others[i, j] = others[j, i] = 1.0
    others /= others.sum(axis=1, keepdims=True)
    fixed = np.linalg.solve(np.eye(5) - susceptibility * others, (1.0 - susceptibility) * anchors)

    assert residents.trust == pytest.approx(fixed, abs=1e-9)


def test_everybody_revises_once_a_round():
    residents, ties = voices([0.9] * 9, [0.1] * 9), graph(9)
    moved = []
    for week in range(ROUND):
        before = residents.trust.copy()
        each_resident(residents, ties, np.zeros(9), numbers(0.0, 1.0), week)
        moved += np.flatnonzero(residents.trust != before).tolist()

    assert sorted(moved) == list(range(9))


def test_a_bad_story_weighs_more_than_an_equally_good_one():
    gain = next_anchor(0.5, 0.8, 0.6, 0.01, 0.02) - 0.5
    loss = 0.5 - next_anchor(0.5, 0.4, 0.6, 0.01, 0.02)

    assert loss == pytest.approx(2.0 * gain)


@pytest.mark.parametrize(("anchor", "quality"), [(1.0, 1.0), (0.0, 0.0)])
def test_stories_carry_trust_no_further_than_its_ends(anchor, quality):
    assert next_anchor(anchor, quality, 0.5, 0.05, 0.3) == anchor
