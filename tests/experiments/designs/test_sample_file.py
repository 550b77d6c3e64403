"""A user's own sample: what is read, and what is said when it cannot be."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from experiments.designs import Factor
from experiments.designs.sample_file import SampleFile
from sim.errors import InputError

FACTORS = [Factor("lists", 0, 1, 0, (0, 1)), Factor("start", 1, 104, 1, (1, 104), whole=True)]


@pytest.fixture
def csv(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "own.csv"
        path.write_bytes(text.encode(encoding))
        return SampleFile(path=str(path))

    return write


def message_of(design):
    with pytest.raises(InputError) as caught:
        design.sample(FACTORS, 1)
    return str(caught.value).replace(str(design.path), "FILE").split("\n")


def test_rows_come_in_their_order_and_columns_in_that_of_the_factors(csv):
    design = csv("start, lists\n5,0.25\n104,1\n\n1,0\n")

    assert design.sample(FACTORS, 1).to_dict("list") == {"lists": [0.25, 1, 0], "start": [5, 104, 1]}
    assert design.count(FACTORS) == 3


def test_a_byte_order_mark_as_excel_writes_it_does_no_harm(csv):
    assert len(csv("lists,start\r\n1,1\r\n", "utf-8-sig").sample(FACTORS, 1)) == 1


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_numbers_are_read_to_the_last_digit(tmp_path, suffix):
    frame = pd.DataFrame({"lists": np.random.default_rng(1).random(500), "start": np.arange(500) % 104 + 1})
    path = tmp_path / f"own.{suffix}"
    frame.to_csv(path, index=False) if suffix == "csv" else frame.set_axis(frame.index.astype(str)).to_parquet(path)

    pd.testing.assert_frame_equal(SampleFile(path=path).sample(FACTORS, 1), frame.astype(float))


def test_all_that_is_wrong_with_columns_is_said_at_once(csv):
    assert message_of(csv("list,lists,lists,,end\n1,1,1,1,1\n")) == [
        "FILE: unknown column 'list'; did you mean 'lists'?",
        "FILE: column 'lists' is there 2 times",
        "FILE: a column has no name; write the file without row names or index",
        "FILE: unknown column 'end'; known: lists, start",
        "FILE: column 'start' is missing",
    ]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("1.5", "'1.5' is out of range"),
        ("-0.001", "'-0.001' is out of range"),
        ("inf", "'inf' is out of range"),
        ("nan", "'nan' is not a number"),
        ("", "'' is not a number"),
        ("yes", "'yes' is not a number"),
        ("True", "'True' is not a number"),
        ("1_0", "'1_0' is not a number"),
        ('"0,5"', "'0,5' is not a number"),
    ],
)
def test_a_wrong_value_is_named_with_its_line_and_range(csv, value, what):
    text = f"lists,start\n0,1\n\n{value},1\n"

    assert message_of(csv(text)) == [f"FILE: line 4, column 'lists': {what}; right are numbers from 0 to 1"]


def test_each_wrong_column_is_named_once(csv):
    assert message_of(csv("lists,start\n0,1.5\n2,105\n3,1\n")) == [
        "FILE: line 3, column 'lists': '2' is out of range; right are numbers from 0 to 1 (and 1 more)",
        "FILE: line 2, column 'start': '1.5' is not a whole number; right are whole numbers from 1 to 104 (and 1 more)",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "FILE: is empty; the first line names the factors"),
        ("lists,start\n", "FILE: holds no points; give at least one row of values"),
        ("lists,start\n1,1\n1\n", "FILE: line 3: 1 values, but the first line names 2 columns"),
        ('lists,start\n1,"1\n', "FILE: line 2: unexpected end of data"),
    ],
)
def test_files_that_are_no_table_are_refused(csv, text, message):
    assert message_of(csv(text)) == [message]


def test_text_in_another_encoding_is_refused(csv):
    assert message_of(csv("lists,start,起始\n", "gbk")) == ["FILE: is not UTF-8 text; save it as CSV UTF-8"]


@pytest.mark.parametrize(
    ("column", "what"),
    [
        ([0.5, np.nan], "row 2, column 'lists': nan is not a number; right are numbers from 0 to 1"),
        ([7, 1], "row 1, column 'lists': 7 is out of range; right are numbers from 0 to 1"),
        (["0.5", "high"], "row 2, column 'lists': 'high' is not a number; right are numbers from 0 to 1"),
        ([True, False], "column 'lists' holds true and false; write 1 and 0"),
    ],
)
def test_wrong_values_in_parquet_are_named_by_row(tmp_path, column, what):
    path = tmp_path / "own.parquet"
    pd.DataFrame({"lists": column, "start": [1, 2]}).to_parquet(path)

    assert message_of(SampleFile(path=path)) == [f"FILE: {what}"]


def test_a_broken_parquet_file_is_named(tmp_path):
    path = tmp_path / "own.parquet"
    path.write_text("lists,start\n1,1\n")

    assert message_of(SampleFile(path=path))[0].startswith("FILE: cannot be read as Parquet: ")


@pytest.mark.parametrize(("name", "message"), [("own.xlsx", "is a .csv or .parquet file"), ("no.csv", "no such file")])
def test_other_files_are_refused(tmp_path, name, message):
    with pytest.raises(InputError, match=re.escape(message)):
        SampleFile(path=tmp_path / name).count(FACTORS)
