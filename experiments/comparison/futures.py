"""Futures of a comparison: in how many of them a design holds, which numbers that hangs on, and where it fails."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments import formats
from experiments.budget.conditions import CHANCE, Conditions, conditions
from experiments.text import spoken, text
from sim.errors import InputError
from sim.outcomes import OUTCOMES

if TYPE_CHECKING:
    from experiments.comparison.comparison import Comparison

Z = 1.959964
LEAST_FOR_RANKS = 6  # futures; of fewer a rank correlation has no interval worth telling (assumed)
_OWN = ("future", "effect", "holds")


@dataclass(frozen=True)
class Futures:
    """One design's effect on one outcome in every future.

    Attributes
    ----------
    design, outcome : str
    least : float
        Effect, in the outcome's unit, that has to be surpassed for the design to hold.
    replications : int
        Seeds behind each future's effect. The fewer, the more of the differences between futures is luck.
    table : DataFrame
        A row for each future: ``future``, the uncertain numbers, ``effect`` (mean over replications, in the outcome's
        unit), ``holds``.
    """

    design: str
    outcome: str
    least: float
    replications: int
    table: pd.DataFrame = field(repr=False)

    def __len__(self) -> int:
        """Number of futures."""
        return len(self.table)

    @property
    def numbers(self) -> list[str]:
        """Dotted names of the uncertain numbers."""
        return [str(name) for name in self.table if name not in _OWN]

    @property
    def share(self) -> float:
        """Share of futures in which the design holds."""
        return float(self.table["holds"].mean())

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the share (Wilson 1927): what other futures from the same ranges could have shown."""
        from scipy.stats import binomtest

        found = binomtest(int(self.table["holds"].sum()), len(self)).proportion_ci(method="wilson")
        return float(found.low), float(found.high)

    def spread(self) -> float:
        """Width of the middle half of the effects over futures: in points for shares and scores."""
        low, high = self.table["effect"].quantile([0.25, 0.75])
        return float(high - low) * formats.scale(OUTCOMES[self.outcome])

    def sensitivity(self, language: str | None = None) -> pd.DataFrame:
        """Which numbers the effect hangs on, the strongest first.

        All numbers vary at once, so this says how much each matters beside the others. A number that works one way in
        some futures and the other way in others may be missed; a Morris study finds those.

        Returns
        -------
        DataFrame
            ``number``, ``label``, ``grade`` (of evidence, A to D); ``where_low`` and ``where_high`` (mean effect in the
            third of the futures where the number is lowest, and highest); ``correlation`` (rank correlation with the
            effect, Spearman) with ``low`` and ``high`` (95 %, Fisher's z); ``clear`` (whether chance alone would hardly
            make it: 5 % for all numbers together, Bonferroni).

        Raises
        ------
        InputError
            If there are too few futures to tell.
        """
        from scipy.stats import spearmanr

        from experiments.pages.sensitivity import grade_of
        from experiments.screening import number_label
        from experiments.study.names import EMERGENCY

        language = spoken(language)
        if len(self) < LEAST_FOR_RANKS:
            raise InputError(f"sensitivity: {len(self)} futures, of {LEAST_FOR_RANKS} that are needed")
        effect, third = self.table["effect"].to_numpy(), len(self) // 3
        varied = [name for name in self.numbers if np.ptp(self.table[name]) > 0]
        rows = []
        for name in varied:
            order = np.argsort(self.table[name].to_numpy(), kind="stable")
            # An effect that is the same in all futures hangs on nothing.
            rank, chance = spearmanr(self.table[name], effect) if np.ptp(effect) > 0 else (0.0, 1.0)
            half = Z / np.sqrt(len(self) - 3)
            middle = np.arctanh(np.clip(rank, -0.9999, 0.9999))
            rows.append(
                {
                    "number": name,
                    "label": text(language, "study.emergency_strength")
                    if name == EMERGENCY
                    else number_label(name, language),
                    "grade": grade_of(name),
                    "where_low": float(effect[order[:third]].mean()),
                    "where_high": float(effect[order[-third:]].mean()),
                    "correlation": float(rank),
                    "low": float(np.tanh(middle - half)),
                    "high": float(np.tanh(middle + half)),
                    "clear": bool(chance < CHANCE / len(varied)),
                }
            )
        table = pd.DataFrame(rows)
        return table.sort_values("correlation", key=lambda one: -one.abs(), kind="stable", ignore_index=True)

    @functools.cached_property
    def conditions(self) -> Conditions:
        """Within which limits of few numbers the design mostly falls short (PRIM)."""
        better = OUTCOMES[self.outcome].better
        margin = better * (self.table["effect"] - self.least)
        # What is exactly at the limit falls short, too.
        return conditions(self.table[self.numbers], np.where(self.table["holds"], margin, np.minimum(margin, -1e-12)))

    def sentence(self, language: str | None = None) -> str:
        """In how many futures it holds, and where it does not."""
        from experiments.budget.words import conditions_told

        language = spoken(language)
        outcome, (low, high) = OUTCOMES[self.outcome], self.interval
        words = text(
            language,
            "compare.holds" if self.least else "compare.holds_at_all",
            design=self.design,
            outcome=outcome.label[language],
            least=formats.change_in_words(outcome, self.least, language),
            holding=int(self.table["holds"].sum()),
            futures=len(self),
            low=f"{100 * low:.0f}",
            high=f"{100 * high:.0f}",
        )
        told = conditions_told(self.conditions, text(language, "compare.falls_short"), language)
        return f"{words}{' ' if language == 'en' else ''}{told}"

    def __repr__(self) -> str:
        """Sentence."""
        return self.sentence()

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.sentence())}</p>"


def futures_of(found: Comparison, design: str, outcome: str, more: float) -> Futures:
    """Futures of one design; see :meth:`experiments.comparison.Comparison.in_futures`."""
    from experiments.analyses.prim import failing_futures
    from experiments.study import NOTHING

    numbers = [one.name for one in found.result.plan.numbers]
    if not numbers:
        raise InputError("in_futures: nothing is uncertain here; name numbers: compare(…, uncertainties=[…])")
    least = OUTCOMES[outcome].better * more / formats.scale(OUTCOMES[outcome])
    runs = found.result.unique_runs
    table = failing_futures(runs, numbers, outcome, design, NOTHING, least).reset_index()
    table = table.rename(columns={"value": "effect"}).assign(holds=lambda one: ~one["fails"])
    return Futures(design, outcome, least, found.result.asked, table.drop(columns="fails"))
