"""Value: which mechanisms pay for themselves, in which type of community, against what is spent there today.

Gains are paired differences to nothing under the same luck, for a resident and year, over the whole run. The price of
a gain is the community's own: what the status quo spends, staff included, for each practical matter that it resolves
in time, and for each satisfied resident. A mechanism pays if what it adds, at that price, is worth more than it costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.analyses.intervals import mean_interval
from experiments.engine import MakeExecutor
from experiments.finding import Finding
from experiments.page import Block, Bullets, Heading, Paragraph, Picture, Table
from experiments.paired import Case, by_community, complete, five_types, run_cases
from experiments.seeds import replication_seed
from experiments.text import text
from sim import catalogue
from sim.community_types import community_types
from sim.mechanisms import mechanisms

NOTHING = "nothing"
MATTERS, SATISFIED = GAINS = ("matters", "satisfied")
WAGE = "matching.yuan_per_hour"
PAYS, DOES_NOT, UNCLEAR = VERDICTS = ("pays", "does_not", "unclear")
SIGNS = {PAYS: "✓", DOES_NOT: "✗", UNCLEAR: "?"}
RESAMPLES = 2000


@dataclass(frozen=True)
class Setting:
    """How much is run: seeds, residents in each of five communities, weeks."""

    replications: int = 32
    residents: int = 1000
    warmup: int = 52
    weeks: int = 156
    seed: int = 1

    @classmethod
    def quick(cls) -> Setting:
        """A look at it within half a minute."""
        return cls(replications=3, residents=150, warmup=13, weeks=52)


def run_value(
    setting: Setting,
    names: Sequence[str] = (),
    workers: int | None = None,
    language: str = "en",
    progress: bool = True,
    make_executor: MakeExecutor | None = None,
) -> Finding:
    """Run every mechanism alone at dose 1 and weigh what it brings against what it costs.

    Parameters
    ----------
    setting : Setting
    names : sequence of str
        Mechanisms; by default all that there are.
    workers, language, progress, make_executor
        As for :func:`experiments.paired.run_cases`.
    """
    from experiments.plots.value import draw_value

    names = list(names or mechanisms())
    place = five_types(setting.residents, setting.warmup, setting.weeks)
    designs: dict[str, dict[str, Any]] = {NOTHING: {}}
    designs |= {name: {"mechanisms": {name: 1.0}} for name in names}
    cases = [
        Case({"replication": number}, place, replication_seed(setting.seed, number), designs)
        for number in range(setting.replications)
    ]
    runs = run_cases(cases, by_community, workers, language, progress, make_executor)
    whole = complete(runs)
    table = worth(whole, names)
    prices = yardsticks(whole, wage().value)
    told: dict[str, Any] = asdict(setting) | {"complete": int(whole["replication"].nunique())}
    return Finding(
        name="value",
        tables={"value": table, "yardsticks": prices, "runs": runs.table},
        page=lambda spoken, figures: value_page(table, prices, told, runs.failures, spoken, figures),
        figures={"value": lambda spoken: draw_value(table, spoken)},
        details={"setting": told, "mechanisms": names, "workers": runs.workers},
        failures=runs.failures,
    )


def wage() -> catalogue.Entry:
    """What an hour of staff costs: the catalogue's price of an hour of social work, with its range."""
    process, _, short = WAGE.partition(".")
    return catalogue.process_entries(process)[short]


def yardsticks(runs: pd.DataFrame, hour: float) -> pd.DataFrame:
    """What the status quo spends in each type of community: the price that a gain is worth there.

    Returns
    -------
    DataFrame
        ``type``; ``yuan`` (fund) and ``staff_yuan`` (all hours of social workers), for a resident and year;
        ``matters`` and ``satisfied``; ``price_matters`` (yuan for each matter resolved in time) and
        ``price_satisfied`` (yuan a year for each satisfied resident).
    """
    today = runs[runs["design"] == NOTHING].groupby("type", sort=False)
    table = today[["yuan", "staff_hours", *GAINS]].mean().reset_index()
    table["staff_yuan"] = table.pop("staff_hours") * hour
    spent = table["yuan"] + table["staff_yuan"]
    for gain in GAINS:
        table[f"price_{gain}"] = spent / table[gain].where(table[gain] > 0.0)
    return table


def worth(runs: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Each mechanism in each type of community, by either gain.

    Returns
    -------
    DataFrame
        ``mechanism``, ``type``, ``gain`` (``matters`` or ``satisfied``); ``more`` (added gain, with ``more_low`` and
        ``more_high``), ``cost`` (added yuan, staff hours at their price), both for a resident and year; ``price`` (of
        the gain today); ``net`` (yuan that the gain is worth beyond its cost, with ``net_low`` and ``net_high``, 95 %
        t-interval over seeds); ``per_gain`` (cost of one more, with a 95 % bootstrap interval; NaN unless the gain
        is clear); ``verdict``, and ``verdict_low_wage``, ``verdict_high_wage`` at the ends of the range of an hour's
        price; ``holds`` (whether the three agree); ``n``.
    """
    hour = wage()
    by_wage = {rate: yardsticks(runs, rate).set_index("type") for rate in (hour.low, hour.value, hour.high)}
    columns = ["yuan", "mechanism_hours", *GAINS]
    rows = []
    for kind, part in runs.groupby("type", sort=False):
        seeds = {name: one.set_index("replication")[columns] for name, one in part.groupby("design")}
        for name in names:
            change = (seeds[name] - seeds[NOTHING]).sort_index()
            rows += [_row(name, str(kind), gain, change, by_wage, hour) for gain in GAINS]
    table = pd.DataFrame(rows)
    order = {name: number for number, name in enumerate(names)}
    return table.sort_values("mechanism", key=lambda column: column.map(order), kind="stable", ignore_index=True)


def _row(
    name: str,
    kind: str,
    gain: str,
    change: pd.DataFrame,
    by_wage: dict[float, pd.DataFrame],
    hour: catalogue.Entry,
) -> dict[str, Any]:
    more = change[gain].to_numpy()
    verdicts, nets = {}, {}
    for rate, prices in by_wage.items():
        cost = (change["yuan"] + rate * change["mechanism_hours"]).to_numpy()
        nets[rate] = mean_interval(prices.loc[kind, f"price_{gain}"] * more - cost)
        verdicts[rate] = verdict_of(*(float(one) for one in nets[rate][1:]))
    cost = (change["yuan"] + hour.value * change["mechanism_hours"]).to_numpy()
    mean, low, high = (float(one) for one in mean_interval(more))
    ratio = cost_of_one_more(cost, more) if low > 0.0 else (np.nan, np.nan, np.nan)
    net = [float(one) for one in nets[hour.value]]
    return {
        "mechanism": name,
        "type": kind,
        "gain": gain,
        "more": mean,
        "more_low": low,
        "more_high": high,
        "cost": float(cost.mean()),
        "price": float(by_wage[hour.value].loc[kind, f"price_{gain}"]),
        **dict(zip(("net", "net_low", "net_high"), net, strict=True)),
        **dict(zip(("per_gain", "per_gain_low", "per_gain_high"), ratio, strict=True)),
        "verdict": verdicts[hour.value],
        "verdict_low_wage": verdicts[hour.low],
        "verdict_high_wage": verdicts[hour.high],
        "holds": len(set(verdicts.values())) == 1,
        "n": len(more),
    }


def verdict_of(low: float, high: float) -> str:
    """Whether what is left after the cost is clearly above 0, clearly below, or neither."""
    return PAYS if low > 0.0 else DOES_NOT if high < 0.0 else UNCLEAR


def cost_of_one_more(cost: np.ndarray, more: np.ndarray) -> tuple[float, float, float]:
    """Ratio of the means, with its 95 % bootstrap interval over seeds."""
    picks = np.random.default_rng(1).integers(len(more), size=(RESAMPLES, len(more)))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = cost[picks].mean(axis=1) / more[picks].mean(axis=1)
    low, high = np.nanquantile(ratios, [0.025, 0.975])
    return float(cost.mean() / more.mean()), float(low), float(high)


def value_page(
    table: pd.DataFrame,
    prices: pd.DataFrame,
    setting: dict[str, Any],
    failures: Sequence[str],
    language: str,
    figures: Sequence[str],
) -> list[Block]:
    """The yardsticks, then a table of mechanisms by type for either gain."""
    hour = wage()
    page: list[Block] = [
        Heading(text(language, "value.title"), level=1),
        Paragraph(text(language, "value.setting", **setting)),
        Paragraph(text(language, "value.method", wage=hour.value, low=hour.low, high=hour.high)),
        Heading(text(language, "value.yardsticks")),
        _yardstick_table(prices, language),
    ]
    for gain in GAINS:
        part = table[table["gain"] == gain]
        page += [
            Heading(text(language, f"value.{gain}")),
            Bullets([_count(part, language)]),
            _net_table(part, language),
            _price_table(part, gain, language),
        ]
    if "value" in figures:
        page.append(Picture(text(language, "value.figure"), "figures/value.png"))
    page.append(Bullets([text(language, "value.no_emergency"), text(language, "value.one_street")]))
    if failures:
        page.append(Paragraph(text(language, "check.failures", failed=len(failures))))
    return page


def _yardstick_table(prices: pd.DataFrame, language: str) -> Table:
    columns = ("yuan", "staff_yuan", "price_matters", "price_satisfied")
    header = [text(language, "value.type"), *(text(language, f"value.{column}") for column in columns)]
    rows = [
        [community_types()[row["type"]].label[language], *(f"{row[column]:,.0f}" for column in columns)]
        for row in prices.to_dict("records")
    ]
    return Table(header, rows, text(language, "value.yardsticks_note"))


def _net_table(part: pd.DataFrame, language: str) -> Table:
    """Net worth by mechanism and type, with interval and verdict."""

    def cell(row: dict[str, Any]) -> str:
        sign = SIGNS[row["verdict"]] + ("" if row["holds"] else "*")
        return f"{sign} {row['net']:+.1f} [{row['net_low']:+.1f}; {row['net_high']:+.1f}]".replace("-", "−")

    return _by_type(part, cell, text(language, "value.net_note"), language)


def _price_table(part: pd.DataFrame, gain: str, language: str) -> Table:
    """Cost of one more by mechanism and type, where the gain is clear."""

    def cell(row: dict[str, Any]) -> str:
        if np.isnan(row["per_gain"]):
            return "–"
        return f"{row['per_gain']:,.0f} [{row['per_gain_low']:,.0f}; {row['per_gain_high']:,.0f}]".replace("-", "−")

    return _by_type(part, cell, text(language, f"value.per_{gain}_note"), language)


def _by_type(part: pd.DataFrame, cell: Any, note: str, language: str) -> Table:
    from experiments.labels import mechanism_label

    kinds = list(dict.fromkeys(part["type"]))
    header = [text(language, "value.mechanism"), *(community_types()[kind].label[language] for kind in kinds)]
    rows = [
        [mechanism_label(name, language), *(cell(row) for row in one.to_dict("records"))]
        for name, one in part.groupby("mechanism", sort=False)
    ]
    return Table(header, rows, note)


def _count(part: pd.DataFrame, language: str) -> str:
    counts = {verdict: int((part["verdict"] == verdict).sum()) for verdict in VERDICTS}
    return text(language, "value.count", all=len(part), holds=int(part["holds"].sum()), **counts)
