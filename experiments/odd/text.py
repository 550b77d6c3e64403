"""Markdown: tables, code names and equations as GitHub shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Markdown table; bars and line breaks in cells are made harmless."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(cell(one) for one in row) + " |" for row in rows]
    return "\n".join(lines)


def cell(content: object) -> str:
    """Content of one cell."""
    return str(content).replace("|", "\\|").replace("\n", "<br>") or "–"


def code(name: str) -> str:
    """Name as code."""
    return f"`{name}`"


def number(value: float) -> str:
    """Number as short as it can be said."""
    return f"{value:g}"


def names_in(equation: str) -> set[str]:
    """Names of code in an equation, written ``<name>``."""
    return set(re.findall(r"<(\w+)>", equation))


def equation(text: str) -> str:
    """Block of mathematics in which ``<name>`` is a name of the code, set upright."""
    body = re.sub(r"<(\w+)>", lambda hit: "\\mathsf{" + hit[1].replace("_", "\\_") + "}", text.strip())
    return f"```math\n{body}\n```"
