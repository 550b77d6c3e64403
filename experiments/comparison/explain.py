"""What drove an effect: measures of the process between a mechanism and an outcome, with their paired changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments import formats
from experiments.analyses.intervals import is_clear
from experiments.comparison.words import cell, change_told
from experiments.formats import is_small
from experiments.text import spoken, text
from sim.outcomes import OUTCOMES

if TYPE_CHECKING:
    from experiments.comparison.comparison import Comparison

# What happens on the way, in the order in which it happens.
STAGES: Mapping[str, Sequence[str]] = {
    "discovery": ("undiscovered", "fusion_channels", "participation_online"),
    "service": ("fulfilment", "days_to_resolve", "bounces", "handovers", "broken_promises", "complaints", "open_needs"),
    "resources": ("projects", "projects_bottom_up", "resource_use"),
    "staff": ("staff_load", "staff_filled", "staff_skill", "staff_turnover", "paper_share", "implementation"),
    "taking_part": ("mobilized", "started_asked", "active_volunteers", "volunteer_hours", "registered", "groups"),
    "conflicts": ("disputes_settled", "escalations", "petitions"),
    "bonds": ("trust", "efficacy", "belonging", "ties", "bridging"),
}
MOST_TOLD = 6


@dataclass(frozen=True)
class Explanation:
    """What changed on the way to an outcome under a design.

    Attributes
    ----------
    design, outcome : str
    dataframe : DataFrame
        ``stage``, ``measure``, ``unit``, ``base``, ``value``, ``effect``, ``low``, ``high``, ``clarity`` (size of the
        effect over half of its 95 % interval: above 1 it is clear of luck), ``n``; the clearest first.
    effect : dict
        The effect on the outcome itself.
    """

    design: str
    outcome: str
    dataframe: pd.DataFrame = field(repr=False)
    effect: Mapping[str, float] = field(repr=False)

    def text(self, language: str | None = None) -> str:
        """The effect, and the clearest changes on the way to it."""
        language = spoken(language)
        rows = self.dataframe.rename(columns={"measure": "outcome"}).to_dict("records")
        clear = [
            row
            for row in rows
            if is_clear(row["low"], row["high"]) and not is_small(OUTCOMES[row["outcome"]], row["effect"])
        ]
        told = [
            text(
                language,
                "compare.measure",
                measure=OUTCOMES[row["outcome"]].label[language],
                change=change_told(row, language),
            )
            for row in clear[:MOST_TOLD]
        ]
        words = text(
            language,
            "compare.explained",
            design=self.design,
            outcome=OUTCOMES[self.outcome].label[language],
            change=change_told({"outcome": self.outcome, **self.effect}, language),
        )
        if not told:
            return words + text(language, "compare.explained_nothing")
        listed = text(language, "format.semicolon").join(told)
        return words + text(language, "compare.explained_by", clear=len(clear), measures=len(rows), listed=listed)

    def __str__(self) -> str:
        """Text in English."""
        return self.text()

    def table(self, language: str | None = None) -> pd.DataFrame:
        """The clearest changes as readers see them: at which stage, of what, and how large."""
        language = spoken(language)
        rows = self.dataframe.rename(columns={"measure": "outcome"}).head(2 * MOST_TOLD).to_dict("records")
        units = [formats.change_unit_alone(OUTCOMES[row["outcome"]], language) for row in rows]
        return pd.DataFrame(
            {
                text(language, "compare.stage"): [text(language, f"compare.stage_{row['stage']}") for row in rows],
                text(language, "compare.what"): [
                    text(language, "format.with_unit", label=OUTCOMES[row["outcome"]].label[language], unit=unit)
                    for row, unit in zip(rows, units, strict=True)
                ],
                text(language, "compare.change"): [cell(row, language) for row in rows],
            }
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.text())}</p>{self.table().to_html(border=0, index=False)}"


def explained(found: Comparison, design: str, outcome: str) -> Explanation:
    """Explanation of one effect; see :meth:`experiments.comparison.Comparison.explain`."""
    stages = {name: stage for stage, names in STAGES.items() for name in names if name != outcome}
    table = found.effects_on(outcome, *stages)
    table = table[table["design"] == design]
    own = table[table["outcome"] == outcome].iloc[0]
    rest = table[(table["outcome"] != outcome) & (table["n"] > 0)].rename(columns={"outcome": "measure"})
    half = ((rest["high"] - rest["low"]) / 2).to_numpy()
    size = rest["effect"].abs().to_numpy()
    unsure = np.where(size > 0, np.nan, 0.0)  # without an interval nothing can be said of luck
    rest = rest.assign(
        stage=rest["measure"].map(stages),
        clarity=np.divide(size, half, out=unsure, where=np.isfinite(half) & (half > 0)),
    )
    columns = ["stage", "measure", "unit", "base", "value", "effect", "low", "high", "clarity", "n"]
    ordered = rest[columns].sort_values("clarity", ascending=False, kind="stable", ignore_index=True)
    kept = {name: float(own[name]) for name in ("base", "value", "effect", "low", "high", "n")}
    return Explanation(design, outcome, ordered, kept)
