"""Lines of a TOML document, so that an error can say where a value stands. ``tomllib`` keeps no positions."""

from __future__ import annotations

import functools
import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from contextlib import suppress

Location = tuple[str | int, ...]

_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")  # whatever may stand between two values of a list
_STRING = re.compile(
    r'''"""(?:\\.|[^\\])*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:'{0,2})|"(?:\\.|[^"\\\n])*"|'[^'\n]*\'''',
    re.DOTALL,
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")


def line_of(text: str, location: Sequence[str | int]) -> int | None:
    """Line at which a value stands, or the nearest table around it that exists.

    Parameters
    ----------
    text : str
        A TOML document. Of one that breaks off, or is wrong, what stands before the fault is known.
    location : sequence of str or int
        Keys, and places in lists from 0, as in the ``loc`` of pydantic's errors.

    Returns
    -------
    int or None
        From 1; None for the document itself and for what nothing in it is near to.
    """
    lines = _lines(text)
    location = tuple(location)
    if location not in lines and (apart := _apart(location)) in lines:
        location = apart  # a dotted name that stands there without quotes is a table in a table
    return next((lines[location[:end]] for end in range(len(location), 0, -1) if location[:end] in lines), None)


def _apart(location: Location) -> Location:
    return tuple(one for part in location for one in (part.split(".") if isinstance(part, str) else [part]))


@functools.lru_cache(maxsize=8)
def _lines(text: str) -> Mapping[Location, int]:
    scanner = _Scanner(text)
    with suppress(_NotTomlError, RecursionError):  # what was found so far is still right
        scanner.document()
    return scanner.lines


class _NotTomlError(Exception):
    pass


class _Scanner:
    """Goes through a document once and writes down the line of every key and every value of a list."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Location, int] = {}
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._tables_in: dict[Location, int] = {}  # how many [[tables]] of each name there are

    def document(self) -> None:
        table: Location = ()
        while self._skip(_GAP):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Location:
        line, many = self._line(), self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        *above, last = self._keys()
        self._expect("]]" if many else "]")
        table: Location = ()
        for key in above:
            table = self._last_of((*table, key))
            self.lines.setdefault(table, line)
        table = (*table, last)
        if many:
            self.lines.setdefault(table, line)
            self._tables_in[table] = self._tables_in.get(table, 0) + 1
            table = self._last_of(table)
        self.lines[table] = line
        return table

    def _last_of(self, table: Location) -> Location:
        """Table that a name in a header means: of several [[tables]] the one begun last."""
        return (*table, self._tables_in[table] - 1) if table in self._tables_in else table

    def _pair(self, table: Location) -> None:
        line, keys = self._line(), self._keys()
        for end in range(1, len(keys) + 1):
            self.lines.setdefault((*table, *keys[:end]), line)
        self._expect("=")
        self._skip(_SPACE)
        self._value((*table, *keys))

    def _keys(self) -> list[str]:
        keys = [self._key()]
        while self.text.startswith(".", self.at):
            self.at += 1
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        self._skip(_SPACE)
        quoted = self.text[self.at : self.at + 1] in {'"', "'"}
        key = self._take(_STRING if quoted else _BARE)
        self._skip(_SPACE)
        if not quoted:
            return key
        try:
            return str(tomllib.loads(f"key = {key}")["key"])
        except tomllib.TOMLDecodeError:
            raise _NotTomlError from None

    def _value(self, location: Location) -> None:
        opening = self.text[self.at : self.at + 1]
        if opening == "[":
            self._list(location)
        elif opening == "{":
            self._inline_table(location)
        else:
            self._take(_STRING if opening in {'"', "'"} else _SCALAR)

    def _list(self, location: Location) -> None:
        self.at += 1
        place = 0
        while self._skip(_GAP) and self.text[self.at] != "]":
            self.lines[*location, place] = self._line()
            self._value((*location, place))
            place += 1
            self._comma("]")
        self._expect("]")

    def _inline_table(self, location: Location) -> None:
        self.at += 1
        while self._skip(_GAP) and self.text[self.at] != "}":
            self._pair(location)
            self._comma("}")
        self._expect("}")

    def _comma(self, closing: str) -> None:
        self._skip(_GAP)
        if not self.text.startswith(closing, self.at):
            self._expect(",")

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        """Go past what ``pattern`` matches; say whether something is left after it."""
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at < len(self.text)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if not match:
            raise _NotTomlError
        self.at = match.end()
        return match.group()

    def _expect(self, words: str) -> None:
        if not self.text.startswith(words, self.at):
            raise _NotTomlError
        self.at += len(words)

    def _line(self) -> int:
        return bisect_left(self._ends, self.at) + 1
