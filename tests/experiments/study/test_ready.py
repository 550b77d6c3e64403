"""Studies that come with the package."""

from __future__ import annotations

import pytest

from experiments.plan import Plan
from experiments.study import load_study, ready_studies

NAMES = [
    "assumptions",
    "by_type",
    "each_mechanism",
    "emergency",
    "leave_one_out",
    "pairs",
    "portfolios",
    "six_paths",
    "sobol",
    "staged_rollout",
]
MOST_QUICK = 1500


def runs_of(study) -> int:
    plan = Plan(study)
    points = len({spec.run_id for spec in plan.runs(0, 1)})
    if study.portfolio is not None:
        points += study.portfolio.population * study.portfolio.generations * plan.futures
    return points * study.replications


def test_there_are_ten():
    assert list(ready_studies()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_loads_by_its_name_and_has_a_smaller_quick_version(name):
    study = load_study(name.replace("_", "-"))
    quick = study.quick_version()

    assert study.name == quick.name == name
    assert quick.place().weeks == study.quick.weeks
    assert {spec.residents for spec in quick.place().communities} == {study.quick.residents}
    assert quick.place().residents < study.place().residents
    assert quick.replications <= study.replications


@pytest.mark.parametrize("name", NAMES)
def test_quick_versions_are_moderate(name):
    quick = load_study(name).quick_version()

    assert 4 <= runs_of(quick) <= MOST_QUICK
    assert (
        runs_of(quick) * quick.place().residents * (quick.place().weeks + quick.place().warmup) < 5e7
    )  # residents x weeks: about a minute


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_in_three_languages(name):
    study = load_study(name)

    for words in (study.title, study.question):
        assert words["en"].isascii()
        assert len({words["en"], words["zh_hans"], words["zh_hant"]}) == 3
