"""Mediation: what settles a dispute, and which tie an unsettled one breaks."""

import numpy as np
import pytest

from sim.agents.ties import FRIEND, HOUSEHOLD, KIN, NEIGHBOUR, Ties
from sim.network import add_tie
from sim.processes.disputes import break_one_tie, chance_of_settlement


def ties_of_one(*kinds):
    """Resident 0 with a tie of each kind, to residents 1, 2, ..."""
    size, room = len(kinds) + 1, len(kinds) + 1
    ties = Ties(
        np.arange(size + 1, dtype=np.int64) * room,
        np.zeros(size, np.int16),
        np.zeros(size * room, np.int32),
        np.zeros(size * room, np.int8),
        np.zeros(size * room, np.int16),
    )
    for other, kind in enumerate(kinds, start=1):
        assert add_tie(ties, 0, other, kind, 0)
    return ties


def others(ties):
    return {int(one) for one in ties.to[: int(ties.count[0])]}


def test_an_ordinary_dispute_of_strangers_settles_at_the_base_rate():
    assert chance_of_settlement(0.6, 1, 0.15, 0, 0.15) == pytest.approx(0.6)


def test_grave_disputes_settle_less():
    assert chance_of_settlement(0.6, 3, 0.15, 0, 0.15) == pytest.approx(0.42)


def test_standing_among_friends_helps_up_to_ten_ties():
    assert chance_of_settlement(0.6, 1, 0.15, 5, 0.2) == pytest.approx(0.7)
    assert chance_of_settlement(0.6, 1, 0.15, 40, 0.2) == chance_of_settlement(0.6, 1, 0.15, 10, 0.2)


def test_no_mediation_is_certain():
    assert chance_of_settlement(1.0, 1, 0.0, 10, 0.4) == 0.98


@pytest.mark.parametrize(("u", "lost"), [(0.01, 2), (0.5, 4), (0.99, 5)])
def test_a_dispute_breaks_one_tie_outside_the_household(u, lost):
    ties = ties_of_one(HOUSEHOLD, NEIGHBOUR, HOUSEHOLD, KIN, FRIEND)

    assert break_one_tie(ties, 0, u)
    assert others(ties) == {1, 2, 3, 4, 5} - {lost}
    assert ties.count[lost] == 0


def test_who_has_ties_at_home_only_loses_none():
    ties = ties_of_one(HOUSEHOLD, HOUSEHOLD)

    assert not break_one_tie(ties, 0, 0.5)
    assert others(ties) == {1, 2}


def test_who_has_no_ties_loses_none():
    assert not break_one_tie(ties_of_one(), 0, 0.5)
