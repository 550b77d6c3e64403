"""Signals to a study that runs in another process: the runs under way end, and the same command goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from experiments.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")]
LONG = ("weeks = 4", "weeks = 250")


@pytest.fixture
def begun(shell):
    """Give a function that begins a study and returns when its first runs are there."""
    file = shell.folder / "small.toml"
    written = file.read_text(encoding="utf-8")
    file.write_text(written.replace(*LONG).replace("replications = 2", "replications = 100"), encoding="utf-8")
    processes = []

    def begin():
        process = subprocess.Popen(
            [sys.executable, "-m", "experiments", "study", "run", "small.toml", "--workers", "2"],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        processes.append(process)
        while len(done(shell)) < 4:
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.05)
        return process

    yield begin
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def done(shell):
    folder = shell.folder / "results/small"
    return Store.open(folder).done() if (folder / "manifest.json").exists() else {}


@pytest.mark.parametrize("send", [lambda one: os.killpg(one.pid, signal.SIGINT), lambda one: one.terminate()])
def test_a_signal_lets_runs_end_and_the_same_command_goes_on(shell, begun, send):
    process = begun()
    assert shell("study", "status", "small") == 0
    assert f"Being run now by process {process.pid} on " in shell.out
    assert "in this session" in shell.out
    send(process)
    _, complaints = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "coming to an end" in complaints
    assert "What was done is kept in results/small; the same command goes on from there." in complaints
    assert "Traceback" not in complaints
    made = len(done(shell))
    assert 4 <= made < 400
    assert shell("study", "verify", "small", "--runs", "1") == 0

    assert shell.run("--replications", "12") == 0
    resumed = Store.open(shell.folder / "results/small").runs()
    shell.run("--replications", "12", "--out", "at_once")
    at_once = Store.open(shell.folder / "at_once").runs()
    common = resumed[resumed["run_id"].isin(at_once["run_id"])].reset_index(drop=True)
    own = ["seconds", "session"]
    assert common.drop(columns=own).equals(at_once.drop(columns=own))


def test_a_second_signal_ends_at_once_and_leaves_a_sound_folder(shell, begun):
    process = begun()
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.2)
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=60)

    assert process.returncode == 130
    assert shell("study", "verify", "small", "--runs", "0") == 0
    assert shell("study", "status", "small") == 0
    assert "Being run now" not in shell.out
