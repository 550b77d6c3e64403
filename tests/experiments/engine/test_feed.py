"""The first job of a group begins before the others; jobs are read as late as possible."""

from __future__ import annotations

from experiments.engine import Job
from experiments.engine.feed import Feed


def grouped(*groups: tuple[str | None, int]) -> list[Job]:
    return [Job(f"{group}{number}", (), group) for group, count in groups for number in range(count)]


def keys(tickets) -> list[str]:
    return [one.job.key for one in tickets]


def test_leaders_of_different_groups_come_first_and_alone_then_who_waited():
    complete: list[str] = []
    feed = Feed(grouped(("a", 3), ("b", 2), ("c", 1)), complete.append)

    first, second = feed.take(8), feed.take(8)
    assert (keys(first), keys(second)) == (["a0"], ["b0"])
    assert keys(feed.take(8)) == ["c0"]
    assert feed.take(8) == []

    feed.done(second[0])
    followers = feed.take(8)
    assert keys(followers) == ["b1"]
    feed.done(followers[0])
    assert complete == ["group-2"]
    feed.done(first[0])
    assert keys(feed.take(1)) == ["a1"]


def test_jobs_read_after_their_leader_is_done_need_not_wait():
    feed = Feed(grouped(("a", 4)), lambda name: None)
    (leader,) = feed.take(1)
    feed.done(leader)

    assert keys(feed.take(2)) == ["a1", "a2"]


def test_jobs_are_read_as_they_are_asked_for():
    read = []

    def source():
        for key in range(100):
            read.append(key)
            yield Job(key, ())

    feed = Feed(source(), lambda name: None)

    assert keys(feed.take(3)) == [0, 1, 2]
    assert len(read) == 4


def test_a_huge_group_is_not_read_whole_to_find_another(monkeypatch):
    monkeypatch.setattr("experiments.engine.feed.MOST_HELD", 10)
    read = []

    def source():
        for key in range(1000):
            read.append(key)
            yield Job(key, (), "one")

    feed = Feed(source(), lambda name: None)
    (leader,) = feed.take(5)
    assert feed.take(5) == []
    assert len(read) < 20

    feed.done(leader)
    found = 1
    while taken := feed.take(5):
        found += len(taken)
    assert found == 1000


def test_jobs_without_a_group_never_wait():
    feed = Feed(grouped((None, 3), ("a", 2), (None, 1)), lambda name: None)

    assert keys(feed.take(8)) == ["None0", "None1", "None2"]
    assert keys(feed.take(8)) == ["a0"]
    assert keys(feed.take(8)) == ["None0"]
