"""Limits of time in a process with several threads; what a worker tells of what went wrong."""

from __future__ import annotations

import pickle
import sys
import threading
from pathlib import Path

import pytest

from experiments.engine import serial
from experiments.engine.worker import Errand, Order, _alarms, failed, work
from tests.experiments.engine.toys import driven, jobs, noop


def test_the_earliest_limit_of_all_threads_counts(monkeypatch):
    watched: list[float | None] = []
    monkeypatch.setattr("faulthandler.dump_traceback_later", lambda left, **_more: watched.append(round(left)))
    monkeypatch.setattr("faulthandler.cancel_dump_traceback_later", lambda: watched.append(None))

    def quick() -> None:
        with _alarms.within(50.0, sys.stderr):
            pass

    with _alarms.within(100.0, sys.stderr):
        other = threading.Thread(target=quick)
        other.start()
        other.join()

    assert watched == [100, 50, 100, None]


def test_a_run_that_was_stopped_before_is_not_run_again(tmp_path):
    folder = tmp_path / "session"
    folder.mkdir(mode=0o700)
    (folder / "go").touch()
    order = Order(str(folder), timeout=60.0)
    errand = Errand("key", (1,))
    notes: list[Path] = []
    work(lambda _number: notes.extend(folder.glob("late-*")), [errand], order)
    assert [file.name for file in folder.iterdir()] == ["go"]

    notes[0].write_text("Timeout! It stood here.")
    ran: list[int] = []
    (packed,) = work(ran.append, [errand], order)

    assert ran == []
    record = pickle.loads(packed)
    assert (record.key, record.status, record.traceback) == ("key", "timeout", "Timeout! It stood here.")


def test_long_words_are_cut_and_keep_their_end():
    record = failed(1, ValueError("x" * 10_000 + "end"))

    assert len(record.message) == 2_000
    assert record.message.endswith("end")


@pytest.mark.parametrize("chunk", [None, 1, 100])
def test_chunks_never_show_in_records(chunk):
    assert [one.value for one in driven(noop, jobs(9), serial(), chunk=chunk)] == list(range(9))
