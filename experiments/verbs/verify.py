"""``rongzhi verify``: whether the model can be trusted. Each kind of evidence is an action of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from experiments.text import text
from experiments.verbs import checks, model, patterns

# Name of an action -> what adds its options, and what carries it out, to its parser. Its help is ``verify.<name>``.
ACTIONS: Mapping[str, Callable[[Any, str], None]] = {
    "model": model.options,
    "patterns": patterns.options,
    **{name: checks.options_of(name) for name in checks.CHECKS},
}


def add(verbs: Any, language: str) -> None:
    """Add the verb and its actions to the command line."""
    verify = verbs.add_parser("verify", help=text(language, "verify.help"), description=text(language, "verify.help"))
    actions = verify.add_subparsers(
        title=text(language, "help.verbs"), dest="action", required=True, metavar=text(language, "help.verb")
    )
    for name, options in ACTIONS.items():
        words = text(language, f"verify.{name}")
        verb = actions.add_parser(name, help=words, description=words)
        verb.set_defaults(complain=verb.error)
        options(verb, language)
