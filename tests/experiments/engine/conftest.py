"""Programs in processes of their own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
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
        handle, name = tempfile.mkstemp(prefix="errors-", dir=folder)
        self._errors = Path(name)
        self.process = subprocess.Popen(command, env=env, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=handle)
        os.close(handle)
        assert self.process.stdout is not None
        self._out = self.process.stdout
        self._end = threading.Timer(120, self.process.kill)
        self._end.start()

    @property
    def errors(self) -> str:
        """What it wrote to its error stream."""
        return self._errors.read_text()

    def line(self) -> str:
        """Next line of output."""
        return self._out.readline()

    def records(self) -> list[list]:
        """Records in the rest of the output, sorted, when the program has ended."""
        found = [json.loads(line) for line in self._out if line.startswith("[")]
        self.process.wait()
        return sorted(found, key=lambda record: str(record[0]))

    def close(self) -> None:
        """End it."""
        self._end.cancel()
        self.process.kill()
        self.process.wait()
        self._out.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    with contextlib.ExitStack() as stack:

        def begin(*words: object, before: tuple[str, ...] = (), module: str = PROGRAM) -> Started:
            one = Started([*before, sys.executable, "-m", *module.split(), *map(str, words)], tmp_path)
            stack.callback(one.close)
            return one

        yield begin
