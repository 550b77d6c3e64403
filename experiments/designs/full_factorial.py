"""Every combination of paths: 2 to the power of their number."""

from __future__ import annotations


def full_factorial(paths: int) -> list[int]:
    """All combinations as bit masks: path ``i`` is on where bit ``i`` is set; 0 is nothing, the last one all."""
    return list(range(1 << paths))
