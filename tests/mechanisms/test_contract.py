"""What every mechanism promises, whoever wrote it: the contract in ``sim/mechanisms/__init__.py``."""

import numpy as np
import pytest

from experiments.contract import HOOKS, OUT_OF_BOUNDS
from sim import Community, Scenario, run, warm_up
from sim.catalogue import LANGUAGES, process_entries
from sim.mechanisms import COSTS, mechanisms
from sim.model import Numbers
from sim.outcomes import COLUMNS
from tests.state import columns, fingerprint, place

SOURCES = {
    *("F1", "F2", "F3", "F4", "P1", "P2", "P3", "P4"),
    *("1a", "1b", "1c", "1d", "2a", "2b", "2c", "3a", "3b", "3c"),
    *("4a", "4b", "4c", "5a", "5b", "5c", "6a", "6b", "6c", "6d"),
}
# Mechanisms that the design names, whether or not each is here yet.
DESIGNED = {
    *("joint_committee", "three_lists", "regular_meetings", "member_assessment"),
    *("resource_docking", "service_purchase", "volunteer_incentives", "community_charity", "social_work_service"),
    *("deliberation", "micro_grid", "codified_rules", "legal_service", "moral_council", "self_governing_groups"),
    *("shared_data", "online_channels", "one_stop_service", "generalist_workers"),
    *("satisfaction_assessment", "feedback_loop"),
    *("county_committee", "supervision", "cadre_support", "fiscal_guarantee"),
    *("burden_relief", "targeting", "emergency_link"),
}

NAMES_FOUND = sorted(mechanisms())
every_mechanism = pytest.mark.parametrize("name", NAMES_FOUND)
WEEKS, START, DOSE = 39, 10, 0.6
SCENARIO = place(residents=200, weeks=WEEKS)


@pytest.fixture(scope="module")
def warm():
    return warm_up(SCENARIO)


@pytest.fixture(scope="module")
def baseline(warm):
    return run(SCENARIO, warm=warm)


@pytest.fixture(scope="module")
def full(warm):
    """Runs with one mechanism at dose 1, by name."""
    return {name: run(SCENARIO.with_mechanisms({name: 1.0}), warm=warm) for name in NAMES_FOUND}


@pytest.fixture(scope="module")
def late(warm):
    """Runs with one mechanism at part of its dose from week 10 on, by name."""
    spec = {"dose": DOSE, "start": START}
    return {name: run(SCENARIO.replace(mechanisms={name: spec}), warm=warm) for name in NAMES_FOUND}


def effective(model):
    """Effective numbers by process, as bytes of each community."""
    return {process: [row.tobytes() for row in getattr(model.numbers, process)] for process in Numbers._fields}


def changed(name, *dose):
    """Base numbers, and those that a mechanism makes of them at these doses by community."""
    base, after = (Community(SCENARIO).numbers for _ in range(2))
    mechanisms()[name]().change_numbers(after, np.array(dose))
    return base, after


# About ----------------------------------------------------------------------------------------------------------------


@every_mechanism
@pytest.mark.parametrize("text", ["label", "dose_one", "downside"])
def test_texts_are_there_in_three_languages(name, text):
    words = [mechanisms()[name].text(text)[language] for language in LANGUAGES]

    assert all(one.strip() for one in words)
    assert all(any("一" <= letter <= "鿿" for letter in one) for one in words[1:])
    assert not any("一" <= letter <= "鿿" for letter in words[0])


@every_mechanism
def test_sources_are_rows_of_the_source_text(name):
    found = mechanisms()[name].data()["source"]

    assert found
    assert set(found) <= SOURCES


@every_mechanism
def test_the_path_is_that_of_its_sources(name):
    data = mechanisms()[name].data()
    paths = {int(one[0]) if one[0].isdigit() else 0 for one in data["source"]}

    assert data["path"] in range(7)
    assert data["path"] in paths


@every_mechanism
def test_it_interacts_with_other_mechanisms_of_the_design(name):
    others = mechanisms()[name].data()["interacts"]

    assert others
    assert set(others) <= DESIGNED - {name}


@every_mechanism
def test_it_costs_something(name):
    costs = {cost: mechanisms()[name].entries()[cost].value for cost in COSTS}

    assert all(costs[cost] >= 0.0 for cost in COSTS if cost != "attention")
    assert any(value > 0.0 for value in costs.values())


@every_mechanism
def test_it_stands_in_the_design_under_its_file_name(name):
    kind = mechanisms()[name]

    assert kind.name == name
    assert name in DESIGNED or not kind.__module__.startswith("sim.")


# Dose 0 ---------------------------------------------------------------------------------------------------------------


@every_mechanism
def test_at_dose_zero_it_changes_no_bit(name, warm, baseline):
    assert fingerprint(run(SCENARIO.with_mechanisms({name: 0.0}), warm=warm)) == fingerprint(baseline)


@every_mechanism
def test_before_its_start_it_changes_no_bit(name, warm, baseline):
    scenario = SCENARIO.replace(mechanisms={name: {"dose": 1.0, "start": WEEKS + 1}})

    assert fingerprint(run(scenario, warm=warm)) == fingerprint(baseline)


@every_mechanism
def test_its_change_of_numbers_at_dose_zero_changes_no_bit(name):
    base, after = changed(name, 0.0, 0.0)

    assert all(a.tobytes() == b.tobytes() for a, b in zip(base, after, strict=True))


@every_mechanism
def test_a_late_start_leaves_the_weeks_before_as_they_were(name, late, baseline):
    assert late[name].history[: START - 1].tobytes() == baseline.history[: START - 1].tobytes()
    assert late[name].history[START - 1 :].tobytes() != baseline.history[START - 1 :].tobytes()


# Dose 1 ---------------------------------------------------------------------------------------------------------------


@every_mechanism
def test_at_dose_one_residents_or_their_needs_fare_otherwise(name, full, baseline):
    tables = [
        {key: column.tobytes() for key, column in columns(one.model) if key.startswith(("residents.", "needs."))}
        for one in (full[name], baseline)
    ]

    assert tables[0] != tables[1]


@every_mechanism
def test_it_acts_by_numbers_or_hooks(name):
    base, after = changed(name, 1.0, 1.0)
    moved = any(a.tobytes() != b.tobytes() for a, b in zip(base, after, strict=True))

    assert moved or any(hasattr(mechanisms()[name], hook) for hook in HOOKS)


@every_mechanism
def test_its_hooks_are_named_after_processes(name):
    found = {one for one in dir(mechanisms()[name]) if one.startswith(("before_", "after_", "at_"))}

    assert found <= set(HOOKS)


@every_mechanism
def test_it_changes_only_where_it_is_in_force(name):
    base, after = changed(name, 0.0, 1.0)

    assert all(a[0].tobytes() == b[0].tobytes() for a, b in zip(base, after, strict=True))


@every_mechanism
def test_shares_stay_shares_at_dose_one(name):
    _, after = changed(name, 1.0, 1.0)
    for process in Numbers._fields:
        table = getattr(after, process)
        shares = [one for one, entry in process_entries(process).items() if entry.unit == "share" and entry.low >= 0.0]

        assert all(np.isfinite(table[one]).all() for one in table.dtype.names)
        assert all(0.0 <= value <= 1.0 for one in shares for value in table[one])


@every_mechanism
def test_its_hooks_touch_neither_satisfaction_nor_participation(name):
    """Numbers cannot reach a resident's state; what runs in the week could, so it is watched."""
    model = Community(SCENARIO)
    for _ in range(20):
        model.step()
    mechanism, dose = mechanisms()[name](), np.ones(model.communities.size)
    before = {one: model.residents[one].tobytes() for one in OUT_OF_BOUNDS}
    for hook in HOOKS:
        if hasattr(type(mechanism), hook):
            getattr(mechanism, hook)(model, dose)

    assert {one: model.residents[one].tobytes() for one in OUT_OF_BOUNDS} == before


@every_mechanism
def test_in_one_community_only_that_ones_numbers_change(name, warm, baseline):
    spec = {"dose": 1.0, "communities": ("village",)}
    model = run(SCENARIO.replace(mechanisms={name: spec}, weeks=1), warm=warm).model
    here, elsewhere = ({process: rows[c] for process, rows in effective(model).items()} for c in (0, 1))

    assert elsewhere == {process: rows[1] for process, rows in effective(baseline.model).items()}
    assert here != {process: rows[0] for process, rows in effective(baseline.model).items()} or any(
        hasattr(mechanisms()[name], hook) for hook in HOOKS
    )


# Costs ----------------------------------------------------------------------------------------------------------------


@every_mechanism
def test_its_yuan_add_up_to_setup_once_and_running_costs_while_in_force(name, late):
    costs = {cost: mechanisms()[name].entries()[cost].value for cost in COSTS}
    weeks = WEEKS - START + 1
    paid = late[name].history[:, :, COLUMNS.index("mechanism_yuan")]

    assert paid[: START - 1].sum() == 0.0
    assert paid.sum(axis=0) == pytest.approx(200 * DOSE * (costs["setup_yuan"] + costs["running_yuan"] * weeks / 52.0))


@every_mechanism
def test_its_staff_hours_stand_on_the_time_sheet_while_in_force(name, late):
    hours = mechanisms()[name].entries()["staff_hours"].value * DOSE * 200 / 1000.0
    booked = late[name].history[:, :, COLUMNS.index("mechanism_hours")]

    assert booked[: START - 1].max() == 0.0
    assert booked[START - 1 :] == pytest.approx(hours)


def test_a_staged_rollout_pays_set_up_once_in_each_community(warm):
    setup = mechanisms()["shared_data"].entries()["setup_yuan"].value
    running = mechanisms()["shared_data"].entries()["running_yuan"].value
    spec = {"dose": 1.0, "start": 5, "starts": {"village": 20}}
    scenario = SCENARIO.replace(mechanisms={"shared_data": spec})
    paid = run(scenario, warm=warm).history[:, :, COLUMNS.index("mechanism_yuan")]

    assert paid.sum(axis=0) == pytest.approx(
        [200 * (setup + running * weeks / 52.0) for weeks in (WEEKS - 19, WEEKS - 4)]
    )


def test_a_mechanisms_own_numbers_can_be_chosen(warm):
    scenario = Scenario.from_dict(
        SCENARIO.to_dict() | {"mechanisms": {"three_lists": 1.0}, "parameters": {"three_lists.listing": 0.9}}
    )
    default = SCENARIO.with_mechanisms(three_lists=1.0)

    assert (
        run(scenario, warm=warm).model.numbers.matching.listing.tolist()
        > run(default, warm=warm).model.numbers.matching.listing.tolist()
    )
