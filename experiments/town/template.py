"""Tables to fill in, with the rows of two example communities that run as they are."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from experiments.folder import results_folder, typed
from experiments.page import Block, Bullets, Columns, Heading, Paragraph, to_terminal
from experiments.text import has_text, spoken, text
from experiments.town import columns
from experiments.town.tables import excel
from sim import catalogue
from sim.community_types import MARGINS, CommunityType, community_types
from sim.errors import InputError

README, WORKBOOK = "README.txt", "town.xlsx"
KIND = "community"
EXAMPLES = (("old_neighbourhood", 1200), ("commodity_housing", 2000))  # types and residents, small to run quickly
DROP_DOWN_ROWS = 500  # rows of a sheet that offer the values of a column to choose from

Cells = list[list[Any]]


def write_template(folder: str | Path, language: str | None = None, *, as_excel: bool = False) -> list[Path]:
    """Write tables to fill in and how to do it; nothing is left behind when that fails.

    Parameters
    ----------
    folder : str or Path
        Made here; may be there if it is empty.
    language : str
        Of headings, values and explanations: ``en``, ``zh_hans`` or ``zh_hant``.
    as_excel : bool
        One workbook with drop-down lists instead of CSV files.

    Raises
    ------
    InputError
        If something stands there, the folder cannot be made, or openpyxl is missing.
    """
    language = spoken(language)
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: is there already; choose another name")
    tables = {table: [_headings(table, language), *rows] for table, rows in _examples(language).items()}
    book = _workbook(tables, language) if as_excel else None
    with results_folder(folder, KIND, folder.name) as part:
        if book is None:
            for table, rows in tables.items():
                (part / f"{table}.csv").write_text(_as_csv(rows), encoding="utf-8-sig", newline="")
        else:
            book.save(part / WORKBOOK)
        told = to_terminal(readme(folder, language, as_excel))
        (part / README).write_text(told + "\n", encoding="utf-8-sig", newline="\r\n")  # for Notepad
    return sorted(folder.iterdir())


def readme(folder: Path, language: str, as_excel: bool = False) -> list[Block]:
    """How to fill in the tables."""
    source = folder / WORKBOOK if as_excel else folder
    page: list[Block] = [
        Heading(text(language, "town.readme.title"), level=1),
        Paragraph(text(language, "town.readme.how", folder=typed(source))),
        Bullets([text(language, f"town.readme.{one}") for one in ("optional", "privacy", "excel")]),
    ]
    header = [text(language, f"town.readme.{one}") for one in ("column", "means")]
    for table, asked in columns.tables().items():
        label = text(language, f"town.table.{table}")
        file = WORKBOOK if as_excel else f"{table}.csv"
        rows = [[column.labels[language], _meaning(column, language)] for column in asked]
        page += [Heading(text(language, "town.readme.table", label=label, file=file)), Columns(header, rows)]
    return page


def _meaning(column: columns.Column, language: str) -> str:
    words = [text(language, f"town.meaning.{column.name}")]
    if column.choices:
        words.append(_choices(column, language))
    join, stop = (" ", ".") if language == "en" else ("", "。")
    return join.join(
        [words[0] + stop, *words[1:], *([text(language, "town.readme.needed")] if column.required else [])]
    )


def _choices(column: columns.Column, language: str) -> str:
    labels = [labels[language] for labels in column.choices.values()]
    return text(language, "town.readme.values", values=(", " if language == "en" else "、").join(labels))


def _headings(table: str, language: str) -> list[str]:
    return [column.labels[language] for column in columns.tables()[table]]


# Example rows ---------------------------------------------------------------------------------------------------------


def _examples(language: str) -> dict[str, Cells]:
    """Rows of each table: figures of the ready types for so many residents. The second community gives little."""
    types = community_types()
    names = [text(language, "town.example.community", number=number) for number in (1, 2)]
    (first, residents), (second, others) = EXAMPLES
    full = types[first]
    sizes = _whole(full.margins["household"].shares, residents / full.mean_household)
    homes, size = sum(sizes.values()), _number(full, "population.building_households")
    return {
        "communities": [
            _community(names[0], full, residents, language),
            [names[1], others, types[second].label[language], *[""] * 6],
        ],
        "margins": [
            [names[0], text(language, f"town.margin.{margin}"), band_label(band, language), count]
            for margin, counts in (
                ("age", _whole(full.margins["age"].shares, residents)),
                ("education", _whole(full.margins["education"].shares, _adults(full, residents))),
                ("household", sizes),
            )
            for band, count in counts.items()
        ],
        "buildings": [
            [names[0], text(language, "town.example.building", number=number), households]
            for number, households in enumerate(_parts(homes, round(homes / size)), start=1)
        ],
        "organizations": [
            [names[0], text(language, f"town.example.{name}"), _kind(kind, language), hours, _fields(fields, language)]
            for name, kind, hours, fields in (
                ("unit", "party_unit", 4, ("elder_care", "livelihood")),
                ("school", "party_unit", 2, ("children",)),
                ("social", "social", 6, ()),
            )
        ],
    }


def _number(kind: CommunityType, dotted: str) -> float:
    return kind.values[dotted].value if dotted in kind.values else catalogue.default(dotted)


def _community(name: str, kind: CommunityType, residents: int, language: str) -> list[Any]:
    number = partial(_number, kind)
    members = round(number("population.party_member") * _adults(kind, residents))
    company = "yes" if number("routing.property_company") >= 0.5 else "no"
    return [
        name,
        residents,
        kind.label[language],
        math.ceil(number("population.staff_per_10k") * residents / 10_000.0),
        round(number("population.fund_per_resident") * residents),
        *(f"{100 * number(f'population.{one}'):g}%" for one in ("owner", "migrant")),
        members,
        text(language, f"town.answer.{company}"),
    ]


def _adults(kind: CommunityType, residents: int) -> float:
    return residents * (1.0 - sum(kind.margins["age"].shares[band] for band in ("0-14", "15-17")))


def _whole(shares: Mapping[str, float], total: float) -> dict[str, int]:
    """Whole numbers in proportion to shares that add up to the rounded total."""
    ends = [0.0]
    for share in shares.values():
        ends.append(ends[-1] + share * round(total))
    return {band: round(high) - round(low) for band, (low, high) in zip(shares, pairwise(ends), strict=True)}


def _parts(total: int, parts: int) -> list[int]:
    return [total * (k + 1) // parts - total * k // parts for k in range(parts)]


def band_label(band: str, language: str) -> str:
    """Band of a margin as readers see it."""
    id = f"town.band.{band}"
    if has_text(id):
        return text(language, id)
    return f"{band}+" if band == MARGINS["household"][-1] else band


def _kind(kind: str, language: str) -> str:
    return columns.kinds()[kind][language]


def _fields(names: Sequence[str], language: str) -> str:
    return ("; " if language == "en" else "；").join(columns.fields()[name][language] for name in names)


# Files ----------------------------------------------------------------------------------------------------------------


def _as_csv(rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _workbook(tables: Mapping[str, Cells], language: str) -> Any:
    """Workbook with a sheet for each table; groups are text, so that Excel makes no dates of them."""
    openpyxl = excel()
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.Workbook()
    book.remove(book.active)
    for table, rows in tables.items():
        sheet = book.create_sheet(text(language, f"town.table.{table}"))
        for row in rows:
            sheet.append(row)
        sheet.freeze_panes = "A2"
        for number, column in enumerate(columns.tables()[table], start=1):
            letter = get_column_letter(number)
            sheet.column_dimensions[letter].width = 24
            sheet[f"{letter}1"].font = Font(bold=True)
            cells = f"{letter}2:{letter}{DROP_DOWN_ROWS}"
            if column.name in {"band", "building"}:
                for (cell,) in sheet[cells]:
                    cell.number_format = "@"
            elif column.choices and column.name != "fields":
                offered = ",".join(labels[language] for labels in column.choices.values())
                rule = DataValidation(type="list", formula1=f'"{offered}"', allow_blank=True)
                sheet.add_data_validation(rule)
                rule.add(cells)
    return book
