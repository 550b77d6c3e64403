"""A coordinator may die at any step; what it had acknowledged is there, once, and the study goes on."""

import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from experiments.store import Store
from experiments.store.journal import JOURNAL, read_journal
from sim.errors import InputError
from tests.experiments.store.small import (
    Dead,
    add,
    assert_whole,
    at_each_step,
    dying_at,
    fill,
    make,
    name_of,
    row_of,
)

ROOT = Path(__file__).parents[3]


def deaths(folder: Path, act, begin: Path | None = None):
    """Let ``act`` die at its first step, its second, …, each time on a fresh copy, until it survives."""
    for step in itertools.count(1):
        shutil.rmtree(folder, ignore_errors=True)
        if begin is not None:
            shutil.copytree(begin, folder)
        try:
            with dying_at(step):
                act()
        except Dead:
            yield step
        else:
            assert step > 5, "it did next to nothing"
            return


def no_wait():
    return at_each_step(lambda name, half: None)


def test_death_at_each_step_of_making_a_folder(tmp_path):
    folder = tmp_path / "study"
    for _ in deaths(folder, lambda: make(folder)):
        try:
            store = Store.open(folder)
        except InputError:
            with no_wait():
                store = make(folder)
        with no_wait():
            fill(store, range(3))
        assert_whole(store, range(3))
        assert not list(folder.glob(".tmp-*"))


def test_death_at_each_step_of_adding_and_committing(tmp_path):
    folder, begin, said = tmp_path / "study", tmp_path / "begin", set()
    make(begin)

    def act():
        said.clear()
        with Store.open(folder).writer(flush_rows=3) as writer:
            for number in range(7):
                add(writer, number)
                said.add(name_of(number))

    fill(make(tmp_path / "reference"), range(7))
    reference = Store.open(tmp_path / "reference").digest()
    for step in deaths(folder, act, begin):
        store = Store.open(folder)
        ids = store.runs()["run_id"].tolist()
        assert said <= set(ids), step
        assert len(ids) == len(set(ids)), step
        assert len(store.table("communities")) == 2 * len(ids), step
        assert store.check() == [], step
        with no_wait():
            act()
        assert_whole(store, range(7))
        assert store.digest() == reference
        assert not list(folder.glob(".tmp-*"))


def test_death_at_each_step_of_recovering(tmp_path):
    folder, begin = tmp_path / "study", tmp_path / "begin"

    def act():
        fill(Store.open(folder), range(5), flush_rows=5)

    make(begin)
    for _ in deaths(folder, act, begin):
        if (folder / "communities/part-000001.parquet").exists() and (
            folder / ".tmp-runs-part-000001.parquet"
        ).exists():
            break
    else:
        pytest.fail("no death left the rows of a part without its runs")
    torn = folder.rename(tmp_path / "torn")
    (torn / ".compact").mkdir()
    for step in deaths(folder, act, torn):
        assert len(Store.open(folder).runs()) == 5, step
        with no_wait():
            act()
        assert_whole(Store.open(folder), range(5))
        assert sorted(path.name for path in folder.glob(".*")) == [".lock"]


def test_rows_of_a_part_that_was_never_committed_are_dropped(tmp_path):
    store = make(tmp_path / "study")
    fill(store, range(3))
    shutil.copy(store.folder / "communities/part-000001.parquet", store.folder / "communities/part-000007.parquet")
    assert_whole(store, range(3))
    with store.writer():
        assert not (store.folder / "communities/part-000007.parquet").exists()
    assert_whole(store, range(3))


def test_death_at_each_step_of_a_retry(tmp_path):
    folder, begin = tmp_path / "study", tmp_path / "begin"
    store = make(begin)
    fill(store, range(3))
    with store.writer() as writer:
        writer.add(row_of(3, "error"), failure="Traceback …")
        add(writer, 4)
        writer.add(row_of(5, "crash"))

    def act():
        with Store.open(folder).writer() as writer:
            writer.forget([one for one, status in writer.done.items() if status != "ok"])
            add(writer, 3)
            add(writer, 5)

    for step in deaths(folder, act, begin):
        found = Store.open(folder)
        done = found.done()
        assert {name_of(number) for number in (0, 1, 2, 4)} <= set(done), step
        assert len(found.runs()) == len(done), step
        assert found.check() == [], step
        with no_wait():
            act()
        assert_whole(found, range(6))
        assert found.failure(name_of(3)) is None


def test_death_at_each_step_of_a_compaction(tmp_path):
    folder, begin = tmp_path / "study", tmp_path / "begin"
    fill(make(begin), range(9), flush_rows=2)
    reference = Store.open(begin).digest()
    shutil.copytree(begin, folder)
    for step in deaths(folder, lambda: Store.open(folder).compact(), begin):
        store = Store.open(folder)
        assert store.digest() == reference, step
        assert_whole(store, range(9))
        with no_wait():
            fill(store, range(11))
            assert_whole(store, range(11))
            assert store.compact() == 1
        assert_whole(store, range(11))
        assert sorted(path.name for path in folder.glob(".*")) == [".lock"]


def test_an_interruption_at_each_step_doubles_nothing(tmp_path):
    folder, begin = tmp_path / "study", tmp_path / "begin"
    with no_wait():
        make(begin)
    for step in itertools.count(1):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(begin, folder)
        steps = itertools.count(1)

        def interrupt(name, half, steps=steps, step=step):
            if next(steps) == step:
                raise KeyboardInterrupt

        said, store = [], Store.open(folder)
        with at_each_step(interrupt), suppress(KeyboardInterrupt), store.writer(flush_rows=3) as writer:
            for number in range(7):
                with suppress(KeyboardInterrupt):  # and goes on, as no program should
                    add(writer, number)
                    said.append(name_of(number))
        assert set(said) <= set(store.done()), step
        with no_wait():
            fill(store, range(7), flush_rows=3)
        assert_whole(store, range(7))
        if next(steps) <= step:
            break
    assert step > 50


def test_a_reader_at_each_step_sees_each_run_once(tmp_path):
    store, said, looks = make(tmp_path / "study"), [], 0

    def look(name, half):
        nonlocal looks
        looks += 1
        runs, communities = store.runs(), store.table("communities")
        assert set(said) <= set(runs["run_id"])
        assert runs["run_id"].is_unique
        assert communities.groupby("run_id").size().tolist() == [2] * len(runs)

    with at_each_step(look):
        with store.writer(flush_rows=3) as writer:
            for number in range(8):
                add(writer, number)
                said.append(name_of(number))
        store.compact()
    assert looks > 50


def test_a_reader_whose_parts_are_compacted_away_reads_again(tmp_path, monkeypatch):
    from experiments.store import store as module

    store = make(tmp_path / "study")
    fill(store, range(9), flush_rows=2)
    expected, real, calls = store.table("communities"), module.read_part, []

    def read(path, columns=None):
        calls.append(path)
        if len(calls) == 3:
            store.compact()
        return real(path, columns)

    monkeypatch.setattr(module, "read_part", read)
    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    assert store.table("communities").equals(expected)
    assert len(store.runs()) == 9


@pytest.fixture
def left(tmp_path):
    """A folder with three runs in its journal, and the journal's bytes."""
    store = make(tmp_path / "left")
    writer = store.writer().__enter__()
    for number in range(3):
        add(writer, number)
    data = (tmp_path / "left" / JOURNAL).read_bytes()
    writer.__exit__(None, None, None)
    shutil.rmtree(tmp_path / "left")
    make(tmp_path / "left")
    (tmp_path / "left" / JOURNAL).write_bytes(data)
    return tmp_path / "left", data


def test_a_journal_cut_at_each_byte_of_its_last_record(left):
    folder, data = left
    store = Store.open(folder)
    assert_whole(store, range(3))
    ends = [entry_end for entry_end in range(len(data) + 1) if not read_cut(folder, data[:entry_end])]
    assert len(ends) == 4  # before the first record and after each
    for cut in range(ends[2], len(data)):
        (folder / JOURNAL).write_bytes(data[:cut])
        assert len(store.done()) == 2
        assert store.check() == []
    for cut in (ends[2] + 1, ends[2] + 20, len(data) - 1):
        again = folder.with_name(f"cut-{cut}")
        shutil.copytree(folder, again)
        (again / JOURNAL).write_bytes(data[:cut])
        with Store.open(again).writer() as writer:
            add(writer, 2)
            assert_whole(Store.open(again), range(3))  # from the journal alone
        assert_whole(Store.open(again), range(3))


def read_cut(folder: Path, data: bytes) -> int:
    """Bytes that are left over after the last whole record."""
    path = folder / "cut.bin"
    path.write_bytes(data)
    journal = read_journal(path)
    path.unlink()
    assert not journal.damaged
    return len(data) - journal.length


@pytest.mark.parametrize(
    "tail", [bytes(100), b"garbage that is no record", b"RZJ1" + b"\xff" * 40], ids=["zeros", "text", "mark"]
)
def test_garbage_behind_the_journal_is_named_and_cut_off(left, tail):
    folder, data = left
    (folder / JOURNAL).write_bytes(data + tail)
    store = Store.open(folder)
    (problem,) = store.check()
    assert problem.file == JOURNAL
    assert f"byte {len(data)}" in problem.what
    fill(store, range(5))
    assert_whole(store, range(5))


def test_any_flipped_byte_of_the_journal_is_found(left):
    folder, data = left
    store = Store.open(folder)
    for at in range(0, len(data), 7):
        (folder / JOURNAL).write_bytes(data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
        assert [problem.file for problem in store.check()] == [JOURNAL]


WRITING = """
import sys
from contextlib import suppress
from experiments.store import Store
from tests.experiments.store.small import add, name_of
store = Store.open(sys.argv[1])
with store.writer(flush_rows=7) as writer:
    for number in range(int(sys.argv[2])):
        if name_of(number) not in writer.done:
            add(writer, number)
            print(number, flush=True)
"""


def killed_and_completed(folder: Path, runs: int, kills: int) -> None:
    chance, said = random.Random(20), set()
    make(folder)
    command = [sys.executable, "-c", WRITING, str(folder), str(runs)]
    for _ in range(kills):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            for _ in range(chance.randrange(1, runs // kills)):
                said.add(int(process.stdout.readline()))
            process.send_signal(signal.SIGKILL)
            said.update(int(line) for line in process.stdout if line.endswith("\n"))
        assert {name_of(number) for number in said} <= set(Store.open(folder).done())
    assert len(said) < runs
    fill(Store.open(folder), range(runs), flush_rows=7)
    assert_whole(Store.open(folder), range(runs))
    fill(make(folder.with_name("reference")), reversed(range(runs)), flush_rows=1000)
    assert Store.open(folder).digest() == Store.open(folder.with_name("reference")).digest()


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_kills_lose_and_double_nothing(tmp_path):
    killed_and_completed(tmp_path / "study", runs=300, kills=2)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_twenty_kills_lose_and_double_nothing(tmp_path):
    killed_and_completed(tmp_path / "study", runs=4_000, kills=20)
