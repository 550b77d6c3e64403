"""How trust moves with what is experienced: by oneself, or by those who tell of it."""

from __future__ import annotations

from sim.compiled import rule


@rule
def next_trust(anchor, quality, expectation, weight, gain, asymmetry):
    """Trust after an experience of this quality: slow to build, quick to lose (Slovic 1993)."""
    gap = (quality - expectation) * min(1.0, weight)
    if gap >= 0.0:
        return anchor + gain * gap * (1.0 - anchor)
    return max(0.0, anchor + gain * asymmetry * gap * anchor)
