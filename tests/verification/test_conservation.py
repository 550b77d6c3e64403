"""What is conserved whatever happens: random places, doses, numbers in range and emergencies."""

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sim import Community, InputError, Scenario, catalogue, mechanisms
from sim.counters import (
    BY_HOTLINE,
    BY_LIST,
    DISCOVERED,
    EMERGENCY_HOURS,
    ESCALATED_COUNT,
    FAILED_COUNT,
    LAPSED_COUNT,
    ONLINE_ACTS,
    RAISED,
    RATE_ACTS,
    RESOLVED_COUNT,
    SELF_ORGANIZE_ACTS,
    SERVICE_HOURS,
    SERVICE_YUAN,
    VOLUNTEER_HOURS,
    WASTED_HOURS,
)
from sim.emergency_kinds import emergency_kinds
from sim.needs_table import HIDDEN, KNOWN, MATCHED, RESOLVED, STATES, UNRATED, WAITING
from sim.outcomes import COLUMNS, observe
from sim.staff import with_experience
from tests.state import FIVE, columns

NUMBERS = [one for one in catalogue.entries() if one.high > one.low]
SHARES = {
    "residents": (
        *("trust", "trust_anchor", "efficacy", "belonging", "habit", "fatigue"),
        *("performance", "expectation", "satisfaction"),
    ),
    "communities": ("filled", "motivation", "paper_share", "care", "survey", "assessment", "implementation"),
    "organizations": ("effort", "pledge", "skill"),
}
A_BIT = 1e-6

communities = st.lists(
    st.fixed_dictionaries({"type": st.sampled_from(FIVE), "residents": st.integers(30, 200)}), min_size=1, max_size=3
)
doses = st.dictionaries(
    st.sampled_from(sorted(mechanisms())),
    st.fixed_dictionaries({"dose": st.floats(0.0, 1.0), "start": st.integers(1, 14)}),
    max_size=5,
)
shares_of_range = st.dictionaries(st.sampled_from(NUMBERS), st.floats(0.0, 1.0), max_size=8)
emergencies = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(sorted(emergency_kinds())),
            "start": st.integers(1, 10),
            "weeks": st.integers(1, 8),
            "strength": st.floats(0.0, 3.0),
        }
    ),
    max_size=2,
)


@st.composite
def scenarios(draw):
    chosen = draw(shares_of_range)
    numbers = {one.name: min(one.high, one.low + share * (one.high - one.low)) for one, share in chosen.items()}
    return Scenario.from_dict(
        {
            "communities": draw(communities),
            "mechanisms": draw(doses),
            "parameters": numbers,
            "emergencies": draw(emergencies),
            "warmup": draw(st.sampled_from([0, 4, 40])),  # some runs meet the end of a year
            "weeks": 16,
            "seed": draw(st.integers(0, 1000)),
        }
    )


class Watched(Community):
    """A community that looks at what each process leaves."""

    @property
    def plan(self):
        """What runs in a week, each with a look at what it leaves."""
        return self._watched

    @plan.setter
    def plan(self, steps):
        self._watched = [(name, self.watch(name, run)) for name, run in steps]

    def watch(self, name, run):
        """Process that is looked at."""

        def watched(model):
            before, counted = self.hours(), self.counted()
            fund, spent = self.communities.fund.copy(), self.counts[:, SERVICE_YUAN].copy()
            volunteered = self.counts[:, VOLUNTEER_HOURS].sum()
            run(model)
            if name == "service":
                # Hours given come out of somebody's hours, so no more are given than there are.
                assert self.counted() - counted <= before - self.hours() + A_BIT
            if name != "calendar":  # which opens next week's hours and fills the fund again
                # Hours come from volunteers or from nowhere.
                assert self.hours() - before <= self.counts[:, VOLUNTEER_HOURS].sum() - volunteered + A_BIT
                left = fund + self.given_from_above(name) - self.communities.fund
                assert np.allclose(left, self.counts[:, SERVICE_YUAN] - spent, atol=A_BIT)
            self.nobody_overdraws()

        return watched

    def given_from_above(self, name):
        """Yuan that a step puts into the fund: a guaranteed week's share, and nothing from anywhere else."""
        mechanism = name.partition(":")[0]
        if mechanism not in self.dose or not self._mechanisms[mechanism].guarantees:
            return 0.0
        population = self.communities.stop - self.communities.start
        return self._mechanisms[mechanism].fund / 52.0 * self.dose[mechanism] * population

    def hours(self):
        """Hours that all providers have left this week."""
        pools = (
            *(self.communities.hours_left, self.communities.volunteer_hours),
            *(self.organizations.hours_left, self.buildings.group_hours),
        )
        return sum(float(pool.sum()) for pool in pools)

    def counted(self):
        """Hours that are counted as given or wasted this week."""
        return float(self.counts[:, [SERVICE_HOURS, WASTED_HOURS]].sum())

    def nobody_overdraws(self):
        """No pool of hours and no money is ever below 0."""
        assert self.communities.hours_left.min() >= -A_BIT
        assert self.communities.volunteer_hours.min() >= -A_BIT
        assert self.organizations.hours_left.min() >= -A_BIT
        assert self.buildings.group_hours.min() >= -A_BIT
        assert self.communities.fund.min() >= -A_BIT
        assert self.communities.budget.min() >= -A_BIT
        assert self.communities.guaranteed.min() >= -A_BIT


def weeks_of(scenario):
    """The model after each week."""
    try:
        model = Watched(scenario)
    except InputError:  # margins that contradict each other
        assume(False)
    for _ in range(scenario.warmup + scenario.weeks):
        model.step()
        yield model


def random_places(count):
    return settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@random_places(25)
@given(scenarios())
def test_every_need_is_in_one_state_and_none_is_lost(scenario):
    raised = closed = 0
    for model in weeks_of(scenario):
        needs, opened = model.needs, int(model.index.open_count[0])
        rows, used = needs.queue[:opened], int(model.index.used[0])
        ends = model.counts[:, [RESOLVED_COUNT, FAILED_COUNT, LAPSED_COUNT, ESCALATED_COUNT]].sum(axis=1)
        raised, closed = raised + model.counts[:, RAISED], closed + ends

        assert np.isin(needs.state[:used], range(len(STATES))).all()
        assert sorted(rows) == np.flatnonzero(needs.state[:used] < RESOLVED).tolist()
        assert len(set(needs.id[:used].tolist())) == used
        by_community = np.bincount(needs.community[rows], minlength=model.communities.size)
        assert raised.tolist() == (closed + by_community).tolist()
        assert model.index.next_id[0] == raised.sum()


@random_places(25)
@given(scenarios())
def test_records_of_needs_agree_with_what_others_know_of_them(scenario):
    for model in weeks_of(scenario):
        needs, residents, buildings = model.needs, model.residents, model.buildings
        rows = needs.queue[: int(model.index.open_count[0])]
        state, provider = needs.state[rows], needs.provider[rows]
        served = np.isin(state, (WAITING, MATCHED)) & (provider >= 0)
        backlog = np.bincount(provider[served], minlength=model.organizations.size)
        shared, severity = np.zeros(buildings.size, int), np.zeros(residents.size, int)
        for n in rows:
            if needs.building[n] >= 0:
                shared[needs.building[n]] += 1
                severity[residents.building == needs.building[n]] += needs.severity[n]
            else:
                severity[needs.resident[n]] += needs.severity[n]

        assert backlog.tolist() == model.organizations.backlog.tolist()
        assert shared.tolist() == buildings.shared_open.tolist()
        assert severity.tolist() == residents.open_severity.tolist()
        assert ((needs.known[rows] >= 0) == (state >= KNOWN)).all()
        assert (state[needs.known[rows] < 0] == HIDDEN).all()
        assert (residents.community[needs.resident[rows]] == needs.community[rows]).all()


@random_places(25)
@given(scenarios())
def test_hours_and_yuan_spent_never_exceed_what_exists(scenario):
    """``Watched`` looks at each process; here, at each week."""
    for model in weeks_of(scenario):
        organizations, communities = model.organizations, model.communities
        p = model.numbers.calendar
        week = [with_experience(*one) for one in zip(p.work_week, communities.skill, p.experience, strict=True)]

        assert (organizations.hours_left <= organizations.capacity + A_BIT).all()
        assert (communities.hours_left <= communities.posts * communities.filled * week + A_BIT).all()
        assert model.counts.min() >= 0.0
        assert (model.counts[:, EMERGENCY_HOURS] <= model.counts[:, VOLUNTEER_HOURS] + A_BIT).all()


@random_places(25)
@given(scenarios())
def test_shares_are_shares_and_every_number_is_one(scenario):
    for model in weeks_of(scenario):
        for name, column in columns(model):
            if column.dtype.kind == "f":
                assert np.isfinite(column).all(), name
        for table, names in SHARES.items():
            for name in names:
                column = getattr(model, table)[name]
                assert column.min() >= 0.0, f"{table}.{name}"
                assert column.max() <= 1.0, f"{table}.{name}"
        ratings = model.needs.rating[: int(model.index.used[0])]
        assert ((ratings == UNRATED) | ((ratings >= 0.0) & (ratings <= 1.0))).all()
        assert all(((dose >= 0.0) & (dose <= 1.0)).all() for dose in model.dose.values())


@random_places(15)
@given(scenarios())
def test_counts_add_up_over_channels_forms_and_communities(scenario):
    for model in weeks_of(scenario):
        residents, counts = model.residents, model.counts
        row = observe(model)
        acted = np.bincount(residents.community[residents.took_part == model.week], minlength=len(counts))
        forms = counts[:, RATE_ACTS : SELF_ORGANIZE_ACTS + 1].sum(axis=1)
        online = np.bincount(residents.community[residents.took_part_online == model.week], minlength=len(counts))

        assert counts[:, BY_HOTLINE : BY_LIST + 1].sum(axis=1).tolist() == counts[:, DISCOVERED].tolist()
        assert forms.tolist() == acted.tolist()
        assert counts[:, ONLINE_ACTS].tolist() == online.tolist()
        assert row[:, COLUMNS.index("residents")].sum() == residents.size
        assert row[:, COLUMNS.index("open")].sum() == model.index.open_count[0]


@random_places(15)
@given(scenarios())
def test_ties_are_mutual_and_join_nobody_to_herself_or_twice(scenario):
    for model in weeks_of(scenario):
        ties = model.ties
        if model.week % 6:
            continue
        own = np.repeat(np.arange(model.residents.size), ties.count)
        slots = np.concatenate([ties.start[i] + np.arange(ties.count[i]) for i in range(model.residents.size)])
        pairs = set(zip(own.tolist(), ties.to[slots].tolist(), strict=True))

        assert len(pairs) == slots.size
        assert pairs == {(j, i) for i, j in pairs}
        assert all(i != j for i, j in pairs)
        assert (ties.start[:-1] + ties.count <= ties.start[1:]).all()
