"""Errors about what a person typed: they name the file, the field, the value and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MOST_NAMED = 40  # names that a message lists


class InputError(ValueError):
    """Bad input. The command line prints the message alone and leaves with exit code 2."""


def closest(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean …?"`` for the nearest known name, or the list of what is known, if it is short."""
    known = sorted(known)
    near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.5)
    if near:
        return f"; did you mean {near[0]!r}?"
    if len(known) > MOST_NAMED:
        return f"; none of the {len(known)} known names is near"
    return f"; known: {', '.join(known)}" if known else ""
