"""What every experimental design is: settings that a study file gives, and a sample of points over factors."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True)
class Factor:
    """Something that a study varies: a lever of policy, or a number of the model that is uncertain.

    Attributes
    ----------
    name : str
        Column in the table of points: ``three_lists``, ``needs.arrival``.
    low, high : float
        Range; ``low < high``.
    base : float
        Value where nothing is varied: 0 for a dose, the catalogue's value for a number of the model.
    levels : tuple of float
        Values that a design of levels takes; ``low`` and ``high`` unless the study names others.
    whole : bool
        Whether only whole numbers make sense, as for a week.
    """

    name: str
    low: float
    high: float
    base: float
    levels: tuple[float, ...]
    whole: bool = False


class Design(BaseModel):
    """Settings of a design, as a study file gives them; ``kind`` names the design.

    The docstrings below settings are their descriptions in the JSON Schema too.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)

    kind: str

    @abstractmethod
    def count(self, factors: Sequence[Factor]) -> int:
        """Points that :meth:`sample` will give, known before they are made; raises what it would raise."""

    @abstractmethod
    def sample(self, factors: Sequence[Factor], seed: int) -> pd.DataFrame:
        """Points of the design.

        Parameters
        ----------
        factors : sequence of Factor
        seed : int
            The same seed gives the same points.

        Returns
        -------
        DataFrame
            A row for each point, a column of floats for each factor in the factors' own units; indexed from 0.

        Raises
        ------
        InputError
            If the design cannot be made for so many factors, or with these levels.
        """
