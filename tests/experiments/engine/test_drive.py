"""Same records for any engine, workers and chunks; only what goes wrong is blamed, and nothing is lost on stopping."""

from __future__ import annotations

import random
import threading
import tracemalloc
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from experiments.engine import Engine, EngineLostError, InProcess, Job, drive, kept_open, local, serial
from experiments.engine.driving import MOST_IN_CHUNK, _Pace
from sim.errors import InputError
from tests.experiments.engine.toys import (
    RAISE,
    driven,
    jobs,
    killed_once,
    leave,
    noop,
    poisoned,
    slow,
    threads,
    told,
    toy,
)

DEADLY = ["exit", "kill"]
HANGING = ["hang", "kernel"]


def test_records_do_not_depend_on_workers_chunks_or_order():
    reference = told(driven(toy, jobs(30), serial()))
    shuffled = random.Random(1).sample(jobs(30), 30)

    assert [one[1] for one in reference] == ["ok"] * 30
    assert told(driven(toy, jobs(30), local(1))) == reference
    assert told(driven(toy, shuffled, local(2), chunk=7)) == reference
    assert told(driven(toy, jobs(30), local(4), chunk=1)) == reference


def test_whatever_a_run_raises_is_its_record_alone_here_and_in_a_process():
    mixed = [Job(poison, (poison,)) for pair in zip(RAISE, "abcdefg", strict=True) for poison in pair]

    here = driven(poisoned, mixed, serial(), chunk=4)

    assert {one.key for one in here if one.status == "error"} == set(RAISE)
    assert "".join(one.value for one in here if one.status == "ok") == "abcdefg"
    found = {one.key: one for one in here}
    assert found["exception"].message == "it went wrong"
    assert "poisoned" in found["exception"].traceback
    assert found["message"].error == "CannotBeShownError"
    assert found["leave"].error == "SystemExit"
    assert "sent back" in found["result"].message
    assert "read" in found["unreadable"].message
    there = driven(poisoned, mixed, local(1), chunk=4)
    assert [one[:4] for one in told(there)] == [one[:4] for one in told(here)]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_only_runs_that_end_their_process_hang_or_raise_are_blamed(workers):
    poison = [*RAISE, *DEADLY, *HANGING, "interrupt"]
    good = [f"good {number}" for number in range(24)]
    mixed = random.Random(2).sample([*poison, *good], len(poison) + len(good))

    records = driven(poisoned, [Job(one, (one,)) for one in mixed], local(workers), timeout=2.0, chunk=5)

    failed = {one.key: one.status for one in records if one.status != "ok"}
    assert failed == {
        **dict.fromkeys([*RAISE, "interrupt"], "error"),
        **dict.fromkeys(DEADLY, "crash"),
        **dict.fromkeys(HANGING, "timeout"),
    }
    assert sorted(one.value for one in records if one.status == "ok") == sorted(good)
    hung = next(one for one in records if one.key == "kernel")
    assert "poisoned" in hung.traceback
    assert hung.message == "stopped after 2 s"


def test_a_process_killed_by_others_costs_no_run(tmp_path):
    records = driven(killed_once, [Job(n, (n, str(tmp_path))) for n in range(3)], local(2), chunk=1)

    assert [(one.status, one.value) for one in records] == [("ok", 0), ("ok", 1), ("ok", 2)]


def test_no_run_is_blamed_for_workers_that_cannot_start(monkeypatch):
    monkeypatch.setattr("experiments.engine.executors.enlist", leave)

    with pytest.raises(EngineLostError, match="ends as soon as it starts"):
        list(drive(noop, jobs(3), local(1)))


def test_arguments_that_cannot_be_handed_over_fail_their_run_only():
    mixed = [Job(0, (0,)), Job(1, (lambda: None,)), Job(2, (2,))]

    records = driven(noop, mixed, local(1), chunk=3)

    assert [one.status for one in records] == ["ok", "error", "ok"]


def test_a_worker_has_one_thread_for_each_library(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.delenv("NUMBA_NUM_THREADS", raising=False)

    (record,) = drive(threads, jobs(1), local(1))

    numba, pools = record.value
    assert numba == 1
    assert pools
    assert set(pools) == {1}


@pytest.mark.parametrize("make", [serial, lambda: local(2)])
def test_stopping_begins_no_further_run_and_loses_none(make):
    stop = threading.Event()
    read = []

    def watched():
        for job in jobs(10_000):
            read.append(job.key)
            yield job

    records = []
    for record in drive(slow, watched(), make(), stop=stop):
        records.append(record)
        if len(records) == 5:
            stop.set()

    keys = [one.key for one in records]
    assert 5 <= len(keys) < 40
    assert keys == list(dict.fromkeys(keys))
    assert len(read) < 200
    assert all(one.status == "ok" for one in records)


def test_a_stop_reaches_the_runs_left_in_a_chunk():
    stop = threading.Event()

    records = []
    for record in drive(slow, jobs(60), local(1), stop=stop, chunk=20):
        records.append(record)
        stop.set()

    assert 20 <= len(records) < 40


def test_an_iterator_left_early_leaves_nothing_behind():
    records = drive(slow, jobs(1000), local(1))
    next(records)
    before = threading.active_count()

    records.close()

    assert threading.active_count() < before


def test_workers_kept_open_serve_several_drives():
    with kept_open(local(1)) as engine:
        first, second = (told(driven(noop, jobs(3), engine)) for _ in range(2))

    assert first == second


class Cancelling(ThreadPoolExecutor):
    """Loses what is in flight, as Dask does when its scheduler dies."""

    def submit(self, fn, /, *arguments, **named):
        """Lose all runs but the first three."""
        if arguments[1][0].key < 3:
            return super().submit(fn, *arguments, **named)
        future: Future = Future()
        future.cancel()
        future.set_running_or_notify_cancel()
        return future


def _collect(records, kept) -> None:
    for record in records:
        kept.append(record)


def test_what_an_engine_lost_is_not_failed():
    kept = []
    with pytest.raises(EngineLostError, match=r"engine cloud: .* not done"):
        _collect(drive(noop, jobs(9), Engine("cloud", lambda: Cancelling(1), 2), chunk=1), kept)

    assert {one.status for one in kept} == {"ok"}
    assert {one.key for one in kept} == {0, 1, 2}


def test_a_limit_of_time_is_refused_where_it_would_end_everything():
    with pytest.raises(InputError, match="engine serial cannot stop a single run"):
        drive(noop, jobs(1), serial(), timeout=1.0)
    with pytest.raises(InputError, match="more than 0"):
        drive(noop, jobs(1), local(1), timeout=0.0)


def test_chunks_grow_to_as_many_short_runs_as_take_a_moment():
    pace = _Pace(None)
    sizes = []
    for _ in range(9):
        sizes.append(pace.size)
        pace.learn([1e-5] * pace.size)
    assert sizes[:4] == [1, 2, 4, 8]
    assert sizes[-1] == MOST_IN_CHUNK
    pace.learn([10.0])
    assert pace.size == 1
    assert _Pace(7).size == 7


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_runs():
    count = 100_000
    given = 0
    half = 0
    tracemalloc.start()
    try:
        for record in drive(noop, (Job(key, (key,)) for key in range(count)), Engine("here", InProcess)):
            given += record.value == record.key
            if given == count // 2:
                half = tracemalloc.get_traced_memory()[0]
        end = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert given == count
    assert end - half < 200_000
