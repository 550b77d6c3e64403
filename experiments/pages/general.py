"""Page and report of any study: what each policy changes, for whom, at what cost, and what that hangs on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from experiments.page import Block, Bullets, Heading, Paragraph
from experiments.pages.levers import dose_block, together_block
from experiments.pages.method import caution_block, method_block
from experiments.pages.policies import answer_block, cost_block, effects_block, grading_block, who_block
from experiments.pages.portfolio import portfolio_block
from experiments.pages.provenance import provenance_block
from experiments.pages.sensitivity import sensitivity_block
from experiments.pages.spread import spread_block
from experiments.pages.view import View
from experiments.result import StudyResult

Section = tuple[str, Callable[[View], list[Block]]]

# A study has those of them that its design allows.
SECTIONS: Sequence[Section] = (
    ("section.answer", answer_block),
    ("general.section_portfolio", portfolio_block),
    ("general.section_spread", spread_block),
    ("general.section_effects", effects_block),
    ("general.section_doses", dose_block),
    ("section.together", together_block),
    ("report.groups", who_block),
    ("section.cost", cost_block),
    ("general.section_sensitivity", sensitivity_block),
)
OF_NUMBERS = ("morris", "saltelli")
OF_POLICIES = (answer_block, effects_block, who_block, cost_block)


def general_page(result: StudyResult, language: str, figures: Mapping[str, str]) -> list[Block]:
    """Short page of a study.

    Parameters
    ----------
    result : StudyResult
    language : str
    figures : dict of str to str
        File of each figure, by its name in :data:`experiments.plots.GENERAL_FIGURES`; others are left out.
    """
    return _page(View(result, language, figures), [("section.caution", caution_block)])


def general_report(result: StudyResult, language: str, figures: Mapping[str, str]) -> list[Block]:
    """Full report of a study: the page with intervals in its tables, method, provenance and failures.

    Parameters
    ----------
    result, language, figures
        As for :func:`general_page`.
    """
    rest: list[Section] = [
        ("report.method", method_block),
        ("section.caution", caution_block),
        ("report.provenance", lambda view: provenance_block(result, result.manifest, language)),
    ]
    return _page(View(result, language, figures, full=True), rest)


def _page(view: View, rest: Sequence[Section]) -> list[Block]:
    study = view.result.study
    page: list[Block] = [
        Heading(study.title[view.language], level=1),
        Paragraph(study.question[view.language]),
        Paragraph(setting(view)),
    ]
    for name, tell in (*_sections(view), *rest):
        blocks = [one for one in tell(view) if one != Bullets([])]
        if blocks:
            page += [Heading(view.say(name)), *blocks]
            if view.full and tell is answer_block:
                page += grading_block(view.language)
    return page


def _sections(view: View) -> list[Section]:
    """Sections in the order of what the study asks: a screening is about the numbers first."""
    study = view.result.study
    if study.portfolio is not None:  # a search has hundreds of policies: its own section tells of them
        return [(name, tell) for name, tell in SECTIONS if tell not in OF_POLICIES]
    design = study.design.together or study.design.uncertainties
    if design is not None and design.kind in OF_NUMBERS:
        return sorted(SECTIONS, key=lambda section: section[1] not in (answer_block, spread_block, sensitivity_block))
    return list(SECTIONS)


def setting(view: View) -> str:
    """Where, how long, how many policies, futures, seeds and runs."""
    result = view.result
    place, plan = result.plan.place, result.plan
    if result.study.design.together is not None:
        what = view.say("general.of_points", points=f"{len(plan.points):,}")
    elif plan.futures == 1:
        what = view.say("general.of_policies", policies=f"{plan.policies:,}")
    elif plan.policies == 1:
        what = view.say("general.of_futures", futures=f"{plan.futures:,}")
    else:
        what = view.say("general.of_both", policies=f"{plan.policies:,}", futures=f"{plan.futures:,}")
    return view.say(
        "general.setting",
        residents=f"{place.residents:,}",
        communities=_counted(view, "communities", len(place.communities)),
        weeks=place.weeks,
        warmup=place.warmup,
        what=what,
        seeds=_counted(view, "seeds", result.asked),
        runs=f"{result.runs['run_id'].nunique():,}",
    )


def _counted(view: View, what: str, number: int) -> str:
    return view.say(f"general.{what}_{'one' if number == 1 else 'many'}", number=number)
