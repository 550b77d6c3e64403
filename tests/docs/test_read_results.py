"""Each Python example of the how-to on reading results runs, also on a study that is still running."""

import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from experiments.store import Store
from tests.experiments.store.small import stream

PAGE = Path(__file__).parents[2] / "docs" / "how_to" / "read-results.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def running(tmp_path, monkeypatch):
    """A study ``my_study`` with three runs in parts, one of them failed, and one in the journal."""
    texts, numbers = ("run_id", "design", "status"), ("point", "replication")
    fields = [*((name, pa.string()) for name in texts), *((name, pa.int64()) for name in numbers)]
    side = pa.schema([("community", pa.int32()), ("type", pa.string()), ("participation", pa.float64())])
    schemas = {"runs": pa.schema([*fields, ("participation", pa.float64())]), "communities": side}
    store = Store.create(tmp_path / "my_study", {"name": "my_study"}, {}, pd.DataFrame({"point": [0, 1]}), schemas)
    data = stream(pa.table({"community": [0, 1], "type": ["village", "village"], "participation": [0.25, 0.75]}, side))
    monkeypatch.chdir(tmp_path)
    with store.writer() as writer:
        for number, status in enumerate(["ok", "ok", "error", "ok"]):
            if number == 3:
                writer.flush()
            value = 0.5 if status == "ok" else float("nan")
            row = {"run_id": f"r{number}", "design": "nothing", "status": status, "point": number % 2, "replication": 0}
            writer.add(row | {"participation": value}, {"communities": data} if status == "ok" else {})
        yield


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_example(running, number):
    for library in ("polars", "duckdb"):
        if f"import {library}" in EXAMPLES[number]:
            pytest.importorskip(library)
    found = {}
    exec(EXAMPLES[number], found)
    if "store" in found:
        assert len(found["runs"]) == 4
        assert len(found["communities"]) == 6
    elif "runs" in found:
        assert set(found["runs"]["run_id"]) == {"r0", "r1"}
    elif "by_type" in found:
        assert found["by_type"].to_dict("records") == [{"design": "nothing", "type": "village", "participation": 0.5}]
    else:
        assert len(found["points"]) == 2
        assert found["manifest"]["name"] == "my_study"


def test_all_tools_have_an_example():
    assert len(EXAMPLES) == 5
