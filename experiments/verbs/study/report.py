"""``rongzhi study report`` and ``rongzhi report``: the page of a study, as a file to read, print and send."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from experiments.text import text
from experiments.verbs import WITH_FAILURES
from experiments.verbs.study.common import COMPLETE, folder_option, store_asked


def add(verbs: Any, language: str) -> None:
    """Add the verb to the top of the command line, where readers look for it."""
    words = text(language, "study.report")
    verb = verbs.add_parser("report", help=words, description=words)
    verb.set_defaults(carry_out=carry_out, complain=verb.error)
    options(verb, language)


def options(verb: Any, language: str) -> None:
    """Add the options of the action."""
    folder_option(verb, language)


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Write the report beside the runs and say where."""
    from experiments.report import write_report
    from experiments.result import StudyResult
    from experiments.run import first_failure

    store = store_asked(asked)
    result = StudyResult.load(store.folder)
    if not result.replications:
        words = text(language, "study.failed", failed=len(result.failures), first=first_failure(store))
        print(words, file=sys.stderr)
        return WITH_FAILURES
    print(write_report(result, store.folder, language))
    return COMPLETE
