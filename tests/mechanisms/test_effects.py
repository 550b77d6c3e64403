"""What mechanisms do to the processes that they change, by direction; what residents make of it is for studies."""

import functools

import numpy as np
import pytest

from sim import Community, mechanisms, run, warm_up
from sim.agents.organizations import CHARITY, DEPARTMENT, PARTY_UNIT, SOCIAL
from sim.agents.residents import FRAIL
from sim.counters import WASTED_HOURS
from sim.needs_table import GROUP, MATCHED, VOLUNTEERS
from sim.outcomes import COLUMNS
from sim.processes.discovery import is_vulnerable
from tests.state import place

SEEDS = (1, 2, 3)
# Staff who have time, and projects that a small place can pay: what a mechanism does to its process is not hidden by
# what its duties do to staff who have none.
SCENARIO = place(
    "village",
    "old_neighbourhood",
    residents=400,
    weeks=52,
    parameters={"routing.intake_hours": 1.5, "needs.arrival": 1.5, "service.project_yuan": 20_000.0},
)


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
        ("resource_docking", "wasted_hours", -1),
        ("resource_docking", "paper_share", 1),
        ("social_work_service", "offered_hours", 1),
        ("social_work_service", "by_patrol", 1),
        ("social_work_service", "paper_share", 1),
        ("community_charity", "offered_hours", 1),
        ("regular_meetings", "paper_share", 1),
        ("supervision", "reported_in_term", -1),
        ("supervision", "paper_share", 1),
        ("fiscal_guarantee", "service_yuan", 1),
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


def mean_of(results, column, kind):
    """Mean of a column over organisations of a kind that have any means, at the end of the runs."""
    tables = [one.model.organizations for one in results]
    return np.mean([table[column][(table.kind == kind) & (table.capacity > 0.0)].mean() for table in tables])


def test_members_of_a_joint_committee_pledge_more(runs_with):
    pledged = [mean_of(runs_with(*names), "pledge", PARTY_UNIT) for names in (("joint_committee",), ())]

    assert pledged[0] > pledged[1] + 0.1


@pytest.mark.parametrize("name", ["regular_meetings", "member_assessment"])
def test_meetings_and_assessment_keep_pledges(runs_with, name):
    both = mean_of(runs_with("joint_committee", name), "pledge", PARTY_UNIT)
    alone = mean_of(runs_with(name), "pledge", PARTY_UNIT)
    joint = mean_of(runs_with("joint_committee"), "pledge", PARTY_UNIT)
    neither = mean_of(runs_with(), "pledge", PARTY_UNIT)

    assert both > joint + 0.02
    assert alone > neither


class Matches:
    """What is matched in a year: projects, the skill of those who take them up, and hours lost on stale entries."""

    def __init__(self, names, seed):
        scenario = SCENARIO.replace(parameters={"matching.search_hours": 0.0})  # so that nothing else is lost
        self.projects = self.skill = self.lost = 0.0
        model = Community(
            scenario.with_mechanisms(dict.fromkeys(names, 1.0)), seed, warm=warm_up(scenario, seed), keep_needs=True
        )
        model.watcher = self
        for _ in range(scenario.weeks):
            model.step()

    def before(self, model, name):
        """Remember what was lost before."""
        self._wasted = model.counts[:, WASTED_HOURS].sum()

    def after(self, model, name):
        """Add up what matching did."""
        if name != "matching":
            return
        self.lost += model.counts[:, WASTED_HOURS].sum() - self._wasted
        needs = model.needs[: int(model.index.used[0])]
        for one in needs[(needs.state == MATCHED) & (needs.matched == model.week) & (needs.provider != GROUP)]:
            self.projects += 1.0
            if one.provider == VOLUNTEERS:
                self.skill += model.tables.volunteer_skill[one.community, one.category]
            else:
                self.skill += model.organizations.skill[one.provider, one.category]


@pytest.fixture(scope="module")
def matches_with():
    """Matches over some seeds with mechanisms at dose 1; made when first asked for."""
    return functools.cache(lambda *names: [Matches(names, seed) for seed in range(1, 7)])


def test_meetings_keep_lists_fresh(matches_with):
    lost = [
        sum(one.lost for one in runs) / sum(one.projects for one in runs)
        for runs in (matches_with("three_lists"), matches_with("regular_meetings", "three_lists"))
    ]

    assert lost[1] < 0.8 * lost[0]


def test_lists_bring_needs_to_those_who_can_solve_them(matches_with):
    skill = [
        sum(one.skill for one in runs) / sum(one.projects for one in runs)
        for runs in (matches_with("three_lists"), matches_with())
    ]

    assert skill[0] > skill[1] + 0.08


def test_docking_makes_more_projects_of_the_lists(runs_with):
    projects = [
        total(runs_with(*names), "projects") for names in (("resource_docking", "three_lists"), ("three_lists",))
    ]

    assert projects[0] > projects[1]


def test_assessed_members_give_part_of_their_hours_for_show(runs_with):
    results = runs_with("member_assessment")
    shares = [
        mean_of(some, "capacity", PARTY_UNIT) / mean_of(some, "pledge", PARTY_UNIT) for some in (results, runs_with())
    ]

    assert shares[0] == pytest.approx(0.85 * shares[1], rel=0.05)


def test_supervision_corrects_drift(runs_with):
    effort = [mean_of(runs_with(*names), "effort", DEPARTMENT) for names in (("supervision",), ())]

    assert effort[0] > effort[1] + 0.01


def test_supervision_keeps_up_effort_under_burden_relief_which_spares_its_paper(runs_with):
    both = runs_with("burden_relief", "supervision")

    assert mean_of(both, "effort", DEPARTMENT) > mean_of(runs_with("burden_relief"), "effort", DEPARTMENT)
    assert total(both, "paper_share") < total(runs_with("supervision"), "paper_share")


def test_campaigns_bring_less_and_less():
    more = []
    for dose in (0.0, 0.5, 1.0):
        numbers = Community(SCENARIO).numbers
        mechanisms()["community_charity"]().change_numbers(numbers, np.array([dose, dose]))
        more.append(numbers.matching.charity_yuan[0])

    assert more[2] - more[1] < more[1] - more[0]
    assert more[2] > more[1]


def test_guaranteed_money_crowds_out_donations(runs_with):
    names = ("community_charity", "fiscal_guarantee")
    given = [mean_of(runs_with(*some), "capacity", CHARITY) for some in (names, names[:1], names[1:], ())]

    assert given[0] < given[1]
    assert given[2] < given[3]


def test_services_bought_without_lists_are_not_what_is_needed(runs_with):
    def skill_for_needs(results):
        """Skill of social organisations, weighted by what residents wait for."""
        found = []
        for one in results:
            model = one.model
            skill = model.organizations.skill[model.organizations.kind == SOCIAL].reshape(len(model.demand), -1, 9)
            found.append((skill.mean(axis=1) * model.demand).sum() / model.demand.sum())
        return np.mean(found)

    assert skill_for_needs(runs_with("social_work_service", "three_lists")) > 1.1 * skill_for_needs(
        runs_with("social_work_service")
    )


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
