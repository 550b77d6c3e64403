"""The community as a Mesa model, its reproducibility, and what is conserved whatever happens."""

import functools
import gc
import os
import subprocess
import sys
import weakref
from pathlib import Path

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from sim import Community, InputError, mechanisms, run, warm_up
from sim.agents.committees import ResidentsCommittee
from sim.agents.government import Government
from sim.agents.groups import SelfGoverningGroup
from sim.agents.organizations import CHARITY, COMMITTEE, SEAT_COMMITTEE
from sim.agents.party_organizations import PartyOrganization
from sim.agents.people import Resident, Volunteer
from sim.agents.providers import CharityFund, LegalTeam, ServiceProvider
from sim.agents.social_organizations import SocialOrganization
from sim.needs_table import KNOWN, MATCHED, RESOLVED, STATES, WAITING
from sim.outcomes import COLUMNS
from tests.state import FIVE, columns, digest, fingerprint, place

ROOT = Path(__file__).resolve().parent.parent
KINDS = {
    Resident,
    Volunteer,
    PartyOrganization,
    SocialOrganization,
    Government,
    ResidentsCommittee,
    ServiceProvider,
    CharityFund,
    LegalTeam,
}
SCENARIO = place(residents=120)
EVERYTHING = dict.fromkeys(mechanisms(), 1.0)


def stepped(scenario=SCENARIO, weeks=3, **more):
    model = Community(scenario, **more)
    for _ in range(weeks):
        model.step()
    return model


@pytest.fixture
def model():
    return stepped()


@pytest.fixture(scope="module")
def with_groups():
    """Model in which neighbours organise often enough for groups to form."""
    easy = {
        "participation.group_threshold": 0.1,
        "participation.helpers_kept": 0.99,
        "participation.contact_ask": 0.1,
        "participation.base_self_organize": 0.0,
    }
    return stepped(place("village", residents=200, parameters=easy), weeks=30)


# As a Mesa user expects -----------------------------------------------------------------------------------------------


def test_it_is_a_mesa_model_and_a_step_is_a_week(model):
    assert isinstance(model, mesa.Model)
    assert (model.week, model.steps, model.run_week) == (3, 3, 3 - SCENARIO.warmup)


def test_all_kinds_of_agent_are_there_as_mesa_agents(model):
    by_type = model.agents_by_type

    assert set(by_type) >= KINDS
    assert all(isinstance(agents, AgentSet) and len(agents) > 0 for kind, agents in by_type.items() if kind in KINDS)
    assert all(type(agent) is kind and isinstance(agent, mesa.Agent) for kind in by_type for agent in by_type[kind])
    assert set(model.agent_types) == set(by_type)


def test_there_are_as_many_agents_as_rows(model):
    by_type = model.agents_by_type

    assert len(by_type[Resident]) == 240
    assert len(by_type[Volunteer]) == model.residents.registered.sum()
    assert len(by_type[ResidentsCommittee]) == len(by_type[LegalTeam]) == 2
    assert len(model.agents) == sum(len(agents) for agents in by_type.values())


def test_groups_are_agents_as_soon_as_they_exist(model, with_groups):
    groups = with_groups.agents_by_type[SelfGoverningGroup]

    assert len(model.agents_by_type[SelfGoverningGroup]) == 0
    assert len(groups) == with_groups.buildings.group.sum() > 0
    assert all(0 < group.group_since <= with_groups.week and group.helpers > 0.0 for group in groups)


def test_ids_are_unique(with_groups):
    ids = with_groups.agents.get("unique_id")

    assert len(set(ids)) == len(ids)


def test_ids_and_order_do_not_depend_on_when_views_were_made():
    early = Community(SCENARIO)
    early.resident(77)
    list(early.agents)
    for _ in range(3):
        early.step()
    late = stepped()
    late.resident(200)

    assert [(type(a), a.unique_id, a.row) for a in early.agents] == [(type(a), a.unique_id, a.row) for a in late.agents]


def test_a_view_is_the_same_object_whenever_asked_for(model):
    assert model.resident(5) is model.resident(5)
    assert list(model.agents_by_type[Resident])[5] is model.resident(5)


def test_sets_of_agents_read_the_columns(model):
    residents = model.agents_by_type[Resident]

    assert residents.get("trust") == model.residents.trust.tolist()
    assert residents.agg("age", max) == model.residents.age.max()
    assert len(residents.select(lambda one: one.age >= 60)) == (model.residents.age >= 60).sum()


def test_what_is_set_on_agents_is_set_in_the_columns(model):
    old = model.agents_by_type[Resident].select(lambda one: one.age >= 60)
    old.set("trust", 0.25)
    model.resident(3).efficacy = 0.125

    assert (model.residents.trust[model.residents.age >= 60] == 0.25).all()
    assert model.residents.efficacy[3] == 0.125


def test_agents_can_be_told_to_do_something(model):
    committees = model.agents_by_type[ResidentsCommittee]
    seen = committees.map(lambda one: one.social_workers)
    committees.do(lambda one: setattr(one, "effort", 0.5))
    model.agents_by_type[PartyOrganization].do("each_quarter")

    assert seen == (model.communities.posts * model.communities.filled).tolist()
    assert (model.organizations.effort[model.organizations.kind == COMMITTEE] == 0.5).all()


def test_sets_group_and_sort_as_in_mesa(model):
    by_community = model.agents_by_type[Resident].groupby("community").count()
    oldest = next(iter(model.agents_by_type[Resident].sort("age", ascending=False)))

    assert by_community == {0: 120, 1: 120}
    assert oldest.age == model.residents.age.max()


def test_neighbours_know_each_other(model):
    one = model.resident(int(model.ties.count.argmax()))

    assert len(one.neighbours) == len(one.ties) > 0
    assert all(one.row in other.ties for other in one.neighbours)


def test_a_volunteer_is_a_resident_in_a_role(model):
    volunteer = next(iter(model.agents_by_type[Volunteer]))
    volunteer.trust = 0.375

    assert volunteer.resident.trust == 0.375
    assert volunteer.registered


def test_a_view_cannot_be_removed(model):
    with pytest.raises(TypeError, match="cannot be removed"):
        model.resident(0).remove()


def test_mesas_data_collector_works(model):
    collector = mesa.DataCollector(
        model_reporters={"trust": lambda m: m.residents.trust.mean(), "week": "week"},
        agent_reporters={"row": "row"},
        agenttype_reporters={Resident: {"satisfaction": "satisfaction", "age": "age"}},
    )
    for _ in range(3):
        model.step()
        collector.collect(model)
    of_model, of_agents = collector.get_model_vars_dataframe(), collector.get_agent_vars_dataframe()
    of_residents = collector.get_agenttype_vars_dataframe(Resident)

    assert of_model["week"].tolist() == [4, 5, 6]
    assert of_model["trust"].iloc[-1] == model.residents.trust.mean()
    assert of_agents.index.get_level_values("Step").unique().tolist() == [4, 5, 6]
    assert of_residents.loc[6, "satisfaction"].tolist() == model.residents.satisfaction.tolist()


def test_agents_of_a_users_own_are_agents_too(model):
    class Visitor(mesa.Agent):
        """Somebody from elsewhere."""

    visitor = Visitor(model)

    assert list(model.agents_by_type[Visitor]) == [visitor]
    assert visitor in model.agents


def test_a_user_may_inherit_from_the_model():
    class Watched(Community):
        """A community that counts its own steps."""

        count = 0

        def step(self):
            super().step()
            self.count += 1

    watched = stepped()
    mine = Watched(SCENARIO)
    for _ in range(3):
        mine.step()

    assert mine.count == 3
    assert digest(mine) == digest(watched)


def test_the_three_layers_are_networkx_graphs(model):
    residents = model.resident_graph()

    assert residents.number_of_nodes() == 240
    assert 2 * residents.number_of_edges() == model.ties.count.sum()
    assert model.organization_graph().number_of_nodes() == model.organizations.size
    assert model.affiliation_graph().number_of_edges() > 0


def test_a_model_is_freed_when_nobody_holds_it():
    model = stepped(weeks=2)
    list(model.agents)
    gone = weakref.ref(model)
    del model
    gc.collect()

    assert gone() is None


# The same bits --------------------------------------------------------------------------------------------------------


def test_views_change_nothing():
    plain, viewed = Community(SCENARIO), Community(SCENARIO)
    for week in range(27):
        plain.step()
        viewed.step()
        if week % 5 == 0:
            viewed.agents.get("unique_id")
            viewed.agents_by_type[Resident].get("satisfaction")

    assert digest(plain) == digest(viewed)


def test_the_seed_decides():
    first, again, other = (run(SCENARIO, seed) for seed in (3, 3, 4))

    assert fingerprint(first) == fingerprint(again)
    assert fingerprint(first)[0] != fingerprint(other)[0]
    assert fingerprint(first)[1] != fingerprint(other)[1]


def test_the_seed_of_the_scenario_is_the_default():
    assert fingerprint(run(SCENARIO)) == fingerprint(run(SCENARIO, SCENARIO.seed))


@pytest.mark.parametrize("doses", [{}, EVERYTHING], ids=["status quo", "everything"])
@pytest.mark.parametrize("warmup", [0, 13, 20])
def test_a_branch_from_a_warm_state_equals_running_through(doses, warmup):
    scenario = SCENARIO.replace(mechanisms=doses, warmup=warmup)

    assert fingerprint(run(scenario, warm=warm_up(scenario))) == fingerprint(run(scenario))


def test_a_warm_state_can_be_used_again():
    warm = warm_up(SCENARIO)
    first = run(SCENARIO.with_mechanisms(EVERYTHING), warm=warm)
    run(SCENARIO, warm=warm)

    assert fingerprint(run(SCENARIO.with_mechanisms(EVERYTHING), warm=warm)) == fingerprint(first)


@pytest.mark.parametrize(
    "other", [{"seed": 8}, {"warmup": 14}, {"parameters": {"needs.arrival": 2.0}}], ids=["seed", "warmup", "numbers"]
)
def test_a_warm_state_of_something_else_is_refused(other):
    warm = warm_up(SCENARIO)

    with pytest.raises(InputError, match="warm: this state was made with other"):
        Community(SCENARIO.replace(**other), warm=warm)


def test_keeping_the_records_of_needs_changes_no_outcome():
    kept, tidied = run(SCENARIO, needs=True), run(SCENARIO)

    assert kept.history.tobytes() == tidied.history.tobytes()


def test_a_street_does_not_depend_on_those_after_it():
    four_each = {"residents": 80, "parameters": {"population.street_communities": 4.0}}
    alone, with_another = run(place(*FIVE[:4], **four_each)), run(place(*FIVE, **four_each))

    assert alone.history.tobytes() == with_another.history[:, :4].tobytes()


def test_mechanisms_elsewhere_leave_a_community_of_another_street_exactly_as_it_was():
    """Departments are shared within a street, so their effort may spill over there, and nowhere else."""
    scenario = place(*FIVE, residents=80, parameters={"population.street_communities": 4.0})
    first_street = scenario.community_names[:4]
    specs = {name: {"dose": 1.0, "communities": first_street} for name in mechanisms()}
    before, after = run(scenario), run(scenario.replace(mechanisms=specs))

    assert before.model.communities.street.tolist() == [0, 0, 0, 0, 1]
    assert after.history[:, 4].tobytes() == before.history[:, 4].tobytes()
    assert all(after.history[:, c].tobytes() != before.history[:, c].tobytes() for c in range(4))


def digest_of_a_short_run():
    """Fingerprint of a quarter with everything on, the same with and without the compiler."""
    everything = {"mechanisms": EVERYTHING, "emergencies": [{"kind": "epidemic", "start": 3, "weeks": 4}]}
    return fingerprint(run(place("resettlement", residents=60, weeks=14, warmup=1, **everything)))


def test_plain_python_gives_the_same_bits():
    plain = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", __file__],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert plain.returncode == 0, plain.stderr
    assert plain.stdout.strip() == str(digest_of_a_short_run())


# What is conserved ----------------------------------------------------------------------------------------------------


@functools.cache
def busy(seed):
    """Model with every mechanism on, after a year and a half, and the sums of its counts and needs on the way."""
    model = Community(place(*FIVE, residents=100, warmup=4, mechanisms=EVERYTHING), seed, keep_needs=True)
    sums, trail = np.zeros_like(model.counts), []
    for _ in range(78):
        model.step()
        sums += model.counts
        trail.append(
            {
                "fund": model.communities.fund.min(),
                "budget": model.communities.budget.min(),
                "guaranteed": model.communities.guaranteed.min(),
                "staff": model.communities.hours_left.min(),
                "volunteers": model.communities.volunteer_hours.min(),
                "organizations": model.organizations.hours_left.min(),
                "groups": model.buildings.group_hours.min(),
                "backlog": model.organizations.backlog.min(),
            }
        )
    return model, sums, trail


every_seed = pytest.mark.parametrize("seed", [1, 2, 3])


def count(sums, *names):
    offset = len(COLUMNS) - sums.shape[1]
    return sum(sums[:, COLUMNS.index(name) - offset].sum() for name in names)


@every_seed
def test_every_need_is_in_exactly_one_state(seed):
    model, _, _ = busy(seed)
    used, opened = int(model.index.used[0]), int(model.index.open_count[0])
    state, queue = model.needs.state[:used], model.needs.queue[:opened]

    assert set(state) <= set(range(len(STATES)))
    assert sorted(queue) == np.flatnonzero(state < RESOLVED).tolist()
    assert ((model.needs.closed[:used] >= 0) == (state >= RESOLVED)).all()
    assert ((model.needs.known[:used] < 0) <= (state != KNOWN)).all()
    assert model.needs.id[:used].tolist() == list(range(used))


@every_seed
def test_needs_raised_are_those_open_and_those_closed(seed):
    model, sums, _ = busy(seed)
    closed = count(sums, "resolved", "failed", "lapsed", "escalated")

    assert count(sums, "raised") == model.index.used[0]
    assert count(sums, "raised") == closed + model.index.open_count[0]


@every_seed
def test_counts_of_parts_add_up(seed):
    _, sums, _ = busy(seed)
    channels = ("by_hotline", "by_online", "by_visit", "by_patrol", "by_neighbour", "by_meeting", "by_list")

    assert count(sums, "discovered") == count(sums, *channels)
    assert count(sums, "resolved") == count(sums, "answered", "practical_resolved")
    assert count(sums, "practical_in_term") <= count(sums, "known_in_term") <= count(sums, "practical_resolved")
    assert count(sums, "projects_bottom_up") <= count(sums, "projects")
    assert count(sums, "rating") <= count(sums, "rated")
    assert (
        count(sums, "repeat_satisfied") <= count(sums, "repeat_rated") <= count(sums, "valid") <= count(sums, "rated")
    )
    assert count(sums, "repeat_satisfied") <= count(sums, "valid_satisfied") <= count(sums, "valid")
    assert count(sums, "known_in_term") <= count(sums, "reported_in_term") <= count(sums, "known_due")


@every_seed
def test_nobody_gives_more_than_there_is(seed):
    """Neither hours of anybody nor money ever fall below nothing."""
    _, _, trail = busy(seed)

    assert min(min(week.values()) for week in trail) >= -1e-9


@every_seed
def test_a_providers_backlog_is_the_needs_that_wait_there(seed):
    model, _, _ = busy(seed)
    used = int(model.index.used[0])
    state, provider = model.needs.state[:used], model.needs.provider[:used]
    waiting = provider[((state == WAITING) | (state == MATCHED)) & (provider >= 0)]

    assert model.organizations.backlog.tolist() == np.bincount(waiting, minlength=model.organizations.size).tolist()


@every_seed
def test_residents_live_with_their_own_and_their_buildings_open_needs(seed):
    model, _, _ = busy(seed)
    rows = model.needs.queue[: int(model.index.open_count[0])]
    burden, shared = np.zeros(model.residents.size, int), np.zeros(model.buildings.size, int)
    for n in rows:
        building = model.needs.building[n]
        if building >= 0:
            shared[building] += 1
            burden[model.buildings.start[building] : model.buildings.stop[building]] += model.needs.severity[n]
        else:
            burden[model.needs.resident[n]] += model.needs.severity[n]

    assert model.residents.open_severity.tolist() == burden.tolist()
    assert model.buildings.shared_open.tolist() == shared.tolist()


@every_seed
def test_shares_stay_between_nothing_and_all(seed):
    model, _, _ = busy(seed)
    shares = {
        "residents": (
            *("trust", "trust_anchor", "efficacy", "belonging", "habit", "fatigue"),
            *("performance", "expectation", "satisfaction"),
        ),
        "communities": (
            *("filled", "motivation", "paper_share", "care", "survey", "assessment", "pressure", "implementation"),
        ),
        "organizations": ("effort", "pledge", "skill"),
    }
    values = [getattr(model, table)[name] for table, names in shares.items() for name in names]

    assert all(np.isfinite(value).all() for value in values)
    assert min(value.min() for value in values) >= 0.0
    assert max(value.max() for value in values) <= 1.0


@every_seed
def test_every_number_of_the_state_is_finite(seed):
    model, _, _ = busy(seed)

    assert all(np.isfinite(column).all() for _, column in columns(model) if column.dtype.kind == "f")


@every_seed
def test_ties_are_mutual_and_within_the_community(seed):
    model, _, _ = busy(seed)
    ties = model.ties
    pairs = {
        (i, int(ties.to[slot]))
        for i in range(model.residents.size)
        for slot in range(ties.start[i], ties.start[i] + ties.count[i])
    }

    assert pairs == {(j, i) for i, j in pairs}
    assert all(model.residents.community[i] == model.residents.community[j] for i, j in pairs)
    assert ties.count.sum() == len(pairs)


@every_seed
def test_minors_do_not_take_part(seed):
    model, _, _ = busy(seed)
    minors = model.residents.age < 18

    assert (model.residents.took_part[minors] < 0).all()
    assert model.residents.hours_given[minors].sum() == 0.0


@every_seed
def test_links_between_organizations_are_mutual_shares(seed):
    links = busy(seed)[0].links

    assert (links == links.transpose(0, 2, 1)).all()
    assert 0.0 <= links.min() <= links.max() <= 1.0


def test_the_fund_is_filled_once_a_year_and_what_is_left_is_carried_over():
    model = stepped(weeks=51)
    before = model.communities.fund.copy()
    model.step()
    first = model.communities.first_organization + SEAT_COMMITTEE

    year = model.numbers.population.fund_per_resident * 120
    assert (model.communities.fund >= year).all()
    assert (model.communities.fund <= before + year).all()
    assert (model.organizations.kind[first] == COMMITTEE).all()


def test_a_poor_year_presses_on_the_next():
    """A result below the mark raises effort in the second year; carried nowhere, it does not."""
    efforts = []
    for carried in (0.3, 0.0):
        parameters = {"calendar.assess_service": 0.6, "calendar.carried": carried}
        model = Community(place("resettlement", residents=120, warmup=0, parameters=parameters))
        for _ in range(52):
            model.step()
        assert model.communities.pressure.max() == 0.0
        assert model.communities.assessment.max() < 0.85
        for _ in range(13):
            model.step()
        efforts.append(model.organizations.effort[0])

    assert efforts[0] > efforts[1] + 0.01


def paid(result):
    """Yuan for mechanisms by year and community."""
    yuan = result.history[:, :, COLUMNS.index("mechanism_yuan")]
    return np.add.reduceat(yuan, range(0, len(yuan), 52))


DEAR = dict.fromkeys(("shared_data", "service_purchase", "volunteer_incentives"), 1.0)


@pytest.mark.parametrize("budget", [24.0, 30.0])
def test_what_cannot_be_paid_is_not_carried_out(budget):
    scenario = place(residents=120, weeks=60, warmup=0, mechanisms=DEAR, parameters={"calendar.budget_yuan": budget})
    result = run(scenario)
    in_force = result.model.dose["service_purchase"]

    assert (paid(result) <= 120 * budget * (1.0 + 1e-9)).all()
    assert paid(result)[0] == pytest.approx(120 * budget)
    assert (in_force < 0.9).all()
    assert (result.model.communities.budget >= 0.0).all()


def test_money_that_suffices_changes_nothing():
    results = [
        run(place(residents=120, weeks=30, warmup=0, mechanisms=DEAR, parameters={"calendar.budget_yuan": budget}))
        for budget in (70.0, 72.0)
    ]

    assert np.array_equal(results[0].history, results[1].history)
    assert (results[0].model.dose["volunteer_incentives"] <= 1.0).all()


def test_a_guarantee_pays_for_what_the_budget_does_not_and_is_counted_once():
    scenario = place(residents=120, weeks=52, warmup=0, mechanisms=DEAR, parameters={"calendar.budget_yuan": 24.0})
    short = run(scenario)
    backed = run(scenario.with_mechanisms(DEAR | {"fiscal_guarantee": 1.0}))

    assert (backed.model._funded["service_purchase"] > short.model._funded["service_purchase"] * 1.5).all()
    assert paid(backed) == pytest.approx(paid(short) + 120 * 24.0)


def test_donations_follow_trust():
    trusting, wary = stepped(weeks=12), stepped(weeks=12)
    trusting.residents.trust[:], wary.residents.trust[:] = 0.9, 0.1
    for model in (trusting, wary):
        model.agents_by_type[CharityFund].do("each_quarter")
    hours = [model.organizations.capacity[model.organizations.kind == CHARITY].sum() for model in (trusting, wary)]

    assert hours[0] == pytest.approx(9.0 * hours[1])


if __name__ == "__main__":
    sys.stdout.write(str(digest_of_a_short_run()))
