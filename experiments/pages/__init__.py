"""Which page a study gets: that of sets of levers where every set was run, a general one otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from experiments.page import Block
from experiments.result import StudyResult


def _has_own_page(result: StudyResult) -> bool:
    """Whether every set of levers was run, and what the page of such a study tells of was kept."""
    return result.has_every_set and all(map(len, (result.communities, result.run_groups, result.weekly_runs)))


def page_of(result: StudyResult, language: str, figures: Sequence[str] = ()) -> list[Block]:
    """Short page of a study, for the screen and the folder.

    Parameters
    ----------
    result : StudyResult
    language : str
    figures : sequence of str
        Names of the figures that stand beside it in ``figures/``.
    """
    if _has_own_page(result):
        from experiments.summary import study_page

        return study_page(result, language, figures)
    from experiments.pages.general import general_page

    return general_page(result, language, {name: f"figures/{name}.png" for name in figures})


def pictures_of(result: StudyResult, folder: Path, language: str) -> list[str]:
    """Draw the figures of a study into ``folder`` as PNG and SVG, and give their names."""
    from experiments.plots import FIGURES, GENERAL_FIGURES, draw_all

    return draw_all(result, folder, language, FIGURES if _has_own_page(result) else GENERAL_FIGURES)


def report_of(result: StudyResult, folder: Path, beside: str, language: str) -> tuple[list[Block], Mapping[str, str]]:
    """Blocks of the report, and its figures as SVG by the file that a block names.

    Parameters
    ----------
    result : StudyResult
    folder : Path
        Where the figures are drawn.
    beside : str
        The same folder, as the report names it.
    language : str
    """
    from experiments.plots import GENERAL_FIGURES, REPORT_FIGURES, draw_report

    chosen = REPORT_FIGURES if _has_own_page(result) else GENERAL_FIGURES
    pictures = draw_report(result, folder, language, chosen)
    files = {name: f"{beside}/{name}.svg" for name in pictures}
    inside = {files[name]: svg for name, svg in pictures.items()}
    if _has_own_page(result):
        from experiments.report_page import report_page

        return report_page(result, language, files, result.manifest), inside
    from experiments.pages.general import general_report

    return general_report(result, language, files), inside
