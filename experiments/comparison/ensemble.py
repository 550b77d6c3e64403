"""Runs of one place under different luck: means, spread and weekly bands, of the baseline and of designs alike."""

from __future__ import annotations

import functools
from html import escape
from typing import Any

import pandas as pd

from experiments import formats
from experiments.analyses.intervals import mean_interval
from experiments.analyses.trajectories import trajectories
from experiments.comparison.cache import Where
from experiments.comparison.figures import Plots
from experiments.labels import baseline_label
from experiments.result import StudyResult
from experiments.run import How
from experiments.study import NOTHING
from experiments.text import spoken, text
from sim.outcomes import OUTCOMES

BASELINE = "baseline"
_QUANTILES = {"q05": 0.05, "median": 0.5, "q95": 0.95}


class Ensemble:
    """Runs of a scenario, each with a seed of its own; tables are in the model's units, so that shares go from 0 to 1.

    Attributes
    ----------
    result : StudyResult
        All that the runs left.
    made : int
        Runs that were made for it; the others were there already.
    designs : list of str
        Names of what was run; the first is ``baseline``.
    outcomes : list of str
        Outcomes of interest.
    """

    def __init__(self, result: StudyResult, made: int, *, how: How, cache: Where = None) -> None:
        self.result, self.made = result, made
        self._how, self._cache = how, cache
        names = result.plan.points.drop_duplicates("policy").sort_values("policy")["design"]
        self.designs = [_shown(name) for name in names]
        self.outcomes = list(result.study.outcomes)

    @property
    def runs(self) -> pd.DataFrame:
        """A row for each run that did not fail: ``design``, ``future``, ``replication``, ``seed`` and every outcome."""
        runs = self.result.unique_runs
        runs = runs[runs["status"] == "ok"]
        columns = ["design", "future", "replication", "seed", *self.result.plan.factors, *self.result.outcomes]
        left_out = set(self.result.levers)
        return self._named(runs[[one for one in columns if one not in left_out]])

    def to_frame(self) -> pd.DataFrame:
        """Tidy table: ``design``, ``future``, ``replication``, ``outcome``, ``value``."""
        keys = ["design", "future", "replication"]
        return self.runs.melt(keys, self.result.outcomes, "outcome", "value")

    def mean(self) -> pd.DataFrame:
        """Mean of each outcome over all runs: outcomes x designs."""
        return self._by_design("mean")

    def median(self) -> pd.DataFrame:
        """Median of each outcome over all runs: outcomes x designs."""
        return self._by_design("median")

    def _by_design(self, how: str) -> pd.DataFrame:
        table = self.runs.groupby("design", sort=False)[self.result.outcomes].agg(how).T
        return table[self.designs].rename_axis(index="outcome", columns="design")

    @functools.cached_property
    def summary(self) -> pd.DataFrame:
        """Outcomes of interest and costs by design.

        ``design``, ``outcome``, ``unit``; ``mean`` with the ends of its 95 % t-interval over runs, ``low`` and
        ``high``; ``sd`` and quantiles of single runs, ``q05``, ``median`` and ``q95``; ``n`` (runs).
        """
        rows: list[dict[str, Any]] = []
        for design, part in self.runs.groupby("design", sort=False):
            for name in self._shown_outcomes:
                values = part[name].dropna()
                mean, low, high = map(float, mean_interval(values)) if len(values) else [float("nan")] * 3
                quantiles = {key: float(values.quantile(level)) for key, level in _QUANTILES.items()}
                rows.append(
                    {
                        "design": design,
                        "outcome": name,
                        "unit": OUTCOMES[name].unit,
                        "mean": mean,
                        "low": low,
                        "high": high,
                        "sd": float(values.std()),
                        **quantiles,
                        "n": len(values),
                    }
                )
        return pd.DataFrame(rows)

    @property
    def _shown_outcomes(self) -> list[str]:
        return list(dict.fromkeys([*self.outcomes, "yuan", "staff_hours"]))

    @functools.cached_property
    def weekly(self) -> pd.DataFrame:
        """Weekly means over replications with 95 % bands; with several futures, those of the first.

        ``design``, ``community`` (``place`` is the whole), ``type``, ``week``, ``outcome``, ``mean``, ``low``,
        ``high``; every outcome. Empty where no series was kept.
        """
        table = self.result.weekly_runs
        if table.empty:
            return pd.DataFrame()
        parts = table[table["future"] == 0].groupby(["policy", "replication"], sort=True)
        series = {(int(policy), int(one)): part.reset_index(drop=True) for (policy, one), part in parts}
        named = dict(enumerate(self.designs))
        names = [name for name in self.result.outcomes if name in table]
        return trajectories(series, named, names).drop(columns="mask")

    @property
    def plot(self) -> Plots:
        """Figures: ``plot()`` for the first to look at, or by name, such as ``plot.weekly()``."""
        return Plots(self)

    def label(self, design: str, language: str | None = None) -> str:
        """Name of a design as readers see it."""
        language = spoken(language)
        return baseline_label(self.result.study, language) if design == BASELINE else design

    def _named(self, table: pd.DataFrame) -> pd.DataFrame:
        """Table with ``baseline`` as the name of the baseline, indexed anew."""
        return table.assign(design=table["design"].map(_shown)).reset_index(drop=True)

    def sentence(self, language: str | None = None) -> str:
        """What was run, in one sentence."""
        language = spoken(language)
        place, count = self.result.plan.place, int(self.result.runs["run_id"].nunique())
        return text(
            language,
            "compare.ran",
            place=place.name,
            residents=f"{place.residents:,}",
            weeks=place.weeks,
            runs=count,
            seeds=self.result.asked,
        )

    def __repr__(self) -> str:
        """Sentence and table."""
        return f"{self.sentence()}\n\n{self.table().to_string()}"

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.sentence())}</p>{self.table().to_html(border=0)}"

    def table(self, language: str | None = None) -> pd.DataFrame:
        """Outcomes as readers see them: mean, and the range of nine runs in ten."""
        language = spoken(language)
        table = self.summary[self.summary["design"] == BASELINE]
        rows = {}
        for row in table.to_dict("records"):
            outcome = OUTCOMES[row["outcome"]]
            low, high = (formats.bare_level(outcome, row[end]) for end in ("q05", "q95"))
            rows[f"{outcome.label[language]} ({formats.unit(outcome, language)})"] = [
                formats.bare_level(outcome, row["mean"]),
                text(language, "format.interval", low=low, high=high),
            ]
        head = [text(language, f"compare.{one}") for one in ("mean", "nine_in_ten")]
        return pd.DataFrame.from_dict(rows, orient="index", columns=head)


def _shown(name: str) -> str:
    return BASELINE if name == NOTHING else name
