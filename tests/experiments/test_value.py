"""Value: what a mechanism brings at today's price, less what it costs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments import value
from experiments.engine import InProcess
from experiments.page import to_markdown
from experiments.plots import style


def made_up(more, cost, hours=0.0, noise=0.0):
    """Runs of one type of community: today 100 yuan and 1 staff hour for 2 matters."""
    luck = np.random.default_rng(1).normal(size=8) * noise
    rows = []
    for seed in range(8):
        today = {"type": "village", "replication": seed, "satisfied": 0.5, "staff_hours": 1.0}
        rows += [
            today | {"design": "nothing", "matters": 2.0, "yuan": 100.0, "mechanism_hours": 0.0},
            today | {"design": "m", "matters": 2.0 + more + luck[seed], "yuan": 100.0 + cost, "mechanism_hours": hours},
        ]
    return pd.DataFrame(rows)


def row_of(runs):
    return value.worth(runs, ["m"]).set_index("gain").loc["matters"]


def test_the_yardstick_is_what_the_status_quo_spends_staff_included():
    prices = value.yardsticks(made_up(0, 0), 60.0).iloc[0]

    assert prices["price_matters"] == pytest.approx((100 + 60) / 2)
    assert prices["price_satisfied"] == pytest.approx((100 + 60) / 0.5)


@pytest.mark.parametrize(("cost", "verdict"), [(40.0, "pays"), (200.0, "does_not")])
def test_a_matter_more_pays_if_it_costs_less_than_one_does_today(cost, verdict):
    row = row_of(made_up(1.0, cost, noise=0.01))

    assert row["verdict"] == verdict
    assert row["net"] == pytest.approx(80 - cost, abs=2)
    assert row["per_gain"] == pytest.approx(cost, rel=0.02)
    assert row["per_gain_low"] <= row["per_gain"] <= row["per_gain_high"]


def test_what_luck_hides_is_unclear_and_has_no_price():
    row = row_of(made_up(0.1, 1.0, noise=2.0))

    assert row["verdict"] == "unclear"
    assert np.isnan(row["per_gain"])


def test_staff_hours_cost_their_price_and_a_verdict_that_hangs_on_it_is_marked():
    row = row_of(made_up(1.0, 0.0, hours=1.2, noise=0.01))

    assert row["cost"] == pytest.approx(1.2 * value.wage().value)
    assert row["holds"] == (row["verdict"] == row["verdict_low_wage"] == row["verdict_high_wage"])


def test_a_small_run_has_tables_for_each_type():
    setting = value.Setting(replications=2, residents=30, warmup=1, weeks=13)
    finding = value.run_value(setting, ["three_lists", "micro_grid"], 1, progress=False, make_executor=InProcess)
    table = finding.tables["value"]

    assert finding.failures == []
    assert len(table) == 2 * 5 * 2
    assert set(table["verdict"]) <= set(value.VERDICTS)
    for language in ("en", "zh_hans", "zh_hant"):
        assert "value.png" in to_markdown(finding.page(language, ["value"]))
    with style.house_style("en"):
        assert len(finding.figures["value"]("en").axes) == 2
