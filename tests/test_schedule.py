"""The order of the week, and where mechanisms stand in it."""

import itertools

import numpy as np
import pytest

from sim import Community
from sim.mechanisms import Mechanism, mechanisms
from sim.schedule import NAMES, WEEK, plan
from tests.state import place

# Section 3 of the design.
ORDER = (
    *("emergencies", "needs", "discovery", "routing", "matching", "service"),
    *("disputes", "participation", "influence", "satisfaction", "calendar"),
)


class Watcher(Mechanism):
    """A mechanism that writes down when it is called."""

    name = "watcher"

    def __init__(self):
        self.seen = []

    def before_service(self, community, dose):
        """Write it down."""
        self.seen.append(("before", community, dose.tolist()))

    def after_service(self, community, dose):
        """Write it down."""
        self.seen.append(("after", community, dose.tolist()))


def test_the_week_has_the_order_of_the_design():
    assert ORDER == NAMES
    assert [process.__name__ for process in WEEK] == [f"sim.processes.{name}" for name in ORDER]


def test_without_mechanisms_the_plan_is_the_week():
    assert [name for name, _ in plan({})] == list(ORDER)
    assert [run for _, run in plan({})] == [process.run for process in WEEK]


def test_mechanisms_stand_around_the_process_that_they_change():
    names = [name for name, _ in plan({"watcher": (Watcher(), np.ones(2))})]
    at = names.index("service")

    assert names[at - 1 : at + 2] == ["watcher: before_service", "service", "watcher: after_service"]
    assert [name for name in names if ":" not in name] == list(ORDER)


def test_a_hook_is_called_with_the_community_and_its_dose():
    watcher, community = Watcher(), object()
    for name, act in plan({"watcher": (watcher, np.array([0.0, 0.5]))}):
        if name.startswith("watcher"):
            act(community)

    assert watcher.seen == [("before", community, [0.0, 0.5]), ("after", community, [0.0, 0.5])]


def test_several_mechanisms_keep_their_own_doses():
    first, second = Watcher(), Watcher()
    steps = plan({"a": (first, np.array([0.25])), "b": (second, np.array([0.75]))})
    for name, act in steps:
        if ": " in name:
            act(None)

    assert [name for name, _ in steps if ": before" in name] == ["a: before_service", "b: before_service"]
    assert (first.seen[0][2], second.seen[0][2]) == ([0.25], [0.75])


def test_the_plan_of_a_running_model_holds_the_hooks_of_what_is_in_force():
    scenario = place("village", residents=60, warmup=0, mechanisms=dict.fromkeys(mechanisms(), 1.0))
    model = Community(scenario)
    model.step()
    hooks = {
        f"{name}: {when}_{process}"
        for (name, kind), when, process in itertools.product(mechanisms().items(), ("before", "after"), ORDER)
        if hasattr(kind, f"{when}_{process}")
    }

    assert {name for name, _ in model.plan} == hooks | set(ORDER)


@pytest.mark.parametrize(("week", "started"), [(2, False), (3, True)])
def test_what_runs_once_at_its_start_runs_then(week, started, monkeypatch):
    calls = []
    name = next(iter(mechanisms()))
    monkeypatch.setattr(
        mechanisms()[name], "at_start", lambda self, community, dose: calls.append(community.run_week), raising=False
    )
    model = Community(place("village", residents=60, warmup=1, mechanisms={name: {"dose": 1.0, "start": 3}}))
    for _ in range(1 + week):
        model.step()

    assert calls == ([3] if started else [])
