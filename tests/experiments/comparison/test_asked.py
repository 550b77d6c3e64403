"""What may be compared: designs for one place, each under a name of its own."""

from __future__ import annotations

import re

import numpy as np
import pytest

from experiments import compare
from experiments.comparison.asked import study_of
from experiments.plan import Plan
from sim import Design, EmergencySpec
from sim.errors import InputError
from tests.experiments.comparison.conftest import LISTS, small_place


def mechanisms_of(study) -> dict:
    plan = Plan(study)
    return {run.design: run.fields["mechanisms"] for run in plan.runs(0, 1)}


def test_designs_come_on_top_of_the_baseline_and_scenarios_replace_it(place):
    other = place.replace(name="Grid", mechanisms={"micro_grid": 0.5})
    made = mechanisms_of(study_of(place, [LISTS, other], replications=2))

    assert {design: {name: one["dose"] for name, one in specs.items()} for design, specs in made.items()} == {
        "nothing": {"deliberation": 0.3},
        "Lists first": {"deliberation": 0.3, "three_lists": 1.0, "feedback_loop": 1.0},
        "Grid": {"micro_grid": 0.5},
    }


def test_a_roll_out_keeps_its_weeks_and_places(place):
    design = Design.of("three_lists", name="By steps").rolled_out({"village": 9}).in_communities("village")
    spec = mechanisms_of(study_of(place, [design], replications=2))["By steps"]["three_lists"]

    assert spec == {"dose": 1.0, "start": 1, "starts": {"village": 9}, "communities": ["village"]}


@pytest.mark.parametrize(
    ("designs", "complaint"),
    [
        ([LISTS, LISTS], "two designs are called 'Lists first'"),
        ([small_place(weeks=20)], "differs from the baseline in weeks; that is an assumption, not a design"),
        (
            [("Shock", small_place(emergencies=[EmergencySpec(kind="flood", start=3)]))],
            "Shock: differs .* in emergencies",
        ),
        ([small_place(parameters={"needs.arrival": 1.4})], "differs from the baseline in parameters"),
        ([("Same", small_place())], "Same changes nothing of the baseline"),
        ([Design.of("three_lists", name="all")], "'all' cannot be the name of a design"),
        (["three_lists"], "design 1: must be a sim.Design"),
        ([("", LISTS)], "a sim.Scenario, or a pair"),
        ([Design.of("three_lists").in_communities("vilage")], "unknown community 'vilage'; did you mean 'village'"),
    ],
)
def test_what_is_no_design_for_the_place_is_told(place, designs, complaint):
    with pytest.raises(InputError, match=complaint):
        compare(place, *designs, progress=False, cache=False)


def test_without_a_design_there_is_nothing_to_compare(place):
    with pytest.raises(InputError, match="give one or more designs"):
        compare(place)


def test_precision_is_in_points_and_every_design_has_to_reach_it(place):
    asked = study_of(place, [LISTS], replications=4, precision={"participation": 0.5, "yuan": 2}).replications

    assert asked.half_width == {"participation": 0.005, "yuan": 2.0}
    assert (asked.contrast, asked.first) == ("any", 4)
    with pytest.raises(InputError, match="unknown outcome 'participaton'; did you mean 'participation'"):
        study_of(place, [LISTS], replications=4, precision={"participaton": 0.5})


@pytest.mark.parametrize("uncertain", [["needs.arrival"], {"needs.arrival": (0.9, 1.2)}])
def test_every_design_meets_every_future(place, uncertain):
    plan = Plan(study_of(place, [LISTS], replications=2, uncertainties=uncertain, futures=5))

    assert (plan.policies, plan.futures, len(plan.points)) == (2, 5, 10)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"precision": {"trust": "high"}}, "compare: precision: trust: must be a half-width above 0, got 'high'"),
        ({"precision": {"trust": 0}}, "compare: precision: trust: must be a half-width above 0, got 0"),
        ({"uncertainties": {"needs.arrival": 2}}, "needs.arrival: must be a range (low, high), got 2"),
        ({"cache": ""}, "cache: must be a folder, True or False, got ''"),
        ({"cache": 5}, "cache: must be a folder, True or False, got 5"),
        ({"cache": __file__}, "test_asked.py is a file; give a folder, or False for none"),
        ({"cache": f"{__file__}/inside"}, "cannot be written (Not a directory)"),
    ],
)
def test_a_wrong_argument_is_told_before_anything_is_run(place, asked, told):
    with pytest.raises(InputError, match=re.escape(told)):
        compare(place, LISTS, replications=1, progress=False, **asked)


def test_designs_that_cannot_be_told_are_told_how(place):
    with pytest.raises(InputError, match=re.escape("compare(place, *designs)")):
        compare(place, [LISTS])
    with pytest.raises(InputError, match=re.escape('such as Design.of("three_lists")')):
        compare(place, "three_lists")
    with pytest.raises(InputError, match=re.escape("Scenario.from_toml(path), got str")):
        compare("scenario.toml", LISTS)
    with pytest.raises(InputError, match=f"begins in week 500, but the run ends with week {place.weeks}"):
        compare(place, LISTS.starting(500))


def test_numbers_of_numpy_and_single_names_are_taken(place):
    plain = study_of(place, [LISTS], replications=2, seed=3, outcomes=["trust"], tables=["groups"])
    other = study_of(place, [LISTS], replications=np.int64(2), seed=np.int64(3), outcomes="trust", tables="groups")

    assert plain == other
