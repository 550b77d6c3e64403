"""How trust moves with experience: slowly up, quickly down, within its ends."""

import pytest

from sim.catalogue import process_entries
from sim.trust import next_trust

GAIN, ASYMMETRY = 0.1, 2.0


def test_what_was_expected_moves_no_trust():
    assert next_trust(0.4, 0.6, 0.6, 1.0, GAIN, ASYMMETRY) == 0.4


def test_in_the_middle_a_loss_weighs_more_than_an_equal_gain_by_the_asymmetry():
    gain = next_trust(0.5, 0.8, 0.6, 1.0, GAIN, ASYMMETRY) - 0.5
    loss = 0.5 - next_trust(0.5, 0.4, 0.6, 1.0, GAIN, ASYMMETRY)

    assert loss == pytest.approx(ASYMMETRY * gain)
    assert gain > 0.0


def test_many_small_events_weigh_no_more_than_one_whole():
    assert next_trust(0.5, 0.9, 0.6, 7.0, GAIN, ASYMMETRY) == next_trust(0.5, 0.9, 0.6, 1.0, GAIN, ASYMMETRY)


def test_trust_stays_a_share():
    grid = [
        next_trust(anchor, quality, expectation, 1.0, 0.3, 3.0)
        for anchor in (0.0, 0.3, 1.0)
        for quality in (0.0, 0.5, 1.0)
        for expectation in (0.0, 0.5, 1.0)
    ]

    assert min(grid) >= 0.0
    assert max(grid) <= 1.0


def test_trust_stays_a_share_at_the_ends_of_the_catalogues_ranges():
    satisfaction, influence = process_entries("satisfaction"), process_entries("influence")

    for gain, asymmetry in (
        (satisfaction["trust_gain"], satisfaction["asymmetry"]),
        (influence["story_gain"], influence["asymmetry"]),
    ):
        assert next_trust(0.9, 0.0, 1.0, 1.0, gain.high, asymmetry.high) >= 0.0


@pytest.mark.parametrize(("anchor", "quality"), [(1.0, 1.0), (0.0, 0.0)])
def test_experience_carries_trust_no_further_than_its_ends(anchor, quality):
    assert next_trust(anchor, quality, 0.5, 1.0, 0.05, 6.0) == anchor
