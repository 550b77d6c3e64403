"""Designs: mechanisms that stack, move in time and place, and refuse to contradict each other."""

import pytest

import sim
from sim import Design, DesignConflictError, InputError, MechanismSpec, Scenario


def test_a_bare_number_is_a_dose():
    assert Design({"three_lists": 0.8}).mechanisms["three_lists"] == MechanismSpec(dose=0.8)


def test_designs_stack():
    both = Design.of("three_lists") + Design.of("feedback_loop", dose=0.5)
    assert {name: spec.dose for name, spec in both.mechanisms.items()} == {"three_lists": 1.0, "feedback_loop": 0.5}
    assert both.name == "three_lists + feedback_loop"


def test_the_same_wish_twice_is_no_conflict():
    assert (Design.of("three_lists") + Design.of("three_lists")).mechanisms == Design.of("three_lists").mechanisms


def test_a_conflict_names_mechanism_designs_and_wishes():
    one, other = Design.of("three_lists", name="lists"), Design.of("three_lists", dose=0.5, start=27, name="late")
    with pytest.raises(
        DesignConflictError, match=r"three_lists: 'lists' asks for dose 1 from week 1, 'late' for dose 0.5 from week 27"
    ):
        one + other


def test_unknown_mechanisms_and_wrong_doses_are_named():
    with pytest.raises(InputError, match=r"unknown mechanism 'three_list'.*three_lists"):
        Design.of("three_list")
    with pytest.raises(InputError, match=r"three_lists.dose"):
        Design({"three_lists": 1.5})
    with pytest.raises(InputError, match=r"three_lists: must be a dose"):
        Design({"three_lists": "yes"})
    with pytest.raises(InputError, match=r"start"):
        Design.of("three_lists").starting(0)


def test_a_scenario_takes_a_design():
    scenario = Scenario(mechanisms={"three_lists": 0.2, "shared_data": 1.0})
    changed = scenario + Design.of("three_lists", start=5)
    assert changed == scenario.with_mechanisms({"three_lists": MechanismSpec(dose=1.0, start=5)})
    assert changed.mechanisms["shared_data"].dose == 1.0


def test_timing_and_place():
    design = Design.of("three_lists").starting(27).in_communities("village")
    spec = design.mechanisms["three_lists"]
    assert (spec.start, spec.communities) == (27, ("village",))
    rolled = Design.of("three_lists").rolled_out({"village": 9, "work_unit": 22}).mechanisms["three_lists"]
    assert rolled.starts == {"village": 9, "work_unit": 22}
    assert (Scenario() + design).doses("three_lists", 27).sum() == 1.0


def test_a_scenario_starts_later():
    scenario = Scenario(mechanisms={"three_lists": {"dose": 0.4, "starts": {"village": 3}}}).starting(9)
    assert scenario.mechanisms["three_lists"] == MechanismSpec(dose=0.4, start=9)


def test_names():
    assert Design.of("three_lists").named("lists").starting(3).name == "lists"
    assert sim.Design is Design


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Design.of("three_lists", dose=2), "three_lists.dose: .* got 2"),
        (lambda: Design.of("three_lists", dose="half"), "three_lists.dose: .* got .half."),
        (lambda: Design.of("three_lists", start=-1), "three_lists.start: .* got -1"),
        (lambda: Design.of("three_list", dose=2), "unknown mechanism 'three_list'"),
        (lambda: Design("three_lists"), r'use Design.of\("three_lists"\), got \'three_lists\''),
    ],
)
def test_what_is_no_design_is_told_in_our_words(make, told):
    with pytest.raises(InputError, match=told):
        make()
