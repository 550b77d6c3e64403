"""Dates as exports write them."""

from __future__ import annotations

import datetime as dt
import re

from experiments.town.cells import plain

_PARTS = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]*(\d{1,2})\s*[:时時点點]\s*(?:(\d{1,2})\s*(?:[:分]\s*(?:(\d{1,2})(?:\.\d+)?\s*秒?)?)?)?)?(?:Z|[+-]\d{2}:?\d{2})?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\s*(\d{2}):?(\d{2}):?(\d{2})?)?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_FIRST = dt.datetime(1899, 12, 30)  # noqa: DTZ001  day 0 of Excel's numbers; local times have no zone here
AUTO = "auto"


def date_of(words: str, how: str = AUTO) -> dt.datetime:
    """Date and time of a cell, local and without a zone.

    Parameters
    ----------
    words : str
    how : str
        ``auto``: year first, with any of ``-``, ``/``, ``.`` or 年月日 between, or Excel's number of a day; or a format
        of ``datetime.strptime``, beside which dates such as 2026-01-05 are read too: workbooks give them so.

    Raises
    ------
    ValueError
        If it is none, or lies outside 1990 to 2100.
    """
    bare = plain(words)
    try:
        by_itself = how == AUTO or _ISO.fullmatch(bare)
        found = _by_itself(bare) if by_itself else dt.datetime.strptime(bare, how)  # noqa: DTZ007  local time
    except ValueError:
        right = "a date such as 2026-01-05 10:30, 2026/1/5 or 2026年1月5日" if how == AUTO else f"a date as {how}"
        raise ValueError(f"must be {right}, got {words!r}") from None
    if not 1990 <= found.year <= 2100:
        raise ValueError(f"must be a date between 1990 and 2100, got {words!r}")
    return found


def _by_itself(bare: str) -> dt.datetime:
    match = _PARTS.fullmatch(bare) or _COMPACT.fullmatch(bare)
    if match:
        return dt.datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
    if _SERIAL.fullmatch(bare):
        return _FIRST + dt.timedelta(days=float(bare))
    raise ValueError(bare)
