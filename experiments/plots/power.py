"""How large a pilot has to be, and how far its estimate lies from the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from experiments.formats import change, change_unit_alone, scale
from experiments.plots import style
from experiments.power.inference import JACKKNIFE
from experiments.power.page import design_words, months, outcome_words
from experiments.text import text
from sim.outcomes import OUTCOMES

if TYPE_CHECKING:
    from experiments.power.pilot import PilotPower

_MARKS = "osD^vPX*"


def draw_power(found: PilotPower, language: str) -> Figure:
    """Power by residents asked: a line for each number of communities, an axes for each length."""
    table, pilot = found.table, found.pilot
    lengths = sorted(table["weeks"].unique())
    figure, grid = style.slide(
        text(language, "power.figure_power"),
        text(language, "power.figure_power_note", **_told(found, language)),
        1,
        len(lengths),
        sharey=True,
    )
    for weeks, axes in zip(lengths, grid[0], strict=True):
        _draw_length(axes, table[table["weeks"] == weeks], language)
        axes.axhline(pilot.power, color=style.INK, linewidth=1.2, linestyle="--")
        axes.axhline(pilot.alpha, color=style.MUTED, linewidth=1.2, linestyle=":")
        axes.set_title(text(language, "power.months", number=months(int(weeks))))
        axes.set_xlabel(text(language, "power.axis_survey"), color=style.MUTED)
    grid[0][0].set_ylim(0.0, 1.0)
    grid[0][0].yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    grid[0][0].set_ylabel(text(language, "power.axis_power"), color=style.MUTED)
    handles, labels = grid[0][0].get_legend_handles_labels()
    figure.legend(handles[::-1], labels[::-1], loc="outside lower center", ncols=len(labels), fontsize=13)
    return figure


def _draw_length(axes: Axes, part: pd.DataFrame, language: str) -> None:
    for number, (count, line) in enumerate(part.groupby("communities")):
        color = style.PATH_COLORS[number % len(style.PATH_COLORS)]
        ordered = line.sort_values("survey_size")
        axes.fill_between(
            ordered["survey_size"], ordered["power_low"], ordered["power_high"], color=color, alpha=0.13, linewidth=0
        )
        axes.plot(
            ordered["survey_size"],
            ordered["power"],
            color=color,
            marker=_MARKS[number % len(_MARKS)],
            markersize=8,
            linewidth=2.4,
            clip_on=False,
            label=text(language, "power.count", number=count),
        )
    axes.set_xticks(sorted(part["survey_size"].unique()))


def draw_bias(found: PilotPower, language: str) -> Figure:
    """Bias with its interval by number of communities: an axes for each length, a mark for each method."""
    outcome = OUTCOMES[found.pilot.outcome]
    asked = int(found.table["survey_size"].max())
    table = found.methods[(found.methods["survey_size"] == asked) & (found.methods["method"] != JACKKNIFE)]
    lengths, counts = sorted(table["weeks"].unique()), sorted(table["communities"].unique(), reverse=True)
    names = list(dict.fromkeys(table["method"]))
    figure, grid = style.slide(
        text(language, "power.figure_bias"),
        text(language, "power.figure_bias_note", survey=asked, **_told(found, language)),
        1,
        len(lengths),
        sharey=True,
        sharex=True,
    )
    factor = scale(outcome)
    for weeks, axes in zip(lengths, grid[0], strict=True):
        part = table[table["weeks"] == weeks]
        for number, name in enumerate(names):
            rows = part[part["method"] == name].set_index("communities").loc[counts]
            heights = [place + 0.22 * (number - (len(names) - 1) / 2) for place in range(len(counts))]
            values = factor * rows["bias"]
            ends = [values - factor * rows["bias_low"], factor * rows["bias_high"] - values]
            axes.errorbar(
                values,
                heights,
                xerr=ends,
                fmt=_MARKS[number],
                color=style.PATH_COLORS[number + 1],
                markersize=9,
                linewidth=2.2,
                label=text(language, f"power.method.{name}"),
            )
        axes.axvline(0.0, color=style.INK, linewidth=1.2)
        style.quiet_rows(axes)
        truth = change(outcome, float(part["true_effect"].mean()))
        axes.set_title(f"{text(language, 'power.months', number=months(int(weeks)))} ({truth})")
        axes.set_xlabel(text(language, "power.axis_bias", unit=change_unit_alone(outcome, language)), color=style.MUTED)
    grid[0][0].set_yticks(range(len(counts)), [text(language, "power.count", number=count) for count in counts])
    grid[0][0].set_ylim(-0.6, len(counts) - 0.4)
    handles, labels = grid[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), fontsize=13)
    return figure


def _told(found: PilotPower, language: str) -> dict[str, str]:
    return {"design": design_words(found.design, language), "outcome": outcome_words(found, language)}
