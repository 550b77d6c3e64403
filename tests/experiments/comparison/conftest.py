"""A small place, and a comparison of two designs for it, made in this process."""

from __future__ import annotations

import pytest

from experiments.comparison import compare, start
from experiments.engine import serial
from sim import CommunitySpec, Design, Scenario

LISTS = Design.of("three_lists", "feedback_loop", name="Lists first")


def small_place(**changes) -> Scenario:
    communities = [
        CommunitySpec(type="old_neighbourhood", residents=80),
        CommunitySpec(type="village", residents=60),
    ]
    fields = {
        "name": "Small",
        "communities": communities,
        "weeks": 16,
        "warmup": 6,
        "mechanisms": {"deliberation": 0.3},
    }
    return Scenario(**fields | changes)


@pytest.fixture(scope="session")
def place() -> Scenario:
    return small_place()


@pytest.fixture(scope="session", autouse=True)
def here():
    """Make runs in this process: starting others takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(start, "local", lambda workers: serial())
        yield


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("comparisons")


@pytest.fixture(scope="session")
def found(place, cache):
    """``Lists first``, and the baseline with its talks replaced by a grid."""
    other = place.replace(name="Grid", mechanisms={"micro_grid": 1.0})
    return compare(place, LISTS, ("Grid, no talks", other), replications=3, cache=cache, progress=False)
