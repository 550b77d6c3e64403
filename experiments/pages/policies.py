"""What policies change: the answer in graded sentences, effects, who gains and loses, costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from experiments import formats
from experiments.analyses.intervals import is_clear
from experiments.labels import group_label, type_label
from experiments.page import Block, Bullets, Columns, Heading, Paragraph, Statement, Statements, Table
from experiments.pages.answered import tables_of
from experiments.pages.cells import estimate
from experiments.pages.compared import BAD, COSTS, GOOD, UNCLEAR, Compared
from experiments.pages.sensitivity import screened_here
from experiments.pages.view import View, graded
from experiments.strength import STRENGTHS, strength
from experiments.text import text
from sim.outcomes import OUTCOMES

MOST_ROWS, FEW_ROWS = 40, 12
MOST_NAMED = 5

# The answer -----------------------------------------------------------------------------------------------------------


def answer_block(view: View) -> list[Block]:
    """For each outcome: what does most good, what does harm, what is not clear."""
    found = view.compared
    if found is None:
        return []
    statements = [one for name in found.outcomes for one in _of_outcome(view, found, name)]
    return [Statements(statements)]


def grading_block(language: str) -> list[Block]:
    """The rule by which sentences are graded."""
    rule = [[text(language, f"strength.{kind}"), text(language, f"strength.{kind}_is")] for kind in STRENGTHS]
    return [
        Heading(text(language, "report.grading"), level=3),
        Paragraph(text(language, "report.rule")),
        Columns([text(language, "report.grade"), text(language, "report.meaning")], rule),
    ]


def _of_outcome(view: View, found: Compared, name: str) -> list[Statement]:
    table = found.of(name)
    if table.empty:
        return []
    rows = [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
    first = [_whole(view, found, name)] if found.leaves_out else []
    if len(rows) == 1:
        return [*first, _graded(view, _single(view, name, rows[0]), name, rows[0])]
    if found.leaves_out:
        return [*first, *_left_out(view, found, name, rows)]
    best = next((row for row in rows if row["verdict"] == GOOD), None)
    counts = _counts(view, table)
    if best is None:
        words = view.say("general.none_good", outcome=view.outcome(name), **_told(view, name, rows[0]))
        statements = [_graded(view, words + counts, name, rows[0])]
    else:
        words = view.say("general.best", outcome=view.outcome(name), **_told(view, name, best))
        statements = [
            _graded(view, words + _share(view, best) + _futures(view, found, name, best) + counts, name, best)
        ]
    return [*first, *statements, *_harm(view, name, rows)]


def _graded(view: View, words: str, name: str, row: dict[str, Any]) -> Statement:
    screened = screened_here(view.result, int(row["policy"]), name)
    rests_on = strength(row["effect"], row["low"], row["high"], screened)
    return graded(words, rests_on, name, row["effect"], view.language)


def _told(view: View, name: str, row: dict[str, Any]) -> dict[str, str]:
    return {
        "policy": view.policy(int(row["policy"])),
        "before": view.level(name, row["base"]),
        "after": view.level(name, row["value"]),
        "change": view.change(name, row),
    }


def _single(view: View, name: str, row: dict[str, Any]) -> str:
    """The only policy of a study."""
    assert view.compared is not None, "there is a policy"
    id = "general.single" if row["verdict"] != UNCLEAR else "general.single_unclear"
    words = view.say(id, outcome=view.outcome(name), **_told(view, name, row))
    return words + _share(view, row) + _futures(view, view.compared, name, row)


def _share(view: View, row: dict[str, Any]) -> str:
    """In how many pairs a policy is better."""
    if math.isnan(row["better"]) or row["n"] < 2:
        return ""
    return view.say("general.better_in", better=round(row["better"] * row["n"]), pairs=int(row["n"]))


def _futures(view: View, found: Compared, name: str, row: dict[str, Any]) -> str:
    """In how many futures a policy is better, and how far its effects reach over them."""
    if row["futures"] < 2:
        return ""
    outcome, counted = OUTCOMES[name], found.in_futures.loc[(row["policy"], name)]
    return view.say(
        "general.in_futures",
        helps=int(counted["helps"]),
        futures=int(counted["futures"]),
        spread=formats.interval(outcome, row["q05"], row["q95"], view.language),
        unit=formats.change_unit(outcome, view.language),
    )


def _counts(view: View, table: pd.DataFrame) -> str:
    verdicts = table["verdict"].value_counts()
    counts = {kind: int(verdicts.get(kind, 0)) for kind in (GOOD, BAD, UNCLEAR)}
    return view.say("general.counts", policies=len(table), **counts)


def _harm(view: View, name: str, rows: Sequence[dict[str, Any]]) -> list[Statement]:
    """What makes an outcome clearly worse, the worst first."""
    harmful = [row for row in reversed(rows) if row["verdict"] == BAD]
    if not harmful:
        return []
    listed = _listed(view, name, harmful, [view.policy(int(row["policy"])) for row in harmful])
    return [_graded(view, view.say("general.harm", outcome=view.outcome(name), policies=listed), name, harmful[0])]


def _listed(view: View, name: str, rows: Sequence[dict[str, Any]], labels: Sequence[str]) -> str:
    """Labels with their changes, at most a handful, and how many more there are."""
    told = [f"{label} {view.change(name, row)}" for label, row in zip(labels, rows, strict=True)][:MOST_NAMED]
    more = len(rows) - len(told)
    return view.listed(told) + (view.say("general.more", more=more) if more else "")


def _whole(view: View, found: Compared, name: str) -> Statement:
    """All levers together against nothing, where policies are all but one."""
    table = view.result.policy_effects
    part = table[(table["policy"] == found.reference) & (table["outcome"] == name)]
    row = {str(key): value for key, value in part.iloc[0].items()}
    gain = is_clear(row["low"], row["high"])
    words = view.say(
        "general.single" if gain else "general.single_unclear", outcome=view.outcome(name), **_told(view, name, row)
    )
    return _graded(view, words + _share(view, row), name, row)


def _left_out(view: View, found: Compared, name: str, rows: Sequence[dict[str, Any]]) -> list[Statement]:
    """Which levers are missed, and whose absence does good."""
    statements = []
    missed = [row for row in reversed(rows) if row["verdict"] == BAD]
    better_without = [row for row in rows if row["verdict"] == GOOD]
    for id, some in (("general.missed", missed), ("general.better_without", better_without)):
        if some:
            labels = [found.left_out(int(row["policy"]), view.language) for row in some]
            words = view.say(id, outcome=view.outcome(name), levers=_listed(view, name, some, labels))
            statements.append(_graded(view, words, name, some[0]))
    unclear = [row for row in rows if row["verdict"] == UNCLEAR]
    if unclear:
        words = view.say("general.not_missed", outcome=view.outcome(name), unclear=len(unclear), levers=len(rows))
        statements.append(_graded(view, words, name, unclear[0]))
    return statements


# Effects --------------------------------------------------------------------------------------------------------------


def effects_block(view: View) -> list[Block]:
    """Table of policies by outcomes and costs."""
    found = view.compared
    if found is None:
        return []
    return [_effects_table(view, found), *view.pictures("effects")]


def chosen_policies(found: Compared, most: int) -> list[int]:
    """Policies by their gain in the first outcome; where there are too many, the best and the worst for each."""
    orders = [found.of(name)["policy"].tolist() for name in found.outcomes]
    picked: dict[int, None] = {}
    for place in range(len(orders[0])):
        for order in orders:
            for policy in (order[place], order[-1 - place]) if place < len(order) else ():
                if len(picked) < most:
                    picked.setdefault(policy)
    return [policy for policy in orders[0] if policy in picked]


def _effects_table(view: View, found: Compared) -> Table:
    rows = chosen_policies(found, MOST_ROWS if view.full else FEW_ROWS)
    shown = [name for name in found.shown if name in view.result.outcomes]
    cells = [[view.policy(one), *(view.cell(name, found.row(one, name)) for name in shown)] for one in rows]
    base = view.policy(found.reference)
    note = view.say("general.effects_note", reference=base) + view.table_note + view.units_note(shown)
    left = len(found.policies) - len(rows)
    if left:
        note += view.say("general.left_out", shown=len(rows), left=left)
    return Table([view.say("general.policy"), *map(view.column, shown)], cells, note)


# Who gains and who loses ----------------------------------------------------------------------------------------------


def who_block(view: View) -> list[Block]:
    """Effects of the leading policy by type of community and by resident group."""
    found = view.compared
    if found is None:
        return []
    types = _leading(found, tables_of(view.result, "types").get("effects_by_type"))
    groups = _leading(found, tables_of(view.result, "groups").get("effects_by_group"))
    sentences = [_type_sentence(view, types, name) for name in found.outcomes if len(types)]
    sentences += [_group_sentence(view, groups, name) for name in _group_outcomes(groups, found)]
    blocks: list[Block] = [Bullets([one for one in sentences if one])] if any(sentences) else []
    if not blocks:
        return []
    blocks.insert(0, Paragraph(view.say("general.who", policy=view.policy(found.leading), reference=view.policy(0))))
    if view.full and len(types):
        blocks += [Heading(view.say("general.by_type"), level=3), _types_table(view, types, found)]
    return [*blocks, *view.pictures("effects_by_type")]


def _leading(found: Compared, table: pd.DataFrame | None) -> pd.DataFrame:
    if table is None:
        return pd.DataFrame()
    return table[(table["policy"] == found.leading) & (table["n"] > 0)]


def _group_outcomes(groups: pd.DataFrame, found: Compared) -> list[str]:
    """Outcomes that groups have; they take part over the year, which has a name of its own."""
    if groups.empty:
        return []
    wanted = [name if name != "participation" else "participation_year" for name in found.outcomes]
    return [name for name in dict.fromkeys(wanted) if name in set(groups["outcome"])]


def _type_sentence(view: View, types: pd.DataFrame, name: str) -> str:
    rows = types[types["outcome"] == name].to_dict("records")
    if len(rows) < 2:
        return ""
    ordered = sorted(rows, key=lambda row: -row["effect"] * (OUTCOMES[name].better or 1))
    listed = [f"{type_label(row['type'], view.language)} {estimate(name, row, view.language)}" for row in ordered]
    unit = formats.change_unit_alone(OUTCOMES[name], view.language)
    return view.say("general.types", outcome=view.outcome(name), unit=unit, types=view.listed(listed))


def _group_sentence(view: View, groups: pd.DataFrame, name: str) -> str:
    part = groups[groups["outcome"] == name]
    ordered = part.assign(gain=part["effect"] * (OUTCOMES[name].better or 1)).sort_values("gain").to_dict("records")
    if not any(is_clear(row["low"], row["high"]) for row in ordered):
        return view.say("summary.no_group", outcome=view.outcome(name))
    losers = [row for row in ordered if row["gain"] < 0 and is_clear(row["low"], row["high"])]
    words = view.say(
        "general.groups",
        outcome=view.outcome(name),
        unit=formats.change_unit_alone(OUTCOMES[name], view.language),
        most=_group(view, ordered[-1]),
        most_change=estimate(name, ordered[-1], view.language),
        least=_group(view, ordered[0]),
        least_change=estimate(name, ordered[0], view.language),
    )
    if not losers:
        return words + view.say("summary.no_losers")
    return words + view.say("summary.losers", groups=view.listed([_group(view, row) for row in losers], "comma"))


def _group(view: View, row: Any) -> str:
    return group_label(row["dimension"], row["group"], view.language)


def _types_table(view: View, types: pd.DataFrame, found: Compared) -> Table:
    shown = [name for name in found.shown if name in set(types["outcome"])]
    rows = []
    for type_, part in types.groupby("type", sort=False):
        cells = {row["outcome"]: row for row in part.to_dict("records")}
        rows.append([type_label(str(type_), view.language), *(view.cell(name, cells.get(name)) for name in shown)])
    return Table([view.say("general.type"), *map(view.header, shown)], rows, view.table_note)


# Costs ----------------------------------------------------------------------------------------------------------------


def cost_block(view: View) -> list[Block]:
    """What one more point costs, the cheapest policies first."""
    found = view.compared
    if found is None or found.leaves_out:
        return []
    aims = _priced(found)
    is_priced = any(price(found, one, name) is not None for one in found.policies for name in aims)
    sentences = [_price_sentence(view, found, name) for name in aims] if is_priced else [view.say("general.no_prices")]
    table = [_price_table(view, found)] if view.full and is_priced else []
    return [Bullets(sentences), *table, *view.pictures("cost_plane")]


def _priced(found: Compared) -> list[str]:
    """Outcomes of interest that are shares or scores: the others have no points."""
    return [name for name in found.outcomes if OUTCOMES[name].unit in (formats.SHARE, formats.SCORE)]


def price(found: Compared, policy: int, name: str, cost: str = "yuan") -> float | None:
    """Extra cost of one point; None unless the gain is clear and costs more."""
    gain, extra = found.row(policy, name), found.row(policy, cost)
    if gain is None or extra is None or gain["verdict"] != GOOD or extra["effect"] <= 0:
        return None
    return float(extra["effect"] / abs(gain["effect"] * formats.scale(OUTCOMES[name])))


def _price_sentence(view: View, found: Compared, name: str) -> str:
    prices = sorted((amount, one) for one in found.policies if (amount := price(found, one, name)) is not None)
    if not prices:
        return view.say("general.no_price", outcome=view.outcome(name))
    listed = [f"{view.policy(one)} {amount:.2f}" for amount, one in prices[:MOST_NAMED]]
    unit = formats.change_unit(OUTCOMES[name], view.language)
    more = len(prices) - len(listed)
    words = view.say("summary.price", outcome=view.outcome(name), unit=unit, prices=view.listed(listed))
    return words + (view.say("general.more_prices", more=more) if more and not view.full else "")


def _price_table(view: View, found: Compared) -> Table:
    aims = _priced(found)
    costs = [name for name in COSTS if name in view.result.outcomes]
    order = sorted(found.policies, key=lambda one: price(found, one, aims[0]) or float("inf"))
    some = [one for one in order if any(price(found, one, name) is not None for name in aims)]
    rows = []
    for one in some[:MOST_ROWS]:
        amounts = [price(found, one, name) for name in aims]
        told = ["–" if amount is None else f"{amount:,.2f}" for amount in amounts]
        rows.append([view.policy(one), *(view.cell(name, found.row(one, name)) for name in costs), *told])
    header = [view.say("general.policy"), *map(view.header, costs)]
    header += [view.say("general.price_of", outcome=view.outcome(name)) for name in aims]
    left = len(found.policies) - len(rows)
    note = view.say("general.price_note") + (view.say("general.no_price_rows", left=left) if left else "")
    return Table(header, rows, note)
