"""The page of ``rongzhi verify directions``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from experiments import formats
from experiments.directions.expected import expectations
from experiments.labels import mechanism_label
from experiments.page import Block, Bullets, Heading, Paragraph, Picture, Table
from experiments.paired import outcome_named
from experiments.text import text

MOST = 0.5  # of the points


def directions_page(
    counted: pd.DataFrame,
    against_documented: pd.DataFrame,
    setting: Mapping[str, Any],
    failures: Sequence[str],
    language: str,
    figures: Sequence[str],
) -> list[Block]:
    """Documented directions and how often they hold, then all shares."""
    page: list[Block] = [
        Heading(text(language, "directions.title"), level=1),
        Paragraph(text(language, "directions.setting", **setting)),
        Paragraph(text(language, "directions.no_move")),
        Heading(text(language, "directions.documented")),
        documented_table(against_documented, language),
        Bullets(_verdicts(counted, against_documented, language)),
        Heading(text(language, "directions.shares")),
        shares_table(counted, language),
    ]
    if "directions" in figures:
        page.append(Picture(text(language, "directions.figure"), "figures/directions.png"))
    page += [Heading(text(language, "directions.reasons")), Bullets(_reasons(against_documented, language))]
    if failures:
        page.append(Paragraph(text(language, "check.failures", failed=len(failures))))
    return page


def documented_table(table: pd.DataFrame, language: str) -> Table:
    """One row for each documented direction."""
    header = [
        text(language, f"directions.{column}")
        for column in ("mechanism", "outcome", "direction", "holds", "against", "none", "change")
    ]
    rows = []
    for row in table.to_dict("records"):
        outcome = outcome_named(row["outcome"])
        rows.append(
            [
                mechanism_label(row["mechanism"], language),
                outcome.label[language],
                "↑" if row["sign"] > 0 else "↓",
                *(_percent(row[column]) for column in ("holds", "against", "none")),
                formats.change(outcome, row["mean"]),
            ]
        )
    return Table(header, rows, text(language, "directions.documented_note"))


def _reasons(table: pd.DataFrame, language: str) -> list[str]:
    return [
        text(
            language,
            "directions.because",
            mechanism=mechanism_label(row["mechanism"], language),
            outcome=outcome_named(row["outcome"]).label[language],
            direction="↑" if row["sign"] > 0 else "↓",
            reason=expectations()[row["mechanism"]].moves[row["outcome"]].reason[language],
            source=row["source"],
        )
        for row in table.to_dict("records")
    ]


def shares_table(counted: pd.DataFrame, language: str) -> Table:
    """Share of points up and down by mechanism and outcome."""
    outcomes = list(dict.fromkeys(counted["outcome"]))
    header = [text(language, "directions.mechanism"), *(outcome_named(name).label[language] for name in outcomes)]
    cells = counted.set_index(["mechanism", "outcome"])
    rows = [
        [
            mechanism_label(name, language),
            *(f"↑{_percent(one['up'])} ↓{_percent(one['down'])}" for one in (cells.loc[(name, o)] for o in outcomes)),
        ]
        for name in dict.fromkeys(counted["mechanism"])
    ]
    return Table(header, rows, text(language, "directions.shares_note"))


def _verdicts(counted: pd.DataFrame, table: pd.DataFrame, language: str) -> list[str]:
    """How many hold at most points, which are contradicted more often than met, which mechanisms have no direction."""
    told = [text(language, "directions.hold", hold=int((table["holds"] > MOST).sum()), all=len(table))]
    for id, chosen in (
        ("directions.contradicted", table["against"] > table["holds"]),
        ("directions.unseen", (table["none"] > MOST) & (table["against"] <= table["holds"])),
    ):
        if chosen.any():
            named = [
                text(
                    language,
                    "format.with_unit",
                    label=mechanism_label(row["mechanism"], language),
                    unit=outcome_named(row["outcome"]).label[language],
                )
                for row in table[chosen].to_dict("records")
            ]
            told.append(text(language, id, names=text(language, "format.comma").join(named)))
    without = [name for name in dict.fromkeys(counted["mechanism"]) if name not in set(table["mechanism"])]
    if without:
        names = text(language, "format.comma").join(mechanism_label(name, language) for name in without)
        told.append(text(language, "directions.undocumented", names=names))
    return told


def _percent(share: float) -> str:
    return "–" if share != share else f"{100.0 * share:.0f}"  # noqa: PLR0124  (NaN)
