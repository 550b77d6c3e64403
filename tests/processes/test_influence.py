"""Trust and stories along ties."""

import numpy as np
import pytest

from sim.agents.organizations import COMMUNITIES, SEAT_COMMITTEE, SEAT_DEPARTMENT, SEAT_SOCIAL, SOCIALS
from sim.agents.residents import NEVER, RATE, VOLUNTEER, new_residents
from sim.agents.ties import FRIEND, Ties
from sim.needs_table import FAILED, HOTLINE, NOBODY, RESOLVED, VISIT, new_needs
from sim.network import add_tie
from sim.processes.influence import (
    ROUND,
    InfluenceNumbers,
    each_affiliation,
    each_closed,
    each_resident,
    mean_voice_of_ties,
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


def affiliations(**values):
    """Chances of ties to organisations, 0 unless given."""
    table = numbers(0.0, 0.0)
    for name, value in values.items():
        table[name][:] = value
    return table


def people(count, **values):
    """Adults of one community who are members of nothing and know nobody."""
    residents = new_residents(count)
    residents.age[:] = 40
    for name, value in values.items():
        residents[name][:] = value
    return residents


def affiliated(residents, p, week=100):
    """Let every resident have her turn once."""
    for turn in range(13):
        each_affiliation(residents, COMMUNITIES.new(1), p, 3, week + turn)
    return residents


def test_who_volunteers_joins_a_social_organization_and_comes_to_know_the_committee():
    residents = affiliated(
        people(130, took_part=100, form=VOLUNTEER), affiliations(joins_serving=1.0, contact_knows=1.0)
    )

    assert residents.knows_committee.all()
    assert set(residents.social_organization) == set(range(SEAT_SOCIAL, SEAT_SOCIAL + SOCIALS))


@pytest.mark.parametrize("changes", [{"form": RATE}, {"took_part": NEVER}, {"age": 17}])
def test_who_does_nothing_together_with_others_makes_no_ties_to_organizations(changes):
    residents = people(130, **({"took_part": 100, "form": VOLUNTEER} | changes))
    affiliated(residents, affiliations(joins_serving=1.0, contact_knows=1.0))

    assert not residents.knows_committee.any()
    assert (residents.social_organization == -1).all()


def test_neglected_ties_to_organizations_fade_and_lived_ones_stay():
    p = affiliations(loses_sight=1.0, membership_fades=1.0)
    idle = affiliated(people(130, social_organization=SEAT_SOCIAL, knows_committee=True), p)
    active = affiliated(
        people(130, social_organization=SEAT_SOCIAL, knows_committee=True, took_part=100, form=VOLUNTEER), p
    )

    assert not idle.knows_committee.any()
    assert (idle.social_organization == -1).all()
    assert active.knows_committee.all()
    assert (active.social_organization == SEAT_SOCIAL).all()


def test_without_their_chances_ties_to_organizations_stay_as_they_are():
    residents = affiliated(people(130, social_organization=SEAT_SOCIAL, knows_committee=True), affiliations())

    assert residents.knows_committee.all()
    assert (residents.social_organization == SEAT_SOCIAL).all()


@pytest.mark.parametrize(
    ("state", "provider", "channel", "knows", "joins"),
    [
        (RESOLVED, SEAT_SOCIAL + 1, HOTLINE, False, True),
        (RESOLVED, SEAT_SOCIAL + 1, VISIT, True, True),
        (RESOLVED, SEAT_COMMITTEE, HOTLINE, True, False),
        (RESOLVED, SEAT_DEPARTMENT, HOTLINE, False, False),
        (RESOLVED, NOBODY, VISIT, True, False),
        (FAILED, SEAT_SOCIAL + 1, VISIT, False, False),
    ],
)
def test_who_was_helped_is_tied_to_those_who_helped(state, provider, channel, knows, joins):
    needs, index = new_needs(1)
    needs.state[0], needs.provider[0], needs.channel[0], index.closed_count[0] = state, provider, channel, 1
    residents = people(1)
    p = affiliations(contact_knows=1.0, joins_helped=1.0)
    each_closed(residents, needs, index, COMMUNITIES.new(1), p, 3, 5)

    assert bool(residents.knows_committee[0]) == knows
    assert residents.social_organization[0] == (provider if joins else -1)
