"""Residents: who they are, what they feel, what they do."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from sim.table import table_type

Residents: TypeAlias = np.recarray

NEVER = -10_000  # a week so long ago that it counts as never

# How a resident's willingness follows that of others (Fischbacher, Gächter & Fehr 2001).
CONDITIONAL, FREE_RIDER, HUMP_SHAPED, UNCONDITIONAL = range(4)

# Age bands of the results, by first year of age. Residents below ADULT neither decide nor rate.
AGE_BANDS = (0, 18, 35, 60)
ADULT = 18
FRAIL = 75  # age from which getting about costs more

# By whom a resident was asked to take part this week.
NOT_ASKED, BY_NEIGHBOUR, BY_LEADER = range(3)

# How a resident first came to give volunteer time.
NOT_YET, ON_OWN, WAS_ASKED = range(3)

# Forms of taking part.
RATE, DELIBERATE, VOLUNTEER, SELF_ORGANIZE = range(4)
FORMS = ("rate", "deliberate", "volunteer", "self_organize")


RESIDENTS = table_type(
    """
    community           int32   row in Communities
    household           int32   row in Households
    building            int32   row in Buildings
    age                 int16   years
    education           int8    0 primary or none, 1 junior middle, 2 senior middle, 3 tertiary
    income              int8    0 low, 1 middle, 2 high (thirds of the population)
    party_member        bool    Communist Party member
    migrant             bool    household registered elsewhere
    owner               bool    household owns its home
    online              bool    able to use online services
    cooperation         int8    CONDITIONAL, FREE_RIDER, HUMP_SHAPED or UNCONDITIONAL
    free_hours          float64 free hours a week
    need_chance         float64 chance of a need of one's own in an ordinary week
    disposition         float64 personal leaning to take part, in log-odds, mean 0
    temper              float64 personal leaning to be content, in points of satisfaction, mean 0
    trust               float64 0..1: trust in the community's institutions, as voiced among neighbours
    trust_anchor        float64 0..1: trust from own experience, to which the voiced trust is anchored
    efficacy            float64 0..1: belief that taking part changes something
    belonging           float64 0..1
    habit               float64 0..1: fading memory of having taken part
    fatigue             float64 0..1: wear from volunteering
    resting             bool    burnt out: gives no volunteer time until the wear is gone
    performance         float64 0..1: remembered quality of how needs are handled
    expectation         float64 0..1: quality that is expected
    satisfaction        float64 0..1
    hours_given         float64 volunteer hours in the running year
    event_quality       float64 this week's own experience, sum of quality x weight
    event_weight        float64 this week's own experience, sum of weights
    open_severity       int16   sum of severities of one's own open needs and the building's
    took_part           int32   last week of taking part in any form, NEVER if not yet
    took_part_online    int32   last week of taking part online
    form                int8    form in which the resident last took part: RATE, DELIBERATE, VOLUNTEER or SELF_ORGANIZE
    organized           int32   last week of organising something with neighbours, NEVER if not yet
    voted               int32   week of the last vote for the residents' committee, NEVER if not yet
    first_asked         int8    NOT_YET, ON_OWN or WAS_ASKED: how the resident first gave volunteer time
    acts                int16   acts of taking part in the running year
    registered          bool    registered volunteer
    knows_committee     bool    knows the committee's people
    social_organization int32   row in Organizations of which the resident is a member, or -1
    asked               int8    NOT_ASKED, BY_NEIGHBOUR or BY_LEADER
    """
)
"""All residents, ordered by community, grid, micro-grid, building and household."""


def new_residents(count: int) -> Residents:
    """Table of ``count`` residents, all zero but for what means "none" or "never"."""
    table = RESIDENTS.new(count)
    table.took_part[:] = NEVER
    table.took_part_online[:] = NEVER
    table.organized[:] = NEVER
    table.voted[:] = NEVER
    table.social_organization[:] = -1
    return table
