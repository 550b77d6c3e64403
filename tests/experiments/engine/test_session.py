"""The private folder of a drive, and what becomes of it when the program is killed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from experiments.engine.session import ask_to_stop, asked_to_stop, own_folder, session_folder

ABANDONED = "import os; from experiments.engine.session import *; one = session_folder(); one.__enter__(); os._exit(9)"


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def test_a_session_ends_with_its_folder_and_with_every_request_to_go_on(place):
    with session_folder() as folder:
        assert own_folder(str(folder)) == folder
        assert not asked_to_stop(folder)
        ask_to_stop(folder)
        assert asked_to_stop(folder)

    assert list(place.iterdir()) == []
    assert asked_to_stop(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="files are not locked there")
def test_the_folder_of_a_killed_program_goes_with_the_next_session_and_that_of_a_living_one_stays(place):
    with session_folder() as living:
        assert subprocess.run([sys.executable, "-c", ABANDONED], check=False).returncode == 9
        assert len(list(place.iterdir())) == 2

        with session_folder() as folder:
            assert set(place.iterdir()) == {living, folder}


def test_a_folder_that_others_can_write_to_is_not_trusted(tmp_path):
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    assert own_folder(str(folder)) is None
    own_folder.cache_clear()
    folder.chmod(0o700)
    assert own_folder(str(folder)) == folder
    assert own_folder("") is None
    assert own_folder(str(tmp_path / "absent")) is None
