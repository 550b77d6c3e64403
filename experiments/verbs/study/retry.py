"""``rongzhi study retry``: make the runs that failed again."""

from __future__ import annotations

import argparse
from typing import Any

from experiments.verbs.study.common import engine_options, folder_option, make_and_tell, store_asked


def options(verb: Any, language: str) -> None:
    """Add the options of the action."""
    folder_option(verb, language)
    engine_options(verb, language)


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Make the failed runs again, and those that are missing."""
    from experiments.study_folder import check_same, study_of

    store = store_asked(asked)
    check_same(store, study_of(store))
    return make_and_tell(store, asked, language, retry=True)
