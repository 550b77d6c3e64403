"""What a comparison tells: effects, groups, winners and losers, costs, what drove it, pages and figures."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from experiments import simulate
from experiments import text as texts
from experiments.analyses.effects import paired_effects
from experiments.comparison.costs import fieller
from sim.errors import InputError


def row_of(table: pd.DataFrame, **keys) -> pd.Series:
    part = table[np.logical_and.reduce([table[name] == value for name, value in keys.items()])]
    assert len(part) == 1
    return part.iloc[0]


def test_effects_are_those_of_paired_runs(found):
    runs = found.runs[found.runs["design"].isin(["baseline", "Lists first"])]
    wide = runs.pivot_table(index="replication", columns="design", values="satisfaction")
    row = row_of(found.effects, design="Lists first", outcome="satisfaction")

    assert row["effect"] == pytest.approx((wide["Lists first"] - wide["baseline"]).mean())
    assert row["chance_better"] == (wide["Lists first"] > wide["baseline"]).mean()
    assert row["n"] == 3
    assert found.designs == ["baseline", "Lists first", "Grid, no talks"]


def test_effects_on_other_outcomes_and_a_wrong_name(found):
    raw = paired_effects(found.result.unique_runs, {"trust": 1})

    assert found.effects_on("trust")["effect"].tolist() == raw["effect"].tolist()
    with pytest.raises(InputError, match="unknown outcome 'trst'; did you mean 'trust'"):
        found.effects_on("trst")


def test_parts_of_the_place(found):
    assert set(found.by_type()["type"]) == {"old_neighbourhood", "village"}
    assert set(found.by_community()["community"]) == {"old_neighbourhood", "village"}
    groups = found.by_group()
    assert {"age", "tenure", "migrant"} <= set(groups["dimension"])
    assert {"participation_year", "satisfaction"} <= set(groups["outcome"])


def test_tidy_table_has_changes_to_the_baseline(found):
    table = found.to_frame()
    keys = {"replication": 1, "outcome": "trust"}
    own, base = (row_of(table, design=design, **keys) for design in ("Lists first", "baseline"))

    assert own["change"] == own["value"] - base["value"]
    assert base["change"] == 0.0


def test_weeks(found):
    part = found.weekly[(found.weekly["community"] == "place") & (found.weekly["outcome"] == "satisfaction")]

    assert part.groupby("design").size().to_dict() == dict.fromkeys(found.designs, 16)
    assert (part["low"] <= part["mean"]).all()


def test_winners_and_losers_are_lives_compared_one_by_one(found):
    table = found.winners_losers(more=0.5, replications=2)
    everybody = row_of(table, design="Lists first", dimension="all")
    ages = table[(table["design"] == "Lists first") & (table["dimension"] == "age")]

    np.testing.assert_allclose(table[["better", "same", "worse"]].sum(axis=1), 1.0)
    assert everybody["better"] == pytest.approx(np.average(ages["better"], weights=ages["adults"]), abs=0.02)
    two = found.effects_on("satisfaction")  # of all three replications
    assert np.sign(everybody["change"]) == np.sign(row_of(two, design="Lists first")["effect"])
    wide = found.winners_losers(more=99, replications=2)
    assert (wide["same"] == 1.0).all()
    with pytest.raises(InputError, match="lives have no 'satisfied'; did you mean 'satisfaction'"):
        found.winners_losers("satisfied")


def test_a_price_stands_only_where_there_is_an_effect_to_pay_for(found):
    costs, effects = found.costs(), found.effects
    assert costs["design"].tolist() == found.designs[1:]
    for row in costs.to_dict("records"):
        for name in found.outcomes:
            effect = row_of(effects, design=row["design"], outcome=name)
            priced = not math.isnan(row[f"yuan_per_point_{name}"])
            assert priced == (row[f"note_{name}"] == "")
            assert not (priced and effect["low"] <= 0 <= effect["high"])
    assert costs["staff_hours"].iloc[0] > 0


def test_fiellers_interval_covers_the_ratio():
    random, hits, times = np.random.default_rng(7), 0, 400
    for _ in range(times):
        luck = random.normal(size=12)
        above, below = 6.0 + luck + random.normal(size=12), 2.0 + 0.5 * luck + 0.4 * random.normal(size=12)
        _, low, high = fieller(above, below)
        hits += low <= 3.0 <= high
    assert 0.92 <= hits / times <= 0.98


def test_without_an_effect_the_ratio_has_no_interval():
    random = np.random.default_rng(1)

    assert math.isnan(fieller(5 + random.normal(size=8), random.normal(size=8))[1])


def test_what_drove_an_effect_is_ordered_by_how_clear_it_is(found):
    told = found.explain("Lists first", "satisfaction")
    clarity = told.dataframe["clarity"].dropna()

    assert clarity.is_monotonic_decreasing
    assert "staff_load" in set(told.dataframe["measure"])
    assert "satisfaction" not in set(told.dataframe["measure"])
    assert told.text().startswith("Under “Lists first” Satisfaction changes by ")
    assert "满意度" in told.text("zh_hans")
    with pytest.raises(InputError, match="unknown design 'Lists frst'; did you mean 'Lists first'"):
        found.explain("Lists frst")


def test_each_design_has_a_sentence_with_grades(found):
    first, second = found.sentence().splitlines()

    assert first.startswith("“Lists first” against the baseline: Participation ")
    assert "[not clear]" in second
    assert "现状" in found.sentence("zh_hans")
    assert "現狀" in found.sentence("zh_hant")


def test_a_notebook_shows_table_and_sentences(found):
    shown = found._repr_html_()

    assert shown.count("<tr>") == 3 or "Grid, no talks" in shown
    assert "Satisfaction (points)" in shown


def test_report(found, tmp_path):
    page = found.report("zh_hans")

    assert page._repr_markdown_().startswith("# 方案比较：Small")
    assert "Lists first" in page
    assert found.write_report(tmp_path).name == "report.en.html"
    assert (tmp_path / "report.en.md").is_file()


@pytest.mark.parametrize("name", ["effects", "by_type", "by_group", "costs", "weekly", "winners_losers"])
def test_figures_are_drawn(found, name):
    figure = getattr(found.plot, name)()

    assert figure._repr_png_()[0].startswith(b"\x89PNG")


def test_simulating_one_scenario(found, place, cache):
    runs = simulate(place, replications=3, cache=cache, progress=False)

    assert runs.made == 0
    assert runs.designs == ["baseline"]
    assert runs.mean().loc["trust", "baseline"] == pytest.approx(runs.runs["trust"].mean())
    assert runs.median().loc["trust", "baseline"] == pytest.approx(runs.runs["trust"].median())
    row = row_of(runs.summary, outcome="satisfaction")
    assert row["low"] < row["mean"] < row["high"]
    assert row["q05"] <= row["median"] <= row["q95"]
    assert runs.plot()._repr_png_()[0].startswith(b"\x89PNG")
    assert "Small: 140 residents" in repr(runs)
    with pytest.raises(InputError, match="one scenario without designs"):
        runs.plot.effects()


def test_everything_speaks_the_language_that_was_chosen(found, monkeypatch, tmp_path):
    told = found.sentence("zh_hans")
    assert found.sentence("zh-Hans") == told != found.sentence()
    assert found.label("baseline", "zh-TW") == found.label("baseline", "zh_hant")
    with pytest.raises(InputError, match="language: must be one of en, zh_hans, zh_hant, got 'fr'"):
        found.plot.effects(language="fr")

    monkeypatch.setitem(texts._chosen, "language", "zh_hans")
    assert told in repr(found)
    assert told.splitlines()[0] in found._repr_html_()
    assert found.report() == found.report("zh_hans")
    assert found.write_report(tmp_path).name == "report.zh-Hans.html"
    assert found.explain("Lists first").text() == found.explain("Lists first").text("zh-Hans")


def test_a_report_needs_a_folder(found, tmp_path):
    (tmp_path / "taken").write_text("mine")

    with pytest.raises(InputError, match="taken: cannot be made"):
        found.write_report(tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "mine"
