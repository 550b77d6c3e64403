"""The examples come from the model: what is read from them is what the model measured."""

import tomllib

import pandas as pd
import pytest

from experiments import read_survey, read_tickets
from experiments.data import example, examples, measured, measured_at
from sim import Scenario, run
from sim.needs_table import CHANNELS


@pytest.fixture(scope="module")
def small():
    scenario = Scenario(communities=[{"type": "old_neighbourhood", "residents": 250}], warmup=4, weeks=52)
    return run(scenario, seed=5, needs=True)


def test_tickets_of_a_run_give_its_outcomes(small, tmp_path):
    examples.make_tickets(small).to_csv(tmp_path / "t.csv", index=False)
    mapping = {"categories": {"邻里纠纷与安全": "disputes"}, "term": {"days": 28}}
    mapping |= {"period": {"start": "2025-01-06", "end": "2026-01-04"}}
    tickets = read_tickets(tmp_path / "t.csv", mapping)
    found = tickets.targets().dataframe.query("community == ''")
    model = measured_at(small, found)
    assert len(found) >= 6
    assert (found["low"] <= model).all()
    assert (model <= found["high"]).all()
    days = found["outcome"].str.startswith("days")
    pd.testing.assert_series_equal(found["value"][days], model[days], check_names=False)
    name = small.scenario.community_names[0]
    known = tickets.known(residents={name: 250}).dataframe.query("outcome == 'known'")
    assert known["value"].tolist() == pytest.approx(measured_at(small, known).tolist())


def test_channels_add_up_to_all_that_is_known(small):
    table = measured(small)
    assert table[[f"known_by_{channel}" for channel in CHANNELS[1:]]].sum(axis=1).tolist() == pytest.approx(
        table["known"].tolist()
    )


def test_the_examples_that_come_along_hold_their_truth():
    truth = tomllib.loads(example("truth.toml").read_text(encoding="utf-8"))
    assert truth["parameters"] == dict(examples.TRUTH)
    tickets = read_tickets(example("tickets.csv"), example("tickets.toml")).targets()
    survey = read_survey(example("survey.csv"), example("survey.toml")).targets()
    rows = (tickets + survey).dataframe
    true = [truth["outcomes"][one.community or "place"][one.outcome] for one in rows.itertuples()]
    inside = (rows["low"] <= true) & (true <= rows["high"])
    assert len(rows) >= 36
    assert inside.mean() >= 0.9
    assert example("tickets.csv").stat().st_size <= 400_000


@pytest.mark.slow
def test_the_examples_can_be_made_again(tmp_path):
    examples.write_examples(tmp_path)
    for name in ("tickets.csv", "survey.csv", "truth.toml"):
        assert (tmp_path / name).read_text("utf-8-sig") == example(name).read_text("utf-8-sig")
