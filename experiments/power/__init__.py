"""How large a real pilot has to be to see what a design does: communities, residents surveyed, months.

>>> from experiments import pilot_power
>>> found = pilot_power(scenario, Design.of("three_lists", "feedback_loop"))
>>> print(found.recommendation())
>>> found.plot.power()
>>> found.plan()
"""

from experiments.power.inference import METHODS, Estimates, estimated
from experiments.power.pilot import PilotPower, pilot_power
from experiments.power.roll_out import PARALLEL, ROLL_OUTS, STAGED, RollOut
from experiments.power.trials import surveyed

__all__ = [
    "METHODS",
    "PARALLEL",
    "ROLL_OUTS",
    "STAGED",
    "Estimates",
    "PilotPower",
    "RollOut",
    "estimated",
    "pilot_power",
    "surveyed",
]
