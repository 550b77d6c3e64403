"""How far outcomes reach over futures, or over the points of a sample, where no policies are compared."""

from __future__ import annotations

from experiments import formats
from experiments.page import Block, Bullets
from experiments.pages.view import View
from sim.outcomes import OUTCOMES


def spread_block(view: View) -> list[Block]:
    """Mean and 5 to 95 % of each outcome over points, each the mean over its replications."""
    result = view.result
    runs = result.runs[result.runs["status"] == "ok"]
    if view.compared is not None or result.study.portfolio is not None or runs.empty:
        return []
    sentences = []
    for name in result.study.outcomes:
        values = runs.groupby("point")[name].mean().dropna()
        if values.empty:
            continue
        low, high = (formats.bare_level(OUTCOMES[name], values.quantile(share)) for share in (0.05, 0.95))
        sentences.append(
            view.say(
                "general.spread",
                outcome=view.outcome(name),
                mean=view.level(name, float(values.mean())),
                low=low,
                high=high,
                points=len(values),
            )
        )
    return [Bullets(sentences)]
