"""What a town's tables gave, and what was taken from elsewhere because they did not say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from experiments.town.checks import Rows, margin_of, of_community
from experiments.town.rows import Row
from sim import catalogue
from sim.community_types import MARGINS, ORGANIZATION_SEATS, CommunityType, Override, community_types
from sim.place import Assumption, Place

GIVEN = ("community", "what", "value")
ASSUMED = ("community", "what", "value", "unit", "source", "grade", "why")


def given_table(communities: Sequence[Row], rows: Rows) -> pd.DataFrame:
    """What the tables say: ``community``, ``what`` (a column, or ``margins.age.0-14``), ``value`` as it was read."""
    return pd.DataFrame([one for row in communities for one in _given(row, rows)], columns=list(GIVEN))


def _given(row: Row, rows: Rows) -> Iterator[tuple[str, str, Any]]:
    name = row.cells["community"]
    for column, value in row.cells.items():
        if column != "community" and value is not None:
            yield name, column, value
    for margin in MARGINS:
        for band, count in margin_of(rows, name, margin).items():
            yield name, f"margins.{margin}.{band}", count
    for one in of_community(rows["buildings"], name):
        yield name, f"buildings.{one.cells['building'] or one.number}", one.cells["households"]
    for one in of_community(rows["organizations"], name):
        yield name, f"organizations.{one.cells['name']}", one.cells["hours_week"]


def assumed_table(places: Sequence[Place]) -> pd.DataFrame:
    """What was not said and is taken from the type that a community resembles or from the catalogue, or was split.

    Numbers in which the type does not differ from the catalogue and that no table asks for are left out.
    """
    rows = [
        (place.name, *row)
        for place in places
        for one in place.assumed
        for row in _assumed(one, community_types()[place.type.based_on])
    ]
    return pd.DataFrame(rows, columns=list(ASSUMED))


def _assumed(one: Assumption, base: CommunityType) -> Iterator[tuple[Any, ...]]:
    """Rows of one assumption: what, value, unit, source, grade, why."""
    if one.why == "split":
        why = f"the band lies across {one.detail} of the model: parted as in type {base.name}"
        yield f"margins.{one.name}.{one.value}", None, "", base.name, "D", why
    elif one.why == "merged":
        why = f"more than the model has seats, so these share one: {', '.join(one.value)}"
        yield f"organizations.{one.detail}", float(len(one.value)), "count", "assumed", "D", why
    elif one.name == "organizations":
        why = "none was given, so the usual ones work there; their hours follow from the numbers of matching"
        yield f"organizations.{one.detail}", float(ORGANIZATION_SEATS[one.detail]), "count", "assumed", "D", why
    elif one.name in MARGINS:
        taken = base.margins[one.name]
        for band, share in taken.shares.items():
            why = f"type {base.name}: {taken.reason}"
            yield f"margins.{one.name}.{band}", share, "share", ", ".join(taken.source), taken.grade, why
    else:
        entry = entry_of(one.name)
        own: Mapping[str, Override] = base.values  # noqa: PD011  (no table)
        known = own.get(one.name, entry)
        why = f"{f'type {base.name}' if one.name in own else 'catalogue'}: {known.reason}"
        yield one.name, float(one.value), entry.unit, ", ".join(known.source), known.grade, why


def entry_of(number: str) -> catalogue.Entry:
    """Entry of the catalogue by its dotted name."""
    process, _, short = number.partition(".")
    return catalogue.process_entries(process)[short]
