"""A single run in words and tables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from experiments import formats
from experiments.labels import community_label
from experiments.page import Block, Heading, Paragraph, Table
from experiments.text import text
from sim.emergency_kinds import emergency_kinds
from sim.mechanisms import mechanisms
from sim.outcomes import OUTCOMES

if TYPE_CHECKING:
    import sim

BY_COMMUNITY = ("participation", "satisfaction", "fulfilment", "days_to_resolve", "yuan")


def run_page(result: sim.Result, baseline: sim.Result | None, language: str) -> list[Block]:
    """The page of one run, compared with the same luck without mechanisms when ``baseline`` is given."""
    page: list[Block] = [
        Heading(text(language, "run.title", name=result.scenario.name), level=1),
        Paragraph(_setting(result, language)),
        _outcomes(result, baseline, language),
        _communities(result, language),
    ]
    if len(result.resilience):
        page.append(_resilience(result, language))
    if baseline is not None:
        page.append(Paragraph(text(language, "run.one_run_only")))
    return page


def _setting(result: sim.Result, language: str) -> str:
    scenario = result.scenario
    doses = [
        f"{mechanisms()[name].text('label')[language]} {spec.dose:g}" for name, spec in scenario.mechanisms.items()
    ]
    return text(
        language,
        "run.setting",
        residents=f"{scenario.residents:,}",
        communities=len(scenario.communities),
        weeks=scenario.weeks,
        warmup=scenario.warmup,
        seed=result.seed,
        mechanisms=text(language, "format.comma").join(doses) or text(language, "run.no_mechanisms"),
    )


def _outcomes(result: sim.Result, baseline: sim.Result | None, language: str) -> Table:
    names = [name for name in OUTCOMES if name in result.summary]
    if baseline is None:
        header = [text(language, "list.outcome"), text(language, "list.value"), text(language, "list.unit")]
        rows = [_row(name, language, formats.level(OUTCOMES[name], result.summary[name], language)) for name in names]
        return Table(header, rows, text(language, "run.last_year"))
    columns = ("list.outcome", "run.without", "run.with", "run.difference", "list.unit")
    compared = [
        _row(
            name,
            language,
            formats.level(OUTCOMES[name], baseline.summary[name], language),
            formats.level(OUTCOMES[name], result.summary[name], language),
            formats.change(OUTCOMES[name], result.summary[name] - baseline.summary[name]),
        )
        for name in names
    ]
    return Table([text(language, id) for id in columns], compared, text(language, "run.last_year"))


def _row(name: str, language: str, *numbers: str) -> list[str]:
    return [OUTCOMES[name].label[language], *numbers, formats.unit(OUTCOMES[name], language)]


def _communities(result: sim.Result, language: str) -> Table:
    table = result.summary_by_community
    names = [name for name in BY_COMMUNITY if name in table]
    rows = [
        [
            community_label(result.scenario, str(community), language),
            *(formats.level(OUTCOMES[name], row[name], language) for name in names),
        ]
        for community, row in table.iterrows()
    ]
    return Table([text(language, "list.community"), *(OUTCOMES[name].label[language] for name in names)], rows)


def _resilience(result: sim.Result, language: str) -> Table:
    columns = ("emergency", "start", "before", "peak", "area", "recovery")
    rows = [
        [
            emergency_kinds()[one.emergency].label[language],
            str(one.start),
            community_label(result.scenario, one.community, language),
            *(f"{value:.1f}" for value in (one.before, one.peak, one.area)),
            text(language, "run.not_recovered") if math.isnan(one.weeks) else f"{one.weeks:.0f}",
        ]
        for one in result.resilience.itertuples()
    ]
    header = [text(language, f"run.resilience_{name}") for name in columns]
    header.insert(2, text(language, "list.community"))
    return Table(header, rows, text(language, "run.resilience"))
