"""Chains of needs and diaries of residents as blocks of a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.page import Block, Bullets, Columns, Heading, Paragraph
from experiments.text import text
from experiments.verbs.values import whole_number
from sim.diary import Diary, compare_diaries
from sim.why import Why

if TYPE_CHECKING:
    import sim

AUTO = "auto"


def why_page(
    result: sim.Result, baseline: sim.Result | None, needs: Sequence[str], resident: str | None, language: str
) -> list[Block]:
    """Chains of needs by their written ids, and the diary of a resident, beside the baseline's where there is one."""
    blocks: list[Block] = []
    for written in needs:
        blocks += _chain(result, written, language)
    if resident is not None:
        blocks += _diary(result, baseline, resident, language)
    return blocks


def _chain(result: sim.Result, written: str, language: str) -> list[Block]:
    why = Why(result)
    id = why.longest() if written == AUTO else whole_number("--explain", written, 0)
    title, *weeks = str(why.chain(id, language)).split("\n")
    return [Heading(title), Bullets(weeks)]


def _diary(result: sim.Result, baseline: sim.Result | None, written: str, language: str) -> list[Block]:
    row = None if written == AUTO else whole_number("--diary", written, 0)
    if baseline is not None:
        compared = compare_diaries(baseline, result, row, (text(language, "run.without"), text(language, "run.with")))
        head, *sides = compared.rows(language)
        return [Heading(compared.left.title(language)), Columns(head, sides)]
    assert row is not None
    one = Diary(result, row)
    rows = [(str(week), words) for week, words in one.by_week(language).items()]
    if not rows:
        return [Paragraph(one.text(language))]
    return [
        Heading(one.title(language)),
        Columns([text(language, "run.week"), text(language, "run.what_happened")], rows),
    ]
