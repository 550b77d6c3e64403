"""What a study folder holds, what it refuses, and what it says then."""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments.store import Store, StoreError, packed, unpacked
from experiments.store.journal import JOURNAL
from sim.errors import InputError
from tests.experiments.store.small import (
    DESIGN,
    MANIFEST,
    SCHEMAS,
    STUDY,
    add,
    assert_whole,
    fill,
    make,
    name_of,
    row_of,
    stream,
    tables_of,
)

ROOT = Path(__file__).parents[3]


@pytest.fixture
def store(tmp_path):
    return make(tmp_path / "study")


def test_what_was_put_in_comes_out(store):
    fill(store, range(10))
    again = Store.open(store.folder)
    assert again.manifest == MANIFEST
    assert again.text("study.toml") == STUDY
    pd.testing.assert_frame_equal(again.design, DESIGN)
    assert_whole(again, range(10))
    runs = again.runs().set_index("run_id")
    assert list(again.runs().columns) == SCHEMAS["runs"].names
    assert runs.loc[name_of(9), "participation"] == 9 / 7
    assert runs.loc[name_of(9), "seed"] == 9
    communities = again.table("communities").set_index("run_id").loc[name_of(9)]
    assert communities["participation"].tolist() == [np.float32(3), np.float32(0.25)]
    assert communities["type"].tolist() == ["village", "commercial"]


def test_runs_in_the_journal_read_as_those_in_parts(store):
    with store.writer() as writer:
        for number in range(6):
            add(writer, number)
        writer.add(row_of(6, "error", message=None))
        waiting = store.runs(), store.table("communities"), store.digest(), store.done()
        writer.flush()
        stored = store.runs(), store.table("communities"), store.digest(), store.done()
    for before, after in zip(waiting[:2], stored[:2], strict=True):
        pd.testing.assert_frame_equal(before, after)
    assert waiting[2:] == stored[2:]
    assert store.done()[name_of(6)] == "error"


def test_an_empty_study_reads_as_tables_of_no_rows(store):
    assert store.runs().columns.tolist() == SCHEMAS["runs"].names
    assert store.table("communities").columns.tolist() == ["run_id", *SCHEMAS["communities"].names]
    assert len(store.runs()) == len(store.table("communities")) == 0
    assert pd.read_parquet(store.folder / "runs").empty
    assert store.done() == {}
    assert store.check() == []
    assert store.compact() == 1
    assert pd.read_parquet(store.folder / "communities").empty


def test_parts_are_cut_by_rows_bytes_and_age(store):
    def parts():
        return len(list((store.folder / "runs").iterdir())) - 1

    fill(store, range(4), flush_rows=2)
    assert parts() == 2
    for number, limits in ((4, {"flush_bytes": 1}), (5, {"flush_seconds": 0.0})):
        with store.writer(**limits) as writer:
            add(writer, number)
            assert (store.folder / JOURNAL).stat().st_size == 0
    assert parts() == 4
    fill(store, [])
    assert parts() == 4


def test_parts_are_written_for_fast_readers(store):
    fill(store, range(4))
    group = pq.read_metadata(store.folder / "runs/part-000001.parquet").row_group(0)
    columns = {group.column(at).path_in_schema: group.column(at) for at in range(group.num_columns)}
    assert list(columns) == SCHEMAS["runs"].names
    assert all(column.compression == "ZSTD" for column in columns.values())
    assert "BYTE_STREAM_SPLIT" in columns["participation"].encodings
    assert not columns["participation"].has_dictionary_page
    assert columns["status"].has_dictionary_page


def test_a_run_is_never_added_twice(store):
    with store.writer() as writer:
        assert add(writer, 1) is True
        assert writer.add(row_of(1, participation=99.0)) is False
        writer.flush()
        assert add(writer, 1) is False
    with store.writer() as writer:
        assert add(writer, 1) is False
    assert_whole(store, [1])


def test_failures_are_kept_and_can_be_made_again(store):
    reason = "Traceback …\nValueError\n\nrongzhi reproduce …\n"
    with store.writer() as writer:
        add(writer, 0)
        writer.add(row_of(1, "error", message="broken \ud800 text"), failure=reason)
        assert writer.add(row_of(1)) is False
    assert store.failure(name_of(1)) == reason.rstrip("\n")
    assert store.failure(name_of(0)) is None
    assert store.done() == {name_of(0): "ok", name_of(1): "error"}
    with store.writer() as writer:
        with pytest.raises(InputError, match="did not fail"):
            writer.forget([name_of(0)])
        assert writer.forget([name_of(1), "unknown"]) == 1
        assert writer.done == store.done() == {name_of(0): "ok"}
        assert add(writer, 1) is True
    assert store.failure(name_of(1)) is None
    assert_whole(store, range(2))


@pytest.mark.parametrize(
    ("row", "tables", "message"),
    [
        ({"participation": "high"}, {}, "'participation' is 'high'; a number is needed"),
        ({"participation": True}, {}, "a number is needed"),
        ({"seed": 1.5}, {}, "'seed' is 1.5; a whole number is needed"),
        ({"seed": 2**63}, {}, "can be kept"),
        ({"status": 3}, {}, "text is needed"),
        ({"particpation": 1.0}, {}, "'particpation' is no column of the study; did you mean 'participation'"),
        ({"run_id": "../x"}, {}, "a run id has"),
        ({"status": "error"}, tables_of(1), "can have no tables"),
        ({}, {"comunities": b""}, "not kept by this study; did you mean 'communities'|; known: communities"),
        ({}, {"communities": b"no stream"}, "no Arrow IPC stream"),
        ({}, {"communities": stream(pa.table({"community": [1]}))}, "column 'type' is missing"),
        (
            {},
            {"communities": stream(pa.table({"community": ["a"], "type": ["b"], "participation": [0.5]}))},
            "column 'community' is string, not int32",
        ),
        (
            {},
            {"communities": stream(pa.table({"community": [1], "type": ["b"], "participation": [0.5], "kind": [1]}))},
            "column 'kind' is not kept",
        ),
    ],
)
def test_what_does_not_fit_is_named_and_not_written(store, row, tables, message):
    with store.writer() as writer:
        with pytest.raises(ValueError, match=message):
            writer.add(row_of(1) | row, tables)
        assert (store.folder / JOURNAL).stat().st_size == 0
        assert add(writer, 1)
    assert_whole(store, [1])


def test_a_missing_outcome_is_named(store):
    row = row_of(1)
    del row["satisfaction"]
    with store.writer() as writer, pytest.raises(ValueError, match="'satisfaction' is missing"):
        writer.add(row)


def test_tables_of_other_but_equal_types_are_taken(store):
    columns = {"type": pa.array(["a"]).dictionary_encode(), "participation": np.array([0.5]), "community": [3]}
    with store.writer() as writer:
        writer.add(
            row_of(1, seed=np.int64(5), participation=np.float32(0.5)), {"communities": stream(pa.table(columns))}
        )
    assert store.table("communities").to_dict("records") == [
        {"run_id": name_of(1), "community": 3, "type": "a", "participation": 0.5}
    ]


@pytest.mark.parametrize(
    ("schemas", "message"),
    [
        ({"runs": pa.schema([("run_id", pa.string())])}, "needs the columns"),
        (SCHEMAS | {"design": SCHEMAS["communities"]}, "cannot be the name"),
        (SCHEMAS | {"a/b": SCHEMAS["communities"]}, "cannot be the name"),
        (SCHEMAS | {"weekly": pa.schema([("x", pa.list_(pa.int8()))])}, "weekly.x is list"),
    ],
)
def test_schemas_that_cannot_be_kept(tmp_path, schemas, message):
    with pytest.raises(ValueError, match=message):
        Store.create(tmp_path / "study", MANIFEST, {}, DESIGN, schemas)
    assert not (tmp_path / "study").exists()


def test_a_folder_that_holds_something_else_is_left_alone(store, tmp_path):
    with pytest.raises(InputError, match="holds a study already"):
        make(store.folder)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").touch()
    with pytest.raises(InputError, match=r"thesis\.docx"):
        make(tmp_path / "mine")
    with pytest.raises(ValueError, match="cannot be the name"):
        Store.create(tmp_path / "other", MANIFEST, {"runs": ""}, DESIGN, SCHEMAS)


def test_what_is_no_study_says_so(store, tmp_path):
    with pytest.raises(InputError, match="no such folder; did you mean 'study'"):
        Store.open(tmp_path / "studdy")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no study folder"):
        Store.open(tmp_path / "empty")
    with pytest.raises(InputError, match="no table 'comunities'; did you mean 'communities'"):
        store.table("comunities")
    with pytest.raises(InputError, match="no file 'study'"):
        store.text("study")
    path = store.folder / "manifest.json"
    whole = path.read_text()
    for text, message in (
        (whole[:50], "cannot be read"),
        ("[]", "cannot be read"),
        (whole.replace('"format": 1', '"format": 9'), "format 9"),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match=message):
            Store.open(store.folder)


def test_sessions_are_numbered(store):
    with store.writer() as writer:
        assert writer.session == 1
        writer.write_session({"workers": 2})
        writer.write_session({"workers": 2, "runs": 5})
    with store.writer() as writer:
        assert writer.session == 2
        writer.write_session({"workers": 4})
    assert store.sessions() == {1: {"workers": 2, "runs": 5}, 2: {"workers": 4}}


def test_the_design_of_an_adaptive_study_grows(store):
    larger = pd.concat([DESIGN, DESIGN + 8], ignore_index=True)
    with store.writer() as writer:
        writer.write_design(larger)
    pd.testing.assert_frame_equal(store.design, larger)
    assert store.check() == []


def test_a_second_coordinator_is_told_who_writes(store):
    with store.writer() as writer:
        add(writer, 1)
        with pytest.raises(InputError, match=f"another coordinator writes .*process {os.getpid()} on .* since 20"):
            store.writer().__enter__()
        with pytest.raises(InputError, match="another coordinator"):
            store.compact()
        assert len(store.runs()) == 1
        code = "import sys; from experiments.store import Store; Store.open(sys.argv[1]).writer().__enter__()"
        done = subprocess.run(
            [sys.executable, "-c", code, store.folder], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert f"another coordinator writes to this study: process {os.getpid()}" in done.stderr
    fill(store, [2])
    assert_whole(store, [1, 2])


def full_after(monkeypatch, calls: int, half: bool = True):
    """Let the disk be full after so many more writes; the last one is cut in half."""
    real, left = os.write, [calls]

    def write(handle, data):
        left[0] -= 1
        if left[0] > 0:
            return real(handle, data)
        if left[0] == 0 and half:
            return real(handle, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", write)


@pytest.mark.parametrize("calls", range(1, 9))
def test_a_full_disk_loses_nothing(store, monkeypatch, calls):
    fill(store, range(2))
    said = []
    full = pytest.raises(StoreError, match="No space left on device; make room")
    with monkeypatch.context() as patch, full, store.writer(flush_rows=3) as writer:
        full_after(patch, calls)
        for number in range(2, 20):
            add(writer, number)
            said.append(number)
    assert {name_of(number) for number in said} <= set(store.done())
    assert store.check() == []
    fill(store, range(20))
    assert_whole(store, range(20))


def test_a_writer_goes_on_when_there_is_room_again(store, monkeypatch):
    with store.writer(flush_rows=100) as writer:
        add(writer, 0)
        with monkeypatch.context() as patch:
            full_after(patch, 1)
            with pytest.raises(StoreError):
                add(writer, 1)
            with pytest.raises(StoreError):
                writer.flush()
        assert list(store.done()) == [name_of(0)]
        add(writer, 1)
    assert_whole(store, [0, 1])


@pytest.mark.skipif(os.name == "nt", reason="no limits by process")
def test_a_limit_on_file_size_is_a_full_disk(store):
    import resource

    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    said = []
    with pytest.raises(StoreError, match="File too large; make room"), store.writer() as writer:  # noqa: PT012
        resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, old[1]))
        try:
            for number in range(100):
                add(writer, number)
                said.append(number)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, old)
    assert 2 < len(said) < 100
    assert_whole(store, said)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting needs root")
def test_a_full_tmpfs_loses_nothing(tmp_path):
    mount = tmp_path / "small"
    mount.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(mount)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        store, said = make(mount / "study"), []
        with pytest.raises(StoreError, match="No space left on device"), store.writer(flush_rows=20) as writer:  # noqa: PT012
            for number in range(10_000):
                add(writer, number)
                said.append(number)
        assert len(said) > 20
        done = store.done()
        assert {name_of(number) for number in said} <= set(done)
        assert len(store.runs()) == len(done)
        assert store.check() == []
        subprocess.run(["mount", "-o", "remount,size=50m", str(mount)], check=True)
        fill(store, range(len(said) + 5))
        assert_whole(store, range(len(said) + 5))
    finally:
        subprocess.run(["umount", str(mount)], check=True)


def test_a_folder_that_may_not_be_written_can_be_read(store, monkeypatch):
    fill(store, range(2))
    real = os.open

    def refuse(path, flags, *rest):
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, flags, *rest)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(InputError, match="may not be written by you"):
        store.writer().__enter__()
    with pytest.raises(InputError, match="may not be written by you"):
        store.compact()
    assert_whole(store, range(2))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_write_permission(store):
    store.folder.chmod(0o500)
    try:
        with pytest.raises(InputError, match="may not be written by you"):
            store.writer().__enter__()
    finally:
        store.folder.chmod(0o700)


def test_nothing_is_pickled():
    for path in (ROOT / "experiments" / "store").glob("*.py"):
        assert "import pickle" not in path.read_text(encoding="utf-8")


def test_the_manifest_is_readable_by_anyone(store):
    manifest = json.loads((store.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["study_hash"] == MANIFEST["study_hash"]
    assert manifest["store"]["tables"] == ["runs", "communities"]


def test_packed_rows_are_those_of_a_stream_and_other_columns_are_refused(store):
    columns = {"community": [0, 1], "type": ["village", "a"], "participation": [0.5, 1.5]}
    table = pa.table(columns, SCHEMAS["communities"])
    (batch,) = table.to_batches()
    assert len(packed(batch)) < len(stream(table))
    assert unpacked(packed(batch), SCHEMAS["communities"]).equals(batch)
    with store.writer() as writer:
        writer.add(row_of(1), {"communities": packed(batch)})
        writer.add(row_of(2), {"communities": stream(table)})
        with pytest.raises(ValueError, match="nor packed with these columns"):
            writer.add(row_of(3), {"communities": packed(batch.drop_columns(["type"]))})
    found = store.table("communities").drop(columns="run_id")
    assert found[:2].reset_index(drop=True).equals(found[2:].reset_index(drop=True))
