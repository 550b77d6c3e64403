"""``rongzhi study status``: how far a study is; works while it is being run."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from experiments.text import text
from experiments.verbs import WITH_FAILURES
from experiments.verbs.study.common import COMPLETE, duration, folder_option, store_asked

if TYPE_CHECKING:
    import pandas as pd

    from experiments.store import Store

MOST_FAILURES = 5


def options(verb: Any, language: str) -> None:
    """Add the options of the action."""
    folder_option(verb, language)


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Print counts, what is going on, and the first failures."""
    from experiments.run import Standing
    from experiments.study_folder import plan_of

    store = store_asked(asked)
    standing = Standing.of(store, plan_of(store))
    share = (standing.ok + standing.failed) / max(1, standing.planned)
    print(
        text(
            language,
            "study.standing",
            folder=store.folder,
            planned=f"{standing.planned:,}",
            ok=f"{standing.ok:,}",
            failed=f"{standing.failed:,}",
            missing=f"{standing.missing:,}",
            percent=f"{100 * share:.1f}",
        )
    )
    if standing.reason:
        print(text(language, f"study.reason_{standing.reason}"))
    holder = store.holder()
    if holder:
        print(text(language, "study.running", holder=holder))
    runs = store.runs()
    if holder and standing.missing:
        print(_pace(store, runs, standing.missing, language))
    failures = runs[runs["status"] != "ok"]
    for row in failures.head(MOST_FAILURES).to_dict("records"):
        print(f"  {row['run_id']} {row['status']}: {row['error']}: {row['message']}")
    if len(failures) > MOST_FAILURES:
        print(text(language, "study.more_failures", more=len(failures) - MOST_FAILURES, folder=store.folder))
    return WITH_FAILURES if standing.failed and not standing.missing else COMPLETE


def _pace(store: Store, runs: pd.DataFrame, missing: int, language: str) -> str:
    """Rate of the session that is going on, and the time that what is missing takes at that rate."""
    sessions = store.sessions()
    last = max(sessions, default=0)
    made = int((runs["session"] == last).sum())
    if not made or "end" in sessions[last]:
        return text(language, "study.starting")
    seconds = (datetime.now(UTC) - datetime.fromisoformat(sessions[last]["begin"])).total_seconds()
    rate = made / max(seconds, 1.0)
    return text(language, "study.pace", runs=f"{made:,}", rate=f"{rate:.1f}", left=duration(missing / rate, language))
