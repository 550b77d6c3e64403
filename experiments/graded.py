"""How well each number of the model is known: the catalogue with its grades and sources, as a table."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pandas as pd

from experiments.text import spoken
from sim.errors import InputError, closest


def evidence(*names: str, language: str | None = None) -> pd.DataFrame:
    """Numbers of the model with the evidence for each.

    Parameters
    ----------
    *names : str
        Dotted names or patterns (``"routing.*"``); all numbers when none is given.
    language : str
        Of labels and units: ``en``, ``zh_hans`` or ``zh_hant``.

    Returns
    -------
    DataFrame
        By ``number``: ``label``, ``value``, ``low`` and ``high`` (what would be believed), ``unit``, ``grade`` (A:
        measured in China on the same quantity; B: measured elsewhere or on a neighbouring one; C: from the literature,
        not read again; D: assumed), ``source`` (ids of published figures, or ``assumed``), ``reason``.

    Raises
    ------
    InputError
        If a name or pattern fits no number.
    """
    from experiments.screening import number_label
    from experiments.study.names import number_entries
    from sim.catalogue import units

    language = spoken(language)
    entries = number_entries()
    for name in names:
        if not any(fnmatchcase(one, name) for one in entries):
            raise InputError(f"evidence: unknown number {name!r}{closest(name, entries)}")
    rows = [
        {
            "number": name,
            "label": number_label(name, language),
            "value": one.value,
            "low": one.low,
            "high": one.high,
            "unit": units()[one.unit][language],
            "grade": one.grade,
            "source": ", ".join(one.source),
            "reason": one.reason,
        }
        for name, one in entries.items()
        if not names or any(fnmatchcase(name, wanted) for wanted in names)
    ]
    return pd.DataFrame(rows).set_index("number")
