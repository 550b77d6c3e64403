"""Cells: numbers, shares and bands as people and Excel write them."""

from __future__ import annotations

import pytest

from experiments.town import cells


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("1234", 1234),
        ("1,234", 1234),
        ("12 345", 12345),
        ("1\u00a0234", 1234),
        ("１２３", 123),
        ("１，２３４", 1234),
        (" 7.5 ", 7.5),
        ("30万", 300_000),
        ("1.2萬", 12_000),
        ("1,234,567.5", 1234567.5),
    ],
)
def test_a_number_is_read_however_it_is_written(words, number):
    assert cells.number(words) == number


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("about 300", "such as 1234"),
        ("12,34", "decimal point"),
        ("2026-05-09", "the date"),
        ("9-May", "the date"),
        ("Oct-14", "the date"),
        ("-3", "at least 0"),
        ("1,23,456", "such as 1234"),
    ],
)
def test_what_is_no_number_is_told_with_what_would_be_right(words, told):
    with pytest.raises(ValueError, match=told):
        cells.number(words)


def test_whole_numbers_and_limits():
    assert cells.whole("1,200", 10) == 1200
    with pytest.raises(ValueError, match="whole"):
        cells.whole("12.5")
    with pytest.raises(ValueError, match="from 0 to 2,000"):
        cells.number("5000", 0, 2000)


@pytest.mark.parametrize(
    ("words", "share"), [("62%", 0.62), ("62", 0.62), ("12.5 ％", 0.125), ("0", 0), ("0.5%", 0.005)]
)
def test_a_share_is_read_in_per_cent(words, share):
    assert cells.share(words) == pytest.approx(share)


def test_a_share_that_may_mean_two_things_is_refused():
    with pytest.raises(ValueError, match=r"62% or 0\.62%"):
        cells.share("0.62")
    with pytest.raises(ValueError, match="from 0 to 100"):
        cells.share("120%")


@pytest.mark.parametrize(
    ("words", "answer"), [("是", True), ("有", True), ("Yes", True), ("無", False), ("FALSE", False)]
)
def test_yes_and_no_in_each_language(words, answer):
    assert cells.yes_or_no(words) is answer


@pytest.mark.parametrize(
    ("written", "band"),
    [
        ("15-17", ("15-17", "")),
        ("０-１４", ("0-14", "")),
        ("2026-05-09", ("5-9", "2026-05-09")),
        ("2026-09-05", ("5-9", "2026-09-05")),
        ("2026/10/14", ("10-14", "2026/10/14")),
        ("9-May", ("5-9", "9-May")),
        ("5月9日", ("5-9", "5月9日")),
        ("85岁及以上", ("85岁及以上", "")),
    ],
)
def test_a_band_that_excel_made_a_date_of_is_turned_back(written, band):
    assert cells.band(written) == band


@pytest.mark.parametrize("written", ["2014-10-01", "Oct-14", "2014年10月"])
def test_a_date_of_which_two_bands_may_be_meant_is_refused(written):
    with pytest.raises(ValueError, match="as Text"):
        cells.band(written)
