"""What the model measures the same way as records do: its outcomes, and needs that became known."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np
import pandas as pd

from experiments.text import LANGUAGES, text
from sim.catalogue import Label
from sim.needs_table import CHANNELS
from sim.outcomes import OUTCOMES, Outcome, Sums
from sim.result import YEAR, Result

KNOWN: Mapping[str, str] = {"known": "discovered"} | {
    f"known_by_{channel}": f"by_{channel}" for channel in CHANNELS[1:]
}
"""Needs that became known, of all kinds or by one channel, for 1,000 residents and year -> the model's counter."""


@functools.cache
def measures() -> Mapping[str, Outcome]:
    """Everything that a target can be about: the model's outcomes, and needs known."""
    known = {}
    for name in KNOWN:
        words = Label(**{language: text(language, f"data.{name}") for language in LANGUAGES})
        about = Label(**{language: text(language, "data.about_known") for language in LANGUAGES})
        known[name] = Outcome(name, "count/1,000 residents/year", words, about, 0)
    return {**OUTCOMES, **known}


def measured(result: Result) -> pd.DataFrame:
    """Every measure of the last year: a row for each community, and ``""`` for the whole place."""
    names = list(result.scenario.community_names)
    frame = pd.concat([result.summary_by_community, pd.DataFrame([result.summary], index=[""])])
    last = result.history[-YEAR:]
    by_community = last.sum(axis=0)
    whole = by_community.sum(axis=0, keepdims=True)
    flows = {
        name: [
            *(1000.0 * Sums(by_community, len(last)).by_resident_year(counter)),
            *(1000.0 * Sums(whole, len(last)).by_resident_year(counter)),
        ]
        for name, counter in KNOWN.items()
    }
    known = pd.DataFrame(flows, index=[*names, ""])
    return pd.concat([frame, known], axis=1).rename_axis("community")


def measured_at(result: Result, targets: pd.DataFrame) -> pd.Series:
    """What a run gives for each row of a table of targets (``outcome``, ``community``); NaN where it has none."""
    table = measured(result)
    rows = table.index.get_indexer(targets["community"])
    columns = table.columns.get_indexer(targets["outcome"])
    values = np.where((rows >= 0) & (columns >= 0), table.to_numpy()[rows, columns], np.nan)
    return pd.Series(values, index=targets.index, name="model")
