"""Python examples of the documentation run: those of the pages named here, made small; other pages have own tests."""

import doctest
import re
import shutil
from pathlib import Path

import pytest

from experiments.comparison import start
from experiments.engine import serial
from experiments.town import write_template

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = ("index.md", "tutorial/first-hour.md", "how_to/describe-my-community.md", "how_to/add-a-mechanism.md")
COMMUNITIES = '[{"type": one, "residents": 60} for one in ("old_neighbourhood", "village")]'
PLACE = f"Scenario(communities={COMMUNITIES}, weeks=30, warmup=4)"


def blocks(page, kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def small(code):
    """Example with few residents, weeks and runs."""
    code = code.replace("Scenario()", PLACE)
    return code.replace("replications=8", "replications=2").replace("weeks=104", "weeks=5, warmup=2")


@pytest.mark.usefixtures("forget_registered")
@pytest.mark.parametrize("name", PAGES)
def test_examples_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(start, "local", lambda workers: serial())
    write_template(tmp_path / "my-town", "en")
    shutil.copy(ROOT / "tests" / "example_package" / "rongzhi_time_bank.py", tmp_path / "time_bank.py")
    examples = blocks(DOCS / name, "python")
    assert examples
    names = {}
    for code in examples:
        exec(small(code), names)


@pytest.mark.slow
def test_what_is_said_of_why_is_what_the_model_says(tmp_path, monkeypatch):
    page, names = DOCS / "how_to" / "ask-why.md", {}
    for code in blocks(page, "python"):
        exec(code, names)
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks(page, "pycon")), names, page.name, str(page), 0)
    assert len(examples.examples) == 3
    told = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(examples, out=told.append)
    assert not told, "".join(told)


def test_every_page_with_examples_is_run_somewhere():
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    pages = [page for page in DOCS.rglob("*.md") if blocks(page, "python")]
    assert len(pages) > 10
    assert not [page.name for page in pages if page.name not in tests]
