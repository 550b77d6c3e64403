"""Designs: which combinations of paths a study runs. A design is a function of the number of paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from experiments.designs.full_factorial import full_factorial

DESIGNS: Mapping[str, Callable[[int], list[int]]] = {"full_factorial": full_factorial}
