"""Figures for notebooks: each takes tables or runs, in one call, and shows itself.

>>> from experiments.plots import notebook as plots
>>> plots.paired_effects(table, "zh_hans").save("effects.png")  # doctest: +SKIP

What a call returns is a Matplotlib figure that pyplot does not know of, so nothing has to be closed. All take
``language``; where no font has Chinese characters they warn, say what to install, and draw in English.
"""

from __future__ import annotations

from experiments.plots.cost_effectiveness import draw_cost_effectiveness
from experiments.plots.diary_strip import draw_diary_strip
from experiments.plots.groups import draw_groups
from experiments.plots.needs_flow import draw_needs_flow
from experiments.plots.numbers import draw_morris
from experiments.plots.organization_network import draw_organization_network
from experiments.plots.overview import draw_overview
from experiments.plots.paired_effects import draw_paired_effects
from experiments.plots.policies import draw_doses, draw_front
from experiments.plots.resident_network import draw_resident_network
from experiments.plots.screening import draw_stored
from experiments.plots.shapley import draw_shapley
from experiments.plots.staff_hours import draw_staff_hours
from experiments.plots.style import Drawing, in_one_call
from experiments.plots.synergy import draw_synergy
from experiments.plots.trajectories import draw_trajectories
from experiments.plots.weekly_bands import draw_weekly_bands
from experiments.plots.winners_losers import draw_winners_losers

__all__ = [
    "Drawing",
    "cost_effectiveness",
    "diary_strip",
    "dose_response",
    "groups",
    "morris",
    "needs_flow",
    "organization_network",
    "overview",
    "paired_effects",
    "portfolio",
    "resident_network",
    "screening",
    "shapley",
    "staff_hours",
    "synergy",
    "trajectories",
    "weekly_bands",
    "winners_losers",
]

# Of tables.
paired_effects = in_one_call(draw_paired_effects)
weekly_bands = in_one_call(draw_weekly_bands)
winners_losers = in_one_call(draw_winners_losers)
cost_effectiveness = in_one_call(draw_cost_effectiveness)

# Of one run or two.
organization_network = in_one_call(draw_organization_network)
resident_network = in_one_call(draw_resident_network)
needs_flow = in_one_call(draw_needs_flow)
diary_strip = in_one_call(draw_diary_strip)
staff_hours = in_one_call(draw_staff_hours)

# Of a study.
morris = in_one_call(draw_morris)
overview = in_one_call(draw_overview)
trajectories = in_one_call(draw_trajectories)
groups = in_one_call(draw_groups)
shapley = in_one_call(draw_shapley)
synergy = in_one_call(draw_synergy)
dose_response = in_one_call(draw_doses)
portfolio = in_one_call(draw_front)

# Of a screening that comes with the package.
screening = in_one_call(draw_stored)
