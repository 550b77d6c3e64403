"""One run, as a worker makes it."""

from __future__ import annotations

import gc
import itertools
import json

import sim
from experiments import task
from experiments.measured import measured
from experiments.task import COLLECT_EVERY, run_one
from tests.state import place

PLACE = place(weeks=3, warmup=2, residents=40)
DOSES = {"three_lists": 1.0}


def test_a_task_is_the_run_that_a_user_would_make():
    value = run_one(json.dumps(PLACE.to_dict()), {"mechanisms": DOSES}, 5, ("communities",), "a state")

    expected = measured(sim.run(PLACE.with_mechanisms(DOSES), seed=5), ("communities",))
    assert repr(value) == repr(expected)  # to the bit, and what could not be measured is alike


def test_garbage_is_collected_now_and_then(monkeypatch):
    collected = []
    monkeypatch.setattr(gc, "collect", lambda: collected.append(True))
    monkeypatch.setattr(task, "_runs", itertools.count(COLLECT_EVERY - 2))

    for _ in range(3):
        run_one(json.dumps(PLACE.to_dict()), {}, 5, (), "a state")

    assert collected == [True]
