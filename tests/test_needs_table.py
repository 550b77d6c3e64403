"""Room for needs, and what is dropped when they are closed."""

import numpy as np

from sim.counters import COUNTERS
from sim.needs_life import begin, drop_closed
from sim.needs_table import FAILED, HIDDEN, KNOWN, NEEDS, RESOLVED, WAITING, new_needs, with_room, without_closed

RECORD = [name for name in NEEDS.names if name not in {"queue", "ended"}]


def table_with(*states, capacity=10):
    """Needs 0, 1, ... of residents 10, 11, ..., in these states."""
    needs, index = new_needs(capacity)
    counts = np.zeros((1, len(COUNTERS)))
    for n, state in enumerate(states):
        begin(needs, index, 10 + n, -1, 0, 3, 2, False, True, 4.5, 7, counts)
        needs.state[n] = state
    drop_closed(needs, index)
    return needs, index


def records(needs, index):
    return needs[RECORD][: int(index.used[0])].tolist()


def test_a_new_need_is_hidden_open_and_unrated():
    needs, index = table_with(HIDDEN)
    one = needs[0]

    assert (index.used[0], index.next_id[0], index.open_count[0]) == (1, 1, 1)
    assert (one.state, one.raised, one.work_left, one.known, one.closed, one.rating) == (HIDDEN, 7, 4.5, -1, -1, -1.0)


def test_where_there_is_room_nothing_is_copied():
    needs, index = table_with(HIDDEN, KNOWN)

    assert with_room(needs, index, 8) is needs


def test_growing_keeps_records_and_work_lists():
    needs, index = table_with(HIDDEN, RESOLVED, KNOWN)
    larger = with_room(needs, index, 50)

    assert larger.size >= 53
    assert records(larger, index) == records(needs, index)
    assert larger.queue[:2].tolist() == [0, 2]


def test_a_table_that_has_grown_takes_new_needs():
    needs, index = table_with(HIDDEN, RESOLVED, KNOWN, capacity=3)
    needs = with_room(needs, index, 1)
    begin(needs, index, 99, 4, 0, 1, 1, True, False, 1.0, 8, np.zeros((1, len(COUNTERS))))

    assert needs.id[:4].tolist() == [0, 1, 2, 3]
    assert (needs.resident[3], needs.building[3]) == (99, 4)
    assert needs.queue[:3].tolist() == [0, 2, 3]


def test_dropping_closed_needs_keeps_open_ones_whole_and_in_order():
    needs, index = table_with(RESOLVED, HIDDEN, FAILED, KNOWN, WAITING, RESOLVED)
    kept = needs[RECORD][[1, 3, 4]].tolist()
    without_closed(needs, index)

    assert records(needs, index) == kept
    assert needs.id[:3].tolist() == [1, 3, 4]
    assert needs.queue[:3].tolist() == [0, 1, 2]


def test_ids_go_on_after_closed_needs_were_dropped():
    needs, index = table_with(RESOLVED, HIDDEN, RESOLVED)
    without_closed(needs, index)
    begin(needs, index, 50, -1, 0, 0, 1, True, False, 1.0, 9, np.zeros((1, len(COUNTERS))))

    assert needs.id[:2].tolist() == [1, 3]
    assert index.used[0] == index.open_count[0] == 2


def test_dropping_from_a_table_without_open_needs_empties_it():
    needs, index = table_with(RESOLVED, FAILED)
    without_closed(needs, index)

    assert index.used[0] == index.open_count[0] == 0
