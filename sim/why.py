"""Why: the chain of a need told in sentences, in three languages; the words stand in ``why.toml``."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.agents.organizations import DEPARTMENT, KINDS, PARTY_UNIT, SEAT_SOCIAL, SEAT_UNIT, SOCIAL
from sim.catalogue import LANGUAGES, read_toml
from sim.community_types import community_types
from sim.errors import InputError, closest
from sim.founding import DEPARTMENT_NAMES
from sim.mechanisms import mechanisms
from sim.needs_table import (
    CATEGORIES,
    CHANNELS,
    DISPUTES,
    ESCALATED,
    FAILED,
    GROUP,
    HIDDEN,
    INSTANCES,
    KNOWN,
    LAPSED,
    LISTED,
    MATCHED,
    NOBODY,
    RESOLVED,
    STATES,
    VOLUNTEERS,
    WAITING,
)
from sim.trace import BEGIN, WORK_LISTS, Trace

if TYPE_CHECKING:
    from sim.model import Community
    from sim.result import Result

Record = dict[str, Any]
Told = tuple[str, dict[str, Any]]  # id of a text, and what fills its fields
DONE = 1e-9  # hours left of a work that is done
LITTLE = 0.05  # hours that are not worth a sentence
LONG = 3  # weeks without a change of which a chain says why
# Columns that follow from others, so that nothing is said where they alone change.
SILENT = ("ready", "work", "bottom_up", "routed", "matched", "work_left", "owner", "owners_left")
_ENDS = {LAPSED: "end.lapsed", ESCALATED: "end.escalated"}


@functools.cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """All texts: id -> language -> text."""
    tree = read_toml(Path(__file__).with_name("why.toml"))
    return {f"{group}.{name}": words for group, branch in tree.items() for name, words in branch.items()}


def text(language: str, id: str, /, **values: Any) -> str:
    """Text ``id`` in ``language`` with ``values`` filled in."""
    return texts()[id][language].format(**values)


def sentence(language: str, id: str, /, **values: Any) -> str:
    """Text that begins with a capital, where the language has them."""
    words = text(language, id, **values)
    return words[:1].upper() + words[1:]


def known_language(language: str) -> str:
    """One of the project's languages, also by its tag (``zh-Hans``).

    Raises
    ------
    InputError
        If it is none of them.
    """
    name = language.replace("-", "_").lower()
    if name not in LANGUAGES:
        raise InputError(f"language: unknown language {language!r}{closest(name, LANGUAGES)}")
    return name


def number_of(week: int) -> str:
    """Number of a week as it is printed."""
    return str(week).replace("-", "\u2212")


def weeks_of(count: int, language: str) -> str:
    """A number of weeks in words."""
    return text(language, "count.week" if count == 1 else "count.weeks", count=count)


class Sentence(NamedTuple):
    """A sentence of a chain: week of the run (0 and less in the warm-up), process, id of the text, the words."""

    week: int
    process: str
    kind: str
    words: str


class Names:
    """Names of residents, communities and providers of one model in one language."""

    def __init__(self, model: Community, language: str) -> None:
        self.model = model
        self.language = language

    def week(self, week: int) -> str:
        """Week of the run; those of the warm-up are 0 and less."""
        return text(self.language, "when.week" if week > 0 else "when.warmup", week=number_of(week))

    def community(self, row: int) -> str:
        """Own name of a community, or its type's with a number."""
        spec, name = self.model.scenario.communities[row], self.model.scenario.community_names[row]
        if spec.name or spec.type not in community_types():
            return name
        label = community_types()[spec.type].label[self.language]
        return label + name.removeprefix(spec.type).replace("_", " ")

    def person(self, row: int) -> str:
        """Who a resident is: number, age, tenure, registration, community."""
        one = self.model.residents[row]
        traits = ["owner" if one.owner else "tenant", "migrant" if one.migrant else "local"]
        traits += ["party_member"] if one.party_member else []
        words = text(self.language, "join.comma").join(text(self.language, f"person.{trait}") for trait in traits)
        community = self.community(int(one.community))
        return text(self.language, "person.whole", resident=row, age=one.age, traits=words, community=community)

    def provider(self, row: int) -> str:
        """Name of an organisation or of a provider that is none."""
        special = {NOBODY: "nobody", GROUP: "group", VOLUNTEERS: "volunteers"}
        if row < 0:
            return text(self.language, f"provider.{special[row]}")
        one, communities = self.model.organizations[row], self.model.communities
        kind, number, department = int(one.kind), 0, ""
        if kind == DEPARTMENT:
            first = communities.first_department[communities.street == one.street][0]
            department = text(self.language, f"department.{DEPARTMENT_NAMES[row - first]}")
        elif kind in {PARTY_UNIT, SOCIAL}:
            seat = SEAT_UNIT if kind == PARTY_UNIT else SEAT_SOCIAL
            number = row - int(communities.first_organization[one.community]) - seat + 1
        return text(self.language, f"kind.{KINDS[kind]}", number=number, department=department)

    def process(self, name: str) -> str:
        """Name of a process, or of the mechanism that stands around one."""
        mechanism = name.partition(":")[0]
        if mechanism in mechanisms():
            return mechanisms()[mechanism].text("label")[self.language]
        id = f"process.{name}"
        return text(self.language, id) if id in texts() else name

    def category(self, code: int) -> str:
        """Name of a category of needs."""
        return text(self.language, f"category.{CATEGORIES[code]}")

    def state(self, code: int) -> str:
        """Name of a state of needs."""
        return text(self.language, f"state.{STATES[code]}")


class Chain:
    """The chain of one need.

    Parameters
    ----------
    trace : Trace
    model : Community
    id : int
        Id of the need.
    language : str
        ``en``, ``zh_hans`` or ``zh_hant``.

    Attributes
    ----------
    sentences : list of Sentence
    """

    def __init__(self, trace: Trace, model: Community, id: int, language: str = "en") -> None:
        self.language = known_language(language)
        self.id = id
        self._names = Names(model, self.language)
        self._warmup = model.scenario.warmup
        heads, records = trace.chain(id)
        self._processes = [trace.steps[step] for step in heads["step"]]
        self._heads = heads
        names = records.dtype.names or ()
        self._records: list[Record] = [dict(zip(names, one.item(), strict=True)) for one in records]
        self.sentences = list(self._told(model.week))

    @property
    def record(self) -> Record:
        """The need's record as it was last seen, column by column."""
        return self._records[-1]

    @property
    def title(self) -> str:
        """The need's number, category and severity."""
        one = self.record
        severity = text(self.language, f"severity.{one['severity']}")
        category = self._names.category(one["category"])
        return text(self.language, "need.title", id=self.id, category=category, severity=severity)

    def __str__(self) -> str:
        lines = [self.title]
        for week in dict.fromkeys(one.week for one in self.sentences):
            words = [one.words for one in self.sentences if one.week == week]
            space, colon = text(self.language, "join.sentence"), text(self.language, "join.colon")
            lines.append(self._names.week(week) + colon + space.join(words))
        return "\n".join(lines)

    def _told(self, last_week: int) -> Iterator[Sentence]:
        hours, worked = 0.0, 0  # of work that is not told yet, and where the last of it was given
        yield from self._at(0, self._beginning(self._records[0]))
        last = len(self._records) - 1
        for k in range(1, last + 1):
            before, after = self._records[k - 1 : k + 1]
            waited = list(self._wait(k - 1, int(self._heads["week"][k])))
            changed = {name for name in after if name not in WORK_LISTS and before[name] != after[name]}
            if waited and hours >= LITTLE:
                yield from self._at(worked, [_work(hours, before["work_left"])])
                hours = 0.0
            yield from self._at(k, waited)
            given, left = _given(before, after)
            if given > 0.0:
                hours, worked = hours + given, k
            if not changed <= set(SILENT):
                if hours >= LITTLE:
                    yield from self._at(worked, [_work(hours, left)])
                    hours = 0.0
                yield from self._at(k, self._change(k, before, after, changed))
        end = self._records[last]
        if end["state"] < RESOLVED:
            if hours >= LITTLE:
                yield from self._at(worked, [_work(hours, end["work_left"])])
            ending = [
                *self._wait(last, last_week, final=True),
                ("open.end", {"state": self._names.state(end["state"])}),
            ]
            yield from self._at(last, ending, last_week)

    def _at(self, k: int, told: Iterable[Told], week: int | None = None) -> Iterator[Sentence]:
        week = (int(self._heads["week"][k]) if week is None else week) - self._warmup
        for id, values in told:
            yield Sentence(week, self._processes[k], id, sentence(self.language, id, **values))

    def _beginning(self, one: Record) -> Iterator[Told]:
        shared, simple = one["building"] >= 0, one["simple"]
        kind = "need.raised_question" if simple else "need.raised_shared" if shared else "need.raised"
        yield kind, {"person": self._names.person(one["resident"]), "hours": f"{one['work']:.1f}"}
        if one["several"]:
            yield "need.several", {}
        if self._processes[0] == BEGIN:
            raised = text(self.language, "need.raised_at", week=number_of(one["raised"] - self._warmup))
            yield "need.begun", {"raised": raised, "state": self._names.state(one["state"])}

    def _wait(self, k: int, week: int, final: bool = False) -> Iterator[Told]:
        """Why nothing happened to the need from its ``k``-th change to a week, when that was long."""
        one, head = self._records[k], self._heads[k]
        count = week - max(int(head["week"]), one["ready"])
        if count < LONG:
            return
        weeks = weeks_of(count, self.language)
        state, provider = one["state"], self._names.provider(one["provider"])
        if state == HIDDEN:
            if final:
                yield "wait.hidden", {"weeks": weeks}
        elif state == KNOWN:
            yield "wait.intake", {"weeks": weeks}
        elif one["work_left"] <= DONE:
            yield "wait.money", {"weeks": weeks}
        elif head["backlog"] > 1 and head["hours"] >= 0.1:
            queue = {"count": head["backlog"], "hours": f"{head['hours']:.1f}"}
            yield "wait.queue", {"weeks": weeks, "provider": provider} | queue
        else:
            yield "wait.hours", {"weeks": weeks, "provider": provider}

    def _change(self, k: int, before: Record, after: Record, changed: set[str]) -> Iterator[Told]:
        """What one process did to the need."""
        told = [
            *self._found(before, after, changed),
            *self._tried(before, after),
            *self._sent(k, before, after, changed),
            *self._ended(before, after, changed),
        ]
        if not told:
            told = [
                ("change.other", {"column": name, "before": before[name], "after": after[name]})
                for name in sorted(changed - set(SILENT))
            ]
        if ":" in self._processes[k]:
            told.append(("by.mechanism", {"mechanism": self._names.process(self._processes[k])}))
        yield from told

    def _found(self, before: Record, after: Record, changed: set[str]) -> Iterator[Told]:
        if before["known"] < 0 <= after["known"]:
            channel = CHANNELS[after["channel"]]
            id = f"known.{channel}"
            yield (id, {}) if id in texts() else ("known.other", {"channel": channel})
            if after["known"] > after["raised"]:
                yield "known.after", {"weeks": weeks_of(after["known"] - after["raised"], self.language)}
        if "listed" in changed and after["listed"] and after["channel"] != LISTED:
            yield "list.on", {}
        if "promised" in changed:
            yield "promise.made" if after["promised"] else "promise.broken", {}

    def _tried(self, before: Record, after: Record) -> Iterator[Told]:
        provider = self._names.provider(before["provider"])
        if after["attempts"] > before["attempts"]:
            yield "attempt.failed", {"provider": provider, "count": after["attempts"]}
            if after["state"] == WAITING and after["provider"] != before["provider"]:
                yield "attempt.returned", {"provider": self._names.provider(after["provider"])}
        if after["bounces"] > before["bounces"]:
            week = number_of(after["ready"] - self._warmup)
            yield "bounced.back", {"provider": provider, "count": after["bounces"], "week": week}
        if after["level"] > before["level"]:
            known = after["level"] < len(INSTANCES)
            yield f"level.{INSTANCES[after['level']]}" if known else "level.other", {"level": after["level"]}
        if after["owners_left"] < before["owners_left"]:
            yield "handed.over", {"provider": provider}

    def _sent(self, k: int, before: Record, after: Record, changed: set[str]) -> Iterator[Told]:
        moved = bool(changed & {"state", "provider"})
        again = after["attempts"] > before["attempts"] or after["level"] > before["level"]
        provider = {"provider": self._names.provider(after["provider"])}
        if after["state"] == MATCHED and moved:
            if after["provider"] == GROUP:
                yield "sent.group", {}
            else:
                yield "project.listed" if after["listed"] else "project.heard", provider
        elif after["state"] == WAITING and moved and not again:
            if after["category"] == DISPUTES and after["level"] == 0:
                yield "sent.mediation", {}
                return
            yield "sent.right" if after["right"] else "sent.wrong", provider
            if self._heads[k]["backlog"] > 1:
                yield "sent.queue", {"count": self._heads[k]["backlog"]}
            if after["several"] and after["right"] and after["ready"] > after["routed"] + 1:
                yield "sent.several", {"week": number_of(after["ready"] - self._warmup)}

    def _ended(self, before: Record, after: Record, changed: set[str]) -> Iterator[Told]:
        rating = {"rating": f"{100.0 * after['rating']:.0f}"}
        if "reopened" in changed and after["reopened"]:
            yield "reopened.low", rating
            return
        if "closed" not in changed or after["closed"] < 0:
            if "rating" in changed:
                yield "rating.given", rating
            return
        state, weeks = after["state"], {"weeks": weeks_of(after["closed"] - after["raised"], self.language)}
        if state == RESOLVED:
            yield ("end.answered", {}) if after["simple"] else ("end.resolved", weeks)
            if after["promised"]:
                yield "promise.kept", {}
        elif state == FAILED:
            yield "end.tries" if after["attempts"] > before["attempts"] else "end.patience", weeks
        else:
            yield _ENDS[state], weeks
        if state != LAPSED:
            yield ("rating.given", rating) if "rating" in changed else ("rating.none", {})


def _given(before: Record, after: Record) -> tuple[float, float]:
    """Hours given to a need between two records, and what was left then of the work that had been begun."""
    if after["reopened"] > before["reopened"]:
        return 0.0, 0.0  # the work to do again has taken the place of what was left
    if after["owners_left"] > before["owners_left"]:
        return 0.0, 0.0  # the work is parted among the owners
    started_over = (
        after["attempts"] > before["attempts"]
        or after["level"] > before["level"]
        or after["owners_left"] < before["owners_left"]
    )
    left = 0.0 if started_over else after["work_left"]
    return before["work_left"] - left, left


def _work(hours: float, left: float) -> Told:
    values = {"hours": f"{hours:.1f}", "left": f"{left:.1f}"}
    return "work.done" if left <= DONE else "work.given", values


class Why:
    """Chains of the needs of one result: what ``result.needs.explain`` asks."""

    def __init__(self, result: Result) -> None:
        self._trace, self._model = result.trace, result.model

    @property
    def trace(self) -> Trace:
        """The trace of the run.

        Raises
        ------
        InputError
            If the run was not traced.
        """
        if self._trace is None:
            raise InputError("this run was not traced; ask for it: sim.run(..., trace=True)")
        return self._trace

    def longest(self) -> int:
        """Id of the need that was sent on most often; the first of them, if there are several.

        Raises
        ------
        InputError
            If the run was not traced, or has no needs.
        """
        if not self.trace.ids.size:
            raise InputError("this run has no needs")
        moves = self.trace.changes.query("column in ['state', 'provider', 'level']")
        return int(moves.groupby("id").size().idxmax())

    def chain(self, id: int, language: str = "en") -> Chain:
        """Chain of a need.

        Raises
        ------
        InputError
            If the run was not traced, or has no need of this id.
        """
        ids = self.trace.ids
        if not np.isin(id, ids):
            known = f"ids are {ids.min()} to {ids.max()}" if ids.size else "there is none at all"
            raise InputError(f"there is no need {id}; {known}")
        return Chain(self.trace, self._model, int(id), language)
