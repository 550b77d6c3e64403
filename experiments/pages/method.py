"""How a study was made: designs, replications, intervals; what to be careful about; and where it comes from."""

from __future__ import annotations

from importlib.util import find_spec

from experiments.designs.design import Design
from experiments.page import Block, Bullets
from experiments.pages.answered import refusals
from experiments.pages.view import View
from experiments.precision import ANY, NOTHING, UNDECIDED, Precision
from experiments.study.spec import lever_design
from sim import catalogue
from sim.mechanisms import mechanisms

FEW = 5  # replications below which a t-interval is mostly the uncertainty about its own width


def method_block(view: View) -> list[Block]:
    """Model, designs, luck and intervals."""
    told = [view.say(f"report.{id}") for id in ("method_model", "method_odd")]
    told.insert(1, view.say("general.method_levers"))
    told += [_design(view, what, design) for what, design in _designs(view).items()]
    told += [_replications(view), view.say("general.method_luck"), _intervals(view), view.say("report.not_claimed")]
    return [Bullets(told)]


def _designs(view: View) -> dict[str, Design]:
    study = view.result.study
    designs = {
        "together": study.design.together,
        "levers": None if study.portfolio is not None else lever_design(study),
        "uncertainties": None if study.design.together is not None else study.design.uncertainties,
    }
    return {what: design for what, design in designs.items() if design is not None}


def _design(view: View, what: str, design: Design) -> str:
    """Which design lies over what, with the paper that it is from."""
    factors = len(view.result.plan.factors) if what == "together" else len(view.result.levers)
    factors = len(view.result.plan.numbers) if what == "uncertainties" else factors
    points = {
        "together": len(view.result.plan.points),
        "levers": view.result.plan.policies,
        "uncertainties": view.result.plan.futures,
    }[what]
    return view.say(
        f"general.design_{what}", design=view.say(f"design_kind.{design.kind}"), factors=factors, points=points
    )


def _replications(view: View) -> str:
    """Fixed, or made until a precision was reached; and how a search was made."""
    result, asked = view.result, view.result.study.replications
    words = ""
    if result.study.portfolio is not None:
        search = result.study.portfolio
        words = view.say("general.method_search", population=search.population, generations=search.generations)
    if not isinstance(asked, Precision):
        return words + view.say("general.fixed", replications=asked)
    reason = asked.decide(result.runs, result.asked).reason if _has_contrast(view, asked) else UNDECIDED
    return words + view.say("general.precision", replications=result.asked) + view.say(f"general.stopped_{reason}")


def _has_contrast(view: View, asked: Precision) -> bool:
    """Whether there are runs of the designs that the precision is about."""
    done = set(view.result.runs["design"])
    return done > {NOTHING} if asked.contrast == ANY else set(asked.contrast) <= done


def _intervals(view: View) -> str:
    if view.result.plan.futures > 1:
        return view.say("general.intervals_futures")
    return view.say("general.intervals")


def caution_block(view: View) -> list[Block]:
    """Failures, analyses that had to be left out, few replications, many comparisons, assumed numbers."""
    result = view.result
    told = []
    if len(result.failures):
        told.append(view.say("general.failures", failed=len(result.failures), runs=len(result.runs)))
    for name, why in refusals(result).items():
        lacking = name == "discovery" and find_spec("ema_workbench") is None
        told.append(view.say("general.no_workbench" if lacking else "general.refused", analysis=name, why=why))
    if result.asked < FEW:
        told.append(
            view.say("general.one_replication" if result.asked == 1 else "general.few", replications=result.asked)
        )
    if view.compared is not None and len(view.compared.policies) > 1:
        told.append(view.say("general.many_policies", policies=len(view.compared.policies)))
    if not result.plan.numbers:
        told.append(view.say("general.not_varied"))
    return [Bullets([*told, _assumed(view), view.say("general.doses"), view.say("summary.model_only")])]


def _assumed(view: View) -> str:
    used = view.result.study.mechanisms_used()
    numbers = [*catalogue.entries(), *(one for name in used for one in mechanisms()[name].entries().values())]
    return view.say("summary.assumed", assumed=sum(one.assumed for one in numbers), numbers=len(numbers))
