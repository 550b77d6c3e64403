"""A scenario as a TOML file that ``rongzhi run`` takes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim import Scenario
from sim.errors import InputError

_MARK = (
    "# Written by rongzhi check: it will be written anew, so change the tables, or copy this file under another name."
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def check_own(path: Path) -> None:
    """Raise if a file stands there that somebody else has written."""
    try:
        first = path.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0] if path.exists() else _MARK
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    if first != _MARK:
        raise InputError(f"{path}: is there already and was not written by rongzhi check; rename it, or use --out")


def write_scenario(scenario: Scenario, path: Path) -> None:
    """Write a scenario; it can be read back by :meth:`sim.Scenario.from_toml`."""
    fields = scenario.to_dict()
    communities = ",\n".join(f"  {_value(_said(one))}" for one in fields.pop("communities"))
    lines = [_MARK, *(f"{_key(name)} = {_value(value)}" for name, value in _said(fields).items())]
    words = "\n".join([*lines, f"communities = [\n{communities},\n]", ""])
    try:
        path.write_text(words, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from None


def _said(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that say something: empty ones are the defaults."""
    return {name: value for name, value in fields.items() if value not in ("", [], {})}


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: Any) -> str:
    """Value on one line."""
    if isinstance(value, Mapping):
        pairs = (f"{_key(name)} = {_value(one)}" for name, one in value.items() if one is not None)
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, float):
        return repr(value)
    # Strings, whole numbers and truth values are written alike in JSON and TOML, but for the one control character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
