"""What stands in a cell: numbers, shares, yes or no, bands. Each reader says what would be right."""

from __future__ import annotations

import re
import unicodedata

_GROUPED = re.compile(r"\d{1,3}(?:[,\s'’]\d{3})+(?:\.\d+)?")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_UNIT = re.compile(r"[人名户戶元]$")
_YES = {"yes", "y", "true", "1", "是", "有", "√"}
_NO = {"no", "n", "false", "0", "否", "无", "無", "没有", "沒有", "×"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T].*)?")
_DAY_MONTH = re.compile(rf"(\d{{1,2}})-({'|'.join(_MONTHS)})", re.IGNORECASE)
_MONTH_DAY = re.compile(r"(\d{1,2})月(\d{1,2})日")
_MONTH_YEAR = re.compile(rf"(?:{'|'.join(_MONTHS)})-\d{{2}}|\d{{4}}年\d{{1,2}}月.*", re.IGNORECASE)


def plain(words: str) -> str:
    """Words with full-width letters and digits made ordinary and stray spaces gone."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", words)).strip()


def name(words: str) -> str:
    """Name as it is written, without stray spaces."""
    return " ".join(words.split())


def number(words: str, low: float = 0.0, high: float = float("inf")) -> float:
    """Number of a cell: ``1234``, ``1,234``, ``1 234``, ``１２３``, ``1.2万``, ``30人``, ``¥500``.

    Raises
    ------
    ValueError
        If it is none, or lies outside ``low`` to ``high``.
    """
    bare = plain(words)
    if _date(bare) is not None or _MONTH_YEAR.fullmatch(bare):
        raise ValueError(f"must be a number, got the date {words!r}; format the cell as Number and type it again")
    bare, factor = _UNIT.sub("", bare.removeprefix("¥")).strip(), 1.0
    if bare.endswith(("万", "萬")):
        bare, factor = bare[:-1].strip(), 10_000.0
    if _GROUPED.fullmatch(bare):
        bare = re.sub(r"[,\s'’]", "", bare)
    if not _NUMBER.fullmatch(bare):
        hint = "; write a decimal point, not a comma" if re.fullmatch(r"\d+,\d+", bare) else ""
        raise ValueError(f"must be a number such as 1234, got {words!r}{hint}")
    found = round(float(bare) * factor, 6)  # 1.13万 is 11,300 and not a hair less
    if not low <= found <= high:
        limits = f"at least {low:,.10g}" if high == float("inf") else f"from {low:,.10g} to {high:,.10g}"
        raise ValueError(f"must be {limits}, got {words!r}")
    return found


def whole(words: str, low: int = 0, high: float = float("inf")) -> int:
    """Whole number of a cell."""
    found = number(words, low, high)
    if not found.is_integer():
        raise ValueError(f"must be a whole number, got {words!r}")
    return int(found)


def share(words: str) -> float:
    """Share 0..1 of a cell in per cent: ``12.5%`` or ``12.5``.

    Raises
    ------
    ValueError
        If it is none; also for 0.125 without a per-cent sign, which people write for 12.5 % and for 0.125 % alike.
    """
    bare = plain(words)
    found = number(bare.removesuffix("%"), 0.0, 100.0)
    if 0.0 < found <= 1.0 and not bare.endswith("%"):
        raise ValueError(f"must be in per cent, got {words!r}; write {100 * found:g}% or {found:g}%, as is meant")
    return found / 100.0


def amount(words: str) -> float:
    """Count, or a share of all in per cent such as ``12.5%``."""
    return share(words) if plain(words).endswith("%") else number(words)


def yes_or_no(words: str) -> bool:
    """Yes or no, in any of the languages."""
    bare = plain(words).casefold()
    if bare not in _YES | _NO:
        raise ValueError(f"must be yes or no (是 / 否), got {words!r}")
    return bare in _YES


def band(words: str) -> tuple[str, str]:
    """Band of a margin, and the date that Excel had made of it and that was turned back, else ``""``.

    Excel reads 5-9 as 9 May (or 5 September); either way the band is 5-9, since bands run upwards. A date on the first
    of a month may also have been a month and a year, as 10-14 is for October 2014.

    Raises
    ------
    ValueError
        If it is a date of which two bands could be meant.
    """
    bare = plain(words)
    parts = _date(bare)
    how = "format the column as Text (文本) in Excel before typing, or type an apostrophe first: '10-14"
    if _MONTH_YEAR.fullmatch(bare) or (parts is not None and parts[1] == 1 and _ISO.fullmatch(bare)):
        raise ValueError(f"Excel has made a date of a band, got {words!r}, and it is not clear of which; {how}")
    if parts is None:
        return bare, ""
    low, high = sorted(parts)
    return f"{low}-{high}", words


def _date(bare: str) -> tuple[int, int] | None:
    """Month and day of what looks like a date."""
    if match := _ISO.fullmatch(bare):
        return int(match[2]), int(match[3])
    if match := _DAY_MONTH.fullmatch(bare):
        return _MONTHS.index(match[2].lower()) + 1, int(match[1])
    if match := _MONTH_DAY.fullmatch(bare):
        return int(match[1]), int(match[2])
    return None
