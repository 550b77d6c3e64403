"""How many replications: until the paired contrast is as precise as the study asks, or the budget is spent.

The rule is the sequential one of Chow & Robbins (1965), with the looks and the order of checks of Hoad, Robinson &
Davies (2010): replicate, look at the half-width of the 95 % t-interval, estimate how many more it needs, go on.
Stopping as soon as an interval happens to be narrow favours samples whose variance is by chance too small, so that
intervals would cover the truth too rarely. Against that there is a least number of replications, and the half-width
has to hold at two looks in a row, of which the second has more replications.

The looks are worked out again from the runs each time, from the first look on: what is decided depends on the runs
alone, not on when or how often somebody asked, so an interrupted study goes on as if it had not been.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from experiments.analyses.contrasts import by_replication, changes
from experiments.analyses.intervals import mean_interval
from sim.errors import closest
from sim.outcomes import OUTCOMES

REACHED, BUDGET, UNDECIDED, FAILED = "reached", "budget", "undecided", "failed"
NOTHING, ANY = "nothing", "any"


@dataclass(frozen=True)
class Decision:
    """What the runs so far say.

    Attributes
    ----------
    more : int
        Replications still to make before the next look; 0 to stop.
    reason : str
        ``reached``; ``budget``: all that may be made are made; ``failed``: no pair of runs without a failure among
        those made, so more of them would not help; ``undecided``: go on.
    replications : int
        Replications on which the decision rests.
    table : DataFrame
        ``design``, ``against``, ``outcome``, ``effect``, ``half_width``, ``target`` (all in the outcome's unit),
        ``replications`` (those with a pair that did not fail), ``reached``.
    """

    more: int
    reason: str
    replications: int
    table: pd.DataFrame = field(repr=False)


class Precision(BaseModel):
    """Replications of a study, made until its contrasts are known to a stated half-width.

    Attributes
    ----------
    half_width : dict of str to float
        Half of the 95 % interval of the paired difference, by outcome, in the outcome's own unit: 0.005 is half a
        percentage point of a share. It is not relative, since a difference near 0 has no relative precision.
    relative : dict of str to float
        For differences that are surely not 0: half-width as a share of the difference, between 0 and 1.
    contrast : tuple of str or "any"
        The base and the design that is compared with it; ``any`` is every design against nothing.
    first : int
        Replications before the first look.
    most : int
        Budget.
    step : int
        Least number of replications between two looks; between looks their number at most doubles.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    half_width: dict[str, float] = Field(default_factory=dict)
    relative: dict[str, float] = Field(default_factory=dict)
    contrast: tuple[str, str] | str = (NOTHING, "all")
    first: int = Field(default=8, ge=3)
    most: int = Field(default=200, ge=3)
    step: int = Field(default=2, ge=1)

    @field_validator("half_width", "relative")
    @classmethod
    def _known(cls, asked: dict[str, float]) -> dict[str, float]:
        for name, number in asked.items():
            if name not in OUTCOMES:
                raise ValueError(f"unknown outcome {name!r}{closest(name, OUTCOMES)}")
            if not 0 < number < math.inf:
                raise ValueError(f"{name} must be above 0, got {number:g}")
        return asked

    @field_validator("relative")
    @classmethod
    def _shares(cls, asked: dict[str, float]) -> dict[str, float]:
        for name, number in asked.items():
            if number >= 1:
                raise ValueError(f"{name} must be below 1, got {number:g}: it is a share of the difference")
        return asked

    @field_validator("contrast", mode="before")
    @classmethod
    def _list(cls, contrast: Any) -> Any:
        return tuple(contrast) if isinstance(contrast, list) else contrast

    @field_validator("contrast")
    @classmethod
    def _two_designs(cls, contrast: tuple[str, str] | str) -> tuple[str, str] | str:
        if isinstance(contrast, str) and contrast != ANY:
            raise ValueError(f"must be the names of two designs or {ANY!r}, got {contrast!r}")
        if contrast[0] == contrast[1]:
            raise ValueError(f"must name two different designs, got {contrast[0]!r} twice")
        return contrast

    @model_validator(mode="after")
    def _fits(self) -> Precision:
        if not self.half_width and not self.relative:
            raise ValueError(
                "half_width or relative must name an outcome, such as half_width = {participation = 0.005}"
            )
        twice = sorted(set(self.half_width) & set(self.relative))
        if twice:
            raise ValueError(f"{twice[0]} stands in half_width and in relative; it can be in one only")
        if self.most < self.first:
            raise ValueError(f"most must be at least first ({self.first}), got {self.most}")
        return self

    def decide(self, runs: pd.DataFrame, replications_done: int) -> Decision:
        """Whether to go on after so many replications.

        Parameters
        ----------
        runs : DataFrame
            One row for each run: ``design``, ``future``, ``replication`` (from 0), ``status`` and the outcomes.
            Failed runs are left out with their pair; a replication counts where no pair of its futures failed.
        replications_done : int
            Replications 0 to this, without it, are made (or failed).

        Returns
        -------
        Decision

        Raises
        ------
        InputError
            If there is no run of a design of the contrast.
        """
        look, before = self.first, False
        if replications_done < look:
            return Decision(look - replications_done, UNDECIDED, replications_done, self._table(runs, 0))
        pairs = self._changes(runs)
        while True:
            table = self._table(runs, look, pairs)
            reached = bool(table["reached"].all())
            if reached and (before or look == self.most):
                return Decision(0, REACHED, look, table)
            if not (table["replications"] > 0).all():
                return Decision(0, FAILED, look, table)
            if look >= self.most:
                return Decision(0, BUDGET, look, table)
            look, before = min(max(look + self.step, min(_need(table), 2 * look)), self.most), reached
            if look > replications_done:
                return Decision(look - replications_done, UNDECIDED, replications_done, table)

    def _targets(self) -> Mapping[str, tuple[float, bool]]:
        """Half-width by outcome, and whether it is a share of the effect."""
        return {name: (number, False) for name, number in self.half_width.items()} | {
            name: (number, True) for name, number in self.relative.items()
        }

    def _contrasts(self, runs: pd.DataFrame) -> list[tuple[str, str]]:
        if isinstance(self.contrast, tuple):
            return [(self.contrast[1], self.contrast[0])]
        return [(name, NOTHING) for name in runs["design"].unique() if name != NOTHING]

    def _changes(self, runs: pd.DataFrame) -> dict[tuple[str, str, str], pd.Series]:
        """Difference by replication, for each design, base and outcome."""
        outcomes, futures = list(self._targets()), runs["future"].nunique()
        return {
            (design, against, name): by_replication(table, name, futures)
            for design, against in self._contrasts(runs)
            for table in [changes(runs, outcomes, design, against)]
            for name in outcomes
        }

    def _table(
        self, runs: pd.DataFrame, look: int, pairs: Mapping[tuple[str, str, str], pd.Series] | None = None
    ) -> pd.DataFrame:
        rows: list[dict[str, Any]] = []
        for (design, against, name), change in (pairs or {}).items():
            values = change[change.index < look].to_numpy()
            mean, low, high = mean_interval(values) if len(values) else (np.nan, np.nan, np.nan)
            number, is_share = self._targets()[name]
            # Law (2015, section 9.4.1): the share of the estimate that keeps within this share of the truth.
            target = number / (1 + number) * abs(float(mean)) if is_share else number
            half = float(high - low) / 2
            told = {"design": design, "against": against, "outcome": name, "effect": float(mean), "half_width": half}
            rows.append(told | {"target": target, "replications": len(values), "reached": half <= target})
        columns = ["design", "against", "outcome", "effect", "half_width", "target", "replications", "reached"]
        return pd.DataFrame(rows, columns=columns)


def _need(table: pd.DataFrame) -> int:
    """Replications that the widest interval needs if its variance is as estimated: they grow with the square."""
    ratio = (table["half_width"] / table["target"]).to_numpy()
    wanted = table["replications"].to_numpy() * np.square(ratio)
    return math.ceil(np.nan_to_num(wanted, nan=1e9, posinf=1e9).max())
