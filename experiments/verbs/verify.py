"""``rongzhi verify``: does the model do what it must? Each kind of verification is an action of its own."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from experiments.text import text

FAILED = 1


def add(verbs: Any, language: str) -> None:
    """Add the verb to the command line."""
    verify = verbs.add_parser("verify", help=text(language, "verify.help"), description=text(language, "verify.help"))
    actions = verify.add_subparsers(
        title=text(language, "help.verbs"), dest="action", required=True, metavar=text(language, "help.verb")
    )
    for name, (options, carry_out) in ACTIONS.items():
        words = text(language, f"verify.{name}")
        verb = actions.add_parser(name, help=words, description=words)
        options(verb, language)
        verb.options.add_argument("--seed", metavar="S", default="1", help=text(language, "verify.seed"))
        verb.options.add_argument("--out", metavar="DIR", help=text(language, "verify.out"))
        verb.options.add_argument("--overwrite", action="store_true", help=text(language, "help.overwrite"))
        verb.set_defaults(carry_out=carry_out, complain=verb.error)


MODEL_FAMILIES = ("arrivals", "queue", "choice", "cascade", "influence", "public_good", "recruitment", "nulls")


def model_options(verb: Any, language: str) -> None:
    """Options of ``verify model``."""
    words = text(language, "verify.only", known=", ".join(MODEL_FAMILIES))
    verb.options.add_argument("--only", metavar="NAME", nargs="+", action="extend", default=[], help=words)


def verify_model(asked: argparse.Namespace, language: str) -> int:
    """Compare the model with known answers; exit code 1 when a check fails."""
    from experiments.folder import check_free, results_folder
    from experiments.page import to_terminal
    from experiments.verbs.values import whole_number
    from experiments.verification import verify
    from experiments.verification.report import counts, model_page, write_model
    from sim.errors import InputError

    for name in asked.only:
        if name not in MODEL_FAMILIES:
            raise InputError(text(language, "verify.unknown", name=name, known=", ".join(MODEL_FAMILIES)))
    seed = whole_number("--seed", asked.seed, 0)
    if asked.out is not None:
        check_free(Path(asked.out), "verify", "model", asked.overwrite)
    found = [verify(family, seed) for family in MODEL_FAMILIES if family in asked.only or not asked.only]
    print(to_terminal(model_page(found, seed, language)))
    if asked.out is not None:
        with results_folder(Path(asked.out), "verify", "model", asked.overwrite) as folder:
            write_model(found, seed, folder, language)
        print("\n" + text(language, "verify.written", folder=asked.out))
    return FAILED if counts(found)[1] else 0


Options = Callable[[Any, str], None]
CarryOut = Callable[[argparse.Namespace, str], int]
# One entry for each kind of verification: its own options, and what carries it out. Its help is ``verify.<name>``.
ACTIONS: Mapping[str, tuple[Options, CarryOut]] = {"model": (model_options, verify_model)}
