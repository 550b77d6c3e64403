"""What is done to a study, and what has to be true of it afterwards: for tests, and for ``benchmarks/faults.py``."""

from __future__ import annotations

import json
import os
import platform
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import psutil

from experiments import run
from experiments.engine import local
from experiments.store import Store
from experiments.study_folder import open_folder
from tests.experiments.faults.place import OFTEN, Place, copied, differences, duplicates, install

OFTEN_WRITTEN = ("-c", OFTEN)
AFTER = 10.0  # seconds that processes have to leave
HANGS = 4.0


class Finding(NamedTuple):
    """One thing that has to be true: what, whether it is, and what was seen."""

    what: str
    holds: bool
    seen: str


def same(what: str, one: Store, reference: Store) -> Finding:
    """Equal to the reference: digest, every table, no run twice."""
    other = differences(one, reference)
    twice = duplicates(one)
    equal = one.digest() == reference.digest() and not other and not twice
    count = len(one.done())
    seen = f"{count} runs, digest {one.digest()[:12]}, {twice} twice, tables that differ: {', '.join(other) or 'none'}"
    return Finding(what, equal and count == len(reference.done()), seen)


# Kills and interruptions ----------------------------------------------------------------------------------------------


def killed(place: Place, reference: Store, kills: int, pause: float, seed: int = 1) -> Iterator[Finding]:
    """Kill the coordinator at random moments, again and again, then let it end."""
    chance, out = random.Random(seed), place.folder / "killed"
    acknowledged: dict[str, int] = {}
    lost = again = left = 0
    moments: list[int] = []
    while len(moments) < kills:
        program = place.start("run", place.study, "--out", out, pause=pause, how=OFTEN_WRITTEN)
        # Half of the kills anywhere, start included; half while runs come.
        if len(moments) % 2:
            program.wait_for(partial(_has_more, out, len(acknowledged)))
        sleep(chance.uniform(0.0, 1.6))
        family = program.family()
        program.process.kill()
        assert program.process.wait() == -signal.SIGKILL, f"the study ended before it was killed {kills} times"
        left += len(psutil.wait_procs(family, AFTER)[1])
        if (out / "manifest.json").exists():
            rows = Store.open(out).runs()
            now = dict(zip(rows["run_id"], rows["session"], strict=True))
            lost += len(acknowledged.keys() - now.keys())
            again += sum(now.get(name, number) != number for name, number in acknowledged.items())
            acknowledged = now
        moments.append(len(acknowledged))
    store = place.complete(out)
    rows = store.runs().set_index("run_id")["session"]
    lost += len(acknowledged.keys() - set(rows.index))
    again += sum(rows.get(name, number) != number for name, number in acknowledged.items())
    parts = len(list((out / "runs").glob("part-*.parquet")))
    words = ", ".join(map(str, moments))
    yield Finding(
        f"{kills} kills of the coordinator at random moments, half of them counted from its start",
        True,
        f"runs kept: {words}",
    )
    yield Finding("no run that was seen in the folder is lost", lost == 0, f"{lost} lost")
    yield Finding("no run that was seen in the folder is made again", again == 0, f"{again} made again")
    yield Finding(f"no process outlives its coordinator by {AFTER:g} s", left == 0, f"{left} left")
    yield same("completed: equal to the uninterrupted study", store, reference)
    yield Finding("written in many parts on the way", parts > kills // 4, f"{parts} parts")
    yield Finding("nothing is damaged, nothing half-written stays", *_sound(store))


def _sound(store: Store) -> tuple[bool, str]:
    problems = [str(one) for one in store.check()]
    rest = [path.name for path in store.folder.glob(".tmp-*")]
    return not problems and not rest, "; ".join([*problems, *rest]) or "every file as it was written"


def interrupted(place: Place, reference: Store, number: signal.Signals, pause: float) -> Iterator[Finding]:
    """Interrupt once, as a terminal or a batch system does, then run on."""
    name = "Ctrl-C" if number == signal.SIGINT else number.name
    out = place.folder / f"interrupted-{name}"
    program = place.start("run", place.study, "--out", out, pause=pause)
    program.wait_for(lambda: _count(out) > 5)
    family = program.family()
    os.killpg(program.process.pid, number)
    code = program.wait()
    left = len(psutil.wait_procs(family, AFTER)[1])
    store = Store.open(out)
    count, failed = len(store.done()), sum(status != "ok" for status in store.done().values())
    yield Finding(
        f"{name} to all processes: what has begun ends, exit code 130, no run fails, no process is left",
        code == 130 and not failed and not left and 5 < count < place.runs,
        f"exit code {code}, {count} of {place.runs} runs, {failed} failed, {left} processes left",
    )
    yield same("resumed: equal to the uninterrupted study", place.complete(out), reference)


def interrupted_twice(place: Place, reference: Store) -> Iterator[Finding]:
    """Interrupt a study whose runs hang, and again."""
    out = place.folder / "twice"
    program = place.start("run", place.study, "--out", out, pause=600.0)
    program.wait_for(lambda: _count(out) > 0)
    sleep(1.0)
    family = program.family()
    os.killpg(program.process.pid, signal.SIGINT)
    sleep(2.0)
    waits = program.process.poll() is None
    os.killpg(program.process.pid, signal.SIGINT)
    code = program.process.wait(AFTER)
    left = len(psutil.wait_procs(family, AFTER)[1])
    yield Finding(
        "Ctrl-C twice while a run hangs: the first waits for it, the second ends all at once",
        waits and code == 130 and not left,
        f"{'waits' if waits else 'does not wait'}, then exit code {code}, {left} processes left",
    )
    yield same("run on without the trouble: equal to the uninterrupted study", place.complete(out), reference)


def _has_more(folder: Path, runs: int) -> bool:
    return _count(folder) > runs


def _count(folder: Path) -> int:
    return len(Store.open(folder).done()) if (folder / "manifest.json").exists() else 0


# Engines, workers, order ----------------------------------------------------------------------------------------------


def workers(place: Place, reference: Store, numbers: Sequence[int]) -> Iterator[Finding]:
    """Other numbers of processes."""
    for number in numbers:
        store = place.complete(place.folder / f"workers-{number}", "--workers", number)
        yield same(f"{number} worker{'s' if number > 1 else ''}", store, reference)


def serial(place: Place, reference: Store) -> Iterator[Finding]:
    """All in one process."""
    store = place.complete(place.folder / "serial", "--engine", "serial")
    yield same("one process without workers", store, reference)


def chunks(place: Place, reference: Store, sizes: Sequence[int]) -> Iterator[Finding]:
    """Runs handed over in other numbers at once, and in another order."""
    for size in sizes:
        with mock.patch.object(run, "drive", partial(run.drive, chunk=size)):
            yield same(f"{size} run{'s' if size > 1 else ''} at once", _made(place, f"chunk-{size}"), reference)
    usual = run._todo

    def mixed(*arguments: Any) -> list[Any]:
        return random.Random(1).sample(found := usual(*arguments), len(found))

    with mock.patch.object(run, "_todo", mixed):
        yield same("in random order", _made(place, "mixed"), reference)


def _made(place: Place, name: str) -> Store:
    """The study made by the functions that the command line calls, in this process."""
    with mock.patch.dict(os.environ, place.environment()), installed(place.package):
        store = open_folder(run.load_study(place.study), place.folder / name)
        assert run.make_runs(store, run.How(local(2), progress=False)) == run.COMPLETE
    return store


@contextmanager
def installed(package: Path) -> Iterator[None]:
    """Have a package here, in this process."""
    from sim.mechanisms import mechanisms

    with mock.patch.object(sys, "path", [str(package), *sys.path]):
        mechanisms.cache_clear()
        try:
            yield
        finally:
            mechanisms.cache_clear()


def shards(place: Place, reference: Store, count: int) -> Iterator[Finding]:
    """Cut in parts that know nothing of each other, and merged."""
    folders = [place.folder / f"shard-{number}" for number in range(1, count + 1)]
    codes = [
        place.run(folder, "--shard", f"{number}/{count}", "--workers", 1).process.returncode
        for number, folder in enumerate(folders, start=1)
    ]
    whole = place.folder / "merged"
    codes.append(place.start("merge", whole, *folders).wait())
    sizes = [len(Store.open(folder).done()) for folder in folders]
    yield Finding(f"{count} shards, each whole", codes == [0] * (count + 1), f"runs: {', '.join(map(str, sizes))}")
    yield same("merged", Store.open(whole), reference)


def dask(place: Place, reference: Store, pause: float) -> Iterator[Finding]:
    """A scheduler and two workers started by hand, one of which is killed midway."""
    file = place.folder / "scheduler.json"
    scheduler = place.program(
        [
            *(sys.executable, "-m", "distributed.cli.dask_scheduler", "--scheduler-file", str(file)),
            *("--port", "0", "--host", "127.0.0.1", "--no-dashboard"),
        ]
    )
    scheduler.wait_for(lambda: file.exists() and file.read_text())
    command = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(file)]
    command += ["--nthreads", "1", "--no-dashboard", "--memory-limit", "0"]
    hands = [place.program(command, place.environment(pause)) for _ in range(2)]
    address, out = json.loads(file.read_text())["address"], place.folder / "dask"
    program = place.start("run", place.study, "--out", out, "--engine", "dask", "--scheduler", address)
    program.wait_for(lambda: _count(out) > place.runs // 3)
    count = _count(out)
    hands[0].end()
    code = program.wait()
    yield Finding(
        f"a Dask worker and its nanny killed after {count} of {place.runs} runs: the study ends well",
        code == 0 and count < place.runs,
        f"exit code {code}" + (f": {program.errors[-300:]}" if code else ""),
    )
    yield same("equal to the study made by processes", Store.open(out), reference)
    for one in (hands[1], scheduler):
        one.end()


def mpi(place: Place, reference: Store, ranks: int = 2) -> Iterator[Finding]:
    """An MPI job."""
    out = place.folder / "mpi"
    mpiexec = shutil.which("mpiexec") or "mpiexec"
    program = place.start(
        *("run", place.study, "--out", out, "--engine", "mpi"),
        before=(mpiexec, "--allow-run-as-root", "--oversubscribe", "-n", str(ranks)),
        how=("-m", "mpi4py.futures", "-m", "experiments"),
    )
    code = program.wait()
    yield Finding(
        f"MPI with {ranks} ranks ends well", code == 0, f"exit code {code}{program.errors[-300:] * bool(code)}"
    )
    yield same("equal to the study made by processes", Store.open(out), reference)


# Runs that misbehave --------------------------------------------------------------------------------------------------

BLAMED = {
    "raises": ("error", "ArithmeticError", "two and two make five"),
    "unpicklable": ("error", "CannotTravelError", "held"),
    "exits": ("crash", "ProcessDied", "its process died 3 times while it ran alone"),
    "kills": ("crash", "ProcessDied", "its process died 3 times while it ran alone"),
    "hangs": ("timeout", "TimeoutError", f"stopped after {HANGS:g} s"),
    "unknown": ("error", "FloatingPointError", "trust of village is not a number from week 1 on"),
}
DOSES = {"raises": 0.1, "unpicklable": 0.2, "exits": 0.3, "kills": 0.4, "hangs": 0.5, "unknown": 0.6}


def poisoned(place: Place, reference: Store) -> Iterator[Finding]:
    """One replication of most designs goes wrong, each in another way."""
    out, seed = place.folder / "poisoned", place.seed(0)
    program = place.run(out, "--timeout", HANGS, trouble=seed)
    store = Store.open(out)
    rows = store.runs().set_index("run_id")
    bad = rows[(rows["replication"] == 0) & (rows["trouble"] > 0)]
    code, wanted = program.process.returncode, 3
    yield Finding("a study with failures says so", code == wanted, f"exit code {code}")
    for kind, (status, error, message) in BLAMED.items():
        found = bad[bad["trouble"] == DOSES[kind]]
        told = {(one.status, one.error, one.message.partition("; in force")[0]) for one in found.itertuples()}
        right = told == {(status, error, message)} and len(found) == 2
        right &= all(f"rongzhi reproduce {name} --in" in (store.failure(name) or "") for name in found.index)
        yield Finding(f"a run that {_does(kind)}", right, "; ".join(": ".join(one) for one in sorted(told)))
    others = differences(store, reference, list(bad.index))
    failed = set(rows.index[rows["status"] != "ok"]) - set(bad.index)
    yield Finding(
        "no other run is blamed, and all others are equal to those of the healthy study",
        not failed and not others,
        f"{len(failed)} others failed; tables that differ: {', '.join(others) or 'none'}",
    )
    code = place.start("retry", out).wait()
    yield Finding("made again once the cause is gone", code == 0, f"exit code {code}")
    healed = differences(store, reference, [])
    yield Finding("then equal to the healthy study", not healed, f"tables that differ: {', '.join(healed) or 'none'}")


def _does(kind: str) -> str:
    return {
        "raises": "raises",
        "unpicklable": "raises what cannot be pickled",
        "exits": "calls os._exit",
        "kills": "kills its process",
        "hangs": "hangs",
        "unknown": "makes the trust of residents unknown (NaN)",
    }[kind]


# The folder -----------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of this size, in memory; needs the rights to mount one."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def disk_full(place: Place, reference: Store) -> Iterator[Finding]:
    """The disk gets full while runs come; then there is room again. Then it may only be read."""
    with small_disk(place.folder / "disk", "8m") as disk:
        out, filler = disk / "study", disk / "filler"
        first = place.complete(out, "--limit", 5)
        free = shutil.disk_usage(disk).free
        filler.write_bytes(bytes(max(0, free - 120_000)))
        program = place.run(out)
        code, last = program.process.returncode, _last(program.errors)
        yield Finding(
            "disk full: exit code 1 and one sentence that says what to do",
            code == 1 and "No space left" in last and "make room" in last and "Traceback" not in program.errors,
            f"exit code {code}: {_short(last, place)}",
        )
        problems, count = first.check(), len(first.done())
        yield Finding(
            "the store is valid and has what was made", not problems and 5 <= count < place.runs, f"{count} runs"
        )
        filler.unlink()
        yield same("with room again, the same command ends it: equal", place.complete(out), reference)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        program = place.run(out, "--replications", place.replications + 1)
        code, last = program.process.returncode, _last(program.errors)
        yield Finding(
            "a folder that may only be read: exit code 2, named",
            code == 2 and str(out) in last and "Traceback" not in program.errors,
            f"exit code {code}: {_short(last, place)}",
        )
        yield same("it can be read", Store.open(out), reference)


def limited_files(place: Place, reference: Store) -> Iterator[Finding]:
    """No file may grow beyond a size, as a quota has it."""
    out = place.folder / "limited"
    place.complete(out, "--limit", 5)
    limit = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (150_000, 150_000)); "
    program = place.run(out, how=("-c", limit + OFTEN.replace("(30,", "(5_000,")))
    code, last = program.process.returncode, _last(program.errors)
    yield Finding(
        "a file may not grow further: exit code 1 and one sentence",
        code == 1 and "too large" in last and "Traceback" not in program.errors,
        f"exit code {code}: {_short(last, place)}",
    )
    yield Finding("the store is valid", *_sound(Store.open(out)))
    yield same("without the limit, the same command ends it: equal", place.complete(out), reference)


def second_coordinator(place: Place, _reference: Store, pause: float) -> Iterator[Finding]:
    """Two at once."""
    out = place.folder / "two"
    first = place.start("run", place.study, "--out", out, pause=pause)
    first.wait_for(lambda: _count(out) > 3)
    second = place.run(out)
    code, last = second.process.returncode, _last(second.errors)
    named = str(first.process.pid) in last and platform.node() in last
    told = _short(last, place).replace(str(first.process.pid), "N").replace(platform.node(), "HOST")
    yield Finding(
        "a second coordinator is refused: exit code 2, process and computer of the first named",
        code == 2 and named and "Traceback" not in second.errors,
        f"exit code {code}: {told}",
    )
    first.end()


def other_code(place: Place, reference: Store) -> Iterator[Finding]:
    """The code that runs depend on changes half-way."""
    out, other = place.folder / "code", install(place.folder / "changed", "\n# changed\n")
    place.complete(out, "--limit", 10)
    program = place.run(out, package=other)
    code, last = program.process.returncode, _last(program.errors)
    yield Finding(
        "changed code is refused: exit code 2, both codes and the way on named",
        code == 2 and "--allow-code-change" in last and len(Store.open(out).done()) == 10,
        f"exit code {code}: {_short(last, place)}",
    )
    store = place.complete(out, "--allow-code-change", package=other)
    codes = {number: facts["code"] for number, facts in store.sessions().items()}
    by_session = store.runs().groupby("session").size().to_dict()
    yield Finding(
        "mixed knowingly, each run leads to the code that made it",
        len(set(codes.values())) == 2 and sum(by_session.values()) == place.runs,
        f"runs by session {by_session}, two codes",
    )


KINDS_OF_FILE = {
    "runs/part-*.parquet": True,
    "communities/part-*.parquet": True,
    "groups/part-*.parquet": True,
    "weekly/part-*.parquet": True,
    "design.parquet": False,
    "schemas/runs.arrow": False,
    "sessions/0001.json": False,
    "failures/*.txt": False,
    "manifest.json": False,
}


def corrupted(place: Place, reference: Store, seed: int = 1) -> Iterator[Finding]:
    """A bit flips in a file of each kind."""
    chance = random.Random(seed)
    whole = place.folder / "with-failure"
    program = place.run(whole, "--timeout", HANGS, trouble=place.seed(0))
    assert program.process.returncode == 3, program.errors
    for pattern, is_part in KINDS_OF_FILE.items():
        source = reference if is_part else Store.open(whole)
        store = copied(source, place.folder / f"flipped-{pattern.replace('/', '-').replace('*', 'n')}")
        path = max(store.folder.glob(pattern))
        flip(path, chance)
        name = path.relative_to(store.folder).as_posix()
        verify = place.start("verify", store.folder, "--runs", 0)
        code, said = verify.wait(), verify.out + verify.errors
        line = next((line for line in said.splitlines() if name in line), "")
        named = not is_part or all(run_id in line for run_id in store.done()) or "cannot be read" in line
        yield Finding(
            f"a bit of {pattern}: `study verify` names the file" + (" and its runs" if is_part else ""),
            code != 0 and bool(line) and named and "Traceback" not in said,
            f"exit code {code}: {_short(line, place)[:90]}",
        )
        if is_part:
            taken = place.start("verify", store.folder, "--quarantine")
            taken.wait()
            yield same("taken out with --quarantine and run again: equal", place.complete(store.folder), reference)
        shutil.rmtree(store.folder)


def flip(path: Path, chance: random.Random) -> None:
    """Change one bit of a file, away from its first bytes."""
    data = np.frombuffer(path.read_bytes(), np.uint8).copy()
    data[chance.randrange(4, len(data) - 8)] ^= np.uint8(1 << chance.randrange(8))
    path.write_bytes(data.tobytes())


def _last(errors: str) -> str:
    """What the command line says in the end, in one line."""
    return " ".join(("rongzhi:" + errors.rpartition("rongzhi:")[2]).split())


def _short(words: str, place: Place) -> str:
    return words.replace(str(place.folder) + os.sep, "")


Scene = Callable[[Place, Store], Iterator[Finding]]
