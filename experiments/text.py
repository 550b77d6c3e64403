"""Words of the command line, the reports and the figures in three languages; they stand in ``text.toml``."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh_hans", "zh_hant")
TAGS = ("en", "zh-Hans", "zh-Hant")
_TRADITIONAL = {"hant", "tw", "hk", "mo"}
FILE = Path(__file__).with_name("text.toml")
_chosen = {"language": "en"}  # in this process, for who reads; what is computed does not depend on it


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    for name, branch in tree.items():
        if all(isinstance(part, str) for part in branch.values()):
            yield prefix + name, branch
        else:
            yield from _flat(branch, f"{prefix}{name}.")


@functools.cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """All texts: id -> language -> text."""
    with FILE.open("rb") as file:
        return dict(_flat(tomllib.load(file)))


def text(language: str, id: str, **values: Any) -> str:
    """Text ``id`` in ``language`` with ``values`` filled in."""
    words = texts()[id][language]
    return words.format(**values) if values else words


def set_language(language: str) -> None:
    """Choose the language of words, tables for readers and figures wherever none is said: once for a whole notebook.

    Parameters
    ----------
    language : str
        ``en``, ``zh_hans`` or ``zh_hant``, or a tag such as ``zh-Hans``; English until this is called.

    Raises
    ------
    InputError
        If it is another language.
    """
    _chosen["language"] = spoken(language)


def spoken(language: str | None = None) -> str:
    """One of the project's languages by its name or tag; by default the one that :func:`set_language` chose.

    Raises
    ------
    InputError
        If it is none of them.
    """
    if language is None:
        return _chosen["language"]
    found = language_named(language) if isinstance(language, str) else None
    if found is None:
        from sim.errors import InputError

        raise InputError(f"language: must be one of {', '.join(LANGUAGES)}, got {language!r}")
    return found


def has_text(id: str) -> bool:
    """Whether the catalogue has a text of this id."""
    return id in texts()


def language_named(tag: str) -> str | None:
    """Language of a tag such as ``zh-Hans``, ``zh_TW.UTF-8`` or ``en``; None when it is none of ours."""
    parts = re.split(r"[.@]", tag)[0].replace("_", "-").lower().split("-")
    if parts[0] == "zh":
        return "zh_hant" if _TRADITIONAL & set(parts[1:]) else "zh_hans"
    return "en" if parts[0] == "en" else None


def language_of_locale(environment: Mapping[str, str]) -> str:
    """Language of the messages that the environment asks for; English when it asks for another or none."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(variable):
            return language_named(environment[variable]) or "en"
    return "en"


def asked_language(arguments: Sequence[str]) -> str | None:
    """Value of ``--lang`` on a command line, read before the parser that needs its language is built."""
    for position, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
        if argument == "--lang" and position + 1 < len(arguments):
            return arguments[position + 1]
    return None
