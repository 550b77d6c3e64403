"""A page of headings, sentences, tables and figures, written as Markdown or for a terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

WIDTH = 110
# What may not be torn apart: a run of Latin, or one Chinese character, with the punctuation and spaces after it.
_CLOSING = "，。；：、）”’！？》」』"
_PIECES = re.compile(rf"(?:[（“‘《「『]*[^\u2e80-\uffef\s{_CLOSING}]+(?: %)?|.)[{_CLOSING}]*[,.;:!?)]*\s*", re.DOTALL)


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the page's title."""

    words: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Sentences."""

    words: str


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A table; the first column is words, the others are numbers and stand to the right.

    Attributes
    ----------
    header : sequence of str
    rows : sequence of sequences of str
    note : str
        A sentence under the table.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


class Estimate(str):
    """Cell of a table: an estimate with its interval, as ``+2.5 (+1.0 to +4.0)``.

    Attributes
    ----------
    value, interval : str
        Its two parts, for pages that set them apart.
    clear : bool
        Whether the interval excludes 0.
    """

    value: str
    interval: str
    clear: bool

    def __new__(cls, words: str, value: str, interval: str, clear: bool) -> Self:
        """Make a cell that reads ``words``."""
        cell = super().__new__(cls, words)
        cell.value, cell.interval, cell.clear = value, interval, clear
        return cell


@dataclass(frozen=True)
class Statement:
    """A sentence and how much it can bear.

    Attributes
    ----------
    words : str
    grade : str
        Word for its strength.
    kind : str
        Name of the strength in :data:`experiments.strength.STRENGTHS`, for its colour.
    reason : str
        Why it has this strength.
    """

    words: str
    grade: str
    kind: str
    reason: str = ""


@dataclass(frozen=True)
class Statements:
    """A list of graded sentences."""

    items: Sequence[Statement]


@dataclass(frozen=True)
class Code:
    """Lines to type, as they are."""

    words: str


@dataclass(frozen=True)
class Picture:
    """A figure of the results folder; left out on a terminal.

    Attributes
    ----------
    caption, file : str
    note : str
        How to read it, for pages that show the figure without its own heading.
    """

    caption: str
    file: str
    note: str = ""


@dataclass(frozen=True)
class Columns:
    """Columns of sentences side by side, the first one narrow.

    Attributes
    ----------
    header : sequence of str
    rows : sequence of sequences of str
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]


Block = Heading | Paragraph | Bullets | Statements | Table | Columns | Code | Picture


class Report(str):
    """A page in Markdown, which notebooks show as one."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)


def to_markdown(blocks: Iterable[Block]) -> str:
    """Page as Markdown."""
    return "\n\n".join(_markdown(block) for block in blocks) + "\n"


def to_terminal(blocks: Iterable[Block]) -> str:
    """Page as plain text with aligned columns; Chinese characters count for two."""
    return "\n\n".join(_plain(block) for block in blocks if not isinstance(block, Picture))


def _markdown(block: Block) -> str:
    match block:
        case Heading(words, level):
            return f"{'#' * level} {words}"
        case Paragraph(words):
            return words
        case Bullets(items):
            return "\n".join(f"- {item}" for item in items)
        case Statements(items):
            return "\n".join(f"- **[{one.grade}]** {_with_reason(one)}" for one in items)
        case Code(words):
            return f"```\n{words}\n```"
        case Picture(caption, file, note):
            return f"![{caption}]({file})" + (f"\n\n*{note}*" if note else "")
        case Columns(header, rows):
            table = [header, ["---:", *["---"] * (len(header) - 1)], *rows]
            return "\n".join(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in table)
        case Table(header, rows, note):
            rule = ["---", *["---:"] * (len(header) - 1)]
            lines = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in (header, rule, *rows)]
            return "\n".join(lines) + (f"\n\n{note}" if note else "")


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


def _with_reason(one: Statement) -> str:
    return f"{one.words} *{one.reason}*" if one.reason else one.words


def _plain(block: Block) -> str:
    match block:
        case Heading(words, level):
            return f"{words}\n{('=' if level == 1 else '-') * width(words)}"
        case Paragraph(words):
            return fold(words, WIDTH)
        case Bullets(items):
            return "\n".join(fold(f"* {item}", WIDTH, indent="  ") for item in items)
        case Statements(items):
            lines = (f"* [{one.grade}] {one.words} {one.reason}".rstrip() for one in items)
            return "\n".join(fold(line, WIDTH, indent="  ") for line in lines)
        case Code(words):
            return "\n".join(f"    {line}" for line in words.splitlines())
        case Table(header, rows, note):
            return aligned([header, *rows]) + (f"\n\n{fold(note, WIDTH)}" if note else "")
        case Columns(header, rows):
            return side_by_side([header, *rows])
        case Picture(caption):
            return caption


def width(words: str) -> int:
    """Columns that words take on a terminal."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in words)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows with the first column to the left and the others to the right, a rule under the first row."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell + " " * (size - width(cell)) if column == 0 else " " * (size - width(cell)) + cell
            for column, (cell, size) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * (sum(widths) + 2 * (len(widths) - 1)), *lines[1:]])


def side_by_side(rows: Sequence[Sequence[str]]) -> str:
    """Rows of sentences, each folded to its share of the terminal; the first column is as wide as it needs to be."""
    first = max(width(row[0]) for row in rows)
    share = (WIDTH - first) // (len(rows[0]) - 1) - 2
    lines = []
    for row in rows:
        cells = [[row[0]], *(fold(cell, share).split("\n") for cell in row[1:])]
        for k in range(max(map(len, cells))):
            parts = [cell[k] if k < len(cell) else "" for cell in cells]
            padded = [
                " " * (first - width(parts[0])) + parts[0],
                *(one + " " * (share - width(one)) for one in parts[1:]),
            ]
            lines.append("  ".join(padded).rstrip())
        if row is rows[0]:
            lines.append("-" * WIDTH)
    return "\n".join(lines)


def fold(words: str, columns: int, indent: str = "") -> str:
    """Break a paragraph into lines: at spaces, and between Chinese characters but not before their punctuation."""
    lines, line = [], ""
    for piece in _PIECES.findall(words):
        if line.strip() and width(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = indent + piece.lstrip()
        else:
            line += piece
    return "\n".join([*lines, line.rstrip()])
