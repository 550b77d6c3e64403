"""A mechanism from another installed package is there like our own: ``tests/example_package``."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tests" / "example_package"
PROGRAM = """
import json
from sim import Scenario, mechanisms, run, warm_up
scenario = Scenario.from_dict({
    "communities": [{"type": "village", "residents": 120}], "weeks": 8, "warmup": 4,
})
warm = warm_up(scenario)
with_it = run(scenario.with_mechanisms(time_bank=1.0), warm=warm)
none = run(scenario, warm=warm)
off = run(scenario.with_mechanisms(time_bank=0.0), warm=warm)
print(json.dumps({
    "names": list(mechanisms()),
    "label": mechanisms()["time_bank"].text("label")["zh_hant"],
    "kept": float(with_it.model.numbers.calendar.volunteer_hours_kept[0]),
    "usual": float(none.model.numbers.calendar.volunteer_hours_kept[0]),
    "hours": float(with_it.history.sum() - none.history.sum()),
    "off": bool((off.history == none.history).all()),
    "yuan": with_it.summary["mechanism_yuan"],
}))
"""


def installed(folder, **renamed):
    """Folder to put on the path that holds what installing the example leaves behind, with its entry points."""
    shutil.copy(PACKAGE / "rongzhi_time_bank.py", folder)
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = folder / f"rongzhi_time_bank-{project['version']}.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    lines = ["[rongzhi.mechanisms]"]
    lines += [f"{name} = {what}" for name, what in (project["entry-points"]["rongzhi.mechanisms"] | renamed).items()]
    (told / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return folder


def answer(folder, program):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)])}
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False, cwd=folder
    )


def test_a_mechanism_of_another_package_is_found_and_runs(tmp_path):
    done = answer(installed(tmp_path), PROGRAM)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)

    assert "time_bank" in found["names"]
    assert found["label"] == "時間銀行"
    assert found["kept"] == pytest.approx(0.8)
    assert found["usual"] < 0.8
    assert found["hours"] != 0.0
    assert found["yuan"] > 0.0
    assert found["off"]


@pytest.mark.parametrize(
    ("renamed", "complaint"),
    [
        ({"three_lists": "rongzhi_time_bank:TimeBank"}, "a mechanism of that name exists already"),
        ({"counter": "collections:Counter"}, "not a subclass of sim.mechanisms.Mechanism"),
    ],
)
def test_what_an_entry_point_must_not_do_is_said(tmp_path, renamed, complaint):
    done = answer(installed(tmp_path, **renamed), "import sim; sim.mechanisms()")

    assert done.returncode != 0
    assert complaint in done.stderr
