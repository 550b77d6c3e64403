"""Who gains: effects by resident group and by community."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from experiments.analyses.intervals import mean_interval


def effects_by(table: pd.DataFrame, keys: Sequence[str], masks: Sequence[int], outcomes: Sequence[str]) -> pd.DataFrame:
    """Differences to nothing, paired by replication, for each value of ``keys``.

    Parameters
    ----------
    table : DataFrame
        ``mask``, ``design``, ``replication``, the keys and the outcomes.
    keys : sequence of str
        Columns that name a group, such as ``dimension`` and ``group``.
    masks : sequence of int
        Designs to compare with nothing.
    outcomes : sequence of str

    Returns
    -------
    DataFrame
        ``mask``, ``design``, the keys, ``outcome``, ``nothing``, ``value``, ``effect``, ``low``, ``high``, ``n``.
    """
    rows = []
    base = table[table["mask"] == 0].set_index(["replication", *keys])
    for mask in masks:
        design = table[table["mask"] == mask].set_index(["replication", *keys])
        if design.empty:
            continue
        name = design["design"].iloc[0]
        for outcome in outcomes:
            both = pd.DataFrame({"value": design[outcome], "nothing": base[outcome]}).dropna()
            for group, part in both.groupby(level=list(keys), sort=False, observed=True):
                mean, low, high = mean_interval(part["value"] - part["nothing"])
                levels = (part["nothing"].mean(), part["value"].mean())
                rows.append((mask, name, *group, outcome, *levels, float(mean), float(low), float(high), len(part)))
    columns = ["mask", "design", *keys, "outcome", "nothing", "value", "effect", "low", "high", "n"]
    return pd.DataFrame(rows, columns=columns)


def gaps(table: pd.DataFrame, mask: int, outcomes: Sequence[str]) -> pd.DataFrame:
    """How a design changes the gap between the groups that were furthest apart without it.

    Returns
    -------
    DataFrame
        For each ``dimension`` and ``outcome``: ``top`` and ``bottom`` group without any path, their gap then
        (``nothing``) and under the design (``value``), and its ``change`` with ``low`` and ``high``.
    """
    rows = []
    for outcome in outcomes:
        wide = table.pivot_table(
            index="replication", columns=["mask", "dimension", "group"], values=outcome, observed=True
        )
        for dimension in table["dimension"].unique():
            nothing, design = wide[0][dimension], wide[mask][dimension]
            top, bottom = nothing.mean().idxmax(), nothing.mean().idxmin()
            before, after = nothing[top] - nothing[bottom], design[top] - design[bottom]
            change = [float(number) for number in mean_interval(after - before)]
            rows.append((dimension, outcome, top, bottom, before.mean(), after.mean(), *change))
    columns = ["dimension", "outcome", "top", "bottom", "nothing", "value", "change", "low", "high"]
    return pd.DataFrame(rows, columns=columns)
