"""A town of somebody's own: its tables read, checked and turned into places, with what was given and assumed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.text import spoken
from experiments.town import columns
from experiments.town.account import assumed_table, given_table
from experiments.town.checks import Rows, check_town, margin_of, of_community
from experiments.town.problems import Problems
from experiments.town.rows import Remark, Row, is_right, read_rows, together
from experiments.town.sources import read_tables
from sim import Scenario
from sim.agents.residents import ADULT
from sim.bands import read_margin
from sim.community_types import MARGINS, Organization, community_types
from sim.errors import InputError, closest
from sim.place import Place

if TYPE_CHECKING:
    from experiments.page import Block, Report
    from experiments.plots.style import Drawing


@dataclass(frozen=True)
class Town:
    """Communities of somebody's own, ready for a scenario.

    Attributes
    ----------
    name : str
    places : tuple of Place
    given : pandas.DataFrame
        ``community``, ``what``, ``value``: what the tables say, as it was understood.
    assumed : pandas.DataFrame
        ``community``, ``what``, ``value``, ``unit``, ``source``, ``grade``, ``why``: what they do not say and was
        taken from the type that a community resembles, or from the catalogue.
    remarks : tuple of Remark
        What was put right, or does not quite fit.
    """

    name: str
    places: tuple[Place, ...]
    given: pd.DataFrame
    assumed: pd.DataFrame
    remarks: tuple[Remark, ...]

    @classmethod
    def from_tables(
        cls,
        communities: pd.DataFrame,
        margins: pd.DataFrame | None = None,
        buildings: pd.DataFrame | None = None,
        organizations: pd.DataFrame | None = None,
        *,
        name: str = "town",
    ) -> Town:
        """Make a town from tables in memory, with the columns of the template.

        Raises
        ------
        InputError
            With a line for each thing that is wrong.
        """
        frames = {
            "communities": communities,
            "margins": margins,
            "buildings": buildings,
            "organizations": organizations,
        }
        given = {table: _as_text(frame, table) for table, frame in frames.items() if frame is not None}
        return _town(name, given, Problems(), [])

    def scenario(self, *, weeks: int = 156, warmup: int = 52, name: str | None = None, **fields: Any) -> Scenario:
        """Scenario of the town without mechanisms; ``fields`` are further ones of :class:`sim.Scenario`."""
        return Scenario(name=name or self.name, communities=self.places, weeks=weeks, warmup=warmup, **fields)

    def only(self, *communities: str) -> Town:
        """Town of these communities alone, in the town's order.

        Raises
        ------
        InputError
            If it has no such community, or none is named.
        """
        names = [place.name for place in self.places]
        for name in communities:
            if name not in names:
                raise InputError(f"{self.name}: no community {name!r}{closest(name, names)}")
        if not communities:
            raise InputError(f"{self.name}: name at least one community")
        return replace(
            self,
            places=tuple(place for place in self.places if place.name in communities),
            given=self.given[self.given["community"].isin(communities)].reset_index(drop=True),
            assumed=self.assumed[self.assumed["community"].isin(communities)].reset_index(drop=True),
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """Remarks in English: what was put right, or does not quite fit."""
        return tuple(one.words("en") for one in self.remarks)

    @property
    def residents(self) -> int:
        """Residents of all communities."""
        return sum(place.residents for place in self.places)

    def summary(self, language: str | None = None) -> list[Block]:
        """Page "What was understood and what was assumed"."""
        from experiments.town.page import summary_page

        language = spoken(language)
        return summary_page(self, language)

    def overview(self, language: str | None = None) -> list[Block]:
        """The communities in one table, and what is to be checked."""
        from experiments.town.page import overview

        language = spoken(language)
        return overview(self, language)

    def report(self, language: str | None = None) -> Report:
        """The overview, as a notebook shows it."""
        from experiments.page import Report, to_markdown

        return Report(to_markdown(self.overview(language)))

    def plot(self, margin: str = "age", language: str | None = None) -> Drawing:
        """Shares by band of a margin (``age``, ``education``, ``household``), beside those of the types."""
        from experiments.town.figures import margins

        return margins(self, margin, spoken(language))

    def to_html(self, language: str | None = None) -> str:
        """Summary page as one file of HTML."""
        from experiments.html import to_html
        from experiments.text import text

        language = spoken(language)
        return to_html(self.summary(language), text(language, "town.title", name=self.name), language)

    def write_summary(self, out: str | Path, language: str | None = None) -> Path:
        """Write the summary page: to a folder as ``summary.<language>.html``, or to a file ending in .html or .md."""
        from experiments.page import to_markdown
        from experiments.text import LANGUAGES, TAGS

        language = spoken(language)
        path = Path(out)
        if path.suffix not in {".html", ".md"}:
            path /= f"summary.{TAGS[LANGUAGES.index(language)]}.html"
        words = to_markdown(self.summary(language)) if path.suffix == ".md" else self.to_html(language)
        try:
            path.write_text(words, encoding="utf-8")
        except OSError as error:
            raise InputError(f"{path}: cannot be written ({error.strerror})") from None
        return path

    def __repr__(self) -> str:
        lines = [f"Town {self.name!r}: {len(self.places)} communities, {self.residents:,} residents"]
        lines += [f"  {place.name}: {place.residents:,} residents, like {place.type.based_on}" for place in self.places]
        lines += [f"  note: {words}" for words in self.warnings]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        page = escape(self.to_html(), quote=True)
        return f'<iframe srcdoc="{page}" style="width: 100%; height: 32rem; border: 1px solid #8888"></iframe>'


def read_town(source: str | Path, *, encoding: str | None = None) -> Town:
    """Read a filled-in folder or workbook.

    Parameters
    ----------
    source : str or Path
        Folder with ``communities`` and, where there are any, ``margins``, ``buildings`` and ``organizations`` as .csv
        or .xlsx; or one workbook with a sheet for each. ``rongzhi init community FOLDER`` writes an example.
    encoding : str, optional
        Encoding of the text files, where it cannot be told.

    Raises
    ------
    InputError
        With a line for each thing that is wrong: file, row as Excel counts, column, value, what would be right.
    """
    path, problems, remarks = Path(source), Problems(), list[Remark]()
    frames = read_tables(path, encoding, problems, remarks)
    name = path.resolve().stem if path.is_file() else path.resolve().name
    return _town(name, frames, problems, remarks)


def _as_text(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Table in memory as :func:`read_table` would give it."""

    def written(value: Any) -> str:
        if pd.api.types.is_scalar(value) and pd.isna(value):
            return ""
        return f"{value:.15g}" if isinstance(value, float) else str(value).strip()

    words = frame.astype(object).map(written)
    words.index = pd.Index(range(2, len(frame) + 2), name="row")  # as it would stand in Excel, under its headings
    words.attrs = {"file": frame.attrs.get("file", table)}
    return words


# From rows to places --------------------------------------------------------------------------------------------------


def _town(name: str, frames: Mapping[str, pd.DataFrame], problems: Problems, remarks: list[Remark]) -> Town:
    remarks += [
        Remark("encoding", {"files": Path(frame.attrs["file"]).name, "encoding": frame.attrs["encoding"]})
        for frame in frames.values()
        if not frame.attrs.get("encoding", "Excel").startswith(("UTF-8", "Excel"))
    ]
    rows: dict[str, list[Row]] = {table: [] for table in columns.tables()}
    for table, frame in frames.items():
        rows[table] = read_rows(table, frame, problems, remarks)
    if "communities" in frames:
        check_town(rows, problems, remarks)
    places = []
    for row in filter(is_right, rows["communities"]):
        try:
            places.append(_place(row, rows))
        except InputError as error:
            problems.include(error, f"{row.file}, row {row.number}: ")
    problems.check()
    given = given_table(rows["communities"], rows)
    return Town(name, tuple(places), given, assumed_table(places), together(remarks))


def _place(row: Row, rows: Rows) -> Place:
    values, name = row.cells, row.cells["community"]
    margins = {margin: margin_of(rows, name, margin) or None for margin in MARGINS}
    return Place.from_margins(
        name,
        values["residents"],
        based_on=values["type"],
        **margins,
        owner=values["owners"],
        migrant=values["migrants"],
        party_member=_party_share(values, margins["age"]),
        staff=values["staff"],
        fund=values["fund_yuan"],
        property_company=values["property_company"],
        buildings=[one.cells["households"] for one in of_community(rows["buildings"], name)] or None,
        organizations=[_organization(one) for one in of_community(rows["organizations"], name)] or None,
        source=Path(row.file).name,  # where the folder stands must not change what a run is called
    )


def _organization(row: Row) -> Organization:
    cells = row.cells
    return Organization(cells["name"], cells["kind"], cells["hours_week"], cells["fields"] or ())


def _party_share(values: Mapping[str, Any], age: Mapping[str, float] | None) -> float | None:
    """Party members as a share of adults."""
    if values["party_members"] is None:
        return None
    shares: Mapping[str, float] = community_types()[values["type"]].margins["age"].shares
    if age is not None:
        shares = read_margin("age", age, shares, f"{values['community']}: age").shares
    adults = sum(share for band, share in shares.items() if int(re.split(r"\D", band)[0]) >= ADULT)
    return float(values["party_members"]) / max(adults * values["residents"], 1.0)
