"""``rongzhi verify model``: known answers, and changes that must change nothing."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from experiments.text import text

FAILED = 1
FAMILIES = ("arrivals", "queue", "choice", "cascade", "influence", "public_good", "recruitment", "nulls")


def options(verb: Any, language: str) -> None:
    """Options of ``verify model``."""
    words = text(language, "verify.only", known=", ".join(FAMILIES))
    verb.options.add_argument("--only", metavar="NAME", nargs="+", action="extend", default=[], help=words)
    verb.options.add_argument("--seed", metavar="S", default="1", help=text(language, "verify.seed"))
    verb.options.add_argument("--out", metavar="DIR", help=text(language, "verify.out"))
    verb.options.add_argument("--overwrite", action="store_true", help=text(language, "help.overwrite"))
    verb.set_defaults(carry_out=verify_model)


def verify_model(asked: argparse.Namespace, language: str) -> int:
    """Compare the model with known answers; exit code 1 when a check fails."""
    from experiments.folder import check_free, results_folder
    from experiments.page import to_terminal
    from experiments.verbs.values import whole_number
    from experiments.verification import verify
    from experiments.verification.report import counts, model_page, write_model
    from sim.errors import InputError

    for name in asked.only:
        if name not in FAMILIES:
            raise InputError(text(language, "verify.unknown", name=name, known=", ".join(FAMILIES)))
    seed = whole_number("--seed", asked.seed, 0)
    if asked.out is not None:
        check_free(Path(asked.out), "verify", "model", asked.overwrite)
    found = [verify(family, seed) for family in FAMILIES if family in asked.only or not asked.only]
    print(to_terminal(model_page(found, seed, language)))
    if asked.out is not None:
        with results_folder(Path(asked.out), "verify", "model", asked.overwrite) as folder:
            write_model(found, seed, folder, language)
        print("\n" + text(language, "verify.written", folder=asked.out))
    return FAILED if counts(found)[1] else 0
