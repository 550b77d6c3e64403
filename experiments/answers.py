"""The analyses that a study's design allows, each under its name: what ``analyze`` and reports compute.

The analyses themselves are plain functions of tables, in :mod:`experiments.analyses`; here stands which of a study's
runs each one gets, and which designs it fits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from experiments.analyses.complete import IncompleteError
from experiments.designs.morris import Morris
from experiments.designs.saltelli import Saltelli
from experiments.study.spec import lever_design
from sim.errors import InputError, closest
from sim.outcomes import OUTCOMES

if TYPE_CHECKING:
    from experiments.designs.design import Design
    from experiments.result import StudyResult

Tables = dict[str, pd.DataFrame]
LEAST_FUTURES = 20
LEVEL, EFFECT = "level", "effect"
_OF_LEVELS = ("full_factorial", "fractional_factorial", "one_by_one", "leave_one_out", "pairs")
_SAMPLES = ("latin_hypercube", "sobol_sequence", "file", "given")


@dataclass(frozen=True)
class Analysis:
    """One analysis of a study.

    Attributes
    ----------
    lacks : callable
        What the study lacks for it, as a phrase; empty where it fits.
    tables : callable
        Its tables by name.
    """

    lacks: Callable[[StudyResult], str]
    tables: Callable[[StudyResult], Tables]


def fitting(result: StudyResult) -> list[str]:
    """Names of the analyses that the design of a study allows."""
    return [name for name, one in ANALYSES.items() if not one.lacks(result)]


def answer(result: StudyResult, name: str) -> Tables:
    """Tables of one analysis.

    Raises
    ------
    InputError
        If it is unknown or does not fit the study's design; naming what the study lacks.
    IncompleteError
        If it needs runs that failed or are missing.
    """
    check_fits(result, name)
    if name not in result.answers:
        result.answers[name] = ANALYSES[name].tables(result)
    return result.answers[name]


def check_fits(result: StudyResult, name: str) -> None:
    """Raise an InputError where an analysis is unknown or does not fit the design; naming what the study lacks."""
    if name not in ANALYSES:
        raise InputError(f"unknown analysis {name!r}{closest(name, ANALYSES)}")
    lacking = ANALYSES[name].lacks(result)
    if lacking:
        known = ", ".join(fitting(result))
        raise InputError(f"analysis {name}: does not fit this study, which has {lacking}; those that do: {known}")


# What a study lacks ---------------------------------------------------------------------------------------------------


def sampled(result: StudyResult) -> Design | None:
    """Design whose factors' influence is asked for: over levers and numbers together, or over either alone.

    Where both have one the influence of the numbers is asked for, under each policy.
    """
    design = result.study.design
    return design.together or design.uncertainties or (None if result.study.portfolio else lever_design(result.study))


def _no_policies(result: StudyResult) -> str:
    if result.study.design.together is not None and result.plan.numbers:
        return "no two policies in the same future, since one design goes over levers and numbers together"
    policies = set(result.runs["policy"])
    return "" if 0 in policies and len(policies) > 1 else "no policies beside a baseline"


def _no_table(name: str) -> Callable[[StudyResult], str]:
    def lacks(result: StudyResult) -> str:
        table = result.communities if name == "communities" else result.run_groups
        return _no_policies(result) or ("" if len(table) else f"no table {name}")

    return lacks


def _not_every_set(result: StudyResult) -> str:
    return "" if result.has_every_set else "not every set of its levers, on and off, in one future"


def _no_levels(result: StudyResult) -> str:
    design = lever_design(result.study)
    if design is None or design.kind not in _OF_LEVELS or result.study.portfolio is not None:
        return "no design of levels over its levers"
    if not all(lever.is_ordered for lever in result.study.levers.values()):
        return "designs to choose from, which have no order"
    return "" if len(result.levers) > 1 else "only one lever"


def _no_doses(result: StudyResult) -> str:
    design = lever_design(result.study)
    several = _at_several_doses(result)
    fits = design is not None and design.kind in ("full_factorial", "one_by_one") and result.study.portfolio is None
    return "" if several and fits else "no lever with more than two levels"


def _at_several_doses(result: StudyResult) -> list[str]:
    """Levers with more than two levels, of which a higher one is more."""
    levers = result.study.levers
    return [one.name for one in result.plan.levers if len(one.levels) > 2 and levers[one.name].is_ordered]


def _no_kind(kind: str) -> Callable[[StudyResult], str]:
    def lacks(result: StudyResult) -> str:
        design = sampled(result)
        return "" if design is not None and design.kind == kind else f"no {kind} design"

    return lacks


def _no_sample(result: StudyResult) -> str:
    design = sampled(result)
    if design is None or design.kind not in _SAMPLES:
        return "no sample of its levers or uncertain numbers"
    sampled_levers = [lever for id, lever in result.study.levers.items() if id in _sample(result)[0]]
    if not all(lever.is_ordered for lever in sampled_levers):
        return "designs to choose from, which have no order"
    points = len(_sample(result)[0])
    factors = len(_sample(result)[0].columns)
    return "" if points > factors + 2 else f"only {points} points of {factors} factors"


def _too_few_futures(result: StudyResult) -> str:
    futures = int(result.runs["future"].nunique())
    if futures < LEAST_FUTURES:
        return f"{futures} futures, of {LEAST_FUTURES} that are needed"
    wanted = result.study.discovery.design
    return "" if wanted in set(result.runs["design"]) else f"no design {wanted!r} to look at"


def _no_portfolio(result: StudyResult) -> str:
    return "" if result.study.portfolio is not None else "no portfolio"


# Tables ---------------------------------------------------------------------------------------------------------------


def directions(names: list[str]) -> dict[str, int]:
    """Outcomes with the direction in which each is better."""
    return {name: OUTCOMES[name].better for name in names}


def _effects(result: StudyResult) -> Tables:
    return {"effects": result.policy_effects}


def _by(table: str, *keys: str) -> Callable[[StudyResult], Tables]:
    def tables(result: StudyResult) -> Tables:
        from experiments.analyses.effects import paired_effects_by

        beside = result.communities if table == "communities" else result.run_groups
        measured = directions([name for name in result.outcomes if name in beside])
        own = [name for name in ("residents", *keys, *measured) if name in beside]
        values = beside[["run_id", *own]].drop_duplicates(["run_id", *(k for k in own if k in _ROW_KEYS)])
        return {f"effects_by_{keys[-1]}": paired_effects_by(result.unique_runs, values, list(keys), measured)}

    return tables


_ROW_KEYS = ("community", "type", "dimension", "group")


def _types(result: StudyResult) -> Tables:
    from experiments.analyses.effects import paired_effects_by

    measured = directions([name for name in result.outcomes if name in result.communities])
    columns = ["run_id", "community", "type", "residents", *measured]
    values = result.communities[columns].drop_duplicates(["run_id", "community"])
    return {"effects_by_type": paired_effects_by(result.unique_runs, values, ["type"], measured)}


def _main_effects(result: StudyResult) -> Tables:
    from experiments.analyses.main_effects import main_effects

    outcomes = list(result.study.outcomes)
    return {"main_effects": main_effects(result.unique_runs, result.levers, outcomes)}


def _dose_response(result: StudyResult) -> Tables:
    from experiments.analyses.dose_response import dose_response

    outcomes = list(result.study.outcomes)
    communities = None
    if len(result.communities):
        columns = ["run_id", "type", "residents", *(name for name in outcomes if name in result.communities)]
        communities = result.communities[columns] if set(outcomes) <= set(result.communities) else None
    several = _at_several_doses(result)
    doses = {one.name: one.high for one in result.plan.levers if result.study.levers[one.name].kind == "dose"}
    # A start or a pace shows only where what it times is in force.
    around = None if set(several) <= set(doses) else doses
    curves, facts = dose_response(result.unique_runs, result.plan.levers, outcomes, communities, around)
    kept = (table[table["lever"].isin(several)].reset_index(drop=True) for table in (curves, facts))
    return dict(zip(("dose_response", "dose_response_facts"), kept, strict=True))


def _shapley(result: StudyResult) -> Tables:
    return {"shapley": result.shapley}


def _interactions(result: StudyResult) -> Tables:
    return {"interactions": result.interactions}


def _sample(result: StudyResult) -> tuple[pd.DataFrame, str]:
    """Rows of the design whose factors' influence is asked for, by number, and what numbers them."""
    points, study = result.plan.points, result.study
    if study.design.together is not None:
        return points.set_index("point")[result.plan.factors], "point"
    if study.design.uncertainties is not None:
        numbers = [one.name for one in result.plan.numbers]
        return points.drop_duplicates("future").set_index("future")[numbers], "future"
    design = lever_design(study)
    assert design is not None, "a study varies its levers, its numbers or both"
    rows = points.iloc[len(points) - design.count(result.plan.levers) :]  # without a baseline that was put before them
    return rows.set_index("point")[result.levers], "point"


def _by_policy(result: StudyResult, analyse: Callable[[pd.DataFrame, pd.DataFrame, str], pd.DataFrame]) -> pd.DataFrame:
    """An analysis of factors: of uncertain numbers, of the level under the baseline and of every policy's effect.

    Where one design goes over all factors, it is of the level alone.
    """
    from experiments.analyses.effects import differences

    sample, index = _sample(result)
    if index == "point":
        return analyse(result.runs[result.runs["point"].isin(sample.index)], sample, index).assign(of=LEVEL, design="")
    runs = result.unique_runs
    baseline = runs[runs["policy"] == 0]
    tables = [analyse(baseline, sample, index).assign(of=LEVEL, design=baseline["design"].iloc[0])]
    for design, part in differences(runs, list(result.study.outcomes)).groupby("design", sort=False):
        tables.append(analyse(part, sample, index).assign(of=EFFECT, design=design))
    return pd.concat(tables, ignore_index=True)


def _morris(result: StudyResult) -> Tables:
    from experiments.analyses.morris import morris

    design = sampled(result)
    assert isinstance(design, Morris), "the analysis fits no other design"
    outcomes, levels = list(result.study.outcomes), design.levels
    table = _by_policy(result, lambda runs, sample, index: morris(runs, sample, outcomes, levels, index))
    return {"morris": table}


def _sobol(result: StudyResult) -> Tables:
    from experiments.analyses.sobol import sobol, sobol_pairs, variance_parts

    design = sampled(result)
    assert isinstance(design, Saltelli), "the analysis fits no other design"
    outcomes = list(result.study.outcomes)
    tables = {
        "sobol": _by_policy(result, lambda runs, sample, index: sobol(runs, sample, outcomes, index)),
        "variance_parts": _by_policy(result, lambda runs, sample, index: variance_parts(runs, sample, outcomes, index)),
    }
    if design.second_order:
        tables["sobol_pairs"] = _by_policy(
            result, lambda runs, sample, index: sobol_pairs(runs, sample, outcomes, index)
        )
    return tables


def _coefficients(result: StudyResult) -> Tables:
    from experiments.analyses.main_effects import standardised_coefficients

    outcomes = list(result.study.outcomes)
    return {
        "coefficients": _by_policy(
            result, lambda runs, sample, index: standardised_coefficients(runs, sample, outcomes, index)
        )
    }


def _discovery(result: StudyResult) -> Tables:
    from experiments.analyses.prim import discover, failing_futures

    asked = result.study.discovery
    numbers = [one.name for one in result.plan.numbers]
    against = None if asked.design == "nothing" else "nothing"
    futures = failing_futures(result.unique_runs, numbers, asked.outcome, asked.design, against, asked.at_most)
    found = discover(futures[numbers], futures["fails"])
    return {
        "futures": futures.reset_index(),
        "discovery_boxes": found.boxes,
        "discovery_limits": found.limits,
        "discovery_trajectory": found.trajectory,
    }


def _portfolio(result: StudyResult) -> Tables:
    from experiments.analyses.pareto import measured, pareto_front, robustness

    goals = result.study.portfolio
    assert goals is not None, "the analysis fits no other study"
    communities = result.communities if len(result.communities) else None
    table = measured(result.unique_runs, result.levers, goals.names, communities)
    if table.empty:
        raise IncompleteError("no run of the search has succeeded so far")
    tables = {"portfolio": pareto_front(table, result.levers, goals)}
    if result.plan.futures > 1:
        tables["robustness"] = robustness(table, result.levers, goals)
    return tables


ANALYSES: Mapping[str, Analysis] = {
    "effects": Analysis(_no_policies, _effects),
    "groups": Analysis(_no_table("groups"), _by("groups", "dimension", "group")),
    "communities": Analysis(_no_table("communities"), _by("communities", "community")),
    "types": Analysis(_no_table("communities"), _types),
    "shapley": Analysis(_not_every_set, _shapley),
    "interactions": Analysis(_not_every_set, _interactions),
    "main_effects": Analysis(_no_levels, _main_effects),
    "dose_response": Analysis(_no_doses, _dose_response),
    "morris": Analysis(_no_kind("morris"), _morris),
    "sobol": Analysis(_no_kind("saltelli"), _sobol),
    "coefficients": Analysis(_no_sample, _coefficients),
    "discovery": Analysis(_too_few_futures, _discovery),
    "portfolio": Analysis(_no_portfolio, _portfolio),
}
