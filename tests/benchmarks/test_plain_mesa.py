"""The plain Mesa version of the week, written without tables and kernels, gives the same numbers bit for bit."""

import importlib.util
from pathlib import Path

import pytest

import sim
from sim.counters import COUNTERS

FILE = Path(__file__).parents[2] / "benchmarks" / "plain_mesa.py"
SPEC = importlib.util.spec_from_file_location("plain_mesa", FILE)
plain_mesa = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(plain_mesa)

# So that within a quarter a committee is elected, groups form and dissolve, and volunteers burn out.
LIVELY = {
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
}
BUSY = {"matching.listing": 0.6, "matching.acquaintance": 0.3, "matching.links_faint": 0.2, "service.reopen": 0.5}


@pytest.mark.parametrize(
    ("parameters", "residents", "weeks", "happened"),
    [
        (LIVELY, 150, 15, ("votes", "groups_formed", "groups_dissolved", "burnouts", "started_asked", "by_meeting")),
        (BUSY, 100, 54, ("projects", "reopened", "reported_in_term")),
    ],
    ids=["quarter", "year"],
)
def test_plain_agents_and_columns_give_equal_numbers_every_week(parameters, residents, weeks, happened):
    communities = [{"type": kind, "residents": residents} for kind in ("village", "old_neighbourhood")]
    scenario = sim.Scenario.from_dict({"communities": communities, "warmup": 0, "parameters": parameters})
    community = sim.Community(scenario, seed=1, keep_needs=True)
    plain = plain_mesa.PlainCommunity(community)

    differing, counts = {}, 0.0
    for week in range(1, weeks + 1):
        community.step()
        plain.step()
        differing[week] = plain_mesa.columns_that_differ(plain, community)
        counts = counts + community.counts.sum(axis=0)

    assert not any(differing.values()), differing
    assert {name for name in happened if counts[COUNTERS.index(name)] == 0.0} == set()
