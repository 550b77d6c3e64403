"""A study and its folder: what is written when it is made, and the checks when it is run on.

The folder is the study as it was resolved, and the runs that have been made of it. Its copy of the study names no file
outside, so that the folder can be moved, mailed and archived.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.environment import environment
from experiments.folder import check_free
from experiments.measured import schemas
from experiments.plan import Plan, code_version, digest
from experiments.precision import Precision
from experiments.run_folder import parameters
from experiments.store import Store
from experiments.study import Study
from experiments.study.spec import located
from sim.errors import InputError
from sim.outcomes import OUTCOMES

if TYPE_CHECKING:
    import pyarrow as pa

KIND = "study"
FORMAT = 1
# What a study says, and what its runs depend on not: texts, how many, what is shown.
_NOT_RUN = ("title", "question", "outcomes", "replications", "discovery", "quick", "name")


def open_folder(study: Study, folder: Path, overwrite: bool = False, allow_code_change: bool = False) -> Store:
    """Open the folder of a study to run it on, or make it.

    Raises
    ------
    InputError
        If the folder holds something else, another study, or runs of other code.
    """
    if not _holds_study(folder):
        check_free(folder, KIND, study.name, overwrite)
        return _made(study, folder)
    store = Store.open(folder)
    if overwrite:
        check_free(folder, KIND, study.name, overwrite)
        shutil.rmtree(folder)
        return _made(study, folder)
    check_same(store, study, allow_code_change)
    if store.manifest["study"] != (resolved := _resolved(study)[0]):
        named = store.manifest["rongzhi"] | {"name": study.name}
        store = store.with_manifest({"study": resolved, "rongzhi": named})
    return store


def check_same(store: Store, study: Study, allow_code_change: bool = False) -> None:
    """Raise unless a folder holds runs of this study and of this code."""
    if store.manifest["study_hash"] != study_hash(study):
        name = store.manifest["rongzhi"]["name"]
        raise InputError(
            f"{store.folder}: holds study {name!r} with another place, levers, numbers, design or seed; choose another "
            f"folder with --out, or add --overwrite to replace it"
        )
    code = code_version(study.mechanisms_used())
    if store.manifest["code"] != code and not allow_code_change:
        raise InputError(
            f"{store.folder}: its runs were made by model code {store.manifest['code']}, this is {code}; choose "
            f"another folder with --out, or mix them knowingly with --allow-code-change"
        )


def plan_of(store: Store, from_start: bool = False) -> Plan:
    """Plan of the study that a folder holds; run ids name the code that the folder was begun with.

    Parameters
    ----------
    store : Store
    from_start : bool
        Leave out the points that a search has added, since it will add them again.
    """
    study = study_of(store)
    searched = study.portfolio is not None and not from_start
    plan = Plan(study, store.design if searched else None)
    plan.code = store.manifest["code"]
    return plan


def study_of(store: Store) -> Study:
    """Study that a folder holds."""
    return Study.from_dict(located(store.manifest["study"], store.folder), str(store.folder))


def asked_replications(store: Store, plan: Plan) -> int:
    """Replications that were asked for; those made so far where a precision decides."""
    asked = plan.study.replications
    if not isinstance(asked, Precision):
        return asked
    runs = store.runs()
    return int(runs["replication"].max()) + 1 if len(runs) else 0


def study_hash(study: Study) -> str:
    """Hash of all that decides which runs a study may make: not its texts, and not how many."""
    resolved, files = _resolved(study)
    told = {name: value for name, value in resolved.items() if name not in _NOT_RUN}
    if told["luck"] == "shared":  # as it was before there was a choice: folders of then can be run on
        told.pop("luck")
    told["levers"] = {id: {k: v for k, v in lever.items() if k != "label"} for id, lever in told["levers"].items()}
    return digest([told, files])


def _holds_study(folder: Path) -> bool:
    try:
        return bool(Store.open(folder).manifest["rongzhi"]["kind"] == KIND)
    except (InputError, KeyError):
        return False


def _made(study: Study, folder: Path) -> Store:
    resolved, files = _resolved(study)
    plan = Plan(study)
    manifest = {
        "rongzhi": {"kind": KIND, "name": study.name, "format": FORMAT},
        "study": resolved,
        "study_hash": study_hash(study),
        "code": plan.code,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "parameters": parameters(plan.place, study.mechanisms_used()),
        **environment(),
    }
    return Store.create(folder, manifest, files, plan.points, table_schemas(plan))


def table_schemas(plan: Plan) -> dict[str, pa.Schema]:
    """Schemas of all tables that a study keeps, fixed before the first run."""
    import pyarrow as pa

    keep = plan.study.keep
    names = [*keep.tables, *(["weekly"] if keep.weekly != "none" else [])]
    words, whole, number = pa.string(), pa.int64(), pa.float64()
    columns: list[tuple[str, pa.DataType]] = [
        ("run_id", words),
        ("point", whole),
        ("policy", whole),
        ("design", words),
        ("future", whole),
        ("replication", whole),
        ("seed", whole),
        ("status", words),
        ("error", words),
        ("message", words),
        *((name, number) for name in plan.factors),
        *((name, number) for name in OUTCOMES),
        ("seconds", number),
        ("session", whole),
    ]
    return {"runs": pa.schema(columns), **schemas(names)}


def _resolved(study: Study) -> tuple[dict[str, Any], dict[str, str]]:
    """Study as plain data with its scenario in it, and the files that it names, by their place in the folder."""
    fields = study.to_dict()
    place = study.bare_place()
    fields["scenario"] = place.to_dict()
    names = place.community_names
    files: dict[str, str] = {}
    for number, (community, name) in enumerate(zip(fields["scenario"]["communities"], names, strict=True)):
        if isinstance(community["margins"], str) and community["margins"]:
            file = Path(community["margins"])
            words = file.read_text(encoding="utf-8")
            inside = file.name if files.get(file.name, words) == words else f"{file.stem}_{number}{file.suffix}"
            files[inside] = words
            community |= {"margins": inside, "name": name}
    for prefix, designs in (("", fields["design"]), ("quick_", fields["quick"].get("design", {}))):
        for place, design in designs.items():
            if "path" in design:
                file = Path(design["path"])
                design["path"] = f"sample_{prefix}{place}.csv"
                table = pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file)
                files[design["path"]] = table.to_csv(index=False)
    return fields, files


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Folder of a study that is not kept."""
    with tempfile.TemporaryDirectory(prefix="rongzhi-") as parent:
        yield Path(parent) / KIND
