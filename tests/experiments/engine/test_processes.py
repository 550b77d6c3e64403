"""What becomes of processes when the program is killed or interrupted."""

from __future__ import annotations

import json
import os
import signal
import sys
import time

import psutil
import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.mark.slow
def test_no_process_and_no_folder_outlives_a_killed_program(start, tmp_path):
    program = start("local", "--function", "slow", "--jobs", 10_000)
    for _ in range(20):
        program.line()
    family = psutil.Process(program.process.pid).children(recursive=True)
    assert len(family) >= 2
    assert list(tmp_path.glob("rongzhi-run-*"))

    program.process.kill()

    _gone, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []
    assert list(tmp_path.glob("rongzhi-run-*")) == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_lets_runs_end_and_a_second_one_does_not(start, tmp_path, number):
    program = start("local", "--function", "slow", "--jobs", 10_000)
    first = [json.loads(program.line()) for _ in range(20)]
    family = psutil.Process(program.process.pid).children(recursive=True)

    for process in [psutil.Process(program.process.pid), *family]:
        if "resource_tracker" not in " ".join(process.cmdline()):
            process.send_signal(number)

    rest = program.records()
    keys = [record[0] for record in [*first, *rest]]
    assert program.process.returncode == 130
    assert program.errors == "finishing what has begun\n"
    assert len(keys) == len(set(keys)) < 200
    assert {record[1] for record in [*first, *rest]} == {"ok"}
    _gone, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []
    assert list(tmp_path.glob("rongzhi-run-*")) == []


@pytest.mark.slow
def test_a_second_interruption_ends_at_once(start):
    program = start("local", "--function", "poisoned", "--jobs", 0, "--poison", "good", "hang", "--chunk", 1)
    program.line()
    family = psutil.Process(program.process.pid).children(recursive=True)

    os.kill(program.process.pid, signal.SIGINT)
    while not program.errors:
        time.sleep(0.01)
    assert program.errors == "finishing what has begun\n"
    assert program.process.poll() is None
    os.kill(program.process.pid, signal.SIGINT)

    assert program.process.wait(20) == 130
    _gone, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []
