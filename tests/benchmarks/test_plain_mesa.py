"""The plain Mesa version of the week, written without tables and kernels, gives the same numbers bit for bit."""

import importlib.util
from pathlib import Path

import pytest

import sim

FILE = Path(__file__).parents[2] / "benchmarks" / "plain_mesa.py"
SPEC = importlib.util.spec_from_file_location("plain_mesa", FILE)
plain_mesa = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(plain_mesa)


BUSY = {"matching.listing": 0.6, "matching.acquaintance": 0.3, "matching.links_faint": 0.2, "service.reopen": 0.5}


@pytest.mark.parametrize(
    ("parameters", "residents", "weeks"), [({}, 150, 15), (BUSY, 100, 54)], ids=["quarter", "year"]
)
def test_plain_agents_and_columns_give_equal_numbers_every_week(parameters, residents, weeks):
    communities = [{"type": kind, "residents": residents} for kind in ("village", "old_neighbourhood")]
    scenario = sim.Scenario.from_dict({"communities": communities, "warmup": 0, "parameters": parameters})
    community = sim.Community(scenario, seed=1, keep_needs=True)
    plain = plain_mesa.PlainCommunity(community)

    differing = {}
    for week in range(1, weeks + 1):
        community.step()
        plain.step()
        differing[week] = plain_mesa.columns_that_differ(plain, community)

    assert not any(differing.values()), differing
