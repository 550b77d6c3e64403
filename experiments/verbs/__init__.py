"""Verbs of the command line; nothing heavy is imported before one is carried out."""

from __future__ import annotations

from pathlib import Path

RESULTS = Path("results")  # where results go unless told
WITH_FAILURES = 3  # exit code: complete, but some runs failed
