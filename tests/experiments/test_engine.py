"""The engine: same records for any workers and batches; what fails or dies harms no other."""

from __future__ import annotations

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from experiments.engine import InProcess, Record, attempt, execute, lasting, pool
from experiments.run import replication_seed


def toy(number: int) -> float:
    time.sleep(0.001 * (number % 3))
    return random.Random(number).random()


class CannotBePickledError(Exception):
    """Its arguments are not what its ``__init__`` takes."""

    def __init__(self, one, two):
        super().__init__("it went wrong")


def poisoned(number: int) -> int:
    if number == 3:
        raise CannotBePickledError(1, 2)
    if number == 5:
        raise SystemExit(1)
    return number


def deadly(number: int) -> int:
    if number == 2:
        os._exit(9)
    return number


def tasks(count: int) -> list[tuple[int, tuple[int]]]:
    return [(key, (key,)) for key in range(count)]


def values(records: list[Record]) -> list[object]:
    return [(record.key, record.status, record.value) for record in records]


def test_records_are_the_same_for_one_and_two_workers_and_any_batch():
    here = execute(toy, tasks(20), workers=1)

    assert [record.key for record in here] == list(range(20))
    assert values(execute(toy, reversed(tasks(20)), workers=2, batch=3)) == values(here)
    assert values(execute(toy, tasks(20), batch=7)) == values(here)


def test_another_executor_of_the_same_interface_gives_the_same():
    records = execute(toy, tasks(10), workers=3, make_executor=lambda: ThreadPoolExecutor(3))

    assert values(records) == values(execute(toy, tasks(10)))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_poisoned_task_is_recorded_and_its_neighbours_are_unharmed(workers):
    records = execute(poisoned, tasks(9), workers=workers, batch=4)

    failed = {record.key: record.error for record in records if record.status == "error"}
    assert failed == {3: "CannotBePickledError", 5: "SystemExit"}
    assert [record.value for record in records if record.status == "ok"] == [0, 1, 2, 4, 6, 7, 8]
    assert "it went wrong" in records[3].message
    assert "poisoned" in records[3].traceback


def test_only_the_task_that_kills_its_process_is_blamed(monkeypatch):
    monkeypatch.setattr("experiments.engine.SOLO_TRIES", 1)

    records = execute(deadly, tasks(6), workers=2, batch=2)

    assert [record.key for record in records if record.status == "crash"] == [2]
    assert [record.value for record in records if record.status == "ok"] == [0, 1, 3, 4, 5]


def process_of(_number: int) -> int:
    return os.getpid()


def test_an_executor_that_lasts_is_made_once_and_again_only_when_it_broke():
    with lasting(pool(2)) as borrow:
        first, second = (
            {record.value for record in execute(process_of, tasks(8), 2, batch=1, make_executor=borrow)}
            for _ in range(2)
        )
        after = execute(deadly, tasks(4), 2, batch=1, make_executor=borrow)

    assert len(first | second) <= 2
    assert [record.status for record in after] == ["ok", "ok", "crash", "ok"]


def test_an_interruption_is_not_a_failed_task():
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attempt(interrupted, 1, ())


def test_every_record_is_told_as_it_comes():
    told: list[Record] = []

    execute(toy, tasks(5), batch=2, tell=told.append, make_executor=InProcess)

    assert sorted(record.key for record in told) == list(range(5))


def test_neighbouring_studies_share_no_seed():
    seeds = {replication_seed(root, replication) for root in range(50) for replication in range(50)}

    assert len(seeds) == 2500
    assert all(0 <= seed < 2**63 for seed in seeds)
