"""Arguments of calls: what is right goes through, what is wrong is told with what would be right."""

from __future__ import annotations

import re

import numpy as np
import pytest

from experiments import best_designs, calibrate, pilot_power
from experiments.arguments import whole, wholes
from experiments.engine import MOST_WORKERS, asked_workers, available_workers
from sim import Design, Scenario
from sim.errors import InputError

LISTS = Design.of("three_lists")


def test_whole_numbers_of_numpy_and_one_without_brackets_are_taken():
    assert whole("n", np.int64(3), 1) == 3
    assert wholes("weeks", 52, 26) == (52,)
    assert wholes("weeks", np.array([26, 52]), 26) == (26, 52)
    assert asked_workers(None) == available_workers()
    assert asked_workers(np.int64(1)) == 1


@pytest.mark.parametrize("given", [0, True, 1.5, "2", None, 11])
def test_what_is_no_whole_number_in_the_limits_is_told(given):
    with pytest.raises(InputError, match=re.escape(f"n: must be a whole number from 1 to 10, got {given!r}")):
        whole("n", given, 1, 10)


@pytest.mark.parametrize("given", [0, -1, "2", 1.5, True, MOST_WORKERS + 1])
def test_a_wrong_number_of_workers_is_told(given):
    with pytest.raises(InputError, match=f"workers: must be a whole number from 1 to {MOST_WORKERS}, or None"):
        asked_workers(given)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            lambda: pilot_power(LISTS, Scenario()),
            "scenario: must be a sim.Scenario, such as read_town(folder).scenario",
        ),
        (
            lambda: pilot_power(Scenario(), "three_lists"),
            'design: must be a sim.Design such as Design.of("three_lists")',
        ),
        (lambda: pilot_power(Scenario(), Design()), "design: has no mechanism"),
        (lambda: pilot_power(Scenario(), LISTS, weeks=13), "weeks: must be a whole number of 26 or more, got 13"),
        (lambda: pilot_power(Scenario(), LISTS, survey_size="all"), "survey_size: must be a whole number of 2 or more"),
        (lambda: pilot_power(Scenario(), LISTS, communities=()), "communities: give one or more whole numbers"),
        (lambda: pilot_power(Scenario(), LISTS, seed=-1), "seed: must be a whole number of 0 or more, got -1"),
        (
            lambda: pilot_power(Scenario(), LISTS, language="fr"),
            "language: must be one of en, zh_hans, zh_hant, got 'fr'",
        ),
        (lambda: calibrate("town.toml", None, ["needs.arrival"]), "scenario: must be a sim.Scenario"),
        (lambda: best_designs("town.toml", 60), "scenario: must be a sim.Scenario"),
        (lambda: best_designs(Scenario(), 60, runs="many"), "runs: must be a whole number of 4 or more, got 'many'"),
        (lambda: best_designs(Scenario(), 60, finalists=0), "finalists: must be a whole number from 1 to 20, got 0"),
    ],
)
def test_planners_calls_tell_what_is_wrong_before_anything_is_run(call, told):
    with pytest.raises(InputError, match=re.escape(told)):
        call()
