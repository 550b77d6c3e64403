"""Main effects, interactions and regression coefficients of models whose coefficients are known."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from experiments.analyses.complete import IncompleteError
from experiments.analyses.intervals import mean_interval
from experiments.analyses.main_effects import main_effects, standardised_coefficients
from sim.errors import InputError

FACTORS = ["a", "b", "c"]
FULL = list(itertools.product([0.0, 1.0], repeat=3))
HALF = [(0.0, 0.0, 1.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0, 1.0)]  # c = ab


def runs_of(settings, model, futures=1, replications=4, noise=0.0, factors=FACTORS):
    random = np.random.default_rng(6)
    rows = []
    for (policy, levels), future, replication in itertools.product(
        enumerate(settings), range(futures), range(replications)
    ):
        value = model(*levels) * (1 + future) + 5.0 * replication + noise * random.normal()
        told = {"policy": policy, "future": future, "replication": replication, "status": "ok", "trust": value}
        rows.append(told | dict(zip(factors, levels, strict=True)))
    return pd.DataFrame(rows)


def by_name(table, column="effect"):
    names = table["first"].where(table["second"] == "", table["first"] + ":" + table["second"])
    return dict(zip(names, table[column], strict=True))


def test_effects_of_a_full_factorial():
    """2a - b + 4ab: the effect of a is 2 where b is off and 6 where it is on."""
    table = main_effects(runs_of(FULL, lambda a, b, c: 2 * a - b + 4 * a * b), FACTORS, ["trust"])
    expected = {"a": 4.0, "b": 1.0, "c": 0.0, "a:b": 2.0, "a:c": 0.0, "b:c": 0.0}

    assert by_name(table) == pytest.approx(expected, abs=1e-12)
    assert set(table["aliases"]) == {""}
    assert table["kind"].tolist() == ["main"] * 3 + ["interaction"] * 3


def test_the_interval_is_that_of_contrasts_by_replication():
    runs = runs_of(FULL, lambda a, b, c: 2 * a, noise=0.5)
    row = main_effects(runs, FACTORS, ["trust"]).iloc[0]
    means = runs.pivot_table(index="replication", columns="a", values="trust")
    expected = [float(one) for one in mean_interval(means[1.0] - means[0.0])]

    assert row[["effect", "low", "high"]].tolist() == pytest.approx(expected)
    assert row["n"] == 4


def test_levels_in_any_unit_count_from_lowest_to_highest():
    settings = [(52.0 * a, 0.5 - 0.25 * b, c) for a, b, c in FULL]
    table = main_effects(runs_of(settings, lambda a, b, c: a / 52 + 8 * b + c), FACTORS, ["trust"], interactions=False)

    assert by_name(table) == pytest.approx({"a": 1.0, "b": 2.0, "c": 1.0})


def test_a_fraction_names_its_aliases():
    """With c = ab the main effect of c holds the interaction of a and b, half the difference of 4."""
    table = main_effects(runs_of(HALF, lambda a, b, c: 2 * a - b + 4 * a * b), FACTORS, ["trust"])

    assert by_name(table, "aliases") == {"a": "b:c", "b": "a:c", "c": "a:b"}
    assert by_name(table) == pytest.approx({"a": 4.0, "b": 1.0, "c": 2.0})
    assert by_name(main_effects(runs_of(HALF, lambda a, b, c: a), FACTORS, ["trust"], False), "aliases")["c"] == "a:b"


def test_interactions_of_resolution_four_stand_for_each_other():
    settings = [(a, b, c, float((a + b + c + 1) % 2)) for a, b, c in FULL]
    factors = ["a", "b", "c", "d"]
    table = main_effects(runs_of(settings, lambda a, b, c, d: a * b - d, factors=factors), factors, ["trust"])
    aliases = by_name(table, "aliases")

    assert [aliases[name] for name in factors] == [""] * 4
    assert {name: aliases[name] for name in ("a:b", "a:c", "a:d")} == {"a:b": "-c:d", "a:c": "-b:d", "a:d": "-b:c"}
    assert "c:d" not in aliases


def test_one_at_a_time_holds_the_interactions_with_what_is_off():
    one_by_one = [(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
    table = main_effects(runs_of(one_by_one, lambda a, b, c: 2 * a - b + 4 * a * b), FACTORS, ["trust"])

    assert by_name(table) == pytest.approx({"a": 2.0, "b": -1.0, "c": 0.0}, abs=1e-12)
    assert by_name(table, "aliases")["a"] == "-a:b, -a:c"


def test_effects_are_means_over_futures():
    table = main_effects(runs_of(FULL, lambda a, b, c: 2 * a, futures=3), FACTORS, ["trust"])
    row = table.iloc[0]

    assert row["effect"] == pytest.approx(4.0)
    assert row["low"] < 3.0
    assert row["high"] > 5.0
    assert row["n"] == 12


def test_designs_that_tell_nothing_are_refused():
    runs = runs_of(FULL, lambda a, b, c: a)

    with pytest.raises(InputError, match=r"c is 0\.0 in all runs"):
        main_effects(runs[runs["c"] == 0], FACTORS, ["trust"])
    with pytest.raises(InputError, match="change only together"):
        main_effects(runs.assign(b=runs["a"]), FACTORS, ["trust"])
    with pytest.raises(InputError, match="the same in all runs of a policy"):
        main_effects(runs, [*FACTORS, "replication"], ["trust"])
    with pytest.raises(IncompleteError):
        main_effects(runs.iloc[1:], FACTORS, ["trust"])


# Samples -------------------------------------------------------------------------------------------------------------


def sample_runs(model, points=400, replications=2, noise=0.0):
    random = np.random.default_rng(9)
    sample = pd.DataFrame(random.random((points, 3)) * [1.0, 10.0, 0.1], columns=FACTORS)
    places = pd.MultiIndex.from_product([range(points), range(replications)], names=["point", "replication"])
    values = np.repeat(model(sample.to_numpy()), replications) + noise * random.normal(size=len(places))
    return places.to_frame(index=False).assign(status="ok", trust=values), sample


def test_coefficients_of_a_straight_model_are_shares_of_its_spread():
    """3a - 0.4b: slopes over the ranges are 3 and -4, so 0.6 and -0.8 of the standard deviation."""
    runs, sample = sample_runs(lambda x: 3 * x[:, 0] - 0.4 * x[:, 1])
    table = standardised_coefficients(runs, sample, ["trust"])
    spread = sample.std() * [3.0, -0.4, 0.0] / runs.groupby("point")["trust"].mean().std()

    assert table["factor"].tolist() == ["b", "a", "c"]
    assert table.set_index("factor")["src"].to_dict() == pytest.approx(spread.to_dict(), abs=1e-12)
    assert table["src"].tolist()[:2] == pytest.approx([-0.8, 0.6], abs=0.05)
    assert table["r2"].tolist() == pytest.approx([1.0] * 3)


def test_r2_says_how_much_is_straight():
    """Mean of two runs with noise of variance 1 beside 25/12: R2 is 25/12 over 25/12 + 1/2."""
    runs, sample = sample_runs(lambda x: 3 * x[:, 0] - 0.4 * x[:, 1], 2000, noise=1.0)
    straight = standardised_coefficients(runs, sample, ["trust"])
    runs, sample = sample_runs(lambda x: (x[:, 0] - 0.5) ** 2)
    bowl = standardised_coefficients(runs, sample, ["trust"])

    assert straight["r2"][0] == pytest.approx(25 / 31, abs=0.03)
    assert (straight["low"] < straight["src"]).all()
    assert straight.set_index("factor").loc["c", "low"] < 0 < straight.set_index("factor").loc["c", "high"]
    assert bowl["r2"][0] < 0.05


def test_an_outcome_that_never_changes_has_no_coefficients_and_harms_no_other():
    runs, sample = sample_runs(lambda x: 3 * x[:, 0])
    table = standardised_coefficients(runs.assign(calm=0.1), sample, ["calm", "trust"]).set_index(["outcome", "factor"])

    assert table.loc["calm", ["src", "low", "high", "r2"]].isna().all(axis=None)
    assert table.loc[("trust", "a"), "src"] == pytest.approx(1.0)


def test_samples_that_tell_nothing_are_refused():
    runs, sample = sample_runs(lambda x: x[:, 0])

    with pytest.raises(InputError, match="cannot be told"):
        standardised_coefficients(runs, sample.assign(b=2 * sample["a"]), ["trust"])
    with pytest.raises(InputError, match="4 points are too few for a regression on 3"):
        standardised_coefficients(runs[runs["point"] < 4], sample.iloc[:4], ["trust"])
    with pytest.raises(IncompleteError):
        standardised_coefficients(runs.iloc[1:], sample, ["trust"])
