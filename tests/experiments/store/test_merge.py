"""Shards become one study, whatever happens on the way."""

import pytest

from experiments.store import Store, merge
from sim.errors import InputError
from tests.experiments.store.small import (
    DESIGN,
    MANIFEST,
    SCHEMAS,
    Dead,
    add,
    assert_whole,
    at_each_step,
    dying_at,
    fill,
    make,
    name_of,
    row_of,
)


def shards(folder):
    """Two shards that share runs 4 and 5, and one whole study."""
    for name, numbers in (("one", range(6)), ("two", range(4, 10)), ("whole", range(10))):
        fill(make(folder / name), numbers)
    return folder / "one", folder / "two", Store.open(folder / "whole").digest()


def test_the_union_is_the_whole(tmp_path):
    one, two, whole = shards(tmp_path)
    new = tmp_path / "new"
    assert merge(new, [one, two]) == 10
    assert_whole(Store.open(new), range(10))
    assert Store.open(new).digest() == whole
    assert Store.open(new).text("study.toml") == Store.open(one).text("study.toml")
    assert merge(new, [two, one, new]) == 0
    assert merge(one, [two]) == 4
    assert Store.open(one).digest() == whole


def test_journals_of_running_shards_are_merged_too(tmp_path):
    one, two, _ = shards(tmp_path)
    with Store.open(two).writer() as writer:
        add(writer, 11)
        assert merge(one, [two]) == 5
    assert_whole(Store.open(one), [*range(10), 11])


def test_a_run_that_failed_here_is_taken_from_there(tmp_path):
    one, two = make(tmp_path / "one"), make(tmp_path / "two")
    for store, good, bad in ((one, 1, 2), (two, 2, 3)):
        with store.writer() as writer:
            add(writer, good)
            writer.add(row_of(bad, "error"), failure=f"reason {bad}")
    merge(one.folder, [two.folder])
    assert one.done() == {name_of(1): "ok", name_of(2): "ok", name_of(3): "error"}
    assert one.failure(name_of(2)) is None
    assert one.failure(name_of(3)) == "reason 3"
    assert one.check() == []


def test_sessions_come_along_under_new_numbers(tmp_path):
    for name, workers in (("one", 2), ("two", 4)):
        with make(tmp_path / name).writer() as writer:
            writer.write_session({"workers": workers})
            writer.add(row_of(workers))
    store = Store.open(tmp_path / "one")
    assert merge(store.folder, [tmp_path / "two"]) == 1
    assert store.sessions() == {1: {"workers": 2}, 2: {"workers": 4}}
    assert store.runs().set_index("run_id")["session"].to_dict() == {name_of(2): 1, name_of(4): 2}


def test_other_studies_are_refused_by_name(tmp_path):
    fill(make(tmp_path / "one"), range(2))
    make(tmp_path / "code", code="2.0")
    make(tmp_path / "study", study_hash="beef")
    Store.create(tmp_path / "design", MANIFEST, {}, DESIGN * 2, SCHEMAS)
    Store.create(tmp_path / "tables", MANIFEST, {}, DESIGN, {"runs": SCHEMAS["runs"]})
    for name, message in (
        ("code", r"their code differs \(1.0 and 2.0\)"),
        ("study", "their study_hash differs"),
        ("design", "their designs differ"),
        ("tables", "other columns"),
    ):
        with pytest.raises(InputError, match=f"{tmp_path / 'one'} and {tmp_path / name} cannot be merged: .*{message}"):
            merge(tmp_path / "one", [tmp_path / name])
    with pytest.raises(InputError, match="cannot be merged"):
        merge(tmp_path / "new", [tmp_path / "one", tmp_path / "code"])
    assert not (tmp_path / "new").exists()
    assert_whole(Store.open(tmp_path / "one"), range(2))


def test_a_merge_that_dies_is_merged_again(tmp_path):
    one, two, whole = shards(tmp_path)
    for step in range(1, 200, 7):
        new = tmp_path / f"new-{step}"
        try:
            with dying_at(step):
                merge(new, [one, two])
        except Dead:
            with at_each_step(lambda name, half: None):
                merge(new, [one, two])
            assert_whole(Store.open(new), range(10))
            assert Store.open(new).digest() == whole
        else:
            break
    assert 30 < step < 199
