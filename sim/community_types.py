"""Types of community: how their people are made up, and which numbers of the model differ there."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim import catalogue
from sim.agents.organizations import SOCIALS, UNITS
from sim.catalogue import Label
from sim.errors import InputError, closest
from sim.needs_table import CATEGORIES

FOLDER = catalogue.FOLDER / "community_types"

# Bands of each margin, in order. The last household size stands for itself and all above.
MARGINS: Mapping[str, tuple[str, ...]] = {
    "age": ("0-14", "15-17", "18-34", "35-59", "60-64", "65-79", "80+"),
    "education": ("primary_or_none", "junior", "senior", "tertiary"),
    "household": ("1", "2", "3", "4", "5", "6", "7"),
}
TOLERANCE = 0.005  # by which the shares of a margin may miss 1

ORGANIZATION_SEATS: Mapping[str, int] = {"party_unit": UNITS, "social": SOCIALS}  # seats in a community by kind
MOST_HOURS = 10_000.0  # hours a week of one organisation: more is a slip of the pen
OWN = "own"  # name of a community's own type that is based on no ready one

_FIELDS = {"label", "note", "based_on", "margins", "values", "buildings", "organizations"}
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
class Organization:
    """A local unit or a social organisation that works in a community.

    Attributes
    ----------
    name : str
    kind : str
        ``party_unit``: a unit whose Party organisation gives hours to the community; ``social``: a social organisation.
    hours_week : float
        Hours a week that it gives to residents' needs at present, before any mechanism; 0 or more.
    fields : tuple of str
        Categories of needs that it is skilled in; empty means the usual ones of its seat.

    Raises
    ------
    InputError
        If the kind or a field is unknown, or the hours are no number from 0 to 10,000.
    """

    name: str
    kind: str
    hours_week: float
    fields: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check what was given."""
        if not isinstance(self.name, str) or not self.name.strip():
            raise InputError(f"organization: name: must be a text, got {self.name!r}")
        where = f"organization {self.name!r}"
        if self.kind not in ORGANIZATION_SEATS:
            raise InputError(f"{where}: kind: unknown {self.kind!r}{closest(self.kind, ORGANIZATION_SEATS)}")
        hours = self.hours_week
        if isinstance(hours, bool) or not isinstance(hours, int | float | np.number) or not 0.0 <= hours <= MOST_HOURS:
            raise InputError(f"{where}: hours_week: must be from 0 to {MOST_HOURS:g} hours a week, got {hours!r}")
        fields: Any = self.fields
        if not isinstance(fields, list | tuple):
            raise InputError(f"{where}: fields: must be a list of categories of needs, got {fields!r}")
        for one in fields:
            if one not in CATEGORIES:
                raise InputError(f"{where}: fields: unknown category {one!r}{closest(one, CATEGORIES)}")
        object.__setattr__(self, "hours_week", float(hours))
        object.__setattr__(self, "fields", tuple(dict.fromkeys(fields)))


def seated(organizations: Sequence[Organization], kind: str) -> tuple[tuple[Organization, ...], ...]:
    """Organisations of a kind by seat, those with most hours first; those beyond the seats share the last seat.

    Returns
    -------
    tuple of tuple of Organization
        One for each seat of the kind, empty where nobody sits; nothing at all where no organisation is of the kind.
    """
    ranked = sorted((one for one in organizations if one.kind == kind), key=lambda one: -one.hours_week)
    if not ranked:
        return ()
    last = ORGANIZATION_SEATS[kind] - 1
    return (*(tuple(ranked[seat : seat + 1]) for seat in range(last)), tuple(ranked[last:]))


@dataclass(frozen=True)
class CommunityType:
    """One type of community, or one community of somebody's own.

    Attributes
    ----------
    name : str
        Name of its file; where it was given without a file, of the ready type on which it is based, or ``own``.
    label, note : Label
        What it is called and what it is like, in three languages.
    margins : dict of str to Margin
        ``age``, ``education`` and ``household``.
    values : dict of str to Override
        Numbers that differ from the catalogue's, by dotted name such as ``population.migrant``.
    based_on : str
        Ready type from which comes what was not given; empty if there is none.
    buildings : tuple of int
        Households of each building, in order; those of a run are in proportion. Empty: all are of the mean size.
    organizations : tuple of Organization
        Own local units and social organisations. Of a kind that does not occur there are the usual ones.
    """

    name: str
    label: Label
    note: Label
    margins: Mapping[str, Margin]
    values: Mapping[str, Override]
    based_on: str = ""
    buildings: tuple[int, ...] = ()
    organizations: tuple[Organization, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data that :func:`type_of` takes back: what differs from the type on which it is based."""
        base = community_types().get(self.based_on)
        table: dict[str, Any] = {"based_on": self.based_on} if base else {}
        if base is None or (self.label, self.note) != (base.label, base.note):
            table |= {"label": asdict(self.label), "note": asdict(self.note)}
        for field in ("margins", "values"):
            known = getattr(base, field) if base else {}
            own = {name: one for name, one in getattr(self, field).items() if known.get(name) != one}
            if own:
                table[field] = {name: asdict(one) | {"source": list(one.source)} for name, one in own.items()}
        if self.buildings:
            table["buildings"] = list(self.buildings)
        if self.organizations:
            table["organizations"] = [asdict(one) | {"fields": list(one.fields)} for one in self.organizations]
        return table

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
    return _made(catalogue.read_toml(path), path.stem, str(path))


def type_of(table: Mapping[str, Any], where: str = "margins") -> CommunityType:
    """Type of community from plain data with the fields of a type's file; ``where`` names its origin in errors.

    Raises
    ------
    InputError
        As :func:`load_type`.
    """
    try:
        words = json.dumps(table, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"{where}: must be plain data: {error}") from None
    return _read(words, where)


@functools.lru_cache(maxsize=1024)
def _read(words: str, where: str) -> CommunityType:
    raw = json.loads(words)
    base = raw.get("based_on")
    return _made(raw, base if isinstance(base, str) else OWN, where)


def _made(raw: Mapping[str, Any], name: str, where: str) -> CommunityType:
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
        name=name,
        label=catalogue.label(raw["label"], f"{where}: label") if "label" in raw or not base else base.label,
        note=catalogue.label(raw["note"], f"{where}: note") if "note" in raw or not base else base.note,
        margins=margins,
        values=values,
        based_on=base.name if base else "",
        buildings=_buildings(raw.get("buildings", []), f"{where}: buildings"),
        organizations=_organizations(raw.get("organizations", []), f"{where}: organizations"),
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


def _buildings(raw: Any, where: str) -> tuple[int, ...]:
    if not isinstance(raw, list):
        raise InputError(f"{where}: must be a list with the households of each building, got {raw!r}")
    for one in raw:
        if isinstance(one, bool) or not isinstance(one, int) or one < 1:
            raise InputError(f"{where}: a building has a whole number of households, 1 or more, got {one!r}")
    return tuple(raw)


def _organizations(raw: Any, where: str) -> tuple[Organization, ...]:
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise InputError(f"{where}: must be a list of tables, got {raw!r}")
    made = []
    for number, one in enumerate(raw):
        _only(one, Organization.__dataclass_fields__, f"{where}.{number}")
        for field in ("name", "kind", "hours_week"):
            if field not in one:
                raise InputError(f"{where}.{number}: field {field!r} is missing")
        try:
            made.append(Organization(**one))
        except InputError as error:
            raise InputError(f"{where}.{number}: {error}") from None
    return tuple(made)


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
    if abs(total - 1.0) < 1e-12:
        total = 1.0  # shares that were made to add up to 1 stay as they are, however often they are read
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
