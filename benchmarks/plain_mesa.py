"""The same week as plain Mesa: agents are Python objects, ties are lists, processes are loops.

This is how the model would be written without tables and compiled loops, with the same rules, the same keyed draws and
the same order of visits, so that every number is equal. It shows what the columns are worth (``benchmarks/week.py``),
and it is a second, independent reading of the model (``tests/benchmarks/test_plain_mesa.py``).

It runs the status quo: no mechanisms, no emergencies. Where there was a choice it was made for speed: slots instead
of dictionaries, the compiled generator for draws, plain Python for the small rules (a compiled one costs more to call).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import mesa
import numpy as np

from sim import acts as _acts
from sim import needs_life as _needs_life
from sim import network as _network
from sim import staff as _staff
from sim import trust as _trust
from sim.agents.organizations import (
    CHARITY,
    COMMUNITIES,
    DEPARTMENTS,
    LEGAL,
    ORGANIZATIONS,
    PARTY_UNIT,
    SEAT_COMMITTEE,
    SEAT_DEPARTMENT,
    SEAT_LEGAL,
    SEAT_SOCIAL,
    SEAT_UNIT,
    SOCIAL,
    SOCIALS,
    UNITS,
)
from sim.agents.places import BUILDINGS, MICROGRIDS
from sim.agents.residents import (
    ADULT,
    BY_LEADER,
    BY_NEIGHBOUR,
    DELIBERATE,
    NEVER,
    NOT_ASKED,
    NOT_YET,
    ON_OWN,
    RATE,
    RESIDENTS,
    SELF_ORGANIZE,
    VOLUNTEER,
    WAS_ASKED,
)
from sim.agents.ties import FRIEND, HOUSEHOLD, KIN, NEIGHBOUR
from sim.chance import draw, draw_normal, pair
from sim.counters import (
    ANSWERED,
    ASKED_ACTS,
    BOUNCED,
    BROKEN_PROMISES,
    BURNOUTS,
    BY_HOTLINE,
    COMPLAINTS,
    COUNTERS,
    DISCOVERED,
    DISPUTES_AVERTED,
    ELECTORS,
    ESCALATED_COUNT,
    FAILED_COUNT,
    GROUPS_DISSOLVED,
    GROUPS_FORMED,
    HANDED_OVER,
    KNOWN_DUE,
    KNOWN_IN_TERM,
    LAPSED_COUNT,
    MEDIATED_NEAR,
    MEETINGS,
    OFFERED_HOURS,
    ONLINE_ACTS,
    PRACTICAL_DUE,
    PRACTICAL_IN_TERM,
    PRACTICAL_KNOWN,
    PRACTICAL_RAISED,
    PRACTICAL_RESOLVED,
    PROJECT_HOURS,
    PROJECTS,
    PROJECTS_BOTTOM_UP,
    RAISED,
    RATE_ACTS,
    RATED,
    RATING,
    REOPENED,
    REPEAT_RATED,
    REPEAT_SATISFIED,
    REPORTED_IN_TERM,
    RESOLVED_AFTER,
    RESOLVED_COUNT,
    SERVICE_HOURS,
    SERVICE_YUAN,
    SETTLED_NEAR,
    STAFF_LEFT,
    STARTED,
    STARTED_ASKED,
    TIES_BROKEN,
    VALID,
    VALID_SATISFIED,
    VOLUNTEER_HOURS,
    VOTES,
    WAIT_BINS,
    WASTED_HOURS,
    WEEKS_TO_RESOLVE,
)
from sim.model import Community
from sim.needs_table import (
    CATEGORIES,
    COMPLAINT,
    COUNCIL,
    COURT,
    DISPUTES,
    ESCALATED,
    FAILED,
    GROUP,
    HIDDEN,
    HOTLINE,
    KNOWN,
    LAPSED,
    LEGAL_LABOUR,
    LEGAL_TEAM,
    LISTED,
    MATCHED,
    MEETING,
    NEAR,
    NEEDS,
    NEIGHBOUR_NOTICED,
    NOBODY,
    ONLINE,
    PATROL,
    RESOLVED,
    UNRATED,
    VISIT,
    VOLUNTEERS,
    WAITING,
)
from sim.processes import calendar as _calendar
from sim.processes import discovery as _discovery
from sim.processes import disputes as _disputes
from sim.processes import influence as _influence
from sim.processes import matching as _matching
from sim.processes import needs as _needs
from sim.processes import participation as _participation
from sim.processes import routing as _routing
from sim.processes import satisfaction as _satisfaction
from sim.processes import service as _service
from sim.processes.matching import FIRST_OFFER, OFFERS, VOLUNTEER_SEAT


def _plain(module: ModuleType) -> SimpleNamespace:
    """Rules of a process as the Python functions that they are written as."""
    return SimpleNamespace(**{name: getattr(one, "py_func", one) for name, one in vars(module).items()})


calendar, discovery, disputes, influence, matching, needs, participation, routing, satisfaction, service = map(
    _plain,
    (
        _calendar,
        _discovery,
        _disputes,
        _influence,
        _matching,
        _needs,
        _participation,
        _routing,
        _satisfaction,
        _service,
    ),
)
acts, needs_life, network, staff, trust = map(_plain, (_acts, _needs_life, _network, _staff, _trust))
pair = getattr(pair, "py_func", pair)


# Agents -----------------------------------------------------------------------------------------------------------


class Tie:
    """One end of a tie."""

    __slots__ = ("kind", "met", "other")

    def __init__(self, other: Resident, kind: int, met: int) -> None:
        self.other, self.kind, self.met = other, kind, met


class Resident(mesa.Agent):
    """A resident, with a list of ties."""

    __slots__ = (*RESIDENTS.names, "most_ties", "revised", "row", "ties")

    def __init__(self, model: PlainCommunity, row: int, columns: dict[str, Any]) -> None:
        super().__init__(model)
        self.row = row
        for name, value in columns.items():
            setattr(self, name, value)
        self.ties: list[Tie] = []

    def feel(self, quality: float, weight: float) -> None:
        """Experience something of this quality."""
        self.event_quality += quality * weight
        self.event_weight += weight

    def reassure(self, gain: float) -> None:
        """Believe more, or less, that taking part changes something."""
        if gain > 0.0:
            self.efficacy += gain * (1.0 - self.efficacy)
        else:
            self.efficacy += gain * self.efficacy

    def slot_of(self, other: Resident) -> int:
        """Slot of the tie with somebody, or -1."""
        for slot, tie in enumerate(self.ties):
            if tie.other is other:
                return slot
        return -1

    def drop(self, slot: int) -> None:
        """Drop one end of a tie; the last one takes its slot."""
        last = self.ties.pop()
        if slot < len(self.ties):
            self.ties[slot] = last

    def add(self, other: Resident, kind: int, week: int) -> bool:
        """Tie with somebody, if both have room."""
        if (
            other is self
            or len(self.ties) >= self.most_ties
            or len(other.ties) >= other.most_ties
            or self.slot_of(other) >= 0
        ):
            return False
        self.ties.append(Tie(other, kind, week))
        other.ties.append(Tie(self, kind, week))
        return True

    def break_tie(self, other: Resident) -> bool:
        """Untie from both ends."""
        slot = self.slot_of(other)
        if slot < 0:
            return False
        self.drop(slot)
        other.drop(other.slot_of(self))
        return True

    def meet(self, other: Resident, kind: int, week: int) -> bool:
        """Do something together."""
        slot = self.slot_of(other)
        if slot < 0:
            return self.add(other, kind, week)
        self.ties[slot].met = week
        other.ties[other.slot_of(self)].met = week
        return True

    def friend_of_friend(self, u: float, v: float) -> Resident | None:
        """Somebody known to somebody known; may be oneself."""
        if not self.ties:
            return None
        via = self.ties[int(u * len(self.ties))].other
        return via.ties[int(v * len(via.ties))].other


class Spot(mesa.Agent):
    """A building, micro-grid or community: a run of residents."""

    def __init__(self, model: PlainCommunity, row: int, columns: dict[str, Any]) -> None:
        super().__init__(model)
        self.row = row
        for name, value in columns.items():
            setattr(self, name, value)
        self.residents = model.residents[self.start : self.stop]


class Building(Spot):
    """A building, seat of shared needs and of a self-governing group."""


class MicroGrid(Spot):
    """A micro-grid of some tens of households."""


class Place(Spot):
    """A community with its committee's staff, its numbers and its tables."""


class Organization(mesa.Agent):
    """An organisation of any kind."""

    def __init__(self, model: PlainCommunity, row: int, columns: dict[str, Any]) -> None:
        super().__init__(model)
        self.row = row
        for name, value in columns.items():
            setattr(self, name, value)

    def each_quarter(self) -> None:
        """Decide what is decided by the quarter."""


class PartyUnit(Organization):
    """The Party organisation of a local unit."""

    def each_quarter(self) -> None:
        """Renew the pledge at a meeting, less what nobody called on; without one it decays."""
        p = self.community.numbers.matching
        if self.community.met == self.model.week:
            used = min(1.0, self.hours_used / self.offered) if self.offered > 0.0 else 1.0
            fading = p.unused_fades * (1.0 - used)
            self.pledge += p.renewal * (p.units_joined * (1.0 - fading) - self.pledge)
        else:
            self.pledge *= 1.0 - p.pledge_decay
        hours = p.unit_hours * len(self.community.residents) / 1000.0 / UNITS
        self.capacity = self.pledge * (1.0 - p.for_show) * hours


class CharityFund(Organization):
    """The charity fund; donations follow trust."""

    def each_quarter(self) -> None:
        """Count on what the next quarter will bring."""
        p, residents = self.community.numbers.matching, self.community.residents
        trust = float(np.mean([resident.trust for resident in residents]))
        yuan = p.charity_yuan * trust * len(residents) / 52.0
        self.capacity = yuan / p.yuan_per_hour


class LegalTeam(Organization):
    """Judge, prosecutor, police officer and lawyer."""

    def each_quarter(self) -> None:
        """Come for as many hours as are agreed."""
        hours = self.community.numbers.disputes.legal_hours
        self.capacity = hours * len(self.community.residents) / 1000.0


class SocialOrganization(Organization):
    """A social organisation; learns from the list of needs."""

    def each_quarter(self) -> None:
        """Hire as contracts allow, and turn to what stands on the list."""
        p, residents = self.community.numbers.matching, self.community.residents
        adults = sum(resident.age >= ADULT for resident in residents)
        usual = self.community.numbers.population.social_membership * adults / SOCIALS
        members = sum(resident.social_organization == self.row for resident in residents)
        hours = p.contract_hours + p.social_own_hours * (members / usual if usual > 0.0 else 1.0)
        self.capacity += p.renewal * (hours * len(self.community.residents) / 1000.0 / SOCIALS - self.capacity)
        demand = self.community.demand
        strongest = max(demand)
        if strongest > 0.0:
            pace = p.learning * min(1.0, p.listing)
            for category, count in enumerate(demand):
                wanted = p.social_skill * count / strongest
                self.skill[category] += pace * max(0.0, wanted - self.skill[category])


KINDS: dict[int, type[Organization]] = {
    PARTY_UNIT: PartyUnit,
    CHARITY: CharityFund,
    LEGAL: LegalTeam,
    SOCIAL: SocialOrganization,
}


class Need:
    """A need with its path, from raised to rated."""

    __slots__ = (*(name for name in NEEDS.names if name not in {"queue", "ended"}), "key", "model")

    def __init__(
        self,
        model: PlainCommunity,
        resident: Resident,
        building: Building | None,
        category: int,
        severity: int,
        simple: bool,
        several: bool,
        work: float,
    ) -> None:
        week = model.week
        self.model = model
        self.id = model.next_id
        self.resident, self.building, self.community = resident, building, resident.community
        self.category, self.severity, self.simple, self.several = category, severity, simple, several
        self.state, self.channel, self.provider, self.right = HIDDEN, 0, NOBODY, False
        self.owner, self.owners_left = None, 0
        self.bounces = self.returned = self.attempts = self.level = 0
        self.promised = self.listed = self.bottom_up = self.reopened = False
        self.ready = self.raised = week
        self.work = self.work_left = work
        self.known = self.routed = self.matched = self.closed = -1
        self.rating = UNRATED
        if building is not None:
            self.key = (week * 2 + 1) * 4294967296 + building.row
        else:
            self.key = week * 2 * 4294967296 + resident.row
        model.next_id += 1
        model.open_needs.append(self)
        if model.keep_needs:
            model.all_needs.append(self)
        counts = self.community.counts
        counts[RAISED] += 1.0
        if not simple:
            counts[PRACTICAL_RAISED] += 1.0
        self.hurt(1)

    @property
    def owners(self) -> int:
        """Departments that each do a part."""
        several = self.several and self.category != DISPUTES
        return needs_life.owners_of(several, self.reopened, self.community.numbers.service.owners)

    @property
    def concerned(self) -> list[Resident]:
        """Those who live with the need."""
        return [self.resident] if self.building is None else self.building.residents

    def hurt(self, sign: int) -> None:
        """Burden (1) or relieve (-1) those who live with it."""
        if self.building is not None:
            self.building.shared_open += sign
        for resident in self.concerned:
            resident.open_severity += sign * self.severity

    def become_known(self, channel: int, bottom_up: bool) -> None:
        """Become known by a channel."""
        self.state, self.channel, self.bottom_up = KNOWN, channel, bottom_up
        self.known = self.ready = self.model.week
        counts = self.community.counts
        counts[DISCOVERED] += 1.0
        counts[BY_HOTLINE + channel - HOTLINE] += 1.0
        if not self.simple:
            counts[PRACTICAL_KNOWN] += 1.0

    def end(self, state: int) -> bool:
        """Close; False if a low rating opened it again."""
        p, counts = self.community.numbers.service, self.community.counts
        seed, week = self.model.keyed_seed, self.model.week
        resolved, waited = state == RESOLVED, week - self.raised
        quality = needs_life.quality_of(resolved, waited, self.bounces, p.slow, p.per_bounce, p.failure)
        if state != LAPSED:
            self.rate(quality)
        low = 0.0 <= self.rating < p.reopen_below
        if (
            low
            and not self.reopened
            and state != ESCALATED
            and draw(seed, needs_life.REOPENS, week, self.key) < p.reopen
        ):
            self.reopened, self.state, self.attempts, self.level = True, KNOWN, 0, 0
            self.owner = None
            self.work_left = self.work * p.rework
            self.ready = week + 1
            counts[REOPENED] += 1.0
            return False
        if not self.simple:
            counts[PRACTICAL_DUE] += waited <= p.term
            if self.known >= 0 and week - self.known <= p.term:
                counts[KNOWN_DUE] += 1.0
                counts[REPORTED_IN_TERM] += resolved or self.recorded_as_resolved()
        self.state, self.closed = state, week
        self.model.ended.append(self)
        self.hurt(-1)
        weight = p.lapse_weight if state == LAPSED else 1.0
        self.resident.feel(quality, weight)
        if self.building is not None:
            for resident in self.building.residents:
                resident.feel(quality, weight * p.shared_weight)
        if resolved:
            counts[RESOLVED_COUNT] += 1.0
            if self.simple:
                counts[ANSWERED] += 1.0
            else:
                counts[PRACTICAL_RESOLVED] += 1.0
                counts[WEEKS_TO_RESOLVE] += waited
                counts[RESOLVED_AFTER + min(waited, WAIT_BINS - 1)] += 1.0
                counts[PRACTICAL_IN_TERM] += waited <= p.term
                counts[KNOWN_IN_TERM] += week - self.known <= p.term
        else:
            counts[{FAILED: FAILED_COUNT, LAPSED: LAPSED_COUNT, ESCALATED: ESCALATED_COUNT}[state]] += 1.0
        return True

    def rate(self, quality: float) -> None:
        """Rate how it was handled, or do not answer."""
        p, counts = self.community.numbers.service, self.community.counts
        seed, week, key = self.model.keyed_seed, self.model.week, self.key
        noise = p.rating_noise * draw_normal(seed, needs_life.NOISE, week, key)
        rating = needs_life.rating_of(quality, self.resident.expectation, p.rating_disconfirmation, noise)
        rating *= 1.0 - p.repeat_penalty * self.reopened
        answers = needs_life.chance_to_answer(p.response, rating, p.response_bias)
        if draw(seed, needs_life.RATES, week, key) >= answers:
            return
        self.rating = rating
        counts[RATED] += 1.0
        counts[RATING] += rating
        satisfied = rating >= p.satisfied_from
        if satisfied or draw(seed, needs_life.SET_ASIDE, week, key) >= p.set_aside:
            counts[VALID] += 1.0
            counts[VALID_SATISFIED] += satisfied
            counts[REPEAT_RATED] += self.reopened
            counts[REPEAT_SATISFIED] += self.reopened and satisfied

    def recorded_as_resolved(self) -> bool:
        """Whether the record says resolved of what was not."""
        u = draw(self.model.keyed_seed, needs_life.ON_PAPER, self.raised, self.key)
        return u < self.community.numbers.service.closed_on_paper

    def leave(self) -> None:
        """Leave the queue of the provider."""
        if isinstance(self.provider, Organization):
            self.provider.backlog -= 1


# Needs ------------------------------------------------------------------------------------------------------------


def category_of(u: float, cumulative: list[float]) -> int:
    """Pick a category from cumulative weights."""
    target = u * cumulative[-1]
    category = 0
    while cumulative[category] <= target:
        category += 1
    return category


def pass_term(need: Need) -> None:
    """Count a practical matter whose term has just passed while it was open."""
    if not need.simple:
        week, first_late = need.model.week, int(need.community.numbers.service.term) + 1
        need.community.counts[PRACTICAL_DUE] += week - need.raised == first_late
        if need.known >= 0 and week - need.known == first_late:
            need.community.counts[KNOWN_DUE] += 1.0
            need.community.counts[REPORTED_IN_TERM] += need.recorded_as_resolved()


def averted(place: Place, key: int) -> bool:
    """Whether rules keep a dispute from arising."""
    p, binding = place.numbers.needs, place.numbers.discovery.binding
    share = needs.share_averted(p.disputes_averted, p.rules_by_few, binding)
    found = draw(place.model.keyed_seed, needs.AVERTED, place.model.week, key) < share
    place.counts[DISPUTES_AVERTED] += found
    return found


def have_needs(resident: Resident) -> None:
    """A resident may have a need of her own."""
    model, place, i = resident.model, resident.community, resident.row
    p, seed, week = place.numbers.needs, model.keyed_seed, model.week
    easy = p.easy_questions * resident.online + p.window_questions
    chance = resident.need_chance * (1.0 + easy)
    if draw(seed, needs.ARISE, week, i) >= chance:
        return
    share = needs.question_share_of(p.questions, easy)
    simple = draw(seed, needs.QUESTION, week, i) < share
    category = category_of(draw(seed, needs.WHAT, week, i), place.mix[needs.band_of_results(resident.age)])
    if category == DISPUTES and not simple and averted(place, i):
        return
    severity = 1 if simple else needs.severity_of(draw(seed, needs.HOW_BAD, week, i), p.serious, p.urgent)
    hours = place.category_hours[category]
    work = needs.hours_for(hours, severity, p.work_per_severity, draw(seed, needs.WORK, week, i))
    several = not simple and draw(seed, needs.OWNERS, week, i) < place.several[category]
    Need(model, resident, None, category, severity, simple, several, work)


def share_needs(building: Building) -> None:
    """A building may have a need that all its residents share."""
    model, place = building.model, building.community
    p, seed, week, key = place.numbers.needs, model.keyed_seed, model.week, needs.SHARED_KEY + building.row
    if draw(seed, needs.SHARED, week, key) >= p.shared_arrival / 52.0 * building.households:
        return
    residents = building.residents
    pick = int(draw(seed, needs.SPOKESPERSON, week, key) * len(residents))
    from_pick = residents[pick:] + residents[:pick]
    speaker = next((one for one in from_pick if one.age >= 18), residents[pick])
    category = category_of(draw(seed, needs.WHAT, week, key), place.shared_mix)
    if category == DISPUTES and averted(place, key):
        return
    severity = needs.severity_of(draw(seed, needs.HOW_BAD, week, key), p.serious, p.urgent)
    hours = place.category_hours[category]
    work = needs.hours_for(hours, severity, p.work_per_severity, draw(seed, needs.WORK, week, key))
    several = draw(seed, needs.OWNERS, week, key) < place.several[category]
    Need(model, speaker, building, category, severity, False, several, work)


# Discovery --------------------------------------------------------------------------------------------------------


def discover(need: Need) -> None:
    """A hidden need becomes known by the first channel that reaches it, or lapses."""
    model, place, who, building = need.model, need.community, need.resident, need.building
    p, seed, week, key, severity = place.numbers.discovery, model.keyed_seed, model.week, need.key, need.severity
    if building is not None:
        met = building.attended
    else:
        met = who.took_part if who.form == DELIBERATE else -1
    if met == week - 1 and draw(seed, discovery.SPEAKS, week, key) < p.speaks:
        need.become_known(MEETING, True)
        need.promised = draw(seed, discovery.PROMISED, week, key) < p.binding
        return
    voices = p.shared_voices if building is not None else 1.0
    willing = voices * discovery.willingness_to_report(
        who.trust, who.efficacy, severity, p.report, p.hiding, p.report_per_severity
    )
    rights = 1.0 + (p.rights if need.category == LEGAL_LABOUR else 0.0)
    willing *= rights
    u = draw(seed, discovery.KNOWN, week, key)
    limit = willing * p.hotline
    if u < limit:
        need.become_known(HOTLINE, True)
        return
    limit += willing * p.online * who.online
    if u < limit:
        need.become_known(ONLINE, True)
        return
    ease = discovery.ease_of_visit(p.access, who.age, p.frail_access, p.working_access)
    limit += willing * ease * p.visit * (1.0 + who.knows_committee)
    if u < limit:
        need.become_known(VISIT, True)
        return
    limit += discovery.chance_by_neighbours(len(who.ties), p.notice, severity)
    if u < limit:
        need.become_known(NEIGHBOUR_NOTICED, True)
        return
    focus = 1.0 + p.focus if discovery.is_vulnerable(who.age, who.income) else 1.0 - 0.5 * p.focus
    visits, visible = p.patrol_visits * place.care, place.visible[need.category]
    limit += discovery.chance_by_patrol(visits, p.households_per_leader, visible, focus)
    limit += p.doorstep * (who.age >= discovery.FRAIL)
    if u < limit:
        need.become_known(PATROL, False)
        return
    limit += p.list_visits
    if u < limit:
        need.become_known(LISTED, False)
        need.listed = True
        return
    if draw(seed, discovery.LAPSES, week, key) < p.lapse / severity / rights:
        need.end(LAPSED)


# Routing ----------------------------------------------------------------------------------------------------------


def route(need: Need) -> None:
    """Intake answers a question, or sends a practical matter to an address, which may be wrong."""
    model, place, category, building = need.model, need.community, need.category, need.building
    p, seed, week, key = place.numbers.routing, model.keyed_seed, model.week, need.key
    by_hotline = need.channel == HOTLINE or need.channel == ONLINE
    owners, new = need.owners, need.routed < 0
    turn = 0 if owners == 1 or new else max(0, owners - 1 - need.owners_left)
    if turn > 0 and need.owner is None:
        hours = p.handover_hours
    else:
        hours = routing.hours_for_intake(need.simple, by_hotline, p.intake_hours, p.answer_hours)
    place.asked_hours += hours
    hours *= place.care
    if hours > place.hours_left:
        return
    place.hours_left -= hours
    if need.simple:
        if not by_hotline and draw(seed, routing.AT_ONCE, week, key) >= staff.chance_at_once(
            place.skill, place.generalists, p.wrong_person, p.experience
        ):
            place.counts[WASTED_HOURS] += hours
            need.ready = week + 1
            return
        need.end(RESOLVED)
        return
    need.routed = week
    if building is not None and building.group and routing.is_for_group(category, need.severity):
        need.state, need.provider, need.right, need.matched = MATCHED, GROUP, True, week
        need.ready = week + 1
        return
    if new and owners > 1:
        need.owners_left, need.work_left = owners - 1, need.work / owners
    several = need.several and category != DISPUTES
    lead, first = place.lead[category], place.first_department
    row = routing.owner_of(turn, lead.row, first, draw(seed, routing.WHOSE, need.raised, key))
    address, need.right = model.organizations[row], True
    need.owner = address
    hard = several or need.severity == 3
    skill = staff.skill_for(place.skill, place.generalists, hard, p.depth)
    error = routing.chance_of_error(several, place.care, p.error, p.error_several, p.hurry, skill, p.experience)
    error *= (1.0 - p.learns) ** need.bounces
    others = [one for bit, one in enumerate(place.departments) if one is not address and not need.returned & 1 << bit]
    if category != DISPUTES and others and draw(seed, routing.ASTRAY, week, key) < error:
        address = others[int(draw(seed, routing.WHERE, week, key) * len(others))]
        need.right = False
        place.counts[WASTED_HOURS] += hours
    need.state, need.provider = WAITING, address
    need.ready = week + 1 + (int(p.delay_several + 0.5) if several else 0)
    address.backlog += 1


# Matching ---------------------------------------------------------------------------------------------------------


def free_hours(model: PlainCommunity) -> None:
    """Hours in the weeks of a project that no project has been promised yet, by community and offer."""
    for place in model.places:
        horizon = place.numbers.matching.horizon
        offered = [seat.hours_left for seat in place.seats[FIRST_OFFER:]]
        for hours in offered:
            place.counts[OFFERED_HOURS] += hours
        place.free = [hours * horizon for hours in offered]
        place.free.append(place.volunteer_hours * horizon)
    for need in model.open_needs:
        if need.state == MATCHED:
            if need.provider == VOLUNTEERS:
                need.community.free[VOLUNTEER_SEAT] -= need.work_left
            elif isinstance(need.provider, Organization):
                offer = need.provider.seat - FIRST_OFFER
                if 0 <= offer < OFFERS:
                    need.community.free[offer] -= need.work_left


def value_of_offer(need: Need, offer: int) -> float:
    """Value of giving a need to an offer: fit, severity, time and place."""
    place, who = need.community, need.resident
    p, work, free = place.numbers.matching, need.work_left, place.free[offer]
    at = (who.row - place.start) / (place.stop - place.start)
    home = (offer - 0.5) / (OFFERS - 1)
    if offer == VOLUNTEER_SEAT:
        skill, hours, home = place.volunteer_skill[need.category], place.volunteer_hours, at
    else:
        seat = place.seats[FIRST_OFFER + offer]
        skill, hours = seat.skill[need.category], seat.hours_left
        if offer == 0 or who.social_organization == seat.row:
            home = at
    return matching.value_of_project(
        matching.value_of_match(skill, free, work),
        p.fit_floor,
        need.severity,
        matching.timeliness_of(free, hours, work, p.horizon),
        matching.nearness_of(at, home, p.place_loss),
    )


def lose_hours(place: Place, offer: int, hours: float) -> None:
    """An offer loses hours that help nobody."""
    if offer == VOLUNTEER_SEAT:
        lost = min(hours, place.volunteer_hours)
        place.volunteer_hours -= lost
    else:
        seat = place.seats[FIRST_OFFER + offer]
        lost = min(hours, seat.hours_left)
        seat.hours_left -= lost
    place.free[offer] -= lost
    place.counts[WASTED_HOURS] += lost


def bring_together(links: list[list[float]], a: int, b: int, gain: float) -> None:
    """What two seats do together strengthens their link."""
    links[a][b] += gain * (1.0 - links[a][b])
    links[b][a] = links[a][b]


def acquainted_offer(place: Place, volunteer_link: float, u: float) -> int:
    """Offer with free hours, by the strength of its link to the committee, or -1."""
    free, links = place.free, place.links[SEAT_COMMITTEE]
    total = volunteer_link if free[VOLUNTEER_SEAT] > 0.0 else 0.0
    for offer in range(OFFERS):
        if free[offer] > 0.0:
            total += links[FIRST_OFFER + offer]
    if total <= 0.0:
        return -1
    target = u * total
    for offer in range(OFFERS):
        if free[offer] > 0.0:
            target -= links[FIRST_OFFER + offer]
            if target < 0.0:
                return offer
    return VOLUNTEER_SEAT if free[VOLUNTEER_SEAT] > 0.0 else -1


def begin_project(need: Need, offer: int) -> None:
    """The need becomes a project of the one who offered."""
    place, week, office = need.community, need.model.week, need.provider
    strengthen = place.numbers.matching.strengthen
    need.leave()
    lose_hours(place, offer, place.numbers.matching.search_hours)
    place.free[offer] -= need.work_left
    need.state, need.right, need.matched, need.ready = MATCHED, True, week, week
    place.counts[PROJECTS] += 1.0
    if need.bottom_up:
        place.counts[PROJECTS_BOTTOM_UP] += 1.0
    if offer == VOLUNTEER_SEAT:
        need.provider = VOLUNTEERS
        return
    seat = FIRST_OFFER + offer
    need.provider = place.seats[seat]
    need.provider.backlog += 1
    bring_together(place.links, SEAT_COMMITTEE, seat, strengthen)
    if isinstance(office, Organization):
        other = office.seat if office.seat >= 0 else SEAT_DEPARTMENT + place.departments.index(office)
        bring_together(place.links, other, seat, strengthen)


def hold_project_meeting(place: Place, agenda: list[Need]) -> None:
    """Assign the needs on the agenda, first those that would lose most by their second best offer."""
    model, p = place.model, place.numbers.matching
    seed, week, offers = model.keyed_seed, model.week, range(OFFERS + 1)
    quarter = week // matching.QUARTER
    listed = [
        offer == VOLUNTEER_SEAT or draw(seed, matching.ON_LIST, quarter, place.row * 16 + offer) < p.offers_known
        for offer in offers
    ]
    values = [[value_of_offer(need, offer) if listed[offer] else 0.0 for offer in offers] for need in agenda]
    stale, joined = matching.staleness_of(p.staleness, week - place.met), set()
    while True:
        k, offer = matching.next_by_regret(values, len(agenda))
        if k < 0:
            break
        values[k] = [0.0 for _ in offers]
        if draw(seed, matching.STALE, week, agenda[k].key) < stale:
            lose_hours(place, offer, p.stale_hours)
        else:
            begin_project(agenda[k], offer)
            joined.add(offer)
        for need, row in zip(agenda, values, strict=True):
            if row[offer] > 0.0:
                row[offer] = value_of_offer(need, offer)
    for a in range(OFFERS):
        for b in range(a + 1, OFFERS):
            if a in joined and b in joined:
                bring_together(place.links, FIRST_OFFER + a, FIRST_OFFER + b, p.strengthen)


def put_on_agenda(need: Need) -> None:
    """A listed need comes onto the agenda of its community's next project meeting."""
    model, place = need.model, need.community
    if not need.listed:
        need.listed = draw(model.keyed_seed, matching.LISTS, model.week, need.key) < place.numbers.matching.listing
    if need.listed:
        place.agenda.append(need)
        if len(place.agenda) == matching.AGENDA:
            hold_project_meeting(place, place.agenda)
            place.agenda = []


def referred_offer(need: Need, offer: int, u: float) -> int:
    """Who can hardly do it passes it on to a partner, the likelier the more the two have worked together."""
    if offer == VOLUNTEER_SEAT:
        return offer
    place, floor = need.community, need.community.numbers.matching.fit_floor
    fits = [
        matching.value_of_match(place.seats[FIRST_OFFER + one].skill[need.category], place.free[one], need.work_left)
        for one in range(OFFERS)
    ]
    links, partner, best = place.links[FIRST_OFFER + offer], -1, 0.0
    for other, fit in enumerate(fits):
        worth = links[FIRST_OFFER + other] * fit
        if other != offer and fit > floor and worth > best:
            partner, best = other, worth
    if fits[offer] > floor or partner < 0 or u >= links[FIRST_OFFER + partner]:
        return offer
    return partner


def match_by_acquaintance(need: Need) -> None:
    """A need that stands on no list goes to whom the committee knows."""
    model, place, key = need.model, need.community, need.key
    p, seed, week = place.numbers.matching, model.keyed_seed, model.week
    if draw(seed, matching.HEARS, week, key) < p.acquaintance:
        offer = acquainted_offer(place, p.volunteer_link, draw(seed, matching.WHOM, week, key))
        if offer >= 0:
            begin_project(need, referred_offer(need, offer, draw(seed, matching.REFERS, week, key)))


def match(model: PlainCommunity) -> None:
    """Listed needs first, the gravest first; then the rest by who knows whom."""
    free_hours(model)
    for severity in (3, 2, 1):
        for need in model.open_needs:
            if need.state == WAITING and need.category != DISPUTES and need.severity == severity:
                put_on_agenda(need)
    for place in model.places:
        if place.agenda:
            hold_project_meeting(place, place.agenda)
        place.agenda = []
    for need in model.open_needs:
        if need.state == WAITING and not need.listed and need.category != DISPUTES:
            match_by_acquaintance(need)


# Service ----------------------------------------------------------------------------------------------------------


def hours_at(need: Need) -> float:
    """Hours that the need's provider has left."""
    if need.provider == VOLUNTEERS:
        return need.community.volunteer_hours
    if need.provider == GROUP:
        return need.building.group_hours
    return need.provider.hours_left


def take_hours(need: Need, hours: float) -> None:
    """Use hours of the need's provider."""
    if need.provider == VOLUNTEERS:
        need.community.volunteer_hours -= hours
    elif need.provider == GROUP:
        need.building.group_hours -= hours
    else:
        need.provider.hours_left -= hours
        need.provider.hours_used += hours


def bounce(need: Need, free: float) -> None:
    """A wrong address checks and sends the need back."""
    p, counts = need.community.numbers.service, need.community.counts
    lost = min(free, p.check_hours)
    take_hours(need, lost)
    counts[WASTED_HOURS] += lost
    counts[BOUNCED] += 1.0
    need.leave()
    need.bounces += 1
    need.returned |= 1 << need.community.departments.index(need.provider)
    need.state, need.provider = KNOWN, NOBODY
    need.ready = need.model.week + int(p.bounce_weeks + 0.5)


def skill_for(need: Need) -> float:
    """Skill of the need's provider for it."""
    if need.provider == VOLUNTEERS:
        return need.community.volunteer_skill[need.category]
    if need.provider == GROUP:
        return need.community.numbers.service.group_skill
    who = need.community.lead[need.category] if need.provider is need.owner else need.provider
    return who.skill[need.category]


def solved(need: Need) -> None:
    """Promises are kept, and the building may hear of it."""
    p = need.community.numbers.service
    if need.promised:
        for resident in need.concerned:
            resident.reassure(p.promise_efficacy)
    need.leave()
    if need.end(RESOLVED) and p.inform > 0.0:
        for resident in need.resident.building.residents:
            resident.feel(1.0, p.news_weight * p.inform)
            resident.reassure(p.promise_efficacy * p.news_weight * p.inform)


def failed(need: Need) -> None:
    """Work starts anew, the office in charge takes it back, or everybody gives up."""
    p, week, project = need.community.numbers.service, need.model.week, need.state == MATCHED
    need.attempts += 1
    need.work_left = need.work * p.rework / need.owners
    need.ready = week + 1
    if project:
        back_to_owner(need)
    elif need.attempts >= p.tries:
        need.leave()
        need.end(FAILED)


def back_to_owner(need: Need) -> None:
    """A project that did not solve it hands the need back to the office in charge."""
    need.leave()
    if need.owner is None:
        need.owner, need.owners_left = need.community.lead[need.category], need.owners - 1
    need.provider = need.owner
    need.provider.backlog += 1
    need.state, need.right, need.routed = WAITING, True, need.model.week


def hand_over(need: Need) -> None:
    """One department's part is done; the next one's turn comes."""
    need.leave()
    need.owners_left -= 1
    need.work_left = need.work / need.owners
    need.attempts = 0
    need.state, need.provider, need.owner = KNOWN, NOBODY, None
    need.ready = need.model.week + 1
    need.community.counts[HANDED_OVER] += 1.0


def serve(need: Need) -> None:
    """A provider gives hours; when they suffice, the need is solved or not."""
    model, place = need.model, need.community
    p, seed, week, counts, severity = place.numbers.service, model.keyed_seed, model.week, place.counts, need.severity
    free = hours_at(need)
    if not need.right:
        bounce(need, free)
        return
    given = min(free, need.work_left)
    if given > 0.0:
        take_hours(need, given)
        need.work_left -= given
        counts[SERVICE_HOURS] += given
        if need.state == MATCHED and isinstance(need.provider, Organization):
            counts[PROJECT_HOURS] += given
    if need.work_left > 1e-9:
        return
    last = need.owners_left == 0
    shared = need.building is not None and need.provider != GROUP and last
    cost = service.cost_of(shared, severity, p.repair_yuan, p.project_yuan)
    year = place.numbers.population.fund_per_resident * len(place.residents)
    reserve = p.repair_reserve * year * (1.0 - (week - 1) % 52 / 52.0)
    if not service.is_payable(cost, place.fund, reserve, severity == 3):
        return
    place.fund -= cost
    counts[SERVICE_YUAN] += cost
    skill = skill_for(need)
    if need.category == LEGAL_LABOUR:
        skill += p.legal_help * (1.0 - skill)
    chance = service.chance_of_success(skill, severity, p.ease, p.hardness)
    if draw(seed, service.SOLVED, week, need.key) < chance:
        (solved if last else hand_over)(need)
    else:
        failed(need)


def serve_all(model: PlainCommunity) -> None:
    """Where urgent needs go first, those before the others; otherwise in the order raised."""
    seed, week = model.keyed_seed, model.week
    for turn in (True, False):
        for need in model.open_needs:
            if (need.state != WAITING and need.state != MATCHED) or need.ready > week or need.category == DISPUTES:
                continue
            urgent_first = need.community.numbers.service.urgent_first
            first = need.severity >= 2 and draw(seed, service.FIRST, need.raised, need.key) < urgent_first
            if first == turn:
                serve(need)


def fall_due(need: Need) -> None:
    """An overdue promise is broken; a resident gives up on what has waited far too long."""
    model, place, state = need.model, need.community, need.state
    p, week = place.numbers.service, model.week
    if state != KNOWN and state != WAITING and state != MATCHED:
        return
    if need.promised and week - need.known > p.term:
        for resident in need.concerned:
            resident.feel(0.0, p.broken_promise)
            resident.reassure(-p.promise_efficacy)
        need.promised = False
        place.counts[BROKEN_PROMISES] += 1.0
    if week - need.known > p.patience and draw(model.keyed_seed, service.GIVES_UP, week, need.key) < p.give_up:
        if state != KNOWN:
            need.leave()
        need.end(FAILED)
    elif state == MATCHED and week - need.matched > place.numbers.matching.horizon:
        back_to_owner(need)


# Disputes ---------------------------------------------------------------------------------------------------------


def break_one_tie(resident: Resident, u: float) -> bool:
    """Break one of a resident's ties outside the household."""
    outside = [tie.other for tie in resident.ties if tie.kind != HOUSEHOLD]
    return bool(outside) and resident.break_tie(outside[int(u * len(outside))])


def mediate(need: Need) -> None:
    """A mediation that has had its hours succeeds, or goes to the next instance."""
    model, place, key = need.model, need.community, need.key
    p, seed, week = place.numbers.disputes, model.keyed_seed, model.week
    legal, level, who = place.seats[SEAT_LEGAL], need.level, need.resident
    base, hardness, standing, given = p.legal, p.hardness, 0.0, 0.0
    if level == NEAR:
        given = min(place.hours_left, need.work_left)
        place.asked_hours += need.work_left if need.ready == week else 0.0
        place.hours_left -= given
        skill = staff.skill_for(place.skill, place.generalists, need.severity == 3, p.depth)
        base, standing = staff.with_experience(p.near, skill, p.experience), p.standing
    elif level == COUNCIL:
        base, hardness, standing = p.council_success, p.council_hardness, p.council_standing
    else:
        given = min(legal.hours_left, need.work_left)
        legal.hours_left -= given
        legal.hours_used += given
    place.counts[SERVICE_HOURS] += given
    need.work_left -= given
    if need.work_left > 1e-9:
        return
    place.counts[MEDIATED_NEAR + 2 * level] += 1.0
    if level == COUNCIL and disputes.is_outsider(who.migrant, len(who.ties), p.few_ties):
        who.belonging -= p.judged * who.belonging
    chance = disputes.chance_of_settlement(base, need.severity, hardness, len(who.ties), standing)
    if draw(seed, disputes.SETTLED, week, key) < chance:
        place.counts[SETTLED_NEAR + 2 * level] += 1.0
        need.provider.backlog -= 1
        need.end(RESOLVED)
    elif level < LEGAL_TEAM:
        need.level, need.work_left = LEGAL_TEAM, p.mediation_hours
        if level == NEAR and draw(seed, disputes.TAKEN_UP, week, key) < p.council:
            need.level, need.work_left = COUNCIL, 0.0
        else:
            need.provider.backlog -= 1
            need.provider = legal
            legal.backlog += 1
        need.ready = week + int(p.next_weeks + 0.5)
    else:
        need.level = disputes.form_of_escalation(draw(seed, disputes.FORM, week, key), p.complaint, p.petition)
        place.counts[COMPLAINTS + need.level - COMPLAINT] += 1.0
        if need.level != COURT:
            place.asked_hours += p.reply_hours
            place.hours_left -= min(place.hours_left, p.reply_hours * place.care)
        legal.backlog -= 1
        need.end(ESCALATED)
        if draw(seed, disputes.BREAKS, week, key) < p.tie_breaks and break_one_tie(
            who, draw(seed, disputes.WHICH, week, key)
        ):
            place.counts[TIES_BROKEN] += 1.0


# Participation ----------------------------------------------------------------------------------------------------


def ask_others(resident: Resident) -> None:
    """Who took part last week asks the people she knows."""
    week = resident.model.week
    if resident.took_part != week - 1:
        return
    chance, seed, i = resident.community.numbers.participation.ask, resident.model.keyed_seed, resident.row
    for tie in resident.ties:
        other = tie.other
        if other.asked == NOT_ASKED and draw(seed, participation.ASKS, week, pair(i, other.row)) < chance:
            other.asked = BY_NEIGHBOUR


def hold_meeting(place: Place) -> None:
    """A community holds its deliberation meetings in weeks of its own."""
    model, p = place.model, place.numbers.participation
    place.meeting = draw(model.keyed_seed, participation.MEETS, model.week, place.row) < p.meetings / 52.0
    place.counts[MEETINGS] += place.meeting


def log_odds_of(resident: Resident, form: int, online: bool, p: Any, week: int) -> float:
    """Log-odds of a yes."""
    base = (
        p.base_rate * (form == RATE)
        + p.base_deliberate * (form == DELIBERATE)
        + p.base_volunteer * (form == VOLUNTEER)
        + p.base_self_organize * (form == SELF_ORGANIZE)
    )
    resources = (
        p.education * (resident.education - 1.5)
        + p.party * resident.party_member
        + p.time * (resident.free_hours - 20.0) / 20.0
    )
    engagement = (
        p.networks * (min(len(resident.ties), 20) - 8.0) / 5.0
        + p.trust * (resident.trust - 0.5) / 0.2
        + p.efficacy * (resident.efficacy - 0.5) / 0.2
        + p.belonging * (resident.belonging - 0.5) / 0.2
        + p.interest * (resident.open_severity > 0)
    )
    recruitment = p.asked * (resident.asked != NOT_ASKED)
    active = sum(tie.other.took_part > week - 13 for tie in resident.ties)
    share = active / len(resident.ties) if resident.ties else 0.0
    norms = p.norms * participation.pull_of_norm(resident.cooperation, share, p.usual_share)
    cost = 0.0 if online else p.access_cost * (1.0 + p.frail_access * (resident.age >= participation.FRAIL))
    wear = p.fatigue * resident.fatigue * (form == VOLUNTEER or form == SELF_ORGANIZE)
    points = 0.0
    if p.points > 0.0 and form == VOLUNTEER:
        points = participation.motive_from_points(
            p.points, resident.cooperation, resident.disposition, p.points_gain, p.crowding, p.onset
        )
    rules = p.group_rules * (form == SELF_ORGANIZE and resident.building.group)
    return (
        base
        + resources
        + engagement
        + recruitment
        + norms
        + p.habit * resident.habit
        + p.disposition * resident.disposition
        + points
        + rules
        - cost
        - wear
    )


def give_hours(resident: Resident, hours: float, p: Any, week: int) -> None:
    """What giving hours does to a volunteer."""
    counts = resident.community.counts
    if resident.first_asked == NOT_YET:
        resident.first_asked = ON_OWN if resident.asked == NOT_ASKED else WAS_ASKED
        counts[STARTED] += 1.0
        counts[STARTED_ASKED] += resident.asked != NOT_ASKED
    resident.hours_given += hours
    counts[VOLUNTEER_HOURS] += hours
    resident.habit += p.recognized_habit * p.recognition * (1.0 - resident.habit)
    wear = acts.wear_of_hours(hours, p.fatigue_per_hour, p.recognition, p.recognized_wear)
    resident.fatigue += wear * (1.0 - resident.fatigue)
    if resident.fatigue >= p.burnout and not resident.resting:
        resident.resting = True
        counts[BURNOUTS] += 1.0
    if not resident.registered:
        resident.registered = draw(resident.model.keyed_seed, acts.REGISTERS, week, resident.row) < p.registers


def take_part(resident: Resident, form: int, online: bool, p: Any, week: int) -> None:
    """What taking part does to the one who does it, and whom it brings together."""
    place, building, counts = resident.community, resident.building, resident.community.counts
    counts[RATE_ACTS + form] += 1.0
    counts[ONLINE_ACTS] += online
    counts[ASKED_ACTS] += resident.asked != NOT_ASKED
    resident.took_part = week
    resident.form = form
    resident.acts += 1
    resident.habit += p.habit_gain * (1.0 - resident.habit)
    if online:
        resident.took_part_online = week
    if form == RATE:
        return
    resident.belonging += p.belonging_gain * (1.0 - resident.belonging)
    if form == DELIBERATE:
        resident.efficacy += participation.gain_of_voice(p.voice_gain, p.openness) * (1.0 - resident.efficacy)
        building.attended = week
    else:
        normal = draw_normal(resident.model.keyed_seed, participation.HOURS, week, resident.row)
        median = acts.median_hours_of(p.hours_median, p.intensity, resident.disposition)
        hours = acts.hours_for_act(normal, median, p.hours_spread, p.hours_limit * resident.free_hours)
        give_hours(resident, hours, p, week)
        if form == VOLUNTEER:
            place.volunteer_hours += hours
        else:
            resident.organized = week
            building.helpers += 1.0
            building.group_hours += hours
    if not online:
        other = building.microgrid.last_met
        if other is not None and other is not resident and other.took_part >= week - 1:
            resident.meet(other, NEIGHBOUR, week)
        building.microgrid.last_met = resident


def decide(resident: Resident) -> None:
    """Each adult who meets an occasion decides, and most weeks there is none."""
    model, place, i = resident.model, resident.community, resident.row
    p, seed, week = place.numbers.participation, model.keyed_seed, model.week
    resident.habit *= p.habit_kept
    resident.fatigue *= p.fatigue_kept
    if resident.age < 18:
        resident.asked = NOT_ASKED
        return
    building = resident.building
    concerned = building.shared_open > 0 or building.group
    kind = participation.occasion_of(
        draw(seed, participation.OCCASION, week, i),
        p.occasion,
        p.leader_ask + p.party_ask * resident.party_member,
        p.meeting_notice * place.meeting,
        p.contact_ask * concerned,
        p.team_duty * resident.habit * resident.registered,
    )
    if resident.asked == NOT_ASKED:
        if kind == participation.NO_OCCASION:
            return
        if kind == participation.ASKED_BY_LEADER or kind == participation.ASKED_BY_CONTACT:
            resident.asked = BY_LEADER
    if kind == participation.NOTICE_OF_MEETING:
        form = DELIBERATE
    elif kind == participation.ASKED_BY_CONTACT:
        form = SELF_ORGANIZE
    elif kind == participation.TEAM_DUTY:
        form = VOLUNTEER
    else:
        u = draw(seed, participation.FORM, week, i)
        form = participation.form_of(u, p.meeting_share * place.meeting, p.volunteer_share, p.self_share * concerned)
    if resident.resting:
        resident.resting = resident.fatigue > p.rested
        if resident.resting and (form == VOLUNTEER or form == SELF_ORGANIZE):
            resident.asked = NOT_ASKED
            return
    can_click = resident.online and (form == RATE or form == DELIBERATE)
    online = can_click and draw(seed, participation.CLICKS, week, i) < p.online_forms
    chance = acts.chance_of(log_odds_of(resident, form, online, p, week))
    if draw(seed, participation.DECIDES, week, i) < chance:
        take_part(resident, form, online, p, week)
    resident.asked = NOT_ASKED


def hear_answer(need: Need) -> None:
    """Who came, spoke up and was promised nothing judges the procedure."""
    who, week = need.resident, need.model.week
    if who.took_part != week - 1 or who.form != DELIBERATE:
        return
    p = who.community.numbers.participation
    who.reassure(participation.gain_of_answer(p.openness, p.fair, p.dismissed))


def elect(place: Place) -> None:
    """Each adult decides whether to vote, in the week of an election."""
    p, seed, week, counts = place.numbers.participation, place.model.keyed_seed, place.model.week, place.counts
    if not participation.is_election(week, p.election_first, p.election_every):
        return
    for resident in place.residents:
        if resident.age < 18:
            continue
        counts[ELECTORS] += 1.0
        log_odds = (
            p.vote_base
            + p.vote_age * (resident.age - 50.0) / 10.0
            + p.vote_education * (resident.education - 1.5)
            + p.vote_party * resident.party_member
            + p.vote_trust * (resident.trust - 0.5) / 0.2
            + p.vote_belonging * (resident.belonging - 0.5) / 0.2
            + p.vote_knows * resident.knows_committee
            + p.vote_habit * resident.habit
            + p.vote_migrant * resident.migrant
        )
        if draw(seed, participation.VOTING, week, resident.row) < acts.chance_of(log_odds):
            counts[VOTES] += 1.0
            resident.voted = week


def found_group(building: Building, p: Any) -> None:
    """Found a group where ties are enough and the fund can pay."""
    place, counts = building.community, building.community.counts
    adults = [resident for resident in building.residents if resident.age >= 18]
    found = sum(
        tie.other.building is building and tie.other.household != resident.household
        for resident in adults
        for tie in resident.ties
    )
    if place.fund < p.group_seed_yuan or found / max(1, len(adults)) < p.group_ties:
        return
    place.fund -= p.group_seed_yuan
    counts[SERVICE_YUAN] += p.group_seed_yuan
    counts[GROUPS_FORMED] += 1.0
    building.group, building.group_since, building.group_given = True, building.model.week, p.group_start


def play_round(building: Building, p: Any) -> None:
    """Members see what the others gave."""
    since, belief = building.model.week - participation.MEMBER_FOR, building.group_given
    members = [resident for resident in building.residents if resident.organized > since]
    given = 0.0
    for member in members:
        given += participation.contribution_of(member.cooperation, belief, p.group_slope, p.group_held)
    building.group_given += p.group_learns * (given / max(1, len(members)) - belief)


def organize(building: Building) -> None:
    """Neighbours found a group, and it lives as long as enough of them give enough."""
    p, week = building.community.numbers.participation, building.model.week
    building.helpers *= p.helpers_kept
    threshold = participation.helpers_to_found(building.households, p.group_threshold, p.group_enough, p.group_least)
    if not building.group:
        if building.helpers >= threshold:
            found_group(building, p)
    else:
        if (week - building.group_since) % participation.ROUND == 0:
            play_round(building, p)
        if building.helpers < p.group_survives * threshold or building.group_given < p.group_breaks:
            building.group, building.group_since, building.group_given = False, NEVER, 0.0
            building.community.counts[GROUPS_DISSOLVED] += 1.0
    building.group_yield = building.group_given * participation.worth_of_size(building.helpers, p.group_best)


# Influence --------------------------------------------------------------------------------------------------------


def remember_help(need: Need) -> None:
    """Whoever was helped knows who came, and may join the social organisation that helped."""
    if need.state != RESOLVED:
        return
    model, who, place, key = need.model, need.resident, need.community, need.key
    p, seed, week = place.numbers.influence, model.keyed_seed, model.week
    seat = need.provider.seat if isinstance(need.provider, Organization) else -1
    came = need.channel in {VISIT, PATROL, MEETING} or seat == SEAT_COMMITTEE
    if came and draw(seed, influence.GETS_TO_KNOW, week, key) < p.contact_knows:
        who.knows_committee = True
    helped = SEAT_SOCIAL <= seat < SEAT_DEPARTMENT and who.age >= ADULT
    if helped and who.social_organization < 0 and draw(seed, influence.JOINS, week, key) < p.joins_helped:
        who.social_organization = need.provider.row


def affiliate(resident: Resident) -> None:
    """Contact ties an adult to organisations, neglect lets it fade."""
    if resident.age < ADULT:
        return
    model, place, i = resident.model, resident.community, resident.row
    p, seed, week = place.numbers.influence, model.keyed_seed, model.week
    together = resident.took_part > week - influence.QUARTER and resident.form != RATE
    if together:
        resident.knows_committee |= draw(seed, influence.GETS_TO_KNOW, week, i) < p.contact_knows
    elif draw(seed, influence.LOSES_SIGHT, week, i) < p.loses_sight:
        resident.knows_committee = False
    if resident.social_organization < 0:
        serves = together and resident.form == VOLUNTEER
        if serves and draw(seed, influence.JOINS, week, i) < p.joins_serving:
            pick = int(draw(seed, influence.WHICH, week, i) * SOCIALS)
            resident.social_organization = place.first_organization + SEAT_SOCIAL + pick
    elif resident.took_part <= week - influence.YEAR and draw(seed, influence.LEAVES, week, i) < p.membership_fades:
        resident.social_organization = -1


def tell_story(resident: Resident) -> None:
    """Who experienced something this week tells some of those she knows."""
    weight = resident.event_weight
    if weight <= 0.0:
        return
    p, seed, week, i = (
        resident.community.numbers.influence,
        resident.model.keyed_seed,
        resident.model.week,
        resident.row,
    )
    quality = resident.event_quality / weight
    chance = p.tell_bad if quality < p.bad_below else p.tell_good
    chance *= min(1.0, weight)
    for tie in resident.ties:
        other = tie.other
        if draw(seed, influence.TELLS, week, pair(i, other.row)) < chance:
            other.performance += p.story_weight * (quality - other.performance)
            other.trust_anchor = trust.next_trust(
                other.trust_anchor, quality, other.expectation, 1.0, p.story_gain, p.asymmetry
            )


def revise_trust(model: PlainCommunity) -> None:
    """A quarter of the residents revise the trust that they voice, all on what was voiced before."""
    turn = model.residents[-model.week % influence.ROUND :: influence.ROUND]
    for resident in turn:
        p, others = resident.community.numbers.influence, resident.trust
        if resident.ties:
            others = 0.0
            for tie in resident.ties:
                others += tie.other.trust
            others /= len(resident.ties)
        resident.revised = influence.voiced_trust(
            resident.trust, resident.trust_anchor, others, p.susceptibility, p.pace
        )
    for resident in turn:
        resident.trust = resident.revised


def let_fade(resident: Resident, p: Any, seed: int, week: int) -> None:
    """Ties with neighbours and friends that have long not been lived may dissolve."""
    i, ties = resident.row, resident.ties
    for slot in range(len(ties) - 1, -1, -1):
        tie = ties[slot]
        other = tie.other
        if (
            other.row > i
            and (tie.kind == NEIGHBOUR or tie.kind == FRIEND)
            and week - tie.met > p.neglect
            and draw(seed, network.FADES, week, pair(i, other.row)) < p.dissolve
        ):
            resident.drop(slot)
            other.drop(other.slot_of(resident))


def somebody_elsewhere(resident: Resident, p: Any, seed: int, week: int, key: int) -> Resident | None:
    """Somebody whom a resident comes across away from home."""
    u = draw(seed, network.CLOSES, week, key)
    if u < p.closure:
        onward = draw(seed, network.ONWARD, week, key)
        return resident.friend_of_friend(network.rescaled(u, 0.0, p.closure), onward)
    if draw(seed, network.NEAR, week, key) < p.microgrid / (p.microgrid + p.community):
        people = resident.building.microgrid.residents
    else:
        people = resident.community.residents
    return people[int(network.rescaled(u, p.closure, 1.0) * len(people))]


def come_across(resident: Resident, next_door: bool, p: Any, seed: int, week: int) -> None:
    """Make one new everyday tie, if somebody is found who takes to the resident."""
    building = resident.building
    for k in range(network.TRIES):
        key = pair(resident.row, k)
        if next_door:
            neighbours = building.residents
            other = neighbours[int(draw(seed, network.CLOSES, week, key) * len(neighbours))]
        else:
            other = somebody_elsewhere(resident, p, seed, week, key)
        if other is None or (other.building is building) != next_door:
            continue
        years, levels = abs(resident.age - other.age), abs(resident.education - other.education)
        if (
            draw(seed, network.LIKES, week, key) < network.liking(years, levels, p.age_span, p.education_step)
            and not (next_door and draw(seed, network.RESERVED, 0, other.row) < p.reserved)
            and resident.add(other, NEIGHBOUR if next_door else FRIEND, week)
        ):
            return


def change_ties(model: PlainCommunity) -> None:
    """Once a quarter, a resident's neglected ties may fade and everyday encounters may make a new one."""
    seed, week = model.keyed_seed, model.week
    for resident in model.residents[-week % network.QUARTER :: network.QUARTER]:
        p, i = resident.community.numbers.network, resident.row
        let_fade(resident, p, seed, week)
        circle = resident.most_ties - model.at_home[resident.household] - int(p.room)
        u = draw(seed, network.ENCOUNTERS, week, i)
        if u < p.encounter * circle:
            kin = sum(tie.kind == KIN for tie in resident.ties)
            if u < p.encounter * (circle - kin):
                reserved = draw(seed, network.RESERVED, 0, i) < p.reserved
                share = p.building / (p.building + (p.microgrid + p.community) * (1.0 - p.kin))
                next_door = not reserved and draw(seed, network.NEXT_DOOR, week, i) < share
                come_across(resident, next_door, p, seed, week)


# Satisfaction -----------------------------------------------------------------------------------------------------


def feel_the_week(resident: Resident) -> None:
    """Work in this week's experience."""
    p, weight, quality = resident.community.numbers.satisfaction, resident.event_weight, resident.performance
    if weight > 0.0:
        quality, expectation = resident.event_quality / weight, resident.expectation
        resident.trust_anchor = trust.next_trust(
            resident.trust_anchor, quality, expectation, weight, p.trust_gain, p.asymmetry
        )
        resident.reassure(p.efficacy_gain * min(1.0, weight) * (quality - expectation))
        resident.event_quality = resident.event_weight = 0.0
    performance = satisfaction.next_performance(resident.performance, quality, weight, p.memory, p.ordinary, p.fading)
    if resident.open_severity > 0:
        performance -= performance * satisfaction.wear_of_open_needs(resident.open_severity, p.hurt, p.half)
    resident.performance = performance
    resident.expectation = satisfaction.next_expectation(resident.expectation, performance, p.pace, p.announced)
    resident.trust_anchor += p.forgetting * (p.start_trust - resident.trust_anchor)
    resident.efficacy += p.forgetting * (0.5 - resident.efficacy)
    resident.belonging += p.forgetting * (p.ordinary_belonging - resident.belonging)
    resident.satisfaction = satisfaction.satisfaction_of(
        performance, resident.expectation, resident.temper, p.level, p.direct, p.disconfirmation, p.anchoring
    )


# Calendar ---------------------------------------------------------------------------------------------------------


def survey(place: Place) -> None:
    """A sample of adults is asked."""
    model, residents = place.model, place.residents
    p, threshold, asked, satisfied = place.numbers.calendar, place.numbers.satisfaction.threshold, 0, 0
    for k in range(int(p.survey_size)):
        key = place.row * 4096 + k
        resident = residents[int(draw(model.keyed_seed, calendar.SURVEYED, model.week, key) * len(residents))]
        if resident.age >= 18:
            asked += 1
            u = draw(model.keyed_seed, calendar.ANSWERS, model.week, key)
            polished = u < calendar.polished_share(p.gaming, p.assess_service)
            satisfied += polished or resident.satisfaction >= threshold
    if asked > 0:
        place.survey = satisfied / asked


def pool_units(street: list[Place]) -> None:
    """Units put part of their hours into a pool for all communities of their street."""
    population = sum(len(place.residents) for place in street)
    for seat in range(SEAT_UNIT, SEAT_UNIT + UNITS):
        pool = 0.0
        for place in street:
            pool += place.numbers.matching.units_shared * place.seats[seat].capacity
        for place in street:
            unit, kept = place.seats[seat], 1.0 - place.numbers.matching.units_shared
            unit.capacity = kept * unit.capacity + pool * (len(place.residents) / population)


def each_quarter(model: PlainCommunity) -> None:
    """Links fade, a meeting may be held, organisations decide."""
    for place in model.places:
        survey(place)
        p = place.numbers.matching
        place.links = [[p.links_faint + (link - p.links_faint) * p.links_kept for link in row] for row in place.links]
        if draw(model.keyed_seed, calendar.HELD, model.week, place.row) < place.numbers.calendar.meetings_held:
            place.met = model.week
            for a in range(SEAT_DEPARTMENT):
                for b in range(a + 1, SEAT_DEPARTMENT):
                    bring_together(place.links, a, b, p.meeting_strengthens)
    for organization in model.organizations:
        organization.each_quarter()
    for street in model.streets:
        pool_units(street)
    for organization in model.organizations:
        organization.hours_used = organization.offered = 0.0


def each_year(model: PlainCommunity) -> None:
    """Assess the year and fill the fund."""
    for place in model.places:
        p = place.numbers.calendar
        demanded = calendar.paper_demanded(p.paper_demand, p.assess_service, p.formalism)
        place.assessment = calendar.assessment_of(p.assess_service, place.survey, place.paper_share, demanded)
        place.looked = model.week
        year = place.numbers.population.fund_per_resident * len(place.residents)
        place.fund = min(place.fund, place.numbers.population.fund_carried * year) + year


def close_week(place: Place) -> None:
    """Close the week's books, let staff wear, leave and join, and open the next week's time sheet."""
    p = place.numbers.calendar
    net_week = p.work_week - p.training
    work_week = staff.with_experience(net_week, place.skill, p.experience)
    manned = staff.manned_of(place.filled, place.generalists, p.absence, p.idle)
    sheet = calendar.staff_hours_of(
        place.posts, manned, work_week, place.paper_share, p.listless, place.motivation, 0.0
    )
    duties = p.patrol_hours * len(place.residents) / 1000.0
    ratio = min(p.worst_load, (place.asked_hours + duties) / max(sheet, 1e-9))
    place.load += p.load_pace * (ratio - place.load)
    place.motivation = calendar.next_motivation(place.motivation, place.load, p.rest, p.strain)
    pull = calendar.pull_to_leave(p.pay, p.prospects, p.pay_keeps, p.prospects_keep)
    quits = min(1.0, pull * calendar.quits_of(p.quits, p.quits_overload, place.load))
    promoted = min(1.0 - quits, p.promoted / 52.0)
    hired = p.hiring * (1.0 - place.filled)
    learning = p.learning + p.training_gain * p.training
    place.skill = calendar.next_skill(place.skill, place.filled, quits, promoted, hired, p.newcomer_skill, learning)
    left = (quits + promoted) * place.filled
    place.counts[STAFF_LEFT] += left * place.posts
    place.filled += hired - left
    place.generalists += p.generalist_pace * (p.generalists - place.generalists)
    demanded = calendar.paper_demanded(p.paper_demand, p.assess_service, p.formalism)
    place.paper_share += p.paper_pace * (demanded - place.paper_share)
    work_week = staff.with_experience(net_week, place.skill, p.experience)
    manned = staff.manned_of(place.filled, place.generalists, p.absence, p.idle)
    hours = calendar.staff_hours_of(
        place.posts, manned, work_week, place.paper_share, p.listless, place.motivation, 0.0
    )
    place.care = calendar.care_of(place.load, p.least_care)
    place.hours_left = max(0.0, hours - duties * place.care)
    place.asked_hours = 0.0
    place.volunteer_hours *= p.volunteer_hours_kept


def open_hours(organization: Organization, target: float, pace: float) -> None:
    """Effort moves to what is assessed; next week's hours open."""
    organization.effort += pace * (target - organization.effort)
    organization.hours_left = organization.capacity * organization.effort
    organization.offered += organization.hours_left


def close_week_of_departments(street: list[Place]) -> None:
    """Departments of a street answer to all its communities alike."""
    target = 0.0
    for place in street:
        p = place.numbers.calendar
        drift = calendar.drift_of(p.drift, place.model.week - place.looked)
        priority = p.assess_service + p.department_priority + place.pressure
        target += calendar.effort_toward(priority, p.effort_floor, drift)
    for department in street[0].departments:
        open_hours(department, target / len(street), p.effort_pace)


def do_what_is_due(model: PlainCommunity) -> None:
    """The end of the week."""
    if model.week % 13 == 0:
        each_quarter(model)
    if model.week % 52 == 0:
        each_year(model)
    for place in model.places:
        p = place.numbers.calendar
        if model.week % 52 == 26 and draw(model.keyed_seed, calendar.SUPERVISED, model.week, place.row) < p.supervision:
            place.looked = model.week
        if model.week % 52 == 1 and model.week > 52:
            place.pressure = calendar.pressure_of(place.assessment, p.passing, p.carried)
        close_week(place)
    for place in model.places:
        p = place.numbers.calendar
        drift = calendar.drift_of(p.drift, model.week - place.looked)
        target = calendar.effort_toward(p.assess_service + place.pressure, p.effort_floor, drift)
        for organization in place.seats:
            open_hours(organization, target, p.effort_pace)
    for street in model.streets:
        close_week_of_departments(street)
    for building in model.buildings:
        hours = building.community.numbers.calendar.hours_per_helper * building.helpers * building.group_yield
        building.group_hours = hours if building.group else 0.0


# Model ------------------------------------------------------------------------------------------------------------


def _rows(table: np.recarray, names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Rows of a table as plain Python values."""
    for row in zip(*(table[name].tolist() for name in names), strict=True):
        yield dict(zip(names, row, strict=True))


class PlainCommunity(mesa.Model):
    """The status quo week by week, on agents that are Python objects.

    Parameters
    ----------
    founded : Community
        A model without mechanisms and emergencies that has not made a step; its state is copied.
    """

    def __init__(self, founded: Community) -> None:
        if founded.scenario.mechanisms or founded.scenario.emergencies or founded.week:
            raise ValueError("a plain community starts from a founded status quo, without mechanisms or emergencies")
        super().__init__(rng=founded.keyed_seed)
        self.keyed_seed, self.week, self.next_id = founded.keyed_seed, 0, 0
        self.keep_needs = founded.keep_needs
        self.open_needs: list[Need] = []
        self.all_needs: list[Need] = []
        self.ended: list[Need] = []
        rows = enumerate(_rows(founded.residents, RESIDENTS.names))
        self.residents = [Resident(self, row, columns) for row, columns in rows]
        homes = founded.households
        self.at_home = (homes.stop - homes.start - 1).tolist()
        self._copy_ties(founded.ties)
        self.microgrids = self._spots(MicroGrid, founded.microgrids, MICROGRIDS.names)
        self.buildings = self._spots(Building, founded.buildings, BUILDINGS.names)
        self.places = self._spots(Place, founded.communities, COMMUNITIES.names)
        self.organizations = [
            KINDS.get(columns["kind"], Organization)(self, row, columns)
            for row, columns in enumerate(_rows(founded.organizations, ORGANIZATIONS.names))
        ]
        self._refer()
        self._copy_tables(founded)
        self._everybody = self.agents_by_type[Resident]

    def _spots(self, kind: type[Spot], table: np.recarray, names: tuple[str, ...]) -> list[Any]:
        return [kind(self, row, columns) for row, columns in enumerate(_rows(table, names))]

    def _copy_ties(self, ties: Any) -> None:
        start, count = ties.start.tolist(), ties.count.tolist()
        to, kind, met = ties.to.tolist(), ties.kind.tolist(), ties.met.tolist()
        for i, resident in enumerate(self.residents):
            slots = range(start[i], start[i] + count[i])
            resident.ties = [Tie(self.residents[to[slot]], kind[slot], met[slot]) for slot in slots]
            resident.most_ties = start[i + 1] - start[i]

    def _refer(self) -> None:
        """Rows that refer to rows become objects that refer to objects."""
        for microgrid in self.microgrids:
            microgrid.last_met = None if microgrid.last_met < 0 else self.residents[microgrid.last_met]
        for building in self.buildings:
            building.microgrid = self.microgrids[building.microgrid]
            building.community = self.places[building.community]
        for resident in self.residents:
            resident.building = self.buildings[resident.building]
            resident.community = self.places[resident.community]
        for organization in self.organizations:
            place, organization.seat = organization.community, -1
            if place >= 0:
                organization.community = self.places[place]
                organization.seat = organization.row - self.places[place].first_organization
        self.streets: list[list[Place]] = []
        for place in self.places:
            first = place.first_organization
            place.seats = self.organizations[first : first + SEAT_DEPARTMENT]
            place.departments = self.organizations[place.first_department : place.first_department + DEPARTMENTS]
            if not self.streets or self.streets[-1][0].street != place.street:
                self.streets.append([])
            self.streets[-1].append(place)

    def _copy_tables(self, founded: Community) -> None:
        tables = founded.tables
        for c, place in enumerate(self.places):
            place.numbers = SimpleNamespace(
                **{
                    name: SimpleNamespace(**dict(zip(table.dtype.names, table[c].item(), strict=True)))
                    for name, table in founded.numbers._asdict().items()
                }
            )
            place.mix, place.shared_mix = tables.mix[c].tolist(), tables.shared_mix[c].tolist()
            place.category_hours, place.several = tables.hours[c].tolist(), tables.several[c].tolist()
            place.visible, place.volunteer_skill = tables.visible[c].tolist(), tables.volunteer_skill[c].tolist()
            place.lead = [self.organizations[row] for row in tables.lead[c].tolist()]
            place.links = founded.links[c].tolist()
            place.demand, place.counts = [0.0] * len(CATEGORIES), [0.0] * len(COUNTERS)
            place.meeting, place.free, place.agenda = False, [], []

    def step(self) -> None:
        """One week: every process once."""
        self.week += 1
        self.ended = []
        for place in self.places:
            place.counts = [0.0] * len(COUNTERS)
        if self.week % 52 == 1:
            for resident in self.residents:
                resident.hours_given, resident.acts = 0.0, 0
        if self.week % 13 == 0:
            self.count_demand()
        everybody = self._everybody
        for need in self.open_needs:
            pass_term(need)
        everybody.do(have_needs)
        for building in self.buildings:
            share_needs(building)
        self.each_open(discover, lambda need: need.state == HIDDEN)
        self.each_open(route, lambda need: need.state == KNOWN and need.ready <= self.week)
        match(self)
        serve_all(self)
        self.each_open(fall_due, lambda need: True)
        self.each_open(
            mediate,
            lambda need: need.category == DISPUTES and need.state == WAITING and need.ready <= self.week,
        )
        everybody.do(ask_others)
        for need in self.open_needs:
            if need.known == self.week and need.channel == MEETING and not need.promised:
                hear_answer(need)
        for place in self.places:
            hold_meeting(place)
        everybody.do(decide)
        for building in self.buildings:
            organize(building)
        for place in self.places:
            elect(place)
        for need in self.ended:
            remember_help(need)
        for resident in self.residents[-self.week % influence.QUARTER :: influence.QUARTER]:
            affiliate(resident)
        everybody.do(tell_story)
        revise_trust(self)
        change_ties(self)
        everybody.do(feel_the_week)
        do_what_is_due(self)

    def each_open(self, act: Callable[[Need], None], concerned: Callable[[Need], bool]) -> None:
        """Act on open needs in the order raised, then drop those that were closed."""
        for need in self.open_needs:
            if concerned(need):
                act(need)
        self.open_needs = [need for need in self.open_needs if need.state < RESOLVED]

    def count_demand(self) -> None:
        """Count open known needs by community and category."""
        for place in self.places:
            place.demand = [0.0] * len(CATEGORIES)
        for need in self.open_needs:
            if need.known >= 0:
                need.community.demand[need.category] += 1.0


# Equality ---------------------------------------------------------------------------------------------------------


def _number(value: Any) -> Any:
    """An object as the row that it came from."""
    return -1 if value is None else getattr(value, "row", value)


def _column(agents: list[Any], name: str) -> np.ndarray:
    return np.array([_number(getattr(agent, name)) for agent in agents])


def columns_that_differ(plain: PlainCommunity, community: Community) -> list[str]:
    """Names of columns in which the two models are not equal, bit for bit.

    All records of needs are compared where both models keep them, those of open needs otherwise.
    """
    used = int(community.index.used[0])
    rows = np.arange(used) if community.keep_needs else community.needs.queue[: int(community.index.open_count[0])]
    names = tuple(name for name in NEEDS.names if name not in {"queue", "ended"})
    pairs: dict[str, tuple[Any, Any]] = {
        "needs.next_id": (plain.next_id, community.index.next_id[0]),
        "needs.closed_count": (len(plain.ended), community.index.closed_count[0]),
        "links": ([place.links for place in plain.places], community.links),
        "counts": ([place.counts for place in plain.places], community.counts),
        "demand": ([place.demand for place in plain.places], community.demand),
        "ties.count": ([len(one.ties) for one in plain.residents], community.ties.count),
    }
    for title, agents, table, columns in (
        ("residents", plain.residents, community.residents, RESIDENTS.names),
        ("buildings", plain.buildings, community.buildings, BUILDINGS.names),
        ("microgrids", plain.microgrids, community.microgrids, MICROGRIDS.names),
        ("communities", plain.places, community.communities, COMMUNITIES.names),
        ("organizations", plain.organizations, community.organizations, ORGANIZATIONS.names),
        ("needs", plain.all_needs if plain.keep_needs else plain.open_needs, community.needs[rows], names),
    ):
        for name in columns:
            pairs[f"{title}.{name}"] = (_column(agents, name), table[name])
    ties = [tie for one in plain.residents for tie in one.ties]
    slots = _used_slots(community)
    for name, values in (
        ("to", [tie.other.row for tie in ties]),
        ("kind", [tie.kind for tie in ties]),
        ("met", [tie.met for tie in ties]),
    ):
        pairs[f"ties.{name}"] = (values, getattr(community.ties, name)[slots])
    return [name for name, (ours, theirs) in pairs.items() if not np.array_equal(np.asarray(ours), theirs)]


def _used_slots(community: Community) -> np.ndarray:
    start, count = community.ties.start, community.ties.count
    return np.concatenate([np.arange(first, first + n) for first, n in zip(start[:-1], count, strict=True)])


def forget(model: PlainCommunity) -> None:
    """Let go of a model: Mesa before 3.4.2 keeps every model alive in a class-level table of ids."""
    getattr(mesa.Agent, "_ids", {}).pop(model, None)
