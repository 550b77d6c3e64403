"""The community as a Mesa model: one step is one week."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import mesa
import numpy as np
from mesa.agent import AgentSet

from sim import catalogue, founding, network, population
from sim.agents.committees import ResidentsCommittee
from sim.agents.government import Government
from sim.agents.groups import SelfGoverningGroup
from sim.agents.organizations import CHARITY, COMMITTEE, LEGAL, PARTY_COMMUNITY, PARTY_UNIT, PROPERTY, SOCIAL
from sim.agents.party_organizations import PartyOrganization
from sim.agents.people import Resident, Volunteer
from sim.agents.places import Geography
from sim.agents.providers import CharityFund, LegalTeam, ServiceProvider
from sim.agents.residents import AGE_BANDS
from sim.agents.social_organizations import SocialOrganization
from sim.agents.views import OrganizationView, View
from sim.counters import COUNTERS
from sim.errors import InputError
from sim.mechanisms import Mechanism, mechanisms
from sim.needs_table import CATEGORIES, new_needs, without_closed
from sim.network import NetworkNumbers
from sim.population import PopulationNumbers
from sim.processes.calendar import CalendarNumbers
from sim.processes.discovery import DiscoveryNumbers
from sim.processes.disputes import DisputesNumbers
from sim.processes.emergencies import EmergenciesNumbers
from sim.processes.influence import InfluenceNumbers
from sim.processes.matching import OFFERS, MatchingNumbers
from sim.processes.needs import NeedsNumbers
from sim.processes.participation import ParticipationNumbers
from sim.processes.routing import RoutingNumbers
from sim.processes.satisfaction import SatisfactionNumbers
from sim.processes.service import ServiceNumbers
from sim.scenario import Scenario
from sim.schedule import Step, plan

QUARTER, YEAR = 13, 52
TIDY_EVERY = QUARTER  # weeks after which closed needs leave the table, where nobody asked to keep them

_CLASSES: Mapping[int, type[OrganizationView]] = {
    COMMITTEE: ResidentsCommittee,
    PARTY_COMMUNITY: PartyOrganization,
    PARTY_UNIT: PartyOrganization,
    PROPERTY: ServiceProvider,
    LEGAL: LegalTeam,
    CHARITY: CharityFund,
    SOCIAL: SocialOrganization,
}


class Numbers(NamedTuple):
    """Effective numbers: for each process a table with a record for each community."""

    population: Any
    network: Any
    needs: Any
    discovery: Any
    routing: Any
    matching: Any
    service: Any
    disputes: Any
    participation: Any
    influence: Any
    satisfaction: Any
    calendar: Any
    emergencies: Any


_NUMBERS = {
    "population": PopulationNumbers,
    "network": NetworkNumbers,
    "needs": NeedsNumbers,
    "discovery": DiscoveryNumbers,
    "routing": RoutingNumbers,
    "matching": MatchingNumbers,
    "service": ServiceNumbers,
    "disputes": DisputesNumbers,
    "participation": ParticipationNumbers,
    "influence": InfluenceNumbers,
    "satisfaction": SatisfactionNumbers,
    "calendar": CalendarNumbers,
    "emergencies": EmergenciesNumbers,
}

# Tables that together are the whole changing state of a run.
_STATE = (
    "residents",
    "households",
    "buildings",
    "microgrids",
    "ties",
    "needs",
    "index",
    "communities",
    "organizations",
    "links",
    "overhead",
    "mechanism_hours",
    "paid_dose",
    "demand",
)


def copy_of(table: Any) -> Any:
    """Copy of a table: a record array, or a named tuple of arrays."""
    return table.copy() if isinstance(table, np.ndarray) else type(table)(*(one.copy() for one in table))


def bytes_of(table: Any) -> int:
    """Memory of a table, in bytes."""
    return table.nbytes if isinstance(table, np.ndarray) else sum(one.nbytes for one in table)


@dataclass(frozen=True)
class WarmState:
    """State after the warm-up, from which designs branch: same people, same past, same luck."""

    status_quo: dict[str, Any]
    seed: int
    week: int
    tables: dict[str, Any]

    @property
    def nbytes(self) -> int:
        """Memory of the state, in bytes."""
        return sum(bytes_of(table) for table in self.tables.values())


class Watcher(Protocol):
    """Somebody who looks on between the processes of a week, and changes nothing."""

    def before(self, model: Community, name: str) -> None:
        """Look before a process; the first of a week is called ``start``."""

    def after(self, model: Community, name: str) -> None:
        """Look after a process; the last of a week is called ``end``."""


class _Prices(NamedTuple):
    """What a scenario's mechanisms cost, a row each: in one array, for they are many and paid each week."""

    rows: np.ndarray  # in ``paid_dose``
    guarantees: np.ndarray  # whether it guarantees money for the others
    setup_yuan: np.ndarray  # for each resident
    running_yuan: np.ndarray  # for each resident and year

    @classmethod
    def of(cls, chosen: Mapping[str, Mechanism]) -> _Prices:
        names = list(mechanisms())
        setup, running = (
            np.array([[getattr(one, cost)] for one in chosen.values()]).reshape(-1, 1)
            for cost in ("setup_yuan", "running_yuan")
        )
        return cls(
            np.array([names.index(name) for name in chosen], dtype=np.int64),
            np.array([one.guarantees for one in chosen.values()], dtype=bool),
            setup,
            running,
        )


def _added_up(amounts: np.ndarray) -> np.ndarray:
    """Sum over mechanisms (rows), one after the other: NumPy's own sum has another order where there is one column."""
    return amounts.cumsum(axis=0)[-1] if len(amounts) else np.zeros(amounts.shape[1])


class Community(mesa.Model):
    """One or several communities, week by week.

    Parameters
    ----------
    scenario : Scenario, optional
        Default: five communities of 1,000 residents, one of each type, without mechanisms.
    seed : int, optional
        Seed of all draws; default: the scenario's.
    warm : WarmState, optional
        Begin after the warm-up, from a state made with the same communities, parameters and seed.
    keep_needs : bool
        Keep the records of closed needs.

    Attributes
    ----------
    week : int
        Weeks since the start of the warm-up.
    run_week : int
        Weeks since its end; mechanisms start in week 1 at the earliest.
    residents, ties, needs, organizations, communities, buildings, microgrids, households
        Tables of columns: the state.
    numbers : Numbers
        Effective numbers this week, by community.
    watcher : Watcher or None
        Who looks on between the processes of a week.
    nominal_dose, dose : dict of str to array
        Doses by community as decided, and what of them is in force: the rest stands on paper.
    """

    def __init__(
        self,
        scenario: Scenario | None = None,
        seed: int | None = None,
        *,
        warm: WarmState | None = None,
        keep_needs: bool = False,
    ) -> None:
        scenario = scenario or Scenario()
        self.keyed_seed = scenario.seed if seed is None else int(seed)
        super().__init__(rng=self.keyed_seed)
        self.scenario = scenario
        self.keep_needs = keep_needs
        self.watcher: Watcher | None = None
        self._views: dict[tuple[type[View], int], View] = {}
        self._mechanisms = {
            name: mechanisms()[name]({k: v for k, v in scenario.parameters.items() if k.startswith(f"{name}.")})
            for name in sorted(scenario.mechanisms)
            if scenario.mechanisms[name].dose > 0.0
        }
        self._prices = _Prices.of(self._mechanisms)
        self._base = {name: kind(*scenario.base(name)) for name, kind in _NUMBERS.items()}
        self.numbers = Numbers(*(self._base[name].copy() for name in Numbers._fields))
        if warm is None:
            self._found()
        else:
            self._branch(warm)
        self._make_room()
        self.plan: list[Step] = plan({})
        self.nominal_dose: dict[str, np.ndarray] = {}
        self.dose: dict[str, np.ndarray] = {}
        self._funded: dict[str, np.ndarray] = {}
        self._funded_rows = np.zeros((0, self.communities.size))
        self._started: set[str] = set()
        if self._mechanisms and self.run_week >= 0:
            self._change_doses(max(1, self.run_week))

    def _found(self) -> None:
        places = self.scenario.places()
        self.residents, geography, self.communities = population.build(places, self.numbers.population, self.keyed_seed)
        self.households, self.buildings, self.microgrids = geography
        self.ties = network.build_ties(self.residents, geography, self.numbers.network, self.keyed_seed)
        self.organizations = founding.organizations_of(self.scenario, self.communities, self.keyed_seed)
        founding.settle(self.scenario, self.residents, self.communities, self.numbers, self.keyed_seed)
        self.links = founding.links_of(self.scenario, self.communities)
        self._fill_budget()
        count = self.communities.size
        self.overhead, self.mechanism_hours = np.zeros(count), np.zeros(count)
        self.paid_dose = np.zeros((len(mechanisms()), count))
        self.demand = np.zeros((count, len(CATEGORIES)))
        self.needs, self.index = new_needs(self.residents.size // 8 + 256)
        self.week = 0

    def _branch(self, warm: WarmState) -> None:
        if warm.seed != self.keyed_seed or warm.status_quo != status_quo_of(self.scenario):
            raise InputError("warm: this state was made with other communities, parameters, warm-up or seed")
        for name in _STATE:
            setattr(self, name, copy_of(warm.tables[name]))
        self.week = self.steps = warm.week

    def _make_room(self) -> None:
        """Arrays that carry nothing from week to week."""
        count = self.communities.size
        self.geography = Geography(self.households, self.buildings, self.microgrids)
        self.tables = founding.tables_of(self.scenario, self.communities)
        self._ordinary_mix = self.tables.mix, self.tables.shared_mix
        self._surge: np.ndarray | None = None
        # How many times as many needs arise as in an ordinary week: at most, then by age band; and in buildings.
        self.pressure, self.shared_pressure = np.ones((count, 1 + len(AGE_BANDS))), np.ones(count)
        self.emergency_staff = np.zeros(count)
        self.alarm = np.ones(count)  # factor on how readily needs are reported while an emergency lasts
        self.meeting = np.zeros(count)
        self.free = np.zeros((count, OFFERS + 1))
        self.counts = np.zeros((count, len(COUNTERS)))
        self.mechanism_yuan = np.zeros(count)
        self.members, self.adults = np.zeros(self.organizations.size), np.zeros(count)  # as of the last quarter
        self.slow: dict[str, np.ndarray] = {}  # what outcomes read off by the quarter
        self.dosed: tuple[Any, ...] = ()  # what outcomes read off the doses, and the doses that it was read off
        self.group_codes: dict[str, np.ndarray] = {}  # group of each resident by dimension, once asked for
        self.scratch = np.zeros(self.residents.size)

    def warm_state(self) -> WarmState:
        """Copy of the state as it is now."""
        tables = {name: copy_of(getattr(self, name)) for name in _STATE}
        return WarmState(status_quo_of(self.scenario), self.keyed_seed, self.week, tables)

    @property
    def seed(self) -> int:
        """Seed of all draws."""
        return self.keyed_seed

    @property
    def run_week(self) -> int:
        """Weeks since the end of the warm-up; 0 or less while it lasts."""
        return self.week - self.scenario.warmup

    # The week ---------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Run one week: every process once, in the order of ``plan``."""
        self.week += 1
        self.counts[:] = 0.0
        self.index.closed_count[0] = 0
        self.mechanism_yuan[:] = 0.0
        if self.week % YEAR == 1:
            # Here and not at the end of a year, so that the year that ends can still be read off.
            self.residents.hours_given[:] = 0.0
            self.residents.acts[:] = 0
        if self.run_week >= 1 and self.run_week % YEAR == 1:
            self._fill_budget()
        if self._mechanisms and self.run_week >= 1:
            if self.run_week % QUARTER == 1 or self.run_week in self.scenario.changes():
                self._change_doses(self.run_week)
            self._pay()
        if self.week % 13 == 0:
            self._count_demand()
        if self.watcher is None:
            for _, run in self.plan:
                run(self)
        else:
            self._watched_week(self.watcher)
        if not self.keep_needs and self.week % TIDY_EVERY == 0:
            without_closed(self.needs, self.index)

    def _watched_week(self, watcher: Watcher) -> None:
        """Run the same processes with somebody looking on."""
        watcher.before(self, "start")
        for name, run in self.plan:
            watcher.before(self, name)
            run(self)
            watcher.after(self, name)
        watcher.after(self, "end")

    def _change_doses(self, week: int) -> None:
        """Bring the effective numbers, the plan and the time sheets up to the doses in force in ``week``.

        What cannot be paid is not carried out: where money is short, all doses shrink by the same share.
        """
        nominal = {name: self.scenario.doses(name, week) for name in self._mechanisms}
        for name in Numbers._fields:
            getattr(self.numbers, name)[:] = self._base[name]
        share = self._affordable(nominal, week)
        funded = {name: dose * (1.0 if self._mechanisms[name].guarantees else share) for name, dose in nominal.items()}
        attention = np.zeros(self.communities.size)
        self.mechanism_hours[:] = 0.0
        for name, mechanism in self._mechanisms.items():
            attention += mechanism.attention * funded[name]
            self.mechanism_hours += mechanism.staff_hours * funded[name]
        calendar = self.numbers.calendar
        excess = np.maximum(0.0, attention - calendar.attention)
        self.communities.implementation[:] = 1.0 / (1.0 + calendar.overload * excess)
        self.nominal_dose, self._funded, self._funded_rows = nominal, funded, np.stack(list(funded.values()))
        self.dose = {name: dose * self._implemented(self._mechanisms[name]) for name, dose in funded.items()}
        in_force = {}
        for name, mechanism in self._mechanisms.items():
            if self.dose[name].any():
                mechanism.change_numbers(self.numbers, self.dose[name])
                in_force[name] = (mechanism, self.dose[name])
        self.plan = plan(in_force)
        for name, (mechanism, dose) in in_force.items():
            if name not in self._started and hasattr(type(mechanism), "at_start"):
                mechanism.at_start(self, dose)
            self._started.add(name)

    def _implemented(self, mechanism: Mechanism) -> np.ndarray:
        """Share of a mechanism's dose that is more than paper, by community.

        What takes the committee's attention suffers where it has too much to attend to; what its overloaded staff have
        to do gets the share of the time that their other duties get (Lipsky 1980), and the rest is formalism.
        """
        by_staff = mechanism.staff_hours > 0.0 and mechanism.attention > 0.0
        return self.communities.implementation * (self.communities.care if by_staff else 1.0)

    def _fill_budget(self) -> None:
        """Fill the year's budget for mechanisms; what was not spent lapses."""
        communities = self.communities
        communities.budget[:] = self._base["calendar"].budget_yuan * (communities.stop - communities.start)
        communities.guaranteed[:] = 0.0

    def _affordable(self, nominal: Mapping[str, np.ndarray], week: int) -> np.ndarray:
        """Share of the doses that this year's money pays for until the year's end, by community.

        What a higher level guarantees comes with the year's budget, or for the rest of the year when it begins within.
        """
        communities, left = self.communities, 1.0 - (week - 1) % YEAR / YEAR
        population = np.asarray(communities.stop - communities.start)
        doses, paid = np.stack(list(nominal.values())), self.paid_dose[self._prices.rows]
        for row in np.flatnonzero(self._prices.guarantees):
            new = doses[row] - (0.0 if left == 1.0 else np.minimum(doses[row], paid[row]))
            communities.guaranteed += population * self._prices.running_yuan[row] * new * left
        own = ~self._prices.guarantees
        doses, paid = doses[own], paid[own]
        setup_yuan, running_yuan = self._prices.setup_yuan[own], self._prices.running_yuan[own]

        def planned(share: np.ndarray) -> np.ndarray:
            dose = doses * share
            rise = np.maximum(0.0, dose - paid)
            return _added_up(population * (setup_yuan * rise + running_yuan * dose * left))

        there = np.asarray(communities.budget + communities.guaranteed)
        most = np.ones(communities.size)
        enough = planned(most) <= there
        if enough.all():
            return most
        least = np.where(enough, 1.0, 0.0)
        for _ in range(40):  # halving: what is planned grows with the share
            middle = (least + most) / 2.0
            fits = planned(middle) <= there
            least, most = np.where(fits, middle, least), np.where(fits, most, middle)
        return np.where(enough, 1.0, least)

    def _pay(self) -> None:
        """Pay this week's yuan for mechanisms: running costs, and set-up where a dose rises for the first time.

        A guarantee costs whoever gives it, whether or not it is used; what is paid out of it is not counted again.
        """
        communities, prices = self.communities, self._prices
        population = np.asarray(communities.stop - communities.start)
        dose, paid = self._funded_rows, self.paid_dose[prices.rows]
        rise = np.maximum(0.0, dose - paid)
        cost = population * (prices.setup_yuan * rise + prices.running_yuan * dose / 52.0)
        self.paid_dose[prices.rows] = paid + rise
        self.mechanism_yuan += _added_up(cost[prices.guarantees])
        due = _added_up(cost[~prices.guarantees])
        from_guarantee = np.minimum(due, communities.guaranteed)
        from_budget = np.minimum(due - from_guarantee, communities.budget)
        communities.guaranteed -= from_guarantee
        communities.budget -= from_budget
        self.mechanism_yuan += from_budget

    def _count_demand(self) -> None:
        """Count open known needs by community and category: what organisations can read off a list."""
        rows = self.needs.queue[: int(self.index.open_count[0])]
        rows = rows[self.needs.known[rows] >= 0]
        self.demand[:] = 0.0
        np.add.at(self.demand, (self.needs.community[rows], self.needs.category[rows]), 1.0)

    def set_surge(self, factors: np.ndarray) -> None:
        """Set this week's factor on needs by category (all 1: an ordinary week)."""
        surge = None if (factors == 1.0).all() else factors
        if surge is None and self._surge is None:
            return
        self._surge = surge
        mix, shared = self._ordinary_mix
        if surge is None:
            self.tables = self.tables._replace(mix=mix, shared_mix=shared)
            self.pressure[:], self.shared_pressure[:] = 1.0, 1.0
            return
        plain = np.diff(mix, axis=2, prepend=0.0) * factors
        plain_shared = np.diff(shared, axis=1, prepend=0.0) * factors
        self.pressure[:, 1:] = plain.sum(axis=2)
        self.pressure[:, 0] = self.pressure[:, 1:].max(axis=1)
        self.shared_pressure[:] = plain_shared.sum(axis=1)
        self.tables = self.tables._replace(mix=plain.cumsum(axis=2), shared_mix=plain_shared.cumsum(axis=1))

    @property
    def scenario(self) -> Scenario:
        """What is simulated. From Mesa 3.5 on, Mesa's own property writes into a scenario; ours are frozen."""
        return self._scenario

    @scenario.setter
    def scenario(self, scenario: Any) -> None:
        self._scenario = scenario

    # Agents -----------------------------------------------------------------------------------------------------------

    @functools.cached_property
    def organization_agents(self) -> list[OrganizationView]:
        """All organisations as agents, in the order of their rows."""
        return [
            self._view(_CLASSES.get(int(kind), Government), row, row + 1)
            for row, kind in enumerate(self.organizations.kind)
        ]

    def _view(self, kind: type[View], row: int, unique_id: int) -> Any:
        key = (kind, row)
        if key not in self._views:
            self._views[key] = kind(self, row, unique_id)
        return self._views[key]

    def resident(self, row: int) -> Resident:
        """Return the resident of a row as an agent."""
        return self._view(Resident, row, self.organizations.size + row + 1)

    def _volunteer(self, row: int) -> Volunteer:
        offset = self.organizations.size + self.residents.size
        return self._view(Volunteer, row, offset + row + 1)

    def _group(self, row: int) -> SelfGoverningGroup:
        offset = self.organizations.size + 2 * self.residents.size
        return self._view(SelfGoverningGroup, row, offset + row + 1)

    @property
    def agents_by_type(self) -> dict[type[mesa.Agent], AgentSet]:
        """All agents by class. Views are made on first use; runs that never ask make none."""
        rows: dict[type[mesa.Agent], list[mesa.Agent]] = {
            Resident: [self.resident(row) for row in range(self.residents.size)],
            Volunteer: [self._volunteer(int(row)) for row in np.flatnonzero(self.residents.registered)],
            SelfGoverningGroup: [self._group(int(row)) for row in np.flatnonzero(self.buildings.group)],
        }
        for agent in self.organization_agents:
            rows.setdefault(type(agent), []).append(agent)
        for kind, added in super().agents_by_type.items():
            rows[kind] = [*rows.get(kind, []), *added]
        return {kind: AgentSet(agents, random=self.random) for kind, agents in rows.items()}

    @property
    def agents(self) -> AgentSet:
        """All agents: organisations, residents, volunteers, groups, then any that a user registered."""
        by_type = self.agents_by_type
        everyone = [agent for kind in by_type for agent in by_type[kind]]
        return AgentSet(sorted(everyone, key=lambda agent: agent.unique_id), random=self.random)

    @property
    def agent_types(self) -> list[type]:
        """Classes of agents in the model."""
        return list(self.agents_by_type)

    # Networks ---------------------------------------------------------------------------------------------------------

    def resident_graph(self) -> Any:
        """Resident-to-resident layer as a NetworkX graph."""
        return network.resident_graph(self.residents, self.geography, self.ties)

    def affiliation_graph(self) -> Any:
        """Resident-to-organisation layer as a NetworkX graph."""
        return network.affiliation_graph(self.residents, self.organizations)

    def organization_graph(self) -> Any:
        """Organisation-to-organisation layer as a NetworkX graph."""
        return network.organization_graph(self.organizations, self.communities, self.links)

    @property
    def nbytes(self) -> int:
        """Memory of the whole state, in bytes."""
        return sum(bytes_of(getattr(self, name)) for name in _STATE) + self.scratch.nbytes


def status_quo_of(scenario: Scenario) -> dict[str, Any]:
    """Return the part of a scenario on which its warm-up depends."""
    whole = scenario.to_dict()
    return {
        "communities": whole["communities"],
        "warmup": whole["warmup"],
        "parameters": {name: value for name, value in whole["parameters"].items() if is_of_process(name)},
    }


def is_of_process(name: str) -> bool:
    """Whether a parameter belongs to a process, and not to a mechanism."""
    return name.partition(".")[0] in catalogue.PROCESSES


def warm_up(scenario: Scenario, seed: int | None = None) -> WarmState:
    """Run the status quo before the first week and return the state, ready to branch designs from."""
    model = Community(scenario.without_mechanisms(), seed)
    for _ in range(scenario.warmup):
        model.step()
    return model.warm_state()
