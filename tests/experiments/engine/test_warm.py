"""A state is made once for a group and shared by its runs, wherever they run."""

from __future__ import annotations

import tempfile

import pytest

from experiments.engine import Job, drive, forget, local, serial, shared
from experiments.engine.warm import sharing
from tests.experiments.engine.toys import driven, files_beside, told, warmed


@pytest.fixture(autouse=True)
def _fresh():
    forget()
    yield
    forget()


@pytest.mark.parametrize("make", [serial, lambda: local(2)])
def test_each_group_makes_its_state_once(make, tmp_path):
    jobs = [Job(f"{g}{n}", (g, n, str(tmp_path)), g) for g in "abc" for n in range(6)]

    records = driven(warmed, jobs, make(), chunk=2)

    assert [one.value for one in records] == [(f"state of {g}", n) for g in "abc" for n in range(6)]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a-0", "b-0", "c-0"]


def test_runs_without_company_write_no_state_and_states_go_when_their_group_is_done(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen = tmp_path / "seen"
    seen.mkdir()
    alone = [Job(n, (f"g{n}", n, str(seen)), f"g{n}") for n in range(3)]
    in_company = [Job(10 + n, ("g", n, str(seen)), "g") for n in range(2)]

    records = drive(warmed, [*alone, *in_company], local(2), chunk=1)
    states = {record.key: files_beside(0, str(tmp_path)) for record in records}

    assert len(states[10]) == 1
    assert {name for names in states.values() for name in names} == set(states[10])
    assert states[11] == []
    assert len(list(seen.iterdir())) == 4
    assert list(tmp_path.glob("rongzhi-run-*")) == []


def test_a_state_is_kept_in_memory_and_the_oldest_goes():
    made = []

    def make(name):
        return shared(name, lambda: made.append(name) or name)

    for name in ["a", "a", "b", "a", "c", "a", "b"]:
        assert make(name) == name

    assert made == ["a", "b", "c", "b"]


@pytest.mark.parametrize("full", ["MOST_BYTES", None])
def test_a_state_that_cannot_be_left_is_made_again(tmp_path, monkeypatch, full):
    if full:
        monkeypatch.setattr(f"experiments.engine.warm.{full}", 10)
    made = []
    for _ in range(2):
        forget()
        with sharing(tmp_path / "group"):
            shared("key", lambda: made.append(1) or ("state" if full else lambda: None))

    assert len(made) == 2
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


def test_records_do_not_depend_on_sharing(tmp_path):
    grouped = [Job(n, ("a", n, str(tmp_path)), "a") for n in range(4)]

    assert told(driven(warmed, grouped, serial())) == told(
        driven(warmed, [job._replace(group=None) for job in grouped], local(1))
    )
