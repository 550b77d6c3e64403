"""Names that a study file takes from the model: editors complete them, and errors say which one is near."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, Field

from experiments.schema import Known, Suggested
from sim import catalogue
from sim.catalogue import Entry
from sim.errors import closest
from sim.mechanisms import mechanisms
from sim.outcomes import OUTCOMES
from sim.scenario import mechanism_entries

EMERGENCY = "emergency_strength"
_WILD = frozenset("*?[")


def number_entries() -> dict[str, Entry]:
    """Entry of every number of the model and of its mechanisms, by dotted name."""
    return {one.name: one for one in (*catalogue.entries(), *mechanism_entries())}


def number_names() -> list[str]:
    """Names of all that can be uncertain."""
    return [*number_entries(), EMERGENCY]


def is_pattern(name: str) -> bool:
    """Whether a name stands for all that it matches."""
    return not _WILD.isdisjoint(name)


def each_once(names: Iterable[str]) -> list[str]:
    """Names as they are, or a ValueError that tells those that stand there twice."""
    names = list(names)
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise ValueError(f"{', '.join(map(repr, twice))} stands here twice")
    return names


def _known_number(name: str) -> str:
    from fnmatch import fnmatchcase

    if is_pattern(name):
        if not any(fnmatchcase(one, name) for one in number_names()):
            raise ValueError(f"no number matches {name!r}")
    elif name not in number_names():
        raise ValueError(f"unknown number {name!r}{closest(name, number_names())}")
    return name


Dose = Annotated[float, Field(ge=0.0, le=1.0)]
MechanismName = Annotated[str, Known("mechanism", mechanisms)]
OutcomeName = Annotated[str, Known("outcome", lambda: OUTCOMES)]
NumberName = Annotated[str, AfterValidator(_known_number), Suggested(number_names)]
