"""What policies change: effects with their intervals, in each type of community, and against what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.formats import change, change_unit_alone, is_small, scale, unit
from experiments.labels import bare_lever_label
from experiments.pages.answered import tables_of
from experiments.pages.compared import Compared, compared
from experiments.pages.policies import chosen_policies, type_label
from experiments.plots import style
from experiments.plots.dose_response import draw_dose_response
from experiments.plots.portfolio import draw_portfolio
from experiments.result import StudyResult
from experiments.text import text
from sim.outcomes import OUTCOMES

MOST_ROWS, MOST_BY_TYPE, MOST_OUTCOMES, MOST_NAMED = 24, 12, 3, 8


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


def draw_effects_by_type(result: StudyResult, language: str) -> Figure | None:
    """A row for each policy, a panel for each type of community: the first outcome that communities have."""
    found = _compared(result)
    table = tables_of(result, "types").get("effects_by_type")
    if found is None or table is None:
        return None
    name = next((one for one in found.outcomes if one in set(table["outcome"])), "")
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
    """Effects on the first two outcomes against extra yuan; policies that no other beats in both are named."""
    found = _compared(result)
    if found is None or len(found.policies) < 2 or "yuan" not in result.outcomes:
        return None
    outcomes = [name for name in found.outcomes if name != "yuan"][:2]
    figure, grid = style.slide(
        text(language, "figure.cost_plane"),
        text(language, "figure.cost_plane_note"),
        1,
        max(1, len(outcomes)),
        figsize=(13.33, 7.5),
    )
    for name, axes in zip(outcomes, grid[0], strict=True):
        _plane(axes, found, name, language)
    return figure


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
    """Dots with intervals; an interval that reaches far beyond the dots runs out of the frame."""
    outcome, factor = OUTCOMES[name], scale(OUTCOMES[name])
    axes.axvline(0, color=style.INK, lw=1)
    values = np.array([cells[one]["effect"] * factor for one in policies if one in cells] or [0.0])
    reach = 2.0 * float(np.nanmax(np.abs(values))) or 1.0
    for height, policy in enumerate(policies):
        row = cells.get(policy)
        if row is None:
            continue
        color = _color(row, name)
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


def _color(row: Mapping[Any, Any], name: str) -> str:
    """Colour of an effect; grey also where it prints as 0."""
    outcome = OUTCOMES[name]
    if is_small(outcome, row["effect"]):
        return style.MUTED
    return style.verdict_color(row["effect"] * (outcome.better or 1), row["low"], row["high"])


def _same_scale(axes: list[Axes]) -> None:
    """The widest of the scales for all panels, so that they can be compared."""
    ends = np.array([one.get_xlim() for one in axes])
    for one in axes:
        one.set_xlim(ends[:, 0].min(), ends[:, 1].max())


def _plane(axes: Axes, found: Compared, name: str, language: str) -> None:
    outcome, factor = OUTCOMES[name], scale(OUTCOMES[name])
    gains, costs = (found.of(one).set_index("policy") for one in (name, "yuan"))
    both = gains.join(costs[["effect", "low", "high"]].add_suffix("_cost"), how="inner")
    axes.axhline(0, color=style.INK, lw=1)
    axes.axvline(0, color=style.INK, lw=1)
    colors = [_color(row, name) for row in both.to_dict("records")]
    x, y = both["effect_cost"], both["effect"] * factor
    if len(both) <= MOST_ROWS:
        for place, (_, row) in enumerate(both.iterrows()):
            look: dict[str, Any] = {"color": colors[place], "lw": 1.2, "alpha": 0.45}
            axes.plot([x.iloc[place]] * 2, [row["low"] * factor, row["high"] * factor], **look)
            axes.plot([row["low_cost"], row["high_cost"]], [y.iloc[place]] * 2, **look)
    axes.scatter(x, y, s=46 if len(both) <= MOST_ROWS else 26, c=colors, zorder=3, lw=0)
    front = both[unbeaten(both["gain"], both["effect_cost"])].sort_values("effect_cost")
    named = front[front["gain"] > 0]
    axes.scatter(
        named["effect_cost"], named["effect"] * factor, s=130, facecolors="none", edgecolors=style.INK, lw=1.6, zorder=4
    )
    legend = []
    shown = (
        named.iloc[np.unique(np.linspace(0, len(named) - 1, MOST_NAMED).round().astype(int))] if len(named) else named
    )
    for number, (policy, row) in enumerate(shown.iterrows(), start=1):
        axes.annotate(
            str(number),
            (row["effect_cost"], row["effect"] * factor),
            xytext=(7, 7),
            textcoords="offset points",
            fontsize=12,
            fontweight="bold",
        )
        legend.append(style.wrapped(f"{number} {found.label(int(str(policy)), language)}", 64))
    _frame(axes, x, y)
    axes.set_title(style.wrapped(OUTCOMES[name].label[language], 40))
    axes.set_ylabel(change_unit_alone(outcome, language), color=style.MUTED)
    words = text(language, "figure.extra_cost", unit=unit(OUTCOMES["yuan"], language))
    axes.set_xlabel("\n".join([words, "", *legend]), loc="left", fontsize=11, linespacing=style.LINES)


def unbeaten(gain: pd.Series, cost: pd.Series) -> np.ndarray:
    """Whether no other policy gains as much for as little, and more or for less."""
    g, c = gain.to_numpy(dtype=float), cost.to_numpy(dtype=float)
    as_good = (g[:, None] >= g) & (c[:, None] <= c)
    better = (g[:, None] > g) | (c[:, None] < c)
    return np.asarray(~(as_good & better).any(axis=0))


def _frame(axes: Axes, x: pd.Series, y: pd.Series) -> None:
    """Frame by the dots: intervals of few replications run out of it instead of flattening them."""
    for values, put in ((x, axes.set_xlim), (y, axes.set_ylim)):
        low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
        room = 0.3 * (high - low) or 1.0
        put(low - room, high + room)
