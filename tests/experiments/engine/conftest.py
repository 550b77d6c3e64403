"""Programs in processes of their own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = "tests.experiments.engine.program"


class Started:
    """A program under way.

    Parameters
    ----------
    command : list of str
    folder : Path
        For its temporary files.
    """

    def __init__(self, command: list[str], folder: Path) -> None:
        env = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, env=env, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def line(self) -> str:
        """Next line of output."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def records(self) -> list[list]:
        """Records in the rest of the output, sorted."""
        out, self.errors = self.process.communicate(timeout=120)
        found = [json.loads(line) for line in out.splitlines() if line.startswith("[")]
        return sorted(found, key=lambda record: str(record[0]))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    with contextlib.ExitStack() as stack:

        def begin(*words: object, before: tuple[str, ...] = (), module: str = PROGRAM) -> Started:
            one = Started([*before, sys.executable, "-m", *module.split(), *map(str, words)], tmp_path)
            stack.callback(one.process.wait)
            stack.callback(one.process.kill)
            for stream in (one.process.stdout, one.process.stderr):
                stack.callback(stream.close)
            return one

        yield begin
