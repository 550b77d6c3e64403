"""What is due: next week's time sheets, the month's staff, the quarter's pledges and survey, the year's money."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.agents.organizations import DEPARTMENTS, SEAT_DEPARTMENT
from sim.catalogue import numbers_of
from sim.chance import decision, draw
from sim.compiled import kernel, rule
from sim.counters import STAFF_LEFT
from sim.staff import manned_of, with_experience

CalendarNumbers = numbers_of("calendar")
SURVEYED, ANSWERS = decision("calendar.surveyed"), decision("calendar.answers")


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
        communities.paper_share[c] += p.paper_pace[c] * (p.paper_demand[c] - communities.paper_share[c])
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
def each_organization(communities, organizations, p):
    """Move effort toward what is assessed and open next week's hours."""
    for c in range(communities.size):
        target = effort_toward(p.assess_service[c], p.effort_floor[c], p.drift[c])
        first = communities.first_organization[c]
        for r in range(first, first + SEAT_DEPARTMENT):
            organizations.effort[r] += p.effort_pace[c] * (target - organizations.effort[r])
            organizations.offered[r] += organizations.capacity[r] * organizations.effort[r]
            organizations.hours_left[r] = organizations.capacity[r] * organizations.effort[r]


@kernel
def each_department(communities, organizations, p):
    """Departments of a street answer to all its communities alike."""
    c = 0
    while c < communities.size:
        street, first, count, target = communities.street[c], communities.first_department[c], 0, 0.0
        while c < communities.size and communities.street[c] == street:
            priority = p.assess_service[c] + p.department_priority[c]
            target += effort_toward(priority, p.effort_floor[c], p.drift[c])
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
                polished = draw(seed, ANSWERS, week, c * 4096 + k) < p.gaming[c]
                satisfied += polished or residents.satisfaction[i] >= threshold[c]
        if asked > 0:
            communities.survey[c] = satisfied / asked


def each_quarter(model: Any) -> None:
    """Organisations decide: pledges, contracts, what to learn, whom to work with."""
    p = model.numbers.calendar
    each_survey(
        model.residents,
        model.communities,
        p,
        model.numbers.satisfaction.threshold,
        model.seed,
        model.week,
    )
    for organization in model.organization_agents:
        organization.each_quarter()
    links_fade(model.links, model.numbers.matching.links_faint, model.numbers.matching.links_kept)
    model.organizations.hours_used[:] = 0.0
    model.organizations.offered[:] = 0.0


def links_fade(links: np.ndarray, faint: np.ndarray, kept: np.ndarray) -> None:
    """Working relations that nobody renews fade, down to the faint acquaintance that proximity leaves."""
    links[:] = faint[:, None, None] + (links - faint[:, None, None]) * kept[:, None, None]


def each_year(model: Any) -> None:
    """Assess the year and fill the fund again."""
    communities = model.communities
    communities.assessment[:] = communities.survey
    communities.fund[:] = model.numbers.population.fund_per_resident * (communities.stop - communities.start)
    for organization in model.organization_agents:
        organization.each_year()


def run(model: Any) -> None:
    """Do what is due at the end of this week."""
    if model.week % 13 == 0:
        each_quarter(model)
    if model.week % 52 == 0:
        each_year(model)
    p = model.numbers.calendar
    each_community(model.communities, model.emergency_staff, model.mechanism_hours, model.overhead, model.counts, p)
    each_organization(model.communities, model.organizations, p)
    each_department(model.communities, model.organizations, p)
    each_group(model.buildings, p)
