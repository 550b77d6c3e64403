"""Results folder of a single run: its tables, and a manifest to make them again from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.environment import environment
from experiments.folder import MANIFEST
from sim import Scenario, catalogue
from sim.scenario import mechanism_entries

if TYPE_CHECKING:
    import sim


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
        "parameters": parameters(result.scenario, set(result.scenario.mechanisms)),
    }
    write_manifest(folder, identity | details | environment())


def _write_tables(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the file that names a results folder and says how to make it again."""
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False, default=str), encoding="utf-8")


def parameters(place: Scenario, names: set[str]) -> dict[str, float]:
    """Values in force: the catalogue's, those of the mechanisms in use, and what the scenario sets instead."""
    used = [one for one in mechanism_entries() if one.name.split(".")[0] in names]
    return {one.name: one.value for one in (*catalogue.entries(), *used)} | dict(place.parameters)
