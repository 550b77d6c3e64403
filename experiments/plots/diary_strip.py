"""One resident's weeks as a strip: satisfaction, taking part, and the needs that arose and how they ended."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from experiments.plots import style
from experiments.text import text
from sim.diary import Comparison, Diary
from sim.needs_table import CATEGORIES, RESOLVED
from sim.trace import MOODS
from sim.why import text as model_text

MOST_LANES = 7
HIDDEN = "#D1D5DB"
COLORS = {"resolved": style.GOOD, "unsolved": style.BAD, "open": style.MUTED}
LETTER = 0.0072  # width of a letter of a need's label, as a share of the strip


def draw_diary_strip(diary: Diary | Comparison, language: str = "en", title: str = "") -> Figure:
    """A strip for a diary; two strips, one below the other, for a comparison of two designs.

    Parameters
    ----------
    diary : Diary or Comparison
        From :func:`sim.diary` or :func:`sim.compare_diaries`.
    language : str
        ``en``, ``zh_hans`` or ``zh_hant``.
    title : str, optional
        What the figure says; default: what it shows.
    """
    sides = [diary] if isinstance(diary, Diary) else [diary.left, diary.right]
    names = [""] if isinstance(diary, Diary) else list(diary.labels(language))
    needs = [_needs(one, language) for one in sides]
    lanes = [_lanes(here, one.result.scenario.weeks) for here, one in zip(needs, sides, strict=True)]
    left_out = sum(map(len, needs)) - sum(len(lane) for here in lanes for lane in here)
    note = text(language, "figure.diary_strip_note")
    if left_out:
        note += text(language, "figure.diary_strip_more", count=left_out)
    heights = [part for one in lanes for part in (2.0, 0.5 + 0.42 * max(len(one), 1))]
    figure, grid = style.slide(
        title or sides[0].title(language),
        note,
        2 * len(sides),
        1,
        sharex=True,
        height_ratios=heights,
        figsize=(13.33, max(5.2, sum(heights) + 2.2 + 0.6 * len(sides))),
    )
    for number, (one, name, here) in enumerate(zip(sides, names, lanes, strict=True)):
        upper, lower = grid[2 * number, 0], grid[2 * number + 1, 0]
        _draw_satisfaction(upper, one, language)
        _draw_events(lower, one, here, language)
        upper.set_title(style.wrapped(style.drawable(name, "AB"[number]), 100), linespacing=style.LINES)
    grid[-1, 0].set_xlabel(text(language, "figure.week"), color=style.MUTED)
    grid[-1, 0].set_xlim(0.5, max(one.result.scenario.weeks for one in sides) + 0.5)
    figure.legend(handles=_legend(language), loc="outside lower center", ncols=3, fontsize=12)
    return figure


def _needs(diary: Diary, language: str) -> list[dict[str, Any]]:
    """The resident's practical needs and those of the building: weeks of the run in which they arose, … and ended."""
    model, warmup, weeks = diary.result.model, diary.result.scenario.warmup, diary.result.scenario.weeks
    needs: Any = model.needs[: int(model.index.used[0])]
    shared = needs.building == model.residents.building[diary.resident]
    own = (needs.resident == diary.resident) & (needs.building < 0)
    found = []
    for one in needs[(own | shared) & ~needs.simple]:
        end = int(one.closed) - warmup if one.closed >= 0 else weeks
        if end < 1:
            continue
        state = "open" if one.closed < 0 else "resolved" if one.state == RESOLVED else "unsolved"
        known = int(one.known) - warmup if one.known >= 0 else end
        category = model_text(language, f"category.{CATEGORIES[one.category]}")
        label = text(language, "figure.need_of_building", category=category) if one.building >= 0 else category
        found.append({"start": int(one.raised) - warmup, "known": known, "end": end, "state": state, "label": label})
    return sorted(found, key=lambda one: (one["start"], one["end"]))


def _lanes(needs: list[dict[str, Any]], weeks: int) -> list[list[dict[str, Any]]]:
    """Needs in as few rows as let none of them, nor their labels, touch; those beyond the last row are left out."""
    lanes: list[list[dict[str, Any]]] = []
    for need in needs:
        wide = LETTER * weeks * style.width(need["label"])
        label_at = max(0.5, min(max(need["start"], 1) - 0.5, weeks + 0.5 - wide))
        begins, room = min(label_at, need["start"]), max(need["end"], label_at + wide) + 0.02 * weeks
        for lane in lanes:
            if lane[-1]["room"] <= begins:
                lane.append(need | {"room": room, "label_at": label_at})
                break
        else:
            if len(lanes) < MOST_LANES:
                lanes.append([need | {"room": room, "label_at": label_at}])
    return lanes


def _draw_satisfaction(axes: Axes, diary: Diary, language: str) -> None:
    moods, _ = diary.trace.course_of(diary.resident)
    weeks = np.arange(len(moods)) + diary.trace.first_week - diary.result.scenario.warmup
    values = 100.0 * moods[:, MOODS.index("satisfaction")]
    axes.plot(weeks, values, color=style.ALL_COLOR, lw=2.4, clip_on=True)
    axes.fill_between(weeks, 0, values, color=style.ALL_COLOR, alpha=0.06, lw=0)
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 50, 100])
    axes.set_ylabel(text(language, "figure.satisfaction_points"), linespacing=style.LINES, fontsize=12)
    axes.grid(visible=False, axis="x")
    acts = diary.trace.acts
    mine = acts[(acts["person"] == diary.resident) & (acts["form"] >= 0)]
    at = mine["week"] - diary.result.scenario.warmup
    at = at[at >= 1]
    if at.size:  # without any, an empty line would stand in the figure's corner and be given room
        axes.plot(
            at, np.full(len(at), 4.0), "^", ms=10, color=style.PATH_COLORS[2], mec="white", clip_on=False, zorder=5
        )


def _draw_events(axes: Axes, diary: Diary, lanes: list[list[dict[str, Any]]], language: str) -> None:
    for row, lane in enumerate(lanes):
        for need in lane:
            start = max(need["start"], 1) - 0.5
            known, end = max(need["known"], 0.5), need["end"] + 0.5
            axes.barh(row + 0.22, known - start, left=start, height=0.26, color=HIDDEN, lw=0)
            axes.barh(row + 0.22, end - known, left=known, height=0.26, color=COLORS[need["state"]], lw=0)
            axes.text(need["label_at"], row + 0.06, need["label"], fontsize=10.5, va="bottom", in_layout=False)
    if not lanes:
        axes.text(
            0.5,
            0.5,
            text(language, "figure.no_needs"),
            transform=axes.transAxes,
            ha="center",
            va="center",
            color=style.MUTED,
        )
    axes.set_ylim(max(len(lanes), 1) - 0.4, -0.6)
    axes.set_yticks([])
    axes.set_ylabel(text(language, "figure.needs"), fontsize=12)
    axes.grid(visible=False, axis="y")


def _legend(language: str) -> list[Any]:
    bars = [Patch(color=color, label=text(language, f"figure.strip_{id}")) for id, color in COLORS.items()]
    return [
        Line2D([], [], color=style.ALL_COLOR, lw=2.4, label=text(language, "figure.satisfaction")),
        Line2D(
            [], [], ls="", marker="^", ms=10, color=style.PATH_COLORS[2], label=text(language, "figure.strip_took_part")
        ),
        Patch(color=HIDDEN, label=text(language, "figure.strip_hidden")),
        *bars,
    ]
