"""``rongzhi verify patterns``: the status quo beside published patterns."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments.text import text
from experiments.verbs import WITH_FAILURES

LEAST = {"replications": 2, "residents": 10, "seed": 0}


def options(verb: Any, language: str) -> None:
    """Options of ``verify patterns``."""
    verb.options.add_argument("--replications", metavar="R", help=text(language, "verify.replications"))
    verb.options.add_argument("--residents", metavar="N", help=text(language, "verify.residents"))
    verb.options.add_argument("--seed", metavar="S", help=text(language, "study.seed"))
    verb.options.add_argument("--parameters", metavar="FILE.toml", help=text(language, "verify.parameters"))
    verb.options.add_argument("--workers", metavar="N", help=text(language, "study.workers"))
    verb.options.add_argument("--out", metavar="DIR", help=text(language, "run.out"))
    verb.options.add_argument("--overwrite", action="store_true", help=text(language, "help.overwrite"))
    verb.set_defaults(carry_out=verify_patterns)


def verify_patterns(asked: argparse.Namespace, language: str) -> int:
    """Compare the status quo of every community type with published patterns and print the table."""
    from experiments.engine import available_workers
    from experiments.folder import check_free, results_folder
    from experiments.page import to_terminal
    from experiments.patterns import patterns
    from experiments.patterns.page import page, write_comparison
    from experiments.patterns.running import Setting, compare, run_count
    from experiments.progress import Progress
    from experiments.verbs.values import whole_numbers, workers_of

    setting = Setting(**whole_numbers(asked, LEAST))
    workers = workers_of(asked) or available_workers()
    parameters = read_parameters(Path(asked.parameters)) if asked.parameters is not None else {}
    kind = "patterns", "status quo"
    if asked.out is not None:
        check_free(Path(asked.out), *kind, asked.overwrite)
    with Progress(run_count(setting, tuple(patterns().values())), language) as counted:
        compared = compare(setting, parameters, workers, tell=counted)
    if asked.out is not None:
        with results_folder(Path(asked.out), *kind, asked.overwrite) as folder:
            write_comparison(compared, folder, language)
    print(to_terminal(page(compared, language)))
    if asked.out is not None:
        print("\n" + text(language, "run.written", folder=asked.out))
    if not compared.failures:
        return 0
    first = compared.failures[0].message
    print(text(language, "verify.failures", failed=len(compared.failures), first=first), file=sys.stderr)
    return WITH_FAILURES


def read_parameters(path: Path) -> dict[str, float]:
    """Tables ``parameters`` and ``observation`` of a file such as ``rongzhi calibrate`` writes, by dotted name."""
    from experiments.study.numbers import dotted
    from sim.catalogue import read_toml
    from sim.errors import InputError

    raw, values = read_toml(path), {}
    for table in ("parameters", "observation"):
        found = raw.get(table, {})
        for name, value in dotted(found) if isinstance(found, Mapping) else [("", found)]:
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise InputError(f"{path}: {table}.{name}: must be a number, got {value!r}")
            values[name] = float(value)
    return values
