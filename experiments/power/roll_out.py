"""Who starts when, how the effect is estimated from a panel of communities and waves, and whether it is clear."""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.errors import InputError

STAGED, PARALLEL = ROLL_OUTS = ("staged", "parallel")
# Orders that a randomisation test compares with; all of them where there are no more.
ORDERS = 1000


@dataclass(frozen=True)
class RollOut:
    """When each community of a pilot starts.

    Attributes
    ----------
    communities, waves : int
    pattern : tuple of int
        For each community the wave after which the design comes into force there, 0 for never. Communities are given
        these places by lot.
    """

    communities: int
    waves: int
    pattern: tuple[int, ...]

    @classmethod
    def staged(cls, communities: int, waves: int, steps: int) -> RollOut:
        """All start, in so many steps of equal length, as in a stepped wedge (Hussey & Hughes 2007).

        Before the first step no community has the design, after the last all have it.

        Raises
        ------
        InputError
            If there are fewer communities than steps, or too few waves to survey between steps.
        """
        if not 1 < steps <= communities:
            raise InputError(f"steps: must be from 2 to the number of communities ({communities}), got {steps}")
        if waves <= steps:
            raise InputError(
                f"steps: {steps} steps need a pilot of at least {steps + 1} waves of the survey, not {waves}"
            )
        starts = [math.floor(step * waves / (steps + 1) + 0.5) for step in range(1, steps + 1)]
        parts = np.array_split(np.arange(communities), steps)
        return cls(communities, waves, tuple(start for start, part in zip(starts, parts, strict=True) for _ in part))

    @classmethod
    def parallel(cls, communities: int, waves: int) -> RollOut:
        """Half start after the first quarter of the waves (at least one), the others never.

        Raises
        ------
        InputError
            If there are fewer than two waves.
        """
        if waves < 2:
            raise InputError(f"weeks: a pilot needs two waves of the survey or more, got {waves}")
        half = communities // 2
        return cls(communities, waves, (max(1, waves // 4),) * half + (0,) * (communities - half))

    @functools.cached_property
    def treated(self) -> np.ndarray:
        """Whether the design is in force, waves x communities."""
        waves = np.arange(1, self.waves + 1)[:, None]
        starts = np.array(self.pattern)
        return (starts > 0) & (waves > starts)

    @functools.cached_property
    def orders(self) -> np.ndarray:
        """Ways to give out the places, as positions: orders x communities; the first is the one that is.

        All that differ, or a random sample where there are more than :data:`ORDERS`.
        """
        count = math.factorial(self.communities)
        for group in Counter(self.pattern).values():
            count //= math.factorial(group)
        first = np.arange(self.communities)
        if count > ORDERS:
            random = np.random.default_rng(self.communities)
            others = random.permuted(np.tile(first, (ORDERS - 1, 1)), axis=1)
            return np.concatenate([first[None], others])
        places = {start: [p for p, one in enumerate(self.pattern) if one == start] for start in set(self.pattern)}
        found = [
            [places[start][row[:c].count(start)] for c, start in enumerate(row)] for row in _arranged(self.pattern)
        ]
        return np.array(sorted(found, key=lambda row: row != first.tolist()))


def _arranged(labels: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """All different arrangements of labels of which some are alike."""
    if not labels:
        yield ()
    for label in sorted(set(labels)):
        rest = list(labels)
        rest.remove(label)
        for row in _arranged(rest):
            yield (label, *row)
