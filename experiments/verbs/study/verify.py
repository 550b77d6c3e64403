"""``rongzhi study verify``: whether a folder is sound, and whether some of its runs come out the same again."""

from __future__ import annotations

import argparse
from typing import Any

from experiments.text import text
from experiments.verbs.study.common import COMPLETE, folder_option, store_asked

CHECK_FAILED = 1
AGAIN = 5


def options(verb: Any, language: str) -> None:
    """Add the options of the action."""
    folder_option(verb, language)
    verb.options.add_argument("--runs", metavar="K", help=text(language, "study.verify_runs"))
    verb.options.add_argument("--seed", metavar="S", help=text(language, "study.verify_seed"))
    verb.options.add_argument("--quarantine", action="store_true", help=text(language, "study.quarantine"))


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Check every file, then make some runs again and compare them bit for bit."""
    from experiments.again import chosen, made_again
    from experiments.verbs.values import whole_number

    count = AGAIN if asked.runs is None else whole_number("--runs", asked.runs, 0)
    seed = 0 if asked.seed is None else whole_number("--seed", asked.seed, 0)
    store = store_asked(asked)
    problems = store.check(quarantine=asked.quarantine)
    for problem in problems:
        print(problem)
    print(text(language, "study.files_bad" if problems else "study.files_good", problems=len(problems)))
    if problems:
        if asked.quarantine:
            print(text(language, "study.quarantined", folder=store.folder))
        return CHECK_FAILED
    again = [made_again(store, run_id) for run_id in chosen(store, count, seed)]
    for one in again:
        for name, (then, now) in one.differences.items():
            print(text(language, "study.differs", run=one.run_id, outcome=name, then=repr(then), now=repr(now)))
        if one.status != "ok":
            print(f"{one.run_id}:\n{one.traceback}")
    same = sum(one.same for one in again)
    if again:
        print(text(language, "study.same_again", same=same, count=len(again)))
    print(text(language, "study.results_hash", digest=store.digest()))
    return COMPLETE if same == len(again) else CHECK_FAILED
