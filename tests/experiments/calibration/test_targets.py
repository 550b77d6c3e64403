"""What counts as a target, and with which error it is met."""

import numpy as np
import pandas as pd
import pytest

from experiments.calibration.targets import COLUMNS, observed
from sim.errors import InputError

PLACES = ("north", "south")


def one(**fields):
    return pd.DataFrame([{"outcome": "participation", "value": 0.4, "n": 100, **fields}])


def test_absent_columns_are_filled():
    table = observed(one(), PLACES).table
    assert tuple(table.columns) == COLUMNS
    assert table.loc[0, ["community", "period", "source"]].tolist() == ["", "last_year", ""]


def test_an_object_with_a_dataframe_is_taken():
    class Held:
        dataframe = one(community="north")

    assert observed(Held(), PLACES).wanted == [("participation", "north")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"outcome": "participaton"}, "row 0 .participaton.: unknown outcome.*participation"),
        ({"community": "nort"}, "unknown community 'nort'.*north"),
        ({"period": "2024"}, "period must be 'last_year'"),
        ({"value": np.nan}, "value must be a number"),
        ({"value": 40.0}, "a share goes from 0 to 1, got 40"),
        ({"low": 0.3}, "low and high go together"),
        ({"low": 0.5, "high": 0.6}, "low, value and high must rise"),
        ({"outcome": "complaints"}, "n alone gives the error of a share only"),
        ({"n": 0}, "n must be a whole number from 1"),
    ],
)
def test_wrong_rows_are_named(fields, words):
    with pytest.raises(InputError, match=words):
        observed(one(**fields), PLACES)


def test_the_same_target_twice():
    with pytest.raises(InputError, match="participation of the whole place stands there twice"):
        observed(pd.concat([one(), one()]), PLACES)


def test_missing_column_and_no_rows():
    with pytest.raises(InputError, match="column 'value' is missing"):
        observed(pd.DataFrame({"outcome": ["trust"]}), PLACES)
    with pytest.raises(InputError, match="there are none"):
        observed(one()[:0], PLACES)
    with pytest.raises(InputError, match="must be a DataFrame"):
        observed([1], PLACES)


def test_errors_are_those_of_the_targets():
    rows = pd.concat([one(), one(outcome="trust", n=np.nan, low=0.3, high=0.5)], ignore_index=True)
    found = observed(rows, PLACES).measured(np.full((20_000, 2), 0.4), np.random.default_rng(1))
    assert found.std(axis=0) == pytest.approx([np.sqrt(0.4 * 0.6 / 100), 0.2 / 3.92], rel=0.03)
    assert found.mean(axis=0) == pytest.approx([0.4, 0.4], abs=0.003)


def test_an_interval_is_taken_before_n():
    found = observed(one(low=0.2, high=0.6), PLACES).measured(np.full((20_000, 1), 0.4), np.random.default_rng(1))
    assert found.std() == pytest.approx(0.4 / 3.92, rel=0.03)


def test_what_a_run_could_not_measure_stays_unknown():
    found = observed(one(), PLACES).measured(np.array([[np.nan], [0.5]]), np.random.default_rng(1))
    assert np.isnan(found[:, 0]).tolist() == [True, False]


def test_interval_of_a_share_among_answers():
    low, high = observed(one(value=0.0, n=50), PLACES).interval()
    assert low[0] == pytest.approx(0.0, abs=1e-9)
    assert high[0] == pytest.approx(0.0713, abs=0.0005)  # Wilson (1927)
