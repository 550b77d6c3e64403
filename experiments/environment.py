"""What results were made with: versions, hash of the sources, machine."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.result import provenance

LIBRARIES = ("rongzhi", "scipy", "pyarrow", "pydantic", "matplotlib")


def environment() -> dict[str, Any]:
    """Versions, source hash and machine."""
    model = provenance()
    ours = {name: found for name in LIBRARIES if (found := _version(name))}
    return model | {"versions": model["versions"] | ours, "processor": _processor(), "processors": os.cpu_count()}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    """Name of the processor: results are equal to the bit on one kind of machine only."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
