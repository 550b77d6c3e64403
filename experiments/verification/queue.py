"""Service with all else off is a discrete-time queue: Lindley's recursion week by week, and its mean in the long run.

Needs arise in the process ``needs`` and go straight to one office with fixed hours, which the process ``service``
spends. Hours of work W that wait after a week with arrivals A and hours H follow Lindley (1952) exactly:
W' = max(0, W + A - H). Where each need takes the office's whole week and each of N residents has one with chance q,
the mean number that waits after service is N (N - 1) q^2 / (2 (1 - N q)).
"""

from __future__ import annotations

import numpy as np

from experiments.verification.finding import EXACT, Check, Curve, Findings, allowed
from experiments.verification.setting import place, put
from sim import Community
from sim.needs_table import HIDDEN, PROPERTY, WAITING
from sim.processes import needs, service

RESIDENTS = 60
LOADS = np.array([0.2, 0.4, 0.6, 0.8])
OWN_WORK = LOADS.size  # row of the community whose needs keep the hours that the model gave them
OWN_LOAD = 0.8
WEEKS, FIRST, BATCHES = 6500, 100, 20
MILLIONTH = 1e-6  # of an hour: each need may end with a billionth of an hour undone


def known_mean(load: np.ndarray) -> np.ndarray:
    """Mean number of needs that wait after service."""
    return load**2 * (1.0 - 1.0 / RESIDENTS) / (2.0 * (1.0 - load))


def office(seed: int) -> Community:
    """A community for each load, each with one office that can do everything and never fails."""
    model = place(LOADS.size + 1, RESIDENTS, seed)
    chance = np.append(LOADS, OWN_LOAD) / RESIDENTS
    model.residents.need_chance[:] = chance[model.residents.community]
    put(model.numbers.needs, shared_arrival=0.0, easy_questions=0.0)
    put(model.numbers.service, ease=1.0, hardness=0.0, urgent_first=0.0, response=0.0, patience=1e9, give_up=0.0)
    model.organizations.skill[:] = 1.0
    return model


def findings(seed: int) -> Findings:
    """Compare the backlog of each office with its queue."""
    model = office(seed)
    offices = model.communities.first_organization
    hours = np.ones(offices.size)
    hours[OWN_WORK] = 3.0
    arrived = np.zeros(offices.size)
    asked: list[float] = []  # hours of each need of the last office, in order of arrival

    def hand_over(community: Community) -> None:
        table, opened = community.needs, int(community.index.open_count[0])
        new = table.queue[:opened][table.state[table.queue[:opened]] == HIDDEN]
        homes = table.community[new]
        unit = homes != OWN_WORK
        table.work[new[unit]] = 1.0
        table.work_left[new] = table.work[new]
        table.category[new] = PROPERTY
        table.state[new], table.right[new] = WAITING, True
        table.provider[new] = offices[homes]
        np.add.at(community.organizations.backlog, offices[homes], 1)
        arrived[:] = np.bincount(homes, weights=table.work[new], minlength=offices.size)
        asked.extend(table.work[new[~unit]])
        community.organizations.hours_left[offices] = hours

    model.plan = [("needs", needs.run), ("hand over", hand_over), ("service", service.run)]
    queue, longest = np.zeros(offices.size), np.zeros((WEEKS, offices.size))
    worst_hours = worst_count = 0.0
    for week in range(WEEKS):
        model.step()
        queue = np.maximum(0.0, queue + arrived - hours)
        rows = model.needs.queue[: int(model.index.open_count[0])]
        homes = model.needs.community[rows]
        waiting = np.bincount(homes, weights=model.needs.work_left[rows], minlength=offices.size)
        longest[week] = np.bincount(homes, minlength=offices.size)
        worst_hours = max(worst_hours, float(np.abs(waiting - queue).max()))
        known = queue.copy()
        known[OWN_WORK] = open_of(asked, queue[OWN_WORK])
        worst_count = max(worst_count, float(np.abs(longest[week] - known).max()))
    checks = [
        Check("queue_hours", 0.0, worst_hours, MILLIONTH),
        Check("queue_order", 0.0, worst_count, EXACT),
    ]
    batches = longest[FIRST:, :OWN_WORK].reshape(BATCHES, -1, OWN_WORK).mean(axis=1)
    mean, error = batches.mean(axis=0), batches.std(axis=0, ddof=1) / np.sqrt(BATCHES)
    tolerance = allowed(freedom=BATCHES - 1) * error
    checks += [
        Check("queue_mean", float(known_mean(load)), float(mean[k]), float(tolerance[k]), f"{load:g}")
        for k, load in enumerate(LOADS)
    ]
    line = np.linspace(0.05, 0.85, 100)
    curve = Curve("queue", line, known_mean(line), LOADS, mean, tolerance)
    return Findings("queue", checks, [curve])


def open_of(asked: list[float], left: float) -> int:
    """Needs still open when they are served in order and ``left`` hours of work are undone."""
    count, undone = 0, 0.0
    for work in reversed(asked):
        if undone >= left - MILLIONTH:
            break
        undone += work
        count += 1
    return count
