"""What verification finds: checks against known answers, and the curves that they are points of."""

from __future__ import annotations

import functools
import importlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.stats import norm, t

STANDARD_ERRORS = 4.0  # a right model misses by more once in 16,000 checks
ROUNDING = 1e-9  # what floating point may lose where no chance is at work
EXACT = 0.0


def allowed(comparisons: int = 1, freedom: float = math.inf) -> float:
    """Standard errors within which a right model stays as surely as one comparison stays within ``STANDARD_ERRORS``.

    Parameters
    ----------
    comparisons : int
        More than 1 where the largest of several gaps is judged (Bonferroni).
    freedom : float
        Degrees of freedom of the standard error where it is estimated from runs itself (Student's t).
    """
    chance = norm.sf(STANDARD_ERRORS) / comparisons
    return float(norm.isf(chance) if math.isinf(freedom) else t.isf(chance, freedom))


@dataclass(frozen=True)
class Check:
    """One comparison of the model with a known answer.

    Attributes
    ----------
    name : str
        What is compared; its text is ``verify.check.<name>``.
    known, simulated : float
    tolerance : float
        Largest difference that passes: 0 or rounding where nothing is left to chance, otherwise :func:`allowed`
        standard errors of the simulated value. NaN: reported beside the known answer, not judged.
    where : str
        The point at which it is compared: a load, a threshold, a number of the model.
    """

    name: str
    known: float
    simulated: float
    tolerance: float
    where: str = ""

    @property
    def judged(self) -> bool:
        """Whether the difference is judged at all."""
        return not math.isnan(self.tolerance)

    @property
    def passed(self) -> bool:
        """Whether the simulated value is as near as it has to be; what is not judged does not fail."""
        return not self.judged or abs(self.simulated - self.known) <= self.tolerance


@dataclass(frozen=True)
class Curve:
    """A line that is known, and simulated points on it.

    Attributes
    ----------
    label : str
        Text ``verify.curve.<label>`` in the legend.
    line_x, line_y : numpy.ndarray
        The known answer, fine enough to be drawn.
    x, y, error : numpy.ndarray
        Simulated points and their tolerance.
    value : str
        Filled into the label.
    """

    label: str
    line_x: np.ndarray
    line_y: np.ndarray
    x: np.ndarray = field(default_factory=lambda: np.zeros(0))
    y: np.ndarray = field(default_factory=lambda: np.zeros(0))
    error: np.ndarray = field(default_factory=lambda: np.zeros(0))
    value: str = ""


@dataclass(frozen=True)
class Findings:
    """Checks and curves of one family."""

    family: str
    checks: Sequence[Check]
    curves: Sequence[Curve] = ()


@functools.cache
def verify(family: str, seed: int = 1) -> Findings:
    """Run one family."""
    return importlib.import_module(f"experiments.verification.{family}").findings(seed)
