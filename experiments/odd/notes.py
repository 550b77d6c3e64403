"""What people wrote for the ODD beside its prose: equations, references, words that the code does not hold."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from experiments.odd import code as model
from experiments.odd.text import names_in
from sim import catalogue
from sim.errors import InputError, closest

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "odd"
CHECKED = "checked.txt"
_FIELDS = {"equation", "meaning", "cite", "bookkeeping"}


@functools.cache
def notes(name: str) -> Mapping[str, Any]:
    """Read one file of notes, ``docs/odd/<name>.toml``."""
    return catalogue.read_toml(FOLDER / f"{name}.toml")


def prose(language: str) -> str:
    """What people wrote: all elements in ``en``, the overview in ``zh``.

    Raises
    ------
    InputError
        If it is not there.
    """
    pattern = "[0-9]_*.md" if language == "en" else "zh.md"
    text = "\n\n".join(path.read_text(encoding="utf-8").strip() for path in sorted(FOLDER.glob(pattern)))
    if not text:
        raise InputError(f"docs/odd/{pattern}: no text; the document is made in a checkout of the project")
    return text


@functools.cache
def equation_of() -> Mapping[str, Mapping[str, Any]]:
    """Notes on functions by id: equation, meaning, citations, or that a rule only moves records."""
    return dict(_leaves(notes("equations"), ""))


def _leaves(tree: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, branch in tree.items():
        if "meaning" in branch or "equation" in branch:
            yield prefix + name, branch
        else:
            yield from _leaves(branch, f"{prefix}{name}.")


def wrong_equations() -> list[str]:
    """What is wrong between code and equations, a line each that names the rule."""
    where, known = "docs/odd/equations.toml", model.functions()
    entries = {short for process in catalogue.PROCESSES for short in catalogue.process_entries(process)}
    lines = [
        f"{where}: no equation for the {one.kind} {one.id}"
        for one in known.values()
        if one.needs_equation and one.id not in equation_of()
    ]
    for id, note in equation_of().items():
        if id not in known:
            lines.append(f"{where}: {id} is no function of the model any more{closest(id, known)}")
            continue
        if set(note) - _FIELDS or not note.get("meaning") or bool(note.get("bookkeeping")) == ("equation" in note):
            lines.append(f"{where}: {id}: needs a meaning, and either an equation or bookkeeping = true")
        strange = names_in(note.get("equation", "")) - known[id].names - entries
        if strange:
            lines.append(f"{where}: {id}: its code does not name {', '.join(sorted(strange))}")
        if checked().get(id) != known[id].fingerprint:
            lines.append(f"{where}: {id}: its code has changed since its equation was last checked")
    return lines


@functools.cache
def checked() -> Mapping[str, str]:
    """Fingerprint of each function's code when its equation was last checked."""
    path = FOLDER / CHECKED
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return dict(line.split() for line in lines if line and not line.startswith("#"))


def mark_checked() -> None:
    """Record that all equations agree with the code as it is now."""
    head = "# Fingerprints of the code behind each equation, written by `python -m experiments.odd --checked`.\n"
    known = model.functions()
    lines = [f"{id} {known[id].fingerprint}\n" for id in sorted(equation_of()) if id in known]
    (FOLDER / CHECKED).write_text(head + "".join(lines), encoding="utf-8")
    checked.cache_clear()


def reference(key: str) -> Mapping[str, str]:
    """Return one work of the literature: ``short`` as it is cited, ``full`` as it is listed.

    Raises
    ------
    InputError
        If it is not in ``docs/odd/references.toml``.
    """
    known = notes("references")
    if key not in known:
        raise InputError(f"docs/odd/references.toml: no reference {key!r}{closest(key, known)}")
    return known[key]


def told(text: str) -> str:
    """Text with ``@key`` replaced by the work as it is cited."""
    return re.sub(r"(?<![\w`])@([a-z]+\d{4}[a-z]?)", lambda hit: reference(hit[1])["short"], text)


def cited_in(text: str) -> set[str]:
    """Works that a text cites by ``@key``."""
    return set(re.findall(r"(?<![\w`])@([a-z]+\d{4}[a-z]?)", text))


def citations(note: Mapping[str, Any]) -> str:
    """Works and rows of evidence behind an equation."""
    cited = [key if key in catalogue.evidence() else reference(key)["short"] for key in note.get("cite", [])]
    return f" ({'; '.join(cited)})" if cited else ""


def evidence_in(text: str) -> set[str]:
    """Ids of rows of evidence that a text names; ``E074–E078`` names five."""
    ids = set(re.findall(r"\bE\d{3}\b", text))
    for low, high in re.findall(r"\bE(\d{3})–E(\d{3})\b", text):
        ids |= {f"E{number:03d}" for number in range(int(low), int(high) + 1)}
    return ids


def references(text: str) -> str:
    """List of the works that a text cites, and its equations where it has them, in the order of their authors."""
    keys = cited_in(text)
    for note in equation_of().values() if "{{submodels}}" in text else ():
        keys |= {key for key in note.get("cite", []) if key not in catalogue.evidence()} | cited_in(note["meaning"])
    return "\n".join(f"- {one}" for one in sorted((reference(key)["full"] for key in keys), key=str.casefold))
