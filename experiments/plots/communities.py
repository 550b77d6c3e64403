"""Where it works: effects of all paths by community."""

from __future__ import annotations

from matplotlib.figure import Figure

from experiments.analyses.intervals import is_clear
from experiments.formats import change, change_unit_alone, scale
from experiments.labels import community_label
from experiments.plots import style
from experiments.result import StudyResult
from experiments.text import text
from sim.outcomes import OUTCOMES

SHOWN = ("participation", "satisfaction", "fulfilment")
MOST_COMMUNITIES = 24


def draw_communities(result: StudyResult, language: str) -> Figure:
    """One row for each community, one column for each outcome, with 95 % intervals."""
    table = result.community_effects
    table = table[table["mask"] == result.study.all_on]
    outcomes = [name for name in SHOWN if name in set(table["outcome"])]
    communities = list(dict.fromkeys(table["community"]))[:MOST_COMMUNITIES]
    figure, axes = style.slide(
        text(language, "figure.communities"),
        text(language, "figure.communities_note"),
        1,
        len(outcomes),
        sharey=True,
        figsize=(13.33, 2.4 + 0.5 * len(communities)),
    )
    for name, one in zip(outcomes, axes[0], strict=True):
        outcome, factor = OUTCOMES[name], scale(OUTCOMES[name])
        rows = table[table["outcome"] == name].set_index("community")
        one.axvline(0, color=style.INK, lw=1)
        for height, community in enumerate(communities):
            effect, low, high = (float(rows.loc[community, column]) for column in ("effect", "low", "high"))
            color = style.verdict_color(effect * outcome.better, low, high)
            one.plot([low * factor, high * factor], [height, height], color=color, lw=2.5, solid_capstyle="butt")
            one.plot(effect * factor, height, "o", ms=9, color=color)
            weight = "bold" if is_clear(low, high) else "normal"
            style.beside(one, change(outcome, effect), height, 42, fontsize=12.5, fontweight=weight)
        one.set_title(style.wrapped(outcome.label[language], 30))
        one.set_xlabel(change_unit_alone(outcome, language), color=style.MUTED)
        one.margins(x=0.08)
        style.quiet_rows(one)
    place = result.study.place()
    labels = [community_label(place, community, language) for community in communities]
    words = [style.wrapped(style.drawable(label, f"#{row}"), 24) for row, label in enumerate(labels, start=1)]
    axes[0][0].set_yticks(range(len(words)), words)
    axes[0][0].set_ylim(len(words) - 0.4, -0.6)
    return figure
