"""Organisations of every kind as one table: each has hours, effort, skills and a seat in its community."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from sim.table import table_type

Organizations: TypeAlias = np.recarray
Communities: TypeAlias = np.recarray

# Kinds of organisation.
COMMITTEE, PARTY_COMMUNITY, PROPERTY, LEGAL, CHARITY, PARTY_UNIT, SOCIAL, DEPARTMENT, STREET, COUNTY = range(10)
KINDS = (
    "residents_committee",
    "party_community",
    "property_company",
    "legal_team",
    "charity_fund",
    "party_unit",
    "social_organization",
    "department",
    "street_office",
    "county_committee",
)
UNITS, SOCIALS, DEPARTMENTS = (
    4,
    4,
    7,
)  # seats of local units and social organisations by community, departments by street

# Seats at a community's table: the organisation-to-organisation layer links seat to seat.
SEAT_COMMITTEE, SEAT_PARTY, SEAT_PROPERTY, SEAT_LEGAL, SEAT_CHARITY = range(5)
SEAT_UNIT = 5
SEAT_SOCIAL = SEAT_UNIT + UNITS
SEAT_DEPARTMENT = SEAT_SOCIAL + SOCIALS
SEAT_STREET = SEAT_DEPARTMENT + DEPARTMENTS
SEAT_COUNTY = SEAT_STREET + 1
SEATS = SEAT_COUNTY + 1


ORGANIZATIONS = table_type(
    """
    kind       int8       one of the kinds above
    community  int32      row in Communities, or -1 for those above the communities
    street     int32      street number, or -1 for the county
    capacity   float64    hours a week for residents' needs at full effort
    effort     float64    0..1: share of the capacity that reaches residents' needs
    hours_left float64    hours still free this week
    hours_used float64    hours given to needs since the last quarter
    offered    float64    hours offered since the last quarter
    backlog    int32      open needs that wait here
    pledge     float64    0..1: share of its means that a unit has pledged to the community
    own_hours  float64    hours a week beyond the usual ones of its seat, of a unit at full pledge; below 0 it has fewer
    skill      float64[9] by category: chance to solve a need of middling difficulty
    """
)
"""All organisations."""


COMMUNITIES = table_type(
    """
    type               int8    index into the place's list of community types
    street             int32   street number
    start              int32   first resident
    stop               int32   one past the last resident
    first_building     int32   first building
    first_microgrid    int32   first micro-grid
    first_organization int32   row of the committee in Organizations; its seats follow in order
    first_department   int32   row of the street's first department
    posts              float64 staff posts, full-time equivalents
    filled             float64 0..1: share of posts that is filled
    motivation         float64 0..1
    skill              float64 0..1: mean experience of the staff
    generalists        float64 0..1: share of staff who can do all kinds of work
    paper_share        float64 0..1: share of staff hours that paperwork takes
    hours_left         float64 staff hours still free this week for residents' needs
    load               float64 smoothed ratio of staff hours asked for to staff hours there were
    care               float64 0..1: share of the time that a matter or a duty deserves which staff can give it
    asked_hours        float64 staff hours asked for this week
    volunteer_hours    float64 hours that volunteers offer this week
    fund               float64 yuan left this year for services and small projects
    survey             float64 0..1: satisfaction rate as last surveyed
    budget             float64 yuan left this year for mechanisms
    guaranteed         float64 yuan left this year of what a higher level guarantees for mechanisms
    assessment         float64 0..1: result of the last yearly assessment
    pressure           float64 0..1: how much harder organisations try this year, because last year's result was poor
    met                int32   week of the last quarterly meeting, in which pledges and lists are gone through
    looked             int32   week in which somebody from above last looked into the community's work
    implementation     float64 0..1: share of the mechanisms' doses that attention allows
    """
)
"""All communities: their committee's staff, money and what is measured there."""
