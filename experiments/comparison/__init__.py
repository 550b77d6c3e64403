"""Designs against a baseline in one call, and runs of one scenario: what a notebook starts from.

>>> from experiments import compare, simulate
>>> runs = simulate(scenario, replications=8)
>>> runs.plot()
>>> found = compare(scenario, Design.of("three_lists"), Design.of("deliberation", dose=0.5))
>>> found.effects
"""

from experiments.comparison.cache import clear_cache
from experiments.comparison.comparison import Comparison
from experiments.comparison.ensemble import Ensemble
from experiments.comparison.start import compare, simulate

__all__ = ["Comparison", "Ensemble", "clear_cache", "compare", "simulate"]
