"""Where designs fail, on futures in which it is known."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest

from experiments.budget.conditions import associated, conditions


def futures(number=80, others=30, seed=1):
    random = np.random.default_rng(seed)
    names = ["needs.arrival", *(f"n{one}" for one in range(others))]
    return pd.DataFrame(random.random((number, others + 1)), columns=names)


@pytest.mark.skipif(find_spec("ema_workbench") is None, reason="EMA Workbench is not installed")
def test_the_number_that_decides_is_found_among_many():
    numbers = futures()
    margin = 0.7 - numbers["needs.arrival"] + 0.02 * np.random.default_rng(2).normal(size=80)

    found = conditions(numbers, margin)

    assert found.kind == "told"
    assert found.limits["name"].tolist() == ["needs.arrival"]
    assert found.limits["low"].iloc[0] == pytest.approx(0.7, abs=0.06)
    assert found.density > 0.8
    assert found.coverage > 0.8


def test_noise_is_not_told_as_a_condition():
    kinds = {conditions(futures(seed=seed), np.random.default_rng(seed + 50).normal(size=80)).kind for seed in range(8)}

    assert kinds == {"alike"}


@pytest.mark.parametrize(
    ("failing", "kind"),
    [(0, "never"), (80, "always"), (3, "few"), (77, "few")],
)
def test_too_little_to_say_is_said(failing, kind):
    margin = np.where(np.arange(80) < failing, -1.0, 1.0)

    found = conditions(futures(), margin)

    assert (found.kind, found.failing) == (kind, failing)


def test_where_nothing_varies_only_luck_is_left():
    assert conditions(pd.DataFrame(index=range(40)), np.where(np.arange(40) < 20, -1, 1)).kind == "certain"


def test_strongest_numbers_come_first():
    numbers = futures(others=5)
    margin = numbers["n2"] + 0.6 * numbers["needs.arrival"]

    assert associated(numbers, margin) == ["n2", "needs.arrival"]
