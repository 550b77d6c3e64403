"""A small study that runs in a second."""

from __future__ import annotations

import pytest

from experiments.study import Study

WORDS = {"en": "x", "zh_hans": "甲", "zh_hant": "甲"}


def small_study_fields() -> dict:
    return {
        "name": "small",
        "title": WORDS,
        "question": WORDS,
        "scenario": {
            "communities": [{"type": "village", "residents": 60}, {"type": "commodity_housing", "residents": 40}],
            "weeks": 6,
            "warmup": 4,
        },
        "levers": {
            "lists": {"label": WORDS, "mechanisms": ["three_lists"]},
            "grid": {"label": WORDS, "mechanisms": {"micro_grid": 0.5, "self_governing_groups": 1}},
        },
        "replications": 3,
        "seed": 4,
    }


@pytest.fixture
def fields() -> dict:
    return small_study_fields()


@pytest.fixture(scope="session")
def small_study() -> Study:
    return Study.from_dict(small_study_fields())
