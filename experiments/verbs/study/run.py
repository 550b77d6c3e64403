"""``rongzhi study run``: make the runs of a study that its folder lacks, and answer its question."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from experiments.text import text
from experiments.verbs.study.common import (
    engine_options,
    folder_of,
    make_and_tell,
    study_asked,
    study_options,
)

if TYPE_CHECKING:
    from experiments.plan import Plan


def options(verb: Any, language: str) -> None:
    """Add the options of the action."""
    study_options(verb, language)
    verb.options.add_argument("--out", metavar="DIR", help=text(language, "study.out"))
    engine_options(verb, language)
    verb.options.add_argument("--overwrite", action="store_true", help=text(language, "study.overwrite"))
    verb.options.add_argument("--allow-code-change", action="store_true", help=text(language, "study.code_change"))


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Run the study; the same command resumes it."""
    from experiments.plan import Plan
    from experiments.study_folder import open_folder

    study = study_asked(asked)
    folder = folder_of(study, asked)
    store = open_folder(study, folder, asked.overwrite, asked.allow_code_change)
    print(announced(Plan(study), language, str(folder)), file=sys.stderr, flush=True)
    return make_and_tell(store, asked, language)


def announced(plan: Plan, language: str, folder: str) -> str:
    """What will be run, in one sentence."""
    from experiments.precision import Precision

    asked = plan.study.replications
    least = asked.first if isinstance(asked, Precision) else asked
    return text(
        language,
        "study.announce",
        title=plan.study.title[language],
        policies=f"{plan.policies:,}",
        futures=f"{plan.futures:,}",
        points=f"{len(plan.points):,}",
        replications=f"{least}–{asked.most}" if isinstance(asked, Precision) else least,
        runs=f"{len(plan.points) * least:,}",
        residents=f"{plan.place.residents:,}",
        weeks=plan.place.weeks,
        folder=folder,
    )
