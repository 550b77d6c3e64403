"""Which uncertain numbers decide: bars of influence, of shares of the variance, and of regression coefficients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from experiments.analyses.morris import CHANCE
from experiments.analyses.sobol import SEED
from experiments.formats import bare_level, change_unit_alone, scale
from experiments.pages.answered import tables_of
from experiments.pages.sensitivity import factor_words, grade_of, per_cent, shown_part
from experiments.plots import style
from experiments.plots.screening import COLORS
from experiments.result import StudyResult
from experiments.text import text
from sim.catalogue import GRADES
from sim.outcomes import OUTCOMES

NAMED, MOST_OUTCOMES = 8, 3
BAR = 0.62

Panel = Callable[[Axes, pd.DataFrame, str], None]


def draw_morris(result: StudyResult, language: str) -> Figure | None:
    """Mean influence of the strongest numbers, coloured by grade, each with a mark of what luck makes of it."""

    def panel(axes: Axes, part: pd.DataFrame, name: str) -> None:
        factor = scale(OUTCOMES[name])
        numbers = part[part["factor"] != CHANCE].head(NAMED)
        rows = numbers.to_dict("records")
        _bars(axes, numbers["mu_star"] * factor, numbers["mu_star_conf"] * factor, _colors(numbers))
        for height, row in enumerate(rows):
            words = f"{bare_level(OUTCOMES[name], row['mu_star'])}  {grade_of(row['factor'])}"
            style.beside(axes, words, height, 62, fontsize=12)
        at = np.arange(len(numbers))
        luck = numbers["noise"].to_numpy(dtype=float) * factor
        axes.vlines(luck, at - 0.42, at + 0.42, color=style.INK, lw=2.4)
        axes.set_xlim(0, None)
        label, unit = OUTCOMES[name].label[language], change_unit_alone(OUTCOMES[name], language)
        axes.set_title(text(language, "format.with_unit", label=label, unit=unit), fontsize=13)

    return _drawn(result, "morris", panel, language, _grades(language))


def draw_sobol(result: StudyResult, language: str) -> Figure | None:
    """Shares of all variance: of each number alone and with its interactions, and of luck."""

    def panel(axes: Axes, part: pd.DataFrame, name: str) -> None:
        known = part["total_of_all"].notna().any()
        columns = ("first_of_all", "total_of_all") if known else ("first", "total")
        luck = part[part["factor"] == SEED]
        numbers = part[part["factor"] != SEED].sort_values(columns[1], ascending=False).head(NAMED - 1)
        part = pd.concat([numbers, luck]) if known else numbers
        colors = [style.MUTED if factor == SEED else style.GOOD for factor in part["factor"]]
        alone, whole = (100 * part[column].clip(0, 1) for column in columns)
        axes.barh(range(len(part)), alone, color=colors, height=BAR / 2)
        axes.barh(range(len(part)), whole, color=colors, height=BAR, alpha=0.35)
        ends = 100 * part[[f"{columns[1]}_low", f"{columns[1]}_high"]].clip(0, 1).to_numpy()
        axes.hlines(range(len(part)), ends[:, 0], ends[:, 1], color=style.INK, lw=1.4)
        for height, value in enumerate(part[columns[1]]):
            style.beside(axes, text(language, "format.percent", number=per_cent(value)), height, 46)
        axes.set_xlim(0, 100)
        axes.set_title(OUTCOMES[name].label[language], fontsize=13)

    legend = [
        Patch(color=style.GOOD, label=text(language, "figure.first_order")),
        Patch(color=style.GOOD, alpha=0.35, label=text(language, "figure.total_order")),
        Patch(color=style.MUTED, label=text(language, "general.luck")),
    ]
    return _drawn(result, "sobol", panel, language, legend, text(language, "figure.share_of_variance"))


def draw_coefficients(result: StudyResult, language: str) -> Figure | None:
    """Standardised regression coefficients of the strongest numbers."""

    def panel(axes: Axes, part: pd.DataFrame, name: str) -> None:
        numbers = part.head(NAMED)
        axes.barh(range(len(numbers)), numbers["src"], height=BAR, color=_colors(numbers), alpha=0.9)
        axes.hlines(range(len(numbers)), numbers["low"], numbers["high"], color=style.INK, lw=1.4)
        axes.axvline(0, color=style.INK, lw=1)
        axes.set_title(OUTCOMES[name].label[language], fontsize=13)

    return _drawn(result, "coefficients", panel, language, _grades(language))


def _drawn(
    result: StudyResult, kind: str, panel: Panel, language: str, legend: list[Patch], below: str = ""
) -> Figure | None:
    """A panel for each outcome, below each other; None where the study has no such analysis."""
    table = tables_of(result, kind).get(kind)
    if table is None:
        return None
    part, _ = shown_part(result, table)
    names = [name for name in result.study.outcomes if name in set(part["outcome"])][:MOST_OUTCOMES]
    if not names:
        return None
    heights = [min(NAMED, int((part["outcome"] == name).sum())) for name in names]
    figure, grid = style.slide(
        text(language, f"figure.{kind}"),
        text(language, f"figure.{kind}_note"),
        len(names),
        1,
        figsize=(13.33, 2.4 + 0.45 * sum(heights) + 0.5 * len(names)),
        height_ratios=heights,
    )
    for name, axes in zip(names, grid[:, 0], strict=True):
        _name_rows(axes, part[part["outcome"] == name], result, kind, language)
        panel(axes, part[part["outcome"] == name], name)
        style.quiet_rows(axes)
    if below:
        grid[-1, 0].set_xlabel(below, color=style.MUTED)
    figure.legend(handles=legend, loc="outside lower center", ncols=2 if len(legend) == len(GRADES) else 3, fontsize=12)
    return figure


def _name_rows(axes: Axes, part: pd.DataFrame, result: StudyResult, kind: str, language: str) -> None:
    """Labels of the rows in the order in which the panel shows them."""
    numbers = part[~part["factor"].isin([CHANCE, SEED])]
    if kind == "sobol":
        known = part["total_of_all"].notna().any()
        numbers = numbers.sort_values("total_of_all" if known else "total", ascending=False).head(NAMED - 1)
        factors = [*numbers["factor"], *([SEED] if known else [])]
    else:
        factors = list(numbers["factor"].head(NAMED))
    labels = [style.wrapped(factor_words(result, one, language), 64) for one in factors]
    axes.set_yticks(range(len(labels)), labels, fontsize=11)
    axes.set_ylim(len(labels) - 0.4, -0.6)


def _bars(axes: Axes, sizes: pd.Series, halves: pd.Series, colors: list[str]) -> None:
    rows = range(len(sizes))
    axes.barh(rows, sizes, height=BAR, color=colors, alpha=0.9)
    axes.hlines(rows, (sizes - halves).clip(lower=0), sizes + halves, color=style.INK, lw=1.4)


def _colors(numbers: pd.DataFrame) -> list[str]:
    return [COLORS.get(grade_of(one), style.MUTED) for one in numbers["factor"]]


def _grades(language: str) -> list[Any]:
    meanings = ("grade.a", "grade.b", "grade.c", "grade.d")
    return [
        Patch(color=COLORS[grade], label=text(language, "figure.grade", grade=grade, meaning=text(language, meaning)))
        for grade, meaning in zip(GRADES, meanings, strict=True)
    ]
