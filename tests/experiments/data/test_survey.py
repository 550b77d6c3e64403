"""Surveys: answers in figures and words, weights, non-response, wrong ones refused."""

import pandas as pd
import pytest

from experiments import read_survey
from sim.errors import InputError


@pytest.fixture
def answers():
    return pd.DataFrame(
        {
            "满意度": ["非常满意", "一般", "", "拒答"] * 25,
            "近三个月是否参与": ["是", "否", "否", ""] * 25,
            "信任": ["5", "比较信任", "3", "1"] * 25,
            "年龄段": ["18-34", "35-59", "60+", "60+"] * 25,
            "社区": ["东街"] * 60 + ["西街"] * 40,
        }
    )


def write(frame, path):
    frame.to_csv(path, index=False, encoding="utf-8-sig")
    return path


def test_answers_become_targets(answers, tmp_path):
    survey = read_survey(write(answers, tmp_path / "s.csv"))
    assert survey.answered.round(2).to_dict()["satisfied"] == 0.5
    whole = survey.targets().dataframe.query("community == ''").set_index("outcome")
    assert whole["value"].round(6).to_dict() == {"satisfied_surveyed": 0.5, "participation": 0.333333, "trust": 0.55}
    assert whole["n"].to_dict() == {"satisfied_surveyed": 50, "participation": 75, "trust": 100}
    left_out = survey.targets().left_out.query("community == ''")
    assert set(left_out["outcome"]) == {"participation_year", "efficacy", "belonging"}
    assert "nobody answered" in left_out["reason"].iloc[0]


def test_weights_count(answers, tmp_path):
    answers["权重"] = ["3", "1", "1", "1"] * 25
    survey = read_survey(write(answers, tmp_path / "s.csv"), {"independent": True})
    whole = survey.targets().dataframe.query("community == ''").set_index("outcome")
    assert whole["value"]["satisfied"] == 0.75
    assert repr(survey) == "100 respondents, worth 75 equally weighted ones"


def test_small_groups_are_hidden(answers, tmp_path):
    answers.loc[answers.index[:4], "年龄段"] = "90+"
    by_age = read_survey(write(answers, tmp_path / "s.csv")).by("age")
    assert by_age["n"].isna().sum() == 2
    assert by_age.loc["90+"].isna().all()
    assert by_age.loc["60+", "trust"] == pytest.approx(0.3)


def test_few_respondents_give_no_target(answers, tmp_path):
    answers["社区"] = ["东街"] * 91 + ["西街"] * 9
    targets = read_survey(write(answers, tmp_path / "s.csv")).targets()
    assert set(targets.dataframe["community"]) == {""}


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("满意度", "好极了", "row 2, column '满意度': unknown answer '好极了'"),
        ("近三个月是否参与", "也许", "must be yes or no"),
        ("信任", "7", "must be a step from 1 to 5"),
        ("权重", "0", "must be above 0"),
        ("权重", "", "must not be empty"),
    ],
)
def test_wrong_cells(answers, tmp_path, column, cell, words):
    answers["权重"] = "1"
    answers.loc[0, column] = cell
    with pytest.raises(InputError, match=words):
        read_survey(write(answers, tmp_path / "s.csv"))


def test_words_of_ones_own(answers, tmp_path):
    path = write(answers, tmp_path / "s.csv")
    survey = read_survey(path, {"satisfied": {"words": ["非常满意", "一般"], "others": []}})
    assert survey.targets().dataframe["value"][0] == 1.0
    with pytest.raises(InputError, match="no column with an answer"):
        read_survey(write(answers[["社区", "年龄段"]], path))
    with pytest.raises(InputError, match="independent must be true or false"):
        read_survey(path, {"independent": "yes"})


def test_another_scale_is_told_once_for_each_of_its_steps(tmp_path):
    path = tmp_path / "survey.csv"
    path.write_text("满意度\n" + "".join(f"{1 + row % 7}\n" for row in range(70)), encoding="utf-8")

    with pytest.raises(InputError) as error:
        read_survey(path)
    first, second = str(error.value).splitlines()
    assert "row 7, column '满意度': unknown answer '6'" in first
    assert second.endswith("[satisfied] words, others (also in 9 more rows)")


def test_headings_without_answers_are_no_survey(tmp_path):
    path = tmp_path / "survey.csv"
    path.write_text("满意度\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"survey.csv: has headings but no answers"):
        read_survey(path)
