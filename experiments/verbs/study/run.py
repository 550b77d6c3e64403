"""``rongzhi study run``: make the runs of a study that its folder lacks, and answer its question."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from experiments.text import text
from experiments.verbs.study.common import (
    code_option,
    engine_options,
    folder_of,
    how_asked,
    make_and_tell,
    study_asked,
    study_options,
    whole_folder,
)

if TYPE_CHECKING:
    from experiments.plan import Plan


def options(verb: Any, language: str) -> None:
    """Add the options of the action."""
    study_options(verb, language)
    verb.options.add_argument("--out", metavar="DIR", help=text(language, "study.out"))
    engine_options(verb, language)
    verb.options.add_argument("--overwrite", action="store_true", help=text(language, "study.overwrite"))
    code_option(verb, language)


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Run the study; the same command resumes it."""
    from experiments.plan import Plan
    from experiments.run import check_shard
    from experiments.study_folder import open_folder

    study = study_asked(asked)
    how = how_asked(asked, language)
    check_shard(study, how)
    folder = folder_of(study, asked)
    store = open_folder(study, folder, asked.overwrite, asked.allow_code_change)
    words = announced(Plan(study), language), text(language, "study.into", folder=folder)
    print("\n".join(words), file=sys.stderr, flush=True)
    whole = whole_folder(study, asked)
    parts = f"{whole} {whole}.shard-*-of-{how.shard[1]}" if how.shard and asked.out is None else "INTO FOLDER …"
    return make_and_tell(store, how, merge=parts)


def announced(plan: Plan, language: str) -> str:
    """What will be run, in one sentence."""
    from experiments.precision import Precision

    asked = plan.study.replications
    least = asked.first if isinstance(asked, Precision) else asked
    return text(
        language,
        "study.announce" if plan.futures > 1 else "study.announce_one_future",
        title=plan.study.title[language],
        policies=f"{plan.policies:,}",
        futures=f"{plan.futures:,}",
        points=f"{len(plan.points):,}",
        replications=f"{least}–{asked.most}" if isinstance(asked, Precision) else least,
        runs=f"{len(plan.points) * least:,}",
        residents=f"{plan.place.residents:,}",
        weeks=plan.place.weeks,
    )
