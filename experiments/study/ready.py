"""Studies that come with the package, and those in files of the user."""

from __future__ import annotations

from pathlib import Path

from experiments.study.spec import Study
from sim.errors import InputError, closest

STUDIES = Path(__file__).parents[1] / "studies"


def ready_studies() -> dict[str, Path]:
    """Studies that come with the package, by name."""
    return {path.stem: path for path in sorted(STUDIES.glob("*.toml"))}


def load_study(name: str | Path) -> Study:
    """Find a study by name (``six-paths``) or by the path of its file.

    Raises
    ------
    InputError
        If there is none, or it has wrong fields.
    """
    stem = str(name).replace("-", "_")
    if stem in ready_studies():
        return Study.from_toml(ready_studies()[stem])
    if _is_path(name):
        return Study.from_toml(name)
    ready = [one.replace("_", "-") for one in ready_studies()]
    raise InputError(f"unknown study {str(name)!r}{closest(str(name).replace('_', '-'), ready)}")


def _is_path(name: str | Path) -> bool:
    return isinstance(name, Path) or name.endswith(".toml") or "/" in name or "\\" in name or Path(name).exists()
