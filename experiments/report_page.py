"""The report of a study: from the question to the command that makes it again, each headline graded by evidence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from experiments import formats
from experiments.environment import environment
from experiments.labels import community_label, design_label, dimension_label, group_label
from experiments.page import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    Picture,
    Statement,
    Statements,
    Table,
)
from experiments.pages.cells import change_header, estimate, with_unit
from experiments.pages.policies import grading_block
from experiments.pages.provenance import provenance_block
from experiments.pages.view import graded
from experiments.result import StudyResult
from experiments.screening import TOP, assumption_sentences, number_label
from experiments.strength import screened_numbers, strength
from experiments.summary import (
    AIMS,
    COSTS,
    GROUP_AIMS,
    cautions,
    cost_sentence,
    effect_of,
    effect_of_all,
    gainers,
    largest_share_sentence,
    levels_table,
    measured,
    price_of,
    setting,
    shares_of,
    shares_table,
    togethers,
    whole_sentence,
)
from experiments.text import text
from sim.outcomes import OUTCOMES

MORE_OUTCOMES = ("trust", "undiscovered", "days_to_resolve", "volunteer_hours", "staff_load")


def report_page(
    result: StudyResult,
    language: str,
    figures: Mapping[str, str] | None = None,
    made_with: Mapping[str, Any] | None = None,
) -> list[Block]:
    """The blocks of a study's report.

    Parameters
    ----------
    result : StudyResult
    language : str
    figures : dict of str to str
        File of each figure, by its name in :data:`experiments.plots.REPORT_FIGURES`; others are left out.
    made_with : dict
        Versions, source hash and machine of the runs, as a manifest keeps them; default: those of this process.

    Notes
    -----
    Sentences of the answer and of the costs carry a grade; :mod:`experiments.strength` holds the rule.
    """
    drawn = figures or {}
    study = result.study
    sections: list[tuple[str, list[Block]]] = [
        ("section.answer", _answer(result, language)),
        (
            "section.levels",
            [_effects_table(result, language), _picture("overview", language, drawn), levels_table(result, language)],
        ),
        ("section.shares", [shares_table(result, language), _picture("shapley", language, drawn)]),
        ("section.together", [Bullets(togethers(result, language)), _picture("synergy", language, drawn)]),
        (
            "report.time",
            [_picture(name, language, drawn) for name in ("trajectories", "trajectories_by_community")],
        ),
        ("report.groups", _who(result, language, drawn)),
        ("section.cost", _cost(result, language)),
        ("report.sensitivity", _assumptions(result, language, drawn)),
        ("report.method", [Bullets(_method(result, language))]),
        ("section.caution", [Bullets(cautions(result, language))]),
        ("report.provenance", provenance_block(result, made_with or environment(), language)),
    ]
    page: list[Block] = [
        Heading(study.title[language], level=1),
        Paragraph(study.question[language]),
        Paragraph(setting(result, language)),
    ]
    for name, blocks in sections:
        kept = [block for block in blocks if not isinstance(block, Picture) or block.file]
        if kept:
            page += [Heading(text(language, name)), *kept]
    return page


def _picture(name: str, language: str, drawn: Mapping[str, str]) -> Picture:
    return Picture(text(language, f"figure.{name}"), drawn.get(name, ""), text(language, f"figure.{name}_note"))


# The answer -----------------------------------------------------------------------------------------------------------


def _answer(result: StudyResult, language: str) -> list[Block]:
    statements = []
    for name in measured(result, AIMS):
        effect = effect_of_all(result, name)
        rests_on = strength(effect["effect"], effect["low"], effect["high"], screened_numbers(result.study, name))
        statements.append(graded(whole_sentence(result, name, language), rests_on, name, effect["effect"], language))
        statements.append(_share_statement(result, name, language))
    return [Statements(statements), *grading_block(language)]


def _share_statement(result: StudyResult, name: str, language: str) -> Statement:
    """Which path brings most; screenings are of all paths together, so none grades a single one."""
    shares = shares_of(result, name)
    best = shares.loc[(shares["share"] * OUTCOMES[name].better).fillna(-math.inf).idxmax()]
    rests_on = strength(best["share"], best["low"], best["high"])
    return graded(largest_share_sentence(result, name, language), rests_on, name, best["share"], language)


# Effects --------------------------------------------------------------------------------------------------------------


def _effects_table(result: StudyResult, language: str) -> Table:
    """All paths against nothing: levels, change with its interval, and how often it was for the better."""
    rows = []
    for name in measured(result, (*AIMS, *MORE_OUTCOMES, *COSTS)):
        outcome, effect = OUTCOMES[name], effect_of_all(result, name)
        better = round(effect["better"] * effect["n"]) if outcome.better else None
        rows.append(
            [
                with_unit(outcome.label[language], formats.unit(outcome, language), language),
                formats.bare_level(outcome, effect["nothing"]),
                formats.bare_level(outcome, effect["value"]),
                estimate(name, effect, language),
                "–" if better is None else text(language, "report.of", part=better, whole=int(effect["n"])),
            ]
        )
    columns = ("outcome", "nothing", "all", "change", "better")
    return Table(
        [text(language, f"report.{column}") for column in columns], rows, text(language, "report.effects_note")
    )


# Who gains and who loses ----------------------------------------------------------------------------------------------


def _who(result: StudyResult, language: str, drawn: Mapping[str, str]) -> list[Block]:
    return [
        Bullets(gainers(result, language)),
        _picture("groups", language, drawn),
        Heading(text(language, "report.gaps"), level=3),
        _gaps_table(result, language),
        Heading(text(language, "report.communities"), level=3),
        _picture("communities", language, drawn),
        _communities_table(result, language),
    ]


def _gaps_table(result: StudyResult, language: str) -> Table:
    """The groups that were furthest apart without any path, and what all paths do to their gap."""
    rows = []
    for name in measured(result, GROUP_AIMS):
        outcome = OUTCOMES[name]
        for gap in result.gaps[result.gaps["outcome"] == name].to_dict("records"):
            words = text(
                language,
                "report.gap",
                outcome=outcome.label[language],
                dimension=dimension_label(gap["dimension"], language),
                top=group_label(gap["dimension"], gap["top"], language),
                bottom=group_label(gap["dimension"], gap["bottom"], language),
            )
            levels = [formats.bare_level(outcome, gap[column]) for column in ("nothing", "value")]
            rows.append([words, *levels, estimate(name, gap | {"effect": gap["change"]}, language)])
    header = [text(language, f"report.{column}") for column in ("gap_between", "nothing", "all", "change")]
    return Table(header, rows, text(language, "report.gaps_note"))


def _communities_table(result: StudyResult, language: str) -> Table:
    table = result.community_effects
    table = table[table["mask"] == result.study.all_on]
    outcomes = [name for name in (*AIMS, "yuan") if name in set(table["outcome"])]
    place = result.study.place()
    rows = []
    for community, part in table.groupby("community", sort=False):
        found = part.set_index("outcome")
        cells = [estimate(name, found.loc[name], language) for name in outcomes]
        rows.append([community_label(place, str(community), language), *cells])
    labels = [change_header(name, language) for name in outcomes]
    return Table([text(language, "report.community"), *labels], rows, text(language, "report.interval_note"))


# Costs ----------------------------------------------------------------------------------------------------------------


def _cost(result: StudyResult, language: str) -> list[Block]:
    statements: list[Statement] = []
    tables: list[Block] = []
    for name in measured(result, COSTS):
        effect = effect_of_all(result, name)
        rests_on = strength(effect["effect"], effect["low"], effect["high"])
        statements.append(graded(cost_sentence(result, name, language), rests_on, name, effect["effect"], language))
        tables += [
            Heading(text(language, f"report.price_{name}"), level=3),
            _price_table(result, name, language),
        ]
    return [Statements(statements), *tables]


def _price_table(result: StudyResult, cost: str, language: str) -> Table:
    """Extra cost of each path alone and of all, and what one more point of each aim costs with it."""
    aims = measured(result, AIMS)
    rows = []
    for mask in dict.fromkeys([*(1 << bit for bit in range(len(result.levers))), result.study.all_on]):
        prices = [price_of(result, mask, name, cost) for name in aims]
        extra = estimate(cost, effect_of(result, mask, cost), language)
        rows.append(
            [
                design_label(result.study, mask, language),
                extra,
                *("–" if price is None else f"{price:,.2f}" for price in prices),
            ]
        )
    header = [
        text(language, "table.design"),
        text(language, "report.extra", unit=formats.change_unit_alone(OUTCOMES[cost], language)),
        *(OUTCOMES[name].label[language] for name in aims),
    ]
    return Table(header, rows, text(language, "report.price_note"))


# Sensitivity and assumptions ------------------------------------------------------------------------------------------


def _assumptions(result: StudyResult, language: str, drawn: Mapping[str, str]) -> list[Block]:
    blocks: list[Block] = [
        Bullets(assumption_sentences(result.study, language)),
        _picture("assumptions", language, drawn),
    ]
    for name in measured(result, AIMS):
        table = screened_numbers(result.study, name)
        if table is None:
            continue
        outcome = OUTCOMES[name]
        size = abs(effect_of_all(result, name)["effect"])
        rows = [
            [
                number_label(row["parameter"], language),
                row["grade"],
                formats.bare_level(outcome, row["mu_star"]),
                f"{row['mu_star'] / size:.1f}" if size else "–",
            ]
            for row in table.nsmallest(TOP, "rank").to_dict("records")
        ]
        header = [
            text(language, "screening.number"),
            text(language, "screening.grade"),
            text(language, "report.moves", unit=formats.change_unit_alone(outcome, language)),
            text(language, "report.times_effect"),
        ]
        blocks += [Heading(outcome.label[language], level=3), Table(header, rows)]
    return blocks


# Method ---------------------------------------------------------------------------------------------------------------


def _method(result: StudyResult, language: str) -> list[str]:
    place = result.study.place()
    return [
        text(language, "report.method_model"),
        text(language, "report.method_mechanisms"),
        text(language, "report.method_odd"),
        text(
            language,
            "report.method_design",
            paths=len(result.levers),
            designs=result.plan.policies,
            replications=result.asked,
            warmup=place.warmup,
            weeks=place.weeks,
        ),
        text(language, "report.method_luck"),
        text(language, "report.method_intervals", replications=result.replications),
        text(language, "report.not_claimed"),
    ]
