"""Everything that a study's folder says in words, tables and figures, from its runs."""

from __future__ import annotations

from pathlib import Path

from experiments.analyses.complete import IncompleteError
from experiments.answers import answer, fitting
from experiments.page import to_markdown
from experiments.pages import page_of, pictures_of, report_of
from experiments.result import StudyResult
from experiments.text import LANGUAGES, TAGS
from sim.errors import InputError

ANALYSIS, FIGURES = "analysis", "figures"


def write_study(result: StudyResult, folder: Path, language: str) -> dict[str, str]:
    """Write tables, figures, the short page and the report of a study into its folder.

    Returns
    -------
    dict of str to str
        Analyses that could not be made since runs failed or lack a number, or a library is missing, and why; the
        others are not harmed. Such an analysis has no tables then, nor those of an earlier time.
    """
    refused = {}
    for file in (folder / ANALYSIS).glob("*.parquet"):
        file.unlink()
    for name in fitting(result):
        try:
            write_answer(result, folder, name)
        except (IncompleteError, InputError) as error:
            refused[name] = str(error)
    figures = pictures_of(result, folder / FIGURES, language)
    (folder / "summary.md").write_text(to_markdown(page_of(result, language, figures)), encoding="utf-8")
    write_report(result, folder, language)
    return refused


def write_answer(result: StudyResult, folder: Path, name: str) -> list[Path]:
    """Write the tables of one analysis as ``analysis/TABLE.parquet``, and give their paths."""
    files = []
    (folder / ANALYSIS).mkdir(exist_ok=True)
    for table, rows in answer(result, name).items():
        file = folder / ANALYSIS / f"{table}.parquet"
        part = file.with_suffix(".part")
        rows.to_parquet(part, index=False, compression="zstd")
        part.replace(file)
        files.append(file)
    return files


def write_report(result: StudyResult, folder: Path, language: str) -> Path:
    """Write ``report.TAG.html``, one file that needs no other, and ``report.TAG.md`` with figures beside it.

    Returns
    -------
    Path
        The HTML file.
    """
    from experiments.html import to_html

    tag = TAGS[LANGUAGES.index(language)]
    blocks, inside = report_of(result, folder / FIGURES / tag, f"{FIGURES}/{tag}", language)
    (folder / f"report.{tag}.md").write_text(to_markdown(blocks), encoding="utf-8")
    page = folder / f"report.{tag}.html"
    page.write_text(to_html(blocks, result.study.title[language], language, inside), encoding="utf-8")
    return page
