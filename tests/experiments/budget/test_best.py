"""The whole way from a place and a budget to a recommendation, on a tiny place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments import best_designs
from experiments.budget.best import _combined, communities_by_type
from sim.errors import InputError
from sim.scenario import Scenario

PLACE = Scenario(
    communities=[{"type": "village", "residents": 60}, {"type": "commodity_housing", "residents": 40}],
    weeks=8,
    warmup=4,
)
LEVERS = {"lists": ["three_lists", "joint_committee"], "talk": ["deliberation"], "teams": ["self_governing_groups"]}


def tiny(cache=None):
    return best_designs(
        PLACE,
        {"yuan": 80},
        per_type=True,
        mechanisms=LEVERS,
        uncertainties=["needs.arrival", "participation.*"],
        futures=5,
        replications=2,
        runs=16,
        finalists=2,
        workers=1,
        cache=cache,
        progress=False,
    )


slow = pytest.mark.slow


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    return tiny(folder), folder


@slow
def test_every_design_of_so_few_is_searched_and_some_are_run_anew(found):
    best, _ = found

    assert len(best.points) == 8  # every set of three levers
    assert set(best.points_by_type["type"]) == {"village", "commodity_housing"}
    assert np.shape(best.trial.values)[:2] == (1 + len(best.designs), 5)
    assert best.trial.numbers.shape[0] == 5
    assert best.to_frame()["design"].tolist() == ["nothing", *best.designs]


@slow
def test_each_future_has_a_seed_that_its_designs_share(found):
    seeds = found[0].result.runs.groupby("future")["seed"].nunique()

    assert (seeds == 1).all()
    assert found[0].result.runs["seed"].nunique() == 5


@slow
def test_what_is_told_has_the_effects_of_every_type(found):
    best, _ = found

    assert set(best.by_type["type"]) == {"village", "commodity_housing"}
    assert best.report().startswith("# The best designs under a budget")
    shown = best._repr_html_()
    assert shown.startswith('<div class="rongzhi">')
    assert shown.count("<table") == 1


@slow
def test_the_same_question_is_answered_from_the_cache(found, monkeypatch):
    from experiments import run

    best, folder = found
    monkeypatch.setattr(run, "run_one", None)

    again = tiny(folder)

    pd.testing.assert_frame_equal(again.to_frame(), best.to_frame())
    assert again.recommendation() == best.recommendation()


def test_each_type_has_its_own_mechanisms_in_the_combined_design():
    own = {"village": {"deliberation": 1.0, "three_lists": 1.0}, "commodity_housing": {"three_lists": 1.0}}

    design = _combined(own, communities_by_type(PLACE))

    assert design.mechanisms["deliberation"].communities == ("village",)
    assert design.mechanisms["three_lists"].communities == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"futures": 1}, "futures: must be a whole number of 2 or more"),
        ({"finalists": 0}, "finalists"),
        ({"per_type": True, "doses": (0.5, 1.0)}, "single one"),
        ({"budget": {"yaun": 5}}, "did you mean 'yuan'"),
        ({"objectives": ["satisfacton"]}, "did you mean 'satisfaction'"),
        ({"mechanisms": ["three_list"]}, "did you mean 'three_lists'"),
    ],
)
def test_what_is_wrong_is_said_before_anything_runs(wrong, said):
    with pytest.raises(InputError, match=said):
        best_designs(PLACE, **{"budget": 60, "workers": 1, "progress": False, **wrong})
