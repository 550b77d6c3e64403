"""Pages as Markdown and on a terminal, and numbers as people read them."""

from __future__ import annotations

import math

import pytest

from experiments import formats
from experiments.page import (
    WIDTH,
    Bullets,
    Columns,
    Heading,
    Picture,
    Table,
    aligned,
    fold,
    to_markdown,
    to_terminal,
    width,
)
from sim.outcomes import OUTCOMES

SHARE, SCORE, MONEY = OUTCOMES["participation"], OUTCOMES["satisfaction"], OUTCOMES["yuan"]
PAGE = [Heading("T", 1), Bullets(["a"]), Table(["x", "y"], [["p|q", "1"]], "note"), Picture("c", "f.png")]


def test_a_page_as_markdown():
    assert to_markdown(PAGE) == "# T\n\n- a\n\n| x | y |\n| --- | ---: |\n| p\\|q | 1 |\n\nnote\n\n![c](f.png)\n"


def test_a_page_on_a_terminal_has_no_pictures():
    assert to_terminal(PAGE) == "T\n=\n\n* a\n\nx    y\n------\np|q  1\n\nnote"


def test_columns_of_sentences_stand_side_by_side():
    block = Columns(["周", "one", "other"], [["3", "a " * 60, "是" * 40], ["12", "", "p|q"]])
    lines = to_terminal([block]).splitlines()
    second = width(lines[0]) - len("other")

    assert max(map(width, lines)) <= WIDTH
    assert lines[-1] == "12" + " " * (second - 2) + "p|q"
    assert [len(line) > second for line in lines[2:-1]].count(True) == 2
    assert to_markdown([block]).startswith("| 周 | one | other |\n| ---: | --- | --- |\n| 3 | a a ")
    assert to_markdown([block]).endswith("| 12 |  | p\\|q |\n")


def test_chinese_columns_stand_under_each_other():
    lines = aligned([["路径", "值"], ["a", "1"]]).splitlines()

    assert {width(line) for line in lines} == {8}


def test_chinese_is_broken_between_characters_but_not_before_punctuation_or_inside_numbers():
    lines = fold("变化为 +12.8 个百分点，参与率上升。", 10).splitlines()

    assert all(line[0] not in "，。" for line in lines)
    assert any("+12.8" in line for line in lines)
    assert "".join(lines).replace(" ", "") == "变化为+12.8个百分点，参与率上升。"


@pytest.mark.parametrize(
    ("outcome", "number", "level", "change"),
    [
        (SHARE, 0.4235, "42.4 %", "+42.4"),
        (SHARE, -0.00001, "0.0 %", "0.0"),
        (SCORE, 0.4235, "42.4", "+42.4"),
        (MONEY, 1234.5, "1,234", "+1,234"),
        (MONEY, -12.34, "−12.3", "−12.3"),
        (MONEY, 0.5, "0.50", "+0.50"),
        (MONEY, math.nan, "–", "–"),
    ],
)
def test_numbers_are_rounded_as_people_read_them(outcome, number, level, change):
    assert formats.level(outcome, number, "en") == level
    assert formats.change(outcome, number) == change


def test_differences_of_shares_and_scores_are_points():
    assert formats.change_in_words(SHARE, 0.05, "en") == "+5.0 percentage points"
    assert formats.change_in_words(SHARE, 0.05, "zh_hans") == "+5.0 个百分点"
    assert formats.change_in_words(SCORE, 0.05, "zh_hant") == "+5.0 分"
    assert formats.interval(SHARE, -0.01, 0.02, "en") == "−1.0 to +2.0"


def test_no_line_begins_with_the_comma_after_a_quotation_mark():
    assert fold("of “all levers”, from", 15) == "of “all\nlevers”, from"
