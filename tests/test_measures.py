"""Measures of plain arrays against values known by hand."""

import numpy as np
import pytest

from sim import run
from sim.measures import (
    evenness,
    fusion_of_actors,
    fusion_of_channels,
    fusion_of_mechanisms,
    fusion_of_resources,
    gap,
    gini,
    mean_of_known,
    resilience,
    share_of_top,
    share_of_top_third,
    weeks_at,
)
from sim.mechanisms import mechanisms
from sim.outcomes import density_of, documented_links, linked_by_community
from tests.state import place

# Inequality -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("histogram", "found"),
    [
        ([10], 0.0),  # nobody does anything
        ([0, 0, 7], 0.0),  # all do alike
        ([9, 1], 0.9),  # one of ten does all
        ([9, 0, 0, 1], 0.9),  # ... however much
        ([5, 5], 0.5),
        ([0, 1, 1], 1.0 / 6.0),
        ([1, 1, 1], 4.0 / 9.0),
    ],
)
def test_gini_of_known_counts(histogram, found):
    assert gini(np.array(histogram, float)) == pytest.approx(found)


def test_gini_agrees_with_its_definition_and_not_with_the_number_of_people():
    acts = np.random.default_rng(2).geometric(0.4, 300) - 1
    histogram = np.bincount(acts).astype(float)
    by_pairs = np.abs(acts[:, None] - acts).mean() / (2.0 * acts.mean())

    assert gini(histogram) == pytest.approx(by_pairs)
    assert gini(7.0 * histogram) == pytest.approx(by_pairs)


def test_the_top_tenth_counts_those_at_its_edge_in_part():
    assert share_of_top(np.array([5.0, 5.0]), 0.1) == pytest.approx(0.2)
    assert share_of_top(np.array([9.0, 0.0, 1.0]), 0.1) == pytest.approx(1.0)
    assert share_of_top(np.array([3.0])) == 0.0


def test_weeks_at_moves_smoothly_within_a_week():
    assert weeks_at(0.5, np.array([0.0, 4.0])) == pytest.approx(1.5)
    assert np.isnan(weeks_at(0.5, np.zeros(3)))


@pytest.mark.parametrize(
    ("hours", "share"),
    [([], 0.0), ([0.0, 0.0], 0.0), ([0.0, 5.0], 1.0), ([1.0, 1.0, 8.0], 0.8), ([2.0] * 6, 1.0 / 3.0)],
)
def test_the_top_third_is_of_those_who_gave_anything(hours, share):
    assert share_of_top_third(np.array(hours)) == pytest.approx(share)


# Fusion ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "found"), [([1, 1], 1.0), ([5, 0], 0.0), ([3, 3, 3], 1.0), ([3, 1], 0.8112781244591328)]
)
def test_evenness_of_known_counts(counts, found):
    assert evenness(np.array(counts)) == pytest.approx(found)


def test_what_is_not_known_is_left_out_of_a_mean():
    assert mean_of_known(np.array([0.2]), np.array([np.nan])) == pytest.approx([0.2])
    assert np.isnan(mean_of_known(np.array([np.nan]), np.array([np.nan]))).all()
    assert np.isnan(evenness(np.zeros(3)))


def test_actors_fuse_with_stronger_links_and_fewer_returns():
    assert fusion_of_actors(np.array(0.4), np.array(20.0), np.array(100.0)) == pytest.approx(0.6)
    assert fusion_of_actors(np.array(0.0), np.array(300.0), np.array(100.0)) == 0.0


def test_resources_fuse_when_offers_are_used_and_needs_are_known():
    assert fusion_of_resources(*map(np.array, (30.0, 60.0, 10.0, 40.0))) == pytest.approx((0.5 + 0.75) / 2.0)


def test_channels_fuse_when_none_dominates():
    one_way = fusion_of_channels(np.array([9.0, 0.0]), np.array(0.0), np.array(5.0), np.array([0.0, 4.0]))
    both = fusion_of_channels(np.array([9.0, 9.0]), np.array(2.5), np.array(5.0), np.array([4.0, 4.0]))

    assert (one_way, both) == pytest.approx((0.0, 1.0))


def test_a_link_between_mechanisms_is_as_strong_as_the_weaker_dose():
    doses = [np.array([1.0, 0.5]), np.array([0.4, 0.0]), np.array([1.0, 1.0])]

    assert fusion_of_mechanisms(doses, [(0, 1), (0, 2)], 2) == pytest.approx([0.7, 0.25])


def test_all_mechanisms_at_full_dose_are_wholly_linked_and_one_alone_is_not():
    everything = {name: np.ones(2) for name in mechanisms()}

    assert linked_by_community(everything, 2) == pytest.approx([1.0, 1.0])
    assert linked_by_community({"three_lists": np.ones(2)}, 2).tolist() == [0.0, 0.0]
    assert linked_by_community({}, 2).tolist() == [0.0, 0.0]


def test_documented_links_name_each_pair_once():
    links = documented_links()

    assert len(links) == len(set(links)) == len({frozenset(pair) for pair in links})
    assert all(name in mechanisms() for pair in links for name in pair)


def test_density_counts_each_seat_with_each_other():
    links = np.ones((1, 4, 4))
    links[0, range(4), range(4)] = 0.0

    assert density_of(links) == pytest.approx([1.0])
    assert density_of(0.5 * links) == pytest.approx([0.5])


# Equity ---------------------------------------------------------------------------------------------------------------


def test_the_gap_leaves_out_groups_too_small_to_say_anything():
    assert gap(np.array([0.2, 0.9, 0.5]), np.array([50, 3, 20])) == pytest.approx(0.3)
    assert np.isnan(gap(np.array([0.2, 0.9]), np.array([50, 3])))


# Resilience -----------------------------------------------------------------------------------------------------------


def shocked(peak=5.0, weeks_back=4):
    """Calm at 10, up by ``peak`` in weeks 20 to 23, back ``weeks_back`` weeks later."""
    series = np.full(60, 10.0)
    series[20 : 24 + weeks_back] += peak
    return series


def test_resilience_of_a_box():
    found = resilience(shocked(), 20, 24)

    assert (found.before, found.peak, found.area, found.weeks) == pytest.approx((10.0, 5.0, 40.0, 4.0))


def test_a_short_lull_is_no_recovery():
    series = shocked(weeks_back=20)
    series[30:33] = 10.0

    assert resilience(series, 20, 24).weeks == 20.0


def test_what_does_not_come_back_has_no_weeks_of_recovery():
    found = resilience(shocked(weeks_back=60), 20, 24)

    assert np.isnan(found.weeks)
    assert found.area == pytest.approx(5.0 * 40)


def test_a_shock_in_the_first_week_has_nothing_to_compare_with():
    with pytest.raises(ValueError, match="no week lies before"):
        resilience(shocked(), 0, 4)


def test_a_run_measures_each_shock_in_each_community():
    shocks = [{"kind": "flood", "start": 9, "weeks": 2}, {"kind": "flood", "start": 1, "weeks": 1}]
    found = run(place(emergencies=shocks)).resilience

    assert found[["emergency", "start"]].to_numpy().tolist() == [["flood", 9], ["flood", 9]]
    assert found["peak"].max() > 0.0
