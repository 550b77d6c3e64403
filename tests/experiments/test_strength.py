"""How much a sentence can bear: clear of chance, and of what nobody has measured."""

from __future__ import annotations

import pandas as pd
import pytest

from experiments import strength as rule
from experiments.strength import STRENGTHS, screened_numbers, strength
from experiments.study import load_study
from experiments.text import has_text


def screened(**moves: float) -> pd.DataFrame:
    """Numbers whose names begin with their grade; those in capitals are above chance."""
    rows = sorted(moves.items(), key=lambda pair: -pair[1])
    return pd.DataFrame(
        {
            "rank": range(1, len(rows) + 1),
            "parameter": [name for name, _ in rows],
            "grade": [name[0].upper() for name, _ in rows],
            "mu_star": [size for _, size in rows],
            "above_chance": [name[0].isupper() for name, _ in rows],
        }
    )


@pytest.mark.parametrize(
    ("moved", "kind"),
    [(0.0, "firm"), (0.049, "firm"), (0.05, "conditional"), (0.099, "conditional"), (0.1, "hypothesis")],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_an_assumed_number_weakens_an_effect_by_how_far_it_moves_it(moved, kind, sign):
    low, high = sorted((sign * 0.08, sign * 0.12))

    assert strength(sign * 0.1, low, high, screened(D1=moved, A1=5.0)).kind == kind


def test_what_was_measured_or_cannot_be_told_from_chance_does_not_count():
    found = strength(0.1, 0.08, 0.12, screened(C1=9.0, B1=8.0, d1=7.0, D1=0.01))

    assert (found.kind, found.number, found.moves) == ("firm", "D1", 0.01)
    assert (found.assumed, found.top) == (2, 4)


def test_only_the_ten_most_influential_numbers_are_counted_but_all_are_heeded():
    found = strength(0.1, 0.08, 0.12, screened(**{f"A{k}": 1.0 + k for k in range(10)}, D1=0.2))

    assert (found.kind, found.assumed, found.top) == ("hypothesis", 0, 10)


def test_without_a_screening_a_clear_effect_is_not_called_firm():
    assert strength(0.1, 0.08, 0.12).kind == "unscreened"


@pytest.mark.parametrize("table", [None, screened(D1=0.0)])
def test_an_interval_with_0_is_not_clear_whatever_the_screening_says(table):
    assert strength(0.1, -0.01, 0.2, table).kind == "unclear"
    assert strength(0.1, float("nan"), float("nan"), table).kind == "unclear"


def test_every_strength_has_its_word_and_its_meaning():
    assert all(has_text(f"strength.{kind}") and has_text(f"strength.{kind}_is") for kind in STRENGTHS)
    assert all(kind in rule.__doc__ for kind in STRENGTHS)


def test_the_stored_screening_grades_its_own_study_only(small_study):
    study = load_study("six-paths")

    assert "chance" not in set(screened_numbers(study, "participation")["parameter"])
    assert screened_numbers(study, "trust") is None
    assert screened_numbers(small_study, "participation") is None


def test_a_screening_of_another_model_grades_nothing():
    study = load_study("six-paths")
    fewer = study.replace(levers=dict(list(study.to_dict()["levers"].items())[:2]))

    assert screened_numbers(fewer, "participation") is None
