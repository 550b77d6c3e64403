"""Whether the tables of a town fit together: names, totals, repetitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.town.problems import Problems
from experiments.town.rows import Remark, Row, is_right
from sim.bands import as_shares
from sim.community_types import MARGINS
from sim.errors import InputError, closest

# Shares by which two totals of one community may differ: up to the first without a word, up to the second with a
# remark. Assumed: tables are often counted some months apart, and few communities change by a twentieth in that time.
NEAR, FAR = 0.005, 0.05

Rows = Mapping[str, Sequence[Row]]


def check_town(rows: Rows, problems: Problems, remarks: list[Remark]) -> None:
    """Note what does not fit within and between tables."""
    _unique(rows["communities"], ("community",), problems)
    _unique(rows["margins"], ("community", "margin", "band"), problems)
    _unique([row for row in rows["buildings"] if row.cells["building"]], ("community", "building"), problems)
    _unique(rows["organizations"], ("community", "name"), problems)
    names = [row.cells["community"] for row in rows["communities"] if isinstance(row.cells["community"], str)]
    for table in ("margins", "buildings", "organizations"):
        _known(rows[table], names, problems)
    for row in filter(is_right, rows["communities"]):
        _members(row, problems)
        _units(row, rows, problems)
        _age(row, rows, remarks)
        _homes(row, rows, problems, remarks)


def of_community(rows: Sequence[Row], name: str) -> list[Row]:
    """Rows of one community in which every cell could be read."""
    return [row for row in rows if row.cells["community"] == name and is_right(row)]


def margin_of(rows: Rows, community: str, margin: str) -> dict[str, float]:
    """Counts, or shares, of a margin by band; empty where it is not given."""
    return {row.cells["band"]: row.cells["count"] for row in _margin_rows(rows, community, margin)}


def _margin_rows(rows: Rows, community: str, margin: str) -> list[Row]:
    """Rows of a margin; none where one of them could not be read, so that nobody complains of the gap as well."""
    own = [row for row in rows["margins"] if row.cells["community"] == community]
    parts = [row for row in own if row.cells["margin"] == margin]
    unsure = [row for row in own if row.cells["margin"] not in MARGINS]
    return parts if all(map(is_right, (*parts, *unsure))) else []


def _total(counts: Mapping[str, float]) -> float:
    """Sum of a margin's counts; 0 where it was given in shares, or is wrong, of which the model complains."""
    try:
        return as_shares(counts, "margin")[1] or 0.0
    except InputError:
        return 0.0


def _unique(rows: Sequence[Row], key: Sequence[str], problems: Problems) -> None:
    first: dict[tuple[Any, ...], int] = {}
    for row in filter(is_right, rows):
        what = tuple(row.cells[column] for column in key)
        if what in first:
            words = f"{what[-1]!r} stands in row {first[what]} already"
            problems.add(row.file, words, row.number, row.heads[key[-1]])
        first.setdefault(what, row.number)


def _known(rows: Sequence[Row], names: Sequence[str], problems: Problems) -> None:
    """Every row is of a community that there is; a name that is not is told once. Without any, more is wrong."""
    known, unknown = set(names), dict[str, list[Row]]()
    for row in rows if names else ():
        name = row.cells["community"]
        if isinstance(name, str) and name not in known:
            unknown.setdefault(name, []).append(row)
    for name, (first, *others) in unknown.items():
        where = f" (also in {len(others)} more rows)" if others else ""
        words = f"no community {name!r} in the table of communities{where}{closest(name, names)}"
        problems.add(first.file, words, first.number, first.heads["community"])


def _members(row: Row, problems: Problems) -> None:
    members, residents = row.cells["party_members"], row.cells["residents"]
    if members is not None and members > residents:
        words = f"{members:,} Party members are more than the {residents:,} residents"
        problems.add(row.file, words, row.number, row.heads["party_members"])


def _units(row: Row, rows: Rows, problems: Problems) -> None:
    """No margin mixes counts with shares."""
    for margin in MARGINS:
        parts = _margin_rows(rows, row.cells["community"], margin)
        whole = [one for one in parts if one.cells["count"] > 1.0]
        split = [one for one in parts if 0.0 < one.cells["count"] < 1.0]
        if whole and split:
            told = f"a share, while row {whole[0].number} of the same {margin} table has a count; give one kind"
            problems.add(split[0].file, told, split[0].number, split[0].heads["count"])


def _age(row: Row, rows: Rows, remarks: list[Remark]) -> None:
    """Small gaps between ages and residents are remarked; the model refuses large ones."""
    name, residents = row.cells["community"], row.cells["residents"]
    people = _total(margin_of(rows, name, "age"))
    if people and NEAR < abs(people - residents) / residents <= FAR:
        told = {"community": name, "people": f"{people:,.0f}", "residents": f"{residents:,}"}
        remarks.append(Remark("age", told))


def _homes(row: Row, rows: Rows, problems: Problems, remarks: list[Remark]) -> None:
    """Households of the buildings against those of the household table."""
    name = row.cells["community"]
    homes = sum(one.cells["households"] for one in of_community(rows["buildings"], name))
    wanted = _total(margin_of(rows, name, "household"))
    if not homes or not wanted:
        return
    told = f"the buildings have {homes:,} households, but the household table adds up to {wanted:,.0f}"
    off = abs(homes - wanted) / wanted
    if off > FAR:
        first = of_community(rows["buildings"], name)[0]
        problems.add(first.file, f"{name}: {told}; correct one of them", column=first.heads["households"])
    elif off > NEAR:
        remarks.append(Remark("homes", {"community": name, "homes": f"{homes:,}", "wanted": f"{wanted:,.0f}"}))
