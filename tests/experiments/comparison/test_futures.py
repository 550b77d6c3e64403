"""In how many futures a design holds, which numbers that hangs on, and draws instead of ranges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.analyses.contrasts import changes
from experiments.comparison import compare
from experiments.comparison.futures import Futures
from sim import Design
from sim.errors import InputError

LISTS = Design.of("three_lists", name="Lists")
NUMBERS = ["needs.arrival", "routing.intake_hours"]


@pytest.fixture(scope="module")
def uncertain(place, cache):
    return compare(
        place, LISTS, uncertainties=NUMBERS, futures=7, replications=2, tables=(), cache=cache, progress=False
    )


def made_up(effect, **numbers) -> Futures:
    table = pd.DataFrame({"future": range(len(effect)), **numbers, "effect": effect})
    return Futures("Lists", "satisfaction", 0.01, 2, table.assign(holds=table["effect"] > 0.01))


def grid(size=60):
    """Effect that hangs on one of two numbers."""
    random = np.random.default_rng(1)
    arrival, hours = random.uniform(0.6, 3.5, size), random.uniform(0.3, 3.0, size)
    noise = random.normal(0.0, 0.001, size)
    return made_up(0.04 - 0.02 * hours + noise, **{"needs.arrival": arrival, "routing.intake_hours": hours})


def test_effects_of_futures_are_means_of_their_pairs(uncertain):
    found = uncertain.in_futures("Lists", "participation")
    pairs = changes(uncertain.result.unique_runs, ["participation"], "Lists")["participation"]
    assert len(found) == 7
    assert found.replications == 2
    assert found.numbers == NUMBERS
    np.testing.assert_allclose(found.table["effect"], pairs.groupby(level="future").mean())
    assert found.share == pytest.approx((found.table["effect"] > 0).mean())


def test_more_is_asked_in_points(uncertain):
    middle = 100 * uncertain.in_futures("Lists").table["effect"].median()
    assert uncertain.in_futures("Lists", more=middle).share == pytest.approx(3 / 7)
    fewer = uncertain.in_futures("Lists", "complaints", more=2.0)  # of which fewer are better
    assert fewer.least == -2.0
    assert (fewer.table["holds"] == (fewer.table["effect"] < -2.0)).all()


def test_without_futures_or_a_better_direction_nothing_is_told(uncertain, found):
    with pytest.raises(InputError, match="nothing is uncertain"):
        found.in_futures("Lists first")
    with pytest.raises(InputError, match="neither more nor less"):
        uncertain.in_futures("Lists", "participation_online")
    with pytest.raises(InputError, match="unknown design 'List'; did you mean 'Lists'"):
        uncertain.in_futures("List")


def test_sensitivity_finds_the_number_that_the_effect_hangs_on():
    table = grid().sensitivity()
    assert list(table["number"]) == ["routing.intake_hours", "needs.arrival"]
    first, second = table.to_dict("records")
    assert [first["clear"], second["clear"]] == [True, False]
    assert first["correlation"] < -0.95
    assert first["low"] < first["correlation"] < first["high"] < 0
    assert second["low"] < 0 < second["high"]
    assert first["where_low"] == pytest.approx(0.04 - 0.02 * 0.75, abs=0.003)
    assert first["where_high"] == pytest.approx(0.04 - 0.02 * 2.55, abs=0.003)
    assert list(table["grade"]) == ["D", "B"]


def test_an_effect_that_is_always_the_same_hangs_on_nothing():
    table = made_up([0.02] * 8, **{"needs.arrival": np.linspace(1.0, 2.0, 8)}).sensitivity()
    assert table[["correlation", "clear"]].iloc[0].tolist() == [0.0, False]


@pytest.mark.slow
def test_conditions_are_told_in_words():
    found = grid()
    words = found.sentence()
    assert "falls short when Staff hours to take in" in words
    assert f"in {int(found.table['holds'].sum())} of 60 futures" in words
    low, high = found.interval
    assert low < found.share < high
    limit = found.conditions.limits.iloc[0]
    assert limit["side"] == "above"
    assert limit["low"] == pytest.approx(1.5, abs=0.25)


def test_few_futures_have_no_sensitivity():
    with pytest.raises(InputError, match="3 futures, of 6"):
        made_up([0.0, 0.01, 0.02], **{"needs.arrival": [1.0, 2.0, 3.0]}).sensitivity()


def test_spread_is_in_points():
    assert made_up(np.linspace(0.0, 0.04, 5), **{"needs.arrival": range(5)}).spread() == pytest.approx(2.0)


@pytest.mark.parametrize("language", ["en", "zh_hant"])
def test_figure(uncertain, language):
    figure = uncertain.plot.futures("Lists", "participation", language, more=0.5)
    assert [len(axes.collections) > 0 for axes in figure.axes] == [True, True]


def test_draws_are_met_as_they_are(place, cache):
    draws = [{"needs.arrival": 1.0, "routing.intake_hours": np.float64(2.0)}]
    draws += [{"needs.arrival": 2.5, "routing.intake_hours": 0.5}]
    found = compare(place, LISTS, uncertainties=draws, replications=2, tables=(), cache=cache, progress=False)
    table = found.in_futures("Lists").table
    assert table[NUMBERS].to_dict("records") == [dict(one) for one in draws]
    again = compare(place, LISTS, uncertainties=draws, replications=2, tables=(), cache=cache, progress=False)
    assert again.made == 0


def test_ranges_may_come_from_a_table(place, cache):
    ranges = {"needs.arrival": tuple(np.array([1.0, 1.5]))}
    found = compare(
        place, LISTS, uncertainties=ranges, futures=2, replications=2, tables=(), cache=cache, progress=False
    )
    assert found.in_futures("Lists").table["needs.arrival"].between(1.0, 1.5).all()


def test_names_and_draws_do_not_mix(place):
    with pytest.raises(InputError, match="either names or draws"):
        compare(place, LISTS, uncertainties=["needs.arrival", {"needs.arrival": 1.0}])
    with pytest.raises(InputError, match=r"number 2: routing\.intake_hours is missing"):
        compare(place, LISTS, uncertainties=[dict.fromkeys(NUMBERS, 1.0), {"needs.arrival": 1.0}])
