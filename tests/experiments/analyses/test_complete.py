"""Tables with gaps are refused, and the gaps named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments import paired
from experiments.analyses.complete import IncompleteError, grid, require_complete
from sim.errors import InputError


@pytest.fixture
def runs():
    table = pd.MultiIndex.from_product([range(3), range(2)], names=["point", "replication"]).to_frame(index=False)
    table["run_id"] = [f"{number:016x}" for number in range(6)]
    table["trust"] = 10.0 * table["point"] + table["replication"]
    return table.assign(status="ok", error="")


def test_complete_runs_become_an_array_whatever_their_order(runs):
    values = grid(runs.sample(frac=1.0, random_state=1), ["trust"], {"point": [2, 0, 1], "replication": None})

    assert values[:, :, 0].tolist() == [[20.0, 21.0], [0.0, 1.0], [10.0, 11.0]]


def test_a_failed_run_is_named(runs):
    runs.loc[3, ["status", "trust"]] = ["crash", np.nan]

    with pytest.raises(IncompleteError, match="all 6 runs, each once: 1 failed; the first: 0000000000000003"):
        require_complete(runs, ["trust"])


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_outcome_that_is_no_number_is_named(runs, value):
    runs.loc[4, "trust"] = value

    with pytest.raises(IncompleteError, match="1 without a number; the first: 0000000000000004"):
        require_complete(runs, ["trust"])


def test_a_missing_run_is_named_by_its_place(runs):
    with pytest.raises(IncompleteError, match="1 missing; the first: point 2, replication 0"):
        require_complete(runs.drop(index=4), ["trust"])


def test_points_and_replications_that_never_ran_are_missed(runs):
    with pytest.raises(IncompleteError, match="all 8 runs, each once: 2 missing"):
        require_complete(runs, ["trust"], points=range(4))
    with pytest.raises(IncompleteError, match="all 9 runs, each once: 3 missing"):
        require_complete(runs, ["trust"], replications=range(3))


def test_a_run_that_is_there_twice_is_named(runs):
    with pytest.raises(IncompleteError, match="1 more than once; the first: 0000000000000001"):
        require_complete(pd.concat([runs, runs.iloc[[1]]]), ["trust"])


def test_no_runs_at_all_are_refused(runs):
    with pytest.raises(IncompleteError, match="none there"):
        require_complete(runs.iloc[:0], ["trust"])


def test_runs_of_another_sample_and_unknown_outcomes_are_refused(runs):
    with pytest.raises(InputError, match="point 2 is not one of the 2"):
        require_complete(runs, ["trust"], points=range(2))
    with pytest.raises(InputError, match="did you mean 'trust'"):
        require_complete(runs, ["trusty"])


def test_there_is_one_error_for_incomplete_results():
    assert paired.IncompleteError is IncompleteError
