"""Posteriors of a stand-in whose parameters are known, and what is said of them."""

import numpy as np
import pandas as pd
import pytest

from experiments.calibration import calibrate, coverage, fitting
from experiments.calibration.targets import Z, observed
from sim.errors import InputError
from tests.experiments.calibration import toy

TRUST, VOLUNTEER, IDLE = toy.RANGES


@pytest.fixture(autouse=True)
def stand_in(monkeypatch):
    """Draws of the posterior are run by the stand-in too."""
    monkeypatch.setattr(fitting, "_predicted", lambda prior, draws, seed, made: toy.sample_of(draws, 7))


@pytest.fixture(scope="module")
def prior():
    return toy.prior()


def found(prior, targets=None, **options):
    targets = toy.targets() if targets is None else targets
    return calibrate(toy.PLACE, targets, toy.RANGES, sample=prior, **options)


def test_intervals_are_those_of_the_exact_posterior(prior):
    row = found(prior).summary.set_index("parameter").loc[TRUST]
    sd = np.hypot(toy.LUCK, 0.03 / Z) / 0.6  # of a linear model with normal errors
    assert row["median"] == pytest.approx(0.5, abs=0.25 * sd)
    assert (row["high"] - row["low"]) / (2 * Z * sd) == pytest.approx(1.0, abs=0.15)
    assert row["identified"]


def test_a_parameter_of_which_nothing_tells_is_named(prior):
    posterior = found(prior)
    row = posterior.summary.set_index("parameter").loc[IDLE]
    assert not row["identified"]
    assert abs(row["contraction"]) < 0.1
    assert [words for words in posterior.warnings if row["label"] in words]


def test_no_warning_where_all_is_well(prior):
    assert len(found(prior).warnings) == 1  # that one parameter is not identified


def test_a_target_out_of_reach_is_named_and_left_out(prior):
    well, with_wrong = found(prior), found(prior, toy.targets(complaints={"value": 9.0, "low": 8.0, "high": 10.0}))
    row = with_wrong.fit.set_index("outcome").loc["complaints"]
    assert not row["reachable"]
    assert not row["inside"]
    assert "complaints" in with_wrong.warnings[0].lower()
    pd.testing.assert_frame_equal(well.sample, with_wrong.sample)


def test_targets_that_contradict_each_other_are_not_met_together(prior):
    village = {"outcome": "trust", "community": "village", "value": 0.25, "low": 0.24, "high": 0.26}
    posterior = found(prior, pd.concat([toy.targets(trust=0.55), pd.DataFrame([village])], ignore_index=True))
    assert posterior.fit["reachable"].all()
    assert not posterior.fit.loc[posterior.fit["outcome"] == "trust", "inside"].all()


def test_the_whole_place_says_nothing_beyond_all_of_its_communities(prior):
    parts = [
        {"outcome": "trust", "community": name, "value": 0.4, "low": 0.37, "high": 0.43}
        for name in toy.PLACE.community_names
    ]
    whole = {"outcome": "trust", "value": 0.4, "low": 0.39, "high": 0.41}
    without = found(prior, pd.DataFrame(parts))
    pd.testing.assert_frame_equal(found(prior, pd.DataFrame([*parts, whole])).sample, without.sample)
    assert not found(prior, pd.DataFrame([parts[0], whole])).sample.equals(found(prior, pd.DataFrame(parts[:1])).sample)


def test_no_target_within_reach_is_an_error(prior):
    with pytest.raises(InputError, match="no run comes near any"):
        found(prior, pd.DataFrame([{"outcome": "complaints", "value": 9.0, "low": 8.9, "high": 9.1}]))


def test_fewer_answers_say_less(prior):
    few = toy.targets()
    few.loc[1, "n"] = 20
    width = {}
    for name, asked in (("many", toy.targets()), ("few", few)):
        row = found(prior, asked).summary.set_index("parameter").loc[VOLUNTEER]
        width[name] = row["high"] - row["low"]
    assert width["few"] > 1.5 * width["many"]


def test_an_exact_target_is_named(prior):
    exact = toy.targets()
    exact.loc[0, ["low", "high"]] = np.nan
    assert any("counts as exact" in words for words in found(prior, exact).warnings)


def test_a_parameter_at_the_end_of_its_range_is_named(prior):
    posterior = found(prior, toy.targets(trust=0.19))
    assert posterior.summary.loc[0, "note"] == "piles up at the low end of its range"
    assert posterior.sample[TRUST].min() >= 0.2


def test_pairs_that_trade_off_are_named():
    prior = toy.prior()
    both = prior.draws[TRUST] / 0.6 + prior.draws[VOLUNTEER] / 4.0
    prior.whole["participation"] = 0.5 + 0.2 * both
    target = pd.DataFrame([{"outcome": "participation", "value": 0.5 + 0.2 * 0.3, "low": 0.545, "high": 0.575}])
    posterior = found(prior, target)
    assert posterior.correlations.loc[TRUST, VOLUNTEER] < -0.6
    assert any("trade off" in words for words in posterior.warnings)


def test_same_seed_same_posterior(prior):
    one, same, other = found(prior, seed=3), found(prior, seed=3), found(prior, seed=4)
    pd.testing.assert_frame_equal(one.sample, same.sample)
    pd.testing.assert_frame_equal(one.fit, same.fit)
    assert not one.sample.equals(other.sample)


def test_intervals_hold_what_they_promise(prior):
    cases = coverage(toy.PLACE, toy.targets(), toy.RANGES, 100, sample=prior)
    assert len(cases) == 300
    assert cases["in_50"].mean() == pytest.approx(0.5, abs=0.09)
    assert cases["in_90"].mean() == pytest.approx(0.9, abs=0.05)
    assert cases["in_95"].mean() == pytest.approx(0.95, abs=0.03)
    assert cases["rank"].mean() == pytest.approx(0.5, abs=0.06)


def test_few_runs_are_not_overconfident():
    """More targets than parameters: summaries that had seen the runs themselves would cover too little."""
    more = [
        {"outcome": one, "community": place, "value": 0.4, "low": 0.37, "high": 0.43}
        for one in ("trust", "participation")
        for place in toy.PLACE.community_names
    ]
    cases = coverage(toy.PLACE, pd.DataFrame(more), toy.RANGES, 60, sample=toy.prior(80))
    assert cases["in_90"].mean() > 0.83


def test_runs_that_measured_not_all_are_left_out_and_counted(prior):
    some = toy.prior(200)
    some.whole.loc[:19, "trust"] = np.nan
    assert any("20 of 200 runs" in words for words in found(some).warnings)
    some.whole.loc[:170, "trust"] = np.nan
    with pytest.raises(InputError, match="trust of the whole place is missing most often"):
        found(some)


def test_scenario_and_futures(prior):
    posterior = found(prior)
    assert posterior.scenario().parameters[TRUST] == posterior.sample[TRUST].median()
    assert posterior.scenario(5).parameters == posterior.sample.iloc[5].to_dict()
    futures = posterior.futures(7)
    assert futures == posterior.sample.head(7).to_dict("records")
    assert posterior.scenario().communities == toy.PLACE.communities
    with pytest.raises(InputError, match="n: must be 1 to 1000"):
        posterior.futures(1001)
    with pytest.raises(InputError, match="draw: must be below 1000"):
        posterior.scenario(1000)


def test_a_second_round_narrows_only_what_was_learnt(prior):
    draws = fitting.draws_from(prior, observed(toy.targets(), toy.PLACE.community_names), 1)
    box = fitting.narrowed(prior, draws)
    assert 0.2 < box[TRUST][0] < 0.5 < box[TRUST][1] < 0.8
    assert box[IDLE] == pytest.approx(toy.RANGES[IDLE])


def test_words_in_three_languages(prior):
    posterior = found(prior)
    for language, title in (
        ("en", "Calibration to local data"),
        ("zh_hans", "按本地数据校准"),
        ("zh_hant", "按本地數據校準"),
    ):
        page = posterior.report(language)
        assert title in page
        assert posterior.in_language(language).summary.loc[2, "note"] in page
    assert posterior._repr_html_().startswith('<div class="rongzhi">')


def test_known_values_stand_beside_what_was_found(prior):
    posterior = found(prior)
    first, second = posterior.summary.to_dict("records")[:2]
    known = {second["parameter"]: second["median"], first["parameter"]: first["prior_low"] - 1.0, "else.where": 1.0}
    table = posterior.beside(known)
    assert list(table["parameter"]) == [first["parameter"], second["parameter"]]
    assert list(table["known"]) == [first["prior_low"] - 1.0, second["median"]]
    assert list(table["inside"]) == [False, True]
    assert "known value" in [words.get_text() for words in posterior.plot.posterior(known=known).legends[0].texts]


@pytest.mark.parametrize("language", ["en", "zh_hant"])
def test_figures_have_an_axes_for_each_thing(prior, language):
    plot = found(prior).plot
    assert sum(axes.get_visible() for axes in plot.posterior(language).axes) == 3
    assert len(plot.fit(language).axes[0].get_yticks()) == 2
    assert len(plot.pairs(language).axes) == 9


def test_tables_are_written(prior, tmp_path):
    posterior = found(prior)
    posterior.to_csv(tmp_path / "found")
    assert sorted(one.name for one in (tmp_path / "found").iterdir()) == ["fit.csv", "sample.csv", "summary.csv"]
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "found" / "sample.csv"), posterior.sample)
