"""The policies of a study against the one that its design starts from: which do good, which do harm, in which futures.

What is compared with what hangs on the design: every policy with the baseline or, where one lever after another is
left out, each of these with all levers on.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pandas as pd

from experiments.analyses.effects import differences, paired_effects
from experiments.formats import change
from experiments.labels import bare_lever_label
from experiments.result import StudyResult
from experiments.study import ALL, NOTHING
from experiments.study.spec import lever_design
from experiments.text import text
from sim.outcomes import OUTCOMES

GOOD, BAD, UNCLEAR = "good", "bad", "unclear"
COSTS = ("yuan", "staff_hours")
MOST_TOLD = 4  # levers that a label spells out


class Compared:
    """Effects of policies on the outcomes of interest and on costs.

    Attributes
    ----------
    result : StudyResult
    reference : int
        Policy that the others are compared with.
    effects : DataFrame
        As of :func:`experiments.analyses.effects.paired_effects`, with ``gain`` (effect, positive where it is better)
        and ``verdict``; without policies that come to the same runs as another one, and without pairs.
    """

    def __init__(self, result: StudyResult, reference: int) -> None:
        self.result, self.reference = result, reference
        self.effects = self._effects()

    @property
    def leaves_out(self) -> bool:
        """Whether policies are all levers but one, compared with all."""
        return self.reference != 0

    @property
    def outcomes(self) -> list[str]:
        """Outcomes of interest that the runs have."""
        return [name for name in self.result.study.outcomes if name in self.result.outcomes]

    @property
    def shown(self) -> list[str]:
        """Outcomes of interest, then costs."""
        return [*self.outcomes, *(name for name in COSTS if name not in self.outcomes)]

    @property
    def policies(self) -> list[int]:
        """Policies that are compared with the reference."""
        return list(dict.fromkeys(self.effects["policy"]))

    def of(self, name: str) -> pd.DataFrame:
        """Effects on one outcome, the greatest gain first."""
        part = self.effects[self.effects["outcome"] == name]
        return part.sort_values("gain", ascending=False, kind="stable", ignore_index=True)

    def row(self, policy: int, name: str) -> dict[str, Any] | None:
        """Effect of one policy on one outcome; None where there is no pair."""
        return self._by_policy.get((policy, name))

    @functools.cached_property
    def _by_policy(self) -> dict[tuple[int, str], dict[str, Any]]:
        rows = ({str(key): value for key, value in row.items()} for row in self.effects.to_dict("records"))
        return {(row["policy"], row["outcome"]): row for row in rows}

    @functools.cached_property
    def leading(self) -> int:
        """Policy of which more is told: all levers on, else the best for the first outcome, a clear gain first."""
        if self.leaves_out:
            return self.reference
        table = self.of(self.outcomes[0])
        whole = table.loc[(table["design"] == ALL) & self.result.study.switches, "policy"]
        good = table.loc[table["verdict"] == GOOD, "policy"]
        return int(next(some.iloc[0] for some in (whole, good, table["policy"]) if len(some)))

    @functools.cached_property
    def in_futures(self) -> pd.DataFrame:
        """By ``policy`` and ``outcome``: ``futures``, and ``helps``: those of them in which it is better on average."""
        runs = self.result.unique_runs
        change = differences(runs[runs["status"] == "ok"], self.outcomes, self.reference)
        means = change.groupby(["policy", "future"])[self.outcomes].mean()
        better = means * np.array([OUTCOMES[name].better or 1 for name in self.outcomes]) > 0
        parts = {
            name: pd.DataFrame(
                {
                    "helps": better[name].groupby(level="policy").sum(),
                    "futures": means[name].groupby(level="policy").count(),
                }
            )
            for name in self.outcomes
        }
        return pd.concat(parts, names=["outcome"]).swaplevel()

    def label(self, policy: int, language: str) -> str:
        """What a policy does, in words."""
        return self._labels(language)[policy]

    def left_out(self, policy: int, language: str) -> str:
        """The lever that a policy leaves out."""
        values = self._values.loc[policy]
        ids = [id for id, lever in self.result.study.levers.items() if values[id] == lever.baseline]
        return bare_lever_label(self.result.study, ids[0], language)

    @functools.cached_property
    def _values(self) -> pd.DataFrame:
        return self.result.plan.points.drop_duplicates("policy").set_index("policy")

    @functools.cache  # noqa: B019  (as long as the page)
    def _labels(self, language: str) -> dict[int, str]:
        return {int(policy): self._told(row, language) for policy, row in self._values.iterrows()}

    def _told(self, row: pd.Series, language: str) -> str:
        study = self.result.study
        off = [id for id, lever in study.levers.items() if row[id] != lever.baseline]
        if not off:
            return text(language, f"design.{NOTHING}")
        if row["design"] == ALL and study.switches:
            return text(language, "general.all_levers")
        left = [id for id in study.levers if id not in off]
        if len(off) > MOST_TOLD and len(left) == 1:
            return text(language, "design.all_but", path=bare_lever_label(study, left[0], language))
        if len(off) > MOST_TOLD:
            return str(row["design"])
        parts = []
        for id in study.levers:
            lever, label = study.levers[id], bare_lever_label(study, id, language)
            if id in off:
                parts.append(
                    lever.choice(row[id])
                    or (label if lever.kind == "dose" and row[id] == 1.0 else f"{label} {row[id]:g}")
                )
        return " + ".join(parts)

    def _effects(self) -> pd.DataFrame:
        result = self.result
        measured = {name: OUTCOMES[name].better for name in self.shown if name in result.outcomes}
        table = (
            paired_effects(result.unique_runs, measured, self.reference)
            if self.reference
            else result.policy_effects[result.policy_effects["outcome"].isin(measured)]
        )
        table = table[(table["n"] > 0) & ~table["policy"].isin(self._repeated())]
        if self.leaves_out:
            table = table[table["policy"] != 0]
        better = np.array([measured[name] or 1 for name in table["outcome"]], dtype=float)
        table = table.assign(gain=table["effect"].astype(float) * better)
        small = [change(OUTCOMES[row["outcome"]], row["effect"]).strip("0.") == "" for row in table.to_dict("records")]
        clear = ((table["low"] > 0) | (table["high"] < 0)) & ~np.array(small, dtype=bool)
        verdict = np.where(clear, np.where(table["gain"] > 0, GOOD, BAD), UNCLEAR)
        return table.assign(verdict=verdict).reset_index(drop=True)

    def _repeated(self) -> set[int]:
        """Policies whose runs are those of an earlier one, such as a start of mechanisms that are never in force."""
        runs = self.result.runs
        known: dict[tuple[str, ...], int] = {}
        same = {}
        for policy, part in runs.sort_values(["policy", "future", "replication"]).groupby("policy"):
            same[int(policy)] = known.setdefault(tuple(part["run_id"]), int(policy))
        return {policy for policy, first in same.items() if policy != first}


@functools.lru_cache(maxsize=2)
def compared(result: StudyResult) -> Compared | None:
    """Policies of a study against its reference; None where none meets it in the same future under the same luck."""
    policies = set(result.runs["policy"])
    reference = _reference(result)
    if result.study.design.together is not None or reference not in policies or len(policies) < 2:
        return None
    found = Compared(result, reference)
    first = found.outcomes[0] if found.outcomes else ""
    return None if found.of(first).empty else found


def _reference(result: StudyResult) -> int:
    design = lever_design(result.study)
    if design is not None and design.kind == "leave_one_out" and len(result.levers) > 1:
        whole = result.plan.points.loc[result.plan.points["design"] == ALL, "policy"]
        return int(whole.iloc[0]) if len(whole) else 0
    return 0
