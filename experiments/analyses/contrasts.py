"""Contrasts: one design against another in the same future and under the same luck."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.errors import InputError, closest

PAIR = ["future", "replication"]


def changes(runs: pd.DataFrame, outcomes: Sequence[str], design: str, against: str = "nothing") -> pd.DataFrame:
    """Differences of a design to another, pair by pair.

    Parameters
    ----------
    runs : DataFrame
        One row for each run: ``design``, ``future``, ``replication``, ``status`` and the outcomes.
    outcomes : sequence of str
    design, against : str
        Names of the two designs.

    Returns
    -------
    DataFrame
        Outcomes by ``future`` and ``replication``, for the pairs of which both runs are there and did not fail.

    Raises
    ------
    InputError
        If no run has the name of one of the designs.
    """
    names = list(runs["design"].unique())
    for name in (design, against):
        if name not in names:
            raise InputError(f"no run of design {name!r}{closest(name, names)}")
    done = runs[runs["status"] == "ok"]
    one, other = (done[done["design"] == name].set_index(PAIR)[list(outcomes)] for name in (design, against))
    both = one.index.intersection(other.index).sort_values()
    return one.loc[both] - other.loc[both]


def by_replication(table: pd.DataFrame, name: str, futures: int) -> pd.Series:
    """Mean over futures in each replication, which is what is independent: its seed is the same in all futures.

    A replication counts where it is there in all ``futures``: means over different futures would not compare.
    """
    seen = table[name].dropna().groupby(level="replication")
    means = seen.mean()
    return means[seen.size() == futures]
