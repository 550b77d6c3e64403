"""Verification: limits of the model whose answer is known, and changes that must change nothing.

Each family is a module with ``findings(seed)``. It runs the model's own processes with everything else switched off
through its open seams: ``numbers``, ``plan`` and the tables of a :class:`sim.Community`.
"""

from experiments.verification.finding import EXACT, ROUNDING, STANDARD_ERRORS, Check, Curve, Findings, allowed, verify

__all__ = ["EXACT", "ROUNDING", "STANDARD_ERRORS", "Check", "Curve", "Findings", "allowed", "verify"]
