"""Mechanisms: what a community can switch on, at a dose from 0 to 1. This file is the whole extension contract.

One mechanism is one class in one file of this folder, found by being there. A package of somebody else's adds one by
an entry point in the group ``rongzhi.mechanisms`` that names its class; a file beside a notebook by :func:`register`.
A mechanism acts in three ways and no other:

- ``change_numbers(numbers, dose)`` changes a process's effective numbers, in place, where it is in force;
- ``before_<process>(community, dose)`` and ``after_<process>(community, dose)`` run around a process of the week;
- ``at_start(community, dose)`` runs once in the first week in which the mechanism is in force anywhere.

``dose`` is an array by community, 0 where the mechanism is not in force. At dose 0 everything must stay as it is, bit
for bit: multiply by ``1 + x * dose`` or add ``x * dose``. No mechanism may touch satisfaction or participation.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import inspect
import os
import pkgutil
import sys
import tomllib
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import numpy as np

from sim.catalogue import Entry, Label, entry, label
from sim.errors import InputError

# Numbers that every mechanism has: what it costs, in money, hours and attention. The same quantities in all, so their
# units and labels stand here once.
COSTS: Mapping[str, Mapping[str, Any]] = tomllib.loads("""
[setup_yuan]
unit = "yuan/resident"
label = { en = "Set-up cost, for each resident", zh_hans = "一次性建设费用(每名居民)", zh_hant = "一次性建設費用(每名居民)" }

[running_yuan]
unit = "yuan/resident/year"
label = { en = "Running cost, a year and resident", zh_hans = "年运行费用(每名居民)", zh_hant = "年運行費用(每名居民)" }

[staff_hours]
unit = "hours/1,000 residents/week"
label = { en = "Staff hours a week, for 1,000 residents", zh_hans = "每周占用社区工时(每千人)", zh_hant = "每週佔用社區工時(每千人)" }

[attention]
unit = "points"
label = { en = "Attention that it takes of the committee", zh_hans = "占用社区关注度", zh_hant = "佔用社區關注度" }
""")
Kept = TypeVar("Kept")
_REQUIRED = {"label", "source", "path", "dose_one", "downside", "interacts", "numbers"}


class Mechanism:
    """Base of all mechanisms.

    A subclass gives ``about``, a TOML text with

    - ``label``, ``dose_one`` (what dose 1 means in real units), ``downside``: texts in three languages;
    - ``source``: ids of the rows of the source text (``"1b"``); ``path``: 1 to 6, or 0 for those across the paths;
    - ``interacts``: names of mechanisms that it is meant to work with;
    - ``numbers``: catalogue entries. ``setup_yuan`` (once, for each resident), ``running_yuan`` (a year, for each
      resident), ``staff_hours`` (a week, for 1,000 residents) and ``attention`` are required, all at dose 1;
      their units and labels stand in ``COSTS`` and need not be given.

    Mechanisms are paid from the community's yearly budget. Where that is short, their doses in force shrink.
    """

    name: ClassVar[str] = ""
    about: ClassVar[str] = ""

    def __init__(self, parameters: Mapping[str, float] | None = None) -> None:
        chosen = parameters or {}
        for short, one in self.entries().items():
            setattr(self, short, float(chosen.get(one.name, one.value)))

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{type(self).__name__} has no number {name!r}; it has {sorted(self.entries())}")

    @classmethod
    @functools.cache
    def data(cls) -> Mapping[str, Any]:
        """Parsed and checked ``about``.

        Raises
        ------
        InputError
            If a part is missing, unknown or malformed.
        """
        where = f"mechanism {cls.name}"
        try:
            raw = tomllib.loads(cls.about)
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{where}: `about` is not readable as TOML: {error}") from None
        if set(raw) != _REQUIRED:
            raise InputError(f"{where}: `about` needs exactly {sorted(_REQUIRED)}, got {sorted(raw)}")
        if raw["path"] not in range(7):
            raise InputError(f"{where}: path must be 0 to 6, got {raw['path']!r}")
        for cost in COSTS:
            if cost not in raw["numbers"]:
                raise InputError(f"{where}: numbers.{cost} is missing")
        texts = {key: label(raw[key], f"{where}.{key}") for key in ("label", "dose_one", "downside")}
        numbers = {
            short: entry(
                f"{cls.name}.{short}", {**COSTS.get(short, {}), **one} if isinstance(one, dict) else one, where
            )
            for short, one in raw["numbers"].items()
        }
        return raw | texts | {"numbers": numbers}

    @classmethod
    def entries(cls) -> Mapping[str, Entry]:
        """Catalogue entries of the mechanism's own numbers, by short name."""
        return cls.data()["numbers"]

    @classmethod
    def text(cls, key: str) -> Label:
        """``label``, ``dose_one`` or ``downside`` in three languages."""
        return cls.data()[key]

    guarantees: ClassVar[bool] = False
    """Whether its running costs are money that a higher level guarantees for the other mechanisms."""

    def change_numbers(self, numbers: Any, dose: np.ndarray) -> None:
        """Change effective numbers in place. ``numbers`` has, by process, a column by community for each entry."""


_caches: list[functools._lru_cache_wrapper[Any]] = []


def cached_until_registered(function: Callable[[], Kept]) -> functools._lru_cache_wrapper[Kept]:
    """Keep what a function makes of all mechanisms, until there is one more."""
    cached = functools.cache(function)
    _caches.append(cached)
    return cached


@cached_until_registered
def mechanisms() -> Mapping[str, type[Mechanism]]:
    """All mechanisms by name: those in this folder, then those of installed packages, then those of registered files.

    Raises
    ------
    InputError
        If two have the same name, an entry point does not name a mechanism, or a registered file does not hold one.
    """
    found: dict[str, type[Mechanism]] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        for kind in vars(importlib.import_module(f"{__name__}.{module.name}")).values():
            if isinstance(kind, type) and issubclass(kind, Mechanism) and kind is not Mechanism:
                kind.name = module.name
                found[module.name] = kind
    for point in sorted(entry_points(group="rongzhi.mechanisms"), key=lambda one: one.name):
        kind = point.load()
        if not (isinstance(kind, type) and issubclass(kind, Mechanism)):
            raise InputError(f"entry point {point.name} = {point.value}: not a subclass of sim.mechanisms.Mechanism")
        if point.name in found:
            raise InputError(f"entry point {point.name} = {point.value}: a mechanism of that name exists already")
        kind.name = point.name
        found[point.name] = kind
    for file in _registered():
        if file.stem in found:
            raise InputError(f"{file}: a mechanism of the name {file.stem!r} exists already; rename the file")
        kind = _in_file(file)
        kind.name = file.stem
        found[file.stem] = kind
    return found


FILES = (
    "RONGZHI_MECHANISMS"  # environment variable with registered files, so that processes started from here know them
)


def register(what: str | os.PathLike[str] | type[Mechanism]) -> type[Mechanism]:
    """Add the mechanism in a file to :func:`mechanisms`, under the file's name; again after the file was edited.

    Parameters
    ----------
    what : path or type
        A Python file with one mechanism, or a mechanism's class that was imported from one.

    Returns
    -------
    type
        The mechanism's class.

    Raises
    ------
    InputError
        If there is no such file, it does not hold one mechanism, or another one has its name; or if the class was
        defined in a notebook or at a prompt, from where worker processes cannot import it.
    """
    if isinstance(what, type):
        if what.__module__ == "__main__":
            raise InputError(
                f"register: {what.__name__} was defined in the notebook or script itself, from where worker processes "
                "cannot import it; write it to a file (begin its cell with %%writefile my_mechanism.py) and call "
                'register("my_mechanism.py")'
            )
        what = inspect.getfile(what)
    file = Path(what).absolute()
    if not file.is_file() or file.suffix != ".py" or not file.stem.isidentifier():
        raise InputError(
            f"register: must be a Python file with one mechanism, such as my_mechanism.py, got {str(what)!r}"
        )
    before = os.environ.get(FILES)
    files = dict.fromkeys([*_registered(), file])
    sys.modules.pop(_module_of(file), None)
    os.environ[FILES] = os.pathsep.join(map(str, files))
    _forget()
    try:
        kind = mechanisms()[file.stem]
        kind.data()
    except BaseException:
        del os.environ[FILES]
        if before is not None:
            os.environ[FILES] = before
        _forget()
        raise
    return kind


def _forget() -> None:
    for cached in _caches:
        cached.cache_clear()


def _registered() -> list[Path]:
    return [Path(one) for one in os.environ.get(FILES, "").split(os.pathsep) if one]


def _module_of(file: Path) -> str:
    return f"rongzhi_mechanism_{file.stem}"


def _in_file(file: Path) -> type[Mechanism]:
    """The one mechanism that a file defines."""
    name = _module_of(file)
    module = sys.modules.get(name)
    if module is None:
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None, "it is a Python file"
        assert spec.loader is not None, "it is a Python file"
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except BaseException as error:
            del sys.modules[name]
            if isinstance(error, OSError | SyntaxError):
                raise InputError(f"{file}: cannot be read as Python: {error}") from None
            raise
    kinds = [
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Mechanism) and one.__module__ == name
    ]
    if len(kinds) != 1:
        raise InputError(f"{file}: must define one subclass of sim.mechanisms.Mechanism, defines {len(kinds)}")
    return kinds[0]
