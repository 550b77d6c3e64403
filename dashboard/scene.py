"""A scene: one run as plain data that a browser plays — where everybody lives, and what happened in which week.

It is recorded once and sent whole; nothing is asked of the model while it plays. Numbers that there are many of travel
as bytes in base 64 with their type, little-endian.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import sim
from dashboard.layout import Layout, layout_of
from experiments.text import LANGUAGES, texts
from sim import outcomes
from sim.agents.organizations import KINDS
from sim.agents.residents import AGE_BANDS, FORMS
from sim.agents.ties import HOUSEHOLD
from sim.emergency_kinds import emergency_kinds
from sim.errors import InputError
from sim.mechanisms import mechanisms
from sim.needs_table import CATEGORIES, STATES
from sim.result import Result
from sim.trace import MOODS, Trace
from sim.why import Names
from sim.why import text as words_of

EVERY = 4  # weeks between two looks at moods and ties
MOST_RESIDENTS = 10_000  # more dots than that tell nobody anything
SERIES = ("participation", "satisfaction", "fulfilment", "undiscovered")
OVERLOADED = 1.25  # hours asked of staff over hours there are, from which on the log calls them overloaded
RELIEVED = 1.0
_TYPES = {"u1": np.uint8, "i1": np.int8, "u2": np.uint16, "i2": np.int16, "i4": np.int32, "f4": np.float32}


class Scene(NamedTuple):
    """A recorded run.

    Attributes
    ----------
    data : dict
        Plain data, ready for JSON, in the form that ``static/community.js`` plays.
    result : Result
        The run itself, traced, so that stories can be told of it.
    """

    data: Mapping[str, Any]
    result: Result


def record(scenario: sim.Scenario, seed: int | None = None, warm: sim.WarmState | None = None) -> Scene:
    """Run a scenario, and record what a browser needs to play it.

    Parameters
    ----------
    scenario : Scenario
        With at most 10,000 residents.
    seed : int, optional
    warm : WarmState, optional
        A state to branch from, as for :func:`sim.run`.

    Raises
    ------
    InputError
        If the place has more residents.
    """
    if scenario.residents > MOST_RESIDENTS:
        raise InputError(
            f"communities: {scenario.residents:,} residents are too many to watch; take at most {MOST_RESIDENTS:,}"
        )
    model = sim.Community(scenario, seed, warm=warm, keep_needs=True)
    while model.run_week < 0:
        model.step()
    watcher = model.watcher = Trace(model, range(model.residents.size))
    history = np.zeros((scenario.weeks, model.communities.size, len(outcomes.COLUMNS)))
    groups, ties, shapes = [], _Ties(model), layout_of(model)
    for week in range(scenario.weeks):
        model.step()
        history[week] = outcomes.observe(model)
        if (week + 1) % 52 == 0 or week + 1 == scenario.weeks:
            groups.append(outcomes.observe_groups(model))
        if (week + 1) % EVERY == 0:
            ties.look(model, week + 1)
    result = Result(model, history, np.stack(groups), watcher)
    return Scene(_data(result, shapes, ties), result)


class _Ties:
    """Ties beyond the household that formed while the scene was recorded."""

    def __init__(self, model: Any) -> None:
        self.formed: list[NDArray[np.int32]] = []
        self._seen = self._pairs(model)

    def look(self, model: Any, week: int) -> None:
        """See which pairs are tied that were not before."""
        now = self._pairs(model)
        new = np.setdiff1d(now, self._seen, assume_unique=True)
        size = model.residents.size
        self.formed.append(np.stack([np.full(new.size, week), new // size, new % size], axis=1).astype(np.int32))
        self._seen = now

    def _pairs(self, model: Any) -> NDArray[np.int64]:
        ties, size = model.ties, model.residents.size
        ends = np.repeat(np.arange(size), ties.count)
        slots = np.concatenate([np.arange(first, first + n) for first, n in zip(ties.start, ties.count, strict=False)])
        one_way = (ends < ties.to[slots]) & (ties.kind[slots] != HOUSEHOLD)
        return np.unique(ends[one_way].astype(np.int64) * size + ties.to[slots][one_way])


def packed(values: Any, kind: str) -> dict[str, str]:
    """Numbers as bytes in base 64 with their type."""
    array = np.ascontiguousarray(values, dtype=_TYPES[kind])
    return {"type": kind, "data": base64.b64encode(array.astype(f"<{kind}").tobytes()).decode()}


def _data(result: Result, shapes: Layout, ties: _Ties) -> dict[str, Any]:
    model, trace = result.model, result.trace
    assert trace is not None
    warmup, people = model.scenario.warmup, model.residents
    acts = trace.acts
    moods = trace.moods[::EVERY, MOODS.index("satisfaction")]
    groups = trace.groups
    formed = np.concatenate(ties.formed) if ties.formed else np.zeros((0, 3), np.int32)
    return {
        "version": 1,
        "weeks": model.scenario.weeks,
        "seed": result.seed,
        "every": EVERY,
        "size": [round(side, 2) for side in shapes.size],
        "communities": packed(shapes.communities, "f4"),
        "microgrids": packed(shapes.microgrids, "f4"),
        "buildings": packed(shapes.buildings, "f4"),
        "residents": {
            "at": packed(shapes.residents, "f4"),
            "building": packed(people.building, "i4"),
            "adult": packed(people.age >= AGE_BANDS[1], "u1"),
            "party": packed(people.party_member, "u1"),
        },
        "organizations": {
            "at": packed(shapes.organizations, "f4"),
            "kind": [KINDS[kind] for kind in model.organizations.kind],
            "community": packed(model.organizations.community, "i4"),
        },
        "satisfaction": packed(np.clip(moods, 0.0, 1.0) * 255.0, "u1"),
        "acts": {
            "week": packed(acts["week"] - warmup, "i2"),
            "person": packed(acts["person"], "i4"),
            "form": packed(acts["form"], "i1"),
            "asked": packed(acts["asked"], "u1"),
        },
        "groups": {
            "week": packed(groups["week"] - warmup, "i2"),
            "building": packed(groups["building"], "i4"),
            "exists": packed(groups["exists"], "u1"),
        },
        "ties": packed(formed, "i4"),
        "needs": _needs(trace, warmup),
        "series": _series(result),
        "log": list(_log(result)),
        "words": {language: _words(result, language) for language in LANGUAGES},
    }


def _needs(trace: Trace, warmup: int) -> dict[str, Any]:
    """Needs, each with the weeks in which its state or its provider changed."""
    heads, records, ids, order = trace._by_need()  # noqa: SLF001  (the whole of what it has seen, in one piece)
    heads, records = heads[order], records[order]
    # A week shows how it ended, and only what is seen of it: the state and who has the need.
    kept = np.ones(ids.size, bool)
    kept[:-1] = (ids[:-1] != ids[1:]) | (heads["week"][:-1] != heads["week"][1:])
    heads, records, first = heads[kept], records[kept], ~_as_before(ids[kept])
    kept = first | ~_as_before(records["state"]) | ~_as_before(records["provider"])
    heads, records, fresh = heads[kept], records[kept], first[kept]
    rows = np.flatnonzero(fresh)
    return {
        "id": packed(records["id"][rows], "i4"),
        "resident": packed(records["resident"][rows], "i4"),
        "building": packed(records["building"][rows], "i4"),
        "category": packed(records["category"][rows], "u1"),
        "severity": packed(records["severity"][rows], "u1"),
        "community": packed(records["community"][rows], "i4"),
        "first": packed(np.append(rows, len(records)), "i4"),
        "week": packed(heads["week"] - warmup, "i2"),
        "state": packed(records["state"], "u1"),
        "provider": packed(records["provider"], "i4"),
    }


def _as_before(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each value is that of the row before."""
    same = np.zeros(values.size, bool)
    same[1:] = values[1:] == values[:-1]
    return same


def _series(result: Result) -> dict[str, Any]:
    """Outcomes of the whole place by week, and open needs and staff load."""
    sums = result.history.sum(axis=1)
    values = outcomes.measure(sums, 1)
    at = outcomes.AT
    found: dict[str, list[Any]] = {
        name: [None if np.isnan(one) else round(float(one), 4) for one in values[name]] for name in SERIES
    }
    found["open"] = [int(one) for one in sums[:, at["open"]]]
    found["hidden"] = [int(one) for one in sums[:, at["hidden"]]]
    found["load"] = [round(float(one), 3) for one in sums[:, at["load"]] / sums[:, at["residents"]]]
    return found


def _log(result: Result) -> Iterator[dict[str, Any]]:
    """Turning points: week, id of the text, and what fills it, which may be words in each language."""
    entries = [*_decisions(result), *_first_times(result), *_staff(result), *_extremes(result)]
    for week, id, values in sorted(entries, key=lambda one: one[0]):
        yield {"week": week, "id": id, "values": values}


Entry = tuple[int, str, dict[str, Any]]


def _decisions(result: Result) -> Iterator[Entry]:
    scenario = result.scenario
    for name, spec in scenario.mechanisms.items():
        if spec.dose > 0.0 and spec.start <= scenario.weeks:
            yield spec.start, "mechanism", {"name": _label(mechanisms()[name].text("label")), "dose": spec.dose}
    for shock in scenario.emergencies:
        kind = _label(emergency_kinds()[shock.kind].label)
        if shock.start <= scenario.weeks:
            yield shock.start, "emergency", {"name": kind}
        if shock.start + shock.weeks <= scenario.weeks:
            yield shock.start + shock.weeks, "emergency_over", {"name": kind}


def _first_times(result: Result) -> Iterator[Entry]:
    trace, warmup = result.trace, result.scenario.warmup
    assert trace is not None
    formed = trace.groups["week"][trace.groups["exists"]]
    if formed.size:
        yield int(formed[0]) - warmup, "first_group", {}
        if formed.size >= 10:
            yield int(formed[9]) - warmup, "ten_groups", {}


def _staff(result: Result) -> Iterator[Entry]:
    """When a community's staff became overloaded, and when that was over."""
    at = outcomes.AT
    load = result.history[:, :, at["load"]] / result.history[:, :, at["residents"]]
    for c in range(load.shape[1]):
        names = {language: Names(result.model, language).community(c) for language in LANGUAGES}
        over = False
        for week, value in enumerate(load[:, c], start=1):
            if not over and value > OVERLOADED and week > 1:
                over = True
                yield week, "overload", {"community": names}
            elif over and value < RELIEVED:
                over = False
                yield week, "relief", {"community": names}


def _extremes(result: Result) -> Iterator[Entry]:
    """Weeks of the most needs waiting, and of the most people taking part."""
    series = _series(result)
    for name, id in (("open", "most_open"), ("participation", "most_part")):
        values = np.array(series[name], float)
        week = int(values.argmax())
        if values[week] > values[0] and week > 0:
            shown = round(100.0 * float(values[week]), 1) if name == "participation" else int(values[week])
            yield week + 1, id, {"value": shown}


def _label(label: Any) -> dict[str, str]:
    return {language: label[language] for language in LANGUAGES}


def _words(result: Result, language: str) -> dict[str, Any]:
    """All words of the scene in one language."""
    model, names = result.model, Names(result.model, language)
    return {
        "communities": [names.community(c) for c in range(model.communities.size)],
        "organizations": [names.provider(row) for row in range(model.organizations.size)],
        "providers": {str(row): names.provider(row) for row in (-1, -2, -3)},
        "categories": [names.category(code) for code in range(len(CATEGORIES))],
        "states": [names.state(code) for code in range(len(STATES))],
        "forms": [words_of(language, f"form.{form}") for form in FORMS],
        "outcomes": {name: outcomes.OUTCOMES[name].label[language] for name in SERIES},
        "texts": {
            id.removeprefix("watch."): words[language] for id, words in texts().items() if id.startswith("watch.")
        },
    }
