"""The table of published patterns: true to its sources, and to its own rules."""

from __future__ import annotations

import math
import re

import pytest

from experiments.patterns import (
    EVERY,
    FIT,
    HELD_OUT,
    INPUT,
    Pattern,
    Published,
    distance,
    interval_of,
    observation_entries,
    of_use,
    patterns,
    sampling_interval,
    tolerance,
)
from experiments.patterns.measures import MEASURES
from sim import catalogue
from sim.catalogue import Label

TABLE = patterns()
RAW = catalogue.read_toml(catalogue.FOLDER.parents[1] / "experiments" / "patterns" / "patterns.toml")
FIGURES = [(id, one) for id, raw in RAW.items() for one in raw["published"]]
SIMPLIFIED_ONLY = set("个们这为时动说对员务组织实数据与从发现应过还进运远连选业级周")


def pattern(low: float, high: float, unit: str = "share", use: str = FIT) -> Pattern:
    words = Label("x", "甲", "甲")
    return Pattern(f"p{low}", words, (Published("E001", low, high),), ("village",), unit, "interval", "voted", use)


def numbers_in(words: str) -> set[float]:
    return {float(one.replace(",", "")) for one in re.findall(r"\d[\d,]*\.?\d*", words)}


@pytest.mark.parametrize(("id", "figure"), FIGURES)
def test_a_figure_stands_in_its_row_or_says_how_it_follows_from_it(id, figure):
    row = catalogue.evidence()[figure["evidence"]]
    stated = numbers_in(f"{row.quantity} {row.value} {row.low} {row.high} {row.unit} {row.population}")

    assert figure.get("n") in {None, *stated}
    for name in {"value", "low", "high"} & set(figure):
        found = any(math.isclose(size, shown) for size in stated for shown in (figure[name], figure[name] * 100))
        assert found or figure.get("derived"), (id, name)


def test_there_are_enough_patterns_and_a_third_is_held_out():
    counted = [one for one in TABLE.values() if one.use != INPUT]

    assert len(counted) >= 20
    assert len(of_use(HELD_OUT)) >= len(counted) / 3
    assert len(of_use(FIT)) + len(of_use(HELD_OUT)) == len(counted)


def test_what_is_held_out_follows_from_the_order_of_the_evidence():
    order = [int(one.evidence[0].removeprefix("E")) for one in TABLE.values()]
    counted = [one for one in TABLE.values() if one.use != INPUT]

    assert order == sorted(order)
    assert [one.use == HELD_OUT for one in counted] == [i % EVERY == 0 for i in range(len(counted))]


def test_an_input_names_the_parameter_that_its_row_sets():
    entries = {one.name: one for one in catalogue.entries()}
    for one in TABLE.values():
        assert bool(one.same_quantity) == (one.use == INPUT)
        if one.same_quantity:
            assert set(entries[one.same_quantity].source) & set(one.evidence)


def test_a_row_that_sets_a_parameter_of_the_same_quantity_is_no_pattern():
    measured_here = {one.name for one in catalogue.entries() if one.grade == "A"}
    witnesses = {one.id for one in TABLE.values() if one.use != INPUT and set(one.behind) & measured_here}

    assert witnesses == set()


def test_every_pattern_has_a_measure_and_every_measure_a_pattern():
    assert {one.measure for one in TABLE.values()} == set(MEASURES)


def test_labels_differ_and_traditional_ones_hold_no_simplified_characters():
    labels = [one.label for one in TABLE.values()] + [one.label for one in observation_entries().values()]

    assert len({one.en for one in labels}) == len(labels)
    assert [one.zh_hant for one in labels if SIMPLIFIED_ONLY & set(one.zh_hant)] == []


def test_a_tolerance_does_not_depend_on_which_side_of_a_share_is_told():
    assert tolerance(0.7, "share") == pytest.approx(tolerance(0.3, "share")) == pytest.approx(0.03)
    assert tolerance(0.98, "share") == 0.02
    assert tolerance(35.0, "hours") == pytest.approx(3.5)


def test_sampling_error_narrows_with_the_number_asked():
    assert sampling_interval(0.5, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    low, high = sampling_interval(0.976, 246)
    assert 0.0 < low < 0.976 < high < 1.0


def test_the_intervals_of_figures():
    assert interval_of({"low": 0.8, "high": 0.84}, "share", "interval") == (0.8, 0.84)
    assert interval_of({"value": 0.95}, "share", "at_least") == (0.95, math.inf)
    assert interval_of({"value": 0.995}, "share", "interval") == pytest.approx((0.975, 1.0))
    assert TABLE["chat_never"].low < 0.235
    assert TABLE["chat_never"].high > 0.2752


def test_a_gap_is_nothing_inside_and_has_the_side_as_its_sign():
    one = pattern(0.2, 0.3)

    assert [one.gap(x) for x in (0.2, 0.25, 0.3)] == [0.0, 0.0, 0.0]
    assert one.gap(0.36) == pytest.approx(0.06 / 0.03)
    assert one.gap(0.16) == pytest.approx(-0.04 / 0.02)
    assert [one.verdict(x) for x in (0.25, 0.5, math.nan)] == ["inside", "outside", "unknown"]


def test_more_is_never_too_much_where_there_is_no_upper_end():
    assert pattern(0.95, math.inf).gap(1.0) == 0.0
    assert pattern(0.95, math.inf).gap(0.91) == pytest.approx(-2.0)


def test_a_gap_is_finite_for_every_pattern():
    assert all(math.isfinite(one.gap(value)) for one in TABLE.values() for value in (-1.0, 0.0, 1e6))


def test_the_distance_is_nothing_inside_and_unknown_when_a_value_is():
    near, far = pattern(0.2, 0.3), pattern(0.5, 0.6)

    assert distance([near, far], {near.id: 0.25, far.id: 0.6}) == 0.0
    assert distance([near, far], {near.id: 0.36, far.id: 0.6}) == pytest.approx(2.0)
    assert math.isnan(distance([near, far], {near.id: 0.25, far.id: math.nan}))
    assert math.isnan(distance([], {}))
