"""Sobol indices of functions whose indices are known, with and without luck."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.analyses.complete import IncompleteError
from experiments.analyses.effects import differences
from experiments.analyses.sobol import FACTORS, INTERACTION, SEED, sobol, sobol_pairs, variance_parts
from sim.errors import InputError

ISHIGAMI = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-np.pi, np.pi]] * 3}
LINEAR = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
NAMES = ["first", "total", "first_of_all", "total_of_all"]


def sampled(problem, rows=512, pairs=True):
    from SALib.sample import sobol as salib

    return pd.DataFrame(salib.sample(problem, rows, calc_second_order=pairs, seed=1), columns=problem["names"])


def runs_of(values, own_seeds=False):
    """Runs table of points x replications; all points share their seeds, unless each run has its own."""
    places = pd.MultiIndex.from_product([range(len(values)), range(values.shape[1])], names=["point", "replication"])
    runs = places.to_frame(index=False).assign(status="ok", trust=values.ravel())
    return runs.assign(seed=range(len(runs)) if own_seeds else runs["replication"] + 1000)


def ishigami(sample):
    from SALib.test_functions import Ishigami

    return Ishigami.evaluate(sample.to_numpy())


def ishigami_parts(a=7.0, b=0.1):
    """Variances of x1, x2 and x1 with x3 alone, in closed form."""
    return 0.5 * (1 + b * np.pi**4 / 5) ** 2, a**2 / 8, 8 * b**2 * np.pi**8 / 225


def linear(sample):
    return 5.0 + sample.to_numpy() @ [2.0, 1.0, 0.0]


def within(table, name, truth, widest):
    """The interval holds the truth, and is narrow enough to say something."""
    low, high = table[f"{name}_low"].to_numpy(dtype=float), table[f"{name}_high"].to_numpy(dtype=float)
    return bool(((low <= truth) & (truth <= high) & (high - low < widest)).all())


@pytest.mark.parametrize("pairs", [True, False])
def test_a_model_without_luck_gives_the_numbers_of_salib(pairs):
    from SALib.analyze import sobol as salib

    sample = sampled(ISHIGAMI, 256, pairs)
    expected = salib.analyze(ISHIGAMI, ishigami(sample), calc_second_order=pairs, num_resamples=1000, seed=1)
    table = sobol(runs_of(ishigami(sample)[:, None]), sample, ["trust"]).iloc[:3]

    assert table["first"].to_numpy() == pytest.approx(expected["S1"], abs=1e-12)
    assert table["total"].to_numpy() == pytest.approx(expected["ST"], abs=1e-12)
    for name, half in (("first", expected["S1_conf"]), ("total", expected["ST_conf"])):
        assert (table[f"{name}_high"] - table[f"{name}_low"]).to_numpy() == pytest.approx(2 * half, rel=0.15)
    if pairs:
        both = sobol_pairs(runs_of(ishigami(sample)[:, None]), sample, ["trust"])
        assert both["interaction"].to_numpy() == pytest.approx(expected["S2"][np.triu_indices(3, 1)], abs=1e-12)


def test_the_ishigami_function_is_recovered():
    sample = sampled(ISHIGAMI, 1024)
    one, two, one_three = ishigami_parts()
    whole = one + two + one_three
    runs = runs_of(ishigami(sample)[:, None])
    table, pairs = sobol(runs, sample, ["trust"]).iloc[:3], sobol_pairs(runs, sample, ["trust"])

    assert within(table, "first", np.array([one, two, 0.0]) / whole, 0.13)
    assert within(table, "total", np.array([one + one_three, two, one_three]) / whole, 0.18)
    assert pairs[["first", "second"]].to_numpy().tolist() == [["x1", "x2"], ["x1", "x3"], ["x2", "x3"]]
    assert within(pairs, "interaction", np.array([0.0, one_three, 0.0]) / whole, 0.21)
    assert table["first"].to_numpy() == pytest.approx(np.array([one, two, 0.0]) / whole, abs=0.02)


def test_the_sobol_g_function_is_recovered():
    from SALib.test_functions import Sobol_G

    a = [0, 1, 4.5, 9, 99, 99, 99, 99]
    problem = {"num_vars": 8, "names": [f"x{number}" for number in range(8)], "bounds": [[0.0, 1.0]] * 8}
    sample = sampled(problem, 1024, pairs=False)
    table = sobol(runs_of(Sobol_G.evaluate(sample.to_numpy())[:, None]), sample, ["trust"]).iloc[:8]

    assert within(table, "first", Sobol_G.sensitivity_index(a), 0.25)
    assert within(table, "total", Sobol_G.total_sensitivity_index(a), 0.2)
    assert table["total"].to_numpy() == pytest.approx(Sobol_G.total_sensitivity_index(a), abs=0.02)


@pytest.mark.parametrize("own_seeds", [True, False])
def test_noise_does_not_blur_the_indices_of_a_linear_model(own_seeds):
    """Variances 4/12 and 1/12 of the factors, 1 of luck: the mean of four runs would make ST too large."""
    sample = sampled(LINEAR, 1024)
    noise = np.random.default_rng(3).normal(size=(len(sample), 4))
    table = sobol(runs_of(linear(sample)[:, None] + noise, own_seeds), sample, ["trust"]).set_index("factor")
    factors = table.loc[["a", "b", "c"]]
    truth, whole = np.array([4.0, 1.0, 0.0]) / 5, 5 / 12 + 1

    for name in NAMES:
        share = truth if name in {"first", "total"} else truth * 5 / 12 / whole
        assert within(factors, name, share, 0.45)
    assert within(table.loc[[SEED]], "total_of_all", 1 / whole, 0.1)


def test_the_mean_of_a_few_seeds_alone_would_be_wrong():
    """What the correction is for: SALib on the mean of two noisy runs gives the idle factor a large total index."""
    from SALib.analyze import sobol as salib

    sample = sampled(LINEAR, 1024)
    values = linear(sample)[:, None] + np.random.default_rng(3).normal(size=(len(sample), 2))
    naive = salib.analyze(LINEAR, values.mean(axis=1), seed=1)["ST"][2]
    ours = sobol(runs_of(values, own_seeds=True), sample, ["trust"]).loc[[2]]

    assert naive > 0.4
    assert within(ours, "total", 0.0, 0.45)


def test_the_seed_has_a_line_of_its_own():
    """Ishigami with 20 seeds that shift all points (variance 4) and others that depend on the point (variance 2)."""
    sample = sampled(ISHIGAMI)
    random = np.random.default_rng(11)
    shift = random.normal(size=20)
    shift = 2.0 * (shift - shift.mean()) / shift.std(ddof=1)
    luck = np.sqrt(2.0) * random.normal(size=(len(sample), 20))
    runs = runs_of(ishigami(sample)[:, None] + shift + luck)
    table = sobol(runs, sample, ["trust"]).set_index("factor")
    parts = variance_parts(runs, sample, ["trust"]).set_index("source")
    explained = sum(ishigami_parts())
    whole = explained + 4 + 2
    truth = np.array([ishigami_parts()[0], ishigami_parts()[1], 0.0])

    assert table.index.tolist() == ["x1", "x2", "x3", SEED]
    assert table.loc[SEED, "first_of_all"] == pytest.approx(4 / whole, abs=0.01)
    assert table.loc[SEED, "total_of_all"] == pytest.approx(6 / whole, abs=0.01)
    assert np.isnan(table.loc[SEED, ["first", "total"]].to_numpy(dtype=float)).all()
    assert within(table.loc[["x1", "x2", "x3"]], "first", truth / explained, 0.2)
    assert within(table.loc[["x1", "x2", "x3"]], "first_of_all", truth / whole, 0.2)
    assert parts["variance"].to_dict() == pytest.approx({FACTORS: explained, SEED: 4.0, INTERACTION: 2.0}, rel=0.03)
    assert parts["share"].sum() == pytest.approx(1.0)
    assert within(parts, "share", np.array([explained, 4.0, 2.0]) / whole, 0.25)


def test_few_shared_seeds_say_little_of_the_seed():
    sample = sampled(LINEAR, 128)
    random = np.random.default_rng(5)

    def width(seeds):
        values = linear(sample)[:, None] + random.normal(size=seeds) + random.normal(size=(len(sample), seeds))
        line = sobol(runs_of(values), sample, ["trust"]).iloc[-1]
        return line["first_of_all_high"] - line["first_of_all_low"]

    assert width(2) > 0.6
    assert width(40) < 0.35


def test_parts_of_the_variance_are_those_of_a_two_way_analysis_of_variance():
    """Textbook sums of squares on a plain sample."""
    sample = pd.DataFrame(np.random.default_rng(2).random((400, 2)), columns=["a", "b"])
    values = sample.to_numpy() @ [3.0, 1.0]
    values = values[:, None] + np.random.default_rng(4).normal(size=(400, 5)) + np.arange(5)
    n, r = values.shape
    rows, columns = values.mean(axis=1, keepdims=True), values.mean(axis=0, keepdims=True)
    left = ((values - rows - columns + values.mean()) ** 2).sum() / ((n - 1) * (r - 1))
    parts = variance_parts(runs_of(values), sample, ["trust"]).set_index("source")["variance"]

    assert parts[INTERACTION] == pytest.approx(left, rel=2 / n)
    assert parts[FACTORS] == pytest.approx(rows.var(ddof=1) - left / r, rel=2 / n)
    assert parts[SEED] == pytest.approx(columns.var(ddof=1) - left / n, rel=2 / n)


def test_own_seeds_have_no_main_share():
    sample = sampled(LINEAR, 256)
    values = linear(sample)[:, None] + np.random.default_rng(3).normal(size=(len(sample), 3))
    runs = runs_of(values, own_seeds=True)
    line = sobol(runs, sample, ["trust"]).iloc[-1]

    assert np.isnan(line["first_of_all"])
    assert line["total_of_all"] == pytest.approx(12 / 17, abs=0.05)
    assert variance_parts(runs, sample, ["trust"])["source"].tolist() == [FACTORS, SEED]


def test_where_all_is_luck_the_seed_has_it_all():
    sample = sampled(LINEAR, 256)
    values = np.random.default_rng(3).normal(size=(len(sample), 3))
    table = sobol(runs_of(values, own_seeds=True), sample, ["trust"]).set_index("factor")

    assert table.loc[SEED, "total_of_all"] == pytest.approx(1.0, abs=0.1)


def test_an_outcome_that_never_changes_has_no_indices():
    sample = sampled(LINEAR, 16)
    table = sobol(runs_of(np.full((len(sample), 2), 0.1)), sample, ["trust"])

    assert table[NAMES].isna().all(axis=None)


def test_the_same_runs_give_the_same_intervals_in_any_order():
    sample = sampled(LINEAR, 32)
    runs = runs_of(linear(sample)[:, None] + np.random.default_rng(3).normal(size=(len(sample), 2)))

    shuffled = runs.sample(frac=1.0, random_state=1)
    pd.testing.assert_frame_equal(sobol(runs, sample, ["trust"]), sobol(shuffled, sample, ["trust"]))


def test_a_gap_is_refused():
    """SALib gives zeros for every index without a word."""
    sample = sampled(LINEAR, 16)
    runs = runs_of(linear(sample)[:, None])
    runs.loc[5, "trust"] = np.nan

    with pytest.raises(IncompleteError, match="1 without a number; the first: point 5"):
        sobol(runs, sample, ["trust"])
    with pytest.raises(IncompleteError, match="1 missing"):
        sobol(runs.drop(index=5), sample, ["trust"])


def test_wrong_lengths_and_orders_are_refused():
    sample = sampled(LINEAR, 16)
    runs = runs_of(linear(sample)[:, None])
    shuffled = sample.sample(frac=1.0, random_state=1)

    with pytest.raises(InputError, match="127 points of 3 factors are not a Saltelli design"):
        sobol(runs.iloc[:-1], sample.iloc[:-1], ["trust"])
    with pytest.raises(InputError, match="not a Saltelli design"):
        sobol(runs, shuffled, ["trust"])
    with pytest.raises(InputError, match="is not one of the 80"):
        sobol(runs, sampled(LINEAR, 16, pairs=False), ["trust"])
    with pytest.raises(InputError, match="no points for second-order"):
        sobol_pairs(runs, sampled(LINEAR, 16, pairs=False), ["trust"])


def test_seeds_that_some_points_share_are_refused():
    sample = sampled(LINEAR, 16)
    runs = runs_of(np.repeat(linear(sample)[:, None], 2, axis=1))
    runs.loc[0, "seed"] = 7

    with pytest.raises(InputError, match="seeds have to be either"):
        sobol(runs, sample, ["trust"])


def test_effects_of_a_policy_have_indices_of_their_own():
    """Levers crossed with a sample: levels hang on a and b, the policy's effect on c alone."""
    sample = sampled(LINEAR, 128)
    luck = np.random.default_rng(3).normal(size=3)
    runs = [
        runs_of(linear(sample)[:, None] + luck + policy * sample["c"].to_numpy()[:, None])
        .rename(columns={"point": "future"})
        .assign(policy=policy)
        for policy in (0, 1)
    ]
    table = sobol(differences(pd.concat(runs), ["trust"]), sample, ["trust"], index="future").set_index("factor")

    assert table.loc[["a", "b", "c"], "total"].to_dict() == pytest.approx({"a": 0.0, "b": 0.0, "c": 1.0}, abs=0.02)
    assert table.loc[SEED, "total_of_all"] == pytest.approx(0.0, abs=1e-9)
