"""``rongzhi check``: whether a person's own tables are right, a page of what was understood, a scenario to run."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from experiments.text import text

SCENARIO = "scenario.toml"


def add(verbs: Any, language: str) -> None:
    """Add the verb to the command line."""
    words = text(language, "town.check.help")
    verb = verbs.add_parser("check", help=words, description=words)
    verb.arguments.add_argument("source", metavar="FOLDER|FILE.xlsx", help=text(language, "town.check.source"))
    verb.options.add_argument("--weeks", metavar="N", help=text(language, "town.check.weeks"))
    verb.options.add_argument("--encoding", metavar="NAME", help=text(language, "town.check.encoding"))
    verb.options.add_argument("--out", metavar="DIR", help=text(language, "town.check.out"))
    verb.set_defaults(carry_out=carry_out, complain=verb.error)


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Read the tables; write both files only if all is right. Its own earlier files are replaced."""
    from experiments.folder import typed
    from experiments.page import to_terminal
    from experiments.town import read_town
    from experiments.town.scenario_file import check_own, write_scenario
    from experiments.verbs.values import whole_numbers
    from sim.errors import InputError

    source = Path(asked.source)
    out = Path(asked.out) if asked.out is not None else source if source.is_dir() else source.parent
    town = read_town(source, encoding=asked.encoding)
    scenario = town.scenario().replace(**whole_numbers(asked, {"weeks": 1}))
    check_own(out / SCENARIO)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out {out}: cannot be made ({error.strerror})") from None
    page = town.write_summary(out, language)
    write_scenario(scenario, out / SCENARIO)
    print(to_terminal(town.overview(language)))
    print("\n" + text(language, "town.check.written", page=page, scenario=typed(out / SCENARIO)))
    return 0
