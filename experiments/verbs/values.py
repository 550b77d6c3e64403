"""Values that options carry, checked with messages that say what would be right."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from experiments.engine import MOST_WORKERS
from experiments.study import known_doses
from sim.errors import InputError


def whole_number(option: str, written: str, low: int, high: int | None = None) -> int:
    """Whole number from ``low`` to ``high``."""
    try:
        number = int(written)
    except ValueError:
        raise InputError(f"{option}: must be a whole number, got {written!r}") from None
    if number < low:
        raise InputError(f"{option}: must be at least {low}, got {number}")
    if high is not None and number > high:
        raise InputError(f"{option}: must be at most {high}, got {number}")
    return number


def whole_numbers(asked: argparse.Namespace, least: Mapping[str, int]) -> dict[str, int]:
    """Whole numbers of those options, of the names in ``least``, that a verb has and that were given."""
    return {
        name: whole_number(f"--{name}", written, low)
        for name, low in least.items()
        if (written := getattr(asked, name, None)) is not None
    }


def workers_of(asked: argparse.Namespace) -> int | None:
    """Value of ``--workers``; None where it was not given."""
    return None if asked.workers is None else whole_number("--workers", asked.workers, 1, MOST_WORKERS)


def positive_number(option: str, written: str) -> float:
    """Number above 0."""
    try:
        number = float(written)
    except ValueError:
        raise InputError(f"{option}: must be a number, got {written!r}") from None
    if not 0.0 < number < float("inf"):
        raise InputError(f"{option}: must be above 0, got {written}")
    return number


def shard_of(written: str | None) -> tuple[int, int] | None:
    """Part and number of parts of ``3/10``; None where none was asked for."""
    if written is None:
        return None
    part, slash, parts = written.partition("/")
    if not slash:
        raise InputError(f"--shard: must be a part and the number of parts, such as 3/10, got {written!r}")
    most = whole_number("--shard, number of parts", parts, 1)
    return whole_number("--shard, part", part, 1, most), most


def doses(written: Sequence[str], option: str = "--mechanism") -> dict[str, float]:
    """Doses by mechanism from ``name=dose``; a bare name means dose 1."""
    found: dict[str, float] = {}
    for one in written:
        name, equals, dose = one.partition("=")
        name = name.replace("-", "_")
        if name in found:
            raise InputError(f"{option}: {name} is given twice")
        try:
            found[name] = float(dose) if equals else 1.0
        except ValueError:
            raise InputError(f"{option} {one}: dose must be a number from 0 to 1, got {dose!r}") from None
    try:
        return known_doses(found)
    except ValueError as error:
        raise InputError(f"{option}: {error}") from None
