"""``rongzhi verify model``: its table, its folder, its exit codes."""

import pandas as pd
import pytest

from experiments import verification
from experiments.__main__ import main
from experiments.verbs import model
from experiments.verification import Check, Curve, Findings
from experiments.verification.report import checks_table, curves_table


@pytest.fixture(autouse=True)
def _english(monkeypatch, tmp_path):
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)


def test_every_family_is_offered_and_has_its_words(capsys):
    assert main(["verify", "model", "--only", "choice"]) == 0
    shown = capsys.readouterr().out

    assert "known answer" in shown
    assert "All 7 checks passed" in shown


@pytest.mark.parametrize(("tag", "word"), [("zh-Hans", "全部通过"), ("zh-Hant", "全部通過")])
def test_the_table_speaks_chinese(tag, word, capsys):
    assert main(["verify", "model", "--only", "choice", "cascade", "--lang", tag]) == 0
    assert word in capsys.readouterr().out


def test_a_failed_check_ends_with_1_and_is_named(monkeypatch, capsys):
    wrong = Findings("nulls", [Check("null_dose", 0.0, 2.0, 0.0, "three_lists, micro_grid")])
    monkeypatch.setattr(verification, "verify", lambda family, seed: wrong)

    assert main(["verify", "model", "--only", "nulls"]) == model.FAILED == 1
    shown = capsys.readouterr().out
    assert "three_lists, micro_grid" in shown
    assert "1 of 1 checks FAILED" in shown


def test_the_folder_holds_tidy_tables_and_the_figure(tmp_path, capsys):
    arguments = ["verify", "model", "--only", "choice", "cascade", "--out", "kept"]

    assert main(arguments) == 0
    checks = pd.read_parquet(tmp_path / "kept" / "checks.parquet")
    assert set(checks["family"]) == {"choice", "cascade"}
    assert checks["passed"].all()
    assert pd.read_csv(tmp_path / "kept" / "curves.csv")["kind"].nunique() == 2
    assert (tmp_path / "kept" / "limits.png").stat().st_size > 10_000
    assert main(arguments) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert main([*arguments, "--overwrite"]) == 0


@pytest.mark.parametrize("arguments", [["--only", "magic"], ["--seed", "x"]])
def test_bad_input_ends_with_2(arguments, capsys):
    assert main(["verify", "model", *arguments]) == 2
    assert arguments[0] in capsys.readouterr().err


def test_rows_that_are_not_judged_have_no_verdict():
    reported = Check("public_good_zero", 0.73, 0.97, float("nan"))
    table = checks_table([Findings("public_good", [reported, Check("public_good_rises", 0.0, 0.0, 0.0)])])

    assert table["passed"].isna().tolist() == [True, False]


def test_points_of_a_curve_without_chance_have_no_error():
    line = pd.Series([0.0, 1.0]).to_numpy()
    table = curves_table([Findings("cascade", [], [Curve("cascade", line, line, line, line)])])

    assert table["kind"].tolist() == ["known", "known", "simulated", "simulated"]
    assert table["tolerance"][2:].tolist() == [0.0, 0.0]
