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
    from experiments.evaluate import Evaluator
    from experiments.result import StudyResult
    from experiments.run import run_study
    from experiments.study import Study, load_study

__all__ = ["BestDesigns", "Evaluator", "Study", "StudyResult", "best_designs", "load_study", "run_study"]

_HOMES = {
    "BestDesigns": "budget",
    "best_designs": "budget",
    "Evaluator": "evaluate",
    "Study": "study",
    "StudyResult": "result",
    "load_study": "study",
    "run_study": "run",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
