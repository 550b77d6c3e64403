"""What is due: next week's time sheets, the quarter's survey and meeting, mid-year supervision, the year's assessment.

The year of governance: its first week turns last year's result into pressure, each quarter ends with a survey and,
where it is held, a meeting; supervision looks in at mid-year; the last week assesses the year.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.agents.organizations import DEPARTMENTS, SEAT_DEPARTMENT, SEAT_UNIT, UNITS
from sim.agents.residents import ADULT
from sim.catalogue import numbers_of
from sim.chance import decision, draw
from sim.compiled import kernel, rule
from sim.counters import STAFF_LEFT
from sim.network import bring_together
from sim.staff import manned_of, with_experience

CalendarNumbers = numbers_of("calendar")
SURVEYED, ANSWERS = decision("calendar.surveyed"), decision("calendar.answers")
HELD, SUPERVISED = decision("calendar.held"), decision("calendar.supervised")
QUARTER, MID_YEAR, YEAR = 13, 26, 52  # weeks


@rule
def staff_hours_of(posts, filled, work_week, paper_share, listless, motivation, taken):
    """Staff hours for residents this week: what paperwork, low motivation and an emergency leave.

    ``listless`` is the share of the work that staff without any motivation still do.
    """
    return posts * filled * work_week * (1.0 - paper_share) * (listless + (1.0 - listless) * motivation) * (1.0 - taken)


@rule
def care_of(load, least):
    """Share of the time a matter deserves that it gets: staff who are asked for more than they have ration it.

    Street-level workers cope with too many clients by doing less for each (Lipsky 1980).
    """
    return max(least, 1.0 / max(1.0, load))


@rule
def next_motivation(motivation, load, rest, strain):
    """Motivation recovers, and wears when more is asked than there are hours."""
    return motivation + rest * (1.0 - motivation) - strain * max(0.0, load - 1.0) * motivation


@rule
def quits_of(base, per_overload, load):
    """Share of staff who leave in a week, from a yearly rate that grows with overload."""
    return min(1.0, base / 52.0 * (1.0 + per_overload * max(0.0, load - 1.0)))


@rule
def pull_to_leave(pay, prospects, pay_keeps, prospects_keep):
    """Factor on those who leave: it falls with pay, relative to today's, and with the share who can expect to rise."""
    return max(0.0, 1.0 - pay_keeps * (pay - 1.0)) * (1.0 - prospects_keep * prospects)


@rule
def next_skill(skill, filled, quits, promoted, hired, newcomer, learning):
    """Mean experience after a week: leavers take theirs along, newcomers begin lower, and those who stay learn.

    Shares of posts: ``filled``, ``hired``; of staff: ``quits``, ``promoted``. Who is promoted is better than the rest,
    half-way between the mean and full skill.
    """
    staff = filled * (1.0 - quits - promoted) + hired
    if staff <= 0.0:
        return newcomer
    held = filled * ((1.0 - quits) * skill - promoted * 0.5 * (1.0 + skill)) + hired * newcomer
    mean = min(1.0, max(0.0, held / staff))
    return mean + min(1.0, learning) * (1.0 - mean)


@rule
def effort_toward(assessed, floor, drift):
    """Effort that an organisation moves to: it follows what is assessed (Holmström & Milgrom 1991), less drift."""
    return min(1.0, max(0.0, floor + (1.0 - floor) * assessed - drift))


@rule
def drift_of(drift, weeks):
    """Effort lost some weeks after somebody from above last looked: ``drift`` after half a year, twice it at most."""
    return drift * min(2.0, weeks / MID_YEAR)


@rule
def paper_demanded(demand, assessed, formalism):
    """Share of staff hours that paperwork demands: the less of it, the more of the assessment is what residents get.

    ``demand`` is what it would be if records were all that is assessed; of that, ``formalism`` is there for the record.
    """
    return demand * (1.0 - formalism * min(1.0, assessed))


@rule
def polished_share(gaming, assessed):
    """Share of survey answers that are polished: it grows with the weight that the survey has."""
    return min(1.0, gaming * assessed)


@rule
def assessment_of(assessed, survey, paper_share, demanded):
    """Result of a year (0..1): what residents say, and, for the rest, whether the records are complete."""
    weight = min(1.0, assessed)
    return weight * survey + (1.0 - weight) * min(1.0, paper_share / max(demanded, 1e-9))


@rule
def pressure_of(assessment, passing, carried):
    """How much harder organisations try after a year that fell short of the passing mark."""
    return carried * max(0.0, passing - assessment)


@kernel
def each_community(communities, emergency_staff, mechanism_hours, overhead, counts, p):
    """Close the week's books, let staff wear, leave and join, and open the next week's time sheet."""
    for c in range(communities.size):
        net_week = p.work_week[c] - p.training[c]
        work_week = with_experience(net_week, communities.skill[c], p.experience[c])
        manned = manned_of(communities.filled[c], communities.generalists[c], p.absence[c], p.idle[c])
        sheet = staff_hours_of(
            communities.posts[c],
            manned,
            work_week,
            communities.paper_share[c],
            p.listless[c],
            communities.motivation[c],
            0.0,
        )
        population = communities.stop[c] - communities.start[c]
        duties = (p.patrol_hours[c] + mechanism_hours[c]) * population / 1000.0
        ratio = min(p.worst_load[c], (communities.asked_hours[c] + duties) / max(sheet, 1e-9))
        communities.load[c] += p.load_pace[c] * (ratio - communities.load[c])
        communities.motivation[c] = next_motivation(
            communities.motivation[c], communities.load[c], p.rest[c], p.strain[c]
        )
        pull = pull_to_leave(p.pay[c], p.prospects[c], p.pay_keeps[c], p.prospects_keep[c])
        quits = min(1.0, pull * quits_of(p.quits[c], p.quits_overload[c], communities.load[c]))
        promoted = min(1.0 - quits, p.promoted[c] / 52.0)
        hired = p.hiring[c] * (1.0 - communities.filled[c])
        learning = p.learning[c] + p.training_gain[c] * p.training[c]
        communities.skill[c] = next_skill(
            communities.skill[c], communities.filled[c], quits, promoted, hired, p.newcomer_skill[c], learning
        )
        left = (quits + promoted) * communities.filled[c]
        counts[c, STAFF_LEFT] += left * communities.posts[c]
        communities.filled[c] += hired - left
        communities.generalists[c] += p.generalist_pace[c] * (p.generalists[c] - communities.generalists[c])
        demanded = paper_demanded(p.paper_demand[c], p.assess_service[c], p.formalism[c])
        communities.paper_share[c] += p.paper_pace[c] * (demanded - communities.paper_share[c])
        work_week = with_experience(net_week, communities.skill[c], p.experience[c])
        manned = manned_of(communities.filled[c], communities.generalists[c], p.absence[c], p.idle[c])
        hours = staff_hours_of(
            communities.posts[c],
            manned,
            work_week,
            communities.paper_share[c],
            p.listless[c],
            communities.motivation[c],
            emergency_staff[c],
        )
        communities.care[c] = care_of(communities.load[c], p.least_care[c])
        overhead[c] = duties * communities.care[c]
        communities.hours_left[c] = max(0.0, hours - overhead[c])
        communities.asked_hours[c] = 0.0
        communities.volunteer_hours[c] *= p.volunteer_hours_kept[c]


@kernel
def each_organization(communities, organizations, p, week):
    """Move effort toward what is assessed and open next week's hours."""
    for c in range(communities.size):
        drift = drift_of(p.drift[c], week - communities.looked[c])
        target = effort_toward(p.assess_service[c] + communities.pressure[c], p.effort_floor[c], drift)
        first = communities.first_organization[c]
        for r in range(first, first + SEAT_DEPARTMENT):
            organizations.effort[r] += p.effort_pace[c] * (target - organizations.effort[r])
            organizations.offered[r] += organizations.capacity[r] * organizations.effort[r]
            organizations.hours_left[r] = organizations.capacity[r] * organizations.effort[r]


@kernel
def each_department(communities, organizations, p, week):
    """Departments of a street answer to all its communities alike."""
    c = 0
    while c < communities.size:
        street, first, count, target = communities.street[c], communities.first_department[c], 0, 0.0
        while c < communities.size and communities.street[c] == street:
            priority = p.assess_service[c] + p.department_priority[c] + communities.pressure[c]
            target += effort_toward(priority, p.effort_floor[c], drift_of(p.drift[c], week - communities.looked[c]))
            count += 1
            c += 1
        for r in range(first, first + DEPARTMENTS):
            organizations.effort[r] += p.effort_pace[c - 1] * (target / count - organizations.effort[r])
            organizations.offered[r] += organizations.capacity[r] * organizations.effort[r]
            organizations.hours_left[r] = organizations.capacity[r] * organizations.effort[r]


@kernel
def each_group(buildings, p):
    """Self-governing groups have the hours of their helpers."""
    for b in range(buildings.size):
        hours = p.hours_per_helper[buildings.community[b]] * buildings.helpers[b] * buildings.group_yield[b]
        buildings.group_hours[b] = hours if buildings.group[b] else 0.0


@rule
def pooled_hours(own, shared, pool, share_of_street):
    """Hours of a unit for its seat's community: what it keeps for it, and the community's part of the street's pool."""
    return (1.0 - shared) * own + pool * share_of_street


@kernel
def each_street(communities, organizations, shared):
    """Units put part of their hours into a pool, which goes to their street's communities by population, seat by seat.

    So a unit's trade is kept, and a street has as many hours as its units pledged.
    """
    c = 0
    while c < communities.size:
        first, street, population = c, communities.street[c], 0
        while c < communities.size and communities.street[c] == street:
            population += communities.stop[c] - communities.start[c]
            c += 1
        for seat in range(SEAT_UNIT, SEAT_UNIT + UNITS):
            pool = 0.0
            for one in range(first, c):
                pool += shared[one] * organizations.capacity[communities.first_organization[one] + seat]
            for one in range(first, c):
                row = communities.first_organization[one] + seat
                organizations.capacity[row] = pooled_hours(
                    organizations.capacity[row],
                    shared[one],
                    pool,
                    (communities.stop[one] - communities.start[one]) / population,
                )


@kernel
def each_survey(residents, communities, p, threshold, seed, week):
    """A sample of adults is asked; polishing makes some say what is hoped for."""
    for c in range(communities.size):
        first, size = communities.start[c], communities.stop[c] - communities.start[c]
        asked, satisfied = 0, 0
        for k in range(int(p.survey_size[c])):
            i = first + int(draw(seed, SURVEYED, week, c * 4096 + k) * size)
            if residents.age[i] >= 18:
                asked += 1
                polished = draw(seed, ANSWERS, week, c * 4096 + k) < polished_share(p.gaming[c], p.assess_service[c])
                satisfied += polished or residents.satisfaction[i] >= threshold[c]
        if asked > 0:
            communities.survey[c] = satisfied / asked


@kernel
def each_meeting(communities, links, p, strengthen, seed, week):
    """Hold the quarterly meeting, or not; those who sit at one table get to know each other."""
    for c in range(communities.size):
        if draw(seed, HELD, week, c) < p.meetings_held[c]:
            communities.met[c] = week
            for a in range(SEAT_DEPARTMENT):
                for b in range(a + 1, SEAT_DEPARTMENT):
                    bring_together(links[c], a, b, strengthen[c])


@kernel
def each_supervision(communities, p, seed, week):
    """Somebody from above looks into the year's work at its middle, or not."""
    for c in range(communities.size):
        if draw(seed, SUPERVISED, week, c) < p.supervision[c]:
            communities.looked[c] = week


@kernel
def each_assessment(communities, p, fund_per_resident, fund_carried, week):
    """Assess the year, which is a look at the work too, and fill the fund again; what is left may be carried over."""
    for c in range(communities.size):
        demanded = paper_demanded(p.paper_demand[c], p.assess_service[c], p.formalism[c])
        communities.assessment[c] = assessment_of(
            p.assess_service[c], communities.survey[c], communities.paper_share[c], demanded
        )
        communities.looked[c] = week
        year = fund_per_resident[c] * (communities.stop[c] - communities.start[c])
        communities.fund[c] = min(communities.fund[c], fund_carried[c] * year) + year


@kernel
def each_deployment(communities, p):
    """Carry last year's result into the new year."""
    for c in range(communities.size):
        communities.pressure[c] = pressure_of(communities.assessment[c], p.passing[c], p.carried[c])


def count_members(model: Any) -> None:
    """Count the members of each organisation and the adults of each community."""
    residents = model.residents
    member_of = residents.social_organization[residents.social_organization >= 0]
    model.members[:] = np.bincount(member_of, minlength=model.organizations.size)
    adults = residents.community[residents.age >= ADULT]
    model.adults[:] = np.bincount(adults, minlength=model.communities.size)


def each_quarter(model: Any) -> None:
    """Survey and meet; then organisations decide: pledges, contracts, what to learn, whom to work with."""
    p, matching = model.numbers.calendar, model.numbers.matching
    each_survey(
        model.residents,
        model.communities,
        p,
        model.numbers.satisfaction.threshold,
        model.seed,
        model.week,
    )
    links_fade(model.links, matching.links_faint, matching.links_kept)
    each_meeting(model.communities, model.links, p, matching.meeting_strengthens, model.seed, model.week)
    count_members(model)
    for organization in model.organization_agents:
        organization.each_quarter()
    each_street(model.communities, model.organizations, matching.units_shared)
    model.organizations.hours_used[:] = 0.0
    model.organizations.offered[:] = 0.0


def links_fade(links: np.ndarray, faint: np.ndarray, kept: np.ndarray) -> None:
    """Working relations that nobody renews fade, down to the faint acquaintance that proximity leaves."""
    links[:] = faint[:, None, None] + (links - faint[:, None, None]) * kept[:, None, None]


def run(model: Any) -> None:
    """Do what is due at the end of this week."""
    p, week = model.numbers.calendar, model.week
    if week % QUARTER == 0:
        each_quarter(model)
    if week % YEAR == MID_YEAR:
        each_supervision(model.communities, p, model.seed, week)
    if week % YEAR == 0:
        population = model.numbers.population
        each_assessment(model.communities, p, population.fund_per_resident, population.fund_carried, week)
        for organization in model.organization_agents:
            organization.each_year()
    if week % YEAR == 1 and week > YEAR:
        each_deployment(model.communities, p)
    each_community(model.communities, model.emergency_staff, model.mechanism_hours, model.overhead, model.counts, p)
    each_organization(model.communities, model.organizations, p, week)
    each_department(model.communities, model.organizations, p, week)
    each_group(model.buildings, p)
