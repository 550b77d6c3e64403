"""``rongzhi study check``: whether a study file is right, and what was understood of it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from experiments.text import text
from experiments.verbs.study.common import COMPLETE, study_options

if TYPE_CHECKING:
    from experiments.designs.design import Factor
    from experiments.page import Table
    from experiments.plan import Plan


def options(verb: Any, language: str) -> None:
    """Add the options of the action."""
    study_options(verb, language)


def carry_out(asked: argparse.Namespace, language: str) -> int:
    """Print what a study varies and how; a wrong file has been told by then."""
    from experiments.page import to_terminal
    from experiments.plan import Plan
    from experiments.verbs.study.common import study_asked
    from experiments.verbs.study.run import announced

    plan = Plan(study_asked(asked))
    print(announced(plan, language))
    print("\n" + to_terminal([_factors(plan, language)]))
    fraction = _fraction(plan, language)
    if fraction:
        print("\n" + fraction)
    return COMPLETE


def _fraction(plan: Plan, language: str) -> str:
    """What a fraction of the factorial cannot tell apart; empty for other designs."""
    from experiments.designs.confounding import aliases, resolution_of
    from experiments.designs.fractional_factorial import FractionalFactorial

    design = plan.study.design.levers
    if not isinstance(design, FractionalFactorial):
        return ""
    generators, names = design.generators_for(plan.levers), [one.name for one in plan.levers]
    groups = [" = ".join(" × ".join(effect) for effect in group) for group in aliases(generators, names)]
    return text(
        language,
        "study.resolution",
        resolution=_ROMAN.get(resolution_of(generators, names) or 0, "–"),
        generators=", ".join(f"{name} = {' × '.join(product)}" for name, product in generators.items()),
        aliases="; ".join(groups) or text(language, "study.no_aliases"),
    )


_ROMAN = {3: "III", 4: "IV", 5: "V", 6: "VI", 7: "VII", 8: "VIII"}


def _factors(plan: Plan, language: str) -> Table:
    from experiments.labels import factor_label
    from experiments.page import Table

    header = [text(language, f"study.factor_{column}") for column in ("name", "role", "base", "low", "high", "levels")]

    def row(one: Factor, role: str) -> list[str]:
        lever = plan.study.levers.get(one.name)
        levels = ", ".join((lever.choice(level) if lever else "") or f"{level:g}" for level in one.levels)
        bounds = (f"{number:g}" for number in (one.base, one.low, one.high))
        return [factor_label(plan.study, one.name, language), text(language, f"study.{role}"), *bounds, levels]

    rows = [*(row(one, "lever") for one in plan.levers), *(row(one, "uncertainty") for one in plan.numbers)]
    return Table(header, rows)
