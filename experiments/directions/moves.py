"""Which way outcomes move at each point, and at which share of the points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from experiments.analyses.intervals import LEVEL
from experiments.directions.expected import Expectation

_KEYS = ["mechanism", "outcome"]


def differences(runs: pd.DataFrame, baseline: Mapping[str, str], outcomes: Sequence[str]) -> pd.DataFrame:
    """Each mechanism against its baseline of the same point and seed.

    Parameters
    ----------
    runs : DataFrame
        ``point``, ``replication``, ``design``, ``status`` and the outcomes.
    baseline : dict of str to str
        Design to compare with, by mechanism.
    outcomes : sequence of str

    Returns
    -------
    DataFrame
        ``point``, ``replication``, ``mechanism``, ``outcome``, ``status`` (``ok``, or that of the run that failed),
        ``nothing``, ``value``, ``difference`` (NaN where one of the two failed).
    """
    runs = runs.reindex(columns=[*dict.fromkeys([*runs.columns, *outcomes])]).set_index(["point", "replication"])
    frames = []
    for name, against in baseline.items():
        own, other = (runs[runs["design"] == design] for design in (name, against))
        status = own["status"].where(own["status"] != "ok", other["status"])
        frames += [
            pd.DataFrame(
                {"status": status, "nothing": other[outcome].astype(float), "value": own[outcome].astype(float)}
            )
            .assign(mechanism=name, outcome=outcome)
            .reset_index()
            for outcome in outcomes
        ]
    table = pd.concat(frames, ignore_index=True)
    table["difference"] = table["value"] - table["nothing"]
    return table[["point", "replication", *_KEYS, "status", "nothing", "value", "difference"]]


def moves(pairs: pd.DataFrame) -> pd.DataFrame:
    """Mean difference at each point, and whether it is more than the luck of its seeds.

    The luck is pooled over the points: with the standard deviation ``s`` of differences between seeds of one point and
    ``n`` seeds, a mean difference within ``t s / sqrt(n)`` of 0 (t for 95 %) counts as no move. A mechanism that did
    nothing at all would so be seen to move up, and down, at 2.5 % of the points each.

    Returns
    -------
    DataFrame
        ``mechanism``, ``outcome``, ``point``, ``difference``, ``threshold``, ``move`` (1, 0, -1; NaN where a run
        failed).
    """
    by_point = pairs.groupby([*_KEYS, "point"], sort=False)["difference"]
    table = by_point.agg(
        difference=lambda values: values.mean(skipna=False), variance=lambda values: values.var(ddof=1, skipna=False)
    ).reset_index()
    seeds = pairs["replication"].nunique()
    pooled = table.groupby(_KEYS, sort=False)["variance"].agg(["mean", "count"])
    freedom = pooled["count"] * (seeds - 1)
    critical = np.array([stdtrit(one, 0.5 + LEVEL / 2) if one > 0 else np.nan for one in freedom])
    threshold = (critical * np.sqrt(pooled["mean"] / seeds)).rename("threshold")
    table = table.drop(columns="variance").join(threshold, on=_KEYS)
    beyond = table["difference"].abs() > table["threshold"]
    table["move"] = np.sign(table["difference"]).where(beyond, 0.0).where(table["difference"].notna())
    return table


def shares(by_point: pd.DataFrame, points: int) -> pd.DataFrame:
    """Share of points with a move up, down and none, among those without a failed run.

    Returns
    -------
    DataFrame
        ``mechanism``, ``outcome``, ``up``, ``down``, ``none``, ``mean`` and ``low``, ``high`` (tenth and ninetieth
        percentile of the mean differences over points), ``threshold``, ``points`` (counted), ``failed``.
    """
    rows = []
    for (mechanism, outcome), part in by_point.groupby(_KEYS, sort=False):
        known = part.dropna(subset="move")
        low, high = np.quantile(known["difference"], [0.1, 0.9]) if len(known) else (np.nan, np.nan)
        up, down = (float((known["move"] == sign).mean()) if len(known) else np.nan for sign in (1, -1))
        rows.append(
            {
                "mechanism": mechanism,
                "outcome": outcome,
                "up": up,
                "down": down,
                "none": 1.0 - up - down,
                "mean": known["difference"].mean(),
                "low": low,
                "high": high,
                "threshold": part["threshold"].iloc[0],
                "points": len(known),
                "failed": points - len(known),
            }
        )
    return pd.DataFrame(rows)


def documented(counted: pd.DataFrame, expected: Mapping[str, Expectation]) -> pd.DataFrame:
    """Share of points at which each documented direction holds, is contradicted, or is not seen."""
    rows = []
    for row in counted.to_dict("records"):
        known = expected.get(row["mechanism"])
        direction = known.moves.get(row["outcome"]) if known else None
        if known and direction:
            along, against = ("up", "down") if direction.sign > 0 else ("down", "up")
            rows.append(
                {
                    "mechanism": row["mechanism"],
                    "outcome": row["outcome"],
                    "sign": direction.sign,
                    "source": " ".join(known.source),
                    "holds": row[along],
                    "against": row[against],
                    "none": row["none"],
                    "mean": row["mean"],
                    "points": row["points"],
                }
            )
    columns = ["mechanism", "outcome", "sign", "source", "holds", "against", "none", "mean", "points"]
    return pd.DataFrame(rows, columns=columns)
