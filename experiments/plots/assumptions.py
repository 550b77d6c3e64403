"""Which uncertain numbers could turn the answer: their influence beside the size of the effect."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from experiments.formats import bare_level, change_unit_alone, scale
from experiments.plots import style
from experiments.plots.screening import COLORS
from experiments.result import StudyResult
from experiments.screening import SHOWN, number_label
from experiments.strength import screened_numbers
from experiments.text import text
from sim.catalogue import GRADES
from sim.outcomes import OUTCOMES

NAMED = 6  # numbers for each outcome


def draw_assumptions(result: StudyResult, language: str) -> Figure | None:
    """Bars of the most influential numbers for each headline, coloured by grade; None where none were screened."""
    screened = {name: screened_numbers(result.study, name) for name in SHOWN if name in result.outcomes}
    known = {name: table for name, table in screened.items() if table is not None}
    if not known:
        return None
    figure, axes = style.slide(
        text(language, "figure.assumptions"),
        text(language, "figure.assumptions_note"),
        len(known),
        1,
        figsize=(13.33, 2.0 + 3.3 * len(known)),
    )
    effects = result.effects[result.effects["mask"] == result.study.all_on].set_index("outcome")["effect"]
    for (name, table), one in zip(known.items(), axes[:, 0], strict=True):
        _draw_outcome(one, table.nsmallest(NAMED, "rank"), name, abs(float(effects[name])), language)
    handles = [
        Patch(color=COLORS[grade], label=text(language, "figure.grade", grade=grade, meaning=text(language, meaning)))
        for grade, meaning in zip(GRADES, ("grade.a", "grade.b", "grade.c", "grade.d"), strict=True)
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2, fontsize=12)
    return figure


def _draw_outcome(axes: Axes, table: pd.DataFrame, name: str, effect: float, language: str) -> None:
    outcome, factor = OUTCOMES[name], scale(OUTCOMES[name])
    for height, row in enumerate(table.to_dict("records")):
        axes.barh(height, row["mu_star"] * factor, height=0.62, color=COLORS[row["grade"]], alpha=0.9)
        words = f"{bare_level(outcome, row['mu_star'])}  {row['grade']}"
        style.beside(axes, words, height, 62, fontsize=12)
    axes.axvline(effect * factor, color=style.INK, lw=1.6, ls=(0, (4, 3)))
    labels = [style.wrapped(number_label(row, language), 64) for row in table["parameter"]]
    axes.set_yticks(range(len(labels)), labels, fontsize=11)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    label, unit = outcome.label[language], change_unit_alone(outcome, language)
    size = bare_level(outcome, effect)
    axes.set_title(text(language, "figure.effect_size", outcome=label, unit=unit, size=size), fontsize=13)
    axes.set_xlim(0, 1.06 * factor * max(effect, float(table["mu_star"].max())))
    style.quiet_rows(axes)
