"""``rongzhi study retry``: make the runs that failed again."""

from __future__ import annotations

import argparse
from typing import Any

from experiments.verbs.study.common import (
    code_option,
    engine_options,
    folder_option,
    how_asked,
    make_and_tell,
    store_asked,
)


def options(verb: Any, language: str) -> None:
    """Add the options of the action."""
    folder_option(verb, language)
    engine_options(verb, language)
    code_option(verb, language)


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Make the failed runs again, and those that are missing."""
    from experiments.run import check_shard
    from experiments.study_folder import check_same, study_of

    store = store_asked(asked)
    check_same(store, study_of(store), asked.allow_code_change)
    how = how_asked(asked, language)
    check_shard(study_of(store), how)
    return make_and_tell(store, how, retry=True)
