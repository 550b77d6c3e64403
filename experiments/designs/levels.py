"""What designs of levels share: the levels of a factor in order, and tables from rows of values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from experiments.designs.design import Factor
from sim.errors import InputError


def ascending(factor: Factor) -> list[float]:
    """Levels of a factor, each once, lowest first."""
    return sorted({float(level) for level in factor.levels})


def away_from_base(factor: Factor, kind: str) -> list[float]:
    """Levels other than the base, lowest first; a factor that has none cannot be moved by the design ``kind``."""
    levels = [level for level in ascending(factor) if level != factor.base]
    if not levels:
        raise InputError(
            f"{kind}: factor {factor.name!r} has no level other than its base, {factor.base:g}; "
            f"give it one between {factor.low:g} and {factor.high:g}"
        )
    return levels


def table(factors: Sequence[Factor], rows: Sequence[Sequence[float]] | np.ndarray) -> pd.DataFrame:
    """Points from rows of values, in the order of ``factors``."""
    values = np.asarray(rows, dtype=float).reshape(len(rows), len(factors))
    return pd.DataFrame(values, columns=[factor.name for factor in factors])
