"""``rongzhi study merge``: the runs of several folders of one study, such as the shards of a job array, into one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from experiments.text import text
from experiments.verbs.study.common import COMPLETE, show


def options(verb: Any, language: str) -> None:
    """Add the options of the action."""
    verb.arguments.add_argument("into", metavar="INTO", help=text(language, "study.merge_into"))
    verb.arguments.add_argument("folders", metavar="FOLDER", nargs="+", help=text(language, "study.merge_folders"))


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Merge; a folder that is not there yet is made."""
    from experiments.run import Standing
    from experiments.store import Store, merge
    from experiments.study_folder import plan_of

    into = Path(asked.into)
    merge(into, [Path(folder) for folder in asked.folders])
    store = Store.open(into)
    standing = Standing.of(store, plan_of(store))
    print(
        text(
            language,
            "study.merged",
            folder=into,
            made=f"{standing.ok + standing.failed:,}",
            planned=f"{standing.planned:,}",
        )
    )
    if not standing.missing:
        return show(store, language)
    words = text(language, "study.merge_missing", missing=f"{standing.missing:,}", folder=into)
    print(words, file=sys.stderr)
    return COMPLETE
