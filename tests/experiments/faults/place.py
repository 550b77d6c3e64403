"""A study of a tiny place, with a mechanism that can misbehave, and the programs that run it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pandas as pd
import psutil

from experiments.seeds import replication_seed
from experiments.store import Store

ROOT = Path(__file__).parents[3]
PACKAGE = Path(__file__).with_name("package")
ROOT_SEED = 1
STUDY = """
name = "faults"
title = "Faults"
question = "What of a study outlives them?"
outcomes = ["participation", "satisfaction", "trust"]
replications = {replications}
seed = {seed}
[scenario]
communities = [{{ type = "village", residents = 40 }}]
weeks = 6
warmup = 4
[levers]
trouble = {{ values = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6] }}
three_lists = {{}}
[design]
levers = "full_factorial"
"""
DESIGNS = 14
# The command line with parts that are written after few runs, so that kills meet parts too and not the journal alone.
OFTEN = (
    "import sys; from experiments.store import Store; from experiments.__main__ import main; "
    "Store.writer.__defaults__ = (30, 50_000_000, 60.0); sys.exit(main())"
)


class Program:
    """A program under way in a session of its own; its output goes to files."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], folder: Path, limit: float = 120.0) -> None:
        self._out, self._errors = folder / "out.txt", folder / "errors.txt"
        with self._out.open("w") as out, self._errors.open("w") as errors:
            self.process = subprocess.Popen(
                command, env=env, cwd=folder, stdout=out, stderr=errors, start_new_session=True
            )
        self._end = monotonic() + limit

    @property
    def out(self) -> str:
        """What it wrote."""
        return self._out.read_text(encoding="utf-8")

    @property
    def errors(self) -> str:
        """What it wrote to its error stream."""
        return self._errors.read_text(encoding="utf-8")

    def wait(self) -> int:
        """Its exit code."""
        return self.process.wait(max(1.0, self._end - monotonic()))

    def wait_for(self, condition: Callable[[], object]) -> None:
        """Wait until something holds; it must not end before."""
        while not condition():
            if self.process.poll() is not None or monotonic() > self._end:
                raise AssertionError(f"ended with {self.process.poll()} too soon: {self.errors}")
            sleep(0.02)

    def family(self) -> list[psutil.Process]:
        """Itself and the processes that it started."""
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]

    def end(self) -> None:
        """End it and the processes that it started."""
        if self.process.poll() is None:
            for one in self.family():
                one.kill()
            self.process.wait()


class Place:
    """A folder with the package of trouble as installing it leaves it, and a study.

    Parameters
    ----------
    folder : Path
    replications : int
        Of 14 designs each.
    """

    def __init__(self, folder: Path, replications: int) -> None:
        self.folder, self.replications = folder, replications
        self.runs = DESIGNS * replications
        self.package = folder / "installed"
        self._programs: list[Program] = []
        install(self.package)
        self.study = folder / "faults.toml"
        self.study.write_text(STUDY.format(replications=replications, seed=ROOT_SEED))

    def seed(self, replication: int) -> str:
        """Seed of a replication, for ``trouble``."""
        return str(replication_seed(ROOT_SEED, replication))

    def environment(self, pause: float = 0.0, trouble: str = "", package: Path | None = None) -> dict[str, str]:
        """Variables of a program: seconds that a run takes, seeds at which there is trouble."""
        path = os.pathsep.join([str(ROOT), str(package or self.package)])
        own = {"PYTHONPATH": path, "RONGZHI_PAUSE": str(pause), "RONGZHI_TROUBLE": trouble, "LC_ALL": "C.UTF-8"}
        return os.environ | own | {"TMPDIR": str(self._scratch())}

    def _scratch(self) -> Path:
        folder = self.folder / "temporary"
        folder.mkdir(exist_ok=True)
        return folder

    def program(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> Program:
        """Start any program of this place's."""
        folder = self.folder / f"program-{len(self._programs)}"
        folder.mkdir()
        self._programs.append(Program(command, env or self.environment(), folder))
        return self._programs[-1]

    def start(
        self,
        *words: object,
        pause: float = 0.0,
        trouble: str = "",
        package: Path | None = None,
        how: Sequence[str] = ("-m", "experiments"),
        before: Sequence[str] = (),
    ) -> Program:
        """Start ``rongzhi study …``."""
        command = [*before, sys.executable, *how, "study", *map(str, words)]
        return self.program(command, self.environment(pause, trouble, package))

    def run(self, out: Path, *words: object, **how: object) -> Program:
        """Run the study to the end."""
        one = self.start("run", self.study, "--out", out, *words, **how)  # type: ignore[arg-type]
        one.wait()
        return one

    def complete(self, out: Path, *words: object, **how: object) -> Store:
        """Run the study, which has to end well."""
        one = self.run(out, *words, **how)
        if one.process.returncode != 0:
            raise AssertionError(f"ended with {one.process.returncode}: {one.errors}")
        return Store.open(out)

    def close(self) -> None:
        """End all programs."""
        for one in self._programs:
            one.end()


@contextmanager
def place(folder: Path, replications: int) -> Iterator[Place]:
    """A place whose programs end with the block."""
    made = Place(folder, replications)
    try:
        yield made
    finally:
        made.close()


def install(folder: Path, added: str = "") -> Path:
    """Make a folder for ``PYTHONPATH`` that holds the package with its entry points; ``added`` changes its code."""
    folder.mkdir()
    source = (PACKAGE / "rongzhi_trouble.py").read_text(encoding="utf-8")
    (folder / "rongzhi_trouble.py").write_text(source + added, encoding="utf-8")
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = folder / f"rongzhi_trouble-{project['version']}.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    points = project["entry-points"]["rongzhi.mechanisms"]
    lines = ["[rongzhi.mechanisms]", *(f"{name} = {what}" for name, what in points.items())]
    (told / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return folder


def copied(store: Store, folder: Path) -> Store:
    """A copy of a study folder."""
    shutil.copytree(store.folder, folder)
    return Store.open(folder)


def differences(one: Store, other: Store, leave_out: Sequence[str] = ()) -> list[str]:
    """Tables that are not the same to the bit; runs whatever the machine did, and without some if asked."""
    found = []
    for name in one.schemas:
        tables = [_table(store, name, leave_out) for store in (one, other)]
        if not tables[0].equals(tables[1]) or list(tables[0].dtypes) != list(tables[1].dtypes):
            found.append(name)
    return found


def _table(store: Store, name: str, leave_out: Sequence[str]) -> pd.DataFrame:
    table = store.runs().drop(columns=["seconds", "session"]) if name == "runs" else store.table(name)
    return table[~table["run_id"].isin(list(leave_out))].reset_index(drop=True)


def duplicates(store: Store) -> int:
    """Runs that stand more than once in the runs table."""
    ids = np.concatenate([piece["runs"]["run_id"].to_numpy(zero_copy_only=False) for piece in store.pieces([])])
    return len(ids) - len(set(ids.tolist()))
