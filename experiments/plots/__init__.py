"""Figures of a study. Each is a function of the result and the language; ``FIGURES`` names them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from matplotlib.figure import Figure

from experiments.plots import style
from experiments.plots.assumptions import draw_assumptions
from experiments.plots.communities import draw_communities
from experiments.plots.groups import draw_groups
from experiments.plots.numbers import draw_coefficients, draw_morris, draw_sobol
from experiments.plots.overview import draw_overview
from experiments.plots.policies import (
    draw_cost_plane,
    draw_doses,
    draw_effects,
    draw_effects_by_type,
    draw_front,
    draw_second_doses,
)
from experiments.plots.shapley import draw_shapley
from experiments.plots.svg import alone, to_svg
from experiments.plots.synergy import draw_synergy
from experiments.plots.trajectories import draw_trajectories, draw_trajectories_by_community
from experiments.result import StudyResult
from experiments.text import text

Figures = Mapping[str, Callable[[StudyResult, str], Figure | None]]

FIGURES: Figures = {
    "overview": draw_overview,
    "shapley": draw_shapley,
    "synergy": draw_synergy,
    "trajectories": draw_trajectories,
    "trajectories_by_community": draw_trajectories_by_community,
    "groups": draw_groups,
}


REPORT_FIGURES: Figures = {
    **FIGURES,
    "communities": draw_communities,
    "assumptions": draw_assumptions,
}


# Of studies whose designs are not every set of switches.
GENERAL_FIGURES: Figures = {
    "portfolio": draw_front,
    "effects": draw_effects,
    "dose_response": draw_doses,
    "dose_response_second": draw_second_doses,
    "effects_by_type": draw_effects_by_type,
    "cost_plane": draw_cost_plane,
    "morris": draw_morris,
    "sobol": draw_sobol,
    "coefficients": draw_coefficients,
}


def draw_report(result: StudyResult, folder: Path, language: str, chosen: Figures) -> dict[str, str]:
    """Draw the report's figures: as SVG by name, to stand inside a page, and into ``folder``, to stand beside one.

    A figure that the result has nothing for is left out. The language of the labels is as for :func:`draw_all`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    spoken = style.drawable_language(language)
    inside = {}
    with style.house_style(spoken):
        for name, draw in chosen.items():
            figure = draw(result, spoken)
            if figure is None:
                continue
            words = [text(language, f"figure.{id}") for id in (name, f"{name}_note")]
            inside[name] = to_svg(style.without_head(figure), name.replace("_", "-"), *words)
            (folder / f"{name}.svg").write_text(alone(inside[name], style.families(spoken)), encoding="utf-8")
    return inside


def draw_all(result: StudyResult, folder: Path, language: str, chosen: Figures) -> list[str]:
    """Draw figures into ``folder`` as PNG and SVG and return their names.

    Without a font that has Chinese characters the labels are English: empty boxes help nobody.
    """
    folder.mkdir(parents=True, exist_ok=True)
    spoken = style.drawable_language(language)
    drawn = []
    with style.house_style(spoken):
        for name, draw in chosen.items():
            figure = draw(result, spoken)
            if figure is not None:
                style.save(figure, folder, name)
                drawn.append(name)
    return drawn
