"""Rongzhi: a simulation of integrated community governance (融治理).

>>> import sim
>>> result = sim.run(sim.Scenario())
>>> result.summary["participation"]  # doctest: +SKIP
"""

from sim.community_types import Organization
from sim.design import Design, DesignConflictError
from sim.diary import Comparison, Diary, compare_diaries, diary, most_different_resident
from sim.errors import InputError
from sim.mechanisms import Mechanism, mechanisms
from sim.model import Community, WarmState, warm_up
from sim.place import Place
from sim.result import Result, run, warm_cache
from sim.scenario import CommunitySpec, EmergencySpec, MechanismSpec, Scenario

__all__ = [
    "Community",
    "CommunitySpec",
    "Comparison",
    "Design",
    "DesignConflictError",
    "Diary",
    "EmergencySpec",
    "InputError",
    "Mechanism",
    "MechanismSpec",
    "Organization",
    "Place",
    "Result",
    "Scenario",
    "WarmState",
    "compare_diaries",
    "diary",
    "mechanisms",
    "most_different_resident",
    "run",
    "warm_cache",
    "warm_up",
]
