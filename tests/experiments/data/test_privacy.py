"""Personal data is found in headings and in cells, and ordinary columns are left alone."""

import pandas as pd
import pytest

from experiments.data import check_privacy, example
from experiments.data.privacy import without_personal
from experiments.town.personal import is_id_number
from sim.errors import InputError

ID = "11010519491231002X"  # the example of GB 11643


def kinds_of(**columns):
    table = pd.DataFrame(columns)
    table.index = range(2, 2 + len(table))
    return {(one.column, one.kind) for one in check_privacy(table)}


def test_the_check_digit_tells_an_id_number():
    assert is_id_number(ID)
    assert is_id_number(ID.lower())
    assert not is_id_number("110105194912310021")
    assert not is_id_number("11010519491331002X")


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (f"编号{ID}", "id number"),
        ("13800138000", "telephone"),
        ("+86 138-0013-8000", "telephone"),
        ("0512-66778899", "telephone"),
        ("wang.li@example.cn", "e-mail"),
        ("苏E·A12345", "plate"),
        ("3栋2单元501室", "address"),
        ("12号楼1203", "address"),
    ],
)
def test_a_single_cell_gives_a_column_away(cell, kind):
    assert ("甲", kind) in kinds_of(甲=["物业", "", cell])


@pytest.mark.parametrize(
    "cell",
    [
        "2026-01-05 13:45",
        "20260105134500",
        "GD20260105000123",
        "23800138000",
        "物业管理/电梯",
        "第3网格",
        "110105194912310021",
    ],
)
def test_ordinary_cells_do_not(cell):
    assert kinds_of(甲=[cell, cell]) == set()


def test_names_are_told_by_most_of_a_column():
    assert ("甲", "name") in kinds_of(甲=["王芳", "李建国", "张先生", "欧阳明", "陈*", "刘女士"])
    assert kinds_of(甲=["金桥社区", "白云社区", "黄河社区", "万和社区", "高新社区", "江东社区"]) == set()
    assert kinds_of(甲=["王家村", "王家村", "李家村", "李家村", "停车", "养老"]) == set()


def test_headings_give_themselves_away():
    assert kinds_of(来电人电话=["", ""]) == {("来电人电话", "heading")}


def test_nothing_of_a_cell_is_repeated():
    table = pd.DataFrame({"甲": ["13800138000"], "联系人": ["王芳"]}, index=[2])
    with pytest.raises(InputError, match="telephone, 1 cells, the first in row 2") as raised:
        without_personal(table, (), (), "a.csv")
    assert "13800138000" not in str(raised.value)
    assert "drop=['联系人', '甲']" in str(raised.value)
    assert list(without_personal(table, ["甲", "联系人"], (), "a.csv").columns) == []


def test_free_text_is_left_out_unless_it_is_used():
    long = "市民反映小区电梯经常停运，希望有关部门尽快派人处理一下，电话13800138000"
    table = pd.DataFrame({"甲": ["1"], "内容": [long]}, index=[2])
    assert list(without_personal(table, (), (), "a.csv").columns) == ["甲"]
    with pytest.raises(InputError, match="telephone"):
        without_personal(table, (), ["内容"], "a.csv")


@pytest.mark.parametrize("name", ["tickets.csv", "survey.csv"])
def test_the_examples_are_clean(name):
    table = pd.read_csv(example(name), encoding="utf-8-sig", dtype=str, keep_default_na=False)
    assert check_privacy(table) == []
