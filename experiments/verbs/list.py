"""``rongzhi list``: mechanisms, parameters, community types, outcomes and studies, with their labels."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from experiments.text import text

THINGS = ("mechanisms", "parameters", "types", "outcomes", "studies")


def add(verbs: Any, language: str) -> None:
    """Add the verb to the command line."""
    verb = verbs.add_parser("list", help=text(language, "list.help"), description=text(language, "list.help"))
    verb.arguments.add_argument("things", choices=THINGS, metavar="|".join(THINGS), help=text(language, "list.things"))
    verb.set_defaults(carry_out=carry_out, complain=verb.error)


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Print the list."""
    listings: dict[str, Callable[[str], str]] = {
        "mechanisms": _mechanisms,
        "parameters": _parameters,
        "types": _types,
        "outcomes": _outcomes,
        "studies": _studies,
    }
    print(listings[asked.things](language))
    return 0


def _mechanisms(language: str) -> str:
    from sim.mechanisms import COSTS, mechanisms

    entries = []
    for name, kind in sorted(mechanisms().items(), key=lambda pair: (pair[1].data()["path"] or 99, pair[0])):
        data = kind.data()
        numbers = kind.entries()
        entries.append(
            text(
                language,
                "list.mechanism",
                name=name,
                label=kind.text("label")[language],
                path=data["path"] or text(language, "list.across"),
                source=", ".join(data["source"]) if isinstance(data["source"], list) else data["source"],
                dose_one=kind.text("dose_one")[language],
                downside=kind.text("downside")[language],
                interacts=", ".join(data["interacts"]) or "–",
                **{cost: f"{numbers[cost].value:g}" for cost in COSTS},
            )
        )
    return "\n\n".join(entries)


def _parameters(language: str) -> str:
    from sim import catalogue
    from sim.scenario import mechanism_entries

    header = [
        text(language, f"list.{column}") for column in ("name", "value", "range", "unit", "grade", "source", "label")
    ]
    rows = [
        [
            one.name,
            f"{one.value:g}",
            f"{one.low:g} – {one.high:g}",
            catalogue.units()[one.unit][language],
            one.grade,
            ", ".join(one.source),
            one.label[language],
        ]
        for one in (*catalogue.entries(), *mechanism_entries())
    ]
    return _columns([header, *rows])


def _types(language: str) -> str:
    from sim.community_types import community_types

    return _columns([[name, kind.label[language]] for name, kind in community_types().items()])


def _outcomes(language: str) -> str:
    from experiments.formats import unit
    from sim.outcomes import OUTCOMES

    header = [text(language, f"list.{column}") for column in ("name", "label", "unit", "better", "description")]
    better = {1: text(language, "list.more"), -1: text(language, "list.less"), 0: "–"}
    rows = [
        [name, one.label[language], unit(one, language), better[one.better], one.description[language]]
        for name, one in OUTCOMES.items()
    ]
    return _columns([header, *rows])


def _studies(language: str) -> str:
    from experiments.study import Study, ready_studies

    return _columns(
        [[name.replace("_", "-"), Study.from_toml(path).title[language]] for name, path in ready_studies().items()]
    )


def _columns(rows: list[list[str]]) -> str:
    """Rows in columns that start at the same place on a terminal."""
    from experiments.page import width

    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
