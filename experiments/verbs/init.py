"""``rongzhi init``: what a person fills in, written with examples that run as they are."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from experiments.text import text

THINGS = ("community",)


def add(verbs: Any, language: str) -> None:
    """Add the verb to the command line."""
    words = text(language, "town.init.help")
    verb = verbs.add_parser("init", help=words, description=words)
    what = text(language, "town.init.what", what=", ".join(THINGS))
    verb.arguments.add_argument("what", choices=THINGS, metavar="|".join(THINGS), help=what)
    verb.arguments.add_argument("folder", metavar="FOLDER", help=text(language, "town.init.folder"))
    verb.options.add_argument("--excel", action="store_true", help=text(language, "town.init.excel"))
    verb.set_defaults(carry_out=carry_out, complain=verb.error)


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Write the tables and say what comes next."""
    from experiments.folder import typed
    from experiments.town.template import WORKBOOK, write_template

    folder = Path(asked.folder)
    written = write_template(folder, language, as_excel=asked.excel)
    names = ", ".join(str(path) for path in written)
    source = typed(folder / WORKBOOK if asked.excel else folder)
    print(text(language, "town.init.written", files=names, folder=source))
    return 0
