"""The digest tells what was found, not how it was stored."""

import numpy as np
import pytest

from tests.experiments.store.small import add, fill, make, row_of, stream, tables_of


def test_order_parts_and_compaction_do_not_matter(tmp_path):
    digests = set()
    for name, numbers, rows in (
        ("a", range(12), 100),
        ("b", reversed(range(12)), 1),
        ("c", [*range(5, 12), *range(5)], 5),
    ):
        store = make(tmp_path / name)
        fill(store, numbers, flush_rows=rows)
        digests.add(store.digest())
        assert store.compact() == 1
        digests.add(store.digest())
    assert len(digests) == 1


def test_seconds_and_session_do_not_matter_and_all_else_does(tmp_path):
    def digest(row, tables):
        store = make(tmp_path / str(len(list(tmp_path.iterdir()))))
        with store.writer() as writer:
            add(writer, 0)
            writer.add(row, tables)
        return store.digest()

    base = digest(row_of(1), tables_of(1))
    assert digest(row_of(1, seconds=9.0, session=7), tables_of(1)) == base
    changed = [
        (row_of(1, participation=np.nextafter(1 / 7, 1)), tables_of(1)),
        (row_of(1, participation=float("nan")), tables_of(1)),
        (row_of(1, message="x"), tables_of(1)),
        (row_of(1, message=None), tables_of(1)),
        (row_of(1, seed=2), tables_of(1)),
        (row_of(1), tables_of(2)),
        (row_of(1), {}),
        (row_of(1), {"communities": stream({"community": [1, 0], "type": ["a", "b"], "participation": [0.5, 0.5]})}),
        (row_of(2), tables_of(1)),
    ]
    assert len({base, *(digest(*one) for one in changed)}) == 1 + len(changed)


def test_any_nan_is_one_nan(tmp_path):
    other = np.array([0x7FF8000000000001], np.uint64).view(float)[0]
    found = set()
    for number, value in enumerate((float("nan"), other)):
        store = make(tmp_path / str(number))
        with store.writer() as writer:
            writer.add(row_of(1, participation=value))
        found.add(store.digest())
    assert len(found) == 1


@pytest.mark.parametrize("parts", [1, 3])
def test_compaction_sorts_by_point_and_replication(tmp_path, monkeypatch, parts):
    import pandas as pd

    from experiments.store import compact

    store = make(tmp_path / "study")
    fill(store, reversed(range(24)), flush_rows=5)
    before = store.runs(), store.table("communities")
    monkeypatch.setattr(compact, "MOST_ROWS", 24 // parts)
    assert store.compact() == parts
    read = pd.read_parquet(store.folder / "runs")
    assert read[["point", "replication"]].to_numpy().tolist() == [[p, r] for p in range(8) for r in range(3)]
    pd.testing.assert_frame_equal(read, before[0], check_dtype=False)
    pd.testing.assert_frame_equal(pd.read_parquet(store.folder / "communities"), before[1], check_dtype=False)
    names = {path.name for path in (store.folder / "runs").iterdir()}
    assert store.compact() == parts
    assert {path.name for path in (store.folder / "runs").iterdir()} == names
    assert store.check() == []
