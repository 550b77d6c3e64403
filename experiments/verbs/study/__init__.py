"""``rongzhi study``: from a study file to an answer. Each action is a file of its own."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from experiments.text import text
from experiments.verbs.study import (
    analyze,
    check,
    compact,
    export,
    init,
    merge,
    plan,
    report,
    retry,
    run,
    status,
    verify,
)

# Name of an action -> the module with its ``options`` and ``carry_out``. Its help is ``study.<name>``.
ACTIONS: Mapping[str, ModuleType] = {
    "init": init,
    "check": check,
    "plan": plan,
    "run": run,
    "status": status,
    "retry": retry,
    "verify": verify,
    "compact": compact,
    "merge": merge,
    "export": export,
    "analyze": analyze,
    "report": report,
}


def add(verbs: Any, language: str) -> None:
    """Add the verb and its actions to the command line."""
    study = verbs.add_parser(
        "study",
        help=text(language, "study.help"),
        description=text(language, "study.help"),
        epilog=text(language, "study.exit_codes"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = study.add_subparsers(
        title=text(language, "help.verbs"), dest="action", required=True, metavar=text(language, "help.verb")
    )
    for name, module in ACTIONS.items():
        words = text(language, f"study.{name}")
        verb = actions.add_parser(name, help=words, description=words)
        verb.set_defaults(carry_out=module.carry_out, complain=verb.error)
        module.options(verb, language)
