"""A trace of a run: what each process did to each need, and what happened to each resident.

A watcher stands between the processes of the week and compares tables before and after. It knows no process: columns
and processes that are new are followed like the others. It only reads, so a run has the same bits with and without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import InputError
from sim.needs_table import NEEDS
from sim.processes import participation
from sim.table import plain

if TYPE_CHECKING:
    import pandas as pd

    from sim.model import Community

WORK_LISTS = ("queue", "ended")  # columns of the needs table that are no part of a record
START, END = "start", "end"  # before the first and after the last process of a week
BEGIN = "begin"  # what was there when the trace began
MOODS = ("satisfaction", "trust", "efficacy", "belonging", "performance", "expectation")
NOTICED = 0.005  # a process that moves a mood by less is not named as a cause
MOST_PEOPLE = 10_000  # residents who are all followed unless some are named

# When a need changed, and how its provider stood then: needs that wait there, and hours a week for them.
EVENT = np.dtype([("week", np.int32), ("step", np.int16), ("backlog", np.int32), ("hours", np.float32)])
ACT = np.dtype([("week", np.int32), ("person", np.int32), ("form", np.int8), ("online", bool), ("asked", bool)])
MOVE = np.dtype(
    [("week", np.int32), ("person", np.int32), ("step", np.int16), ("mood", np.int8), ("change", np.float32)]
)
GROUP_CHANGE = np.dtype([("week", np.int32), ("building", np.int32), ("exists", bool)])


def _bits_of_records() -> np.ndarray:
    """Mask of a row of needs as 64-bit words: 1 where a bit belongs to the record, 0 in work lists and padding."""
    mask = np.zeros(NEEDS.dtype.itemsize, np.uint8)
    fields = NEEDS.dtype.fields
    assert fields is not None
    for name in NEEDS.names:
        if name not in WORK_LISTS:
            kind, first = fields[name][:2]
            mask[first : first + kind.itemsize] = 255
    return mask.view(np.uint64)


class Trace:
    """Watcher of one model; the model calls it between the processes of the week.

    Parameters
    ----------
    model : Community
        As it is before the first week that is followed. It has to keep the records of closed needs.
    residents : sequence of int, optional
        Rows of the residents to follow; default: all, unless there are more than ``MOST_PEOPLE``.
    """

    def __init__(self, model: Community, residents: Sequence[int] | None = None) -> None:
        size = model.residents.size
        if residents is None:
            residents = range(size) if size <= MOST_PEOPLE else ()
        wrong = [row for row in residents if not 0 <= row < size]
        if wrong:
            raise InputError(f"trace: there is no resident {wrong[0]}; residents are 0 to {size - 1}")
        self.people = np.array(sorted({int(row) for row in residents}), np.int64)
        self.steps: list[str] = []
        self.first_week = model.week
        self._mask = _bits_of_records()
        self._seen = np.zeros((0, self._mask.size), np.uint64)
        self._used = 0
        self._open = np.zeros(0, np.int64)
        self._records: list[np.ndarray] = []
        self._heads: list[np.ndarray] = []
        self._moods: list[np.ndarray] = []
        self._severity: list[np.ndarray] = []
        self._acts: list[np.ndarray] = []
        self._moves: list[np.ndarray] = []
        self._groups: list[np.ndarray] = []
        self._groups_seen = model.buildings.group.copy()
        self._asked = np.zeros(self.people.size, bool)
        self._mood = self._moods_of(model)
        self._moods.append(self._mood.astype(np.float32))
        self._severity.append(model.residents.open_severity[self.people])
        self._look_at_needs(model, self._step(BEGIN))

    # What the model calls --------------------------------------------------------------------------------------------

    def before(self, model: Community, name: str) -> None:
        """A process is about to run; at the first of a week, see what was done since the last one."""
        if name == START:
            self._look(model, self._step(START))
        elif name == "participation" and self.people.size:
            # Who is asked is forgotten as soon as they have decided, so it is found out beforehand, on a copy.
            copy = model.residents.copy()
            participation.each_participant(copy, model.ties, model.numbers.participation, model.seed, model.week)
            self._asked = copy.asked[self.people] != 0

    def after(self, model: Community, name: str) -> None:
        """See what a process did; at the end of a week, everything else that happened in it."""
        if name != END:
            self._look(model, self._step(name))
            return
        self._look_at_needs(model, self._step(END), closed_too=True)
        self._look_at_people(model)

    # ------------------------------------------------------------------------------------------------------------------

    def _step(self, name: str) -> int:
        if name not in self.steps:
            self.steps.append(name)
        return self.steps.index(name)

    def _look(self, model: Community, step: int) -> None:
        self._look_at_needs(model, step)
        self._look_at_moods(model, step)

    def _look_at_needs(self, model: Community, step: int, closed_too: bool = False) -> None:
        needs, used = plain(model.needs), int(model.index.used[0])
        opened = needs["queue"][: int(model.index.open_count[0])]
        if closed_too:
            rows = np.arange(used)
        elif used == self._used and np.array_equal(opened, self._open):
            rows = self._open
        else:
            rows = np.union1d(np.union1d(self._open, opened), np.arange(self._used, used))
        if self._seen.shape[0] < needs.size:
            larger = np.zeros((needs.size, self._mask.size), np.uint64)
            larger[: self._used] = self._seen[: self._used]
            self._seen = larger
        now = needs.view(np.uint64).reshape(needs.size, -1)[rows]
        changed = (((now ^ self._seen[rows]) & self._mask).any(axis=1)) | (rows >= self._used)
        self._used, self._open = used, opened.astype(np.int64)
        if not changed.any():
            return
        rows = rows[changed]
        self._seen[rows] = now[changed]
        head = np.zeros(rows.size, EVENT)
        provider = needs["provider"][rows]
        head["week"], head["step"] = model.week, step
        head["backlog"] = np.where(provider >= 0, model.organizations.backlog[provider], 0)
        head["hours"] = (model.organizations.capacity * model.organizations.effort)[provider]
        self._heads.append(head)
        self._records.append(needs[rows])

    def _moods_of(self, model: Community) -> np.ndarray:
        residents = plain(model.residents)
        everybody = self.people.size == residents.size
        columns = [residents[name] if everybody else residents[name][self.people] for name in MOODS]
        return np.array(columns, float)

    def _look_at_moods(self, model: Community, step: int) -> None:
        now = self._moods_of(model)
        change = now - self._mood
        mood, person = np.nonzero(np.abs(change) >= NOTICED)
        self._mood = now
        if mood.size:
            moves = np.zeros(mood.size, MOVE)
            moves["week"], moves["step"] = model.week, step
            moves["person"], moves["mood"], moves["change"] = self.people[person], mood, change[mood, person]
            self._moves.append(moves)

    def _look_at_people(self, model: Community) -> None:
        self._moods.append(self._mood.astype(np.float32))
        people: Any = model.residents[self.people]
        self._severity.append(people.open_severity)
        took_part = people.took_part == model.week
        here = np.flatnonzero(took_part | (self._asked & (people.age >= 18)))
        if here.size:
            acts = np.zeros(here.size, ACT)
            acts["week"], acts["person"] = model.week, self.people[here]
            acts["form"] = np.where(took_part, people.form, -1)[here]
            acts["online"], acts["asked"] = (people.took_part_online == model.week)[here], self._asked[here]
            self._acts.append(acts)
        changed = np.flatnonzero(model.buildings.group != self._groups_seen)
        if changed.size:
            groups = np.zeros(changed.size, GROUP_CHANGE)
            groups["week"], groups["building"] = model.week, changed
            groups["exists"] = model.buildings.group[changed]
            self._groups.append(groups)
            self._groups_seen = model.buildings.group.copy()

    # What it has seen -------------------------------------------------------------------------------------------------

    def chain(self, id: int) -> tuple[np.ndarray, np.ndarray]:
        """Record of a need after each process that changed it, and when that was; both in order."""
        heads, records, ids, order = self._by_need()
        first, last = np.searchsorted(ids, id, "left"), np.searchsorted(ids, id, "right")
        return heads[order[first:last]], records[order[first:last]]

    def _by_need(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Heads and records in the order of time, and the ids in the order of needs with their places."""
        if getattr(self, "_sorted_at", -1) != len(self._heads):
            heads, records = _joined(self._heads, EVENT), _joined(self._records, NEEDS.dtype)
            order = np.argsort(records["id"], kind="stable")
            self._sorted, self._sorted_at = (heads, records, records["id"][order], order), len(self._heads)
        return self._sorted

    @property
    def ids(self) -> np.ndarray:
        """Ids of the needs that were followed."""
        return np.unique(self._by_need()[2])

    @property
    def changes(self) -> pd.DataFrame:
        """Every change of every need: week since the start of the warm-up, process, id, column, before and after.

        A need's first row in each column is what it began with: its ``before`` is empty.
        """
        import pandas as pd

        heads, records, ids, order = self._by_need()
        heads, records = heads[order], records[order]
        fresh = np.ones(ids.size, bool)
        fresh[1:] = ids[1:] != ids[:-1]
        frames = []
        for name in NEEDS.names:
            if name in WORK_LISTS or name == "id":
                continue
            after = records[name].astype(float)
            before = np.concatenate([[np.nan], after[:-1]]) if after.size else after.copy()
            before[fresh] = np.nan
            at = np.flatnonzero(fresh | (after != before))
            frames.append(
                pd.DataFrame(
                    {
                        "week": heads["week"][at],
                        "process": np.array(self.steps)[heads["step"][at]],
                        "id": ids[at],
                        "column": name,
                        "before": before[at],
                        "after": after[at],
                        "order": at,
                    }
                )
            )
        return pd.concat(frames).sort_values("order", kind="stable").drop(columns="order").reset_index(drop=True)

    @property
    def moods(self) -> np.ndarray:
        """Moods of those followed: weeks (the first is before the trace) x ``MOODS`` x people."""
        return np.stack(self._moods)

    def course_of(self, resident: int) -> tuple[np.ndarray, np.ndarray]:
        """Moods of a resident (weeks x ``MOODS``) and severity of open needs; the first week is before the trace.

        Raises
        ------
        InputError
            If the resident was not followed.
        """
        place = int(np.searchsorted(self.people, resident))
        if place == self.people.size or self.people[place] != resident:
            raise InputError(f"resident {resident} was not followed; ask for it: sim.run(..., trace=[{resident}])")
        moods = np.array([week[:, place] for week in self._moods])
        return moods, np.array([week[place] for week in self._severity])

    @property
    def acts(self) -> np.ndarray:
        """Acts of taking part (``form`` -1: asked by a neighbour and declined)."""
        return _joined(self._acts, ACT)

    @property
    def moves(self) -> np.ndarray:
        """Moods that a process moved noticeably."""
        return _joined(self._moves, MOVE)

    @property
    def groups(self) -> np.ndarray:
        """Self-governing groups that formed or dissolved."""
        return _joined(self._groups, GROUP_CHANGE)

    @property
    def nbytes(self) -> int:
        """Memory of what was seen, in bytes."""
        lists = (self._records, self._heads, self._moods, self._severity, self._acts, self._moves, self._groups)
        return self._seen.nbytes + sum(one.nbytes for each in lists for one in each)


def _joined(parts: list[np.ndarray], kind: np.dtype) -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros(0, kind)
