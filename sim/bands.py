"""Margins as a census or a community's own list writes them, read into the bands of the model."""

from __future__ import annotations

import math
import numbers
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sim.community_types import MARGINS, TOLERANCE
from sim.errors import InputError, closest

LEVELS = {
    "primary_or_none": (
        *("primary or none", "none", "no schooling", "preschool", "primary", "primary school"),
        *("小学及以下", "小學及以下", "未上过学", "未上過學", "文盲", "学前教育", "學前教育", "小学", "小學"),
    ),
    "junior": ("junior secondary", "junior high", "lower secondary", "初中", "國中"),
    "senior": (
        *("senior secondary", "senior high", "upper secondary", "high school", "vocational secondary"),
        *("高中", "普通高中", "中专", "中專", "中职", "中職", "职高", "職高", "技校", "高中及中专", "高中/中专"),
        *("高中(含中专)", "高中(含中專)", "高职中专", "中等职业教育"),
    ),
    "tertiary": (
        *("college", "junior college", "university", "bachelor", "master", "doctor", "postgraduate", "graduate"),
        *("大专", "大專", "专科", "專科", "大学专科", "大學專科", "大学本科", "大學本科", "本科", "大学", "大學"),
        *("大专及以上", "大專及以上", "大学专科及以上", "大學專科及以上", "本科及以上", "大学(大专及以上)"),
        *("研究生", "硕士", "碩士", "博士", "硕士研究生", "碩士研究生", "博士研究生"),
    ),
}
"""Words for the levels of education, besides their ids."""

_DASH = "-|–|—|——|~|〜|to|至|到"
_OPEN = "\\+|及以上|以上|andover|andolder|orolder|orover|andmore|ormore"
_YEARS = re.compile("周岁|周歲|岁|歲|years?|yrs?|aged?")
_AGES = (
    (re.compile(rf"(\d+)(?:{_DASH})(\d+)"), lambda a, b: (int(a), int(b))),
    (re.compile(rf"(\d+)(?:{_OPEN})"), lambda a: (int(a), None)),
    (re.compile(r"(?:>=|≥)(\d+)"), lambda a: (int(a), None)),
    (re.compile(r"(?:under|<)(\d+)"), lambda a: (0, int(a) - 1)),
    (re.compile(r"(\d+)及以下"), lambda a: (0, int(a))),
    (re.compile(r"(\d+)"), lambda a: (int(a), int(a))),
)
_PERSONS = re.compile("persons?|people|households?|members?|人|户|戶|口|-")
_SIZE = re.compile(rf"(\d+)({_OPEN})?")
_NUMERALS = {character: str(number) for number, character in enumerate("一二三四五六七八九", start=1)} | {"十": "10"}

AGE_STARTS = tuple(int(band.rstrip("+").split("-")[0]) for band in MARGINS["age"])
LARGEST = int(MARGINS["household"][-1])


class Split(NamedTuple):
    """A given band that lies across several of the model's bands."""

    label: str
    bands: tuple[str, ...]


class Read(NamedTuple):
    """A margin in the bands of the model.

    Attributes
    ----------
    shares : dict of str to float
        By band; they add up to 1.
    total : float or None
        What the counts add up to; None where shares were given.
    splits : tuple of Split
    """

    shares: dict[str, float]
    total: float | None
    splits: tuple[Split, ...]


class _Span(NamedTuple):
    label: str
    first: int
    last: int | None  # None: open
    number: float


def read_margin(kind: str, given: Any, base: Mapping[str, float], where: str) -> Read:
    """Read a margin.

    Parameters
    ----------
    kind : str
        ``age``, ``education`` or ``household``.
    given : mapping, Series or DataFrame of two columns
        Count or share by band. Shares add up to 1 or to 100; counts are whole numbers. Bands of age and household size
        may be finer than those of the model, or lie across them: closed bands are then split evenly by year, open ones
        (``60+``) as in ``base``.
    base : dict of str to float
        Shares by band of the community type on which the place is based.
    where : str
        Names the place and the margin in errors.

    Raises
    ------
    InputError
        If a band is unknown, missing or there twice, a number is negative, or numbers are neither shares nor counts.
    """
    shares, total = as_shares(numbers_by_label(given, where), where)
    splits: tuple[Split, ...] = ()
    if kind == "education":
        found = _levels(shares, where)
    elif kind == "age":
        spans = [_Span(label, *ages_of(label, where), number) for label, number in shares.items()]
        found, splits = _by_age(_in_order(spans, 0, AGE_STARTS[-1], where), base)
    else:
        spans = [_Span(label, *size_of(label, where), number) for label, number in shares.items()]
        found, splits = _by_size(_in_order(spans, 1, LARGEST, where), base)
    whole = math.fsum(found.values())
    return Read({band: one / whole for band, one in found.items()}, total, splits)


def numbers_by_label(given: Any, where: str) -> dict[str, float]:
    """Numbers of 0 or more by band, from a mapping, a Series, or a DataFrame of two columns (band, number)."""
    if hasattr(given, "columns"):
        if given.shape[1] != 2:
            raise InputError(f"{where}: a table must have two columns, band and number, got {given.shape[1]} columns")
        pairs: Iterable[tuple[Any, Any]] = zip(given.iloc[:, 0].tolist(), given.iloc[:, 1].tolist(), strict=True)
    elif hasattr(given, "items"):
        pairs = given.items()
    else:
        raise InputError(f"{where}: must be a count or share by band, such as {{'0-14': 300, ...}}, got {given!r}")
    found: dict[str, float] = {}
    for band, number in pairs:
        label = str(band).strip()
        if label in found:
            raise InputError(f"{where}: band {label!r} is there twice")
        if isinstance(number, bool) or not isinstance(number, numbers.Real) or not math.isfinite(number):
            raise InputError(f"{where}: {label!r}: must be a number, got {number!r}")
        if number < 0:
            raise InputError(f"{where}: {label!r}: must be 0 or more, got {number:g}")
        found[label] = float(number)
    if not found:
        raise InputError(f"{where}: is empty; give a count or share for each band")
    return found


def as_shares(counts: Mapping[str, float], where: str) -> tuple[dict[str, float], float | None]:
    """Shares that add up to 1, and the sum if they were counts."""
    total = math.fsum(counts.values())
    whole = all(one.is_integer() for one in counts.values())
    if total <= 0.0:
        raise InputError(f"{where}: all numbers are 0")
    shares = {label: one / total for label, one in counts.items()}
    # Percentages that were rounded to whole numbers miss 100 by more.
    if abs(total - 1.0) <= TOLERANCE or abs(total - 100.0) <= (1.0 if whole else 100.0 * TOLERANCE):
        return shares, None
    if not whole:
        raise InputError(
            f"{where}: shares must add up to 1 or to 100, got {total:g} (counts are whole numbers, and these are not)"
        )
    return shares, total


def ages_of(label: str, where: str = "age") -> tuple[int, int | None]:
    """First and last year of an age band such as ``0-4``, ``85岁及以上`` or ``60+``; last is None if it is open."""
    plain = _YEARS.sub("", _plain(label))
    for pattern, read in _AGES:
        if found := pattern.fullmatch(plain):
            first, last = read(*found.groups())
            if last is not None and last < first:
                raise InputError(f"{where}: {label!r} ends before it begins")
            return first, last
    raise InputError(
        f"{where}: unknown age band {label!r}{closest(label, MARGINS['age'])}; "
        f"right are bands such as '0-14', '5-9' or '60+'"
    )


def size_of(label: str, where: str = "household") -> tuple[int, int | None]:
    """First and last size of households of a band such as ``3``, ``三人户`` or ``5+``; last is None if it is open."""
    plain = _PERSONS.sub("", _plain(label))
    plain = "".join(_NUMERALS.get(character, character) for character in plain).removesuffix(".0")
    found = _SIZE.fullmatch(plain)
    if not found or int(found[1]) < 1:
        raise InputError(
            f"{where}: unknown household size {label!r}{closest(label, MARGINS['household'])}; "
            f"right are sizes such as '1', '2人户' or '5+'"
        )
    size = int(found[1])
    return size, None if found[2] else size


def level_of(label: str, where: str = "education") -> str:
    """Level of education that a word means, such as ``小学`` or ``university``."""
    plain = _plain(label)
    known = {_plain(word): level for level, words in LEVELS.items() for word in (level, *words)}
    if plain not in known:
        names = [word for level, words in LEVELS.items() for word in (level, *words)]
        raise InputError(
            f"{where}: unknown level of education {label!r}{closest(label, names)}; "
            f"the levels are {', '.join(MARGINS['education'])}"
        )
    return known[plain]


def _plain(label: str) -> str:
    """Label without blanks and marks that only differ in width or case."""
    return re.sub(r"[\s_]", "", unicodedata.normalize("NFKC", label)).lower()


def _levels(shares: Mapping[str, float], where: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for label, share in shares.items():
        level = level_of(label, where)
        found[level] = found.get(level, 0.0) + share
    for level in MARGINS["education"]:
        if level not in found:
            raise InputError(f"{where}: level {level!r} is missing; give 0 if nobody has it")
    return {level: found[level] for level in MARGINS["education"]}


def _in_order(spans: Iterable[_Span], first: int, last: int, where: str) -> list[_Span]:
    """Spans in order, after the check that they cover everything from ``first`` to ``last`` and beyond once."""
    ordered = sorted(spans, key=lambda one: one.first)
    due: int | None = first
    before = ""
    for one in ordered:
        if due is None or one.first < due:
            raise InputError(f"{where}: bands {before!r} and {one.label!r} overlap")
        if one.first > due:
            raise InputError(f"{where}: no band holds {_told(due, one.first - 1)}; give 0 if there is nobody")
        due, before = None if one.last is None else one.last + 1, one.label
    if due is not None and due <= last:
        raise InputError(f"{where}: no band holds {due} and above; end with an open band such as '{due}+'")
    return ordered


def _told(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def _by_age(spans: list[_Span], base: Mapping[str, float]) -> tuple[dict[str, float], tuple[Split, ...]]:
    bands = MARGINS["age"]
    ends = [*(start - 1 for start in AGE_STARTS[1:]), None]
    found = dict.fromkeys(bands, 0.0)
    splits: list[Split] = []
    for one in spans:
        parts: dict[str, float] = {}
        for band, low, high in zip(bands, AGE_STARTS, ends, strict=True):
            years = _common(one, low, high)
            if years and one.last is None:
                parts[band] = base[band] * (1.0 if high is None else years / (high - low + 1))
            elif years:
                parts[band] = float(years)
        _deal(one, parts, found, splits)
    return found, tuple(splits)


def _common(span: _Span, low: int, high: int | None) -> int:
    """Years that a span shares with a band; 1 where both are open."""
    ends = [one for one in (span.last, high) if one is not None]
    return max(0, min(ends) - max(span.first, low) + 1) if ends else 1


def _by_size(spans: list[_Span], base: Mapping[str, float]) -> tuple[dict[str, float], tuple[Split, ...]]:
    bands = MARGINS["household"]
    found = dict.fromkeys(bands, 0.0)
    splits: list[Split] = []
    for one in spans:
        size = min(one.first, LARGEST)
        parts = {band: base[band] for band in bands[size - 1 :]} if one.last is None else {bands[size - 1]: 1.0}
        _deal(one, parts, found, splits)
    return found, tuple(splits)


def _deal(span: _Span, parts: Mapping[str, float], found: dict[str, float], splits: list[Split]) -> None:
    """Deal the number of a span out to bands in proportion to their parts."""
    whole = math.fsum(parts.values())
    for band, part in parts.items():
        found[band] += span.number * part / whole
    if len(parts) > 1 and span.number > 0.0:
        splits.append(Split(span.label, tuple(parts)))
