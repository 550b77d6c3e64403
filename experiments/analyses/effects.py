"""Effects: each policy against a baseline, in the same future and under the same luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.analyses.complete import require_columns
from experiments.analyses.games import values_by_design
from experiments.analyses.intervals import crossed_interval, mean_interval
from sim.errors import InputError, closest

QUANTILES = {"q05": 0.05, "median": 0.5, "q95": 0.95}


def effects(runs: pd.DataFrame, designs: Mapping[int, str], better: Mapping[str, int]) -> pd.DataFrame:
    """Differences of every design to nothing, paired by replication.

    Parameters
    ----------
    runs : DataFrame
        One row for each run: ``mask``, ``replication``, ``status`` and the outcomes.
    designs : dict of int to str
        Name by mask; 0 is nothing.
    better : dict of str to int
        The outcomes to compare, and for each 1 where more is better, -1 where less is, 0 where neither is.

    Returns
    -------
    DataFrame
        ``mask``, ``design``, ``outcome``; ``nothing`` and ``value`` (mean of either); ``effect`` with ``low`` and
        ``high`` (95 % t-interval); ``better`` (share of replications that the design improves; NaN where neither
        direction is better); ``variance_ratio`` (variance of the difference with independent draws over the one with
        common draws: how many times more runs it would take without pairing); ``n`` (replications).
    """
    masks, outcomes = list(designs), list(better)
    values = values_by_design(runs, masks, outcomes)
    nothing = values[:, [masks.index(0)], :]
    change = values - nothing
    mean, low, high = mean_interval(change)
    improved = (
        (change * np.array(list(better.values())) > 0).mean(axis=0) if len(change) else np.full_like(mean, np.nan)
    )
    ratio = _variance_ratio(values, nothing)
    levels, base = values.mean(axis=0), nothing.mean(axis=0)[0]
    return pd.DataFrame(
        [
            (
                mask,
                designs[mask],
                outcome,
                base[j],
                levels[i, j],
                mean[i, j],
                low[i, j],
                high[i, j],
                improved[i, j] if better[outcome] else np.nan,
                ratio[i, j],
                len(values),
            )
            for i, mask in enumerate(masks)
            if mask
            for j, outcome in enumerate(outcomes)
        ],
        columns=[
            "mask",
            "design",
            "outcome",
            "nothing",
            "value",
            "effect",
            "low",
            "high",
            "better",
            "variance_ratio",
            "n",
        ],
    )


def _variance_ratio(values: NDArray[np.float64], nothing: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unpaired over paired variance; NaN where the difference does not vary."""
    if len(values) < 2:
        return np.full(values.shape[1:], np.nan)
    unpaired = values.var(axis=0, ddof=1) + nothing.var(axis=0, ddof=1)
    paired = (values - nothing).var(axis=0, ddof=1)
    return np.divide(unpaired, paired, out=np.full_like(paired, np.nan), where=paired > 0)


def paired_effects(
    runs: pd.DataFrame, outcomes: Mapping[str, int], baseline: int = 0, by: Sequence[str] = ()
) -> pd.DataFrame:
    """Differences of every policy to a baseline, paired within future and replication.

    Parameters
    ----------
    runs : DataFrame
        One row for each run (and each value of ``by``): ``policy``, ``replication``, ``status``, the outcomes and, if
        there are such, ``design`` (name of the policy) and ``future``.
    outcomes : dict of str to int
        The outcomes to compare, and for each 1 where more is better, -1 where less is, 0 where neither is.
    baseline : int
        Policy to compare with.
    by : sequence of str
        Columns that split runs, such as ``dimension`` and ``group``; see :func:`paired_effects_by`.

    Returns
    -------
    DataFrame
        ``policy``, ``design``, the columns ``by``, ``outcome``;

        - ``base`` and ``value`` (means of either, over the pairs); ``effect`` with ``low`` and ``high``: with one
          future the 95 % t-interval over replications, with several one for the mean over futures (see
          :func:`experiments.analyses.intervals.crossed_interval`);
        - ``q05``, ``median``, ``q95``: quantiles over futures of the mean over replications; missing with one future;
        - ``better``: share of pairs that the policy improves; missing where neither direction is better;
        - ``variance_ratio``: variance of the difference with independent draws over the one with common draws, within
          futures: how many times more runs it would take without pairing;
        - ``n`` (pairs), ``left_out`` (pairs of which one failed, is missing or measured nothing) and ``futures``.

    Raises
    ------
    InputError
        If a column or the baseline is missing, or a policy was run twice in the same future and replication.
    """
    cells, values = _cells(runs, list(outcomes), by)
    if baseline not in cells.policies:
        raise InputError(
            f"runs: no run of the baseline, policy {baseline}{closest(str(baseline), map(str, cells.policies))}"
        )
    base = values[:, :, [cells.policies.index(baseline)]]
    change = values - base
    paired = np.isfinite(change)
    n = paired.sum(axis=(0, 1))
    value = _crossed_mean(np.where(paired, values, np.nan))
    before = _crossed_mean(np.where(paired, base, np.nan))
    mean, low, high = crossed_interval(change)
    improved = (np.where(paired, change, 0.0) * np.array(list(outcomes.values())) > 0).sum(axis=(0, 1))
    better = np.where((n > 0) & (np.array(list(outcomes.values())) != 0), improved / np.maximum(n, 1), np.nan)
    ratio = _ratio_within(values, base)
    quantiles = _over_futures(change)
    columns = {
        "base": before,
        "value": value,
        "effect": mean,
        "low": low,
        "high": high,
        **quantiles,
        "better": better,
        "variance_ratio": ratio,
        "n": n,
        "left_out": paired.shape[0] * paired.shape[1] - n,
        "futures": np.full_like(n, len(values)),
    }
    keep = [place for place, policy in enumerate(cells.policies) if policy != baseline]
    index = pd.MultiIndex.from_product([keep, range(len(cells.groups)), range(len(outcomes))])
    place, group, outcome = (index.get_level_values(level).to_numpy() for level in range(3))
    table = pd.DataFrame({name: array[place, group, outcome] for name, array in columns.items()})
    table.insert(0, "outcome", np.array(list(outcomes), dtype=object)[outcome])
    for name in reversed(by):
        table.insert(0, name, cells.groups[name].to_numpy()[group])
    table.insert(0, "design", [cells.designs[one] for one in place])
    table.insert(0, "policy", np.array(cells.policies)[place])
    return table


def paired_effects_by(
    runs: pd.DataFrame, table: pd.DataFrame, keys: Sequence[str], outcomes: Mapping[str, int], baseline: int = 0
) -> pd.DataFrame:
    """Paired effects for each resident group, community or type of community.

    Parameters
    ----------
    runs : DataFrame
        As for :func:`paired_effects`, with ``run_id``.
    table : DataFrame
        Table beside the runs (``groups``, ``communities``): ``run_id``, the keys, the outcomes and, if there are such,
        ``residents``. Rows of a run with the same keys, such as communities of one type, are averaged first, weighted
        by residents.
    keys : sequence of str
        ``["dimension", "group"]``, ``["community"]`` or ``["type"]``.
    outcomes, baseline
        As for :func:`paired_effects`; outcomes that the table measures.

    Returns
    -------
    DataFrame
        As of :func:`paired_effects`, with a line for each value of the keys.

    Raises
    ------
    InputError
        As of :func:`paired_effects`.
    """
    names = ["run_id", *keys]
    require_columns(table, [*names, *outcomes], "table")
    require_columns(runs, ["run_id"])
    values = table[list(outcomes)].astype(float)
    weights = values.notna().mul(table.get("residents", 1.0), axis=0)
    by = [table[name] for name in names]
    sums = (values * weights).groupby(by, sort=False, observed=True).sum()
    means = sums / weights.groupby(by, sort=False, observed=True).sum().where(lambda total: total > 0)
    kept = [name for name in ("run_id", "policy", "design", "future", "replication", "status") if name in runs]
    return paired_effects(means.reset_index().merge(runs[kept], on="run_id"), outcomes, baseline, keys)


def differences(runs: pd.DataFrame, outcomes: Sequence[str], baseline: int = 0) -> pd.DataFrame:
    """Runs of all policies but the baseline, with each outcome less the baseline's in the same future and replication.

    So that an analysis of levels (Morris, Sobol, regression) is one of effects. Where the baseline failed or is missing
    the difference is NaN, which those analyses refuse.
    """
    require_columns(runs, ["policy", "replication", *outcomes])
    luck = ["future", "replication"] if "future" in runs else ["replication"]
    base = runs.loc[runs["policy"] == baseline].set_index(luck)[list(outcomes)]
    if not base.index.is_unique:
        raise InputError(f"runs: policy {baseline} was run more than once in the same future and replication")
    rest = runs.loc[runs["policy"] != baseline].reset_index(drop=True)
    there = pd.MultiIndex.from_frame(rest[luck]) if len(luck) > 1 else pd.Index(rest["replication"])
    rest[list(outcomes)] = rest[list(outcomes)].to_numpy(dtype=float) - base.reindex(there).to_numpy(dtype=float)
    return rest


def _crossed_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over futures and replications without the cells that are NaN."""
    there = np.isfinite(values)
    n = there.sum(axis=(0, 1))
    return np.where(n > 0, np.where(there, values, 0.0).sum(axis=(0, 1)) / np.maximum(n, 1), np.nan)


@dataclass(frozen=True)
class _Cells:
    """What stands on the axes of an array of futures x replications x policies x groups x outcomes."""

    policies: list[int]
    designs: list[str]
    groups: pd.DataFrame


def _cells(runs: pd.DataFrame, outcomes: list[str], by: Sequence[str]) -> tuple[_Cells, NDArray[np.float64]]:
    require_columns(runs, ["policy", "replication", "status", *by, *outcomes])
    names = dict(
        zip(runs["policy"], runs["design"] if "design" in runs else "p" + runs["policy"].astype(str), strict=True)
    )
    luck = [runs.get("future", pd.Series(0, index=runs.index)), runs["replication"]]
    axes = [np.unique(column, return_inverse=True) for column in (*luck, runs["policy"])]
    if by:
        group = runs.groupby(list(by), sort=False, observed=True, dropna=False).ngroup().to_numpy()
        groups = runs[list(by)].iloc[np.unique(group, return_index=True)[1]].reset_index(drop=True)
    else:
        group, groups = np.zeros(len(runs), dtype=int), pd.DataFrame(index=range(1))
    places = (*(codes for _, codes in axes), group)
    array = np.full((*(len(known) for known, _ in axes), len(groups), len(outcomes)), np.nan)
    done = (runs["status"] == "ok").to_numpy()
    flat = np.ravel_multi_index(places, array.shape[:-1])
    if len(np.unique(flat)) < len(flat):
        raise InputError("runs: a policy has to be there once in each future and replication; choose the runs of one")
    array.reshape(-1, len(outcomes))[flat[done]] = runs.loc[done, outcomes].to_numpy(dtype=float)
    policies = [int(one) for one in axes[2][0]]
    return _Cells(policies, [str(names[one]) for one in policies], groups), array


def _over_futures(change: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Quantiles over futures of the mean over replications; NaN with one future."""
    found = {name: np.full(change.shape[2:], np.nan) for name in QUANTILES}
    if len(change) > 1:
        there = np.isfinite(change)
        n = there.sum(axis=1)
        means = np.where(n > 0, np.where(there, change, 0.0).sum(axis=1) / np.maximum(n, 1), np.nan)
        known = np.isfinite(means).any(axis=0)
        for name, level in QUANTILES.items():
            found[name][known] = np.nanquantile(means[:, known], level, axis=0)
    return found


def _ratio_within(values: NDArray[np.float64], base: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unpaired over paired variance between replications, summed over futures; NaN where the difference is constant."""
    there = np.isfinite(values - base)
    freedom = np.maximum(there.sum(axis=1) - 1, 0)

    def variance(cells: NDArray[np.float64]) -> NDArray[np.float64]:
        known = np.where(there, cells, 0.0)
        mean = known.sum(axis=1, keepdims=True) / np.maximum(there.sum(axis=1, keepdims=True), 1)
        squares = (np.where(there, cells - mean, 0.0) ** 2).sum(axis=1)
        return np.where(freedom > 0, squares / np.maximum(freedom, 1), 0.0).sum(axis=0)

    unpaired = variance(values) + variance(np.broadcast_to(base, values.shape))
    paired = variance(values - base)
    return np.divide(unpaired, paired, out=np.full_like(paired, np.nan), where=paired > 0)
