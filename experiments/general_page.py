"""Page and report of any study: what each policy changes, for whom, at what cost, and what that hangs on."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.page import Block, Heading, Paragraph
from experiments.result import StudyResult


def general_page(result: StudyResult, language: str, figures: Mapping[str, str]) -> list[Block]:
    """Short page of a study."""
    return [Heading(result.study.title[language], level=1), Paragraph(result.study.question[language])]


def general_report(result: StudyResult, language: str, figures: Mapping[str, str]) -> list[Block]:
    """Full report of a study."""
    return general_page(result, language, figures)
