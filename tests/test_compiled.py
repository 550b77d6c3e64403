"""The compiler: its cache knows every file of the model, and it changes no bit of a whole run."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim import compiled
from sim.mechanisms import mechanisms
from sim.model import _STATE, Community
from sim.scenario import Scenario

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A copy of the model's files, of which the hash is taken."""
    folder = tmp_path / "sim"
    shutil.copytree(ROOT / "sim", folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(compiled, "__file__", str(folder / "compiled.py"))
    return folder


# Cache ----------------------------------------------------------------------------------------------------------------


def test_the_hash_is_sixteen_digits_and_stays(sources):
    first = compiled.source_hash()

    assert first == compiled.source_hash()
    assert len(first) == 16
    assert set(first) <= set("0123456789abcdef")


def test_the_hash_does_not_depend_on_where_the_files_are(sources, monkeypatch):
    copy = compiled.source_hash()
    monkeypatch.undo()

    assert copy == compiled.source_hash()


def test_the_hash_ignores_what_python_leaves_behind(sources):
    before = compiled.source_hash()
    (sources / "__pycache__").mkdir()
    (sources / "__pycache__" / "chance.cpython-311.pyc").write_bytes(b"anything")

    assert compiled.source_hash() == before


def test_a_change_of_any_source_or_data_file_changes_the_hash(sources):
    before, unnoticed = compiled.source_hash(), []
    for file in sorted(path for path in sources.rglob("*") if path.is_file()):
        content = file.read_bytes()
        file.write_bytes(content + b"\n")
        if compiled.source_hash() == before:
            unnoticed.append(str(file.relative_to(sources)))
        file.write_bytes(content)

    assert unnoticed == []
    assert compiled.source_hash() == before


@pytest.mark.parametrize("name", ["mechanisms/mine.py", "parameters/community_types/mine.toml"])
def test_a_new_file_changes_the_hash(sources, name):
    before = compiled.source_hash()
    (sources / name).write_bytes(b"")

    assert compiled.source_hash() != before


def test_a_new_name_changes_the_hash(sources):
    before = compiled.source_hash()
    (sources / "network.py").rename(sources / "networks.py")

    assert compiled.source_hash() != before


def test_the_cache_stands_in_a_folder_of_the_hash_and_the_versions(sources, tmp_path, monkeypatch):
    monkeypatch.setenv("RONGZHI_CACHE", str(tmp_path / "cache"))
    folder = compiled._cache_folder()

    assert folder.is_dir()
    assert folder.parent == tmp_path / "cache" / "rongzhi"
    assert folder.name.startswith(f"{compiled.source_hash()}-py")
    assert folder.name.endswith(f"-np{np.__version__}")


def test_a_cache_that_cannot_be_made_gives_way_to_another(sources, tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("RONGZHI_CACHE", str(blocked))
    monkeypatch.setattr(compiled.tempfile, "gettempdir", lambda: str(tmp_path / "temporary"))

    assert compiled._cache_folder().parent == tmp_path / "temporary" / "rongzhi-cache"


# Twin -----------------------------------------------------------------------------------------------------------------


def digest_of_a_run():
    """Fingerprint of all state after a short run with every mechanism and an emergency, and the number of needs."""
    scenario = Scenario.from_dict(
        {
            "communities": [
                {"type": "village", "residents": 60},
                {"type": "commodity_housing", "residents": 90},
            ],
            "mechanisms": dict.fromkeys(mechanisms(), 0.7),
            "emergencies": [{"kind": "flood", "start": 2, "weeks": 3}],
            "weeks": 14,
            "warmup": 2,
        }
    )
    community = Community(scenario, 2**40 + 1)
    for _ in range(scenario.warmup + scenario.weeks):
        community.step()
    digest = hashlib.sha256()
    for name in _STATE:
        table = getattr(community, name)
        for array in [table] if isinstance(table, np.ndarray) else table:
            # Column by column: what pads the rows of a table is nobody's state.
            for column in [array[field] for field in array.dtype.names] if array.dtype.names else [array]:
                digest.update(np.ascontiguousarray(column).tobytes())
    return f"{digest.hexdigest()} {int(community.index.used[0])}"


def test_a_whole_run_in_plain_python_gives_the_same_bits():
    plain = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", __file__],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    digest = digest_of_a_run()

    assert plain.returncode == 0, plain.stderr[-2000:]
    assert plain.stdout.strip() == digest
    assert int(digest.split()[1]) > 0


if __name__ == "__main__":
    sys.stdout.write(digest_of_a_run())
