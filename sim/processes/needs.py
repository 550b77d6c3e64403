"""Needs arise in homes and buildings, of a kind and severity that depend on who lives there."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.catalogue import numbers_of
from sim.chance import BLOCK, decision, draw, draw_in_turn
from sim.compiled import kernel, rule
from sim.counters import DISPUTES_AVERTED
from sim.needs_life import begin, fall_due, hurt
from sim.needs_table import DISPUTES, with_room
from sim.population import band_of_results

NeedsNumbers = numbers_of("needs")
ARISE, WHAT, HOW_BAD = decision("needs.arise"), decision("needs.category"), decision("needs.severity")
QUESTION, OWNERS, WORK = decision("needs.question"), decision("needs.owners"), decision("needs.work")
AVERTED = decision("needs.averted")
SHARED, SPOKESPERSON = decision("needs.shared"), decision("needs.spokesperson")
SHARED_KEY = 1 << 40  # keeps the draws of buildings apart from those of residents


@rule
def severity_of(u, serious, urgent):
    """1 ordinary, 2 serious, 3 urgent, by the shares of the latter two."""
    return 3 if u < urgent else 2 if u < urgent + serious else 1


@rule
def question_share_of(questions, easy):
    """Share of needs that are questions; ``easy`` channels bring more of them, relative to all needs."""
    return (questions + easy) / (1.0 + easy)


@rule
def share_averted(averted, by_few, binding):
    """Share of disputes that rules avert: rules that a few wrote bind little, those that residents agreed on more.

    ``by_few`` is the part of the effect that is left where no meeting binds.
    """
    return averted * (by_few + (1.0 - by_few) * binding)


@rule
def category_of(u, cumulative):
    """Pick a category from cumulative weights."""
    target = u * cumulative[cumulative.size - 1]
    category = 0
    while cumulative[category] <= target:
        category += 1
    return category


@rule
def hours_for(mean, severity, per_severity, u):
    """Hours of work: the category's mean, more for severe needs, between half and one and a half of that."""
    return mean * (1.0 + per_severity * (severity - 1)) * (0.5 + u)


@rule
def adult_of(residents, first, count, u):
    """Pick a resident of a building by a uniform draw, then go on to the next adult."""
    pick = int(u * count)
    for step in range(count):
        i = first + (pick + step) % count
        if residents.age[i] >= 18:
            return i
    return first + pick


@kernel
def each_resident(
    residents, buildings, needs, index, mix, pressure, category_hours, several, p, averted, counts, seed, week, first
):
    """Needs of residents from row ``first`` on; stops early, and says where, when the table is full."""
    room = needs.size
    us, agents, lanes = np.empty(BLOCK), np.empty(BLOCK, np.int64), np.empty((4, BLOCK), np.uint32)
    for i in range(first, residents.size):
        k = (i - first) % BLOCK
        if k == 0:
            draw_in_turn(seed, ARISE, week, i, agents, lanes, us)
        c = residents.community[i]
        easy = p.easy_questions[c] * residents.online[i] + p.window_questions[c]
        ordinary = residents.need_chance[i] * (1.0 + easy)
        if us[k] < ordinary * pressure[c, 0]:
            # Only those few are looked up by age: a surge brings more to some than to others.
            band = band_of_results(residents.age[i])
            if us[k] >= ordinary * pressure[c, 1 + band]:
                continue
            if index.used[0] == room:
                return i
            simple = draw(seed, QUESTION, week, i) < question_share_of(p.questions[c], easy)
            category = category_of(draw(seed, WHAT, week, i), mix[c, band])
            if category == DISPUTES and not simple and draw(seed, AVERTED, week, i) < averted[c]:
                counts[c, DISPUTES_AVERTED] += 1.0
                continue
            severity = 1 if simple else severity_of(draw(seed, HOW_BAD, week, i), p.serious[c], p.urgent[c])
            work = hours_for(category_hours[c, category], severity, p.work_per_severity[c], draw(seed, WORK, week, i))
            many = (not simple) and draw(seed, OWNERS, week, i) < several[c, category]
            begin(needs, index, i, -1, c, category, severity, simple, many, work, week, counts)
            hurt(residents, buildings, needs, index.used[0] - 1, 1)
    return residents.size


@kernel
def each_building(
    residents, buildings, needs, index, mix, pressure, category_hours, several, p, averted, counts, seed, week, first
):
    """Needs that a whole building shares, spoken for by one of its adults; stops early when the table is full."""
    room = needs.size
    for b in range(first, buildings.size):
        c = buildings.community[b]
        households = buildings.households[b]
        chance = p.shared_arrival[c] / 52.0 * households * pressure[c]
        key = SHARED_KEY + b
        if draw(seed, SHARED, week, key) < chance:
            if index.used[0] == room:
                return b
            start = buildings.start[b]
            who = adult_of(residents, start, buildings.stop[b] - start, draw(seed, SPOKESPERSON, week, key))
            category = category_of(draw(seed, WHAT, week, key), mix[c])
            if category == DISPUTES and draw(seed, AVERTED, week, key) < averted[c]:
                counts[c, DISPUTES_AVERTED] += 1.0
                continue
            severity = severity_of(draw(seed, HOW_BAD, week, key), p.serious[c], p.urgent[c])
            work = hours_for(category_hours[c, category], severity, p.work_per_severity[c], draw(seed, WORK, week, key))
            many = draw(seed, OWNERS, week, key) < several[c, category]
            begin(needs, index, who, b, c, category, severity, False, many, work, week, counts)
            hurt(residents, buildings, needs, index.used[0] - 1, 1)
    return buildings.size


def run(model: Any) -> None:
    """Let terms end, and needs of residents and of buildings arise."""
    service, p = model.numbers.service, model.numbers.needs
    fall_due(model.needs, model.index, service.term, service.closed_on_paper, model.counts, model.seed, model.week)
    tables = model.tables
    averted = share_averted(p.disputes_averted, p.rules_by_few, model.numbers.discovery.binding)
    for loop, mix, pressure, size in (
        (each_resident, tables.mix, model.pressure, model.residents.size),
        (each_building, tables.shared_mix, model.shared_pressure, model.buildings.size),
    ):
        first = 0
        while first < size:
            model.needs = with_room(model.needs, model.index, size // 50 + 64)
            first = loop(
                model.residents,
                model.buildings,
                model.needs,
                model.index,
                mix,
                pressure,
                tables.hours,
                tables.several,
                p,
                averted,
                model.counts,
                model.seed,
                model.week,
                first,
            )
