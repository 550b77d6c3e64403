"""The best mechanism designs under a budget: searched, tried again in other futures, and told with their conditions.

>>> from experiments import best_designs
>>> found = best_designs(scenario, {"yuan": 60}, targets={"satisfaction": 62})
>>> print(found.recommendation())
>>> scenario + found.design
"""

from experiments.budget.best import BestDesigns, best_designs

__all__ = ["BestDesigns", "best_designs"]
