"""Analyses as a page needs them: one that refuses leaves a sentence behind and not an error."""

from __future__ import annotations

from dataclasses import dataclass, field

from experiments.analyses.complete import IncompleteError
from experiments.answers import ANALYSES, Tables, answer
from experiments.result import StudyResult
from sim.errors import InputError


@dataclass
class _Answered:
    tables: Tables = field(default_factory=dict)
    refusal: str = ""


def _answered(result: StudyResult, name: str) -> _Answered:
    if ANALYSES[name].lacks(result):
        return _Answered()
    try:
        return _Answered(answer(result, name))
    except (InputError, IncompleteError) as error:
        return _Answered(refusal=str(error))


def tables_of(result: StudyResult, name: str) -> Tables:
    """Tables of an analysis; none where it does not fit the study or refuses its runs."""
    return _answered(result, name).tables


def refusals(result: StudyResult) -> dict[str, str]:
    """Why analyses that fit the study cannot be given, by their name."""
    told = {name: _answered(result, name).refusal for name in ANALYSES}
    return {name: why for name, why in told.items() if why}
