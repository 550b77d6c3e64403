"""Which way each mechanism is documented to move which outcome; the data stand in ``expected.toml``."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.catalogue import Label, label, read_toml
from sim.errors import InputError

FILE = Path(__file__).with_name("expected.toml")


@dataclass(frozen=True)
class Direction:
    """Documented direction of one outcome.

    Attributes
    ----------
    sign : int
        1 or -1.
    reason : Label
    """

    sign: int
    reason: Label


@dataclass(frozen=True)
class Expectation:
    """What a mechanism is documented to do.

    Attributes
    ----------
    source : tuple of str
        Ids of rows of the source text, and of the evidence where there is some.
    moves : dict of str to Direction
        By outcome.
    emergency : str
        Kind of emergency that strikes while it is tried; empty for none.
    """

    source: tuple[str, ...]
    moves: Mapping[str, Direction]
    emergency: str = ""


@functools.cache
def expectations(file: Path = FILE) -> Mapping[str, Expectation]:
    """Documented directions by mechanism.

    Raises
    ------
    InputError
        If an entry of the file has no source, another sign than 1 or -1, or no reason in three languages.
    """
    found = {}
    for name, raw in read_toml(file).items():
        where = f"{file.name}: {name}"
        directions = {}
        for outcome, one in raw.items():
            if outcome in ("source", "emergency"):
                continue
            if one.get("sign") not in (1, -1):
                raise InputError(f"{where}.{outcome}.sign: must be 1 or -1, got {one.get('sign')!r}")
            directions[outcome] = Direction(one["sign"], label(one.get("reason"), f"{where}.{outcome}.reason"))
        if not raw.get("source") or not directions:
            raise InputError(f"{where}: needs a source and at least one outcome")
        found[name] = Expectation(tuple(raw["source"]), directions, raw.get("emergency", ""))
    return found
