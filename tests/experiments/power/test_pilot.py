"""A small pilot from the scenario to the page; worlds that are kept; what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments import pilot_power
from experiments.plots import style
from experiments.power import RollOut
from experiments.power.worlds import make_worlds
from experiments.text import LANGUAGES
from sim import Place, Scenario
from sim.design import Design
from sim.errors import InputError

PLACE = Scenario(
    communities=[{"type": "village", "residents": 40}, {"type": "old_neighbourhood", "residents": 40}], warmup=4
)
DESIGN = Design.of("three_lists", "deliberation", "social_work_service", "generalist_workers")
TINY = {
    "communities": (4, 8),
    "weeks": (8, 16),
    "survey_size": (10, 30),
    "wave_weeks": 2,
    "replications": 2,
    "trials": 60,
    "workers": 1,
    "progress": False,
}
SHARES = ("power", "size", "coverage")


@pytest.fixture(scope="module")
def found():
    return pilot_power(PLACE, DESIGN, **TINY)


def worlds(apart: bool, roll_outs: list[RollOut], **more):
    arguments = {"replications": 2, "wave_weeks": 5, "outcome": "satisfied", "seed": 1, "workers": 1, "progress": False}
    return make_worlds(PLACE.replace(weeks=20), DESIGN, roll_outs, apart, **arguments | more)


def test_there_is_a_row_for_each_size_of_pilot(found):
    table = found.table

    assert table[["communities", "weeks", "survey_size"]].drop_duplicates().shape[0] == len(table) == 8
    assert table["waves"].tolist() == (table["weeks"] // 2).tolist()
    assert not found.failures
    for name in SHARES:
        assert (table[f"{name}_low"] <= table[name]).all()
        assert (table[name] <= table[f"{name}_high"]).all()
    assert np.allclose(table["bias"], table["estimate"] - table["true_effect"])


def test_more_answers_make_estimates_better(found):
    by_size = found.table.groupby(["communities", "survey_size"])["rmse"].mean().unstack()

    assert (by_size[30] < by_size[10]).all()


def test_the_same_seed_gives_the_same_result_and_worlds_are_kept(found, tmp_path):
    again = pilot_power(PLACE, DESIGN, **TINY | {"cache": tmp_path})
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    third = pilot_power(PLACE, DESIGN, **TINY | {"cache": tmp_path})

    assert again.methods.equals(found.methods)
    assert third.methods.equals(found.methods)
    assert len(kept) == 2
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == kept


def test_communities_as_their_planners_know_them_take_part():
    known = Scenario(communities=[Place.from_margins("Lakeside", 60, owner=0.8, fund=3000.0)], warmup=4)

    made = make_worlds(
        known.replace(weeks=8),
        DESIGN,
        [RollOut.staged(4, 4, 3)],
        apart=True,
        replications=2,
        wave_weeks=2,
        outcome="satisfied",
        seed=1,
        workers=1,
        progress=False,
    )

    assert not made.failures
    assert all((world["never"][1] > 0).all() for world in made.counts[4])


def test_a_design_that_does_nothing_changes_no_count():
    nothing = pilot_power(PLACE, Design({"three_lists": 0.0}), **TINY | {"weeks": [8], "streets": "together"})

    assert (nothing.table["true_effect"] == 0.0).all()


def test_apart_a_community_is_untouched_until_it_starts():
    (world, other) = worlds(True, [RollOut.staged(4, 4, 3)]).counts[4]

    assert set(world) == {"never", "1", "2", "3"}
    for start in (1, 2, 3):
        assert (world[str(start)][:, :start] == world["never"][:, :start]).all()
    assert (world["1"] != world["never"]).any()
    assert (world["never"] != other["never"]).any()


def test_together_all_communities_are_run_in_one_place_with_the_roll_out():
    roll_outs = [RollOut.parallel(4, 4), RollOut.parallel(6, 4)]
    found = worlds(False, roll_outs)

    assert {size: len(those) for size, those in found.counts.items()} == {4: 2, 6: 2}
    for size, those in found.counts.items():
        for world in those:
            assert world["4"].shape == (2, 4, size)
            assert (world["4"][:, :1] == world["never"][:, :1]).all()


def test_what_fails_in_one_world_is_told_and_all_else_is_used(monkeypatch):
    from experiments.power import worlds as module

    real, calls = module.communities_apart, []

    def sometimes(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise ArithmeticError("bad luck")
        return real(*arguments)

    monkeypatch.setattr(module, "communities_apart", sometimes)
    found = worlds(True, [RollOut.parallel(4, 4)], replications=3)

    assert len(found.counts[4]) == 2
    assert "bad luck" in found.failures[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_and_pages_in_each_language(found, language):
    said, page = found.recommendation(language), found.plan(language, communities=["甲", "乙", "丙", "丁", "戊"])

    assert "{" not in said + page
    assert all(page.count(f"| {name} |") == 1 for name in "甲乙丙丁戊")
    assert page == found.plan(language, communities=["甲", "乙", "丙", "丁", "戊"])
    assert ("12" if language == "en" else "启动" if language == "zh_hans" else "啟動") in said
    if style.missing_font_hint(language):
        return
    for draw in (found.plot.power, found.plot.bias):
        assert len(draw(language).axes) == 2


def test_in_four_communities_nothing_can_be_clear(found):
    four = found.table[found.table["communities"] == 4]

    assert (four["power"] == 0.0).all()
    assert "12 different roll-outs" in found.recommendation()


def test_the_smallest_pilot_that_is_enough_is_recommended(found):
    table = found.methods.copy()
    table["power"] = np.where(table["communities"] == 8, np.where(table["survey_size"] == 30, 0.9, 0.5), 0.1)
    better = type(found)(found.scenario, found.design, found.pilot, table)

    assert better.best[["communities", "weeks", "survey_size"]].tolist() == [8, 8, 30]
    assert "8 communities over 2 months, with 30 adults" in better.recommendation()
    assert "In 4 communities even 4 months with 30 adults" in better.recommendation()
    assert "8 communities" in better._repr_html_()


def test_numbers_are_whole_or_known_and_shares_are_shares(found):
    numbers = found.methods.select_dtypes("number").to_numpy()

    assert np.isfinite(numbers).all()
    assert found.table["true_effect"].abs().max() < 1.0
    assert not math.isnan(found.table["mde"].max())


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"outcome": "satisfaction"}, "outcome"),
        ({"roll_out": "stages"}, "did you mean"),
        ({"communities": (2,)}, "communities: must be a whole number of 4"),
        ({"survey_size": ()}, "survey_size"),
        ({"weeks": (6,)}, "waves"),
        ({"alpha": 5}, "alpha"),
        ({"roll_out": "parallel", "method": "not_yet_treated"}, "same as two_way"),
    ],
)
def test_what_cannot_be_is_refused(wrong, named):
    with pytest.raises(InputError, match=named):
        pilot_power(PLACE, DESIGN, **TINY | wrong)


def test_the_roll_out_says_where_and_when():
    with pytest.raises(InputError, match="for the roll-out to say"):
        pilot_power(PLACE, DESIGN.in_communities("village"), **TINY)
    with pytest.raises(InputError, match="two have the same name"):
        pilot_power(PLACE, DESIGN, **TINY | {"weeks": [8], "communities": [4]}).plan(communities=["a", "a", "b", "c"])


def test_communities_of_one_s_own_can_take_part():
    places = [Place.from_margins(name, 40, based_on="village", owner=0.9) for name in ("Riverside", "Hill")]
    tiny = TINY | {"communities": 4, "weeks": 8, "survey_size": 10}
    found = pilot_power(Scenario(communities=places, warmup=4), DESIGN, **tiny)

    assert found.table[["communities", "weeks", "survey_size"]].to_numpy().tolist() == [[4, 8, 10]]
