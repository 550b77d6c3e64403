"""What tests of whole runs share: small places, and fingerprints of a model's state."""

import hashlib

import numpy as np

from sim import Scenario
from sim.model import _STATE
from sim.needs_table import NEEDS

WORK_LISTS = {"queue", "ended"}
FIVE = ("commodity_housing", "old_neighbourhood", "work_unit", "resettlement", "village")


def place(*kinds, residents=150, **fields):
    """Scenario of a community of each kind, short unless told otherwise."""
    communities = [{"type": kind, "residents": residents} for kind in kinds or ("village", "old_neighbourhood")]
    return Scenario.from_dict({"communities": communities, "weeks": 26, "warmup": 13, "seed": 7} | fields)


def columns(model):
    """All columns of the state, one by one: (name, array). Rows of needs not in use are no part of it."""
    used, opened = int(model.index.used[0]), int(model.index.open_count[0])
    for name in _STATE:
        table = getattr(model, name)
        if name == "needs":
            yield from ((f"needs.{one}", table[one][:used]) for one in NEEDS.names if one not in WORK_LISTS)
            yield "needs.queue", table.queue[:opened]
        elif name == "index":
            yield from ((f"index.{one}", table[one]) for one in ("used", "next_id", "open_count"))
        elif isinstance(table, tuple):
            yield from ((f"{name}.{one}", column) for one, column in zip(table._fields, table, strict=True))
        elif table.dtype.names:
            yield from ((f"{name}.{one}", table[one]) for one in table.dtype.names)
        else:
            yield name, table


def digest(model):
    """SHA-256 of the whole state, and so of everything that comes after."""
    found = hashlib.sha256()
    for name, column in columns(model):
        found.update(f"{name} {column.dtype} {column.shape}".encode())
        found.update(np.ascontiguousarray(column).tobytes())
    return found.hexdigest()


def fingerprint(result):
    """Bits of a run: its last state and its whole history."""
    return digest(result.model), hashlib.sha256(result.history.tobytes()).hexdigest()
