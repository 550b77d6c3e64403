"""Tables in every encoding, with every separator, and from Excel."""

from __future__ import annotations

import datetime as dt
import sys

import openpyxl
import pytest

from experiments.town import read_table
from sim.errors import InputError

HANS = "社区,常住人口,相近类型\n幸福里社区,1200,老旧小区\n和平街社区,2000,商品房小区\n"
HANT = "社區,常住人口,相近類型\n幸福里社區,1200,老舊小區\n和平街社區,2000,商品房小區\n"


def written(tmp_path, words, encoding, name="communities.csv"):
    path = tmp_path / name
    path.write_bytes(words.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("words", "encoding", "told"),
    [
        (HANS, "utf-8", "UTF-8"),
        (HANS, "utf-8-sig", "UTF-8 with BOM"),
        (HANS, "utf-16", "UTF-16"),
        (HANS, "gbk", "GB18030 (GBK)"),
        (HANS, "gb18030", "GB18030 (GBK)"),
        (HANT, "big5", "Big5"),
        (HANT, "gbk", "GB18030 (GBK)"),
    ],
)
def test_the_encoding_is_found(tmp_path, words, encoding, told):
    table = read_table(written(tmp_path, words, encoding))

    assert list(table.columns) == words.splitlines()[0].split(",")
    assert table.iloc[1, 0] == words.splitlines()[2].split(",")[0]
    assert table.attrs["encoding"] == told


@pytest.mark.parametrize("encoding", ["gbk", "big5"])
def test_everyday_characters_decide_where_headings_are_english(tmp_path, encoding):
    words = "community,residents,type\n中山社區,1200,village\n和平社區,900,village\n"

    assert read_table(written(tmp_path, words, encoding)).iloc[0, 0] == "中山社區"


def test_an_encoding_that_cannot_be_told_is_asked_for(tmp_path):
    path = tmp_path / "communities.csv"
    path.write_bytes(b"community,residents\n\xb0\xa1\xb3\xb0,5\n")

    with pytest.raises(InputError, match="encoding='gb18030' or 'big5'"):
        read_table(path)
    assert read_table(path, encoding="big5").iloc[0, 0] == b"\xb0\xa1\xb3\xb0".decode("big5")


def test_bytes_in_no_known_encoding_are_refused(tmp_path):
    path = tmp_path / "communities.csv"
    path.write_bytes(b"community\n\xff\xfe\xff\xff\n")

    with pytest.raises(InputError, match="neither UTF-8 nor GB18030"):
        read_table(path)


@pytest.mark.parametrize("separator", [",", ";", "\t", "，"])
def test_the_separator_is_found(tmp_path, separator):
    words = HANS.replace(",", separator)

    assert read_table(written(tmp_path, words, "utf-8")).shape == (2, 3)


def test_rows_count_as_excel_counts_and_stray_spaces_and_empty_rows_are_gone(tmp_path):
    words = "community,residents,,\n\n  A ,10\n,,,\nB,20,,\n"
    table = read_table(written(tmp_path, words, "utf-8"))

    assert table.index.tolist() == [3, 5]
    assert table.to_dict("list") == {"community": ["A", "B"], "residents": ["10", "20"]}


def test_an_unquoted_thousands_separator_and_repeated_headings_are_told_together(tmp_path):
    words = "community,residents,residents\nA,10,10\nB,20,1,234\n"

    with pytest.raises(InputError) as error:
        read_table(written(tmp_path, words, "utf-8"))
    assert "row 3: '234' stands in column 4" in str(error.value)
    assert "quotation marks" in str(error.value)
    assert "'residents': this heading stands there twice" in str(error.value)


def test_files_that_are_no_tables_are_told(tmp_path):
    with pytest.raises(InputError, match="is empty"):
        read_table(written(tmp_path, "\n\n", "utf-8"))
    with pytest.raises(InputError, match="old format of Excel"):
        read_table(tmp_path / "town.xls")
    with pytest.raises(InputError, match="is no Excel workbook"):
        read_table(written(tmp_path, "no workbook", "utf-8", "town.xlsx"))
    with pytest.raises(InputError, match="cannot be read"):
        read_table(tmp_path / "missing.csv")


def workbook(tmp_path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book, tmp_path / "town.xlsx"


def test_a_workbook_gives_what_people_see(tmp_path):
    day = dt.datetime(2026, 5, 9)  # noqa: DTZ001  (as Excel has it)
    book, path = workbook(
        tmp_path, [["band", "count", "owners"], [day, 1234.0, 0.125], [None, None, None], ["3", 5, 1]]
    )
    book.active["C2"].number_format = "0.0%"
    book.save(path)
    table = read_table(path)

    assert table.loc[2].to_list() == ["2026-05-09", "1234", "12.5%"]
    assert table.loc[4].to_list() == ["3", "5", "1"]


def test_formulas_without_results_and_errors_are_told_with_their_cells(tmp_path):
    book, path = workbook(tmp_path, [["band", "count"], ["1", "=B3*2"], ["2", "#REF!"]])
    book.active["B3"].data_type = "e"
    book.save(path)

    with pytest.raises(InputError) as error:
        read_table(path)
    assert "row 2: cell B2 holds a formula without its result" in str(error.value)
    assert "row 3: cell B3 holds the error #REF!" in str(error.value)


def test_an_unknown_sheet_is_told(tmp_path):
    book, path = workbook(tmp_path, [["band"], ["1"]])
    book.save(path)

    with pytest.raises(InputError, match="no sheet 'Shet'; did you mean 'Sheet'"):
        read_table(path, "Shet")


def test_without_openpyxl_the_error_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)

    with pytest.raises(InputError, match=r'pip install "rongzhi\[notebooks\]"'):
        read_table(tmp_path / "town.xlsx")


def test_line_ends_of_an_old_mac_are_read(tmp_path):
    table = read_table(written(tmp_path, HANS.replace("\n", "\r"), "utf-8"))

    assert list(table.index) == [2, 3]
    assert table.iloc[1, 0] == "和平街社区"


def test_a_title_above_the_headings_is_told(tmp_path):
    path = written(tmp_path, "我们街道的社区,,\n" + HANS, "utf-8")

    with pytest.raises(InputError, match=r"row 1: only '我们街道的社区' stands here.*delete what stands above them"):
        read_table(path)


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("t.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "has a password, or is in the old format"),
        ("t.xlsx", HANS.encode(), "is no Excel workbook, whatever its name says; if it is text, call it .csv"),
        ("t.xlsx", b"PK\x03\x04junk", "cannot be read as an Excel workbook"),
        ("t.csv", b"PK\x03\x04junk", "is an Excel workbook, whatever its name says; call it .xlsx"),
    ],
)
def test_a_file_of_another_kind_than_its_name_says_is_told(tmp_path, name, raw, told):
    (tmp_path / name).write_bytes(raw)

    with pytest.raises(InputError, match=told):
        read_table(tmp_path / name)


def test_a_chart_is_no_table(tmp_path):
    book = openpyxl.Workbook()
    for row in (("community", "residents"), ("Riverside", 200)):
        book.active.append(row)
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(book.active, min_col=2, min_row=1, max_row=2))
    book.create_chartsheet("chart", 0).add_chart(chart)
    book.save(tmp_path / "t.xlsx")

    assert read_table(tmp_path / "t.xlsx").iloc[0, 0] == "Riverside"
