"""What the answer hangs on: uncertain numbers by screening, variance, regression and scenario discovery."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from experiments import formats
from experiments.analyses.morris import CHANCE
from experiments.analyses.sobol import SEED
from experiments.answers import EFFECT, LEVEL
from experiments.labels import factor_label
from experiments.page import Block, Bullets, Heading, Table
from experiments.pages.answered import tables_of
from experiments.pages.compared import compared
from experiments.pages.view import View
from experiments.result import StudyResult
from experiments.study import NOTHING
from experiments.study.numbers import EMERGENCY
from sim import catalogue
from sim.outcomes import OUTCOMES
from sim.scenario import mechanism_entries

TOP = 10
NAMED = 3
LEAST_SHARE = 0.05  # of the variance; what is estimated below that is mostly noise
ENOUGH_R2 = 0.7
ASSUMED = "D"
KINDS = ("morris", "sobol", "coefficients")


def grade_of(name: str) -> str:
    """Grade of evidence of an uncertain number; empty for what is no number of the catalogue."""
    return _grades().get(name, "")


@functools.cache
def _grades() -> Mapping[str, str]:
    return {one.name: one.grade for one in (*catalogue.entries(), *mechanism_entries())}


def shown_part(result: StudyResult, table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Part of a table that is told, and what it is of: the effect of the leading policy, or the level alone."""
    found = compared(result)
    if found is not None and EFFECT in set(table["of"]):
        design = result.plan.points.loc[result.plan.points["policy"] == found.leading, "design"].iloc[0]
        return table[(table["of"] == EFFECT) & (table["design"] == design)], EFFECT
    return table[table["of"] == LEVEL], LEVEL


def screened_here(result: StudyResult, policy: int, name: str) -> pd.DataFrame | None:
    """Numbers by their influence on an effect, from the study's own Morris screening."""
    table = tables_of(result, "morris").get("morris")
    if table is None:
        return None
    design = result.plan.points.loc[result.plan.points["policy"] == policy, "design"].iloc[0]
    part = table[(table["of"] == EFFECT) & (table["design"] == design) & (table["outcome"] == name)]
    numbers = part[part["factor"] != CHANCE]
    if numbers.empty:
        return None
    above = (
        numbers["above_chance"].astype("boolean").fillna(True).astype(bool)
    )  # unknown counts, to be on the safe side
    return numbers.assign(
        parameter=numbers["factor"],
        grade=numbers["factor"].map(grade_of),
        above_chance=above & (numbers["factor"] != EMERGENCY),
        rank=range(1, len(numbers) + 1),
    )


def sensitivity_block(view: View) -> list[Block]:
    """Everything that the study's design tells about its uncertain numbers."""
    parts = {kind: tables_of(view.result, kind).get(kind) for kind in KINDS}
    blocks: list[Block] = []
    for kind, table in parts.items():
        if table is not None:
            blocks += _of_kind(view, kind, table)
    return [*blocks, *_discovery(view)]


def _of_kind(view: View, kind: str, table: pd.DataFrame) -> list[Block]:
    sentence, row, columns = _TELL[kind]
    part, of = shown_part(view.result, table)
    policy = view.policy(view.compared.leading) if of == EFFECT and view.compared is not None else ""
    sentences = [view.say(f"general.of_{of}", policy=policy) + view.say(f"general.{kind}_is")]
    tables: list[Block] = []
    for name in view.result.study.outcomes:
        rows = part[(part["outcome"] == name) & (part["factor"] != CHANCE)].to_dict("records")
        if not rows:
            continue
        sentences.append(sentence(view, rows, name, of))
        header = [view.say("screening.number"), view.say("screening.grade"), *(view.say(id) for id in columns)]
        cells = [[_factor(view, one), grade_of(one["factor"]) or "–", *row(one, name)] for one in _top(rows, kind)]
        title = view.header(name) if kind == "morris" else view.outcome(name)
        tables += [Heading(title, level=3), Table(header, cells, view.say(f"general.{kind}_note"))]
    return [Bullets(sentences), *view.pictures(kind), *(tables if view.full else [])]


def _factor(view: View, row: Mapping[Any, Any]) -> str:
    return factor_words(view.result, row["factor"], view.language)


def factor_words(result: StudyResult, name: str, language: str) -> str:
    """Label of a factor, of the seed, or of what chance alone makes."""
    from experiments.labels import bare_lever_label
    from experiments.text import text

    if name == SEED:
        return text(language, "general.luck")
    if name in result.study.levers:
        return bare_lever_label(result.study, name, language)
    return factor_label(result.study, name, language)


def _top(rows: list[dict[Any, Any]], kind: str) -> list[dict[Any, Any]]:
    """Strongest factors, and in any case luck."""
    if kind == "sobol":
        rows = sorted(rows, key=lambda row: (row["factor"] == SEED, -_number(row["total"])))
    return [row for place, row in enumerate(rows) if place < TOP or row["factor"] == SEED]


def _number(value: float) -> float:
    return value if not math.isnan(value) else 0.0


def _named(view: View, rows: list[dict[Any, Any]], told: Mapping[Any, str]) -> str:
    """Factors with their grade and what is told of each."""
    listed = []
    for row in rows:
        label, grade = _factor(view, row), grade_of(row["factor"])
        graded = view.say("general.with_grade", label=label, grade=grade) if grade else label
        listed.append(f"{graded}{'' if graded.endswith('）') else ' '}{told[row['factor']]}")
    return view.listed(listed)


# Morris ---------------------------------------------------------------------------------------------------------------


def _morris_sentence(view: View, rows: list[dict[Any, Any]], name: str, of: str) -> str:
    known = all(row["above_chance"] is not pd.NA for row in rows)
    above = [row for row in rows if row["above_chance"] is pd.NA or bool(row["above_chance"])]
    outcome = OUTCOMES[name]
    if not above:
        return view.say("general.morris_none", outcome=view.outcome(name), numbers=len(rows))
    first = above[:NAMED]
    told = {row["factor"]: formats.bare_level(outcome, row["mu_star"]) for row in first}
    assumed = sum(grade_of(row["factor"]) == ASSUMED for row in above[:TOP])
    words = view.say(
        "general.morris_top" if known else "general.morris_unknown",
        outcome=view.outcome(name),
        unit=formats.change_unit_alone(outcome, view.language),
        numbers=_named(view, first, told),
    )
    words += view.say("general.morris_assumed", top=len(above[:TOP]), assumed=assumed)
    return words + (view.say("general.morris_above", above=len(above), all=len(rows)) if known else "")


def _morris_row(row: Mapping[Any, Any], name: str) -> list[str]:
    return [formats.bare_level(OUTCOMES[name], row[column]) for column in ("mu_star", "mu_star_conf", "noise", "sigma")]


# Sobol ----------------------------------------------------------------------------------------------------------------


def per_cent(share: float) -> str:
    """A share as a whole per cent, between 0 and 100 as estimates of small shares may lie outside."""
    return "–" if math.isnan(share) else f"{100 * min(max(share, 0.0), 1.0):.0f}"


def _sobol_sentence(view: View, rows: list[dict[Any, Any]], name: str, of: str) -> str:
    luck = next(row for row in rows if row["factor"] == SEED)
    numbers = sorted((row for row in rows if row["factor"] != SEED), key=lambda row: -_number(row["total"]))
    shares = [row for row in numbers if row["total"] >= LEAST_SHARE][:NAMED]
    if not shares:
        words = view.say("general.sobol_none", outcome=view.outcome(name))
    else:
        told = {
            row["factor"]: view.say(
                "general.sobol_shares",
                **{column: view.say("format.percent", number=per_cent(row[column])) for column in ("first", "total")},
            )
            for row in shares
        }
        words = view.say("general.sobol_top", outcome=view.outcome(name), numbers=_named(view, shares, told))
    if math.isnan(luck["total_of_all"]):
        return words + view.say("general.sobol_luck_unknown")
    low, high = (per_cent(luck[f"total_of_all_{end}"]) for end in ("low", "high"))
    return words + view.say("general.sobol_luck", luck=per_cent(luck["total_of_all"]), low=low, high=high)


def _sobol_row(row: Mapping[Any, Any], name: str) -> list[str]:
    return [_with_range(row, column) for column in ("first", "total", "total_of_all")]


def _with_range(row: Mapping[Any, Any], column: str) -> str:
    if math.isnan(row[column]):
        return "–"
    value, low, high = (per_cent(row[f"{column}{end}"]) for end in ("", "_low", "_high"))
    return f"{value} ({low}–{high})" if "–" not in (low, high) else value


# Regression -----------------------------------------------------------------------------------------------------------


def _coefficient_sentence(view: View, rows: list[dict[Any, Any]], name: str, of: str) -> str:
    r2 = rows[0]["r2"]
    if math.isnan(r2):
        return view.say("general.coefficients_none", outcome=view.outcome(name))
    told = {row["factor"]: _src(row) for row in rows[:NAMED]}
    words = view.say("general.coefficients_top", outcome=view.outcome(name), numbers=_named(view, rows[:NAMED], told))
    return words + view.say("general.r2" if r2 >= ENOUGH_R2 else "general.r2_low", r2=per_cent(r2))


def _src(row: Mapping[Any, Any]) -> str:
    return f"{row['src']:+.2f}".replace("-", formats.MINUS) if not math.isnan(row["src"]) else "–"


def _src_row(row: Mapping[Any, Any], name: str) -> list[str]:
    if math.isnan(row["low"]):
        return [_src(row), "–"]
    return [_src(row), " … ".join(_src({"src": row[end]}) for end in ("low", "high"))]


_TELL = {
    "morris": (
        _morris_sentence,
        _morris_row,
        ("screening.mu_star", "screening.half", "general.noise", "screening.sigma"),
    ),
    "sobol": (_sobol_sentence, _sobol_row, ("general.first", "general.total", "general.total_of_all")),
    "coefficients": (_coefficient_sentence, _src_row, ("general.src", "general.range")),
}


# Scenario discovery ---------------------------------------------------------------------------------------------------


def _discovery(view: View) -> list[Block]:
    """In which futures a policy fails, in words."""
    tables = tables_of(view.result, "discovery")
    if not tables:
        return []
    asked, futures = view.result.study.discovery, tables["futures"]
    outcome, failing = OUTCOMES[asked.outcome], int(futures["fails"].sum())
    if asked.design == NOTHING:  # which has no effect: its level is judged
        least = view.level(asked.outcome, asked.at_most)
    else:
        least = formats.change_in_words(outcome, asked.at_most, view.language)
    sentences = [
        view.say(
            "general.fails",
            design=_design(view, asked.design),
            outcome=view.outcome(asked.outcome),
            least=least,
            failing=failing,
            futures=len(futures),
        )
    ]
    limits = tables["discovery_limits"]
    for box in tables["discovery_boxes"].to_dict("records"):
        own = limits[limits["box"] == box["box"]].to_dict("records")
        sentences.append(
            view.say(
                "general.box",
                limits=view.listed([_limit(view, one) for one in own]),
                density=per_cent(box["density"]),
                coverage=per_cent(box["coverage"]),
            )
        )
    if failing and failing < len(futures) and len(sentences) == 1:
        sentences.append(view.say("general.no_box"))
    return [Heading(view.say("general.discovery"), level=3), Bullets(sentences)]


def _design(view: View, name: str) -> str:
    points = view.result.plan.points
    policy = int(points.loc[points["design"] == name, "policy"].iloc[0])
    return name if view.compared is None else view.policy(policy)


def _limit(view: View, row: Mapping[Any, Any]) -> str:
    low, high = (f"{row[end]:.3g}".replace("-", formats.MINUS) for end in ("low", "high"))
    label = factor_words(view.result, row["name"], view.language)
    return view.say(f"general.limit_{row['side']}", label=label, low=low, high=high)
