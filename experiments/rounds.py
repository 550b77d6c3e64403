"""Rounds of runs: all at once, or each round after the last one has told what is still needed.

Which runs a round has follows from the results of the rounds before and from nothing else, so that a study that was
interrupted takes the same course when it is resumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from experiments.plan import Plan, RunSpec
from experiments.precision import Decision, Precision
from experiments.store import Store, Writer


@dataclass
class Course:
    """How the rounds went: ``reason`` says why they came to their end, where their number is not fixed."""

    reason: str = ""


def rounds(plan: Plan, store: Store, writer: Writer, course: Course) -> Iterator[list[RunSpec]]:
    """Rounds of the runs of a study; the results of one must be in the store before the next is asked for."""
    if plan.adaptive:
        yield from _generations(plan, store, writer, course)
        return
    asked = plan.study.replications
    if not isinstance(asked, Precision):
        yield list(plan.runs(0, asked))
        return
    for specs, decision in _looks(plan, store, asked):
        if decision is None:
            yield specs
        else:
            course.reason = decision.reason


def known_runs(plan: Plan, store: Store) -> list[RunSpec]:
    """Runs that the study is known to have, as far as its rounds have come."""
    asked = plan.study.replications
    if not isinstance(asked, Precision):
        return list(plan.runs(0, asked))
    specs: list[RunSpec] = []
    for specs, decision in _looks(plan, store, asked):
        if decision is None and not {spec.run_id for spec in specs} <= store.done().keys():
            break
    return specs


def _looks(plan: Plan, store: Store, asked: Precision) -> Iterator[tuple[list[RunSpec], Decision | None]]:
    """Runs that there must be before each look, without a decision; after the last look the same, with it."""
    done, more = 0, asked.first
    while more:
        done += more
        specs = list(plan.runs(0, done))
        yield specs, None
        # A design may come to the same point twice, but a pair of runs counts once.
        runs = plan.expanded(store.runs(), done).drop_duplicates(["policy", "future", "replication"])
        decision = asked.decide(runs, done)
        more = decision.more
    yield specs, decision


def reason(store: Store) -> str:
    """Why the last session that came to the end of the rounds needed no more; empty where their number is fixed."""
    told = [str(one.get("reason", "")) for one in store.sessions().values()]
    return next((one for one in reversed(told) if one), "")


def _generations(plan: Plan, store: Store, writer: Writer, course: Course) -> Iterator[list[RunSpec]]:
    """The baseline, then the generations of a search, each from what the last ones measured."""
    study = plan.study
    assert study.portfolio is not None, "only a study with a portfolio is adaptive"
    replications = study.replications
    assert isinstance(replications, int), "a study file with a portfolio has a number of replications"
    search = study.portfolio.search(plan.levers, study.seed, plan.futures)
    yield list(plan.runs(0, replications))
    while len(asked := search.ask()):
        policies = plan.add_policies(asked)
        if len(plan.points) > len(store.design):  # else this course was taken before, and is only followed
            writer.write_design(plan.points)
        yield [spec for spec in plan.runs(0, replications) if spec.policy in policies]
        search.tell(_told(plan, store, replications))
    course.reason = "generations"


def _told(plan: Plan, store: Store, replications: int) -> pd.DataFrame:
    """What the runs so far measured of the goals of a search, a row for each that succeeded."""
    from experiments.analyses.pareto import measured

    assert plan.study.portfolio is not None, "only a study with a portfolio is adaptive"
    runs = plan.expanded(store.runs(), replications)
    communities = store.table("communities") if "communities" in store.schemas else None
    return measured(runs, list(plan.study.levers), plan.study.portfolio.measured, communities)
