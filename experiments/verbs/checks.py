"""Actions of ``rongzhi verify`` that rest on many runs: directions, shapes, sensitivity, value."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.text import text
from experiments.verbs import RESULTS, WITH_FAILURES

if TYPE_CHECKING:
    from experiments.finding import Finding

LEAST = {"points": 1, "replications": 2, "trajectories": 2, "residents": 10, "weeks": 1, "seed": 0}


def options_of(name: str) -> Callable[[Any, str], None]:
    """What adds the options of one action to its parser."""

    def options(verb: Any, language: str) -> None:
        for size in CHECKS[name][0]:
            verb.options.add_argument(f"--{size}", metavar="N", help=text(language, f"check.{size}"))
        if name == "sensitivity":
            verb.options.add_argument("--study", metavar="NAME|FILE.toml", help=text(language, "study.name"))
        verb.options.add_argument("--seed", metavar="S", help=text(language, "run.seed"))
        verb.options.add_argument("--workers", metavar="N", help=text(language, "study.workers"))
        verb.options.add_argument("--out", metavar="DIR", help=text(language, "check.out", name=name))
        verb.options.add_argument("--quick", action="store_true", help=text(language, "check.quick"))
        verb.options.add_argument("--overwrite", action="store_true", help=text(language, "help.overwrite"))
        verb.set_defaults(carry_out=carry_out)

    return options


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Run the action that was asked for, write its results folder and print its page."""
    from experiments.finding import KIND, write_finding
    from experiments.folder import check_free, results_folder
    from experiments.page import to_terminal
    from experiments.paired import IncompleteError

    out = Path(asked.out) if asked.out is not None else RESULTS / asked.action
    check_free(out, KIND, asked.action, asked.overwrite)
    begin = time.perf_counter()
    try:
        finding = CHECKS[asked.action][1](asked, language)
    except IncompleteError as error:
        print(text(language, "check.incomplete", message=error), file=sys.stderr)
        return WITH_FAILURES
    with results_folder(out, KIND, finding.name, asked.overwrite) as folder:
        write_finding(finding, folder, language)
    print(to_terminal(finding.page(language, [])))
    print("\n" + text(language, "check.written", folder=out, seconds=f"{time.perf_counter() - begin:.0f}"))
    return WITH_FAILURES if finding.failures else 0


def _directions(asked: argparse.Namespace, language: str) -> Finding:
    from experiments.directions import Setting, run_directions

    return run_directions(_setting(Setting, asked), workers=_workers(asked), language=language)


def _shapes(asked: argparse.Namespace, language: str) -> Finding:
    from experiments.shapes import Setting, run_shapes

    return run_shapes(_setting(Setting, asked), workers=_workers(asked), language=language)


def _sensitivity(asked: argparse.Namespace, language: str) -> Finding:
    from experiments.screening import Setting, run_screening
    from experiments.study import load_study

    study = load_study(asked.study or "six-paths")
    return run_screening(study, _setting(Setting, asked), workers=_workers(asked), language=language)


def _value(asked: argparse.Namespace, language: str) -> Finding:
    from experiments.value import Setting, run_value

    return run_value(_setting(Setting, asked), workers=_workers(asked), language=language)


def _setting(kind: Any, asked: argparse.Namespace) -> Any:
    """Setting of a verification, changed as the options say."""
    import dataclasses

    from experiments.verbs.values import whole_numbers

    return dataclasses.replace(kind.quick() if asked.quick else kind(), **whole_numbers(asked, LEAST))


def _workers(asked: argparse.Namespace) -> int | None:
    from experiments.verbs.values import workers_of

    return workers_of(asked)


# Name -> sizes that can be chosen, and what runs it.
CHECKS: Mapping[str, tuple[tuple[str, ...], Callable[[argparse.Namespace, str], Finding]]] = {
    "directions": (("points", "replications", "residents", "weeks"), _directions),
    "shapes": (("replications", "residents", "weeks"), _shapes),
    "sensitivity": (("trajectories", "residents", "weeks"), _sensitivity),
    "value": (("replications", "residents", "weeks"), _value),
}
