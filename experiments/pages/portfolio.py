"""What a search for the best sets of doses found: the compromise, what it gives up, and the front."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from experiments import formats
from experiments.analyses.pareto import SURE, Goals, outcome_of
from experiments.labels import bare_lever_label
from experiments.page import Block, Bullets, Heading, Table
from experiments.pages.answered import tables_of
from experiments.pages.sensitivity import per_cent
from experiments.pages.view import View
from experiments.plots.portfolio import budget_in_words, goal_label

MOST_ROWS, FEW_ROWS = 20, 8


def portfolio_block(view: View) -> list[Block]:
    """Recommended doses with their cost, how surely they keep to the budget, and the other points of the front."""
    goals, front = view.result.study.portfolio, tables_of(view.result, "portfolio").get("portfolio")
    if goals is None or front is None:
        return []
    told = [_search(view, front, goals)]
    chosen = front[front["knee"]]
    if len(chosen):
        told += _recommended(view, front, {str(k): v for k, v in chosen.iloc[0].items()}, goals)
    else:
        on_front = bool(front["front"].any())
        told.append(view.say("general.none_sure" if on_front else "general.none_within", sure=per_cent(SURE)))
    return [Bullets(told), *view.pictures("portfolio"), *_front(view, front, goals)]


def _search(view: View, front: pd.DataFrame, goals: Goals) -> str:
    aims = [goal_label(name, goals, view.language) for name in goals.objectives]
    ways = [view.say(f"general.{way}", goal=aim) for aim, way in zip(aims, goals.objectives.values(), strict=True)]
    return view.say(
        "general.search",
        aims=view.listed(ways),
        budget=budget_in_words(goals, view.language),
        robust=view.say(f"portfolio.{goals.robust}"),
        points=len(front),
        within=int(front["within"].sum()),
        front=int(front["front"].sum()),
    )


def _recommended(view: View, front: pd.DataFrame, knee: dict[str, Any], goals: Goals) -> list[str]:
    values = [_value(view, knee, name, goals) for name in goals.names]
    told = [
        view.say("general.recommended", doses=doses(view, knee) or view.say("design.nothing")),
        view.say("general.brings", values=view.listed(values)),
    ]
    if goals.budget and not math.isnan(knee["p_within"]):
        told.append(view.say("general.keeps_budget", probability=per_cent(knee["p_within"])))
    given = [one for name in goals.objectives if (one := _given_up(view, front, knee, name, goals))]
    told.append(view.say("general.gives_up", best=view.listed(given)) if given else view.say("general.gives_nothing"))
    if not math.isnan(knee["p_front"]):
        told.append(view.say("general.on_front", probability=per_cent(knee["p_front"])))
    return told


def doses(view: View, row: dict[str, Any]) -> str:
    """Levers that are off their base, with their values."""
    study = view.result.study
    return view.listed(
        [
            lever.choice(row[id]) or f"{bare_lever_label(study, id, view.language)} {row[id]:g}"
            for id, lever in study.levers.items()
            if row[id] != lever.baseline
        ]
    )


def _value(view: View, row: dict[str, Any], name: str, goals: Goals) -> str:
    """A goal of a point with its unit and interval."""
    outcome = outcome_of(name)
    unit = "" if outcome.unit == formats.SHARE else f" {formats.unit(outcome, view.language)}"
    words = f"{goal_label(name, goals, view.language)} {formats.level(outcome, row[name], view.language)}{unit}"
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    if not math.isnan(low):
        ends = {"low": formats.bare_level(outcome, low), "high": formats.bare_level(outcome, high)}
        words = view.say("format.change_interval", change=words, interval=view.say("format.interval", **ends))
    return words


def _given_up(view: View, front: pd.DataFrame, knee: dict[str, Any], name: str, goals: Goals) -> str:
    """The point of the front that is best for one objective, where it is better than the compromise."""
    less_is_better = goals.robust == "regret" or goals.objectives[name] == "min"
    among = front[front["front"]]
    best = among.loc[among[name].idxmin() if less_is_better else among[name].idxmax()]
    outcome = outcome_of(name)
    if formats.is_small(outcome, best[name] - knee[name]):
        return ""
    return view.say(
        "general.best_of_front",
        goal=goal_label(name, goals, view.language),
        best=formats.bare_level(outcome, best[name]),
        own=formats.bare_level(outcome, knee[name]),
        unit=formats.unit(outcome, view.language),
    )


def _front(view: View, front: pd.DataFrame, goals: Goals) -> list[Block]:
    """Table of the front, thinned where it is long; the compromise is marked."""
    first = next(iter(goals.objectives))
    points = front[front["front"]].sort_values(first, ignore_index=True)
    if points.empty:
        return []
    most = MOST_ROWS if view.full else FEW_ROWS
    step = max(1, -(-len(points) // most))
    shown = points[(points.index % step == 0) | points["knee"]]
    rows = []
    for row in shown.to_dict("records"):
        told = {str(key): value for key, value in row.items()}
        label = doses(view, told) or view.say("design.nothing")
        mark = view.say("general.mark", label=label) if row["knee"] else label
        levels = [formats.bare_level(outcome_of(name), row[name]) for name in goals.names]
        rows.append([mark, *levels, "–" if math.isnan(row["p_within"]) else per_cent(row["p_within"])])
    labels = {name: goal_label(name, goals, view.language) for name in goals.names}
    with_units = [
        view.say("format.with_unit", label=label, unit=formats.unit(outcome_of(name), view.language))
        for name, label in labels.items()
    ]
    note = view.say("general.front_note", shown=len(shown), all=len(points))
    if not view.full:
        note += view.say("general.units", units=view.listed(with_units))
    columns = with_units if view.full else list(labels.values())
    table = Table([view.say("general.front_doses"), *columns, view.say("general.p_within")], rows, note)
    return [Heading(view.say("general.front"), level=3), table, *_robust(view, goals)]


def _robust(view: View, goals: Goals) -> list[Block]:
    """In how many futures the compromise keeps to the budget, and its worst future."""
    tables = tables_of(view.result, "portfolio")
    table, front = tables.get("robustness"), tables["portfolio"]
    chosen = front[front["knee"]]
    if table is None or chosen.empty:
        return []
    row = chosen[view.result.levers].merge(table, on=view.result.levers).iloc[0]
    worst = [
        f"{outcome.label[view.language]} {formats.level(outcome, row[f'{name}_worst'], view.language)}"
        for name in goals.objectives
        for outcome in [outcome_of(name)]
    ]
    words = view.say("general.robust", within=per_cent(row["within"]), worst=view.listed(worst))
    return [Bullets([words])]
