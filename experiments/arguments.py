"""What a person hands to a call in a notebook: checked before anything is run, with what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from sim import Design, Scenario
from sim.errors import InputError


def a_scenario(name: str, given: Any) -> Scenario:
    """Scenario of an argument.

    Raises
    ------
    InputError
        If it is something else.
    """
    if not isinstance(given, Scenario):
        told = "must be a sim.Scenario, such as read_town(folder).scenario() or Scenario.from_toml(path)"
        raise InputError(f"{name}: {told}, got {type(given).__name__}")
    return given


def a_design(name: str, given: Any) -> Design:
    """Design of an argument, with at least one mechanism.

    Raises
    ------
    InputError
        If it is something else, or empty.
    """
    if not isinstance(given, Design):
        raise InputError(f'{name}: must be a sim.Design such as Design.of("three_lists"), got {type(given).__name__}')
    if not given.mechanisms:
        raise InputError(f'{name}: has no mechanism; give it one, such as Design.of("three_lists")')
    return given


def whole(name: str, given: Any, least: int, most: int | None = None) -> int:
    """Whole number of an argument, NumPy's too.

    Raises
    ------
    InputError
        If it is none, or lies outside ``least`` to ``most``.
    """
    right = isinstance(given, int | np.integer) and not isinstance(given, bool)
    if not right or given < least or (most is not None and given > most):
        limits = f"of {least} or more" if most is None else f"from {least} to {most}"
        raise InputError(f"{name}: must be a whole number {limits}, got {given!r}")
    return int(given)


def wholes(name: str, given: Any, least: int) -> tuple[int, ...]:
    """Whole numbers of an argument; one alone may stand without brackets.

    Raises
    ------
    InputError
        If there is none, or one is none or too small.
    """
    several = given if isinstance(given, Iterable) and not isinstance(given, str) else (given,)
    found = tuple(whole(name, one, least) for one in several)
    if not found:
        raise InputError(f"{name}: give one or more whole numbers of {least} or more")
    return found
