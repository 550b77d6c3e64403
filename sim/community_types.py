"""Types of community: how their people are made up, and which numbers of the model differ there."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim import catalogue
from sim.catalogue import Label
from sim.errors import InputError, closest

FOLDER = catalogue.FOLDER / "community_types"

# Bands of each margin, in order. The last household size stands for itself and all above.
MARGINS: Mapping[str, tuple[str, ...]] = {
    "age": ("0-14", "15-17", "18-34", "35-59", "60-64", "65-79", "80+"),
    "education": ("primary_or_none", "junior", "senior", "tertiary"),
    "household": ("1", "2", "3", "4", "5", "6", "7"),
}
TOLERANCE = 0.005  # by which the shares of a margin may miss 1

_FIELDS = {"label", "note", "based_on", "margins", "values"}
_REQUIRED = ("label", "note", "margins")
_MARGIN_FIELDS = {"shares", "source", "grade", "reason"}
_VALUE_FIELDS = {"value", "source", "grade", "reason"}
_SHARE = Label("share", "比例", "比例")


@dataclass(frozen=True)
class Margin:
    """Shares of one margin by band; they add up to 1.

    Attributes
    ----------
    shares : dict of str to float
        ``age``: shares of residents; ``education``: shares of adults; ``household``: shares of households by size.
    source, grade, reason
        As for an entry of the catalogue.
    """

    shares: Mapping[str, float]
    source: tuple[str, ...]
    grade: str
    reason: str


@dataclass(frozen=True)
class Override:
    """A number of the catalogue as it is in one type of community. Unit, range and label are those of the entry."""

    value: float
    source: tuple[str, ...]
    grade: str
    reason: str


@dataclass(frozen=True)
class CommunityType:
    """One type of community.

    Attributes
    ----------
    name : str
        Name of its file.
    label, note : Label
        What it is called and what it is like, in three languages.
    margins : dict of str to Margin
        ``age``, ``education`` and ``household``.
    values : dict of str to Override
        Numbers that differ from the catalogue's, by dotted name such as ``population.migrant``.
    """

    name: str
    label: Label
    note: Label
    margins: Mapping[str, Margin]
    values: Mapping[str, Override]

    @property
    def mean_household(self) -> float:
        """Mean number of residents of a household."""
        return math.fsum(int(size) * share for size, share in self.margins["household"].shares.items())


@functools.cache
def community_types() -> Mapping[str, CommunityType]:
    """Types that come with the package, by name."""
    return {path.stem: load_type(path) for path in sorted(FOLDER.glob("*.toml"))}


def load_type(path: Path) -> CommunityType:
    """Read a type from its file, or somebody's own community from theirs.

    A community of one's own may say ``based_on = "village"`` and give only the margins, values and texts that differ.

    Raises
    ------
    InputError
        If the file cannot be read, a field is missing or unknown, a margin does not add up to 1, or a value lies
        outside the range of its entry.
    """
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0  # reading it says what is wrong
    return _load(path, changed)


@functools.lru_cache(maxsize=1024)
def _load(path: Path, _changed: int) -> CommunityType:
    raw, where = catalogue.read_toml(path), str(path)
    _only(raw, _FIELDS, where)
    base = _base(raw["based_on"], where) if "based_on" in raw else None
    for field in () if base else _REQUIRED:
        if field not in raw:
            raise InputError(f"{where}: field {field!r} is missing; give it, or say based_on = a ready type")
    given = _table(raw.get("margins", {}), f"{where}: margins")
    _only(given, MARGINS, f"{where}: margins")
    margins = dict(base.margins) if base else {}
    margins |= {kind: _margin(kind, given[kind], f"{where}: margins.{kind}") for kind in given}
    for kind in MARGINS:
        if kind not in margins:
            raise InputError(f"{where}: margins.{kind} is missing; give it, or say based_on = a ready type")
    values = dict(base.values) if base else {}
    changes = _table(raw.get("values", {}), f"{where}: values")
    values |= {name: _override(name, one, f"{where}: values") for name, one in changes.items()}
    return CommunityType(
        name=path.stem,
        label=catalogue.label(raw["label"], f"{where}: label") if "label" in raw or not base else base.label,
        note=catalogue.label(raw["note"], f"{where}: note") if "note" in raw or not base else base.note,
        margins=margins,
        values=values,
    )


def _base(name: Any, where: str) -> CommunityType:
    ready = {path.stem: path for path in FOLDER.glob("*.toml")}
    if not isinstance(name, str) or name not in ready:
        raise InputError(f"{where}: based_on: unknown community type {name!r}{closest(name, ready)}")
    return load_type(ready[name])


def _table(raw: Any, where: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise InputError(f"{where}: must be a table, got {raw!r}")
    return raw


def _only(raw: Mapping[str, Any], known: Sequence[str] | set[str] | Mapping[str, Any], where: str) -> None:
    for field in raw:
        if field not in known:
            raise InputError(f"{where}: unknown field {field!r}{closest(field, known)}")


def _margin(kind: str, raw: Any, where: str) -> Margin:
    raw = _table(raw, where)
    _only(raw, _MARGIN_FIELDS, where)
    shares = _table(raw.get("shares", {}), f"{where}.shares")
    _only(shares, MARGINS[kind], f"{where}.shares")
    for band in MARGINS[kind]:
        if band not in shares:
            raise InputError(f"{where}.shares: band {band!r} is missing; the bands are {', '.join(MARGINS[kind])}")
    rest = {key: value for key, value in raw.items() if key != "shares"}
    frame = {"unit": "share", "range": [0.0, 1.0], "label": vars(_SHARE)}
    entries = [
        catalogue.entry(band, rest | frame | {"value": shares[band]}, f"{where}.shares") for band in MARGINS[kind]
    ]
    total = math.fsum(one.value for one in entries)
    if abs(total - 1.0) > TOLERANCE:
        raise InputError(f"{where}.shares: must add up to 1 (within {TOLERANCE}), got {total:.4f}")
    one = entries[0]
    return Margin({entry.name: entry.value / total for entry in entries}, one.source, one.grade, one.reason)


def _override(name: str, raw: Any, where: str) -> Override:
    process, _, short = name.partition(".")
    if process not in catalogue.PROCESSES:
        raise InputError(f"{where}: no parameter {name!r}: unknown process{closest(process, catalogue.PROCESSES)}")
    known = catalogue.process_entries(process)
    if short not in known:
        raise InputError(f"{where}: no parameter {name!r}{closest(name, [one.name for one in known.values()])}")
    raw = _table(raw, f"{where}.{name}")
    _only(raw, _VALUE_FIELDS, f"{where}.{name}")
    base = known[short]
    frame = {"unit": base.unit, "range": [base.low, base.high], "label": vars(base.label)}
    one = catalogue.entry(name, raw | frame, where)
    return Override(one.value, one.source, one.grade, one.reason)


def base_numbers(process: str, types: Sequence[CommunityType], overrides: Mapping[str, float]) -> np.ndarray:
    """Numbers of a process before any mechanism: of the scenario, else of the community's type, else of the catalogue.

    Parameters
    ----------
    process : str
        A process of the catalogue.
    types : sequence of CommunityType
        Type of each community.
    overrides : dict of str to float
        The scenario's values by dotted name; those of other processes are ignored.

    Returns
    -------
    numpy.ndarray
        float64, entries x communities, entries in the order of ``catalogue.process_entries(process)``.

    Raises
    ------
    InputError
        If an override names no entry of the process or lies outside its range.
    """
    entries = {one.name: one for one in catalogue.process_entries(process).values()}
    for name, value in overrides.items():
        if name.partition(".")[0] != process:
            continue
        if name not in entries:
            raise InputError(f"parameters: unknown parameter {name!r}{closest(name, entries)}")
        one = entries[name]
        if not one.low <= value <= one.high:
            raise InputError(f"parameters.{name}: {value} lies outside its range [{one.low:g}, {one.high:g}]")
    return np.array(
        [[overrides.get(name, _in_type(one, kind)) for kind in types] for name, one in entries.items()],
        dtype=np.float64,
    ).reshape(len(entries), len(types))


def _in_type(entry: catalogue.Entry, kind: CommunityType) -> float:
    return kind.values[entry.name].value if entry.name in kind.values else entry.value
