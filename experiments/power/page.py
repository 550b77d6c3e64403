"""What a planner is told: how large a pilot to make, and the page to register before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.formats import change_in_words, interval
from experiments.labels import mechanism_label
from experiments.page import Block, Bullets, Heading, Paragraph, Table, to_markdown
from experiments.power.inference import JACKKNIFE
from experiments.power.roll_out import STAGED
from experiments.power.worlds import random_of
from experiments.text import text
from sim.design import Design
from sim.errors import InputError
from sim.outcomes import OUTCOMES

if TYPE_CHECKING:
    from experiments.power.pilot import PilotPower

YEAR, MONTHS = 52, 12


class PilotPlan(str):
    """A page in Markdown, which a notebook shows as a page."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)


def months(weeks: int) -> int:
    """Weeks as months, to the nearest."""
    return round(weeks * MONTHS / YEAR)


def design_words(design: Design, language: str) -> str:
    """Name of a design, or of its mechanisms where it has none of its own."""
    if design.name != " + ".join(design.mechanisms):
        return design.name
    return " + ".join(mechanism_label(name, language) for name in design.mechanisms)


def outcome_words(found: PilotPower, language: str) -> str:
    """Label of the outcome, as it stands within a sentence."""
    words = OUTCOMES[found.pilot.outcome].label[language]
    return words[0].lower() + words[1:]


def recommendation(found: PilotPower, language: str) -> str:
    """Sentences on the smallest pilot that is enough, on the next smaller one, and on errors of either kind."""
    table, pilot = found.table, found.pilot
    best = found.best
    told = {
        "design": design_words(found.design, language),
        "outcome": outcome_words(found, language),
        "wave_weeks": pilot.wave_weeks,
        "power": _hundred(pilot.power),
    }
    chosen = table.loc[table["power"].idxmax()] if best is None else best
    mde = change_in_words(OUTCOMES[pilot.outcome], float(chosen["mde"]), language).lstrip("+")
    said = [text(language, "power.none" if best is None else "power.see", **told, **_numbers(chosen), mde=mde)]
    if best is not None:
        if best["power_low"] < pilot.power:
            said.append(text(language, "power.borderline"))
        fewer = table[table["communities"] < best["communities"]]
        if len(fewer):
            next_one = fewer[fewer["communities"] == fewer["communities"].max()]
            largest = next_one.sort_values(["weeks", "survey_size"]).iloc[-1]
            said.append(text(language, "power.not_enough", **_numbers(largest)))
    said += [_hopeless(found, language), _truth(found, chosen, language)]
    null = {name.removeprefix("size_"): _hundred(chosen[name]) for name in ("size_low", "size_high")}
    said.append(text(language, "power.size", found=_hundred(chosen["size"]), **null, alpha=f"{100 * pilot.alpha:g}"))
    said.append(text(language, "power.limits"))
    return (" " if language == "en" else "").join(one for one in said if one)


def _hopeless(found: PilotPower, language: str) -> str:
    """Which numbers of communities can never be clear, by the number of orders."""
    if found.pilot.method == JACKKNIFE:
        return ""
    few = {
        count: min(
            len(found.pilot.rolled_out(count, waves).orders)
            for waves in found.table.loc[found.table["communities"] == count, "waves"]
        )
        for count in found.table["communities"].unique()
    }
    hopeless = [count for count, orders in few.items() if orders * found.pilot.alpha < 1.0]
    if not hopeless:
        return ""
    return text(language, "power.few_orders", communities=max(hopeless), orders=few[max(hopeless)])


def _truth(found: PilotPower, row: Any, language: str) -> str:
    outcome = OUTCOMES[found.pilot.outcome]
    said = text(language, "power.truth", effect=change_in_words(outcome, float(row["true_effect"]), language))
    if row["bias_low"] > 0.0 or row["bias_high"] < 0.0:
        bias = change_in_words(outcome, float(row["bias"]), language)
        span = interval(outcome, float(row["bias_low"]), float(row["bias_high"]), language)
        biased = text(language, "power.biased", bias=bias, interval=span)
        said += (" " if language == "en" else "") + biased
    return said


def _numbers(row: Any) -> dict[str, Any]:
    return {
        "communities": int(row["communities"]),
        "survey": int(row["survey_size"]),
        "months": months(int(row["weeks"])),
        "found": _hundred(row["power"]),
        "low": _hundred(row["power_low"]),
        "high": _hundred(row["power_high"]),
    }


def _hundred(share: float) -> str:
    return f"{100 * share:.1f}" if share < 0.1 else f"{100 * share:.0f}"


def plan(found: PilotPower, language: str, names: Sequence[str]) -> PilotPlan:
    """See :meth:`experiments.power.PilotPower.plan`."""
    pilot, table = found.pilot, found.table
    chosen = found.best
    if chosen is None:
        chosen = table.loc[table["power"].idxmax()]
    count = len(names) or int(chosen["communities"])
    if len(set(names)) < len(names):
        raise InputError(f"communities: two have the same name: {', '.join(sorted(names))}")
    names = names or [text(language, "power.plan_number", number=number) for number in range(1, count + 1)]
    roll_out = pilot.rolled_out(count, int(chosen["waves"]))
    places = random_of(pilot.seed, count).permutation(count)
    starts = {name: roll_out.pattern[place] for name, place in zip(names, places, strict=True)}
    comma = ", " if language == "en" else "、"
    waves = comma.join(str(wave * pilot.wave_weeks) for wave in range(1, roll_out.waves + 1))
    kind = text(
        language, f"power.plan_{pilot.roll_out}", **({"steps": pilot.steps} if pilot.roll_out == STAGED else {})
    )
    alpha = f"{100 * pilot.alpha:g}"
    numbers = _numbers(chosen) | {"communities": count, "roll_out": kind}
    freedom = {"freedom": count - 1} if pilot.method == JACKKNIFE else {}
    blocks: list[Block] = [
        Heading(text(language, "power.plan"), level=1),
        Paragraph(
            text(
                language,
                "power.plan_setting",
                design=design_words(found.design, language),
                **{name: numbers[name] for name in ("months", "communities", "roll_out")},
            )
        ),
        Heading(text(language, "power.plan_order")),
        Table(
            [text(language, "power.plan_community"), text(language, "power.plan_week")],
            [
                [name, str(start * pilot.wave_weeks + 1) if start else text(language, "power.plan_never")]
                for name, start in sorted(starts.items(), key=lambda one: (one[1] == 0, one[1], names.index(one[0])))
            ],
        ),
        Paragraph(text(language, "power.plan_lot", seed=pilot.seed)),
        Heading(text(language, "power.plan_survey")),
        Bullets(
            [
                text(language, "power.plan_ask", survey=numbers["survey"], weeks=waves),
                text(language, f"power.plan_question.{pilot.outcome}"),
                text(language, "power.plan_invite"),
            ]
        ),
        Heading(text(language, "power.plan_analysis")),
        Paragraph(text(language, f"power.plan_by.{pilot.method}", alpha=alpha, **freedom)),
    ]
    same = table[(table["communities"] == count) & (table["weeks"] == chosen["weeks"])]
    same = same[same["survey_size"] == chosen["survey_size"]]
    if len(same):
        mde = change_in_words(OUTCOMES[pilot.outcome], float(same["mde"].iloc[0]), language).lstrip("+")
        blocks.append(Paragraph(text(language, "power.plan_found", found=_hundred(same["power"].iloc[0]), mde=mde)))
    return PilotPlan(to_markdown(blocks))


def to_html(found: PilotPower, language: str) -> str:
    """Recommendation, and power by size of pilot."""
    from html import escape

    table = found.table
    wide = table.pivot_table(index=["communities", "survey_size"], columns="weeks", values="power")
    wide.columns = [text(language, "power.months", number=months(int(weeks))) for weeks in wide.columns]
    wide.index.names = [text(language, f"power.table_{name}") for name in ("communities", "survey")]
    shown = wide.to_html(float_format=lambda share: f"{100 * share:.0f} %" if np.isfinite(share) else "–")
    caption = f"<caption>{escape(text(language, 'power.table_power'))}</caption>"
    return f"<p>{escape(recommendation(found, language))}</p>\n{shown.replace('<thead>', caption + '<thead>', 1)}"
