"""The page "What was understood and what was assumed" of a town."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from experiments.page import Block, Bullets, Code, Columns, Heading, Paragraph, Table
from experiments.text import text
from experiments.town import columns
from experiments.town.account import entry_of
from experiments.town.template import band_label
from sim import catalogue
from sim.community_types import MARGINS, ORGANIZATION_SEATS, community_types
from sim.place import BUILDING_SIZE, NUMBERS, Place

if TYPE_CHECKING:
    from experiments.town.town import Town

STAFF, FUND, COMPANY = NUMBERS["staff"], NUMBERS["fund"], NUMBERS["property_company"]


def summary_page(town: Town, language: str) -> list[Block]:
    """Blocks of the summary page."""
    page: list[Block] = [
        Heading(text(language, "town.title", name=town.name), level=1),
        Paragraph(text(language, "town.lead", communities=len(town.places), residents=f"{town.residents:,}")),
        *overview(town, language),
    ]
    for place in town.places:
        page += _community(place, language)
    return [*page, *_use(language), *_sources(town, language), *_next(language)]


def overview(town: Town, language: str) -> list[Block]:
    """The communities in one table, and what is to be checked."""
    return [
        Heading(text(language, "town.section.overview")),
        _glance(town, language),
        Heading(text(language, "town.section.notes")),
        Bullets(_notes(town, language) or [text(language, "town.section.none")]),
    ]


def _glance(town: Town, language: str) -> Table:
    ids = ("community", "residents", "staff", "fund", "buildings", "organizations", "own", "assumed")
    heads = {"community": "town.column.community", "residents": "town.column.residents"}
    header = [text(language, heads.get(id, f"town.overview.{id}")) for id in ids]
    rows = []
    for place in town.places:
        given = {number for number in (STAFF, FUND) if number in place.given}
        posts = number_in(place, STAFF) * place.residents / 10_000.0
        cells = [
            place.name,
            f"{place.residents:,}",
            f"{posts:,.1f}".removesuffix(".0") + ("" if STAFF in given else " *"),
            f"{number_in(place, FUND) * place.residents:,.0f}" + ("" if FUND in given else " *"),
            f"{len(place.type.buildings)}" if place.type.buildings else "*",
            f"{len(place.type.organizations)}" if place.type.organizations else "*",
            f"{(town.given['community'] == place.name).sum()}",
            f"{(town.assumed['community'] == place.name).sum()}",
        ]
        rows.append(cells)
    return Table(header, rows, text(language, "town.overview.note"))


def _notes(town: Town, language: str) -> list[str]:
    """What was put right, does not quite fit, was split or had to share a seat."""
    notes = [one.words(language) for one in town.remarks]
    for place in town.places:
        for one in place.assumed:
            if one.why == "split":
                margin = text(language, f"town.margin.{one.name}")
                told = {"community": place.name, "margin": margin, "band": one.value, "bands": one.detail}
                notes.append(text(language, "town.split", **told))
            elif one.why == "merged":
                kind = columns.kinds()[one.detail][language]
                names = _joined(one.value, language)
                notes.append(text(language, "town.merged", community=place.name, kind=kind, names=names))
    return notes


def _joined(words: Sequence[str], language: str) -> str:
    return (", " if language == "en" else "、").join(words)


# One community --------------------------------------------------------------------------------------------------------


def _community(place: Place, language: str) -> list[Block]:
    base = community_types()[place.type.based_on]
    told = {"residents": f"{place.residents:,}", "type": base.label[language], "note": base.note[language]}
    blocks: list[Block] = [Heading(place.name), Paragraph(text(language, "town.like", **told))]
    for margin in MARGINS:
        if margin in place.given:
            blocks += [Heading(text(language, f"town.margin.{margin}"), level=3), _margin(place, margin, language)]
    missing = [margin for margin in MARGINS if margin not in place.given]
    if missing:
        blocks += [
            Heading(text(language, "town.section.missing"), level=3),
            Bullets([_missing(place, margin, language) for margin in missing]),
        ]
    blocks += [Heading(text(language, "town.section.numbers"), level=3), _numbers(place, language)]
    blocks += [Heading(text(language, "town.section.organizations"), level=3), *_organizations(place, language)]
    return blocks


def _margin(place: Place, margin: str, language: str) -> Table:
    base = community_types()[place.type.based_on]
    of = text(language, f"town.people.of_{margin}")
    here, there = place.type.margins[margin].shares, base.margins[margin].shares
    label = text(language, "town.column.band")
    header = [label, text(language, "town.people.here"), text(language, "town.people.type")]
    rows = [
        [band_label(band, language), _per_cent(share, language), _per_cent(there[band], language)]
        for band, share in here.items()
    ]
    return Table(header, rows, text(language, "town.people.given", of=of))


def _missing(place: Place, margin: str, language: str) -> str:
    base = community_types()[place.type.based_on]
    pairs = base.margins[margin].shares.items()
    shares = [f"{band_label(band, language)}: {_per_cent(share, language)}" for band, share in pairs]
    told = {
        "margin": text(language, f"town.margin.{margin}"),
        "of": text(language, f"town.people.of_{margin}"),
        "shares": ("; " if language == "en" else "；").join(shares),
        "grade": text(language, "town.grade", grade=base.margins[margin].grade),
    }
    return text(language, "town.people.assumed", **told)


def _per_cent(share: float, language: str) -> str:
    return text(language, "format.percent", number=f"{100.0 * share:.1f}")


def number_in(place: Place, number: str) -> float:
    """Number of the catalogue as it is in a place."""
    known = place.type.values.get(number)
    return catalogue.default(number) if known is None else known.value


def _numbers(place: Place, language: str) -> Table:
    """Numbers that the tables ask for, then those in which the type differs from others."""
    base = community_types()[place.type.based_on]
    rows = []
    for number in dict.fromkeys((STAFF, FUND, COMPANY, BUILDING_SIZE, *NUMBERS.values(), *base.values)):
        own = number in place.given or (number == BUILDING_SIZE and bool(place.type.buildings))
        known = base.values.get(number, entry_of(number))
        where = "type" if number in base.values else "usual"
        grade = text(language, "town.grade", grade=known.grade)
        told = text(language, "town.numbers.given") if own else text(language, f"town.numbers.{where}", grade=grade)
        rows.append(
            [entry_of(number).label[language], _value(place, number, language), told, _source(own, known.source)]
        )
    ids = ("numbers.what", "numbers.value", "numbers.from", "sources.id")
    return Table([text(language, f"town.{id}") for id in ids], rows)


def _source(own: bool, source: Sequence[str]) -> str:
    return "–" if own or tuple(source) == ("assumed",) else ", ".join(source)


def _value(place: Place, number: str, language: str) -> str:
    value, buildings = number_in(place, number), place.type.buildings
    if number == STAFF:
        posts = f"{value * place.residents / 10_000.0:,.1f}".removesuffix(".0")
        return text(language, "town.numbers.posts", posts=posts, rate=f"{value:.1f}")
    if number == FUND:
        return text(language, "town.numbers.yuan", yuan=f"{value * place.residents:,.0f}", rate=f"{value:.0f}")
    if number == COMPANY:
        return text(language, f"town.answer.{'yes' if value >= 0.5 else 'no'}")
    if number == BUILDING_SIZE and buildings:
        sizes = {"buildings": len(buildings), "least": min(buildings), "most": max(buildings)}
        return text(language, "town.numbers.buildings", **sizes)
    unit = entry_of(number).unit
    return _per_cent(value, language) if unit == "share" else f"{value:g} {catalogue.units()[unit][language]}"


def _organizations(place: Place, language: str) -> list[Block]:
    blocks: list[Block] = []
    if place.type.organizations:
        header = [text(language, f"town.column.{id}") for id in ("name", "kind", "hours_week", "fields")]
        rows: list[list[Any]] = [
            [
                one.name,
                columns.kinds()[one.kind][language],
                f"{one.hours_week:g}",
                _joined([columns.fields()[field][language] for field in one.fields], language)
                or text(language, "town.organizations.all_fields"),
            ]
            for one in place.type.organizations
        ]
        blocks.append(Table(header, rows))
    usual = [one.detail for one in place.assumed if one.name == "organizations" and one.why == "type"]
    for kind in usual:
        told = {"seats": ORGANIZATION_SEATS[kind], "kind": columns.kinds()[kind][language]}
        blocks.append(Paragraph(text(language, "town.organizations.usual", **told)))
    return blocks


# What follows ---------------------------------------------------------------------------------------------------------


def _use(language: str) -> list[Block]:
    units, socials = (ORGANIZATION_SEATS[kind] for kind in columns.KINDS)
    seats = text(language, "town.use.seats", units=units, socials=socials)
    before, after = (
        [text(language, f"town.use.{id}") for id in ids] for ids in (("people", "means"), ("rest", "limits"))
    )
    return [Heading(text(language, "town.section.use")), Bullets([*before, seats, *after])]


def _sources(town: Town, language: str) -> list[Block]:
    """Published figures behind assumed numbers, and what their grades mean."""
    cited = sorted({id for source in town.assumed["source"] for id in source.split(", ")} & set(catalogue.evidence()))
    grades = [
        text(language, "figure.grade", grade=grade, meaning=text(language, f"grade.{grade.lower()}"))
        for grade in catalogue.GRADES
    ]
    known = [catalogue.evidence()[id] for id in cited]
    rows = [[one.id, f"{one.title} ({one.year})", f"{one.value} {one.unit}"] for one in known]
    header = [text(language, f"town.sources.{id}") for id in ("id", "title", "figure")]
    table = [Columns(header, rows)] if rows else []
    return [Heading(text(language, "town.section.sources")), *table, Bullets(grades)]


def _next(language: str) -> list[Block]:
    lines = [
        "from experiments import read_town",
        "from sim import run",
        "",
        'town = read_town("FOLDER")',
        "run(town.scenario()).summary_by_community",
    ]
    return [
        Heading(text(language, "town.section.next")),
        Paragraph(text(language, "town.next.run")),
        Code("rongzhi run scenario.toml"),
        Paragraph(text(language, "town.next.notebook")),
        Code("\n".join(lines)),
    ]
