"""Kinds of emergency as data: how many more needs of which category, and how many staff hours they take."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from sim.catalogue import FOLDER, Entry, Label, entry, label, read_toml
from sim.needs_table import CATEGORIES


@dataclass(frozen=True)
class EmergencyKind:
    """One kind of emergency.

    Attributes
    ----------
    surge : Mapping
        Catalogue entries by category: factor on the arrival of needs of the category while it lasts.
    staff : Entry
        Share of staff hours that the emergency itself takes.
    """

    name: str
    label: Label
    surge: Mapping[str, Entry]
    staff: Entry


@functools.cache
def emergency_kinds() -> Mapping[str, EmergencyKind]:
    """Kinds by name, from ``parameters/emergency_kinds/*.toml``."""
    kinds = {}
    for path in sorted((FOLDER / "emergency_kinds").glob("*.toml")):
        raw = read_toml(path)
        numbers = {short: entry(f"{path.stem}.{short}", one, path.name) for short, one in raw["numbers"].items()}
        surge = {category: numbers[category] for category in CATEGORIES if category in numbers}
        kinds[path.stem] = EmergencyKind(path.stem, label(raw["label"], f"{path.name}: label"), surge, numbers["staff"])
    return kinds
