"""Runs of one study serve another: what was made once is not made again."""

from __future__ import annotations

import pandas as pd
import pytest

from experiments import run
from experiments.engine import serial
from experiments.run import run_study
from experiments.store import Store


@pytest.fixture(scope="module")
def folders(small_study, tmp_path_factory):
    """The whole factorial, and each lever alone by itself and with the runs of the former."""
    root = tmp_path_factory.mktemp("reuse")
    one_by_one = small_study.replace(name="alone", design="one_by_one")
    run_study(small_study, root / "all", progress=False, engine=serial())
    run_study(one_by_one, root / "alone", progress=False, engine=serial())
    run_study(one_by_one, root / "reused", progress=False, engine=serial(), reuse=[root / "all"])
    return root


def test_what_another_study_has_is_taken_and_equal_to_the_bit(folders):
    alone, reused = Store.open(folders / "alone"), Store.open(folders / "reused")

    assert reused.digest() == alone.digest()
    assert reused.sessions()[1]["runs"] == {"reused": 9}
    for name in alone.sides.schemas:
        pd.testing.assert_frame_equal(reused.table(name), alone.table(name))


def test_what_the_other_study_lacks_is_made(small_study, folders, monkeypatch):
    made = []
    real = run.drive

    def counting(function, jobs, *more, **named):
        for record in real(function, jobs, *more, **named):
            made.append(record.key)
            yield record

    monkeypatch.setattr(run, "drive", counting)
    run_study(small_study, folders / "rest", progress=False, engine=serial(), reuse=[folders / "alone"])

    assert len(made) == 3
    assert Store.open(folders / "rest").digest() == Store.open(folders / "all").digest()


def test_a_run_whose_table_was_not_kept_is_made_again(small_study, folders):
    bare = small_study.replace(keep={"tables": ["groups"], "weekly": "none"})
    run_study(bare, folders / "bare", progress=False, engine=serial())
    run_study(small_study, folders / "again", progress=False, engine=serial(), reuse=[folders / "bare"])

    assert Store.open(folders / "again").sessions()[1]["runs"] == {"ok": 12}
