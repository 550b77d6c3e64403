"""Runs a study: each design with each seed, branched from one warmed-up state per seed."""

from __future__ import annotations

import functools
import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import sim
from experiments.engine import MakeExecutor, Record, Task, available_workers, execute
from experiments.progress import Progress
from experiments.result import StudyResult
from experiments.study import Study, load_study
from sim.outcomes import OUTCOMES

# Groups are measured over the year, which the names of the outcomes of the whole place say.
_GROUP_OUTCOMES = {"participation": "participation_year"}


class StudyFailedError(RuntimeError):
    """No replication is complete, so nothing can be compared; ``failures`` holds the records of the failed runs."""

    def __init__(self, failures: list[Record]) -> None:
        super().__init__(failures[0].traceback or failures[0].message)
        self.failures = failures


def run_study(
    study: Study | str | Path,
    out: str | Path | None = None,
    workers: int | None = None,
    progress: bool = True,
    language: str = "en",
    overwrite: bool = False,
    make_executor: MakeExecutor | None = None,
) -> StudyResult:
    """Run every design of a study and analyse it.

    Parameters
    ----------
    study : Study, str or Path
        A study, its name or its file.
    out : str or Path
        Results folder to write; nothing is written when absent.
    workers : int
        Processes; by default one for each processor. The results do not depend on it.
    progress : bool
        Show progress on the standard error stream.
    language : str
        Of the report in the results folder and of the progress.
    overwrite : bool
        Replace results of the same study in ``out``.
    make_executor : callable
        Gives a ``concurrent.futures`` executor to use instead of a pool of processes.

    Returns
    -------
    StudyResult

    Raises
    ------
    InputError
        If the study or ``out`` is unusable; nothing is run then.
    StudyFailedError
        If every replication has a failed run; nothing is written then.
    """
    if not isinstance(study, Study):
        study = load_study(study)
    if out is None:
        return _run(study, workers, progress, language, make_executor)
    from experiments.folder import results_folder
    from experiments.report import write_study

    with results_folder(Path(out), "study", study.name, overwrite) as folder:
        result = _run(study, workers, progress, language, make_executor)
        write_study(result, folder, language)
    return result


def replication_seed(root: int, replication: int) -> int:
    """Seed of a replication, hashed so that studies with neighbouring roots share none."""
    digest = hashlib.blake2b(f"{root}/{replication}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def run_point(scenario: str, seed: int, doses: dict[str, float], weekly: bool) -> dict[str, Any]:
    """Run one design with one seed; a task of the engine.

    Parameters
    ----------
    scenario : str
        The place as JSON, so that the warmed-up state can be kept by it.
    seed : int
    doses : dict of str to float
    weekly : bool
        Whether the weekly series are wanted.

    Returns
    -------
    dict
        ``summary``, ``communities``, ``groups`` and ``weekly`` (None unless wanted).
    """
    place, warm = _warmed_up(scenario, seed)
    result = sim.run(place.with_mechanisms(doses), seed=seed, warm=warm)
    return {
        "summary": dict(result.summary),
        "communities": result.summary_by_community,
        "groups": last_year_groups(result.groups),
        "weekly": _compact(result.weekly) if weekly else None,
    }


@functools.lru_cache(maxsize=1)
def _warmed_up(scenario: str, seed: int) -> tuple[sim.Scenario, Any]:
    place = sim.Scenario.from_dict(json.loads(scenario))
    return place, sim.warm_up(place, seed)


def last_year_groups(groups: pd.DataFrame) -> pd.DataFrame:
    """Groups of the whole place in the last year: communities weighted by their residents in the group."""
    last = groups[groups["year"] == groups["year"].max()].rename(columns=_GROUP_OUTCOMES)
    columns = [name for name in OUTCOMES if name in last]
    weighted = last[columns].mul(last["residents"], axis=0).assign(residents=last["residents"])
    sums = weighted.groupby([last["dimension"], last["group"]], sort=False, observed=True).sum()
    return sums[columns].div(sums["residents"], axis=0).assign(residents=sums["residents"]).reset_index()


def _compact(weekly: pd.DataFrame) -> pd.DataFrame:
    """Weekly outcomes as single precision: they travel between processes and are only averaged and drawn."""
    kept = [name for name in OUTCOMES if name in weekly]
    return weekly[["week", "community", "type", "residents"]].join(weekly[kept].astype(np.float32))


def _tasks(study: Study) -> Iterator[Task]:
    """All runs, the designs of one seed next to each other so that a worker keeps its warmed-up state."""
    scenario = json.dumps(study.place().to_dict(), sort_keys=True)
    shown = set(study.landmarks)
    points = study.masks()
    for replication in range(study.replications):
        seed = replication_seed(study.seed, replication)
        for position, mask in enumerate(points):
            yield replication * len(points) + position, (scenario, seed, study.doses(mask), mask in shown)


def _run(
    study: Study, workers: int | None, progress: bool, language: str, make_executor: MakeExecutor | None
) -> StudyResult:
    begin = time.perf_counter()
    tasks = list(_tasks(study))
    workers = min(workers or available_workers(), len(tasks))
    sim.warm_cache()
    with Progress(len(tasks), language, progress) as counted:
        records = execute(run_point, tasks, workers, tell=counted, make_executor=make_executor)
    _warmed_up.cache_clear()
    result = _gathered(study, records, workers, time.perf_counter() - begin)
    if not result.replications:
        raise StudyFailedError(result.failures)
    return result


def _gathered(study: Study, records: list[Record], workers: int, seconds: float) -> StudyResult:
    """Put the records of all runs into tables, sorted by run."""
    points = study.masks()
    runs, communities, groups, weekly = [], [], [], {}
    for record in records:
        replication, position = divmod(record.key, len(points))
        mask = points[position]
        point = {"run": record.key, "mask": mask, "design": study.design_name(mask), "replication": replication}
        told = {"status": record.status, "error": record.error, "message": record.message}
        seed = {"seed": replication_seed(study.seed, replication)}
        values = record.value or {"summary": {}}
        on = {f"path_{id}": is_on for id, is_on in study.is_on(mask).items()}
        runs.append(point | on | seed | told | values["summary"] | {"seconds": record.seconds})
        if record.status == "ok":
            communities.append(values["communities"].reset_index(names="community").assign(**point))
            groups.append(values["groups"].assign(**point))
            if values["weekly"] is not None:
                weekly[mask, replication] = values["weekly"]
    return StudyResult(
        study=study,
        runs=pd.DataFrame(runs),
        communities=_joined(communities),
        run_groups=_joined(groups),
        weekly_by_run=weekly,
        failures=[record for record in records if record.status != "ok"],
        workers=workers,
        seconds=seconds,
    )


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """One table, its keys first."""
    if not frames:
        return pd.DataFrame()
    table = pd.concat(frames, ignore_index=True)
    keys = ["run", "mask", "design", "replication"]
    return table[keys + [name for name in table.columns if name not in keys]]
