"""What the command line tells apart from a bug and from bad input."""

from __future__ import annotations


class GaveOutError(RuntimeError):
    """Disk or workers gave out, or a file is damaged. What was done is kept; the message says how to go on."""
