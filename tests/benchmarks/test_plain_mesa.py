"""The plain Mesa version of the week, written without tables and kernels, gives the same numbers bit for bit."""

import importlib.util
from pathlib import Path

import sim
from sim.counters import COUNTERS

FILE = Path(__file__).parents[2] / "benchmarks" / "plain_mesa.py"
SPEC = importlib.util.spec_from_file_location("plain_mesa", FILE)
plain_mesa = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(plain_mesa)

# What must have happened for the comparison to mean something.
RARE = ("votes", "groups_formed", "groups_dissolved", "burnouts", "started_asked", "by_meeting")


def test_plain_agents_and_columns_give_equal_numbers_every_week_past_a_quarter():
    scenario = sim.Scenario.from_dict(
        {
            "communities": [{"type": "village", "residents": 150}, {"type": "old_neighbourhood", "residents": 150}],
            "warmup": 0,
            # So that within these weeks a committee is elected, and groups form and dissolve, and volunteers burn out.
            "parameters": {
                "participation.election_first": 9.0,
                "participation.group_threshold": 0.1,
                "participation.group_ties": 0.2,
                "participation.base_self_organize": 0.0,
                "participation.contact_ask": 0.1,
                "participation.base_volunteer": 0.0,
                "participation.fatigue_per_hour": 0.05,
                "participation.burnout": 0.2,
                "participation.group_breaks": 0.45,
                "participation.meetings": 26.0,
                "participation.meeting_notice": 0.4,
            },
        }
    )
    community = sim.Community(scenario, seed=1, keep_needs=True)
    plain = plain_mesa.PlainCommunity(community)

    differing, counts = {}, 0.0
    for week in range(1, 16):
        community.step()
        plain.step()
        differing[week] = plain_mesa.columns_that_differ(plain, community)
        counts = counts + community.counts.sum(axis=0)

    assert not any(differing.values()), differing
    assert {name for name in RARE if counts[COUNTERS.index(name)] == 0.0} == set()
