"""Studies on the model: designs, runs, analyses, figures and reports.

>>> from experiments import run_study, load_study
>>> result = run_study(load_study("six-paths").quick_version())
>>> result.shapley
>>> print(result.report("zh_hans"))

Nothing heavy is imported before it is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.budget import BestDesigns, best_designs
    from experiments.calibration import Posterior, calibrate
    from experiments.comparison import Comparison, Ensemble, clear_cache, compare, simulate
    from experiments.contract import check_mechanism
    from experiments.data import Survey, Targets, Tickets, check_privacy, read_survey, read_tickets
    from experiments.evaluate import Evaluator
    from experiments.graded import evidence
    from experiments.power import PilotPower, pilot_power
    from experiments.result import StudyResult
    from experiments.run import run_study
    from experiments.study import Study, load_study
    from experiments.text import set_language
    from experiments.town import Town, read_table, read_town

__all__ = [
    "BestDesigns",
    "Comparison",
    "Ensemble",
    "Evaluator",
    "PilotPower",
    "Posterior",
    "Study",
    "StudyResult",
    "Survey",
    "Targets",
    "Tickets",
    "Town",
    "best_designs",
    "calibrate",
    "check_mechanism",
    "check_privacy",
    "clear_cache",
    "compare",
    "evidence",
    "load_study",
    "pilot_power",
    "read_survey",
    "read_table",
    "read_tickets",
    "read_town",
    "run_study",
    "set_language",
    "simulate",
]

_HOMES = {
    "BestDesigns": "budget",
    "Comparison": "comparison",
    "Ensemble": "comparison",
    "Evaluator": "evaluate",
    "PilotPower": "power",
    "Posterior": "calibration",
    "Study": "study",
    "StudyResult": "result",
    "Survey": "data",
    "Targets": "data",
    "Tickets": "data",
    "Town": "town",
    "best_designs": "budget",
    "calibrate": "calibration",
    "check_mechanism": "contract",
    "check_privacy": "data",
    "clear_cache": "comparison",
    "compare": "comparison",
    "evidence": "graded",
    "load_study": "study",
    "pilot_power": "power",
    "read_survey": "data",
    "read_table": "town",
    "read_tickets": "data",
    "read_town": "town",
    "run_study": "run",
    "set_language": "text",
    "simulate": "comparison",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
