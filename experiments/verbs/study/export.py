"""``rongzhi study export``: the tables of a study for programs that read no Parquet."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from experiments.text import text
from experiments.verbs.study.common import COMPLETE, folder_option, store_asked

FORMATS = ("csv", "dta", "parquet", "duckdb")


def options(verb: Any, language: str) -> None:
    """Add the options of the action."""
    folder_option(verb, language)
    verb.options.add_argument("--format", choices=FORMATS, default="csv", help=text(language, "study.export_format"))
    verb.options.add_argument("--out", metavar="DIR", help=text(language, "study.export_out"))


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Write every table that the folder has."""
    from experiments.export import export

    store = store_asked(asked)
    out = Path(asked.out) if asked.out is not None else store.folder / "export"
    for file in export(store, out, asked.format):
        print(file)
    return COMPLETE
