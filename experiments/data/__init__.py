"""My data: from an export of tickets and a survey to targets of a calibration, with a look at privacy.

>>> from experiments.data import example, read_tickets
>>> tickets = read_tickets(example("tickets.csv"), example("tickets.toml"))
>>> targets = tickets.targets()
"""

from __future__ import annotations

from pathlib import Path

from experiments.data.measured import measured, measured_at, measures
from experiments.data.privacy import Finding, check_privacy
from experiments.data.survey import Survey, read_survey
from experiments.data.targets import Targets
from experiments.data.tickets import Tickets, read_tickets
from sim.errors import InputError, closest

__all__ = [
    "Finding",
    "Survey",
    "Targets",
    "Tickets",
    "check_privacy",
    "example",
    "measured",
    "measured_at",
    "measures",
    "read_survey",
    "read_tickets",
]

_EXAMPLES = Path(__file__).parent / "examples"


def example(name: str) -> Path:
    """Path of an example that comes with the package: ``tickets.csv``, ``survey.csv``, their mappings, ``truth.toml``.

    Raises
    ------
    InputError
        If there is no such example.
    """
    path = _EXAMPLES / name
    if not path.is_file():
        raise InputError(f"no example {name!r}{closest(name, (one.name for one in _EXAMPLES.glob('*.*')))}")
    return path
