"""Runs a study: what is missing of it, on any engine, into its folder; then its answers.

A run is named by what it computes, so running a study is always the same: see which of its runs the folder has, make
the others. An interrupted study is resumed, and one with more replications is continued, by running it again.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import platform
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sim
from experiments import rounds
from experiments.engine import OK, Engine, Job, Record, Stop, drive, kept_open, local
from experiments.plan import Plan, RunSpec, code_version
from experiments.precision import Precision
from experiments.progress import Progress
from experiments.result import StudyResult
from experiments.reuse import found_in
from experiments.store import Store, Writer
from experiments.study import Study, load_study
from experiments.study_folder import open_folder, plan_of, scratch_folder
from experiments.task import run_one
from sim.errors import InputError
from sim.outcomes import OUTCOMES

COMPLETE, FAILURES, UNFINISHED, INTERRUPTED = "complete", "failures", "unfinished", "interrupted"


class StudyInterruptedError(KeyboardInterrupt):
    """Runs were interrupted; what is done is kept, and running the study again goes on from there."""


class StudyFailedError(RuntimeError):
    """No replication is complete, so nothing can be compared."""


@dataclass(frozen=True)
class How:
    """How runs are made; none of it changes a result.

    Attributes
    ----------
    engine : Engine
    timeout : float
        Seconds after which a run is stopped and recorded as failed; None for no limit.
    shard : (int, int)
        Which part of how many: ``(3, 10)`` makes the third tenth of the runs.
    limit : int
        Most runs to make now.
    reuse : tuple of Path
        Folders of other studies, from which runs that are needed here are taken instead of being made.
    language : str
        Of the progress.
    progress : bool
        Whether progress is shown, on the standard error stream.
    stop : object with ``is_set``
        Once set, no further run begins: those in flight are finished and kept.
    """

    engine: Engine = field(default_factory=local)
    timeout: float | None = None
    shard: tuple[int, int] | None = None
    limit: int | None = None
    reuse: tuple[Path, ...] = ()
    language: str = "en"
    progress: bool = True
    stop: Stop | None = None


def run_study(
    study: Study | str | Path,
    out: str | Path | None = None,
    workers: int | None = None,
    progress: bool = True,
    language: str = "en",
    overwrite: bool = False,
    engine: Engine | None = None,
    timeout: float | None = None,
    reuse: Sequence[str | Path] = (),
    report: bool = True,
) -> StudyResult:
    """Run every design of a study and analyse it.

    Parameters
    ----------
    study : Study, str or Path
        A study, its name or its file.
    out : str or Path
        Its folder. What is there of the same study is not run again. Nothing is kept when absent.
    workers : int
        Processes; by default one for each processor. The results do not depend on it.
    progress : bool
        Show progress on the standard error stream.
    language : str
        Of the report in the folder and of the progress.
    overwrite : bool
        Begin anew: replace what is in ``out``, if it is a study of that name.
    engine : Engine
        Where runs are computed, instead of a pool of processes here.
    timeout : float
        Seconds after which a run is stopped and recorded as failed.
    reuse : sequence of str or Path
        Folders of other studies, from which runs that are needed here are taken.
    report : bool
        Write tables, figures and the report into ``out`` too.

    Returns
    -------
    StudyResult

    Raises
    ------
    InputError
        If the study or ``out`` is unusable; nothing is run then.
    StudyFailedError
        If every replication has a failed run.
    StudyInterruptedError
        If it was interrupted; run it again to go on.
    """
    if not isinstance(study, Study):
        study = load_study(study)
    folders = tuple(map(Path, reuse))
    how = How(engine or local(workers), timeout, reuse=folders, language=language, progress=progress)
    with scratch_folder() if out is None else contextlib.nullcontext(Path(out)) as folder:
        store = open_folder(study, folder, overwrite)
        if make_runs(store, how) == INTERRUPTED:
            raise StudyInterruptedError
        result = StudyResult.load(folder)
        if not result.replications:
            raise StudyFailedError(first_failure(store))
        if out is not None and report:
            from experiments.report import write_study

            write_study(result, folder, language)
    return result


def make_runs(store: Store, how: How, retry: bool = False) -> str:
    """Make the runs of a study that its folder lacks.

    Parameters
    ----------
    store : Store
    how : How
    retry : bool
        Make those that failed again, too.

    Returns
    -------
    str
        ``complete``; ``failures``, where all were made and some failed; ``unfinished``, where a shard or a limit left
        some; ``interrupted``.
    """
    plan = plan_of(store, from_start=True)
    check_shard(plan.study, how)
    sim.warm_cache()
    with store.writer() as writer, kept_open(how.engine) as engine:
        if retry:
            writer.forget([run_id for run_id, status in writer.done.items() if status != OK])
        session = _Session(writer, replace(how, engine=engine), code_version(plan.study.mechanisms_used()))
        left, course = how.limit, rounds.Course()
        try:
            for specs in rounds.rounds(plan, store, writer, course):
                todo = _todo(specs, writer, how.shard)
                cut = todo if left is None else todo[:left]
                session.run(plan, cut)
                left = None if left is None else left - len(cut)
                if session.stopped or len(cut) < len(todo):
                    break
        finally:
            session.close(course.reason)
    if session.stopped:
        return INTERRUPTED
    standing = Standing.of(store, plan)
    if standing.missing:
        return UNFINISHED
    return FAILURES if standing.failed else COMPLETE


def first_failure(store: Store) -> str:
    """What the first failed run says, with the line that makes it again."""
    failed = [run_id for run_id, status in store.done().items() if status != OK]
    return (store.failure(min(failed)) or "") if failed else ""


def _todo(specs: Iterable[RunSpec], writer: Writer, shard: tuple[int, int] | None) -> list[RunSpec]:
    """Runs that are not there yet, each once, of the shard's part of all."""
    first: dict[str, RunSpec] = {}
    for spec in specs:
        first.setdefault(spec.run_id, spec)
    unique = list(first.values())
    if shard is not None:
        number, parts = shard
        unique = unique[len(unique) * (number - 1) // parts : len(unique) * number // parts]
    return [spec for spec in unique if spec.run_id not in writer.done]


def check_shard(study: Study, how: How) -> None:
    """Raise where a part is asked of a study that cannot be cut."""
    if how.shard is not None and (study.portfolio is not None or isinstance(study.replications, Precision)):
        raise InputError(
            "--shard: the next runs of this study hang on the last ones, so that it cannot be cut in parts"
        )


class _Session:
    """One stretch of work on a study: hands runs to the engine, and what comes back to the writer."""

    def __init__(self, writer: Writer, how: How, code: str) -> None:
        self.writer, self.how = writer, how
        self.counts: dict[str, int] = {}
        self.stopped = False
        self.clock = time.perf_counter()
        self.told: dict[str, Any] = {
            "begin": _now(),
            "host": platform.node(),
            "pid": os.getpid(),
            "code": code,
            "engine": how.engine.name,
            "workers": how.engine.workers,
            "shard": how.shard,
        }

    def run(self, plan: Plan, specs: Sequence[RunSpec]) -> None:
        """Make these runs, and keep each as it comes."""
        if not specs:
            return
        if not self.counts:
            self.writer.write_session(self.told)
        shown = shown_points(plan)
        specs = self._without_reused(plan, specs, shown)
        by_id = {spec.run_id: spec for spec in specs}
        jobs = (_job(plan, spec, spec.point in shown) for spec in specs)
        made = 0
        with Progress(len(specs), self.how.language, self.how.progress) as counted:
            for record in drive(run_one, jobs, self.how.engine, timeout=self.how.timeout, stop=self.how.stop):
                self._keep(by_id[record.key], record)
                counted(record)
                made += 1
        self.stopped = made < len(specs)

    def _without_reused(self, plan: Plan, specs: Sequence[RunSpec], shown: frozenset[int]) -> Sequence[RunSpec]:
        """Keep what other studies have of these runs, and give those that none of them has."""
        for folder in self.how.reuse:
            by_id = {spec.run_id: spec for spec in specs}
            wanted = {name: _tables(plan, spec.point in shown) for name, spec in by_id.items()}
            for record in found_in(Store.open(folder), wanted):
                self.counts["reused"] = self.counts.get("reused", 0) + 1
                self._add(by_id[record.key], record)
            specs = [spec for spec in specs if spec.run_id not in self.writer.done]
        return specs

    def _keep(self, spec: RunSpec, record: Record) -> None:
        self.counts[record.status] = self.counts.get(record.status, 0) + 1
        self._add(spec, record)

    def _add(self, spec: RunSpec, record: Record) -> None:
        value = record.value or {"row": dict.fromkeys(OUTCOMES, math.nan), "tables": {}}
        row = {
            "run_id": spec.run_id,
            "point": spec.point,
            "policy": spec.policy,
            "design": spec.design,
            "future": spec.future,
            "replication": spec.replication,
            "seed": spec.seed,
            "status": record.status,
            "error": record.error,
            "message": record.message,
            **spec.factors,
            **value["row"],
            "seconds": record.seconds,
            "session": self.writer.session,
        }
        self.writer.add(row, value["tables"], "" if record.status == OK else self._failure(spec, record))

    def _failure(self, spec: RunSpec, record: Record) -> str:
        told = {"design": spec.design, "point": spec.point, "replication": spec.replication, "seed": spec.seed}
        return (
            f"run {spec.run_id}: {record.status}: {record.error}: {record.message}\n{json.dumps(told)}\n"
            f"to make it again: rongzhi reproduce {spec.run_id} --in {self.writer.folder}\n\n{record.traceback}"
        )

    def close(self, reason: str) -> None:
        """Write what the session did; ``reason`` is why no more rounds are needed."""
        if not self.counts and not reason:
            return
        seconds = round(time.perf_counter() - self.clock, 1)
        self.writer.write_session(
            self.told | {"end": _now(), "seconds": seconds, "runs": self.counts, "reason": reason}
        )


@dataclass(frozen=True)
class Standing:
    """How far a study is.

    Attributes
    ----------
    planned, ok, failed, missing : int
        Runs.
    reason : str
        Why no more replications are made; empty where their number is fixed or the study is not finished.
    undecided : bool
        Whether the results may call for more runs than are planned so far.
    """

    planned: int
    ok: int
    failed: int
    missing: int
    reason: str = ""
    undecided: bool = False

    @classmethod
    def of(cls, store: Store, plan: Plan) -> Standing:
        """Standing of a study from its folder."""
        done = store.done()
        planned = list(dict.fromkeys(spec.run_id for spec in rounds.known_runs(plan, store)))
        status = [done.get(run_id) for run_id in planned]
        ok, missing = status.count(OK), status.count(None)
        reason = "" if missing else rounds.reason(store)
        undecided = not reason and (plan.adaptive or isinstance(plan.study.replications, Precision))
        return cls(len(planned), ok, len(planned) - ok - missing, missing, reason, undecided)


def shown_points(plan: Plan) -> frozenset[int]:
    """Points whose weekly series are kept."""
    points, weekly = plan.points, plan.study.keep.weekly
    if weekly == "all":
        return frozenset(points["point"])
    if weekly == "none":
        return frozenset()
    return frozenset(points.loc[(points["future"] == 0) & points["policy"].isin(landmark_policies(plan)), "point"])


MOST_LANDMARKS = 32


def landmark_policies(plan: Plan) -> list[int]:
    """Policies that reports show: nothing, one lever at a time, all but one, all; no more than fit on a page."""
    names = plan.points.drop_duplicates("policy").set_index("policy")["design"]
    study = plan.study
    if study.switches:
        wanted = {study.mask_name(mask) for mask in study.landmarks}
        return [int(policy) for policy, name in names.items() if name in wanted]
    return [int(policy) for policy in names.index[:MOST_LANDMARKS]]


def _job(plan: Plan, spec: RunSpec, weekly: bool) -> Job:
    arguments = (plan.place_json, dict(spec.fields), spec.seed, _tables(plan, weekly), spec.group)
    return Job(spec.run_id, arguments, spec.group)


def _tables(plan: Plan, weekly: bool) -> tuple[str, ...]:
    """Tables that are kept of a run."""
    return (*plan.study.keep.tables, *(["weekly"] if weekly else []))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
