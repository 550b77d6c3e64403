"""A changed byte anywhere is found and named with its runs; a damaged part goes into quarantine."""

import random

import pytest

from experiments.store import Store, StoreError
from tests.experiments.store.small import add, assert_whole, fill, make, name_of, row_of


@pytest.fixture
def store(tmp_path):
    store = make(tmp_path / "study")
    with store.writer() as writer:
        writer.add(row_of(50, "error"), failure="Traceback …")
        writer.write_session({"workers": 2})
    fill(store, range(3))
    return store


def test_a_flipped_byte_in_any_file_is_found_with_its_runs(store):
    runs = {"part-000001": {name_of(50)}, "part-000002": set(map(name_of, range(3)))}
    chance, named = random.Random(1), 0
    for path in sorted(store.folder.rglob("*")):
        name = path.relative_to(store.folder).as_posix()
        if path.is_dir() or name in {".lock", "journal.bin"}:
            continue
        whole = path.read_bytes()
        for at in {0, 3, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(30))}:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
            (problem,) = store.check()
            assert problem.file == name
            if path.stem in runs:
                assert set(problem.run_ids) == runs[path.stem] or not problem.run_ids
                named += bool(problem.run_ids)
                assert bool(problem.run_ids) or "cannot be read" in str(problem)
        path.write_bytes(whole)
    assert named > 60
    assert store.check() == []


def test_runs_of_an_unreadable_part_are_named_by_its_side_part(store):
    (store.folder / "runs/part-000002.parquet").write_bytes(b"nothing")
    (problem,) = store.check()
    assert set(problem.run_ids) == set(map(name_of, range(3)))
    with pytest.raises(StoreError, match=r"part-000002\.parquet: is damaged"):
        store.runs()


@pytest.mark.parametrize("table", ["runs", "communities"])
def test_a_damaged_part_goes_into_quarantine_and_its_runs_are_made_again(store, table):
    reference = store.digest()
    path = store.folder / table / "part-000002.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 255
    path.write_bytes(bytes(data))
    with pytest.raises(StoreError, match=r"part-000002\.parquet"):
        store.compact()
    (problem,) = store.check(quarantine=True)
    assert problem.file == f"{table}/part-000002.parquet"
    assert sorted(one.name for one in (store.folder / "quarantine").iterdir()) == [
        "communities-part-000002.parquet",
        "runs-part-000002.parquet",
    ]
    assert store.check() == []
    assert store.done() == {name_of(50): "error"}
    fill(store, range(3))
    assert store.digest() == reference


def test_missing_and_foreign_files_are_found(store, tmp_path):
    other = make(tmp_path / "other")
    with other.writer() as writer:
        writer.add(row_of(50, "error"))
    fill(other, range(3, 6))
    side = "communities/part-000002.parquet"
    (store.folder / side).write_bytes((other.folder / side).read_bytes())
    (problem,) = store.check()
    assert problem.file == side
    assert "not the one" in problem.what
    (store.folder / side).unlink()
    (store.folder / "study.toml").unlink()
    assert {(problem.file, problem.what) for problem in store.check()} == {
        (side, "is missing"),
        ("study.toml", "is missing"),
    }
    with pytest.raises(StoreError, match="a part is missing"):
        store.table("communities")


def test_a_running_study_has_no_problems(store):
    with store.writer() as writer:
        add(writer, 3)
        assert store.check() == []
        writer.flush()
        assert store.check() == []
    with store.writer() as writer:
        writer.forget([name_of(50)])
    assert_whole(Store.open(store.folder), range(4))
