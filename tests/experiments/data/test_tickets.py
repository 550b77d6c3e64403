"""Exports of tickets: read with little mapping, wrong ones refused, targets by hand."""

import datetime as dt

import pandas as pd
import pytest

from experiments import read_tickets
from experiments.data import example
from sim.errors import InputError


@pytest.fixture(scope="module")
def export():
    """A year of one ticket a day: two communities, every fourth a question, closed after 0 to 39 days."""
    days = [dt.date(2025, 1, 6) + dt.timedelta(days=n) for n in range(364)]
    return pd.DataFrame(
        {
            "受理时间": [f"{day:%Y/%-m/%-d} 10:30" for day in days],
            "办结时间": [
                f"{day + dt.timedelta(days=n % 40):%Y-%m-%d}" if n < 350 else "" for n, day in enumerate(days)
            ],
            "诉求类别": ["物业管理" if n % 3 else "停车" for n in range(364)],
            "工单类型": ["咨询" if n % 4 == 0 else "投诉" for n in range(364)],
            "诉求来源": ["12345热线" if n % 5 else "网格巡查" for n in range(364)],
            "满意度": [("满意", "不满意", "", "未评价")[n % 4] for n in range(364)],
            "退回次数": [str(n % 2) for n in range(364)],
            "社区": ["东街" if n % 7 else "西街" for n in range(364)],
        }
    )


def write(frame, path, encoding="utf-8-sig"):
    frame.to_csv(path, index=False, encoding=encoding)
    return path


def test_a_usual_export_needs_no_mapping(export, tmp_path):
    tickets = read_tickets(write(export, tmp_path / "t.csv", "gb18030"))
    assert (len(tickets), tickets.communities) == (364, ["西街", "东街"])
    assert (tickets.start, tickets.end) == (pd.Timestamp("2025-1-6"), pd.Timestamp("2026-1-5"))
    assert repr(tickets) == "364 tickets from 2025-01-06 to 2026-01-04"
    assert set(tickets.dataframe["category"]) == {"property", "parking"}
    assert tickets.dataframe["question"].sum() == 91


def test_targets_follow_from_the_rows(export, tmp_path):
    mapping = {"term": {"days": 19}, "residents": {"东街": 800, "西街": 200}}
    tickets = read_tickets(write(export, tmp_path / "t.csv"), mapping)
    whole = tickets.targets().dataframe.query("community == ''").set_index("outcome")
    assert whole.loc["satisfied_reported", ["value", "n"]].tolist() == [0.5, 182]
    due = [n for n in range(364) if n % 4 and ((n < 350 and n % 40 <= 19) or 378 - n > 19)]  # 378: last closing
    in_time = [n for n in due if n < 350 and n % 40 <= 19]
    assert whole.loc["fulfilment_reported", "value"] == pytest.approx(len(in_time) / len(due))
    assert whole.loc["bounces", "value"] == pytest.approx(2 / 3, abs=0.01)
    known = tickets.known().dataframe.set_index(["outcome", "community"])["value"]
    assert known["known", ""] == pytest.approx(364.0)
    assert known["known", "西街"] == pytest.approx(52 * 1000 / 200)
    reasons = tickets.targets().left_out.set_index(["outcome", "community"])["reason"]
    assert "solved or resolved" in reasons["fulfilment_known", ""]
    assert "arose" in reasons["days_to_resolve_median", ""]
    assert "number of residents" in tickets.known(residents={}).left_out["reason"][0]


def test_a_no_at_the_call_back_means_not_solved(export, tmp_path):
    resolved = export.assign(是否解决="已解决").assign(事发时间=export["受理时间"])
    resolved.loc[100:199, "是否解决"] = "部分解决"
    tickets = read_tickets(write(resolved, tmp_path / "t.csv"), {"term": {"days": 39}})
    whole = tickets.targets().dataframe.query("community == ''").set_index("outcome")["value"]
    assert whole["fulfilment_known"] < whole["fulfilment_reported"] - 0.2
    assert "days_to_resolve_median" in whole


def test_bad_ratings_that_were_set_aside_do_not_count(export, tmp_path):
    export = export.assign(评价有效=["否" if words == "不满意" else "是" for words in export["满意度"]])
    targets = read_tickets(write(export, tmp_path / "t.csv")).targets().dataframe
    assert targets.query("outcome == 'satisfied_reported' and community == ''")["value"].item() == 1.0


def test_headings_and_words_of_ones_own(export, tmp_path):
    own = export.rename(columns={"受理时间": "时间A"}).replace("物业管理", "房屋")
    own.to_excel(tmp_path / "t.xlsx", index=False)
    (tmp_path / "t.toml").write_text(
        '[columns]\nraised = "时间A"\n[dates]\nformat = "%Y/%m/%d %H:%M"\n[categories]\n"房屋" = "property"\n'
        '[communities]\n"东街" = "East"\n"西街" = "West"\n[rating]\nsatisfied = ["不满意"]\n'
        "[period]\nend = 2025-12-28\n",
        encoding="utf-8",
    )
    tickets = read_tickets(tmp_path / "t.xlsx", tmp_path / "t.toml")
    assert tickets.communities == ["West", "East"]
    assert tickets.end == pd.Timestamp("2025-12-29")
    assert tickets.targets().dataframe["value"][0] == 1.0


def test_all_that_is_wrong_is_told_the_first_twenty_in_words(export, tmp_path):
    wrong = export.copy()
    wrong.loc[0, "受理时间"] = "昨天"
    wrong.loc[1, "办结时间"] = "2024-12-31"
    wrong.loc[2, "满意度"] = "非常好"
    wrong.loc[3, "退回次数"] = "两次"
    wrong.loc[5:30, "诉求类别"] = "停车管理费"
    wrong.loc[40] = wrong.loc[39]
    with pytest.raises(InputError) as raised:
        read_tickets(write(wrong, tmp_path / "t.csv"))
    told = str(raised.value)
    for words in (
        "row 2, column '受理时间': must be a date such as 2026-01-05 10:30, 2026/1/5 or 2026年1月5日, got '昨天'",
        "row 3, column '办结时间': 2024-12-31 is before raised (2025-01-07)",
        "unknown value '非常好' (1 times)",
        "row 5, column '退回次数': must be a number such as 1234, got '两次'",
        "unknown value '停车管理费' (26 times); did you mean '停车管理'?",
        "row 42, column 'ticket': the ticket stands there twice",
    ):
        assert words in told
    wrong.loc[100:140, "退回次数"] = [f"x{n}" for n in range(41)]
    with pytest.raises(InputError, match="… and 27 more; 47 problems in all"):
        read_tickets(write(wrong, tmp_path / "t.csv"))


def test_what_the_mapping_lets_pass(export, tmp_path):
    odd = pd.concat([export.replace("停车", "奇事"), export.iloc[[0]].replace("停车", "奇事")])
    path = write(odd, tmp_path / "t.csv")
    tickets = read_tickets(path, {"other": "unmapped", "duplicates": "drop"})
    assert len(tickets) == 364
    assert "unmapped" in tickets.by("category").index


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"colums": {}}, "unknown section 'colums'; did you mean 'columns'"),
        ({"columns": {"rased": "a"}}, "unknown field 'rased'; did you mean 'raised'"),
        ({"columns": {"raised": "受理时刻"}}, "no column '受理时刻' .for raised.; did you mean '受理时间'"),
        ({"categories": {"停车": "parkin"}}, "unknown 'parkin'; did you mean 'parking'"),
        ({"residents": {"北街": 5}}, "no tickets of '北街'"),
        ({"period": {"start": "2025-12-01"}}, "at least 6 weeks"),
        ({"other": "misc"}, "other must be"),
    ],
)
def test_wrong_mappings(export, tmp_path, mapping, words):
    with pytest.raises(InputError, match=words):
        read_tickets(write(export, tmp_path / "t.csv"), mapping).targets()


def test_a_file_without_its_main_column_says_what_it_has(export, tmp_path):
    with pytest.raises(
        InputError, match=r"no column for 'raised'; usual headings: 受理时间.*headings of the file: '办结时间'"
    ):
        read_tickets(write(export.drop(columns="受理时间"), tmp_path / "t.csv"))


def test_two_columns_that_could_be_meant(export, tmp_path):
    with pytest.raises(InputError, match="'受理时间' and '登记时间' both look like 'raised'"):
        read_tickets(write(export.assign(登记时间=export["受理时间"]), tmp_path / "t.csv"))


def test_personal_data_is_refused_and_dropped(export, tmp_path):
    path = write(export.assign(联系人="王芳", 诉求内容="电话13800138000，" * 4), tmp_path / "t.csv")
    with pytest.raises(InputError, match="read it with drop=\\['联系人'\\]"):
        read_tickets(path)
    kept = read_tickets(path, drop=["联系人"])
    assert not kept.dataframe.astype(str).apply(lambda column: column.str.contains("王芳|13800")).any(axis=None)
    with pytest.raises(InputError, match="drop: no column '姓名'"):
        read_tickets(path, drop=["姓名"])


def test_small_cells_are_hidden(export, tmp_path):
    export.loc[:4, "诉求来源"] = "议事会"
    shown = read_tickets(write(export, tmp_path / "t.csv")).by("channel")
    assert shown["tickets"].isna().to_dict() == {"hotline": False, "patrol": True, "meeting": True}


def test_an_example_that_does_not_exist():
    with pytest.raises(InputError, match=r"no example 'ticket.csv'; did you mean 'tickets.csv'"):
        example("ticket.csv")
