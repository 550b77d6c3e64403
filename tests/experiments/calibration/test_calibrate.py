"""A tiny calibration of the model itself, from its folder and back."""

import pandas as pd
import pytest

from experiments import calibrate
from experiments.calibration import prior, prior_sample
from experiments.calibration.prior import Made
from experiments.engine import serial
from experiments.store import Store
from sim import Scenario
from sim.errors import InputError

PLACE = Scenario(communities=[{"type": "village", "residents": 40, "name": "upper"}], weeks=6, warmup=2)
TARGETS = pd.DataFrame([{"outcome": "trust", "community": "upper", "value": 0.6, "low": 0.55, "high": 0.65}])
PARAMETERS = {"satisfaction.start_trust": (0.3, 0.8)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("calibration") / "here"


@pytest.fixture(scope="module")
def posterior(folder):
    return calibrate(PLACE, TARGETS, PARAMETERS, 50, predictive=10, engine=serial(), out=folder, progress=False)


def test_finds_the_trust_that_was_observed(posterior):
    row = posterior.summary.iloc[0]
    assert row["low"] < 0.6 < row["high"]
    assert row["identified"]
    assert posterior.fit["inside"].all()


def test_each_run_has_luck_of_its_own(posterior, folder):
    runs = Store.open(folder / "prior").runs()
    assert runs["seed"].nunique() == len(runs) == 50
    assert runs["satisfaction.start_trust"].between(0.3, 0.8).all()


def test_other_targets_and_more_rounds_make_no_prior_run_again(posterior, folder, monkeypatch):
    made = []
    real = prior.make_runs
    monkeypatch.setattr(prior, "make_runs", lambda store, how: made.append(store.folder.name) or real(store, how))
    other = TARGETS.assign(value=0.5, low=0.45, high=0.55)
    before = len(Store.open(folder / "prior").sessions())
    again = calibrate(
        PLACE, other, PARAMETERS, 50, predictive=10, engine=serial(), out=folder, rounds=2, progress=False
    )
    assert len(Store.open(folder / "prior").sessions()) == before
    assert [one.partition("_")[0] for one in made] == ["prior", "round", "predictive"]
    low, high = again.last.factors[0].low, again.last.factors[0].high
    assert 0.3 <= low < 0.5 < high <= 0.8
    assert len(again.last) >= 50
    assert again.last.draws["satisfaction.start_trust"].between(low, high).all()
    assert again.summary["median"].iloc[0] == pytest.approx(0.5, abs=0.05)


def test_without_a_folder_the_same(posterior):
    same = calibrate(PLACE, TARGETS, PARAMETERS, 50, predictive=10, engine=serial(), progress=False)
    pd.testing.assert_frame_equal(same.sample, posterior.sample)
    pd.testing.assert_frame_equal(same.fit, posterior.fit)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        (["needs.arival"], "unknown parameter 'needs.arival'.*needs.arrival"),
        ({"needs.arrival": (0.0, 1.0)}, r"parameters.needs.arrival: \(0, 1\) must be a range within"),
        (["three_lists.paper"], "mechanism 'three_lists' is not in force"),
        ("needs.arrival", "must be a list"),
        ([], "must be a list"),
    ],
)
def test_wrong_parameters(parameters, words):
    with pytest.raises(InputError, match=words):
        prior_sample(PLACE, parameters, 50, made=Made(progress=False))


@pytest.mark.parametrize(
    ("options", "words"),
    [({"runs": 49}, "runs: must be"), ({"rounds": 3}, "rounds"), ({"predictive": 2}, "predictive")],
)
def test_wrong_numbers(options, words):
    with pytest.raises(InputError, match=words):
        calibrate(PLACE, TARGETS, PARAMETERS, progress=False, engine=serial(), **options)
