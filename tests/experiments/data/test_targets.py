"""Tables of targets: checked, added, written and read, shown."""

import pandas as pd
import pytest

from experiments import Targets
from experiments.data.gathering import gathered
from experiments.data.intervals import Estimate
from sim.errors import InputError


def one(outcome="trust", community="", value=0.5, low=0.4, high=0.6, n=50, period="last_year"):
    row = {"outcome": outcome, "community": community, "period": period, "value": value, "low": low, "high": high}
    return pd.DataFrame([row | {"n": n, "source": "a.csv"}])


def test_what_is_wrong_is_told_at_once():
    frame = pd.concat([one("trusd"), one(community="甲"), one(low=0.55), one(period="2025"), one(), one()])
    with pytest.raises(InputError) as raised:
        Targets(frame)
    for words in ("did you mean 'trust'", "low <= value", "period must be", "trust of the whole place is given twice"):
        assert words in str(raised.value)
    with pytest.raises(InputError, match="unknown community '甲'"):
        Targets(one(community="甲")).check(["乙"])
    with pytest.raises(InputError, match="no column 'low'"):
        Targets(one().drop(columns="low"))


def test_they_add_up_but_not_twice():
    both = Targets(one()) + Targets(one("belonging"))
    assert list(both.dataframe["outcome"]) == ["trust", "belonging"]
    assert len(both.only("trust")) == len(Targets(pd.concat([one(), one(community="甲")])).of("甲")) == 1
    with pytest.raises(InputError, match="no outcome 'trus'; did you mean 'trust'"):
        both.only("trus")
    with pytest.raises(InputError, match="given twice"):
        both + Targets(one())


def test_a_file_gives_back_what_was_written(tmp_path):
    targets = Targets(pd.concat([one(), one("bounces", "甲", 1.25, 1.0, 1.5)]))
    targets.to_csv(tmp_path / "t.csv")
    pd.testing.assert_frame_equal(Targets.from_csv(tmp_path / "t.csv").dataframe, targets.dataframe)
    (tmp_path / "t.csv").write_text((tmp_path / "t.csv").read_text("utf-8").replace("1.25", "viel"), "utf-8")
    with pytest.raises(InputError, match="row 3, column 'value': must be a number, got 'viel'"):
        Targets.from_csv(tmp_path / "t.csv")


@pytest.mark.parametrize(("language", "word"), [("en", "Trust"), ("zh_hans", "全域"), ("zh_hant", "樣本數")])
def test_they_show_in_each_language(language, word):
    targets = Targets(one(), pd.DataFrame([("bounces", "", "bounces")], columns=["outcome", "community", "reason"]))
    assert word in targets.to_html(language)
    assert "no column bounces" in targets._repr_html_()
    assert targets.left_out["reason"].tolist() == ["no column bounces"]
    assert targets.table(language).iloc[0, 2] == "50.0"


def test_small_cells_are_left_out_with_what_they_follow_from():
    found = {("trust", ""): Estimate(0.5, 0.4, 0.6, 64)}
    found |= {("trust", name): Estimate(0.5, 0.4, 0.6, n) for name, n in (("甲", 4), ("乙", 20), ("丙", 40))}
    targets = gathered(found, ["甲", "乙", "丙"], "a.csv", 10)
    assert list(targets.dataframe["community"]) == ["", "丙"]
    assert list(targets.left_out["community"]) == ["甲", "乙"]
