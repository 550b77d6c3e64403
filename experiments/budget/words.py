"""What was found, in words: the recommendation with its conditions, and a page of tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from experiments import formats
from experiments.analyses.pareto import outcome_of
from experiments.budget.choice import NONE_BETTER, NOTHING_BEST, OVER_BUDGET, REACHED, UNREACHED
from experiments.labels import mechanism_label
from experiments.page import Block, Bullets, Heading, Paragraph, Table
from experiments.pages.cells import change_header, estimate, with_unit
from experiments.pages.policies import type_label
from experiments.pages.sensitivity import per_cent
from experiments.study import NOTHING
from experiments.text import text

if TYPE_CHECKING:
    from experiments.budget.best import BestDesigns
    from experiments.budget.conditions import Conditions
    from sim.design import Design

SELDOM = 0.5  # share of futures under which a target counts as out of reach


def recommendation(found: BestDesigns, language: str) -> str:
    """The recommendation and its conditions, in a few sentences."""
    told = _Told(found, language)
    say, kind = told.say, found.kind
    if kind == OVER_BUDGET:
        return say("over_budget", budget=told.budget, nothing=told.costs(NOTHING))
    if kind == NONE_BETTER:
        return say("none_better", budget=told.budget, objectives=told.listed(map(told.label, found.asked.objectives)))
    own = told.row(found.chosen)
    if kind == NOTHING_BEST:
        share = per_cent(own["both"])
        return say("nothing_best", targets=told.targets, budget=told.budget, share=share, futures=told.futures)
    if kind == UNREACHED:
        sentences = [say("unreached", targets=told.targets, budget=told.budget, futures=told.futures)]
        if found.chosen != NOTHING:
            sentences.append(say("closest", design=told.design(), cost=told.costs(found.chosen)))
            sentences += [told.gains(own), told.kept(own)]
        return told.joined(sentences)
    if kind == REACHED:
        sentences = [
            say(
                "reached",
                design=told.design(),
                targets=told.targets,
                share=per_cent(own["both"]),
                futures=told.futures,
                cost=told.costs(found.chosen),
                nothing=per_cent(told.row(NOTHING)["both"]),
            )
        ]
        if own["both"] < SELDOM:
            sentences.append(say("seldom"))
    else:
        sentences = [say("better", design=told.design(), budget=told.budget, cost=told.costs(found.chosen))]
    return told.joined([*sentences, told.gains(own), told.kept(own), told.conditions()])


def conditions_told(found: Conditions, what: str, language: str) -> str:
    """Within which limits a design fails, as a sentence; ``what`` names the failing."""
    from experiments.screening import number_label

    values: dict[str, Any] = {"what": what, "failing": found.failing, "futures": found.futures}
    if found.kind == "told":
        limits = []
        for one in found.limits.to_dict("records"):
            low, high = (f"{one[end]:.3g}".replace("-", formats.MINUS) for end in ("low", "high"))
            label = number_label(one["name"], language)
            limits.append(text(language, f"general.limit_{one['side']}", label=label, low=low, high=high))
        values |= {
            "limits": text(language, "format.comma").join(limits),
            "density": per_cent(found.density),
            "coverage": per_cent(found.coverage),
            "usual": per_cent(found.failing / found.futures),
        }
    return text(language, f"budget.fails_{found.kind}", **values)


def page(found: BestDesigns, language: str) -> list[Block]:
    """A page: the recommendation, the designs, what they cost and bring, types of community, and how it was found."""
    told = _Told(found, language)
    say = told.say
    blocks: list[Block] = [
        Heading(say("title"), 1),
        Paragraph(recommendation(found, language)),
        *_designs(told),
        Heading(say("contents")),
        Bullets([told.design(name) for name in found.designs]),
        *_search(told),
        *_types(told),
        Heading(say("how")),
        Bullets([*told.method()]),
    ]
    return blocks


class _Told:
    """What sentences and tables share."""

    def __init__(self, found: BestDesigns, language: str) -> None:
        self.found, self.language = found, language
        self.table = found.to_frame()

    def say(self, id: str, **values: Any) -> str:
        return text(self.language, f"budget.{id}", **values)

    def listed(self, items: Any, sign: str = "comma") -> str:
        return text(self.language, f"format.{sign}").join(items)

    def joined(self, sentences: Sequence[str]) -> str:
        return ("" if self.language != "en" else " ").join(one for one in sentences if one)

    def label(self, name: str) -> str:
        return outcome_of(name).label[self.language]

    def row(self, design: str) -> dict[str, Any]:
        rows = self.table[self.table["design"] == design].to_dict("records")
        return {str(key): value for key, value in rows[0].items()}

    def amount(self, name: str, value: float) -> str:
        """Value of an outcome with its unit."""
        outcome = outcome_of(name)
        if outcome.unit == formats.SHARE:
            return formats.level(outcome, value, self.language)
        return f"{formats.bare_level(outcome, value)} {formats.unit(outcome, self.language)}"

    @property
    def futures(self) -> int:
        return int(self.found.trial.values.shape[1])

    @property
    def budget(self) -> str:
        limits = self.found.asked.goals.budget.items()
        return self.listed(self.amount(name, limit) for name, limit in limits) or text(
            self.language, "portfolio.no_limit"
        )

    def costs(self, design: str) -> str:
        """What a design costs on average over futures; without a budget its yuan are not known."""
        row = self.row(design)
        return self.listed(self.amount(name, row[name]) for name in self.found.asked.goals.budget) or "–"

    @property
    def targets(self) -> str:
        """Targets in a row: ``satisfaction ≥ 62.0 points of 100``."""
        parts = []
        for one in self.found.asked.targets:
            outcome = outcome_of(one.outcome)
            id = "target_gain" if one.is_gain else "target_least" if outcome.better > 0 else "target_most"
            value = (
                formats.change_in_words(outcome, one.value, self.language)
                if one.is_gain
                else self.amount(one.outcome, one.value)
            )
            parts.append(self.say(id, outcome=outcome.label[self.language], value=value))
        return self.listed(parts)

    def mechanisms(self, design: Design) -> str:
        """Labels of a design's mechanisms, with doses other than 1."""
        return self._labels({name: spec.dose for name, spec in design.mechanisms.items()})

    def _labels(self, doses: dict[str, float]) -> str:
        labels = []
        for name, dose in doses.items():
            label = mechanism_label(name, self.language)
            labels.append(label if dose == 1 else self.say("dose", mechanism=label, dose=f"{dose:g}"))
        return self.listed(labels)

    def design(self, name: str = "") -> str:
        """A design by name and mechanisms; by type where types have their own."""
        from experiments.budget.best import TYPES, communities_by_type

        name = name or self.found.chosen
        design = self.found.designs[name]
        if self.found.scopes[name] != TYPES:
            return self.say("design", name=name, mechanisms=self.mechanisms(design))
        parts = []
        for type_, communities in communities_by_type(self.found.scenario).items():
            own = {
                one: spec.dose
                for one, spec in design.mechanisms.items()
                if not spec.communities or set(communities) <= set(spec.communities)
            }
            words = self._labels(own) or text(self.language, "design.nothing")
            parts.append(self.say("type_has", type=type_label(type_, self.language), mechanisms=words))
        return self.say("design_types", name=name, types=self.listed(parts, "semicolon"))

    def gains(self, row: dict[str, Any]) -> str:
        """Effects of a design on the objectives with their intervals, over futures and with the place's own numbers."""
        words = self.say("gains", gains=self._changes(row))
        if self.found.trial.numbers.shape[1]:
            own = self.found.fresh.table().set_index("design").loc[row["design"]].to_dict()
            words = self.joined([words, self.say("own_numbers", gains=self._changes(own))])
        return words

    def _changes(self, row: dict[Any, Any]) -> str:
        parts = []
        for name in self.found.asked.objectives:
            outcome = outcome_of(name)
            words = formats.change_in_words(outcome, row[f"{name}_effect"], self.language)
            ends = formats.interval(outcome, row[f"{name}_low"], row[f"{name}_high"], self.language)
            words = text(self.language, "format.change_interval", change=words, interval=ends)
            parts.append(self.say("gain", outcome=self.label(name), change=words))
        return self.listed(parts)

    def kept(self, row: dict[str, Any]) -> str:
        if not self.found.asked.goals.budget:
            return ""
        return self.say("kept", share=per_cent(row["within"]))

    def conditions(self) -> str:
        """Where the design fails."""
        what = self.say("fails_targets" if self.found.asked.targets else "fails_gains")
        return conditions_told(self.found.conditions, what, self.language)

    def method(self) -> list[str]:
        """How it was found, and what to be careful about."""
        found = self.found
        told = [
            self.say("searched", points=len(found.points), within=int(found.points["within"].sum())),
            self.say(
                "tried",
                designs=len(found.designs),
                fresh=found.fresh.values.shape[1],
                futures=self.futures,
                numbers=found.trial.numbers.shape[1],
            ),
            self.say("rule_targets" if found.asked.targets else "rule_balance"),
        ]
        if "yuan" in found.asked.goals.budget:
            told.append(self.say("yuan", nothing=self.amount("yuan", self.row(NOTHING)["yuan"])))
        if not found.points_by_type.empty:
            told.append(self.say("by_type_note"))
        return [*told, self.say("simulated")]


def _designs(told: _Told) -> list[Block]:
    """What each design brings in the sampled futures."""
    asked = told.found.asked
    header = [told.say("name"), *(change_header(name, told.language) for name in asked.objectives)]
    header += [
        with_unit(told.label(name), formats.unit(outcome_of(name), told.language), told.language)
        for name in asked.goals.budget
    ]
    header += [told.say("share_reached" if asked.targets else "share_gain"), told.say("share_kept")]
    rows = []
    for row in told.table.to_dict("records"):
        own = {str(key): value for key, value in row.items()}
        name = own["design"]
        cells = [text(told.language, "design.nothing") if name == NOTHING else name]
        if name == told.found.chosen != NOTHING:
            cells = [told.say("mark", name=name)]
        for one in asked.objectives:
            effect = {part: own[f"{one}_{part}"] for part in ("effect", "low", "high")}
            cells.append("–" if name == NOTHING else estimate(one, effect, told.language))
        cells += [formats.bare_level(outcome_of(one), own[one]) for one in asked.goals.budget]
        reached = "–" if name == NOTHING and not asked.targets else per_cent(own["reached"])
        rows.append([*cells, reached, per_cent(own["within"])])
    note = told.say("designs_note", futures=told.futures)
    return [Heading(told.say("designs")), Table(header, rows, note)]


def _search(told: _Told) -> list[Block]:
    """What the search saw beside what fresh seeds show."""
    asked = told.found.asked
    header = [told.say("name")]
    for name in asked.objectives:
        header += [told.say(id, outcome=change_header(name, told.language)) for id in ("in_search", "in_fresh")]
    rows = []
    for row in told.table[told.table["design"] != NOTHING].to_dict("records"):
        changes = [row[f"{name}_{part}"] for name in asked.objectives for part in ("search", "fresh")]
        twice = [name for name in asked.objectives for _ in range(2)]
        rows.append([row["design"], *(formats.change(outcome_of(n), c) for n, c in zip(twice, changes, strict=True))])
    return [Heading(told.say("curse")), Table(header, rows, told.say("curse_note"))]


def _types(told: _Told) -> list[Block]:
    """Effects of the recommended design by type of community; of the first one where none is recommended."""
    found = told.found
    name = found.chosen if found.chosen != NOTHING else next(iter(found.designs))
    part = found.by_type[found.by_type["design"] == name]
    types = list(dict.fromkeys(part["type"]))
    if len(types) < 2:
        return []
    header = [
        text(told.language, "general.type"),
        *(change_header(one, told.language) for one in found.asked.goals.names),
    ]
    cells = {(row["type"], row["outcome"]): row for row in part.to_dict("records")}
    rows = [
        [
            type_label(type_, told.language),
            *(estimate(one, cells[type_, one], told.language) for one in found.asked.goals.names),
        ]
        for type_ in types
    ]
    return [
        Heading(told.say("types", name=name)),
        Table(header, rows, text(told.language, "general.interval_note").strip()),
    ]
