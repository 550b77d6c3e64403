"""Compiled rules and kernels, with a cache that knows every source file of the model.

A *rule* is a pure function of scalars; a *kernel* is a loop over columns that calls rules. Numba's own cache looks
only at the file a function stands in, so an edit of a rule in another file would go unnoticed: here the cache folder
is named by a hash of all sources of ``sim`` and of the versions that shape the machine code.
"""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np


def source_hash() -> str:
    """Sixteen hex digits that change with any source or data file of ``sim``."""
    digest = hashlib.sha256()
    root = Path(__file__).parent
    for file in sorted([*root.rglob("*.py"), *root.rglob("*.toml"), *root.rglob("*.csv")]):
        digest.update(str(file.relative_to(root)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _cache_folder() -> Path:
    key = f"{source_hash()}-py{platform.python_version()}-nb{numba.__version__}-np{np.__version__}"
    home = os.environ.get("RONGZHI_CACHE") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    for parent in (Path(home) / "rongzhi", Path(tempfile.gettempdir()) / "rongzhi-cache"):
        folder = parent / key
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="rongzhi-cache-"))


JIT = not numba.config.DISABLE_JIT
if JIT and not os.environ.get("NUMBA_CACHE_DIR"):
    numba.config.CACHE_DIR = str(_cache_folder())

# Without the compiler a rule computes with Python's own integers, which neither wrap nor warn.
uint64: Callable[[Any], Any] = np.uint64 if JIT else int


def rule(function: Callable) -> Callable:
    """Compile a pure scalar rule: no draws, no arrays, no fastmath (its bits must not depend on the CPU's mood)."""
    return numba.njit(cache=True, error_model="numpy", nogil=True)(function)


def kernel(function: Callable) -> Callable:
    """Compile a loop over columns, to be called from Python. Same settings as :func:`rule`.

    Tables reach the compiled code as plain structured arrays: finding out the type of a record array costs ten times as
    much, which a week of many small calls feels. A loop that compiled code calls is a rule.
    """
    compiled = rule(function)
    if not JIT:
        return compiled

    @functools.wraps(function)
    def call(*arguments: Any) -> Any:
        return compiled(*[_plain(one) for one in arguments])

    return call


def _plain(argument: Any) -> Any:
    kind = type(argument)
    if kind is np.recarray:
        return argument.view(np.ndarray)
    if kind is not np.ndarray and hasattr(argument, "_fields"):
        return argument._make(map(_plain, argument))
    return argument
