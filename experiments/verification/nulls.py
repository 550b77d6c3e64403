"""Changes that must change nothing: no dose, cut links, other labels, a second copy of the place.

Where draws are keyed by who draws, nothing may change by a single bit. A community at another place in the list has
other draws, so that there only its expectation stays: compared over seeds, in standard errors of the difference.
"""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from experiments.verification.finding import EXACT, Check, Findings, allowed
from sim import Community, Scenario, mechanisms, warm_up
from sim.agents.residents import RESIDENTS
from sim.counters import PRACTICAL_RESOLVED, RAISED, RATE_ACTS
from sim.model import WarmState
from sim.needs_table import NEEDS
from sim.processes import calendar, satisfaction
from sim.schedule import NAMES, WEEK, plan

TYPES = ("village", "old_neighbourhood")
WEEKS, SEEDS = 14, 20
STREET = 4  # communities of a street: the fewest that the catalogue allows
PEOPLE = 50
FORMS = 4
TOTALS = ("raised", "resolved", "acts", "trust", "satisfaction")


def digest(model: Community) -> str:
    """SHA-256 of the state and of last week's counts; rows of needs not in use are no part of it."""
    found = hashlib.sha256(model.counts.tobytes())
    for name, table in sorted(model.warm_state().tables.items()):
        used = int(model.index.used[0]) if name == "needs" else None
        columns = table._asdict() if hasattr(table, "_asdict") else {one: table[one] for one in table.dtype.names or ()}
        for one, column in (columns or {"": table}).items():
            if name != "needs" or one in set(NEEDS.names) - {"queue", "ended"}:
                found.update(f"{name}.{one}".encode() + np.ascontiguousarray(column[:used]).tobytes())
    return found.hexdigest()


def after(model: Community, weeks: int = WEEKS) -> str:
    """Digest of a model some weeks on."""
    for _ in range(weeks):
        model.step()
    return digest(model)


def numbers_read_by(process: Any) -> set[str]:
    """Processes whose numbers a process hands to its loops, as its source says; the calendar wakes organisations."""
    if process is calendar:
        return set(NAMES) | {"network", "population"}
    return set(re.findall(r"\bnumbers\.(\w+)", inspect.getsource(process)))


def without_dose(scenario: Scenario, warm: WarmState) -> list[str]:
    """Mechanisms whose numbers, hooks and start change something at dose 0."""
    baseline = after(Community(scenario, warm=warm))
    wrong = []
    for name, kind in mechanisms().items():
        model, one = Community(scenario, warm=warm), kind()
        nothing = np.zeros(model.communities.size)
        one.change_numbers(model.numbers, nothing)
        if hasattr(kind, "at_start"):
            one.at_start(model, nothing)
        model.plan = plan({name: (one, nothing)})
        if after(model) != baseline:
            wrong.append(name)
    return wrong


def with_cut_links(scenario: Scenario, warm: WarmState) -> list[str]:
    """Mechanisms that change something although no process that runs reads the numbers that they change."""
    wrong = []
    for name, kind in mechanisms().items():
        model, baseline = (Community(scenario, warm=warm) for _ in range(2))
        before = [table.tobytes() for table in model.numbers]
        kind().change_numbers(model.numbers, np.ones(model.communities.size))
        changed = {
            process
            for process, table, was in zip(model.numbers._fields, model.numbers, before, strict=True)
            if table.tobytes() != was
        }
        left = [
            (step, process.run)
            for step, process in zip(NAMES, WEEK, strict=True)
            if not changed & numbers_read_by(process)
        ]
        model.plan, baseline.plan = left, list(left)
        if after(model) != after(baseline):
            wrong.append(name)
    return wrong


def relabelled_residents(scenario: Scenario, warm: WarmState, seed: int) -> int:
    """Residents who feel otherwise when they stand in another row; the process ``satisfaction`` has no draws."""
    plain, other = (Community(scenario, warm=warm) for _ in range(2))
    luck = np.random.default_rng(seed)
    plain.residents.event_weight[:] = luck.random(plain.residents.size) * (luck.random(plain.residents.size) < 0.5)
    plain.residents.event_quality[:] = plain.residents.event_weight * luck.random(plain.residents.size)
    order = luck.permutation(plain.residents.size)
    other.residents[:] = plain.residents[order]
    for model in (plain, other):
        model.plan = [("satisfaction", satisfaction.run)]
        for _ in range(WEEKS):
            model.step()
    same = np.ones(order.size, bool)
    for name in RESIDENTS.names:
        same &= other.residents[name] == plain.residents[name][order]
    return int((~same).sum())


def streets(kinds: Sequence[str], seed: int) -> Community:
    """Streets of four small communities each, after some weeks; ``sums`` are totals by community."""
    specs = [
        {"type": kind, "residents": PEOPLE, "name": f"{kind} {street}.{k}"}
        for street, kind in enumerate(kinds)
        for k in range(STREET)
    ]
    fields = {"communities": specs, "warmup": 0, "seed": seed, "parameters": {"population.street_communities": STREET}}
    return Community(Scenario.from_dict(fields))


def totals(model: Community) -> np.ndarray:
    """Run some weeks; totals by street."""
    sums = np.zeros((model.communities.size, len(TOTALS)))
    for _ in range(2 * WEEKS):
        model.step()
        sums[:, 0] += model.counts[:, RAISED]
        sums[:, 1] += model.counts[:, PRACTICAL_RESOLVED]
        sums[:, 2] += model.counts[:, RATE_ACTS : RATE_ACTS + FORMS].sum(axis=1)
    for k, name in enumerate(("trust", "satisfaction"), start=3):
        sums[:, k] = np.bincount(model.residents.community, weights=model.residents[name])
    return sums.reshape(-1, STREET, len(TOTALS)).sum(axis=1)


def first_street(model: Community) -> list[bytes]:
    """State of the residents and communities of the first street."""
    residents, communities = model.residents[: STREET * PEOPLE], model.communities[:STREET]
    own = [one for one in communities.dtype.names or () if one != "first_department"]  # rows of departments come last
    return [residents[one].tobytes() for one in RESIDENTS.names] + [communities[one].tobytes() for one in own]


def standard_errors(differences: np.ndarray) -> np.ndarray:
    """Mean difference over seeds, in standard errors."""
    error = differences.std(axis=0, ddof=1) / np.sqrt(len(differences))
    return np.abs(differences.mean(axis=0)) / np.where(error > 0.0, error, np.inf)


def findings(seed: int) -> Findings:
    """Count what changed where nothing may."""
    communities = [{"type": kind, "residents": 2 * PEOPLE} for kind in TYPES]
    scenario = Scenario.from_dict({"communities": communities, "weeks": WEEKS, "warmup": 12, "seed": seed})
    warm = warm_up(scenario)
    leaks, doubled, swapped = 0, [], []
    for number in range(SEEDS):
        one, two, mixed, turned = (
            streets(kinds, seed + number) for kinds in (TYPES[:1], TYPES[:1] * 2, TYPES, TYPES[::-1])
        )
        single, double, first, second = map(totals, (one, two, mixed, turned))
        leaks += (first_street(one) != first_street(two)) + (first_street(one) != first_street(mixed))
        doubled.append(double.sum(axis=0) - 2.0 * single.sum(axis=0))
        swapped.append((first - second[::-1]).ravel())
    without, cut = without_dose(scenario, warm), with_cut_links(scenario, warm)
    checks = [
        Check("null_dose", 0.0, float(len(without)), EXACT, ", ".join(without)),
        Check("null_links", 0.0, float(len(cut)), EXACT, ", ".join(cut)),
        Check("null_residents", 0.0, float(relabelled_residents(scenario, warm, seed)), EXACT),
        Check("null_streets", 0.0, float(leaks), EXACT),
        *(
            Check(name, 0.0, float(standard_errors(np.array(gaps)).max()), allowed(gaps[0].size, SEEDS - 1))
            for name, gaps in (("null_places", swapped), ("null_double", doubled))
        ),
    ]
    return Findings("nulls", checks)
