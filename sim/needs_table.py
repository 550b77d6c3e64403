"""Needs (急难愁盼): records with their whole path, from raised to rated."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from sim.table import table_type

Needs: TypeAlias = np.recarray
NeedIndex: TypeAlias = np.recarray

CATEGORIES = (
    "property",
    "environment",
    "elder_care",
    "children",
    "disputes",
    "legal_labour",
    "livelihood",
    "facilities",
    "parking",
)
PROPERTY, ENVIRONMENT, ELDER_CARE, CHILDREN, DISPUTES, LEGAL_LABOUR, LIVELIHOOD, FACILITIES, PARKING = range(9)

# Every need is in exactly one of these states.
HIDDEN, KNOWN, WAITING, MATCHED, RESOLVED, FAILED, LAPSED, ESCALATED = range(8)
STATES = ("hidden", "known", "waiting", "matched", "resolved", "failed", "lapsed", "escalated")

# How a need became known.
NO_CHANNEL, HOTLINE, ONLINE, VISIT, PATROL, NEIGHBOUR_NOTICED, MEETING, LISTED = range(8)
CHANNELS = ("none", "hotline", "online", "visit", "patrol", "neighbour", "meeting", "list")

# Instances of a dispute, in order; the last three are forms of escalation, and a dispute goes to one of them.
NEAR, COUNCIL, LEGAL_TEAM, COMPLAINT, PETITION, COURT = range(6)
INSTANCES = ("near", "council", "legal_team", "complaint", "petition", "court")

NOBODY, GROUP, VOLUNTEERS = -1, -2, -3  # providers that are no organisation
UNRATED = -1.0


NEEDS = table_type(
    """
    id        int64   running number in this run
    resident  int32   whose need it is; for a shared need the one who speaks for the building
    building  int32   the building that shares the need, or -1
    community int32   row in Communities
    category  int8    index into CATEGORIES
    severity  int8    1 ordinary, 2 serious, 3 urgent
    simple    bool    a question that can be answered at once
    several   bool    more than one department owns it
    owner     int32   row in Organizations of the office whose part is due, or NOBODY
    owners_left int8  departments that have to do their part after that one
    state     int8    index into STATES
    channel   int8    index into CHANNELS
    provider  int32   row in Organizations, or NOBODY, GROUP, VOLUNTEERS
    right     bool    the provider is one that can solve it
    bounces   int8    times it went to a wrong address and came back
    returned  int8    departments that sent it back, a bit each in the order of their rows
    attempts  int8    failed attempts to solve it
    level     int8    instance that a dispute has reached: index into INSTANCES
    promised  bool    a meeting promised to see to it
    listed    bool    stands on the list of needs
    bottom_up bool    residents brought it up; otherwise found from above
    reopened  bool    was closed, rated low and opened again
    ready     int32   first week in which the next step may happen
    work      float64 hours that it takes
    work_left float64 hours still to give
    raised    int32   week
    known     int32   week in which it became known, -1 if hidden
    routed    int32   week in which it was last sent to a provider, -1
    matched   int32   week in which a project took it up, -1
    closed    int32   week, -1 while open
    rating    float64 0..1, or UNRATED
    queue     int32   work list: rows of open needs, in the order raised
    ended     int32   work list: rows of needs closed this week
    """
)
"""Needs, in the order in which they were raised. The last two columns are work lists and not part of a record."""

NEED_INDEX = table_type(
    """
    used         int64 rows in use
    next_id      int64 id of the next need
    open_count   int64 length of the work list ``queue``
    closed_count int64 length of the work list ``ended``
    """
)
"""One row: how far the table of needs is filled."""


def new_needs(capacity: int) -> tuple[Needs, NeedIndex]:
    """Room for ``capacity`` needs."""
    return NEEDS.new(capacity), NEED_INDEX.new(1)


def with_room(needs: Needs, index: NeedIndex, room: int) -> Needs:
    """Same needs with at least ``room`` free rows; copies only when it has to grow."""
    used = int(index.used[0])
    if used + room <= needs.size:
        return needs
    larger = NEEDS.new(used + room + used // 2)
    larger[: needs.size] = needs
    return larger


def without_closed(needs: Needs, index: NeedIndex) -> None:
    """Drop the rows of closed needs, in place: what is open keeps its order and its id."""
    count = int(index.open_count[0])
    needs[:count] = needs[needs.queue[:count]]
    needs.queue[:count] = np.arange(count)
    index.used[0] = count
