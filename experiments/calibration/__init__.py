"""Calibration to local data: what tickets and surveys of a place say of the model's parameters, and what they cannot.

>>> from experiments import calibrate
>>> posterior = calibrate(scenario, targets, ["needs.arrival", "participation.base_volunteer"])
>>> posterior.summary
>>> posterior.warnings

Points are sought against published patterns in :mod:`experiments.patterns.calibration`; here the result is what can be
believed, as draws.
"""

from experiments.calibration.fitting import calibrate
from experiments.calibration.posterior import Posterior
from experiments.calibration.prior import PriorSample, prior_sample
from experiments.calibration.ranks import coverage

__all__ = ["Posterior", "PriorSample", "calibrate", "coverage", "prior_sample"]
