"""What a study found: tables of runs and, computed when asked for, the answers."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field

import pandas as pd

from experiments.analyses.effects import effects
from experiments.analyses.groups import effects_by, gaps
from experiments.analyses.interactions import interactions
from experiments.analyses.shapley import shapley
from experiments.analyses.trajectories import trajectories
from experiments.engine import Record
from experiments.study import Study
from sim.outcomes import OUTCOMES

_NOT_RESULTS = ["seconds"]


@dataclass(frozen=True)
class StudyResult:
    """Results of a study.

    Attributes
    ----------
    study : Study
    runs : DataFrame
        One row for each run: design, replication, seed, status and the outcomes of the whole place.
    communities : DataFrame
        The same outcomes by run and community.
    run_groups : DataFrame
        Outcomes by run and resident group, in the last year.
    weekly_by_run : dict
        Weekly table by (mask, replication), for the designs that reports show.
    failures : list of Record
        Runs that failed, with their tracebacks.
    workers : int
    seconds : float
        Wall time of all runs.
    """

    study: Study
    runs: pd.DataFrame
    communities: pd.DataFrame
    run_groups: pd.DataFrame
    weekly_by_run: dict[tuple[int, int], pd.DataFrame] = field(repr=False)
    failures: list[Record] = field(repr=False)
    workers: int = 1
    seconds: float = 0.0

    @property
    def outcomes(self) -> list[str]:
        """Outcomes that the runs have, in the order of the model."""
        return [name for name in OUTCOMES if name in self.runs]

    @property
    def paths(self) -> list[str]:
        """Ids of the paths."""
        return list(self.study.paths)

    @property
    def replications(self) -> int:
        """Replications in which every design succeeded: the analyses rest on these."""
        failed = self.runs.loc[self.runs["status"] != "ok", "replication"].nunique()
        return self.study.replications - int(failed)

    @functools.cached_property
    def effects(self) -> pd.DataFrame:
        """Every design against nothing; see :func:`experiments.analyses.effects.effects`."""
        names = {mask: self.study.design_name(mask) for mask in self.study.masks()}
        return effects(self.runs, names, {name: OUTCOMES[name].better for name in self.outcomes})

    @functools.cached_property
    def shapley(self) -> pd.DataFrame:
        """Share of each path; see :func:`experiments.analyses.shapley.shapley`."""
        return shapley(self.runs, self.paths, self.outcomes)

    @functools.cached_property
    def interactions(self) -> pd.DataFrame:
        """Synergies of pairs; see :func:`experiments.analyses.interactions.interactions`."""
        return interactions(self.runs, self.paths, self.outcomes)

    @functools.cached_property
    def groups(self) -> pd.DataFrame:
        """Effects by resident group of all paths and of each alone."""
        keys = ["dimension", "group"]
        return effects_by(self._whole(self.run_groups), keys, self._main_designs, self._group_outcomes)

    @functools.cached_property
    def gaps(self) -> pd.DataFrame:
        """Gaps between resident groups, without any path and with all; see :func:`experiments.analyses.groups.gaps`."""
        return gaps(self._whole(self.run_groups), self.study.all_on, self._group_outcomes)

    @functools.cached_property
    def community_effects(self) -> pd.DataFrame:
        """Effects by community of all paths and of each alone."""
        measured = [name for name in self.outcomes if name in self.communities]
        return effects_by(self._whole(self.communities), ["community"], self._main_designs, measured)

    @functools.cached_property
    def weekly(self) -> pd.DataFrame:
        """Weekly means with intervals; see :func:`experiments.analyses.trajectories.trajectories`."""
        some = next(iter(self.weekly_by_run.values()))
        names = {mask: self.study.design_name(mask) for mask in self.study.landmarks}
        return trajectories(self.weekly_by_run, names, [name for name in self.outcomes if name in some])

    @property
    def digest(self) -> str:
        """Hash of all runs' results; equal wherever the results are equal, whatever the workers and the time taken."""
        rows = self.runs.drop(columns=_NOT_RESULTS).to_csv(index=False, float_format="%.17g")
        return hashlib.sha256(rows.encode()).hexdigest()[:16]

    def report(self, language: str = "en") -> str:
        """One page in Markdown: the question, the answer, who gains, what it costs, what to be careful about."""
        from experiments.page import to_markdown
        from experiments.summary import study_page

        return to_markdown(study_page(self, language))

    @property
    def _group_outcomes(self) -> list[str]:
        return [name for name in self.outcomes if name in self.run_groups]

    @property
    def _main_designs(self) -> list[int]:
        return [mask for mask in self.study.landmarks if mask.bit_count() == 1 or mask == self.study.all_on]

    def _whole(self, table: pd.DataFrame) -> pd.DataFrame:
        """Rows of the replications in which every design succeeded."""
        failed = self.runs.loc[self.runs["status"] != "ok", "replication"]
        return table[~table["replication"].isin(failed)]
