"""The four tables of a town: their columns, and the values that their cells may have."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from experiments.text import LANGUAGES, text
from experiments.town import cells
from sim.community_types import MARGINS, community_types
from sim.errors import closest
from sim.needs_table import CATEGORIES
from sim.scenario import MAXIMUM_RESIDENTS
from sim.why import text as why_text

KINDS = ("party_unit", "social")
MOST_HOURS = 2000.0  # a week: fifty people at full time, more than any unit gives a community
_LISTED = re.compile(r"[;；、,，/|]")


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name : str
        English id; its labels are the texts ``town.column.<name>``.
    read : callable
        Value of a cell; raises ValueError with what would be right.
    required : bool
        Whether every row needs a value.
    choices : dict of str to dict
        Labels of the values that a cell may have, by name and language; empty where it is free.
    """

    name: str
    read: Callable[[str], Any]
    required: bool = False
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def free(self) -> bool:
        """Whether a cell may hold any words."""
        return self.read is cells.name

    @property
    def labels(self) -> Mapping[str, str]:
        """Headings by language."""
        return {language: text(language, f"town.column.{self.name}") for language in LANGUAGES}


def bare(words: str) -> str:
    """Words without case, spaces, underscores and full-width forms, for comparing."""
    return re.sub(r"[\s_]", "", cells.plain(words)).casefold()


def chosen(names: Mapping[str, Mapping[str, str]]) -> Callable[[str], str]:
    """Reader of a name or of its label in any language."""
    known = {bare(words): name for name, labels in names.items() for words in (name, *labels.values())}

    def read(words: str) -> str:
        if bare(words) in known:
            return known[bare(words)]
        shown = [*names, *(label for labels in names.values() for label in labels.values())]
        near = closest(words, shown) if "did you mean" in closest(words, shown) else closest(words, names)
        raise ValueError(f"unknown value {words!r}{near}")

    return read


@functools.cache
def types() -> Mapping[str, Mapping[str, str]]:
    """Labels of the ready types of community."""
    return {name: vars(kind.label) for name, kind in community_types().items()}


@functools.cache
def kinds() -> Mapping[str, Mapping[str, str]]:
    """Labels of the kinds of organisation."""
    return {name: {language: text(language, f"town.kind.{name}") for language in LANGUAGES} for name in KINDS}


@functools.cache
def fields() -> Mapping[str, Mapping[str, str]]:
    """Labels of the categories of needs in which an organisation can work."""
    return {name: {language: why_text(language, f"category.{name}") for language in LANGUAGES} for name in CATEGORIES}


@functools.cache
def answers() -> Mapping[str, Mapping[str, str]]:
    """Yes and no in each language."""
    return {name: {language: text(language, f"town.answer.{name}") for language in LANGUAGES} for name in ("yes", "no")}


@functools.cache
def margins() -> Mapping[str, Mapping[str, str]]:
    """Labels of the margins."""
    return {name: {language: text(language, f"town.margin.{name}") for language in LANGUAGES} for name in MARGINS}


def choice(name: str, names: Mapping[str, Mapping[str, str]]) -> Column:
    """Required column of which each cell holds one of some names or its label."""
    return Column(name, chosen(names), True, names)


def several_fields(words: str) -> tuple[str, ...]:
    """Fields of an organisation, set apart by semicolons, commas or 、."""
    read = chosen(fields())
    return tuple(read(part) for part in _LISTED.split(words) if part.strip())


@functools.cache
def tables() -> Mapping[str, tuple[Column, ...]]:
    """Columns of each table, in the order of the template."""
    community = Column("community", cells.name, required=True)
    return {
        "communities": (
            community,
            Column("residents", lambda words: cells.whole(words, 10, MAXIMUM_RESIDENTS), required=True),
            choice("type", types()),
            Column("staff", lambda words: cells.number(words, 0.0, 10_000.0)),
            Column("fund_yuan", cells.number),
            Column("owners", cells.share),
            Column("migrants", cells.share),
            Column("party_members", cells.whole),
            Column("property_company", cells.yes_or_no, choices=answers()),
        ),
        "margins": (
            community,
            choice("margin", margins()),
            Column("band", cells.band, required=True),
            Column("count", cells.amount, required=True),
        ),
        "buildings": (
            community,
            Column("building", cells.name),
            Column("households", lambda words: cells.whole(words, 1), required=True),
        ),
        "organizations": (
            community,
            Column("name", cells.name, required=True),
            choice("kind", kinds()),
            Column("hours_week", lambda words: cells.number(words, 0.0, MOST_HOURS), required=True),
            Column("fields", several_fields, choices=fields()),
        ),
    }


REQUIRED = ("communities",)


@functools.cache
def table_names() -> Mapping[str, frozenset[str]]:
    """Names of each table's file or sheet, bare: its id and its labels."""
    return {
        table: frozenset(map(bare, (table, *(text(language, f"town.table.{table}") for language in LANGUAGES))))
        for table in tables()
    }


@functools.cache
def headings(table: str) -> Mapping[str, str]:
    """Name of a column by each way to head it: its id and its labels, bare, with and without the unit in brackets."""
    found = {}
    for column in tables()[table]:
        for words in (column.name, *column.labels.values()):
            found[bare(words)] = found[bare(re.sub(r"[(（].*?[)）]", "", words))] = column.name
    return found


def column_named(table: str, heading: str) -> str | None:
    """Column that a heading means; None for an unknown one."""
    known = headings(table)
    return known.get(bare(heading)) or known.get(bare(re.sub(r"[(（].*?[)）]", "", heading)))


def known_headings() -> frozenset[str]:
    """All headings, bare."""
    return frozenset(words for table in tables() for words in headings(table))
