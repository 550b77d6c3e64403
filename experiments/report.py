"""Results folders: tables as Parquet, figures, one page of words, and a manifest to make them again from."""

from __future__ import annotations

import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.folder import MANIFEST
from experiments.page import to_markdown
from experiments.result import StudyResult
from experiments.run import replication_seed
from experiments.study import Study
from experiments.summary import study_page
from sim import Scenario, catalogue
from sim.result import provenance
from sim.scenario import mechanism_entries

if TYPE_CHECKING:
    import sim

LIBRARIES = ("rongzhi", "scipy", "pyarrow", "pydantic", "matplotlib")


def write_study(result: StudyResult, folder: Path, language: str) -> None:
    """Write everything that a study found."""
    from experiments.plots import draw_all

    tables = {
        "runs": result.runs,
        "communities": result.communities,
        "groups": result.groups,
        "weekly": result.weekly,
        "effects": result.effects,
        "shapley": result.shapley,
        "interactions": result.interactions,
        "community_effects": result.community_effects,
        "gaps": result.gaps,
    }
    _write_tables(tables, folder)
    figures = draw_all(result, folder / "figures", language)
    page = to_markdown(study_page(result, language, figures))
    (folder / "summary.md").write_text(page, encoding="utf-8")
    if result.failures:
        failures = "\n".join(f"run {record.key}: {record.traceback or record.message}" for record in result.failures)
        (folder / "failures.txt").write_text(failures, encoding="utf-8")
    write_manifest(folder, _study_manifest(result))


def write_run(result: sim.Result, baseline: sim.Result | None, folder: Path, needs: bool = False) -> None:
    """Write the tables of one run, and of its baseline where there is one; with ``needs``, those of all needs too."""
    for prefix, one in (("", result), ("baseline_", baseline)):
        if one is not None:
            tables = {
                "weekly": one.weekly,
                "yearly": one.yearly,
                "groups": one.groups,
                "communities": one.summary_by_community.reset_index(names="community"),
            }
            if len(one.resilience):
                tables["resilience"] = one.resilience
            if needs:
                tables |= {"needs": one.needs, "need_changes": one.needs.changes}
            _write_tables({prefix + name: table for name, table in tables.items()}, folder)
    identity = {"rongzhi": {"kind": "run", "name": result.scenario.name}}
    details = {
        "scenario": result.scenario.to_dict(),
        "seed": result.seed,
        "summary": result.summary,
        "baseline_summary": baseline.summary if baseline else None,
        "parameters": _parameters(result.scenario),
    }
    write_manifest(folder, identity | details | environment())


def _study_manifest(result: StudyResult) -> dict[str, Any]:
    study = result.study
    identity = {"rongzhi": {"kind": "study", "name": study.name}}
    details = {
        "study": study.to_dict(),
        "scenario": study.place().to_dict(),
        "designs": {study.design_name(mask): study.doses(mask) for mask in study.masks()},
        "seeds": [replication_seed(study.seed, replication) for replication in range(study.replications)],
        "runs": len(result.runs),
        "failed_runs": len(result.failures),
        "complete_replications": result.replications,
        "results_hash": result.digest,
        "workers": result.workers,
        "wall_seconds": round(result.seconds, 1),
        "run_seconds_mean": round(float(result.runs["seconds"].mean()), 4),
        "parameters": _parameters(study.place(), _mechanisms(study)),
    }
    return identity | details | environment()


def _mechanisms(study: Study) -> set[str]:
    return {*study.doses(study.all_on), *study.across}


def _parameters(place: Scenario, names: set[str] | None = None) -> dict[str, float]:
    """Values in force: the catalogue's, those of the mechanisms in use, and what the scenario sets instead."""
    used = names if names is not None else set(place.mechanisms)
    entries = [*catalogue.entries(), *(one for one in mechanism_entries() if one.name.split(".")[0] in used)]
    return {one.name: one.value for one in entries} | dict(place.parameters)


def environment() -> dict[str, Any]:
    """Versions, source hash and machine."""
    model = provenance()
    ours = {name: found for name in LIBRARIES if (found := _version(name))}
    return model | {"versions": model["versions"] | ours, "processor": _processor(), "processors": os.cpu_count()}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    """Name of the processor: results are equal to the bit on one kind of machine only."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _write_tables(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the file that names a results folder and says how to make it again."""
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False, default=str), encoding="utf-8")
