"""A study's answer in sentences, built from its tables: what is not clear in the data is not said to be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from experiments import formats
from experiments.analyses.interactions import PAIR, WHOLE
from experiments.analyses.intervals import is_clear
from experiments.labels import community_label, design_label, dimension_label, group_label, lever_label
from experiments.page import Block, Bullets, Heading, Paragraph, Picture, Table
from experiments.pages.cells import change_header, estimate, with_unit
from experiments.result import StudyResult
from experiments.screening import assumption_sentences
from experiments.study import AIMS
from experiments.text import text
from sim import catalogue
from sim.mechanisms import mechanisms
from sim.outcomes import OUTCOMES

COSTS = ("yuan", "staff_hours")
GROUP_AIMS = ("participation_year", "satisfaction")
SHOWN_PAIRS = 3


def study_page(result: StudyResult, language: str, figures: Sequence[str] = ()) -> list[Block]:
    """The page of a study.

    Parameters
    ----------
    result : StudyResult
    language : str
    figures : sequence of str
        Names of the figures that stand beside it in ``figures/``.
    """
    study = result.study
    sections: list[tuple[str, list[Block]]] = [
        ("answer", [Bullets(_answers(result, language))]),
        ("levels", [levels_table(result, language)]),
        ("shares", [shares_table(result, language)]),
        ("together", [Bullets(togethers(result, language))]),
        ("groups", [Bullets(gainers(result, language))]),
        ("cost", [Bullets(_costs(result, language))]),
        ("assumptions", [Bullets(assumption_sentences(study, language))]),
        ("caution", [Bullets(cautions(result, language))]),
    ]
    pictures = {"levels": ("overview",), "shares": ("shapley",), "together": ("synergy",), "groups": ("groups",)}
    page: list[Block] = [
        Heading(study.title[language], level=1),
        Paragraph(study.question[language]),
        Paragraph(setting(result, language)),
    ]
    for name, blocks in sections:
        page += [Heading(text(language, f"section.{name}")), *blocks]
        page += [_picture(figure, language) for figure in pictures.get(name, ()) if figure in figures]
    return page


def levels_table(result: StudyResult, language: str) -> Table:
    """Participation, satisfaction, fulfilment and cost for nothing, each path alone, all but one, all."""
    outcomes = measured(result, (*AIMS, *COSTS))
    header = [text(language, "table.design"), *(OUTCOMES[name].label[language] for name in outcomes)]
    rows = [
        [design_label(result.study, mask, language), *(_level(result, mask, name, language) for name in outcomes)]
        for mask in result.study.landmarks
    ]
    return Table(header, rows, text(language, "table.levels_note", units=_units(outcomes, language)))


def shares_table(result: StudyResult, language: str) -> Table:
    """Shapley share of each path with its interval."""
    outcomes = measured(result, AIMS)
    header = [text(language, "table.path"), *(change_header(name, language) for name in outcomes)]
    rows = [[lever_label(result.study, id, language)] for id in result.levers]
    for row, id in zip(rows, result.levers, strict=True):
        row += [estimate(name, share_of(result, id, name), language) for name in outcomes]
    total = [
        text(language, "table.total"),
        *(estimate(name, effect_of_all(result, name), language) for name in outcomes),
    ]
    return Table(header, [*rows, total], text(language, "table.shares_note"))


def setting(result: StudyResult, language: str) -> str:
    """Where, how long, how many designs, seeds and runs."""
    place = result.study.place()
    return text(
        language,
        "summary.setting",
        residents=f"{place.residents:,}",
        communities=len(place.communities),
        weeks=place.weeks,
        warmup=place.warmup,
        designs=result.plan.policies,
        replications=result.asked,
        runs=f"{len(result.runs):,}",
    )


def _answers(result: StudyResult, language: str) -> list[str]:
    sentences = []
    for name in measured(result, AIMS):
        sentences += [whole_sentence(result, name, language), largest_share_sentence(result, name, language)]
    return sentences


def whole_sentence(result: StudyResult, name: str, language: str) -> str:
    """Effect of all paths, and whether it is more or less than the sum of its parts."""
    outcome, effect = OUTCOMES[name], effect_of_all(result, name)
    clear = is_clear(effect["low"], effect["high"])
    first = text(
        language,
        "summary.whole_clear" if clear else "summary.whole_unclear",
        outcome=outcome.label[language],
        before=formats.level(outcome, effect["nothing"], language),
        after=formats.level(outcome, effect["value"], language),
        change=formats.change_in_words(outcome, effect["effect"], language),
        interval=formats.interval(outcome, effect["low"], effect["high"], language),
    )
    return first + _sum_of_parts_sentence(result, name, language)


def _sum_of_parts_sentence(result: StudyResult, name: str, language: str) -> str:
    outcome = OUTCOMES[name]
    whole = _interactions(result, WHOLE, name).iloc[0]
    parts = shares_of(result, name)["first"].sum()
    verdict = _verdict(whole["interaction"] * outcome.better, whole["low"], whole["high"])
    return text(
        language,
        f"summary.parts_{verdict}",
        parts=formats.change_in_words(outcome, parts, language),
        change=formats.change_in_words(outcome, whole["interaction"], language),
        interval=formats.interval(outcome, whole["low"], whole["high"], language),
    )


def _verdict(gain: float, low: float, high: float) -> str:
    if not is_clear(low, high):
        return "equal"
    return "more" if gain > 0 else "less"


def largest_share_sentence(result: StudyResult, name: str, language: str) -> str:
    """Which path brings most, which bring nothing clear, which do harm."""
    outcome = OUTCOMES[name]
    shares = shares_of(result, name)
    gain = shares["share"] * outcome.better
    clear = (shares["low"] > 0) | (shares["high"] < 0)
    label = outcome.label[language]
    if not (clear & (gain > 0)).any():
        words = text(language, "summary.no_share", outcome=label)
    else:
        best = shares.loc[gain.where(clear).idxmax()]
        words = text(
            language,
            "summary.best_share",
            outcome=label,
            path=lever_label(result.study, best["path"], language),
            share=formats.change_in_words(outcome, best["share"], language),
            interval=formats.interval(outcome, best["low"], best["high"], language),
        )
    for id, chosen in (("summary.unclear_shares", ~clear), ("summary.harmful_shares", clear & (gain < 0))):
        if chosen.any():
            words += text(language, id, paths=_path_list(result, shares.loc[chosen, "path"], language))
    return words


def togethers(result: StudyResult, language: str) -> list[str]:
    """Strongest synergies and redundancies, and paths that work only in company."""
    sentences = []
    for name in measured(result, AIMS):
        sentences.append(_pairs_sentence(result, name, language))
        for id, paths in (
            ("summary.only_together", _only_together(result, name)),
            ("summary.superfluous", _superfluous(result, name)),
        ):
            if len(paths):
                label = OUTCOMES[name].label[language]
                sentences.append(text(language, id, outcome=label, paths=_path_list(result, paths, language)))
    pairs = len(_interactions(result, PAIR, AIMS[0]))
    return [*sentences, text(language, "summary.many_pairs", pairs=pairs)] if pairs else sentences


def _pairs_sentence(result: StudyResult, name: str, language: str) -> str:
    outcome = OUTCOMES[name]
    pairs = _interactions(result, PAIR, name)
    pairs = pairs[(pairs["low"] > 0) | (pairs["high"] < 0)]
    pairs = pairs[~pairs["interaction"].map(lambda value: formats.is_small(outcome, value)).astype(bool)]

    pairs = pairs.assign(gain=pairs["interaction"] * outcome.better).sort_values("gain", ascending=False)
    synergies = pairs[pairs["gain"] > 0].head(SHOWN_PAIRS)
    redundancies = pairs[pairs["gain"] < 0].iloc[::-1].head(SHOWN_PAIRS)
    parts = [
        text(language, id, pairs=_pair_list(result, some, name, language))
        for id, some in (("summary.synergies", synergies), ("summary.redundancies", redundancies))
        if len(some)
    ]
    words = "".join(parts) or text(language, "summary.no_pairs")
    return text(language, "summary.of_outcome", outcome=outcome.label[language], words=words)


def _pair_list(result: StudyResult, pairs: pd.DataFrame, name: str, language: str) -> str:
    outcome = OUTCOMES[name]
    return text(language, "format.semicolon").join(
        text(
            language,
            "summary.pair",
            first=lever_label(result.study, pair["first"], language),
            second=lever_label(result.study, pair["second"], language),
            change=formats.change_in_words(outcome, pair["interaction"], language),
            interval=formats.interval(outcome, pair["low"], pair["high"], language),
        )
        for _, pair in pairs.iterrows()
    )


def _only_together(result: StudyResult, name: str) -> pd.Series:
    """Paths without a clear gain alone that add a clear one to all the others."""
    shares = shares_of(result, name)
    return shares.loc[~_gains(shares, "first", name) & _gains(shares, "last", name), "path"]


def _superfluous(result: StudyResult, name: str) -> pd.Series:
    """Paths with a clear gain alone that add none to all the others."""
    shares = shares_of(result, name)
    return shares.loc[_gains(shares, "first", name) & ~_gains(shares, "last", name), "path"]


def _gains(shares: pd.DataFrame, place: str, name: str) -> pd.Series:
    return shares[f"{place}_low"] > 0 if OUTCOMES[name].better > 0 else shares[f"{place}_high"] < 0


def gainers(result: StudyResult, language: str) -> list[str]:
    """Who gains most and least, who loses, and what becomes of the gaps."""
    sentences = []
    for name in measured(result, GROUP_AIMS):
        groups = result.groups
        groups = groups[(groups["mask"] == result.study.all_on) & (groups["outcome"] == name)]
        if len(groups):
            sentences += [_groups_sentence(groups, name, language), _gap_sentence(result, name, language)]
        sentences.append(_communities_sentence(result, name, language))
    return sentences


def _groups_sentence(groups: pd.DataFrame, name: str, language: str) -> str:
    outcome = OUTCOMES[name]
    if not ((groups["low"] > 0) | (groups["high"] < 0)).any():
        return text(language, "summary.no_group", outcome=outcome.label[language])
    ordered = groups.assign(gain=groups["effect"] * outcome.better).sort_values("gain")
    least, most = ordered.iloc[0], ordered.iloc[-1]
    losers = ordered[(ordered["gain"] < 0) & ((ordered["low"] > 0) | (ordered["high"] < 0))]
    words = text(
        language,
        "summary.group_range",
        outcome=outcome.label[language],
        most=_group_name(most, language),
        most_change=estimate(name, most, language),
        least=_group_name(least, language),
        least_change=estimate(name, least, language),
        unit=formats.change_unit_alone(outcome, language),
    )
    if losers.empty:
        return words + text(language, "summary.no_losers")
    names = text(language, "format.comma").join(_group_name(row, language) for _, row in losers.iterrows())
    return words + text(language, "summary.losers", groups=names)


def _group_name(row: Any, language: str) -> str:
    return group_label(row["dimension"], row["group"], language)


def _gap_sentence(result: StudyResult, name: str, language: str) -> str:
    outcome = OUTCOMES[name]
    of_outcome = result.gaps[result.gaps["outcome"] == name]
    gap = of_outcome.loc[of_outcome["nothing"].idxmax()]
    verdict = "same" if not is_clear(gap["low"], gap["high"]) else "wider" if gap["change"] > 0 else "narrower"
    named = formats.change_unit_alone if verdict == "same" else formats.change_unit
    return text(
        language,
        f"summary.gap_{verdict}",
        outcome=outcome.label[language],
        dimension=dimension_label(gap["dimension"], language),
        top=group_label(gap["dimension"], gap["top"], language),
        bottom=group_label(gap["dimension"], gap["bottom"], language),
        before=formats.change(outcome, gap["nothing"]).removeprefix("+"),
        after=formats.change(outcome, gap["value"]).removeprefix("+"),
        unit=named(outcome, language),
        interval=formats.interval(outcome, gap["low"], gap["high"], language),
    )


def _communities_sentence(result: StudyResult, name: str, language: str) -> str:
    outcome, place = OUTCOMES[name], result.study.place()
    rows = result.community_effects
    rows = rows[(rows["mask"] == result.study.all_on) & (rows["outcome"] == name)]
    ordered = rows.iloc[(-rows["effect"] * outcome.better).argsort()]
    shown = ordered if len(ordered) <= 5 else pd.concat([ordered.head(2), ordered.tail(2)])
    return text(
        language,
        "summary.communities",
        outcome=outcome.label[language],
        unit=formats.change_unit_alone(outcome, language),
        communities=text(language, "format.semicolon").join(
            f"{community_label(place, row['community'], language)} {estimate(name, row, language)}"
            for _, row in shown.iterrows()
        ),
    )


def _costs(result: StudyResult, language: str) -> list[str]:
    sentences = [cost_sentence(result, name, language) for name in measured(result, COSTS)]
    return sentences + [_price_sentence(result, name, language) for name in measured(result, AIMS)]


def cost_sentence(result: StudyResult, name: str, language: str) -> str:
    """What all paths cost beside what is spent anyway."""
    outcome, effect = OUTCOMES[name], effect_of_all(result, name)
    return text(
        language,
        "summary.cost",
        outcome=outcome.label[language],
        before=formats.level(outcome, effect["nothing"], language),
        after=formats.level(outcome, effect["value"], language),
        change=estimate(name, effect, language),
        unit=formats.unit(outcome, language),
    )


def _price_sentence(result: StudyResult, name: str, language: str) -> str:
    """Extra yuan for one point, from the cheapest path alone to all together."""
    outcome = OUTCOMES[name]
    prices = sorted(
        (price, design_label(result.study, mask, language))
        for mask in dict.fromkeys([*(1 << bit for bit in range(len(result.levers))), result.study.all_on])
        if (price := price_of(result, mask, name)) is not None
    )
    if not prices:
        return text(language, "summary.no_price", outcome=outcome.label[language])
    listed = text(language, "format.semicolon").join(f"{label} {price:.2f}" for price, label in prices)
    unit = formats.change_unit(outcome, language)
    return text(language, "summary.price", outcome=outcome.label[language], unit=unit, prices=listed)


def price_of(result: StudyResult, mask: int, name: str, cost: str = "yuan") -> float | None:
    """Extra cost for one point of an outcome; None unless the gain is clear and costs more.

    Parameters
    ----------
    result : StudyResult
    mask : int
        The design.
    name : str
        The outcome, a share or a score.
    cost : str
        The outcome that is paid: ``yuan`` or ``staff_hours``.
    """
    outcome = OUTCOMES[name]
    gain, extra = effect_of(result, mask, name), effect_of(result, mask, cost)
    if not is_clear(gain["low"], gain["high"]) or gain["effect"] * outcome.better <= 0 or extra["effect"] <= 0:
        return None
    return float(extra["effect"] / abs(gain["effect"] * formats.scale(outcome)))


def cautions(result: StudyResult, language: str) -> list[str]:
    """Failed runs, assumed numbers, and what intervals, doses and a model do not say."""
    numbers = [*catalogue.entries(), *_mechanism_numbers(result)]
    assumed = sum(number.assumed for number in numbers)
    sentences = [
        text(language, "summary.assumed", assumed=assumed, numbers=len(numbers)),
        text(language, "summary.chance_only", replications=result.replications),
        text(language, "summary.doses"),
        text(language, "summary.model_only"),
    ]
    if len(result.failures):
        failed = len(result.failures)
        sentences.insert(0, text(language, "summary.failures", failed=failed, replications=result.replications))
    return sentences


def _mechanism_numbers(result: StudyResult) -> list[catalogue.Entry]:
    names = [*result.study.doses(result.study.all_on), *result.study.across]
    return [number for name in names for number in mechanisms()[name].entries().values()]


def _picture(figure: str, language: str) -> Picture:
    return Picture(text(language, f"figure.{figure}"), f"figures/{figure}.png")


def measured(result: StudyResult, names: Sequence[str]) -> list[str]:
    """Those of some outcomes that the runs have."""
    return [name for name in names if name in result.outcomes]


def effect_of(result: StudyResult, mask: int, name: str) -> pd.Series:
    """Row of the effects for one design and outcome."""
    table = result.effects
    return table[(table["mask"] == mask) & (table["outcome"] == name)].iloc[0]


def effect_of_all(result: StudyResult, name: str) -> pd.Series:
    """Row of the effects for all paths together."""
    return effect_of(result, result.study.all_on, name)


def _level(result: StudyResult, mask: int, name: str, language: str) -> str:
    effect = effect_of(result, mask or result.study.all_on, name)
    return formats.level(OUTCOMES[name], effect["value" if mask else "nothing"], language)


def share_of(result: StudyResult, path: str, name: str) -> pd.Series:
    """Shapley share of one path, its value as ``effect``."""
    shares = shares_of(result, name)
    return shares[shares["path"] == path].iloc[0].rename({"share": "effect"})


def shares_of(result: StudyResult, name: str) -> pd.DataFrame:
    """Shapley shares of an outcome, in the order of the paths."""
    return result.shapley[result.shapley["outcome"] == name].reset_index(drop=True)


def _interactions(result: StudyResult, kind: str, name: str) -> pd.DataFrame:
    table = result.interactions
    return table[(table["kind"] == kind) & (table["outcome"] == name)]


def _path_list(result: StudyResult, ids: Sequence[str] | pd.Series, language: str) -> str:
    return text(language, "format.comma").join(lever_label(result.study, id, language) for id in ids)


def _units(names: Sequence[str], language: str) -> str:
    """Units of those outcomes whose values do not carry them."""
    outcomes = [OUTCOMES[name] for name in names if OUTCOMES[name].unit != formats.SHARE]
    named = [with_unit(outcome.label[language], formats.unit(outcome, language), language) for outcome in outcomes]
    return text(language, "format.semicolon").join(named)
