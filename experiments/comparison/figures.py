"""Figures of comparisons: ``comparison.plot.effects()`` and others, in the house style."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from experiments.text import text
from sim.errors import InputError, closest
from sim.outcomes import OUTCOMES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.comparison.comparison import Comparison
    from experiments.comparison.ensemble import Ensemble

WEEKS = 4  # over which weekly lines are smoothed: one week of a small place is mostly chance
MOST_DESIGNS = 9
PLACE = "place"


class Plots:
    """Figures of runs. Each shows itself and has ``save(path)``; ``language`` is ``en``, ``zh_hans`` or ``zh_hant``."""

    def __init__(self, found: Ensemble) -> None:
        self._found = found

    def __call__(self, language: str | None = None) -> Figure:
        """The figure to look at first: effects where designs are compared, else the weeks of the run."""
        return self.effects(language) if len(self._found.designs) > 1 else self.weekly(language=language)

    def effects(self, language: str | None = None) -> Figure:
        """Effects of each design with 95 % intervals, a panel for each outcome."""
        from experiments.plots.policies import draw_effects

        self._compared()
        return self._drawn(lambda spoken: draw_effects(self._found.result, spoken), language)

    def by_type(self, language: str | None = None, outcome: str | None = None) -> Figure:
        """Effects on one outcome of interest, by default the first, in each type of community."""
        from experiments.plots.policies import draw_effects_by_type

        found = self._compared()
        if outcome is not None and outcome not in found.outcomes:
            raise InputError(f"plot.by_type: no outcome of interest {outcome!r}{closest(outcome, found.outcomes)}")
        return self._drawn(lambda spoken: draw_effects_by_type(found.result, spoken, outcome), language)

    def costs(self, language: str | None = None) -> Figure:
        """Effects against extra costs; needs two designs."""
        from experiments.plots.policies import draw_cost_plane

        self._compared()
        return self._drawn(lambda spoken: draw_cost_plane(self._found.result, spoken), language)

    def by_group(self, language: str | None = None, design: str | None = None) -> Figure:
        """Effects by group of residents, of one design or of all."""
        found = self._compared()
        names = [found._design(design)] if design else found.designs[1 : 1 + MOST_DESIGNS]  # noqa: SLF001  (its own)
        table = found.by_group()
        table = table[table["design"].isin(names)]
        return self._drawn(lambda spoken: _draw_groups(found, table, names, spoken), language)

    def winners_losers(self, language: str | None = None, design: str | None = None, **asked: Any) -> Figure:
        """Who is better and who is worse off: by design, or by group of residents under one design.

        ``asked`` is as for :meth:`experiments.comparison.Comparison.winners_losers`.
        """
        found = self._compared()
        name = found._design(design) if design else None  # noqa: SLF001  (its own)
        table = found.winners_losers(**asked)
        return self._drawn(lambda spoken: _draw_lives(found, table, name, spoken), language)

    def futures(
        self, design: str, outcome: str = "satisfaction", language: str | None = None, more: float = 0.0
    ) -> Figure:
        """Effect of a design in every future, and which uncertain numbers it hangs on."""
        from experiments.plots.futures import draw_futures

        found = self._compared().in_futures(design, outcome, more)
        return self._drawn(lambda spoken: draw_futures(found, spoken), language)

    def weekly(self, *outcomes: str, language: str | None = None, community: str = PLACE) -> Figure:
        """Weekly means with 95 % bands of the outcomes of interest, or of others."""
        table = self._found.weekly
        if table.empty:
            raise InputError("plot.weekly: no weekly series was kept")
        names = list(outcomes) or self._found.outcomes
        for name in names:
            if name not in set(table["outcome"]):
                raise InputError(f"plot.weekly: unknown outcome {name!r}{closest(name, set(table['outcome']))}")
        if community not in set(table["community"]):
            near = closest(community, set(table["community"]))
            raise InputError(f"plot.weekly: unknown community {community!r}{near}")
        part = table[table["community"] == community]
        return self._drawn(lambda spoken: _draw_weekly(self._found, part, names, spoken), language)

    def _compared(self) -> Comparison:
        if len(self._found.designs) < 2:
            raise InputError(
                "plot: this is one scenario without designs; compare(scenario, design) has effects to show"
            )
        return cast("Comparison", self._found)

    def _drawn(self, draw: Callable[[str], Figure | None], language: str | None) -> Figure:
        from experiments.plots import style

        spoken = style.language_drawn(language)
        with style.house_style(spoken):
            figure = draw(spoken)
        if figure is None:
            raise InputError("plot: there is nothing to show: it needs several designs, types or finished runs")
        return figure


def _colors(found: Ensemble) -> dict[str, str]:
    from experiments.plots import style

    colors = dict(zip(found.designs[1:], itertools.cycle(style.PATH_COLORS), strict=False))
    first = style.NOTHING_COLOR if colors else style.PATH_COLORS[1]
    return {found.designs[0]: first, **colors}


def _draw_weekly(found: Ensemble, table: pd.DataFrame, names: Sequence[str], language: str) -> Figure:
    from experiments.formats import scale, unit
    from experiments.plots import style

    rows = -(-len(names) // 3)
    figure, grid = style.slide(
        text(language, "figure.compare_weekly"),
        text(language, "figure.compare_weekly_note"),
        rows,
        min(3, len(names)),
        sharex=True,
        figsize=(13.33, 3.0 + 3.0 * rows),
    )
    colors = _colors(found)
    for name, axes in zip(names, grid.flat, strict=False):
        outcome, factor = OUTCOMES[name], scale(OUTCOMES[name])
        for design in found.designs[: 1 + MOST_DESIGNS]:
            part = table[(table["design"] == design) & (table["outcome"] == name)]
            mean, low, high = (
                part[column].astype(float).rolling(WEEKS, min_periods=1).mean() * factor
                for column in ("mean", "low", "high")
            )
            color, label = colors[design], style.wrapped(found.label(design, language), 40)
            axes.plot(part["week"], mean, color=color, lw=2.4, label=label)
            axes.fill_between(part["week"], low, high, color=color, alpha=0.16, lw=0)
        head = text(language, "format.with_unit", label=outcome.label[language], unit=unit(outcome, language))
        axes.set_title(style.wrapped(head, 32), linespacing=style.LINES)
        axes.grid(visible=False, axis="x")
        axes.margins(x=0)
        greatest = 100.0 if factor > 1 else float("inf")
        if len(found.designs) > 1:
            style.focus([axes], 0.0, greatest)
        else:  # nothing to be told apart but the line and its band
            low, high = axes.get_ylim()
            axes.set_ylim(max(low, 0.0), min(high, greatest))
        axes.set_xlabel(text(language, "figure.week"), color=style.MUTED)
    for axes in list(grid.flat)[len(names) :]:
        axes.set_visible(False)
    if len(found.designs) > 1:
        handles, labels = grid.flat[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=12.5)
    return figure


def _draw_groups(found: Comparison, table: pd.DataFrame, designs: Sequence[str], language: str) -> Figure:
    from experiments.formats import change_unit_alone, scale
    from experiments.labels import group_label
    from experiments.plots import style

    aims = [name for name in dict.fromkeys(table["outcome"]) if name in OUTCOMES and OUTCOMES[name].better]
    names = [name for name in aims if name not in ("yuan", "staff_hours")][:3]
    keys = list(table[["dimension", "group"]].drop_duplicates().itertuples(index=False, name=None))
    heights: dict[tuple[str, str], float] = {}
    at = 0.0
    for place, key in enumerate(keys):
        at += 1.6 if place and key[0] != keys[place - 1][0] else float(place > 0)
        heights[key] = at
    figure, grid = style.slide(
        text(language, "figure.compare_groups"),
        text(language, "figure.compare_groups_note"),
        1,
        len(names),
        sharey=True,
        figsize=(13.33, 3.2 + 0.34 * len(keys)),
    )
    colors, room = _colors(found), 0.62 / max(1, len(designs))
    for name, axes in zip(names, grid[0], strict=True):
        factor = scale(OUTCOMES[name])
        axes.axvline(0, color=style.INK, lw=1)
        for number, design in enumerate(designs):
            part = table[(table["outcome"] == name) & (table["design"] == design)]
            for row in part.to_dict("records"):
                height = heights[row["dimension"], row["group"]] + (number - (len(designs) - 1) / 2) * room
                axes.plot([row["low"] * factor, row["high"] * factor], [height] * 2, color=colors[design], lw=1.8)
                label = found.label(design, language) if row["group"] == part["group"].iloc[0] else None
                axes.plot(row["effect"] * factor, height, "o", ms=5.5, color=colors[design], label=label)
        axes.set_title(style.wrapped(OUTCOMES[name].label[language], 32), linespacing=style.LINES)
        axes.set_xlabel(change_unit_alone(OUTCOMES[name], language), color=style.MUTED)
        style.quiet_rows(axes)
    first: Axes = grid[0][0]
    labels = [group_label(dimension, group, language) for dimension, group in keys]
    first.set_yticks(list(heights.values()), labels, fontsize=11)
    first.set_ylim(at + 0.8, -0.8)
    handles, shown = first.get_legend_handles_labels()
    unique = dict(zip(shown, handles, strict=True))
    figure.legend(unique.values(), unique.keys(), loc="outside lower center", ncols=3, fontsize=12.5)
    return figure


def _draw_lives(found: Comparison, table: pd.DataFrame, design: str | None, language: str) -> Figure:
    from experiments.labels import group_label
    from experiments.plots import style

    if design is None:
        rows = table[table["dimension"] == "all"]
        labels = [style.wrapped(found.label(name, language), 40) for name in rows["design"]]
    else:
        rows = table[table["design"] == design]
        labels = [
            text(language, "compare.everybody")
            if row.dimension == "all"
            else group_label(row.dimension, row.group, language)
            for row in rows.itertuples()
        ]
    figure, grid = style.slide(
        text(language, "figure.compare_lives"),
        text(language, "figure.compare_lives_note", points=f"{table['more'].iloc[0]:g}", n=int(table["n"].iloc[0])),
        1,
        1,
        figsize=(13.33, max(5.0, 3.0 + 0.5 * len(rows))),
    )
    axes = grid[0][0]
    worse, same, better = (100 * rows[name].to_numpy() for name in ("worse", "same", "better"))
    places = range(len(rows))
    axes.barh(places, -worse, color=style.BAD, height=0.62, label=text(language, "compare.worse"))
    axes.barh(places, better, color=style.GOOD, height=0.62, label=text(language, "compare.better"))
    axes.axvline(0, color=style.INK, lw=1)
    for place in places:
        for value, side in ((worse[place], -1), (better[place], 1)):
            axes.annotate(
                f"{value:.0f} %",
                (side * value, place),
                xytext=(side * 5, 0),
                textcoords="offset points",
                ha="left" if side > 0 else "right",
                va="center_baseline",
                fontsize=12,
            )
        style.beside(axes, text(language, "compare.same_share", share=f"{same[place]:.0f}"), place, 96, fontsize=11.5)
    most = max(float(worse.max()), float(better.max()), 1.0) * 1.2
    axes.set_xlim(-most, most)
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):.0f} %")
    axes.set_yticks(places, labels)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    style.quiet_rows(axes)
    figure.legend(loc="outside lower center", ncols=2, fontsize=12.5)
    return figure
