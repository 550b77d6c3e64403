"""Exports as a city would have them, made by the model itself: the truth behind them is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.data.measured import measured
from sim.agents.residents import AGE_BANDS
from sim.chance import decision, draw
from sim.model import Community
from sim.needs_life import ON_PAPER, SET_ASIDE, key_of
from sim.processes.calendar import QUARTER, polished_share
from sim.result import YEAR, Result, run
from sim.scenario import Scenario
from sim.table import plain
from sim.why import text as why_text

START = dt.date(2025, 1, 6)  # a Monday, so that the model's weeks are weeks of the calendar
TRUTH: Mapping[str, float] = {
    "routing.error": 0.2,
    "routing.capacity_ratio": 3.0,
    "participation.occasion": 0.06,
    "satisfaction.level": 0.1,
    "satisfaction.start_trust": 0.65,
}
"""Parameters of the examples that differ from the model's own values."""
SEED, RESPONDENTS, NONRESPONSE = 20250106, 1000, 0.35
CHANNELS = {
    "hotline": "12345热线",
    "online": "微信小程序",
    "visit": "社区来访",
    "patrol": "网格巡查",
    "neighbour": "楼栋长上报",
    "meeting": "居民议事会",
    "list": "入户走访",
}
_STEPS = ("非常不满意", "不满意", "一般", "满意", "非常满意")
_BLANK = 0.03  # share of questions left blank; assumed
_REFUSAL = (1.3, 1.0, 0.7)  # of the young, the middle-aged and the old, relative to the mean; assumed
_AGES = ("18-34岁", "35-59岁", "60岁及以上")
_SAMPLED = decision("data.sampled")
_TOLD = (
    *("satisfied_reported", "fulfilment_reported", "fulfilment_known", "days_to_resolve_median", "days_to_resolve_p90"),
    *("bounces", "handovers", "known", "satisfied_surveyed", "participation", "participation_year"),
    *("trust", "efficacy", "belonging"),
)


def scenario() -> Scenario:
    """Two communities of 1,500 residents and a year, with the parameters of :data:`TRUTH`."""
    places = [
        {"type": "old_neighbourhood", "name": "和平里", "residents": 1500},
        {"type": "commodity_housing", "name": "阳光苑", "residents": 1500},
    ]
    return Scenario.from_dict({"communities": places, "weeks": YEAR, "parameters": dict(TRUTH)})


def make_tickets(scenario: Scenario | Result, seed: int | None = None, start_date: dt.date = START) -> pd.DataFrame:
    """Export of a year's tickets, with Chinese headings: what was taken in or closed in a run's last 52 weeks.

    What is recorded as closed on paper has its closing on the last day of the term; the day on which it was solved is
    another column, as after an inspection. The days of one need fall on one weekday, so that weeks between them are the
    model's. Nothing in it is about persons.

    Parameters
    ----------
    scenario : Scenario or Result
        To be run, or a run that kept its needs (``run(…, needs=True)``) over at least 52 weeks.
    seed : int, optional
        Seed of the run.
    start_date : date
        First day of the 52 weeks.

    Returns
    -------
    DataFrame
        Strings, in the order of the day.
    """
    result = scenario if isinstance(scenario, Result) else run(scenario, seed=seed, needs=True)
    model, last = result.model, result.model.week
    frame = result.needs[(result.needs["known"] >= 0) & (result.needs[["known", "closed"]].max(axis=1) > last - YEAR)]
    numbers = model.numbers.service
    rows, code_of = [], {name: code for code, name in enumerate(result.scenario.community_names)}
    for position, need in zip(frame.index, frame.itertuples(index=False), strict=True):
        c, key = code_of[need.community], key_of(model.needs, position)
        term = int(numbers.term[c])
        on_paper = draw(model.seed, ON_PAPER, need.raised, key) < numbers.closed_on_paper[c]
        solved = need.closed if need.state == "resolved" else -1
        in_time = 0 <= need.closed - need.known <= term
        due = not need.simple and (in_time or last - need.known > term)
        recorded = (in_time and solved >= 0) or on_paper
        closed = need.closed
        if due and recorded and not in_time:
            closed = need.known + term
        satisfied = need.rating >= numbers.satisfied_from[c]
        counts = satisfied or not draw(model.seed, SET_ASIDE, need.closed, key) < numbers.set_aside[c]
        day = start_date + dt.timedelta(days=need.id % 7)

        def date(week: int, day: dt.date = day) -> str:
            return f"{day + dt.timedelta(weeks=int(week) - (last - YEAR) - 1):%Y-%m-%d}" if week >= 0 else ""

        rows.append(
            {
                "工单编号": f"{need.id:06d}",
                "社区": need.community,
                "诉求来源": CHANNELS[need.channel],
                "工单类型": "咨询" if need.simple else "求助",
                "诉求类别": why_text("zh_hans", f"category.{need.category}"),
                "事发时间": date(need.raised),
                "受理时间": date(need.known),
                "办结时间": date(closed),
                "解决时间": date(solved),
                "是否按期办结": "" if not due else "是" if recorded else "否",
                "退回次数": str(need.bounces),
                "移交次数": str(_handed_over(need, numbers.owners[c])),
                "满意度": _words_of_rating(need.rating, satisfied),
                "评价有效": "" if need.rating < 0.0 else "是" if counts else "否",
            }
        )
    return pd.DataFrame(rows).sort_values(["受理时间", "工单编号"], ignore_index=True)


def _handed_over(need: object, owners: float) -> int:
    """Ways from one department to the next: of a matter of several, those that have done their part."""
    left = need.owners_left  # type: ignore[attr-defined]
    return max(0, max(1, int(owners + 0.5)) - 1 - left) if need.several and need.routed >= 0 else 0  # type: ignore[attr-defined]


def _words_of_rating(rating: float, satisfied: bool) -> str:
    if rating < 0.0:
        return ""
    if satisfied:
        return "满意" if rating < 0.7 else "非常满意"
    return "不满意" if rating >= 0.15 else "非常不满意"


def make_survey(
    scenario: Scenario, seed: int | None = None, n: int = RESPONDENTS, nonresponse: float = NONRESPONSE
) -> pd.DataFrame:
    """Survey of residents in the last year of a run, with Chinese headings: one row a respondent.

    Asked are ``n`` adults in all, a quarter of them in the middle of each quarter, since the model's outcomes are means
    over the year. The younger refuse more often, and some questions are left blank. Weights bring ages within
    communities back to what they are. Answers on satisfaction are polished as in the model's own surveys.

    Parameters
    ----------
    scenario : Scenario
        Of at least 52 weeks.
    seed : int, optional
        Seed of the run, and of who is asked and who refuses.
    n : int
        Adults who are asked.
    nonresponse : float
        Share (0..1) of them who refuse altogether.

    Returns
    -------
    DataFrame
        Strings.
    """
    model = Community(scenario, seed)
    random = np.random.default_rng([model.keyed_seed, _SAMPLED])
    waves = [scenario.weeks - YEAR + QUARTER * quarter + 7 for quarter in range(4)]
    answers = []
    while model.run_week < scenario.weeks:
        model.step()
        if model.run_week in waves:
            answers.append(_wave(model, random, n // 4, nonresponse))
    table = pd.concat(answers, ignore_index=True)
    questions = [name for name in table.columns if name not in ("社区", "年龄段", "住房性质", "权重")]
    table[questions] = table[questions].mask(random.random((len(table), len(questions))) < _BLANK, "")
    return table


def _wave(model: Community, random: np.random.Generator, n: int, nonresponse: float) -> pd.DataFrame:
    """Answers of those of ``n`` adults who do not refuse."""
    people = plain(model.residents)
    adults = np.flatnonzero(people["age"] >= AGE_BANDS[1])
    asked = np.sort(random.choice(adults, size=min(n, len(adults)), replace=False))
    band = np.searchsorted(AGE_BANDS[2:], people["age"], side="right")
    refuses = nonresponse * np.array(_REFUSAL)[band[asked]]
    chosen = asked[random.random(len(asked)) >= refuses]
    cell = people["community"] * len(_AGES) + band
    size = int(cell.max()) + 1
    weight = np.bincount(cell[adults], minlength=size) / np.maximum(1, np.bincount(cell[chosen], minlength=size))
    took_part = people["took_part"][chosen]
    return pd.DataFrame(
        {
            "社区": np.array(model.scenario.community_names)[people["community"][chosen]],
            "年龄段": np.array(_AGES)[band[chosen]],
            "住房性质": np.where(people["owner"][chosen], "自有", "租住"),
            "满意度": np.array(_STEPS)[_satisfaction_steps(model, chosen, random)],
            "近三个月是否参与": np.where(took_part > model.week - QUARTER, "是", "否"),
            "近一年是否参与": np.where(took_part > model.week - YEAR, "是", "否"),
            **{
                heading: np.minimum(5, (5.0 * people[name][chosen]).astype(int) + 1).astype(str)
                for heading, name in (("信任", "trust"), ("效能感", "efficacy"), ("归属感", "belonging"))
            },
            "权重": [f"{one:.4f}" for one in weight[cell[chosen]] * len(chosen) / len(adults)],
        }
    )


def _satisfaction_steps(model: Community, chosen: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Answers from 0 to 4, of which 3 and 4 are those of who is satisfied, or says so."""
    people, calendar = plain(model.residents), model.numbers.calendar
    c, satisfaction = people["community"][chosen], people["satisfaction"][chosen]
    threshold = model.numbers.satisfaction.threshold[c]
    above, below = (satisfaction - threshold) / (1.0 - threshold), satisfaction / threshold
    steps = np.where(above >= 0.0, 3 + (above >= 0.5), np.minimum(2, (3.0 * below).astype(int)))
    polished = [polished_share(calendar.gaming[one], calendar.assess_service[one]) for one in c]
    return np.where((random.random(len(chosen)) < polished) & (steps < 3), 3, steps)


def write_examples(folder: Path) -> None:
    """Write the examples that come with the package: tickets, survey, and the truth behind them."""
    result = run(scenario(), seed=SEED, needs=True)
    make_tickets(result).to_csv(folder / "tickets.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
    make_survey(scenario(), SEED).to_csv(folder / "survey.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
    (folder / "truth.toml").write_text(_truth(result), encoding="utf-8", newline="\n")


def _truth(result: Result) -> str:
    """What the examples were made from, and what the model itself measured; ``place`` is the whole."""
    lines = ["# What tickets.csv and survey.csv were made from, and the outcomes of that run over its last year.", ""]
    lines += [f"seed = {result.seed}", "", "[parameters]"]
    lines += [f'"{name}" = {value!r}' for name, value in TRUTH.items()]
    for community, row in measured(result)[list(_TOLD)].iterrows():
        lines += ["", f'[outcomes."{community or "place"}"]', *(f"{name} = {value:.6g}" for name, value in row.items())]
    return "\n".join([*lines, ""])
