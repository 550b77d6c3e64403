"""What is counted each week in each community: flows that no state column remembers."""

from __future__ import annotations

WAIT_BINS = 53

COUNTERS = (
    "raised",  # needs of all kinds
    "discovered",
    "by_hotline",
    "by_online",
    "by_visit",
    "by_patrol",
    "by_neighbour",
    "by_meeting",
    "by_list",
    "bounced",
    "handed_over",  # parts of a need passed from one department to the next
    "projects",  # needs matched with an offered resource
    "projects_bottom_up",
    "answered",  # questions answered at once
    "resolved",
    "failed",
    "lapsed",
    "escalated",
    "disputes_averted",  # disputes over procedure that rules kept from arising
    "mediated_near",  # mediations that had their hours, by instance, and those of them that settled the dispute
    "settled_near",
    "mediated_council",
    "settled_council",
    "mediated_legal",
    "settled_legal",
    "complaints",  # disputes that escalated, by form: hotline complaint, petition, court
    "petitions",
    "lawsuits",
    "reopened",
    "practical_due",  # whose term, counted from when they were raised, ended this week, or which closed before
    "known_due",  # the same, counted from when they became known
    "practical_raised",  # practical matters: needs that are no question
    "practical_known",
    "practical_resolved",
    "practical_in_term",  # resolved within the term, counted from when the matter was raised
    "known_in_term",  # resolved within the term, counted from when the matter became known
    "weeks_to_resolve",  # sum over practical matters resolved
    "rated",
    "rating",  # sum of ratings
    "rate",  # acts of taking part, by form
    "deliberate",
    "volunteer",
    "self_organize",
    "online_acts",
    "asked_acts",  # acts of residents who had been asked
    "volunteer_hours",
    "started",  # residents who gave volunteer time for the first time
    "started_asked",  # of these, those who had been asked
    "burnouts",  # volunteers whom wear makes rest
    "mobilized",  # residents who answered an emergency's call, each week anew
    "emergency_hours",  # hours that they gave
    "electors",  # adults in the week in which the residents' committee is elected
    "votes",
    "service_hours",  # hours of organisations given to needs
    "offered_hours",  # hours that units, social organisations and the charity fund offer
    "project_hours",  # of these, hours given in projects
    "wasted_hours",  # hours lost on stale entries and wrong addresses
    "meetings",
    "broken_promises",
    "groups_formed",
    "groups_dissolved",
    "ties_broken",
    "service_yuan",  # spent from the community's fund
    "staff_left",  # social workers who quit, full-time equivalents
    # Practical matters resolved, by the weeks that it took; the last bin holds all beyond.
    *(f"resolved_after_{weeks}" for weeks in range(WAIT_BINS)),
)
(
    RAISED,
    DISCOVERED,
    BY_HOTLINE,
    BY_ONLINE,
    BY_VISIT,
    BY_PATROL,
    BY_NEIGHBOUR,
    BY_MEETING,
    BY_LIST,
    BOUNCED,
    HANDED_OVER,
    PROJECTS,
    PROJECTS_BOTTOM_UP,
    ANSWERED,
    RESOLVED_COUNT,
    FAILED_COUNT,
    LAPSED_COUNT,
    ESCALATED_COUNT,
    DISPUTES_AVERTED,
    MEDIATED_NEAR,
    SETTLED_NEAR,
    MEDIATED_COUNCIL,
    SETTLED_COUNCIL,
    MEDIATED_LEGAL,
    SETTLED_LEGAL,
    COMPLAINTS,
    PETITIONS,
    LAWSUITS,
    REOPENED,
    PRACTICAL_DUE,
    KNOWN_DUE,
    PRACTICAL_RAISED,
    PRACTICAL_KNOWN,
    PRACTICAL_RESOLVED,
    PRACTICAL_IN_TERM,
    KNOWN_IN_TERM,
    WEEKS_TO_RESOLVE,
    RATED,
    RATING,
    RATE_ACTS,
    DELIBERATE_ACTS,
    VOLUNTEER_ACTS,
    SELF_ORGANIZE_ACTS,
    ONLINE_ACTS,
    ASKED_ACTS,
    VOLUNTEER_HOURS,
    STARTED,
    STARTED_ASKED,
    BURNOUTS,
    MOBILIZED,
    EMERGENCY_HOURS,
    ELECTORS,
    VOTES,
    SERVICE_HOURS,
    OFFERED_HOURS,
    PROJECT_HOURS,
    WASTED_HOURS,
    MEETINGS,
    BROKEN_PROMISES,
    GROUPS_FORMED,
    GROUPS_DISSOLVED,
    TIES_BROKEN,
    SERVICE_YUAN,
    STAFF_LEFT,
    RESOLVED_AFTER,
) = range(len(COUNTERS) - WAIT_BINS + 1)
