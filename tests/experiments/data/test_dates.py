"""Dates as exports write them."""

import pandas as pd
import pytest

from experiments.data.dates import date_of


@pytest.mark.parametrize(
    "words",
    [
        "2026-01-05",
        "2026/1/5",
        "2026.1.5",
        "2026年1月5日",
        "20260105",
        "46027",
        "２０２６-01-05",
        "2026-01-05 00:00:00",
    ],
)
def test_ways_to_write_a_day(words):
    assert date_of(words) == pd.Timestamp("2026-01-05")


@pytest.mark.parametrize(
    "words",
    [
        "2026-01-05 10:30",
        "2026/1/5 10:30:00",
        "2026年1月5日 10时30分",
        "20260105 1030",
        "46027.4375",
        "2026-01-05T10:30",
    ],
)
def test_ways_to_write_a_time(words):
    assert date_of(words) == pd.Timestamp("2026-01-05 10:30")


def test_a_format_of_ones_own():
    assert date_of("05.01.2026", "%d.%m.%Y") == date_of("2026-01-05", "%d.%m.%Y") == pd.Timestamp("2026-01-05")


@pytest.mark.parametrize("words", ["昨天", "2026-13-05", "05/01/2026", "1899-01-01", "2026"])
def test_what_is_no_date(words):
    with pytest.raises(ValueError, match="must be a date"):
        date_of(words)
