"""Plans: points, their names, and run ids that say what is computed and nothing else."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from experiments.plan import Plan, RunSpec, code_version, digest
from experiments.study import Study
from sim import Mechanism, Scenario, mechanisms
from sim.compiled import source_hash
from sim.errors import InputError
from sim.model import status_quo_of

PLACE = {
    "communities": [{"type": "village", "residents": 60}, {"type": "commodity_housing", "residents": 40}],
    "weeks": 6,
    "warmup": 4,
}
FIELDS = {"name": "a", "title": "t", "question": "q", "scenario": PLACE, "replications": 2}
TWO = {"lists": {"mechanisms": ["three_lists"]}, "grid": {"mechanisms": {"micro_grid": 0.5}}}
LATIN = {"kind": "latin_hypercube", "points": 3}


def plan_with(**more) -> Plan:
    return Plan(Study.from_dict(copy.deepcopy(FIELDS) | {"levers": TWO} | more))


def ids(plan: Plan) -> dict[str, str]:
    """First run id of each design."""
    return {spec.design: spec.run_id for spec in plan.runs(0, 1)}


def computed(plan: Plan, spec: RunSpec) -> Scenario:
    """Scenario that a run computes, without what changes no number."""
    whole = plan.place.replace(**spec.fields).to_dict()
    names = plan.place.community_names
    communities = [one | {"name": name} for one, name in zip(whole["communities"], names, strict=True)]
    return Scenario.from_dict(whole | {"name": "", "seed": 0, "communities": communities})


# Points ---------------------------------------------------------------------------------------------------------------


def test_every_policy_meets_every_future_and_the_baseline_comes_first():
    plan = plan_with(uncertainties={"numbers": ["needs.arrival"]}, design={"uncertainties": LATIN})

    assert plan.points["point"].tolist() == list(range(12))
    assert plan.points["future"].tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert plan.points["policy"].tolist() == [0, 1, 2, 3] * 3
    assert plan.points["design"].tolist() == ["nothing", "1", "2", "all"] * 3
    assert plan.points.groupby("future")["needs.arrival"].nunique().tolist() == [1, 1, 1]
    assert (plan.policies, plan.futures, plan.factors) == (4, 3, ["lists", "grid", "needs.arrival"])


def test_a_design_that_has_no_baseline_gets_one_before_it():
    plan = plan_with(levers={"lists": TWO["lists"] | {"values": [0.5, 1]}})

    assert plan.points["lists"].tolist() == [0.0, 0.5, 1.0]
    assert plan.points["design"].tolist() == ["nothing", "1=0.5", "1"]


def test_a_policy_that_a_design_meets_twice_keeps_its_number(tmp_path):
    (tmp_path / "twice.csv").write_text("lists,grid\n0,1\n0,0\n0,1\n0.333,0.1\n")
    plan = plan_with(design={"levers": {"kind": "file", "path": str(tmp_path / "twice.csv")}})

    assert plan.points["policy"].tolist() == [0, 1, 0, 1, 2]
    assert plan.points["design"].tolist() == ["nothing", "2", "nothing", "2", "p2"]
    assert len({spec.run_id for spec in plan.runs(0, 1)}) == 3


def test_one_design_over_both_numbers_policies_and_futures_by_their_values():
    plan = plan_with(
        uncertainties={"numbers": ["needs.arrival"]}, design={"together": {"kind": "morris", "trajectories": 3}}
    )

    assert len(plan.points) == 3 * 4
    for number, names in (("policy", ["lists", "grid"]), ("future", ["needs.arrival"])):
        assert plan.points.groupby(number)[names].nunique().max().max() == 1
        assert plan.points[number].nunique() == len(plan.points[names].drop_duplicates())
    base = plan.points[(plan.points[["lists", "grid"]] == 0).all(axis=1)]
    assert set(base["policy"]) <= {0}


def test_too_many_points_are_refused():
    with pytest.raises(InputError, match=r"design: 4 policies in 1,000,000 futures are more than 1,000,000 points"):
        plan_with(
            uncertainties={"numbers": ["needs.arrival"]},
            design={"uncertainties": {"kind": "latin_hypercube", "points": 1_000_000}},
        )


def test_a_search_adds_policies_once():
    plan = plan_with(
        portfolio={"objectives": ["trust"]},
        uncertainties={"numbers": ["needs.arrival"]},
        design={"uncertainties": LATIN},
    )
    assert plan.points["design"].tolist() == ["nothing"] * 3

    asked = pd.DataFrame({"lists": [0.0, 0.5], "grid": [0.0, 1.0]})
    assert plan.add_policies(asked) == {0, 1}
    assert plan.add_policies(asked) == {0, 1}
    assert plan.points["point"].tolist() == list(range(6))
    assert plan.points["design"].tolist() == ["nothing"] * 3 + ["1=0.5+2"] * 3


# Run ids --------------------------------------------------------------------------------------------------------------


def test_the_form_of_run_ids_is_stable():
    plan = plan_with(uncertainties={"numbers": ["needs.arrival"]}, design={"uncertainties": "base"})
    plan.code = "code"

    assert list(ids(plan).values()) == ["fa04e500b39652df", "d6e79580a5cb1a1d", "318eb3bc19887c67", "548ebd0d2a316109"]


def test_points_share_the_work_of_naming_them(monkeypatch):
    plan = plan_with(
        uncertainties={"numbers": ["needs.arrival"]},
        design={"uncertainties": {"kind": "latin_hypercube", "points": 20}},
    )
    times = []
    monkeypatch.setattr("experiments.plan.digest", lambda value: times.append(1) or digest(value))

    assert len(list(plan.runs(0, 50))) == 80 * 50
    assert len(times) <= 4 + 4 * 20 + 20


def test_run_ids_depend_on_no_hash_seed():
    fields = json.dumps(FIELDS | {"levers": TWO})
    words = (
        "import json, sys; from experiments.plan import Plan; from experiments.study import Study; "
        "print([spec.run_id for spec in Plan(Study.from_dict(json.loads(sys.argv[1]))).runs(0, 2)])"
    )
    root = str(Path(__file__).parents[2])
    told = {
        subprocess.run(
            [sys.executable, "-c", words, fields],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": root},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert told == {str([spec.run_id for spec in plan_with().runs(0, 2)])}


def test_every_replication_has_a_seed_that_all_points_share():
    specs = list(plan_with().runs(0, 3))

    assert len({spec.run_id for spec in specs}) == 12
    assert {one: len({s.seed for s in specs if s.replication == one}) for one in range(3)} == {0: 1, 1: 1, 2: 1}
    assert [spec.run_id for spec in plan_with().runs(1, 3)] == [spec.run_id for spec in specs[4:]]


def test_futures_with_luck_of_their_own_share_seeds_with_no_other_future():
    hypercube = {"kind": "latin_hypercube", "points": 3}
    plan = plan_with(luck="own", uncertainties={"numbers": ["needs.arrival"]}, design={"uncertainties": hypercube})
    specs = list(plan.runs(0, 3))
    rows = plan.points.to_dict("records")

    assert len({spec.seed for spec in specs}) == 9
    assert {len({spec.future for spec in specs if spec.seed == seed}) for seed in (one.seed for one in specs)} == {1}
    assert [plan.run(rows[spec.point], spec.replication).run_id for spec in specs] == [spec.run_id for spec in specs]
    stored = pd.DataFrame({"run_id": [spec.run_id for spec in specs], "status": "ok"})
    found = plan.expanded(stored, 3)
    assert [(one.point, one.replication, one.seed) for one in found.itertuples()] == sorted(
        (spec.point, spec.replication, spec.seed) for spec in specs
    )


def test_without_a_dose_start_and_pace_compute_the_same():
    levers = {
        "lists": TWO["lists"],
        "start": {"start_of": "lists", "values": [1, 3]},
        "pace": {"roll_out_of": "lists", "values": [0, 2]},
    }
    specs = list(plan_with(levers=levers).runs(0, 1))

    assert len({spec.run_id for spec in specs if spec.factors["lists"] == 0.0}) == 1
    assert len({spec.run_id for spec in specs}) == 1 + 4


def same_as_before(**more) -> bool:
    return set(ids(plan_with(**more)).values()) == set(ids(plan_with()).values())


def test_ids_do_not_depend_on_order_names_or_where_a_thing_is_said(tmp_path):
    (tmp_path / "place.toml").write_text(
        'name = "other"\nseed = 9\nweeks = 6\nwarmup = 4\n[[communities]]\ntype = "village"\nname = "village"\n'
        'residents = 60\n[[communities]]\ntype = "commodity_housing"\nresidents = 40\n'
    )
    assert same_as_before(levers=dict(reversed(TWO.items())))
    assert same_as_before(scenario=str(tmp_path / "place.toml"))
    assert same_as_before(scenario=dict(reversed(PLACE.items())) | {"name": "x", "seed": 3})
    assert same_as_before(name="b", title="u", outcomes=["trust"], keep={"weekly": "all"})
    assert same_as_before(design="pairs")


@pytest.mark.parametrize(
    "more",
    [
        {"seed": 2},
        {"scenario": PLACE | {"weeks": 7}},
        {"scenario": PLACE | {"warmup": 5}},
        {"scenario": PLACE | {"communities": PLACE["communities"][::-1]}},
        {"scenario": PLACE | {"parameters": {"needs.arrival": 1.3}}},
        {"scenario": PLACE | {"emergencies": [{"kind": "epidemic", "start": 2}]}},
        {"scenario": PLACE | {"communities": [PLACE["communities"][0] | {"name": "x"}, PLACE["communities"][1]]}},
        {"across": {"deliberation": 0.1}},
    ],
)
def test_ids_change_with_whatever_matters(more):
    assert not set(ids(plan_with(**more)).values()) & set(ids(plan_with()).values())


def test_a_dose_is_the_same_from_across_from_the_scenario_and_from_a_lever():
    with_lever = ids(plan_with(levers={"lists": TWO["lists"], "more": {"mechanisms": {"deliberation": 0.5}}}))
    across = ids(plan_with(levers={"lists": TWO["lists"]}, across={"deliberation": 0.5}))
    inside = ids(
        plan_with(levers={"lists": TWO["lists"]}, scenario=PLACE | {"mechanisms": {"deliberation": {"dose": 0.5}}})
    )

    assert across == inside == {"nothing": with_lever["2"], "1": with_lever["all"]}


def test_margins_count_by_content_and_not_by_path(tmp_path):
    def with_margins(folder: str, words: str) -> Plan:
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "ours.toml").write_text(words)
        return plan_with(scenario=PLACE | {"communities": [{"margins": str(tmp_path / folder / "ours.toml")}]})

    here, there = with_margins("a", 'based_on = "village"\n'), with_margins("b", 'based_on = "village"\n')
    other = with_margins("c", 'based_on = "work_unit"\n')

    assert ids(here) == ids(there)
    assert not set(ids(here).values()) & set(ids(other).values())


def test_margins_in_the_scenario_count_by_content():
    def with_margins(based_on: str) -> Plan:
        return plan_with(scenario=PLACE | {"communities": [{"name": "ours", "margins": {"based_on": based_on}}]})

    here, there, other = (with_margins(kind) for kind in ("village", "village", "work_unit"))

    assert ids(here) == ids(there)
    assert not set(ids(here).values()) & set(ids(other).values())


def test_numbers_of_mechanisms_that_are_not_in_force_do_not_matter():
    number = next(one.name for one in mechanisms()["three_lists"].entries().values() if one.low < one.high)
    plan = plan_with(uncertainties={"numbers": [number]}, design={"uncertainties": LATIN})
    specs = list(plan.runs(0, 1))

    assert len({spec.run_id for spec in specs if spec.design == "nothing"}) == 1
    assert len({spec.run_id for spec in specs if spec.design == "1"}) == 3
    assert len({spec.group for spec in specs}) == 1


def test_numbers_that_are_left_out_change_no_outcome():
    place = Scenario.from_dict(PLACE).with_mechanisms(deliberation=1.0)
    entries = mechanisms()["three_lists"].entries().values()
    moved = place.replace(parameters={one.name: one.high for one in entries})

    assert moved != place
    assert pd.Series(sim.run(moved, seed=3).summary).equals(pd.Series(sim.run(place, seed=3).summary))


def test_the_code_version_knows_mechanisms_that_others_installed(monkeypatch):
    class Elsewhere(Mechanism):
        """Defined in this file."""

    assert code_version({"three_lists"}) == source_hash()
    monkeypatch.setattr(
        "experiments.plan.mechanisms", lambda: {"elsewhere": Elsewhere, "three_lists": mechanisms()["three_lists"]}
    )
    assert code_version({"three_lists"}) == source_hash()
    assert code_version({"three_lists", "elsewhere"}) != source_hash()


NUMBERS = ["needs.arrival", "three_lists.staff_hours", "emergency_strength"]
HALVES = st.sampled_from([0.0, 0.5, 1.0])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "lists": HALVES,
                "start": st.sampled_from([1.0, 2.0]),
                "pace": st.sampled_from([0.0, 1.0]),
                "needs.arrival": st.sampled_from([1.0, 1.2]),
                "three_lists.staff_hours": st.sampled_from([0.0, 1.0]),
                "emergency_strength": HALVES,
                "replication": st.integers(0, 1),
                "across": HALVES,
            }
        ),
        min_size=2,
        max_size=6,
    )
)
def test_ids_are_equal_where_the_same_is_computed_and_only_there(drawn):
    found: dict[str, tuple] = {}
    groups: dict[str, tuple] = {}
    for one in drawn:
        plan = _plan(one["across"])
        row = {
            "point": hash(tuple(one.items())),
            "policy": hash((one["lists"], one["start"], one["pace"])),
            "design": "x",
        }
        row |= {"future": hash(tuple(one[name] for name in NUMBERS)), **{name: one[name] for name in plan.factors}}
        spec = plan.run(row, one["replication"])
        scenario = computed(plan, spec)
        what = scenario, spec.seed
        assert found.setdefault(spec.run_id, what) == what
        past = status_quo_of(scenario), spec.seed
        assert groups.setdefault(spec.group, past) == past
    assert len({repr(what) for what in found.values()}) == len(found)


def _plan(across: float, made: dict[float, Plan] = {}) -> Plan:  # noqa: B006  (kept between examples)
    if across not in made:
        number = mechanisms()["three_lists"].entries()["staff_hours"]
        levers = {
            "lists": TWO["lists"],
            "start": {"start_of": "lists", "values": [1, 2]},
            "pace": {"roll_out_of": "lists", "values": [0, 1]},
        }
        emergencies = [{"kind": "epidemic", "start": 2, "weeks": 2}]
        made[across] = plan_with(
            levers=levers,
            scenario=PLACE | {"emergencies": emergencies},
            uncertainties={"numbers": ["needs.arrival", number.name, "emergency_strength"]},
            design={"uncertainties": LATIN},
            across={"deliberation": across},
        )
    return made[across]


# Stored runs by point -------------------------------------------------------------------------------------------------


def test_a_run_that_serves_several_points_stands_once_for_each():
    levers = {"lists": TWO["lists"], "start": {"start_of": "lists", "values": [1, 3]}}
    plan = plan_with(levers=levers)
    specs = {spec.run_id: spec for spec in plan.runs(0, 2)}
    stored = pd.DataFrame(
        [
            {
                "run_id": id,
                "point": -1,
                "design": "?",
                "replication": -1,
                "lists": -1.0,
                "status": "ok",
                "trust": float(number),
            }
            for number, id in enumerate(specs)
        ]
    )
    whole = plan.expanded(stored, 2)

    assert len(specs) == 6
    assert list(zip(whole["point"], whole["replication"], strict=True)) == [(p, r) for p in range(4) for r in range(2)]
    assert whole["design"].tolist() == ["nothing"] * 2 + ["1"] * 2 + ["2=3"] * 2 + ["1+2=3"] * 2
    same = whole[whole["lists"] == 0.0].groupby("replication")
    assert same["run_id"].nunique().tolist() == same["trust"].nunique().tolist() == [1, 1]
    assert [spec.run_id for spec in sorted(plan.runs(0, 2), key=lambda s: (s.point, s.replication))] == list(
        whole["run_id"]
    )
    assert len(plan.expanded(stored.iloc[:1], 2)) == 2
    assert plan.expanded(stored, 0).empty


def test_a_run_of_a_row_is_the_run_of_the_plan():
    plan = plan_with()
    spec = next(iter(plan.runs(1, 2)))

    again = plan_with().run(plan.points.to_dict("records")[0], 1)
    assert again == spec
    assert (again.factors, again.fields) == (spec.factors, spec.fields)
