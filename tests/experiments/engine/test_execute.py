"""Tasks in, sorted records out, on any executor of the interface."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

import pytest

from experiments.engine import InProcess, Record, attempt, execute, lasting, pool
from tests.experiments.engine.toys import noop, poisoned, process_of, told, toy


def tasks(count: int) -> list[tuple[int, tuple[int]]]:
    return [(key, (key,)) for key in range(count)]


def test_records_are_sorted_and_the_same_for_any_batch_and_executor():
    here = execute(toy, tasks(20), workers=1)

    assert [record.key for record in here] == list(range(20))
    assert told(execute(toy, tasks(20), batch=7)) == told(here)
    assert told(execute(toy, reversed(tasks(20)), workers=2, batch=3)) == told(here)
    assert told(execute(toy, tasks(20), workers=3, make_executor=lambda: ThreadPoolExecutor(3))) == told(here)


def test_a_pool_that_breaks_as_a_whole_is_made_anew_and_blames_only_the_run_that_broke_it():
    make = partial(ProcessPoolExecutor, 2, mp_context=get_context("spawn"))

    records = execute(poisoned, enumerate([("a",), ("b",), ("exit",), ("c",)]), 2, 2, make_executor=make)

    assert [record.status for record in records] == ["ok", "ok", "crash", "ok"]


def test_an_executor_that_lasts_keeps_its_processes():
    with lasting(pool(2)) as borrow:
        first, second = (
            {record.value for record in execute(process_of, tasks(8), 2, batch=1, make_executor=borrow)}
            for _ in range(2)
        )

    assert len(first | second) <= 2


def test_an_executor_that_broke_is_not_lent_again():
    made = []

    def make() -> ThreadPoolExecutor:
        made.append(BrokenOnce() if not made else ThreadPoolExecutor(1))
        return made[-1]

    with lasting(make) as borrow:
        assert [one.value for one in execute(noop, tasks(3), make_executor=borrow)] == [0, 1, 2]

    assert len(made) == 2


class BrokenOnce(ThreadPoolExecutor):
    """Breaks as a process pool does: nothing can be handed over any more."""

    def submit(self, *arguments, **named):
        """Refuse."""
        raise BrokenExecutor


def test_an_interruption_here_is_not_a_failed_task():
    with pytest.raises(KeyboardInterrupt):
        attempt(poisoned, 1, ("interrupt",))
    with pytest.raises(KeyboardInterrupt):
        execute(poisoned, [(1, ("interrupt",))], make_executor=InProcess)


def test_every_record_is_told_as_it_comes():
    came: list[Record] = []

    execute(toy, tasks(5), batch=2, tell=came.append, make_executor=InProcess)

    assert sorted(record.key for record in came) == list(range(5))
