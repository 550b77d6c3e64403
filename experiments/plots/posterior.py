"""Figures of a calibration: parameters before and after, targets met or not, and which parameters trade off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from experiments import formats
from experiments.plots import style
from experiments.text import text
from sim.outcomes import OUTCOMES

if TYPE_CHECKING:
    from experiments.calibration import Posterior

COLUMNS, BINS = 3, 20
PRIOR = "#D1D5DB"
SHOWN = 400  # points of a pair
FARTHEST = 0.6  # widths of the prior interval outside it at which a mark is drawn as an arrow
OBSERVED, SIMULATED = 96.0, 186.0  # points from the axes at which the columns of numbers end


def draw_posterior(posterior: Posterior, known: Mapping[str, float] | None = None) -> Figure:
    """An axes for each parameter, over its prior range; a mark where its value is known."""
    known = known or {}
    rows = posterior.summary.to_dict("records")
    columns = min(COLUMNS, len(rows))
    lines = -(-len(rows) // columns)
    language = posterior.language
    figure, grid = style.slide(
        text(language, "posterior.figure"),
        text(language, "posterior.figure_note"),
        lines,
        columns,
        figsize=(13.33, max(4.6, 2.65 * lines + 1.9)),
    )
    for row, axes in zip(rows, grid.flat, strict=False):
        _draw_parameter(axes, row, posterior.sample[row["parameter"]].to_numpy())
        axes.set_title(style.wrapped(row["label"], 108 // columns), fontsize=13, linespacing=style.LINES)
        if row["parameter"] in known:
            axes.plot(known[row["parameter"]], 0.0, "^", ms=13, color=style.INK, mec="white", clip_on=False, zorder=5)
    for axes in list(grid.flat)[len(rows) :]:
        axes.set_visible(False)
    if known:
        mark = Line2D([], [], ls="", marker="^", ms=11, color=style.INK, label=text(language, "posterior.legend_known"))
        figure.legend(handles=[mark], loc="outside lower center", fontsize=12)
    return _placed(figure)


def _draw_parameter(axes: Axes, row: Mapping[Any, Any], draws: np.ndarray) -> None:
    low, high = row["prior_low"], row["prior_high"]
    color = style.GOOD if row["identified"] else style.BAD
    heights, edges = np.histogram(draws, BINS, (low, high), density=True)
    heights *= high - low  # 1 is the prior
    axes.bar((low + high) / 2, 1.0, high - low, color=PRIOR, lw=0)
    axes.stairs(heights, edges, fill=True, color=color, alpha=0.55, lw=0)
    top = max(1.6, float(heights.max()) * 1.08)
    axes.plot([row["low"], row["high"]], [-0.045 * top] * 2, color=color, lw=5, solid_capstyle="butt", clip_on=False)
    axes.vlines(row["median"], 0.0, top, color=style.INK, lw=1.8)
    axes.set_ylim(-0.08 * top, top)
    axes.set_xlim(low, high)
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=5)
    axes.spines["left"].set_visible(False)
    axes.grid(visible=False)


def draw_fit(posterior: Posterior) -> Figure:
    """A row for each target, scaled by what the model makes over all prior ranges."""
    language, table = posterior.language, posterior.fit
    rows = table.to_dict("records")
    figure, grid = style.slide(
        text(language, "posterior.figure_fit"),
        text(language, "posterior.figure_fit_note"),
        1,
        1,
        figsize=(13.33, max(4.6, 0.5 * len(rows) + 2.9)),
    )
    axes = grid[0][0]
    for height, row in enumerate(rows):
        _draw_target(axes, row, height)
    labels = [
        text(language, "format.with_unit", label=row["label"], unit=formats.unit(OUTCOMES[row["outcome"]], language))
        for row in rows
    ]
    axes.set_yticks(range(len(rows)), [style.wrapped(one, 52) for one in labels], fontsize=12)
    axes.set_ylim(len(rows) - 0.4, -1.0)
    axes.margins(x=0.04)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    style.quiet_rows(axes)
    for name, room in (("observed", OBSERVED), ("simulated", SIMULATED)):
        style.beside(axes, text(language, f"posterior.legend_{name}"), -0.75, room, fontsize=11, color=style.MUTED)
    handles = [
        Patch(color=PRIOR, label=text(language, "posterior.legend_prior")),
        Line2D([], [], color=style.GOOD, lw=7, alpha=0.75, label=text(language, "posterior.legend_simulated")),
        Line2D([], [], color=style.INK, lw=1.8, marker="o", ms=7, label=text(language, "posterior.legend_observed")),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, fontsize=12)
    return _placed(figure)


def _draw_target(axes: Axes, row: Mapping[Any, Any], height: int) -> None:
    outcome = OUTCOMES[row["outcome"]]
    width = (row["prior_high"] - row["prior_low"]) or 1.0

    def at(name: str) -> float:
        return float(np.clip((row[name] - row["prior_low"]) / width, -FARTHEST, 1.0 + FARTHEST))

    color = style.GOOD if row["inside"] else style.BAD
    axes.barh(height, 1.0, left=0.0, height=0.56, color=PRIOR, lw=0)
    axes.barh(
        height,
        at("simulated_high") - at("simulated_low"),
        left=at("simulated_low"),
        height=0.36,
        color=color,
        alpha=0.75,
        lw=0,
    )
    axes.vlines(at("simulated"), height - 0.18, height + 0.18, color="white", lw=2)
    axes.plot([at("low"), at("high")], [height, height], color=style.INK, lw=1.8)
    value = at("value")
    mark = "<" if value <= -FARTHEST else ">" if value >= 1.0 + FARTHEST else "o"
    axes.plot([value], [height], mark, color=style.INK, ms=7, zorder=4)
    ink = style.INK if row["inside"] else style.BAD
    style.beside(axes, formats.bare_level(outcome, row["value"]), height, OBSERVED, fontsize=12, color=style.INK)
    style.beside(axes, formats.bare_level(outcome, row["simulated"]), height, SIMULATED, fontsize=12, color=ink)


def draw_pairs(posterior: Posterior) -> Figure:
    """Draws of each pair below the diagonal, their correlation above it."""
    from experiments.calibration.posterior import TRADE_OFF

    language, table = posterior.language, posterior.summary
    rows = table.to_dict("records")
    size = len(rows)
    figure, grid = style.slide(
        text(language, "posterior.figure_pairs"),
        text(language, "posterior.figure_pairs_note"),
        size,
        size,
        figsize=(13.33, max(6.0, 1.75 * size + 1.9)),
    )
    columns = max(14, 96 // size)
    for i, below in enumerate(rows):
        for j, across in enumerate(rows):
            axes = grid[i][j]
            axes.grid(visible=False)
            axes.set_xticks([])
            axes.set_yticks([])
            if j > i:
                axes.axis("off")
                found = float(posterior.correlations.iloc[i, j])
                strong = abs(found) >= TRADE_OFF
                words = f"{round(found, 2) + 0.0:+.2f}".replace("-", formats.MINUS)
                look: dict[str, Any] = {"fontsize": 15, "color": style.BAD, "fontweight": "bold"}
                quiet: dict[str, Any] = {"fontsize": 13, "color": style.MUTED}
                axes.text(
                    0.5, 0.5, words, ha="center", va="center", transform=axes.transAxes, **(look if strong else quiet)
                )
            elif i == j:
                _draw_parameter(axes, below, posterior.sample[below["parameter"]].to_numpy())
                axes.set_xticks([])
                title = style.wrapped(below["label"], columns)
                axes.set_title(title, fontsize=11, linespacing=style.LINES)
            else:
                draws = posterior.sample.head(SHOWN)
                axes.scatter(
                    draws[across["parameter"]], draws[below["parameter"]], s=5, color=style.GOOD, alpha=0.35, lw=0
                )
                axes.set_xlim(across["prior_low"], across["prior_high"])
                axes.set_ylim(below["prior_low"], below["prior_high"])
                for spine in axes.spines.values():
                    spine.set_visible(True)
                    spine.set_color(PRIOR)
    return _placed(figure)


def _placed(figure: Figure) -> Figure:
    """Heads as far from the top in inches as on a slide of the usual height."""
    inches = figure.get_figheight()
    for words, below in zip(figure.texts, (0.42, 0.68), strict=False):
        words.set_y(1.0 - below / inches)
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0.01, 0.15 / inches, 0.98, 1.0 - 1.4 / inches))
    return figure
