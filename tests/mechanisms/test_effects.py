"""What mechanisms do to the processes that they change, by direction; what residents make of it is for studies."""

import numpy as np
import pytest

from sim import run, warm_up
from sim.agents.organizations import PARTY_UNIT, SOCIAL
from sim.agents.residents import FRAIL
from sim.outcomes import COLUMNS
from sim.processes.discovery import is_vulnerable
from tests.state import place

SEEDS = (1, 2, 3)
SCENARIO = place("village", "old_neighbourhood", residents=400, weeks=52)


@pytest.fixture(scope="module")
def runs_with():
    """Runs over some seeds with a mechanism at dose 1, or none; made when first asked for."""
    warm = {seed: warm_up(SCENARIO, seed) for seed in SEEDS}
    made = {}

    def runs(*names):
        if names not in made:
            scenario = SCENARIO.with_mechanisms(dict.fromkeys(names, 1.0))
            made[names] = [run(scenario, seed, warm=warm[seed], needs=True) for seed in SEEDS]
        return made[names]

    return runs


def total(results, column):
    return sum(one.history[:, :, COLUMNS.index(column)].sum() for one in results)


def records(results, condition):
    """Needs of all runs raised in the run that fulfil a condition, one frame each."""
    return [one.needs[(one.needs["raised"] > SCENARIO.warmup) & condition(one)] for one in results]


@pytest.mark.parametrize(
    ("name", "column", "sign"),
    [
        ("three_lists", "projects", 1),
        ("three_lists", "by_list", 1),
        ("three_lists", "paper_share", 1),
        ("shared_data", "bounced", -1),
        ("shared_data", "paper_share", -1),
        ("micro_grid", "by_patrol", 1),
        ("micro_grid", "paper_share", 1),
        ("burden_relief", "paper_share", -1),
        ("feedback_loop", "reopened", 1),
        ("deliberation", "meetings", 1),
        ("deliberation", "deliberate", 1),
        ("deliberation", "by_meeting", 1),
        ("county_committee", "bounced", -1),
        ("online_channels", "by_online", 1),
        ("online_channels", "online_acts", 1),
        ("online_channels", "raised", 1),
        ("self_governing_groups", "groups_formed", 1),
        ("joint_committee", "asked_acts", 1),
        ("satisfaction_assessment", "paper_share", -1),
        ("one_stop_service", "by_visit", 1),
        ("one_stop_service", "by_patrol", 1),
        ("one_stop_service", "raised", 1),
        ("one_stop_service", "answered", 1),
        ("codified_rules", "disputes_averted", 1),
        ("codified_rules", "mediated_near", -1),
        ("codified_rules", "meetings", 1),
        ("legal_service", "mediated_legal", 1),
        ("legal_service", "settled_legal", 1),
        ("moral_council", "settled_council", 1),
        ("cadre_support", "skill", 1),
    ],
)
def test_the_process_moves_as_meant(runs_with, name, column, sign):
    assert sign * (total(runs_with(name), column) - total(runs_with(), column)) > 0.0


def test_without_data_more_of_what_is_listed_is_stale(runs_with):
    wasted = [total(runs_with(*names), "wasted_hours") for names in (("three_lists",), ("shared_data", "three_lists"))]

    assert wasted[0] > wasted[1]


def test_targeting_finds_more_needs_of_the_old_and_poor_and_fewer_of_the_others(runs_with):
    found = {}
    for names in ((), ("targeting",)):
        found[names] = np.zeros(2)
        for one, needs in zip(
            runs_with(*names), records(runs_with(*names), lambda r: r.needs["channel"] == "patrol"), strict=True
        ):
            whose = one.residents.iloc[needs["resident"]]
            vulnerable = sum(
                bool(is_vulnerable(age, income)) for age, income in zip(whose["age"], whose["income"], strict=True)
            )
            found[names] += vulnerable, len(needs) - vulnerable

    assert found["targeting",][0] > found[()][0]
    assert found["targeting",][1] < found[()][1]


def test_a_county_committee_sends_needs_of_several_departments_round_less(runs_with):
    bounces = [
        np.mean(np.concatenate([needs["bounces"] for needs in records(results, lambda r: r.needs["several"])]))
        for results in (runs_with("county_committee"), runs_with())
    ]

    assert bounces[0] < bounces[1]


def test_members_of_a_joint_committee_pledge_more(runs_with):
    pledged = [
        np.mean([r.model.organizations.pledge[r.model.organizations.kind == PARTY_UNIT].mean() for r in results])
        for results in (runs_with("joint_committee"), runs_with())
    ]

    assert pledged[0] > pledged[1] + 0.1


def test_contracts_give_social_organisations_hours(runs_with):
    hours = [
        np.mean([r.model.organizations.capacity[r.model.organizations.kind == SOCIAL].mean() for r in results])
        for results in (runs_with("service_purchase"), runs_with())
    ]

    assert hours[0] > 1.5 * hours[1]


def test_assessment_by_satisfaction_moves_the_effort_of_organisations(runs_with):
    effort = [
        np.mean([r.model.organizations.effort[r.model.organizations.capacity > 0.0].mean() for r in results])
        for results in (runs_with("satisfaction_assessment"), runs_with())
    ]

    assert effort[0] > effort[1] + 0.05


def test_assessment_announces_itself_and_raises_expectations(runs_with):
    expected = [
        np.mean([r.residents["expectation"].mean() for r in results])
        for results in (runs_with("satisfaction_assessment"), runs_with())
    ]

    assert expected[0] > expected[1]


def test_too_many_mechanisms_at_once_overload_the_committees_attention(runs_with):
    several = (
        "deliberation",
        "micro_grid",
        "online_channels",
        "self_governing_groups",
        "service_purchase",
        "three_lists",
    )
    few, many = (
        runs_with(*names)[0].model.communities.implementation
        for names in (several[:1], (*several, "feedback_loop", "joint_committee"))
    )

    assert few.tolist() == [1.0, 1.0]
    assert (many < 1.0).all()


def test_rules_that_residents_deliberated_avert_more_disputes(runs_with):
    by_few, by_many = (
        total(runs_with(*names), "disputes_averted")
        for names in (("codified_rules",), ("codified_rules", "deliberation"))
    )

    assert by_many > 1.2 * by_few


def test_a_county_committee_shortens_each_hand_over(runs_with):
    weeks = []
    for results in (runs_with("county_committee"), runs_with()):
        needs = records(results, lambda r: r.needs["several"] & (r.needs["state"] == "resolved"))
        weeks.append(np.mean(np.concatenate([one["closed"] - one["known"] for one in needs])))

    assert weeks[0] < weeks[1] - 1.0


def test_generalists_cover_for_each_other(runs_with):
    staff = {names: [r.model.communities for r in runs_with(*names)] for names in ((), ("generalist_workers",))}
    share, care = (
        {names: np.mean([one[column] for one in found]) for names, found in staff.items()}
        for column in ("generalists", "care")
    )

    assert share["generalist_workers",] > share[()] + 0.2
    assert care["generalist_workers",] > care[()]


def test_generalists_send_hard_matters_astray_that_specialists_would_not():
    bounces = {}
    for depth in (0.0, 0.8):
        chosen = {"routing.depth": depth, "routing.experience": 1.0, "routing.error": 0.2, "routing.error_several": 0.3}
        result = run(SCENARIO.replace(parameters=chosen).with_mechanisms(generalist_workers=1.0), needs=True)
        needs = result.needs[~result.needs["simple"] & (result.needs["category"] != "disputes")]
        hard = needs["several"] | (needs["severity"] == 3)
        bounces[depth] = needs["bounces"][hard].mean()

    assert bounces[0.8] > 1.1 * bounces[0.0]


def test_legal_help_solves_legal_matters_and_brings_more_of_them_to_light(runs_with):
    known, resolved = [], []
    for names in ((), ("legal_service",)):
        needs = records(runs_with(*names), lambda r: (r.needs["category"] == "legal_labour") & ~r.needs["simple"])
        known.append(np.mean(np.concatenate([one["known"] >= 0 for one in needs])))
        resolved.append(np.mean(np.concatenate([one["state"] == "resolved" for one in needs])))

    assert known[1] > known[0]
    assert resolved[1] > resolved[0]


def test_doorstep_visits_find_needs_of_the_frail(runs_with):
    found = []
    for names in ((), ("one_stop_service",)):
        results = runs_with(*names)
        needs = records(results, lambda r: r.needs["channel"] == "patrol")
        found.append(
            sum(
                (one.residents["age"].to_numpy()[rows["resident"]] >= FRAIL).sum()
                for one, rows in zip(results, needs, strict=True)
            )
        )

    assert found[1] > found[0]


def test_cadre_support_lifts_spirits_and_keeps_staff_but_takes_their_hours_for_training(runs_with):
    with_support, without = ([r.model for r in runs_with(*names)] for names in (("cadre_support",), ()))

    assert np.mean([m.communities.motivation for m in with_support]) > np.mean(
        [m.communities.motivation for m in without]
    )
    assert (with_support[0].numbers.calendar.training > without[0].numbers.calendar.training).all()
    assert (with_support[0].numbers.calendar.promoted > 0.0).all()
