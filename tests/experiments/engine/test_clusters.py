"""The same records from a Dask scheduler, also when workers die, and from MPI."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from pathlib import Path

import psutil
import pytest

from experiments.engine import dask, drive, mpi, serial
from sim.errors import InputError
from tests.experiments.engine.toys import driven, jobs, noop, slow, toy

pytestmark = pytest.mark.slow


def reference(count: int, function=toy) -> list[list]:
    return [[one.key, one.status, one.value] for one in driven(function, jobs(count), serial())]


@pytest.fixture
def cluster(start, tmp_path: Path):
    """A scheduler and two workers, started by hand: the scheduler, its address, the workers."""
    pytest.importorskip("distributed")
    file = tmp_path / "scheduler.json"
    scheduler = start(
        *("--scheduler-file", file, "--port", 0, "--host", "127.0.0.1", "--no-dashboard"),
        module="distributed.cli.dask_scheduler",
    )
    while not file.exists() or not file.read_text():
        assert scheduler.process.poll() is None
        time.sleep(0.1)
    workers = [
        start(
            *("--scheduler-file", file, "--nthreads", 1, "--no-dashboard", "--memory-limit", 0),
            module="distributed.cli.dask_worker",
        )
        for _ in range(2)
    ]
    return scheduler, json.loads(file.read_text())["address"], workers


def test_dask_gives_the_same_records_though_a_worker_is_killed_midway(start, cluster):
    _scheduler, address, workers = cluster
    program = start("dask", "--scheduler", address, "--function", "slow", "--jobs", 100, "--chunk", 3)
    first = [json.loads(program.line()) for _ in range(10)]

    nanny = psutil.Process(workers[0].process.pid)
    for process in [nanny, *nanny.children(recursive=True)]:
        process.kill()

    records = sorted(first + program.records(), key=lambda record: str(record[0]))
    assert program.process.returncode == 0, program.errors
    assert records == reference(100, slow)


def test_dask_blames_only_runs_that_end_their_process_or_hang(start, cluster):
    program = start(
        *("dask", "--scheduler", cluster[1], "--function", "poisoned", "--jobs", 0, "--timeout", 2, "--chunk", 3),
        *("--poison", "leave", "kernel", "good", "exit", "fine", "well"),
    )

    records = program.records()

    assert program.process.returncode == 0, program.errors
    assert {key: status for key, status, _value in records} == {
        "leave": "error",
        "kernel": "timeout",
        "exit": "crash",
        **dict.fromkeys(["good", "fine", "well"], "ok"),
    }


def test_runs_that_a_dead_scheduler_lost_are_not_failed(start, cluster):
    scheduler, address, _workers = cluster
    program = start("dask", "--scheduler", address, "--function", "slow", "--jobs", 2000)
    first = [json.loads(program.line()) for _ in range(10)]

    os.kill(scheduler.process.pid, signal.SIGKILL)

    records = first + program.records()
    assert program.process.returncode == 1
    assert "lost: engine dask" in program.errors
    assert {record[1] for record in records} == {"ok"}
    assert len(records) < 2000


def test_a_scheduler_that_does_not_answer_is_named():
    config = pytest.importorskip("dask.config")
    with config.set({"distributed.comm.timeouts.connect": "200ms"}), pytest.raises(InputError, match="tcp://127"):
        list(drive(noop, jobs(1), dask("tcp://127.0.0.1:1")))


@pytest.fixture
def mpiexec() -> tuple[str, ...]:
    pytest.importorskip("mpi4py")
    found = shutil.which("mpiexec")
    if found is None:
        pytest.skip("no mpiexec")
    return (found, "--allow-run-as-root", "--oversubscribe", "-n")


@pytest.mark.parametrize("ranks", ["2", "3"])
def test_mpi_gives_the_same_records(start, mpiexec, ranks):
    program = start(
        "mpi", "--jobs", 60, before=(*mpiexec, ranks), module="mpi4py.futures -m tests.experiments.engine.program"
    )

    assert program.records() == reference(60)
    assert program.process.returncode == 0, program.errors


def test_mpi_started_otherwise_says_how(start, mpiexec):
    program = start("mpi", before=(*mpiexec, "2"))

    assert program.records() == []
    assert program.process.returncode != 0
    assert "python -m mpi4py.futures -m experiments" in program.errors


def test_mpi_alone_says_how():
    pytest.importorskip("mpi4py")
    with pytest.raises(InputError, match="mpiexec -n N"):
        mpi()
