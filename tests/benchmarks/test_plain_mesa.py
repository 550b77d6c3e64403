"""The plain Mesa version of the week, written without tables and kernels, gives the same numbers bit for bit."""

import importlib.util
from pathlib import Path

import sim

FILE = Path(__file__).parents[2] / "benchmarks" / "plain_mesa.py"
SPEC = importlib.util.spec_from_file_location("plain_mesa", FILE)
plain_mesa = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(plain_mesa)


def test_plain_agents_and_columns_give_equal_numbers_every_week_past_a_quarter():
    scenario = sim.Scenario.from_dict(
        {
            "communities": [{"type": "village", "residents": 150}, {"type": "old_neighbourhood", "residents": 150}],
            "warmup": 0,
            # So that within these weeks a committee is elected, and groups form, play and dissolve.
            "parameters": {
                "participation.election_first": 9.0,
                "participation.group_threshold": 0.1,
                "participation.group_ties": 0.2,
                "participation.base_self_organize": -1.0,
                "participation.meetings": 26.0,
                "participation.meeting_notice": 0.4,
            },
        }
    )
    community = sim.Community(scenario, seed=1, keep_needs=True)
    plain = plain_mesa.PlainCommunity(community)

    differing = {}
    for week in range(1, 16):
        community.step()
        plain.step()
        differing[week] = plain_mesa.columns_that_differ(plain, community)

    assert not any(differing.values()), differing
