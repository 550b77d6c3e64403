"""A mechanism in a user's own file is there like our own, in worker processes too: ``sim.mechanisms.register``."""

import shutil
from pathlib import Path

import numpy as np
import pytest

import sim
from experiments.engine import Job, drive, local
from sim.errors import InputError
from sim.mechanisms import Mechanism, mechanisms, register
from sim.outcomes import documented_links

EXAMPLE = Path(__file__).parents[1] / "example_package" / "rongzhi_time_bank.py"


pytestmark = pytest.mark.usefixtures("forget_registered")


def file_named(folder: Path, name: str) -> Path:
    shutil.copy(EXAMPLE, folder / name)
    return folder / name


def test_a_file_in_the_working_folder_becomes_a_mechanism(tmp_path, monkeypatch):
    file_named(tmp_path, "time_bank.py")
    monkeypatch.chdir(tmp_path)

    kind = register("time_bank.py")

    assert mechanisms()["time_bank"] is kind
    assert sim.Scenario(mechanisms={"time_bank": 0.5}).mechanisms["time_bank"].dose == 0.5
    assert ("three_lists", "time_bank") in documented_links()


def test_worker_processes_know_it(tmp_path):
    kind = register(file_named(tmp_path, "time_bank.py"))
    (record,) = drive(mechanisms, [Job(0, ())], local(1))

    assert record.value["time_bank"] is kind


def test_an_edited_file_is_read_again(tmp_path):
    file = file_named(tmp_path, "time_bank.py")
    register(file)
    file.write_text(file.read_text(encoding="utf-8").replace('en = "Time bank"', 'en = "Bank of time"'), "utf-8")

    register(file)

    assert mechanisms()["time_bank"].text("label")["en"] == "Bank of time"


def test_a_class_of_the_notebook_itself_is_told_where_to_go():
    kind = type("Mine", (Mechanism,), {"__module__": "__main__"})

    with pytest.raises(InputError, match=r"%%writefile my_mechanism\.py"):
        register(kind)


@pytest.mark.parametrize(
    ("name", "words", "complaint"),
    [
        ("three_lists.py", None, "a mechanism of the name 'three_lists' exists already"),
        ("nothing_here.py", "x = 1\n", "must define one subclass of sim.mechanisms.Mechanism, defines 0"),
        ("unfinished.py", "class Mine(\n", "cannot be read as Python"),
        ("notes.txt", "", "must be a Python file"),
    ],
)
def test_a_wrong_file_is_told_and_not_kept(tmp_path, name, words, complaint):
    file = file_named(tmp_path, name)
    if words is not None:
        file.write_text(words)
    before = list(mechanisms())

    with pytest.raises(InputError, match=complaint):
        register(file)

    assert list(mechanisms()) == before


def test_a_run_does_not_hang_on_what_is_registered_and_not_used(tmp_path):
    place = sim.Scenario(
        communities=[{"type": "village", "residents": 60}], weeks=3, warmup=2, mechanisms={"three_lists": 1.0}
    )
    before = sim.run(place).history
    register(file_named(tmp_path, "time_bank.py"))

    assert ("three_lists", "time_bank") in documented_links()
    assert np.array_equal(sim.run(place).history, before)
    assert np.array_equal(sim.run(place.with_mechanisms(time_bank=0.0)).history, before)
