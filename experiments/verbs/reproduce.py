"""``rongzhi reproduce``: make one run of a study again, here, and compare it with what is stored."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.text import text
from experiments.verbs import RESULTS

if TYPE_CHECKING:
    from experiments.store import Store

SAME, DIFFERENT = 0, 1


def add(verbs: Any, language: str) -> None:
    """Add the verb to the command line."""
    words = text(language, "reproduce.help")
    verb = verbs.add_parser("reproduce", help=words, description=words)
    verb.arguments.add_argument("run_id", metavar="RUN_ID", help=text(language, "reproduce.run_id"))
    verb.options.add_argument("--in", dest="folder", metavar="FOLDER", help=text(language, "reproduce.folder"))
    verb.set_defaults(carry_out=carry_out, complain=verb.error)


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Make the run again and print its outcomes beside the stored ones."""
    from experiments.again import made_again, spec_of

    store = _store_with(asked.run_id, asked.folder)
    _, spec, _ = spec_of(store, asked.run_id)
    print(
        text(
            language,
            "reproduce.what",
            run=asked.run_id,
            folder=store.folder,
            design=spec.design,
            point=spec.point,
            replication=spec.replication,
            seed=spec.seed,
        )
    )
    again = made_again(store, asked.run_id)
    for name, value in again.outcomes.items():
        then = again.differences.get(name)
        print(f"  {name:28} {value!r}" + (f"  ≠ {then[0]!r}" if then else ""))
    if again.traceback:
        print(again.traceback)
    print(
        text(language, "reproduce.same" if again.same else "reproduce.different", stored=again.stored, now=again.status)
    )
    return SAME if again.same else DIFFERENT


def _store_with(run_id: str, folder: str | None) -> Store:
    """Folder that was named, or the first of those under ``results`` that has the run."""
    from experiments.again import near_id
    from experiments.store import Store
    from sim.errors import InputError

    if folder is not None:
        return Store.open(Path(folder))
    known: list[str] = []
    for manifest in sorted(RESULTS.glob("*/manifest.json")):
        try:
            store = Store.open(manifest.parent)
        except InputError:
            continue
        if run_id in (there := store.done()):
            return store
        known += there
    raise InputError(f"no study in {RESULTS}/ has run {run_id!r}; name its folder with --in{near_id(run_id, known)}")
