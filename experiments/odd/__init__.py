"""The ODD document of the model: prose and equations by people, tables from code and catalogue.

``python -m experiments.odd`` writes ``docs/odd.md`` and ``docs/odd.zh.md``. Prose stands in ``docs/odd/*.md``, one file
for each of the seven elements (Grimm et al. 2020), with markers such as ``{{schedule}}`` where a generated part goes.
"""

from __future__ import annotations

import re

from experiments.odd.notes import prose, references, told, wrong_equations
from experiments.odd.parts import PARTS
from sim.errors import InputError, closest

NOTE = "<!-- Written by `python -m experiments.odd` from docs/odd/ and the code. Do not edit here. -->\n\n"
DOCUMENTS = {"en": "odd.md", "zh": "odd.zh.md"}


def render(language: str = "en") -> str:
    """Document in ``en``, or the overview in ``zh``.

    Raises
    ------
    InputError
        If a rule has no equation, an equation no rule, a column no description, or a marker no part; all wrong
        equations are named at once.
    """
    wrong = wrong_equations()
    if wrong:
        raise InputError("\n".join([*wrong, "check these equations, then run `python -m experiments.odd --checked`"]))
    text = prose(language)

    def part(marker: re.Match[str]) -> str:
        if marker[1] == "references":
            return references(text)
        if marker[1] not in PARTS:
            raise InputError(f"docs/odd: no part {marker[0]}{closest(marker[1], PARTS)}")
        return PARTS[marker[1]]()

    # Prose stands one folder below the document, and its links are right there.
    return NOTE + re.sub(r"\{\{(\w+)\}\}", part, told(text).replace("](../", "](")) + "\n"
