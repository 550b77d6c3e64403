"""A shock in a running model: more needs of its kind while it lasts, fewer hours of staff, and an end."""

import numpy as np
import pytest

from sim import Community, run, warm_up
from sim.agents.residents import AGE_BANDS
from sim.counters import MOBILIZED, RATE_ACTS, SELF_ORGANIZE_ACTS, VOLUNTEER_HOURS
from sim.emergency_kinds import emergency_kinds
from sim.needs_table import CATEGORIES, ELDER_CARE
from sim.outcomes import COLUMNS
from tests.state import place

START, WEEKS = 14, 6
SCENARIO = place(residents=400, weeks=65)
LASTS = slice(START - 1, START - 1 + WEEKS)


def with_shock(**fields):
    return SCENARIO.replace(emergencies=[{"kind": "epidemic", "start": START, "weeks": WEEKS} | fields])


@pytest.fixture(scope="module")
def warm():
    return warm_up(SCENARIO)


@pytest.fixture(scope="module")
def quiet(warm):
    return run(SCENARIO, warm=warm, needs=True)


@pytest.fixture(scope="module")
def epidemic(warm):
    return run(with_shock(), warm=warm, needs=True)


def by_week(result, column):
    return result.history[:, :, COLUMNS.index(column)].sum(axis=1)


def test_before_it_starts_nothing_is_different(epidemic, quiet):
    assert epidemic.history[: START - 1].tobytes() == quiet.history[: START - 1].tobytes()


def test_while_it_lasts_more_needs_arise(epidemic, quiet):
    assert by_week(epidemic, "raised")[LASTS].sum() > 1.5 * by_week(quiet, "raised")[LASTS].sum()
    assert (by_week(epidemic, "raised")[LASTS] >= by_week(quiet, "raised")[LASTS]).all()


def test_once_it_is_over_needs_arise_as_ever(epidemic, quiet):
    after = slice(LASTS.stop, None)

    assert by_week(epidemic, "raised")[after].tolist() == by_week(quiet, "raised")[after].tolist()


def test_what_it_brings_are_needs_of_its_kind(epidemic, quiet):
    surge = emergency_kinds()["epidemic"].surge
    first = SCENARIO.warmup + START
    extra = {}
    for result, sign in ((epidemic, 1), (quiet, -1)):
        needs = result.needs[result.needs["raised"].between(first, first + WEEKS - 1)]
        for category, count in needs["category"].value_counts().items():
            extra[category] = extra.get(category, 0) + sign * count

    assert sum(extra[category] for category in surge) > 0.9 * sum(extra.values()) > 0


def test_open_needs_pile_up_and_the_pile_is_worked_off(warm, epidemic, quiet):
    pile = by_week(epidemic, "open") - by_week(quiet, "open")

    assert pile[: START - 1].max() == 0.0
    assert pile.argmax() in range(LASTS.start, LASTS.stop + 4)
    assert pile[-1] < 0.6 * pile.max()


def test_while_it_lasts_people_report_at_once(warm):
    share = {}
    for alarm in (1.0, 4.0):
        scenario = with_shock(kind="flood", weeks=2).replace(weeks=START + 1, parameters={"emergencies.alarm": alarm})
        result = run(scenario, SCENARIO.seed)
        calls = by_week(result, "by_hotline") + by_week(result, "by_online")
        share[alarm] = calls[START - 1 :].sum() / by_week(result, "raised")[START - 1 :].sum()

    assert share[4.0] > 1.2 * share[1.0]


def test_a_stronger_shock_brings_more(warm, epidemic):
    strong = run(with_shock(strength=2.0), warm=warm)

    assert by_week(strong, "raised")[LASTS].sum() > by_week(epidemic, "raised")[LASTS].sum()


def test_a_shock_without_strength_is_no_shock(warm, quiet):
    assert run(with_shock(strength=0.0), warm=warm).history.tobytes() == quiet.history.tobytes()


@pytest.mark.parametrize("kind", sorted(emergency_kinds()))
def test_every_kind_brings_needs_and_takes_staff(kind, warm, quiet):
    result = run(with_shock(kind=kind).replace(weeks=START), warm=warm)

    staff = emergency_kinds()[kind].staff.value

    assert (result.model.emergency_staff <= staff).all()
    assert (result.model.emergency_staff > 0.3 * staff).all()
    assert by_week(result, "raised")[-1] >= by_week(quiet, "raised")[START - 1]
    assert (result.model.pressure[:, 0] > 1.0).all()


def test_an_epidemic_breaks_no_lamps():
    """What buildings share is none of its business; it used to double that too."""
    model = run(with_shock().replace(weeks=START)).model

    assert model.shared_pressure == pytest.approx(1.0)
    assert (model.pressure[:, 0] > 1.5).all()


def test_a_shock_brings_most_to_those_whose_needs_it_raises():
    """Of these factors, that on elder care is the largest, and children have no such needs."""
    model = Community(SCENARIO)
    model.set_surge(np.where(np.arange(len(CATEGORIES)) == ELDER_CARE, 4.0, 1.0))
    children, old = model.pressure[:, 1], model.pressure[:, len(AGE_BANDS)]

    assert children == pytest.approx(1.0)
    assert (old > 1.5).all()
    assert (model.pressure[:, 0] == model.pressure[:, 1:].max(axis=1)).all()


def test_preparedness_keeps_staff_at_their_desks(warm):
    alone = {"emergencies.replaceable": 0.0}
    prepared = with_shock().replace(weeks=START, parameters=alone | {"emergencies.preparedness": 0.5})
    staff = emergency_kinds()["epidemic"].staff.value

    assert run(prepared).model.emergency_staff == pytest.approx(0.5 * staff)
    assert run(with_shock().replace(weeks=START, parameters=alone)).model.emergency_staff == pytest.approx(staff)


# Mobilisation ---------------------------------------------------------------------------------------------------------


def test_without_an_emergency_nobody_is_called(epidemic, quiet):
    assert by_week(quiet, "mobilized").max() == by_week(quiet, "emergency_hours").max() == 0.0
    assert by_week(epidemic, "mobilized")[LASTS].min() > 0.0
    assert np.delete(by_week(epidemic, "mobilized"), np.arange(LASTS.start, LASTS.stop)).max() == 0.0


def test_who_answers_gives_hours_wears_and_has_taken_part(warm, quiet):
    first = run(with_shock().replace(weeks=START), warm=warm)
    before = run(SCENARIO.replace(weeks=START), warm=warm).residents
    week, after = SCENARIO.warmup + START, first.residents
    came = (after["took_part"] == week) & (before["took_part"] != week)

    assert 0.6 * by_week(first, "mobilized")[-1] <= came.sum() <= by_week(first, "mobilized")[-1]
    assert (after["hours_given"] > before["hours_given"])[came].all()
    assert (after["fatigue"] > before["fatigue"])[came].all()
    assert after["age"][came].between(18, 74).all()


def test_helpers_take_work_off_the_staff(warm):
    first = with_shock().replace(weeks=START)
    few, many = (run(first.replace(parameters={"emergencies.call_base": base})).model for base in (-6.0, -1.0))

    assert (many.emergency_staff < few.emergency_staff).all()


@pytest.mark.parametrize("name", ["emergency_link", "micro_grid"])
def test_daily_teams_and_plans_bring_more_helpers(name, warm, epidemic):
    scenario = with_shock().with_mechanisms({name: 1.0})

    assert by_week(run(scenario, warm=warm), "mobilized")[START - 1] > 1.2 * by_week(epidemic, "mobilized")[START - 1]


def test_party_members_answer_more(epidemic):
    people, last = epidemic.residents, SCENARIO.warmup + LASTS.stop
    called = people[people["age"].between(18, 74)]
    came = called["took_part"] >= last - WEEKS

    assert came[called["party_member"]].mean() > 1.5 * came[~called["party_member"]].mean()


def test_when_it_is_over_the_mix_of_needs_is_the_ordinary_one(epidemic, quiet):
    assert np.array_equal(epidemic.model.tables.mix, quiet.model.tables.mix)
    assert (epidemic.model.pressure == 1.0).all()
    assert (epidemic.model.shared_pressure == 1.0).all()
    assert epidemic.model.emergency_staff.tolist() == [0.0, 0.0]


def test_who_helps_has_had_the_week_and_no_act_of_the_year_is_lost():
    model = Community(place(residents=400, warmup=0, emergencies=[{"kind": "epidemic", "start": 1, "weeks": 6}]))
    acts, hours = 0, 0.0
    for week in range(1, 7):
        model.step()
        counts, took_part = model.counts.sum(axis=0), (model.residents.took_part == week).sum()
        acts += took_part
        hours += counts[VOLUNTEER_HOURS]

        assert counts[MOBILIZED] > 0.0
        assert counts[RATE_ACTS : SELF_ORGANIZE_ACTS + 1].sum() == took_part
        assert model.residents.acts.sum() == acts
        assert model.residents.hours_given.sum() == pytest.approx(hours)
