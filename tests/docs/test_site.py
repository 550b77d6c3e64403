"""The documentation site: complete, with every link good, and asking nothing of any other host."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import dashboard
import experiments
import sim

ROOT = Path(__file__).parents[2]
# What a browser fetches by itself; links that a reader may follow are not among it.
FETCHED = re.compile(
    r'<(?:script|img|iframe|source)[^>]*\ssrc="(?:https?:)?//[^"]*"|<link[^>]*\shref="(?:https?:)?//[^"]*"'
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("mkdocs")
    folder = tmp_path_factory.mktemp("site")
    made = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return folder


def test_nothing_is_fetched_from_elsewhere(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 20
    found = {page.name: FETCHED.findall(page.read_text(encoding="utf-8")) for page in pages}
    assert not {name: urls for name, urls in found.items() if urls}
    sheets = [sheet.read_text(encoding="utf-8") for sheet in site.rglob("*.css")]
    assert not [url for sheet in sheets for url in re.findall(r"url\((?:https?:)?//[^)]*\)", sheet)]


def test_formulas_are_drawn_by_the_browser_itself(site):
    page = (site / "odd.html").read_text(encoding="utf-8")
    formulas = re.findall(r"<math.*?</math>", page, re.DOTALL)
    source = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
    inline = re.findall(r"(?<![$\\])\$(?!\$)[^$\n]+\$", source)
    assert len(formulas) == source.count("\n```math") + len(inline)
    assert not [word for formula in formulas for word in re.findall(r"\\[a-zA-Z{}]+", formula)]


def test_the_reference_knows_every_public_name(site):
    names = {f"{package.__name__}.{name}" for package in (sim, experiments, dashboard) for name in package.__all__}
    pages = "".join(page.read_text(encoding="utf-8") for page in (site / "reference").glob("*.html"))
    assert names - set(re.findall(r'id="([\w.]+)"', pages)) == set()


def test_the_command_line_tells_of_itself(site):
    page = (site / "reference" / "command-line.html").read_text(encoding="utf-8")
    assert "<!-- help" not in page
    assert page.count("usage: rongzhi") > 15
