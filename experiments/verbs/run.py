"""``rongzhi run``: one run and a readable summary of it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.text import text

if TYPE_CHECKING:
    from sim import Scenario


def add(verbs: Any, language: str) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("run", help=text(language, "run.help"), description=text(language, "run.help"))
    verb.arguments.add_argument("scenario", nargs="?", metavar="scenario.toml", help=text(language, "run.scenario"))
    verb.options.add_argument(
        "--mechanism",
        metavar="NAME=DOSE",
        nargs="+",
        action="extend",
        default=[],
        help=text(language, "run.mechanism"),
    )
    verb.options.add_argument("--weeks", metavar="N", help=text(language, "run.weeks"))
    verb.options.add_argument("--seed", metavar="S", help=text(language, "run.seed"))
    verb.options.add_argument("--compare", action="store_true", help=text(language, "run.compare"))
    verb.options.add_argument("--explain", metavar="ID", nargs="+", default=[], help=text(language, "run.explain"))
    verb.options.add_argument("--diary", metavar="RESIDENT", help=text(language, "run.diary"))
    verb.options.add_argument("--needs", action="store_true", help=text(language, "run.needs"))
    verb.options.add_argument("--out", metavar="DIR", help=text(language, "run.out"))
    verb.options.add_argument("--overwrite", action="store_true", help=text(language, "help.overwrite"))
    verb.set_defaults(carry_out=carry_out, complain=verb.error)


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Run once, print the summary, write the results folder when one is asked for."""
    from experiments.page import to_markdown
    from sim.errors import InputError

    scenario = _scenario(asked)
    if asked.out is None:
        if asked.needs:
            raise InputError("--needs: say where to write them with --out")
        _run(scenario, asked, language)
        return 0
    from experiments.folder import results_folder
    from experiments.run_folder import write_run

    with results_folder(Path(asked.out), "run", scenario.name, asked.overwrite) as folder:
        result, baseline, told = _run(scenario, asked, language)
        write_run(result, baseline, folder, asked.needs)
        if told:
            (folder / "why.md").write_text(to_markdown(told), encoding="utf-8")
    print("\n" + text(language, "run.written", folder=asked.out))
    return 0


def _scenario(asked: argparse.Namespace) -> Scenario:
    """Scenario of the file, changed as the options say."""
    from experiments.verbs.values import doses, whole_numbers
    from sim import Scenario

    scenario = Scenario() if asked.scenario is None else Scenario.from_toml(asked.scenario)
    changes = whole_numbers(asked, {"weeks": 1, "seed": 0})
    return scenario.replace(**changes).with_mechanisms(doses(asked.mechanism))


def _run(scenario: Scenario, asked: argparse.Namespace, language: str) -> tuple[Any, Any, list[Any]]:
    """Run, with the same seed without mechanisms too when they are to be compared, and print the page."""
    import sim
    from experiments.page import to_terminal
    from experiments.run_summary import run_page
    from experiments.why_page import why_page

    resident = _resident(asked)
    why = bool(asked.explain or asked.diary or asked.needs)
    trace = [resident] if why and resident is not None else why
    warm = sim.warm_up(scenario, scenario.seed) if asked.compare else None
    result = sim.run(scenario, warm=warm, trace=trace)
    baseline = sim.run(scenario.without_mechanisms(), warm=warm, trace=trace) if asked.compare else None
    told = why_page(result, baseline, asked.explain, asked.diary, language)
    print(to_terminal([*run_page(result, baseline, language), *told]))
    return result, baseline, told


def _resident(asked: argparse.Namespace) -> int | None:
    """Resident whose diary is asked for by number."""
    from experiments.verbs.values import whole_number
    from sim.errors import InputError

    if asked.diary == "auto" and not asked.compare:
        raise InputError("--diary auto: add --compare, or give the number of a resident")
    return None if asked.diary in {None, "auto"} else whole_number("--diary", asked.diary, 0)
