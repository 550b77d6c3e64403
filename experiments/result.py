"""What a study found: tables of runs and, computed when asked for, the answers."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.analyses.effects import effects, paired_effects
from experiments.analyses.groups import effects_by, gaps
from experiments.analyses.interactions import interactions
from experiments.analyses.shapley import shapley
from experiments.analyses.trajectories import trajectories
from experiments.plan import Plan
from experiments.store import Store
from experiments.text import spoken
from sim.outcomes import OUTCOMES


class StudyResult:
    """Results of a study, read from its folder.

    Attributes
    ----------
    study : Study
    plan : Plan
    runs : DataFrame
        One row for each point and replication that was run: ``run_id``, ``point``, ``policy``, ``design``, ``future``,
        ``replication``, ``seed``, the factors, ``status``, ``error``, ``message``, the outcomes, ``seconds``. Where the
        levers are switches, ``mask`` names the policy by the levers that are on.
    communities : DataFrame
        Outcomes by run and community.
    run_groups : DataFrame
        Outcomes by run and resident group, in the last year.
    weekly_runs : DataFrame
        Weekly series of the designs that reports show.
    failures : DataFrame
        Runs that failed.
    asked : int
        Replications that were asked for, or that the precision took.
    manifest : dict
        What was run, with which code.
    answers : dict
        Tables of the analyses asked for so far; see :func:`experiments.answers.answer`.
    """

    def __init__(
        self, plan: Plan, tables: Mapping[str, pd.DataFrame], asked: int, digest: str, manifest: Mapping[str, Any]
    ) -> None:
        self.plan, self.study = plan, plan.study
        self.asked, self.digest, self.manifest = asked, digest, dict(manifest)
        self.answers: dict[str, dict[str, pd.DataFrame]] = {}
        stored = tables["runs"]
        self.runs = _with_mask(plan.expanded(stored, asked), plan)
        self.failures = stored[stored["status"] != "ok"].reset_index(drop=True)
        keys = [name for name in ("run_id", *_KEYS, "mask") if name in self.runs]
        named = self.unique_runs.loc[self.unique_runs["status"] == "ok", keys]
        self.communities, self.run_groups, self.weekly_runs = (
            named.merge(tables[name], on="run_id") if len(tables.get(name, ())) else pd.DataFrame() for name in _SIDES
        )

    @classmethod
    def load(cls, folder: str | Path) -> StudyResult:
        """Read the folder of a study, even while it is being run.

        Raises
        ------
        InputError
            If it is not the folder of a study.
        """
        from experiments.study_folder import asked_replications, plan_of

        store = Store.open(Path(folder))
        plan = plan_of(store)
        tables = {name: store.table(name) for name in _SIDES if name in store.schemas}
        runs = store.runs()
        return cls(plan, {"runs": runs, **tables}, asked_replications(store, plan), store.digest(), store.manifest)

    @property
    def run_seconds(self) -> float:
        """Time that all runs took together, on one processor."""
        return float(self.runs.drop_duplicates("run_id")["seconds"].sum())

    @property
    def outcomes(self) -> list[str]:
        """Outcomes that the runs have, in the order of the model."""
        return [name for name in OUTCOMES if name in self.runs]

    @property
    def levers(self) -> list[str]:
        """Ids of the levers."""
        return list(self.study.levers)

    @property
    def replications(self) -> int:
        """Replications in which every design succeeded: the analyses of designs rest on these."""
        return self.asked - len(self._incomplete)

    @functools.cached_property
    def _incomplete(self) -> set[int]:
        """Replications in which a run failed or is missing."""
        complete = self.runs[self.runs["status"] == "ok"].groupby("replication").size()
        whole = set(complete.index[complete == len(self.plan.points)])
        return set(range(self.asked)) - {int(one) for one in whole}

    @functools.cached_property
    def has_masks(self) -> bool:
        """Whether designs are sets of levers that are on, in one future: what the analyses of switches need."""
        return "mask" in self.runs and self.plan.futures == 1

    @functools.cached_property
    def has_every_set(self) -> bool:
        """Whether every set of levers was run: what exact Shapley shares need."""
        return self.has_masks and self.runs["mask"].nunique() == 1 << len(self.levers)

    @functools.cached_property
    def policy_effects(self) -> pd.DataFrame:
        """Every policy against the baseline; see :func:`experiments.analyses.effects.paired_effects`."""
        return paired_effects(self.unique_runs, {name: OUTCOMES[name].better for name in self.outcomes})

    @functools.cached_property
    def unique_runs(self) -> pd.DataFrame:
        """Runs of each policy in each future once: a design may come to the same point twice."""
        return self.runs.drop_duplicates(["policy", "future", "replication"], ignore_index=True)

    @functools.cached_property
    def effects(self) -> pd.DataFrame:
        """Every design against nothing; see :func:`experiments.analyses.effects.effects`."""
        names = {mask: self.study.mask_name(mask) for mask in sorted(self.runs["mask"].unique())}
        return effects(self.unique_runs, names, {name: OUTCOMES[name].better for name in self.outcomes})

    @functools.cached_property
    def shapley(self) -> pd.DataFrame:
        """Share of each lever; see :func:`experiments.analyses.shapley.shapley`."""
        return shapley(self.unique_runs, self.levers, self.outcomes)

    @functools.cached_property
    def interactions(self) -> pd.DataFrame:
        """Synergies of pairs; see :func:`experiments.analyses.interactions.interactions`."""
        return interactions(self.unique_runs, self.levers, self.outcomes)

    @functools.cached_property
    def groups(self) -> pd.DataFrame:
        """Effects by resident group of all levers and of each alone."""
        keys = ["dimension", "group"]
        return effects_by(self._whole(self.run_groups), keys, self._main_designs, self._group_outcomes)

    @functools.cached_property
    def gaps(self) -> pd.DataFrame:
        """Gaps between resident groups, with no lever on and with all; see :func:`experiments.analyses.groups.gaps`."""
        return gaps(self._whole(self.run_groups), self.study.all_on, self._group_outcomes)

    @functools.cached_property
    def community_effects(self) -> pd.DataFrame:
        """Effects by community of all levers and of each alone."""
        measured = [name for name in self.outcomes if name in self.communities]
        return effects_by(self._whole(self.communities), ["community"], self._main_designs, measured)

    @functools.cached_property
    def weekly_by_run(self) -> dict[tuple[int, int], pd.DataFrame]:
        """Weekly table by (mask, replication), for the designs that reports show."""
        parts = self.weekly_runs.groupby(["mask", "replication"], sort=True)
        return {(int(mask), int(one)): part.reset_index(drop=True) for (mask, one), part in parts}

    @functools.cached_property
    def weekly(self) -> pd.DataFrame:
        """Weekly means with intervals; see :func:`experiments.analyses.trajectories.trajectories`."""
        some = next(iter(self.weekly_by_run.values()))
        names = {mask: self.study.mask_name(mask) for mask in self.study.landmarks}
        return trajectories(self.weekly_by_run, names, [name for name in self.outcomes if name in some])

    def report(self, language: str | None = None) -> str:
        """One page in Markdown: the question, the answer, who gains, what it costs, what to be careful about."""
        from experiments.page import to_markdown
        from experiments.pages import page_of

        language = spoken(language)
        return to_markdown(page_of(self, language))

    @property
    def _group_outcomes(self) -> list[str]:
        return [name for name in self.outcomes if name in self.run_groups]

    @property
    def _main_designs(self) -> list[int]:
        run = set(self.runs["mask"])
        return [
            mask
            for mask in self.study.landmarks
            if mask in run and (mask.bit_count() == 1 or mask == self.study.all_on)
        ]

    def _whole(self, table: pd.DataFrame) -> pd.DataFrame:
        """Rows of the replications in which every design succeeded."""
        return table[~table["replication"].isin(self._incomplete)] if len(table) else table


_SIDES = ("communities", "groups", "weekly")
_KEYS: Sequence[str] = ("point", "policy", "design", "future", "replication")


def _with_mask(runs: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Add the mask of a policy, right after its name, where the levers are switches and every one is on or off."""
    levers = list(plan.study.levers)
    if not plan.study.switches or not runs[levers].isin([0.0, 1.0]).all(axis=None):
        return runs
    mask = sum(runs[id].astype(int) * (1 << bit) for bit, id in enumerate(levers))
    runs = runs.copy()
    runs.insert(list(runs.columns).index("design"), "mask", mask)
    return runs
