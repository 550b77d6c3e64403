"""What the command line tells apart from a bug and from bad input."""

from __future__ import annotations


class GaveOutError(RuntimeError):
    """Disk or workers gave out. What was done is kept, and the same command goes on once the cause is gone."""
