"""Scripts without ``if __name__ == "__main__"``, and programs that have no file at all, may use worker processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = """
import os
print("begun")
from experiments.engine import Job, drive, local
found = {record.value for record in drive(os.getpid, [Job(n, ()) for n in range(6)], local(2), chunk=1)}
print("here" if os.getpid() in found else "elsewhere", len(found) <= 2)
"""


@pytest.mark.parametrize("how", ["file", "stdin", "-c"])
def test_a_worker_does_not_run_the_users_script(tmp_path, how):
    file = tmp_path / "script.py"
    file.write_text(SCRIPT)
    arguments = {"file": [str(file)], "stdin": [], "-c": ["-c", SCRIPT]}[how]
    done = subprocess.run(
        [sys.executable, *arguments],
        input=SCRIPT if how == "stdin" else None,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["begun", "elsewhere", "True"]
