"""Results folders are whole or not there, and nothing of anybody else's is touched."""

from __future__ import annotations

import json

import pytest

from experiments.folder import MANIFEST, results_folder
from sim.errors import InputError


def write(out, name="six", overwrite=False, words="new"):
    with results_folder(out, "study", name, overwrite) as folder:
        (folder / MANIFEST).write_text(json.dumps({"rongzhi": {"kind": "study", "name": name}}))
        (folder / "words.txt").write_text(words)


def test_a_folder_appears_whole_with_its_parents(tmp_path):
    write(tmp_path / "a" / "b")

    assert {path.name for path in (tmp_path / "a" / "b").iterdir()} == {MANIFEST, "words.txt"}
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]


def test_an_empty_folder_is_used(tmp_path):
    (tmp_path / "out").mkdir()

    write(tmp_path / "out")

    assert (tmp_path / "out" / "words.txt").exists()


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_nothing_is_left_when_writing_fails(tmp_path, error):
    def write_half():
        with results_folder(tmp_path / "results" / "out", "study", "six") as folder:
            (folder / "half").write_text("half")
            raise error

    with pytest.raises(error):
        write_half()

    assert list(tmp_path.iterdir()) == []


def test_the_same_study_is_replaced_only_when_asked(tmp_path):
    write(tmp_path / "out", words="old")

    with pytest.raises(InputError, match="--overwrite"):
        write(tmp_path / "out")
    assert (tmp_path / "out" / "words.txt").read_text() == "old"

    write(tmp_path / "out", overwrite=True)
    assert (tmp_path / "out" / "words.txt").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_another_study_is_never_replaced(tmp_path):
    write(tmp_path / "out", name="other")

    with pytest.raises(InputError, match=r"results of study 'other', not of study 'six'"):
        write(tmp_path / "out", overwrite=True)


def test_a_folder_that_holds_something_else_is_refused(tmp_path):
    (tmp_path / "thesis.docx").write_text("precious")

    with pytest.raises(InputError, match="holds something that is not a results folder"):
        write(tmp_path, overwrite=True)
    assert (tmp_path / "thesis.docx").read_text() == "precious"


def test_a_file_is_refused(tmp_path):
    (tmp_path / "out").write_text("precious")

    with pytest.raises(InputError, match="is a file"):
        write(tmp_path / "out", overwrite=True)


def test_a_place_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(InputError, match=r"cannot be made: .*file is a file"):
        write(tmp_path / "file" / "deep" / "out")


def test_a_place_that_may_not_be_written_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.folder.os.access", lambda *_: False)

    with pytest.raises(InputError, match="may not be written by you"):
        write(tmp_path / "out")
