"""The Python examples of the how-to on one's own data run, one after the other; its mapping is one."""

import re
import tomllib
from pathlib import Path

from experiments.data.layout import read_mapping
from experiments.data.tickets import HEADINGS, SECTIONS

PAGE = (Path(__file__).parents[2] / "docs" / "how_to" / "my-data.md").read_text(encoding="utf-8")


def test_examples(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    found = {}
    for example in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(example, found)
    assert len(found["both"]) == len(found["targets"]) + len(found["survey"].targets())
    assert (tmp_path / "my_survey.csv").exists()
    assert capsys.readouterr().out.rstrip().endswith("[]")


def test_the_mapping_has_fields_that_exist():
    raw = tomllib.loads(re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1])
    read_mapping(raw, SECTIONS)
    assert set(raw) == set(SECTIONS) - {"other", "duplicates"}


def test_all_headings_are_told_as_they_are():
    for field, headings in re.findall(r"^\| `(\w+)`[^|]*\| ([^|]+) \|", PAGE, re.MULTILINE):
        assert field in HEADINGS
        assert headings.split(",")[0].strip() in HEADINGS[field] or "(" in headings
