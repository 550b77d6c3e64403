"""What policies change: effects with their intervals, in each type of community, and against what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.formats import change, change_unit_alone, scale
from experiments.labels import bare_lever_label, type_label
from experiments.pages.answered import tables_of
from experiments.pages.compared import Compared, compared
from experiments.pages.policies import chosen_policies
from experiments.plots import style
from experiments.plots.cost_effectiveness import draw_cost_effectiveness
from experiments.plots.dose_response import draw_dose_response
from experiments.plots.portfolio import draw_portfolio
from experiments.result import StudyResult
from experiments.text import text
from sim.outcomes import OUTCOMES

MOST_ROWS, MOST_BY_TYPE, MOST_OUTCOMES = 24, 12, 3


def draw_effects(result: StudyResult, language: str) -> Figure | None:
    """A row for each policy, a column for each outcome, with 95 % intervals."""
    found = _compared(result)
    if found is None:
        return None
    policies, outcomes = chosen_policies(found, MOST_ROWS), found.outcomes[:MOST_OUTCOMES]
    figure, axes = _rows(found, policies, len(outcomes), "effects", language)
    for name, one in zip(outcomes, axes, strict=True):
        cells = {policy: row for policy in policies if (row := found.row(policy, name)) is not None}
        _forest(one, cells, policies, name)
        one.set_title(style.wrapped(OUTCOMES[name].label[language], 26), linespacing=style.LINES)
        one.set_xlabel(change_unit_alone(OUTCOMES[name], language), color=style.MUTED)
    return figure


def draw_effects_by_type(result: StudyResult, language: str, outcome: str | None = None) -> Figure | None:
    """A row for each policy, a panel for each type of community: one outcome, by default the first they have."""
    found = _compared(result)
    table = tables_of(result, "types").get("effects_by_type")
    if found is None or table is None:
        return None
    name = outcome or next((one for one in found.outcomes if one in set(table["outcome"])), "")
    part = table[(table["outcome"] == name) & (table["n"] > 0)]
    types = list(dict.fromkeys(part["type"]))
    if len(types) < 2:
        return None
    policies = [found.reference] if found.leaves_out else chosen_policies(found, MOST_BY_TYPE)
    figure, axes = _rows(found, policies, len(types), "effects_by_type", language)
    for type_, one in zip(types, axes, strict=True):
        rows = part[part["type"] == type_].to_dict("records")
        cells = {row["policy"]: {str(key): value for key, value in row.items()} for row in rows}
        _forest(one, cells, policies, name)
        one.set_title(style.wrapped(type_label(str(type_), language), 16), fontsize=13, linespacing=style.LINES)
        one.set_xlabel(change_unit_alone(OUTCOMES[name], language), color=style.MUTED, fontsize=11)
    _same_scale(axes)
    figure.supylabel(OUTCOMES[name].label[language], fontsize=13, color=style.MUTED)
    return figure


def draw_cost_plane(result: StudyResult, language: str) -> Figure | None:
    """Effects on the first two outcomes against extra yuan."""
    found = _compared(result)
    if found is None or len(found.policies) < 2 or "yuan" not in result.outcomes:
        return None
    outcomes = [name for name in found.outcomes if name != "yuan"][:2]
    labels = {str(policy): found.label(policy, language) for policy in found.policies}  # which two may share
    effects = found.effects.assign(design=found.effects["policy"].astype(str))
    return draw_cost_effectiveness(effects, language, outcomes, labels=labels)


def draw_doses(result: StudyResult, language: str, place: int = 0) -> Figure | None:
    """Curves over the levels of each lever, for the first outcome or a later one."""
    tables = tables_of(result, "dose_response")
    curves = tables.get("dose_response")
    outcomes = list(result.study.outcomes)
    if curves is None or place >= len(outcomes) or curves.empty:
        return None
    levers = {id: bare_lever_label(result.study, id, language) for id in result.levers}
    figure = draw_dose_response(curves, tables["dose_response_facts"], outcomes[place], levers, language)
    figure.supylabel(OUTCOMES[outcomes[place]].label[language], fontsize=13, color=style.MUTED)
    return figure


def draw_second_doses(result: StudyResult, language: str) -> Figure | None:
    """Curves for the second outcome."""
    return draw_doses(result, language, place=1)


def draw_front(result: StudyResult, language: str) -> Figure | None:
    """The front that a search found."""
    goals, front = result.study.portfolio, tables_of(result, "portfolio").get("portfolio")
    if goals is None or front is None or not front["front"].any():
        return None
    levers = {id: bare_lever_label(result.study, id, language) for id in result.levers}
    return draw_portfolio(front, levers, goals, language)


def _compared(result: StudyResult) -> Compared | None:
    return None if result.study.portfolio is not None else compared(result)


def _rows(found: Compared, policies: list[int], columns: int, name: str, language: str) -> tuple[Figure, list[Axes]]:
    """Axes side by side whose rows are policies."""
    figure, grid = style.slide(
        text(language, f"figure.{name}"),
        text(language, f"figure.{name}_note"),
        1,
        columns,
        sharey=True,
        figsize=(13.33, max(4.6, 0.36 * len(policies) + 2.6)),
    )
    axes = list(grid[0])
    labels = [style.wrapped(found.label(policy, language), 44) for policy in policies]
    axes[0].set_yticks(range(len(policies)), labels, fontsize=11 if len(policies) > 8 else 12.5)
    axes[0].set_ylim(len(policies) - 0.4, -0.6)
    return figure, axes


def _forest(axes: Axes, cells: Mapping[int, Mapping[str, Any]], policies: list[int], name: str) -> None:
    """Dots with intervals; one that is far wider than the others runs out of the frame."""
    outcome, factor = OUTCOMES[name], scale(OUTCOMES[name])
    axes.axvline(0, color=style.INK, lw=1)
    values = np.array([cells[one]["effect"] * factor for one in policies if one in cells] or [0.0])
    widths = [(cells[one]["high"] - cells[one]["low"]) * factor for one in policies if one in cells]
    usual = float(np.median([one for one in widths if np.isfinite(one)] or [0.0]))
    reach = 2.0 * max(float(np.nanmax(np.abs(values))), usual) or 1.0
    for height, policy in enumerate(policies):
        row = cells.get(policy)
        if row is None:
            continue
        color = style.effect_color(OUTCOMES[name], row["effect"], row["low"], row["high"])
        low, high = max(row["low"] * factor, -3 * reach), min(row["high"] * factor, 3 * reach)
        axes.plot([low, high], [height, height], color=color, lw=2.2)
        axes.plot(row["effect"] * factor, height, "o", ms=7, color=color)
        style.beside(axes, change(outcome, row["effect"]), height, 40, fontsize=10.5, color=color)
    ends = [cells[one][end] * factor for one in policies if one in cells for end in ("low", "high")]
    known = [end for end in ends if np.isfinite(end)] or [0.0]
    least = max(min([*known, *values, 0.0]), min(values.min(), 0.0) - reach / 2)
    most = min(max([*known, *values, 0.0]), max(values.max(), 0.0) + reach / 2)
    room = 0.06 * (most - least) or 1.0
    axes.set_xlim(least - room, most + room)
    style.quiet_rows(axes)


def _same_scale(axes: list[Axes]) -> None:
    """The widest of the scales for all panels, so that they can be compared."""
    ends = np.array([one.get_xlim() for one in axes])
    for one in axes:
        one.set_xlim(ends[:, 0].min(), ends[:, 1].max())
