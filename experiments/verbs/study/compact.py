"""``rongzhi study compact``: few large files instead of many small ones, in the order of the points."""

from __future__ import annotations

import argparse
from typing import Any

from experiments.text import text
from experiments.verbs.study.common import COMPLETE, folder_option, store_asked


def options(verb: Any, language: str) -> None:
    """Add the options of the action."""
    folder_option(verb, language)


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Compact the folder; its content stays the same."""
    store = store_asked(asked)
    before = store.digest()
    store.compact()
    assert store.digest() == before, "compaction may not change what a folder says"
    print(text(language, "study.compacted", folder=store.folder, runs=f"{len(store.done()):,}", digest=before))
    return COMPLETE
