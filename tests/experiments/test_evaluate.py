"""The model as a function for other tools: SALib and EMA Workbench run it in five lines, and get what sim.run gives."""

from __future__ import annotations

import pickle
import re
import warnings
from pathlib import Path

import numpy as np
import pytest

import sim
from experiments import Evaluator, evaluate
from experiments.designs.design import Factor
from experiments.evaluate import factor_of
from experiments.paired import IncompleteError
from experiments.seeds import replication_seed
from sim.errors import InputError
from sim.mechanisms import mechanisms

DOCS = Path(__file__).resolve().parents[2] / "docs" / "how_to"
SMALL = {"communities": [{"type": "village", "residents": 40}], "weeks": 13, "warmup": 4}
FACTORS = ["three_lists", "needs.arrival"]
OUTCOMES = ["satisfaction", "participation"]


@pytest.fixture
def place() -> sim.Scenario:
    return sim.Scenario.from_dict(SMALL)


@pytest.fixture
def warm_ups(monkeypatch) -> list[sim.Scenario]:
    """Every scenario whose warm-up is computed."""
    asked, warm_up = [], sim.warm_up
    monkeypatch.setattr(sim, "warm_up", lambda scenario, seed: asked.append(scenario) or warm_up(scenario, seed))
    return asked


def ema_workbench():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells what else could be installed
        return pytest.importorskip("ema_workbench")


def test_values_are_means_of_plain_runs_with_the_same_seeds_at_every_point(place):
    f = Evaluator(place, FACTORS, OUTCOMES, replications=2, seed=7)

    values = f(np.array([[0.0, 1.0], [0.5, 3.0]]))

    for row, (dose, arrival) in enumerate([(0.0, 1.0), (0.5, 3.0)]):
        one = place.replace(mechanisms={"three_lists": dose}, parameters={"needs.arrival": arrival})
        summaries = [sim.run(one, replication_seed(7, number)).summary for number in range(2)]
        np.testing.assert_array_equal(values[row], [np.mean([run[name] for run in summaries]) for name in OUTCOMES])


def test_shape_follows_the_number_of_outcomes(place):
    points = [[0.0], [1.0], [0.5]]

    assert Evaluator(place, ["three_lists"], OUTCOMES)(points).shape == (3, 2)
    assert Evaluator(place, ["three_lists"], OUTCOMES[:1])(points).shape == (3,)


def test_a_point_by_name_is_the_same_point(place):
    f = Evaluator(place, FACTORS, OUTCOMES)

    values = f([[0.5, 3.0]])[0]

    assert f(three_lists=0.5, needs__arrival=3.0) == dict(zip(OUTCOMES, values.tolist(), strict=True))


def test_a_factor_that_is_not_named_stays_as_the_scenario_says(place):
    f = Evaluator(place.replace(mechanisms={"three_lists": 0.4}, parameters={"needs.arrival": 2.5}), FACTORS, OUTCOMES)

    assert f() == f(three_lists=0.4, needs__arrival=2.5)
    assert f() != f(three_lists=0.4, needs__arrival=2.0)


def test_order_and_company_of_points_do_not_matter(place):
    f = Evaluator(place, FACTORS, OUTCOMES, replications=2)
    points = np.array([[0.0, 1.0], [1.0, 3.0], [0.5, 1.0]])

    together = f(points)

    np.testing.assert_array_equal(Evaluator(place, FACTORS, OUTCOMES, replications=2)(points[::-1])[::-1], together)
    np.testing.assert_array_equal(np.concatenate([f(points[row : row + 1]) for row in range(3)]), together)


def test_points_that_share_their_past_share_the_warm_up(place, warm_ups):
    f = Evaluator(place, ["three_lists", "three_lists.paper", "needs.arrival"], ["satisfaction"], replications=2)

    f([[0.0, 0.1, 1.0], [1.0, 0.1, 1.0], [1.0, 0.2, 1.0]])
    f(three_lists=0.3, needs__arrival=1.0)

    assert len(warm_ups) == 2
    f([[0.0, 0.1, 2.0]])
    assert len(warm_ups) == 4


def test_states_beyond_the_memory_are_made_again_with_the_same_result(place, warm_ups, monkeypatch):
    f = Evaluator(place, FACTORS, ["satisfaction"], replications=2)
    first = f([[0.0, 1.0]])
    monkeypatch.setattr(evaluate, "MOST_BYTES", 0)

    f([[0.0, 2.0]])

    assert f([[0.0, 1.0]]) == first
    assert len(warm_ups) == 6


def test_a_pickled_one_gives_the_same_and_carries_no_states(place):
    f = Evaluator(place, FACTORS, OUTCOMES)
    before = len(pickle.dumps(f))
    values = f([[1.0, 2.0]])

    assert len(pickle.dumps(f)) == before
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(f))([[1.0, 2.0]]), values)


def test_timing_of_a_mechanism_and_what_is_no_factor_stay(place):
    started = place.with_mechanisms({"three_lists": sim.MechanismSpec(dose=1.0, start=9), "deliberation": 1.0})

    scenario = Evaluator(started, ["three_lists"], OUTCOMES)._scenario_of({"three_lists": 0.25})

    assert scenario.mechanisms["three_lists"] == sim.MechanismSpec(dose=0.25, start=9)
    assert scenario.mechanisms["deliberation"] == started.mechanisms["deliberation"]


def test_an_outcome_that_cannot_be_measured_stops_it(place):
    f = Evaluator(place.replace(weeks=1), ["three_lists"], ["settled_legal"])

    with pytest.raises(IncompleteError, match=r"settled_legal: cannot be measured at three_lists = 0 with seed"):
        f([[0.0]])


@pytest.mark.parametrize(
    ("factors", "outcomes", "message"),
    [
        (["tree_lists"], OUTCOMES, "unknown factor 'tree_lists'; did you mean 'three_lists'?"),
        (["needs.arrivals"], OUTCOMES, "did you mean 'needs.arrival'?"),
        (FACTORS, ["satisfction"], "unknown outcome 'satisfction'; did you mean 'satisfaction'?"),
        (["three_lists", "three_lists"], OUTCOMES, "factors: must be one or more names, each once"),
        ([], OUTCOMES, "got none"),
        ("three_lists", OUTCOMES, "factors: must be a list of names"),
        ([Factor("three_lists", 0.0, 2.0, 0.0, ())], OUTCOMES, r"factors.three_lists: [0, 2] is not a range within"),
    ],
)
def test_wrong_names_are_told_at_once(place, factors, outcomes, message):
    with pytest.raises(InputError, match=re.escape(message)):
        Evaluator(place, factors, outcomes)


def test_wrong_points_are_refused(place):
    f = Evaluator(place, FACTORS, OUTCOMES)

    with pytest.raises(InputError, match=r"must have 2 columns.*got \(1, 3\)"):
        f([[0.0, 1.0, 2.0]])
    with pytest.raises(InputError, match="did you mean 'needs__arrival'"):
        f(needs_arrival=1.0)
    with pytest.raises(InputError, match="not both"):
        f([[0.0, 1.0]], three_lists=1.0)
    with pytest.raises(InputError, match=r"needs\.arrival: 1000000.0 lies outside its range"):
        f([[0.0, 1e6]])
    with pytest.raises(InputError, match=r"three_lists: nan lies outside its range \[0, 1\]"):
        f([[np.nan, 1.0]])
    with pytest.raises(InputError, match="replications: must be 1 or more"):
        Evaluator(place, FACTORS, OUTCOMES, replications=0)


def test_a_value_that_rounding_took_over_the_edge_is_the_edge(place):
    f = Evaluator(place, ["three_lists"], OUTCOMES)

    np.testing.assert_array_equal(f([[np.nextafter(1.0, 2.0)]]), f([[1.0]]))


def test_a_factor_narrows_the_range(place):
    f = Evaluator(place, [Factor("needs.arrival", 1.0, 1.5, 1.2, (1.0, 1.5)), "three_lists"], OUTCOMES)

    assert f.problem["names"] == ["needs.arrival", "three_lists"]
    assert f.problem["bounds"] == [[1.0, 1.5], [0.0, 1.0]]
    assert f.problem["outputs"] == OUTCOMES
    with pytest.raises(InputError, match=r"needs\.arrival: 2.0 lies outside its range \[1, 1.5\]"):
        f([[2.0, 0.0]])


# The pages ------------------------------------------------------------------------------------------------------------


def run_page(name: str, smaller: dict[str, str]) -> dict:
    """Run the Python blocks of a page one after another, with smaller numbers."""
    code = "\n".join(re.findall(r"^```python\n(.*?)^```$", (DOCS / name).read_text("utf-8"), re.MULTILINE | re.DOTALL))
    for large, small in smaller.items():
        assert large in code
        code = code.replace(large, small)
    names: dict = {}
    exec(code, names)
    return names


PLACE = {"residents=500": "residents=40", "weeks=52": "weeks=13, warmup=4", "replications=4": "replications=2"}


def test_the_five_lines_for_salib_run():
    names = run_page("salib.md", PLACE | {"sample_sobol(64": "sample_sobol(8"})

    found = names["found"]
    assert list(found.analysis) == names["f"].problem["outputs"]
    assert found.results.shape == (len(found.samples), len(found.analysis))
    assert np.isfinite(found.results).all()


def test_the_five_lines_for_ema_workbench_run():
    ema_workbench()

    names = run_page("ema-workbench.md", PLACE | {"scenarios=50, policies=20": "scenarios=2, policies=3"})

    assert len(names["experiments"]) == 6
    assert {"three_lists", "needs__arrival"} <= set(names["experiments"])
    f = names["f"]
    for row, found in zip(names["experiments"].to_dict("records"), names["outcomes"]["satisfaction"], strict=True):
        asked = {name: row[name] for name in (one.name.replace(".", "__") for one in f.factors)}
        assert f(**asked)["satisfaction"] == found


def test_mechanisms_are_levers_and_numbers_uncertainties(place):
    workbench = ema_workbench()

    model = Evaluator(place, FACTORS, ["satisfaction", "complaints", "fusion_actors"]).ema_model()

    assert [one.name for one in model.levers] == ["three_lists"]
    assert [(one.name, one.lower_bound) for one in model.uncertainties] == [
        ("needs__arrival", factor_of("needs.arrival").low)
    ]
    kinds = {one.name: one.kind for one in model.outcomes}
    assert kinds["satisfaction"] == workbench.ScalarOutcome.MAXIMIZE
    assert kinds["complaints"] == {1: 1, 0: 0, -1: -1}[sim.outcomes.OUTCOMES["complaints"].better]
    assert all(name in mechanisms() for name in (one.name for one in model.levers))
