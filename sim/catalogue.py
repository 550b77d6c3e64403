"""The catalogue: every number of the model as data, with value, unit, range, source, grade and labels.

Entries stand in ``sim/parameters/*.toml`` (one file for each process) and, for a mechanism's own numbers, in the
mechanism's file. Docs, sliders, sensitivity ranges and reports read the catalogue; none repeats a number.
"""

from __future__ import annotations

import csv
import functools
import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import InputError, closest
from sim.table import checked_names

LANGUAGES = ("en", "zh_hans", "zh_hant")
FOLDER = Path(__file__).parent / "parameters"
PROCESSES = (
    "population",
    "network",
    "categories",
    "needs",
    "discovery",
    "routing",
    "matching",
    "service",
    "disputes",
    "participation",
    "influence",
    "satisfaction",
    "calendar",
    "emergencies",
)
GRADES = {
    "A": "measured in China on the same quantity; the source was read",
    "B": "measured elsewhere, or on a neighbouring quantity; the source was read",
    "C": "from the literature or the laboratory, recalled and not read again, or only a direction",
    "D": "assumed: no published figure was found; the reason is given and the range is wide",
}


@dataclass(frozen=True)
class Label:
    """A text in the three languages of the project."""

    en: str
    zh_hans: str
    zh_hant: str

    def __getitem__(self, language: str) -> str:
        """Text in ``language``: ``en``, ``zh_hans`` or ``zh_hant``."""
        return getattr(self, language)


@dataclass(frozen=True)
class Entry:
    """One number of the model.

    Attributes
    ----------
    name : str
        Dotted path, such as ``needs.arrival`` or ``three_lists.coverage``.
    value, low, high : float
        Default and the range that would be believed; sensitivity studies sweep the range.
    unit : str
        A key of ``units.toml``.
    source : tuple of str
        Ids of rows of ``evidence.csv``, citations, or the single word ``assumed``.
    grade : str
        A, B, C or D; see :data:`GRADES`.
    reason : str
        Why this value, where the source does not say so itself. Always present when assumed.
    label : Label
        Short name in three languages.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    source: tuple[str, ...]
    grade: str
    reason: str
    label: Label

    @property
    def assumed(self) -> bool:
        """Whether no published figure stands behind the value."""
        return self.source == ("assumed",)


@dataclass(frozen=True)
class Evidence:
    """One published figure."""

    id: str
    topic: str
    quantity: str
    value: str
    low: str
    high: str
    unit: str
    population: str
    year: str
    title: str
    url: str
    confidence: str
    use: str


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file, or say which file and line cannot be read.

    Raises
    ------
    InputError
        If the file is missing, is a folder, is not UTF-8 or is not TOML.
    """
    try:
        # Notepad and Excel begin files with a byte-order mark, which TOML does not know.
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error).replace("at end of document", f"at the end of line {len(text.splitlines())}")
        raise InputError(f"{path}: not readable as TOML: {message}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}: line {line} is not UTF-8 text; save the file as UTF-8") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None


@functools.cache
def evidence() -> Mapping[str, Evidence]:
    """Published figures by id."""
    with (FOLDER / "evidence.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            Evidence(
                id=row["id"],
                topic=row["topic"],
                quantity=row["quantity"],
                value=row["value"],
                low=row["low"],
                high=row["high"],
                unit=row["unit"],
                population=row["population"],
                year=row["year"],
                title=row["source_title"],
                url=row["source_url"],
                confidence=row["confidence"],
                use=row["use"],
            )
            for row in csv.DictReader(file)
        ]
    return {row.id: row for row in rows}


@functools.cache
def units() -> Mapping[str, Label]:
    """Units with their labels."""
    return {name: label(text, f"units.toml: {name}") for name, text in read_toml(FOLDER / "units.toml").items()}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def label(text: Any, where: str) -> Label:
    """Check that a text has all three languages."""
    if not isinstance(text, dict) or set(text) != set(LANGUAGES) or not all(map(_is_text, text.values())):
        raise InputError(f"{where}: a label needs a text for each of {', '.join(LANGUAGES)}, got {text!r}")
    return Label(**text)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


_FIELDS = {"value", "unit", "range", "source", "grade", "reason", "label"}


def entry(name: str, raw: Any, where: str) -> Entry:
    """Check one entry.

    Raises
    ------
    InputError
        If a field is missing or unknown, the value lies outside its range, the unit or a cited row of the evidence
        does not exist, or an assumed value gives no reason.
    """
    where = f"{where}: {name}"
    if not isinstance(raw, dict):
        raise InputError(f"{where}: must be a table with {', '.join(sorted(_FIELDS))}")
    for field in raw:
        if field not in _FIELDS:
            raise InputError(f"{where}.{field}: unknown field{closest(field, _FIELDS)}")
    for field in _FIELDS - {"reason"}:
        if field not in raw:
            raise InputError(f"{where}: field {field!r} is missing")
    number, span = raw["value"], raw["range"]
    if not _is_number(number):
        raise InputError(f"{where}.value: must be a finite number, got {number!r}")
    if not (isinstance(span, list) and len(span) == 2 and all(map(_is_number, span))):
        raise InputError(f"{where}.range: must be [low, high], got {span!r}")
    if not span[0] <= number <= span[1]:
        raise InputError(f"{where}.value: {number} lies outside its range [{span[0]}, {span[1]}]")
    if not isinstance(raw["unit"], str) or raw["unit"] not in units():
        raise InputError(f"{where}.unit: {raw['unit']!r} is not in units.toml{closest(raw['unit'], units())}")
    cited = [raw["source"]] if isinstance(raw["source"], str) else raw["source"]
    sources = tuple(cited) if isinstance(cited, list | tuple) else ()
    if not sources or not all(isinstance(one, str) and one.strip() for one in sources):
        raise InputError(f"{where}.source: must cite something or say 'assumed'")
    for one in sources:
        if one[:1] == "E" and one[1:].isdigit() and one not in evidence():
            raise InputError(f"{where}.source: {one} is not a row of evidence.csv")
    if not isinstance(raw["grade"], str) or raw["grade"] not in GRADES:
        raise InputError(f"{where}.grade: must be one of {', '.join(GRADES)}, got {raw['grade']!r}")
    assumed = "assumed" in sources
    if (assumed and len(sources) > 1) or assumed != (raw["grade"] == "D") or (assumed and not raw.get("reason")):
        raise InputError(f"{where}: what is assumed has grade D and a reason, and nothing else has grade D")
    return Entry(
        name=name,
        value=float(number),
        low=float(span[0]),
        high=float(span[1]),
        unit=raw["unit"],
        source=sources,
        grade=raw["grade"],
        reason=raw.get("reason", ""),
        label=label(raw["label"], f"{where}.label"),
    )


@functools.cache
def process_entries(process: str) -> Mapping[str, Entry]:
    """Entries of one process by short name, in the order of its file."""
    path = FOLDER / f"{process}.toml"
    return {short: entry(f"{process}.{short}", raw, path.name) for short, raw in read_toml(path).items()}


def entries() -> Iterator[Entry]:
    """All entries of the processes, file by file. Mechanisms add theirs (``sim.mechanisms.catalogue``)."""
    for process in PROCESSES:
        yield from process_entries(process).values()


def default(name: str) -> float:
    """Default value of a dotted name.

    Raises
    ------
    InputError
        If there is no such entry; the closest name is given.
    """
    process, _, short = name.partition(".")
    if process in PROCESSES and short in process_entries(process):
        return process_entries(process)[short].value
    raise InputError(f"no parameter {name!r}{closest(name, [one.name for one in entries()])}")


class NumbersType:
    """Type of a process's effective numbers: a record for each community, a field for each entry of the catalogue.

    Called with arrays by community in the order of the entries, it makes the table.
    """

    def __init__(self, process: str) -> None:
        self.process = process
        self.names = tuple(process_entries(process))
        self.dtype = np.dtype([(name, np.float64) for name in checked_names(self.names)])

    def __call__(self, *values: np.ndarray) -> np.recarray:
        """Table of numbers: ``values`` are arrays by community, one for each entry."""
        table = np.zeros(len(values[0]), self.dtype).view(np.recarray)
        for name, value in zip(self.names, values, strict=True):
            table[name] = value
        return table


def numbers_of(process: str) -> NumbersType:
    """Type of the numbers of a process."""
    return NumbersType(process)
