"""What levers do alone, at rising doses, and together: sentences from main effects and dose-response curves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from experiments.analyses.dose_response import FLAT, PLACE, TURNING
from experiments.analyses.intervals import is_clear
from experiments.formats import is_small
from experiments.labels import bare_lever_label, type_label
from experiments.page import Block, Bullets, Heading, Table
from experiments.pages.answered import tables_of
from experiments.pages.view import View
from experiments.study.spec import lever_design
from sim.outcomes import OUTCOMES

SHOWN_PAIRS = 3
CHANCE = 0.05
_CROSSED = ("full_factorial", "fractional_factorial")
_WITH_PAIRS = (*_CROSSED, "pairs")


def lever(view: View, id: str) -> str:
    """Label of a lever."""
    return bare_lever_label(view.result.study, id, view.language)


# Doses ----------------------------------------------------------------------------------------------------------------


def dose_block(view: View) -> list[Block]:
    """Where half of a gain is reached, where more does harm, and in which types of community."""
    facts = tables_of(view.result, "dose_response").get("dose_response_facts")
    if facts is None:
        return []
    sentences = []
    for name in view.result.study.outcomes:
        part = facts[facts["outcome"] == name]
        sentences += _doses(view, part[part["type"] == PLACE], name) + _harmed_types(view, part, name)
    return [Bullets(sentences), *view.pictures("dose_response", "dose_response_second")]


def _doses(view: View, facts: pd.DataFrame, name: str) -> list[str]:
    rows = facts.to_dict("records")
    flat = [lever(view, row["lever"]) for row in rows if row["shape"] == FLAT]
    told = [_dose(view, row, name) for row in rows if row["shape"] != FLAT]
    if flat:
        told.append(view.say("general.flat", outcome=view.outcome(name), levers=view.listed(flat)))
    return told


def _dose(view: View, row: Mapping[Any, Any], name: str) -> str:
    gain = {"effect": row["gain"], "low": row["gain_low"], "high": row["gain_high"]}
    better = row["gain"] * (OUTCOMES[name].better or 1) > 0
    labels = {"outcome": view.outcome(name), "lever": lever(view, row["lever"])}
    change = view.change(name, gain)
    if row["shape"] == TURNING:
        back = {"effect": row["back"], "low": row["back_low"], "high": row["back_high"]}
        extreme = f"{row['extreme']:g}"
        return view.say("general.turning", **labels, extreme=extreme, change=change, back=view.change(name, back))
    if not is_clear(row["gain_low"], row["gain_high"]):
        return view.say("general.some_levels", **labels, change=change)
    half, low, high = (f"{row[end]:.2g}" for end in ("half", "half_low", "half_high"))
    words = view.say("general.more_helps" if better else "general.more_harms", **labels, change=change)
    return words + view.say(
        "general.half", half=half, low=low, high=high, bend=view.say(f"dose_response.{row['bend']}")
    )


def _harmed_types(view: View, facts: pd.DataFrame, name: str) -> list[str]:
    """Types of community in which the highest level makes an outcome clearly worse."""
    better = OUTCOMES[name].better
    harmed = [
        view.say("general.type_and_lever", type=type_label(row["type"], view.language), lever=lever(view, row["lever"]))
        for row in facts[facts["type"] != PLACE].to_dict("records")
        if is_clear(row["gain_low"], row["gain_high"])
        and row["gain"] * better < 0
        and not is_small(OUTCOMES[name], row["gain"])
    ]
    if not harmed:
        return []
    return [view.say("general.harmed_types", outcome=view.outcome(name), types=view.listed(harmed))]


# Together -------------------------------------------------------------------------------------------------------------


def together_block(view: View) -> list[Block]:
    """Strongest synergies and redundancies of two levers; main effects, where all combinations were run."""
    table = tables_of(view.result, "main_effects").get("main_effects")
    design = lever_design(view.result.study)
    if table is None or design is None or design.kind not in _WITH_PAIRS or "interaction" not in set(table["kind"]):
        return []
    pairs = table[table["kind"] == "interaction"]
    pairs = pairs.assign(**{name: 2 * pairs[name] for name in ("effect", "low", "high")})
    sentences = [_pairs(view, pairs[pairs["outcome"] == name], name) for name in view.result.study.outcomes]
    number = len(pairs[["first", "second"]].drop_duplicates())
    sentences.append(view.say("general.synergy_is"))
    if number > 1:
        sentences.append(view.say("general.many_pairs", pairs=number, chance=max(1, round(CHANCE * number))))
    if pairs["aliases"].ne("").any():
        sentences.append(view.say("general.aliased"))
    return [Bullets(sentences), *_main_effects(view, table[table["kind"] == "main"])]


def _pairs(view: View, pairs: pd.DataFrame, name: str) -> str:
    outcome = OUTCOMES[name]
    rows = [
        row
        for row in pairs.assign(gain=pairs["effect"] * (outcome.better or 1)).sort_values("gain").to_dict("records")
        if is_clear(row["low"], row["high"]) and not is_small(outcome, row["effect"])
    ]
    synergies = [row for row in reversed(rows) if row["gain"] > 0]
    redundancies = [row for row in rows if row["gain"] < 0]
    words = "".join(
        view.say(id, clear=len(some), pairs=view.listed([_pair(view, row, name) for row in some[:SHOWN_PAIRS]]))
        for id, some in (("general.synergies", synergies), ("general.redundancies", redundancies))
        if some
    )
    return view.say("summary.of_outcome", outcome=view.outcome(name), words=words or view.say("general.no_pairs"))


def _pair(view: View, row: Mapping[Any, Any], name: str) -> str:
    first, second = (lever(view, row[place]) for place in ("first", "second"))
    return view.say("general.pair", first=first, second=second, change=view.change(name, row))


def _main_effects(view: View, mains: pd.DataFrame) -> Iterable[Block]:
    """Main effects, which are means over all settings of the other levers only where these were run."""
    design = lever_design(view.result.study)
    if not view.full or design is None or design.kind not in _CROSSED:
        return []
    outcomes = list(view.result.study.outcomes)
    rows = []
    for id, part in mains.groupby("first", sort=False):
        cells = {row["outcome"]: row for row in part.to_dict("records")}
        rows.append([lever(view, str(id)), *(view.cell(name, cells.get(name)) for name in outcomes)])
    header = [view.say("general.lever"), *map(view.header, outcomes)]
    note = view.say("general.main_note") + view.table_note
    return [Heading(view.say("general.main_effects"), level=3), Table(header, rows, note)]
