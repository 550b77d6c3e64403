"""What is asked of a comparison, as a study: designs become the choices of one lever."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from experiments.arguments import a_scenario
from experiments.formats import scale
from experiments.study import AIMS, Study
from experiments.study.levers import is_taken
from experiments.text import LANGUAGES, text
from sim import Design, Scenario
from sim.errors import InputError, closest
from sim.outcomes import OUTCOMES

LEVER = "package"
MOST_REPLICATIONS = 200  # that a precision may take
LEAST_FOR_PRECISION = 3
_FREE = ("mechanisms", "name", "seed")  # in which a scenario may differ from the baseline
_WHAT = 'must be a sim.Design such as Design.of("three_lists"), a sim.Scenario, or a pair (name, one of these)'

AnyDesign = Design | Scenario | tuple[str, Design | Scenario]
Uncertain = Sequence[str] | Mapping[str, tuple[float, float]] | Sequence[Mapping[str, float]] | None


def study_of(
    baseline: Scenario,
    designs: Sequence[AnyDesign],
    *,
    replications: int,
    precision: Mapping[str, float] | None = None,
    outcomes: Sequence[str] | None = None,
    seed: int = 1,
    uncertainties: Uncertain = None,
    futures: int = 30,
    tables: Sequence[str] = ("communities", "groups"),
    weekly: bool = True,
) -> Study:
    """Study of a baseline and designs; see :func:`experiments.comparison.compare` for the parameters.

    Raises
    ------
    InputError
        If designs are not designs for this baseline, or a number is wrong.
    """
    a_scenario("compare: baseline", baseline)
    choices = _choices(baseline, designs)
    title = {language: text(language, "compare.title", place=baseline.name) for language in LANGUAGES}
    question = {
        language: text(language, "compare.question" if choices else "compare.question_alone") for language in LANGUAGES
    }
    fields: dict[str, Any] = {
        "name": "comparison",
        "title": title,
        "question": question,
        "scenario": baseline.to_dict(),
        "outcomes": _several(AIMS if outcomes is None else outcomes),
        "replications": _number(replications) if precision is None else _precision(precision, replications),
        "seed": _number(seed),
        "keep": {"tables": _several(tables), "weekly": "landmarks" if weekly else "none"},
    }
    if choices:
        label = {language: text(language, "compare.lever") for language in LANGUAGES}
        fields["levers"] = {LEVER: {"label": label, "choices": choices}}
    else:
        fields["design"] = {"levers": "base"}
    if uncertainties:
        fields["uncertainties"], sample = _futures(uncertainties, futures)
        fields["design"] = {**fields.get("design", {}), "uncertainties": sample}
    return Study.from_dict(fields, where="compare")


def _futures(uncertainties: Any, futures: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Uncertain numbers of a study, and the design over them."""
    hypercube = {"kind": "latin_hypercube", "points": _number(futures)}
    if isinstance(uncertainties, Mapping):
        return {"ranges": {name: _range(name, pair) for name, pair in uncertainties.items()}}, hypercube
    listed = _several(uncertainties)
    draws = [one for one in listed if isinstance(one, Mapping)]
    if not draws:
        return {"numbers": listed}, hypercube
    if len(draws) < len(listed):
        raise InputError("compare: uncertainties: give either names or draws, not both in one list")
    return {"numbers": list(dict.fromkeys(name for one in draws for name in one))}, {
        "kind": "given",
        "points": [{name: float(value) for name, value in one.items()} for one in draws],
    }


def _choices(baseline: Scenario, designs: Sequence[AnyDesign]) -> dict[str, dict[str, Any]]:
    choices: dict[str, dict[str, Any]] = {}
    for number, one in enumerate(designs, start=1):
        if isinstance(one, list):
            raise InputError(f"compare: design {number}: give a list of designs with a star: compare(place, *designs)")
        name, specs = _named(baseline, one, number)
        if is_taken(name):
            raise InputError(f"compare: design {number}: {name!r} cannot be the name of a design; give it another one")
        if name in choices:
            raise InputError(
                f'compare: two designs are called {name!r}; name them: compare(place, ("now", one), ("later", other))'
            )
        choices[name] = specs
    return choices


def _named(baseline: Scenario, one: AnyDesign, number: int) -> tuple[str, dict[str, Any]]:
    """Name of a design, and what it changes of the baseline's mechanisms."""
    given = ""
    if isinstance(one, tuple):
        if len(one) != 2 or not isinstance(one[0], str) or not one[0]:
            raise InputError(f"compare: design {number}: {_WHAT}, got {one!r}")
        given, one = one
    if isinstance(one, Design):
        after = baseline + one
        name = one.name
    elif isinstance(one, Scenario):
        _check_same_place(baseline, one, given or f"design {number}")
        after, name = one, one.name if one.name != baseline.name else ""
    else:
        raise InputError(f"compare: design {number}: {_WHAT}, got {type(one).__name__}")
    before, now = baseline.mechanisms, after.mechanisms
    specs: dict[str, Any] = {
        mechanism: spec.model_dump(mode="json")
        for mechanism, spec in now.items()
        if before.get(mechanism) != spec and (spec.dose or mechanism in before)
    }
    specs |= {mechanism: {"dose": 0.0} for mechanism in before if mechanism not in now}
    name = given or name or " + ".join(specs)
    late = [one.get("start", 1) for one in specs.values() if not one.get("starts")]
    if specs and len(late) == len(specs) and min(late) > baseline.weeks:
        words = f"begins in week {min(late)}, but the run ends with week {baseline.weeks}"
        raise InputError(f"compare: design {number}: {name} {words}; give the scenario more weeks")
    if not specs:
        raise InputError(f"compare: design {number}: {name or 'it'} changes nothing of the baseline")
    return name, specs


def _check_same_place(baseline: Scenario, other: Scenario, name: str) -> None:
    before, after = baseline.to_dict(), other.to_dict()
    different = [field for field in before if field not in _FREE and before[field] != after.get(field)]
    if different:
        raise InputError(
            f"compare: {name}: differs from the baseline in {', '.join(different)}; "
            "that is an assumption, not a design; "
            "compare designs under each assumption by itself, or name the numbers as uncertainties"
        )


def _precision(asked: Mapping[str, float], first: int) -> dict[str, Any]:
    """Half-widths in printed units, as a study takes them."""
    if not isinstance(asked, Mapping) or not asked:
        raise InputError(
            f'compare: precision: must be half-widths by outcome, such as {{"participation": 0.5}}, got {asked!r}'
        )
    for name, points in asked.items():
        if name not in OUTCOMES:
            raise InputError(f"compare: precision: unknown outcome {name!r}{closest(name, OUTCOMES)}")
        if isinstance(points, bool) or not isinstance(points, int | float) or not 0 < points < math.inf:
            raise InputError(f"compare: precision: {name}: must be a half-width above 0, got {points!r}")
    first = max(_number(first), LEAST_FOR_PRECISION)
    return {
        "half_width": {name: float(points) / scale(OUTCOMES[name]) for name, points in asked.items()},
        "contrast": "any",
        "first": first,
        "most": max(first, MOST_REPLICATIONS),
    }


def _number(given: Any) -> Any:
    """Whole numbers of NumPy and pandas as ordinary ones; the study complains of everything else."""
    return int(given) if isinstance(given, int | np.integer) and not isinstance(given, bool) else given


def _several(given: Any) -> list[Any]:
    """One name, or several."""
    return [given] if isinstance(given, str) else list(given)


def _range(name: str, given: Any) -> list[Any]:
    if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray) or len(given) != 2:
        raise InputError(f"compare: uncertainties: {name}: must be a range (low, high), got {given!r}")
    return np.asarray(given).tolist()
