"""A resident's diary: what happened to one person week by week, and the same person's under two designs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from sim.agents.residents import ADULT, FORMS
from sim.errors import InputError
from sim.mechanisms import mechanisms
from sim.trace import MOODS, Trace
from sim.why import Chain, Names, Why, known_language, number_of, sentence, text, weeks_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.result import Result

YEAR = 52
MOVED = 0.03  # change of satisfaction or trust in a week that a diary notes
TOLD_MOODS = ("satisfaction", "trust")
# What the diary tells of needs: all of one's own but details of the work; of the building's what neighbours notice.
_OWN = (
    *("known.", "promise.", "sent.right", "sent.wrong", "sent.group", "sent.mediation", "bounced.", "project."),
    *("attempt.failed", "level.", "end.", "rating.given", "reopened.", "list.on"),
)
_SHARED = ("known.", "promise.", "end.", "reopened.")


Told: TypeAlias = tuple[tuple[str, ...], Chain]  # kinds of sentences that a diary tells of a chain, and the chain


class Entry(NamedTuple):
    """An entry of a diary: week of the run, id of the text, the words."""

    week: int
    kind: str
    words: str


class Diary:
    """What happened to one resident in the weeks of a run.

    Parameters
    ----------
    result : Result
        Of a traced run that followed the resident.
    resident : int
        Row of the resident.

    Raises
    ------
    InputError
        If the run was not traced, or did not follow the resident.
    """

    def __init__(self, result: Result, resident: int) -> None:
        self.result, self.resident = result, int(resident)
        self.trace: Trace = Why(result).trace
        size = result.model.residents.size
        if not 0 <= self.resident < size:
            raise InputError(f"there is no resident {resident}; residents are 0 to {size - 1}")
        self._moods_by_week, self._severity = self.trace.course_of(self.resident)

    def __str__(self) -> str:
        return self.text()

    def title(self, language: str = "en") -> str:
        """Whose diary it is."""
        language = known_language(language)
        return text(language, "diary.title", person=Names(self.result.model, language).person(self.resident))

    def entries(self, language: str = "en") -> list[Entry]:
        """Everything that happened, in order."""
        language = known_language(language)
        last = self.result.scenario.weeks
        chains = self._chains(language)
        found = [*self._groups(language), *self._needs(chains, language), *self._acts(language)]
        found += [*self._moods(chains, language), *self._years(language)]
        return sorted((one for one in found if 1 <= one.week <= last), key=lambda one: one.week)

    def frame(self, language: str = "en") -> pd.DataFrame:
        """Entries as a data frame: ``week``, ``kind``, ``words``."""
        import pandas as pd

        return pd.DataFrame(self.entries(language), columns=list(Entry._fields))

    def by_week(self, language: str = "en") -> dict[int, str]:
        """All that happened in a week, by week; weeks in which nothing did are left out."""
        space, found = text(known_language(language), "join.sentence"), self.entries(language)
        weeks = dict.fromkeys(one.week for one in found)
        return {week: space.join(one.words for one in found if one.week == week) for week in weeks}

    def text(self, language: str = "en") -> str:
        """The diary in words, a line for each week in which something happened."""
        language = known_language(language)
        names, colon = Names(self.result.model, language), text(language, "join.colon")
        lines = [names.week(week) + colon + words for week, words in self.by_week(language).items()]
        lines = lines or [text(language, "diary.quiet")]
        return "\n".join([self.title(language), *lines])

    def beside(self, other: Diary, labels: tuple[str, str] | None = None) -> Comparison:
        """Put this diary and another one of the same resident side by side."""
        return Comparison(self, other, labels)

    # ------------------------------------------------------------------------------------------------------------------

    def _chains(self, language: str) -> list[Told]:
        """Chains of the resident's own needs and of those that the building shares, with what is told of them."""
        model = self.result.model
        needs: Any = model.needs[: int(model.index.used[0])]
        own = needs.id[(needs.resident == self.resident) & (needs.building < 0)]
        shared = needs.id[needs.building == model.residents.building[self.resident]]
        return [
            (kinds, Chain(self.trace, model, int(id), language))
            for ids, kinds in ((own, _OWN), (shared, _SHARED))
            for id in ids
        ]

    def _needs(self, chains: list[Told], language: str) -> list[Entry]:
        names, space, entries = Names(self.result.model, language), text(language, "join.sentence"), []
        for kinds, chain in chains:
            category = names.category(chain.record["category"])
            severity = text(language, f"severity.{chain.record['severity']}")
            told: dict[int, list[tuple[str, str]]] = {}
            for week, _, kind, words in chain.sentences:
                if kind.startswith("need.raised"):
                    raised = text(language, kind.replace("need.", "diary."), severity=severity)
                    told.setdefault(week, []).append((kind, raised))
                elif kind.startswith(kinds):
                    told.setdefault(week, []).append((kind, words))
            for week, pairs in told.items():
                all_words = space.join(words for _, words in pairs)
                words = text(language, "diary.need", id=chain.id, category=category, sentence=all_words)
                entries.append(Entry(week, pairs[-1][0], words))
        return entries

    def _acts(self, language: str) -> list[Entry]:
        entries = []
        acts = self.trace.acts
        for act in acts[acts["person"] == self.resident]:
            id = "diary.declined"
            form = ""
            if act["form"] >= 0:
                id = "diary.act" + ("_asked" if act["asked"] else "") + ("_online" if act["online"] else "")
                form = text(language, f"form.{FORMS[act['form']]}")
            entries.append(Entry(self._week(act["week"]), id, text(language, id, form=form)))
        return entries

    def _groups(self, language: str) -> list[Entry]:
        groups = self.trace.groups
        here = groups[groups["building"] == self.result.model.residents.building[self.resident]]
        ids = ["diary.group_forms" if one["exists"] else "diary.group_dissolves" for one in here]
        return [Entry(self._week(one["week"]), id, text(language, id)) for one, id in zip(here, ids, strict=True)]

    def _moods(self, chains: list[Told], language: str) -> list[Entry]:
        entries = []
        for mood in TOLD_MOODS:
            values = self._moods_by_week[:, MOODS.index(mood)]
            label = text(language, f"mood.{mood}")
            for k in (np.flatnonzero(np.abs(np.diff(values)) >= MOVED) + 1).tolist():
                up = bool(values[k] > values[k - 1])
                causes = text(language, "join.causes").join(self._causes(k, mood, up, chains, language))
                before, after = (f"{100.0 * one:.0f}" for one in values[k - 1 : k + 1])
                id = "diary.rises" if up else "diary.falls"
                words = sentence(language, id, mood=label, before=before, after=after, causes=causes)
                entries.append(Entry(self._week(self.trace.first_week + k), id, words))
        return entries

    def _causes(self, k: int, mood: str, up: bool, chains: list[Told], language: str) -> list[str]:
        """What moved a mood in the ``k``-th week: needs that ended, what others told, what is still open."""
        names, week = Names(self.result.model, language), self.trace.first_week + k
        causes = []
        for _, chain in chains:
            if any(one.kind == "promise.broken" and one.week == self._week(week) for one in chain.sentences):
                causes.append(text(language, "diary.promise_broken", id=chain.id))
            if chain.record["closed"] == week:
                waited = week - chain.record["raised"]
                id = "diary.ended" if waited else "diary.ended_at_once"
                state, weeks = names.state(chain.record["state"]), weeks_of(waited, language)
                causes.append(text(language, id, id=chain.id, state=state, weeks=weeks))
        moves = self.trace.moves
        moves = moves[(moves["person"] == self.resident) & (moves["week"] == week)]
        watched = {MOODS.index(mood), MOODS.index("performance")}
        for move in moves:
            process = self.trace.steps[move["step"]]
            if move["mood"] in watched and (move["change"] > 0.0) == up and process != "satisfaction":
                causes.append(names.process(process))
        if not up and self._severity[k] > 0:
            causes.append(text(language, "diary.open"))
        return list(dict.fromkeys(causes)) or [text(language, "process.satisfaction")]

    def _years(self, language: str) -> list[Entry]:
        entries = []
        for year, week in enumerate(range(YEAR, self.result.scenario.weeks + 1, YEAR), start=1):
            values = self._moods_by_week[week + self.result.scenario.warmup - self.trace.first_week]
            moods = {mood: f"{100.0 * values[MOODS.index(mood)]:.0f}" for mood in TOLD_MOODS}
            entries.append(Entry(week, "diary.year", text(language, "diary.year", year=year, **moods)))
        return entries

    def _week(self, week: int) -> int:
        return int(week) - self.result.scenario.warmup


class Comparison:
    """Two diaries of one resident, week by week: the same person with the same luck under two designs.

    Parameters
    ----------
    left, right : Diary
    labels : tuple of two str, optional
        Names of the designs; default: their mechanisms.

    Raises
    ------
    InputError
        If the diaries are not of one resident of one place with one seed.
    """

    def __init__(self, left: Diary, right: Diary, labels: tuple[str, str] | None = None) -> None:
        if left.resident != right.resident:
            raise InputError(f"these are diaries of two residents, {left.resident} and {right.resident}")
        _same_place(left.result, right.result)
        self.left, self.right, self._labels = left, right, labels

    def __str__(self) -> str:
        return self.markdown()

    def labels(self, language: str = "en") -> tuple[str, str]:
        """Names of the two designs."""
        if self._labels is not None:
            return self._labels
        return _design(self.left.result, language), _design(self.right.result, language)

    def frame(self, language: str = "en") -> pd.DataFrame:
        """A row for each week in which something happened under either design; empty text where nothing did."""
        import pandas as pd

        language = known_language(language)
        sides = [side.by_week(language) for side in (self.left, self.right)]
        weeks = sorted({*sides[0], *sides[1]})
        table = [[side.get(week, "") for side in sides] for week in weeks]
        return pd.DataFrame(table, index=pd.Index(weeks, name="week"), columns=pd.Index(self.labels(language)))

    def rows(self, language: str = "en") -> list[tuple[str, str, str]]:
        """Head and rows of the table in words: week, left, right."""
        language = known_language(language)
        rows = [(number_of(week), left, right) for week, left, right in self.frame(language).itertuples()]
        return [(text(language, "diary.week"), *self.labels(language)), *rows]

    def markdown(self, language: str = "en") -> str:
        """The diaries as a Markdown table."""
        head, *rows = self.rows(known_language(language))
        lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in (head, *rows)]
        return "\n".join([f"**{self.left.title(language)}**", "", lines[0], "| ---: | --- | --- |", *lines[1:]])


def _design(result: Result, language: str) -> str:
    """Mechanisms of a run."""
    language = known_language(language)
    on = [name for name, spec in result.scenario.mechanisms.items() if spec.dose > 0.0]
    labels = [mechanisms()[name].text("label")[language] for name in on]
    return text(language, "join.comma").join(labels) or text(language, "diary.status_quo")


def _same_place(one: Result, other: Result) -> None:
    same = (one.scenario.communities, one.scenario.warmup, one.seed)
    if same != (other.scenario.communities, other.scenario.warmup, other.seed):
        raise InputError("these runs differ in their communities, warm-up or seed: they do not share their residents")


def diary(result: Result, resident: int) -> Diary:
    """Diary of a resident in a run that was traced: ``sim.run(..., trace=True)``."""
    return Diary(result, resident)


def compare_diaries(
    one: Result, other: Result, resident: int | None = None, labels: tuple[str, str] | None = None
) -> Comparison:
    """Diaries of a resident under two designs, side by side; by default of the one whose year differs most."""
    resident = most_different_resident(one, other) if resident is None else resident
    return Diary(one, resident).beside(Diary(other, resident), labels)


def most_different_resident(one: Result, other: Result, weeks: int = YEAR) -> int:
    """Return the adult whose first year differs most between two designs.

    Sought among those who had a need of their own under both designs, if there are any: the mean difference of
    satisfaction and trust over the weeks.

    Raises
    ------
    InputError
        If a run was not traced or followed nobody, or if the runs do not share their residents.
    """
    _same_place(one, other)
    traces = [Why(result).trace for result in (one, other)]
    people = np.intersect1d(traces[0].people, traces[1].people)
    people = people[one.model.residents.age[people] >= ADULT]
    if not people.size:
        raise InputError("no adult was followed in both runs; name some: sim.run(..., trace=[...])")
    needy = people[np.logical_and(*(np.isin(people, _needy(result)) for result in (one, other)))]
    people = needy if needy.size else people
    rows = [MOODS.index(mood) for mood in TOLD_MOODS]
    courses = []
    for result, trace in zip((one, other), traces, strict=True):
        first = result.scenario.warmup - trace.first_week + 1
        places = np.searchsorted(trace.people, people)
        courses.append(trace.moods[first : first + weeks][:, rows][:, :, places])
    shortest = min(len(course) for course in courses)
    gap = np.abs(courses[0][:shortest] - courses[1][:shortest]).mean(axis=(0, 1))
    return int(people[np.argmax(gap)])


def _needy(result: Result) -> np.ndarray:
    """Residents with a practical need of their own that arose in the run."""
    needs: Any = result.model.needs[: int(result.model.index.used[0])]
    own = (needs.building < 0) & ~needs.simple & (needs.raised > result.scenario.warmup)
    return np.unique(needs.resident[own])
