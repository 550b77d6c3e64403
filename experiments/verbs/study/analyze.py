"""``rongzhi study analyze``: the analyses of a study's runs, as tables in its folder."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from experiments.text import text
from experiments.verbs import WITH_FAILURES
from experiments.verbs.study.common import COMPLETE, folder_option, store_asked

MOST_ROWS = 24


def options(verb: Any, language: str) -> None:
    """Add the options of the action."""
    folder_option(verb, language)
    verb.arguments.add_argument("analyses", metavar="ANALYSIS", nargs="*", help=text(language, "study.analyses"))


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Write the tables of the analyses and print how they begin."""
    import pandas as pd

    from experiments.analyses.complete import IncompleteError
    from experiments.answers import check_fits, fitting
    from experiments.report import write_answer
    from experiments.result import StudyResult

    store = store_asked(asked)
    result = StudyResult.load(store.folder)
    end = COMPLETE
    for name in asked.analyses:
        check_fits(result, name)
    for name in asked.analyses or fitting(result):
        try:
            files = write_answer(result, store.folder, name)
        except IncompleteError as error:
            print(text(language, "study.incomplete", analysis=name, message=error), file=sys.stderr)
            end = WITH_FAILURES
            continue
        for file in files:
            rows = pd.read_parquet(file)
            print(f"\n{file} ({len(rows):,} × {rows.shape[1]})")
            print(rows.head(MOST_ROWS).to_string(index=False, float_format="{:.4g}".format))
    return end
