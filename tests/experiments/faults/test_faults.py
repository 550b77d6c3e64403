"""Whole studies, run by the command line, outlive what can happen to them; see ``benchmarks/faults.py`` for more."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator

import pytest

from experiments.store import Store
from tests.experiments.faults import scenes
from tests.experiments.faults.place import Place, place

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")]


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("faults"), 6) as made:
        yield made


@pytest.fixture(scope="module")
def reference(base) -> Store:
    return base.complete(base.folder / "reference")


def assert_holds(findings: Iterable[scenes.Finding]) -> None:
    assert [one for one in findings if not one.holds] == []


def test_kills_of_the_coordinator_lose_and_repeat_nothing(base, reference):
    assert_holds(scenes.killed(base, reference, kills=3, pause=0.2))


def test_sigterm_leaves_a_study_that_can_be_resumed(base, reference):
    assert_holds(scenes.interrupted(base, reference, signal.SIGTERM, pause=0.1))


def test_a_second_interruption_ends_at_once(base, reference):
    assert_holds(scenes.interrupted_twice(base, reference))


def test_shards_merged_are_the_study(base, reference):
    assert_holds(scenes.shards(base, reference, 3))


def test_chunks_and_order_change_nothing(base, reference):
    assert_holds(scenes.chunks(base, reference, [5]))


def test_a_dask_worker_killed_midway_changes_nothing(base, reference):
    pytest.importorskip("distributed")
    assert_holds(scenes.dask(base, reference, pause=0.05))


def test_mpi_gives_the_same_study(base, reference):
    pytest.importorskip("mpi4py")
    if shutil.which("mpiexec") is None:
        pytest.skip("no mpiexec")
    assert_holds(scenes.mpi(base, reference))


def test_only_runs_that_misbehave_are_blamed(base, reference):
    assert_holds(scenes.poisoned(base, reference))


def test_a_full_disk_and_one_that_may_only_be_read(base, reference, tmp_path):
    try:
        with scenes.small_disk(tmp_path / "disk", "1m"):
            pass
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no disk can be mounted here")
    assert_holds(scenes.disk_full(base, reference))


def test_files_that_may_not_grow(base, reference):
    assert_holds(scenes.limited_files(base, reference))


def test_a_second_coordinator_is_refused(base, reference):
    assert_holds(scenes.second_coordinator(base, reference, pause=0.1))


def test_changed_code_is_refused_until_it_is_allowed(base, reference):
    assert_holds(scenes.other_code(base, reference))


def test_a_flipped_bit_is_found_and_its_runs_are_made_again(base, reference):
    assert_holds(scenes.corrupted(base, reference))
