"""The report of a study, from its sentences to the file that a browser opens."""

from __future__ import annotations

import copy
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import report_page as pages
from experiments.engine import serial
from experiments.page import Columns, Heading, Picture, Statements, Table
from experiments.pages.provenance import command
from experiments.plots import REPORT_FIGURES
from experiments.report import write_report
from experiments.report_page import report_page
from experiments.result import StudyResult
from experiments.run import run_study
from experiments.strength import STRENGTHS
from experiments.study import load_study
from experiments.study_folder import study_hash
from experiments.text import LANGUAGES, TAGS, text
from tests.experiments.test_html import EVIL, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MADE_WITH = {
    "source_hash": "abc",
    "python": "3.11.0",
    "machine": "m",
    "system": "s",
    "versions": {"numpy": "1"},
    "processor": "p",
    "processors": 2,
}


@pytest.fixture(scope="module")
def result(small_study) -> StudyResult:
    words = dict.fromkeys(LANGUAGES, EVIL)
    levers = {id: lever | {"label": words} for id, lever in small_study.to_dict()["levers"].items()}
    changed = small_study.replace(title=words, question=words, levers=levers)
    return run_study(changed, engine=serial(), progress=False)


def with_other(result: StudyResult, **parts: object) -> StudyResult:
    """The same result with other tables."""
    other = copy.copy(result)
    for name, part in parts.items():
        setattr(other, name, part)
    return other


@pytest.fixture(scope="module")
def folder(result, tmp_path_factory) -> Path:
    written = tmp_path_factory.mktemp("report")
    for language in LANGUAGES:
        write_report(result, written, language)
    return written


def screened(grade: str, size: float) -> pd.DataFrame:
    row = {"rank": 1, "parameter": "needs.arrival", "grade": grade, "mu_star": size, "above_chance": True}
    return pd.DataFrame([row])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_has_every_section_and_grades_every_headline(result, language):
    blocks = report_page(result, language, made_with=MADE_WITH)
    heads = [block.words for block in blocks if isinstance(block, Heading) and block.level == 2]
    statements = [one for block in blocks if isinstance(block, Statements) for one in block.items]

    for id in ("section.answer", "report.groups", "section.cost", "report.sensitivity", "report.method"):
        assert text(language, id) in heads
    assert heads[-1] == text(language, "report.provenance")
    assert len(statements) == 2 * 3 + 2
    assert all(one.kind in STRENGTHS and one.grade == text(language, f"strength.{one.kind}") for one in statements)


def test_the_grade_follows_the_screening(result, monkeypatch):
    effects = result.effects.assign(low=result.effects["effect"] - 1e-9, high=result.effects["effect"] + 1e-9)
    name = "satisfaction"
    size = abs(float(effects.loc[(effects["design"] == "all") & (effects["outcome"] == name), "effect"].iloc[0]))
    clear = with_other(result, effects=effects)

    def kind(table: pd.DataFrame | None) -> str:
        monkeypatch.setattr(pages, "screened_numbers", lambda study, outcome: table if outcome == name else None)
        block = next(block for block in report_page(clear, "en") if isinstance(block, Statements))
        return next(one.kind for one in block.items if one.words.startswith("Satisfaction: with all"))

    assert kind(None) == "unscreened"
    assert kind(screened("D", 2 * size)) == "hypothesis"
    assert kind(screened("D", 0.7 * size)) == "conditional"
    assert kind(screened("C", 2 * size)) == kind(screened("D", 0.1 * size)) == "firm"


def test_effects_are_those_of_the_result(result):
    table = next(block for block in report_page(result, "en", made_with=MADE_WITH) if isinstance(block, Table))
    row = next(row for row in table.rows if row[0].startswith("Satisfaction"))
    effect = result.effects.query("design == 'all' and outcome == 'satisfaction'").iloc[0]

    assert row[1] == f"{100 * effect['nothing']:.1f}"
    assert row[3].clear == (effect["low"] > 0 or effect["high"] < 0)
    assert row[4] == f"{round(3 * effect['better'])} of 3"


def test_provenance_names_hashes_seeds_versions_and_machine(result):
    blocks = report_page(result, "en", made_with=MADE_WITH)
    facts = " ".join(words for block in blocks if isinstance(block, Columns) for row in block.rows for words in row)

    for words in (
        result.manifest["study_hash"],
        result.digest,
        "abc",
        "Python 3.11.0, numpy 1",
        "p, 2 processors, s m",
    ):
        assert words in facts
    for seed in result.runs["seed"].unique():
        assert str(seed) in facts


def test_failed_runs_are_listed(result):
    runs = result.runs.copy()
    runs.loc[5, ["status", "error", "message"]] = ["error", "ValueError", EVIL]
    failed = with_other(result, runs=runs, failures=runs.loc[[5]], _incomplete={2})
    blocks = report_page(failed, "en", made_with=MADE_WITH)

    (row,) = blocks[-1].rows
    assert row[0] == runs.loc[5, "run_id"]
    assert row[3] == f"ValueError: {EVIL}"
    assert "1 failed; 2 replications" in str([block for block in blocks if isinstance(block, Columns)])


def test_outcomes_that_are_unknown_do_not_stop_a_report(result):
    blank = with_other(result, runs=result.runs.assign(fulfilment=np.nan))
    statements = next(block for block in report_page(blank, "en", made_with=MADE_WITH) if isinstance(block, Statements))

    assert [one.kind for one in statements.items[-2:]] == ["unclear", "unclear"]


def test_only_figures_that_were_drawn_are_shown(result):
    blocks = report_page(result, "en", {"groups": "figures/g.svg"}, MADE_WITH)

    assert [block.file for block in blocks if isinstance(block, Picture)] == ["figures/g.svg"]


@pytest.mark.parametrize(
    ("study", "line"),
    [
        (load_study("six-paths"), "rongzhi study run six-paths --seed 20261124 --replications 16"),
        (
            load_study("six-paths").quick_version().replace(seed=3),
            "rongzhi study run six-paths --quick --seed 3 --replications 3",
        ),
        (
            load_study("six-paths").replace(across={"burden_relief": 1.0}),
            "rongzhi study run six_paths.toml --seed 20261124 --replications 16",
        ),
    ],
)
def test_the_command_makes_the_same_study_again(study, line):
    assert command(study) == line


def test_equal_studies_have_equal_hashes():
    study = load_study("six-paths")

    assert study_hash(study) == study_hash(study.replace())
    assert study_hash(study) != study_hash(study.replace(seed=1))


@pytest.mark.parametrize("tag", TAGS)
def test_a_report_is_one_safe_file_in_its_language(folder, tag):
    written = (folder / f"report.{tag}.html").read_text(encoding="utf-8")
    read = Page(written)
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    references = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', written)

    assert read.all("html")[0]["lang"] == tag
    assert len(ids) == len(set(ids))
    assert {one or other for one, other in references} <= set(ids)
    assert len(read.all("svg")) == len(REPORT_FIGURES) - 1  # nothing is screened
    assert {"script", "style"} & {tag for tag, _ in read.elements} == {"style"}
    for _, attributes in read.elements:
        for name in ("src", "href", "srcset"):
            assert attributes.get(name, "#").startswith(("#", "data:"))
        assert not any(name.startswith("on") for name in attributes)


@pytest.mark.parametrize("tag", TAGS)
def test_markdown_has_its_figures_beside_it(folder, tag):
    written = (folder / f"report.{tag}.md").read_text(encoding="utf-8")
    files = re.findall(rf"\]\((figures/{tag}/\w+\.svg)\)", written)

    assert len(files) == len(REPORT_FIGURES) - 1
    assert all((folder / file).exists() for file in files)


def test_the_same_result_gives_the_same_bytes(result, folder, tmp_path):
    again = write_report(result, tmp_path, "zh_hans")
    files = [again.relative_to(tmp_path), Path("report.zh-Hans.md")]

    assert [(tmp_path / file).read_bytes() for file in files] == [(folder / file).read_bytes() for file in files]


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.parametrize("tag", TAGS)
def test_a_browser_shows_it_without_a_network_and_without_complaint(folder, tag, tmp_path):
    page, shot = folder / f"report.{tag}.html", tmp_path / "shot.png"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = [
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1366,768"),
            *(
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--enable-logging=stderr",
                "--v=0",
                f"--user-data-dir={profile}",
            ),
        ]
        for wanted in ("--dump-dom", f"--screenshot={shot}"):
            shown = subprocess.run(
                [CHROMIUM, *options, wanted, page.as_uri()],
                capture_output=True,
                text=True,
                timeout=120,
                check=True,
                env=os.environ | {"LANG": "C.UTF-8"},
            )
            assert "CONSOLE" not in shown.stderr
            if wanted == "--dump-dom":
                assert f'lang="{tag}"' in shown.stdout
                assert shown.stdout.count("<svg") == len(REPORT_FIGURES) - 1
                assert "<script" not in shown.stdout.lower()
    assert np.ptp(_pixels(shot)) > 0.5


def _pixels(file: Path) -> np.ndarray:
    from matplotlib.image import imread

    return imread(file)[:, :, :3]
