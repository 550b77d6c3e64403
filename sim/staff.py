"""What the committee's staff can do: experience, and the breadth or depth of those who are there."""

from __future__ import annotations

from sim.compiled import rule


@rule
def with_experience(value, skill, gain):
    """A chance or rate of middling staff (skill 0.5), raised by ``gain`` / 2 at full skill and lowered at none."""
    return value * (1.0 + gain * (skill - 0.5))


@rule
def skill_for(skill, generalists, hard, depth):
    """Skill (0..1) that a matter meets: hard ones lose with each specialist who has become a generalist."""
    return skill * (1.0 - depth * generalists) if hard else skill


@rule
def chance_at_once(skill, generalists, wrong_person, gain):
    """Chance that a question at the counter is settled at once: the right person is there and knows the answer."""
    return min(1.0, with_experience(1.0 - wrong_person * (1.0 - generalists), skill, gain))


@rule
def manned_of(filled, generalists, absence, idle):
    """Share of the posts' work that goes on: an empty window stops part of the others' work unless they can cover it.

    ``absence`` is the share of time that those in post are away, ``idle`` the loss for each window that is empty.
    """
    return filled * (1.0 - idle * (1.0 - generalists) * (1.0 - filled + absence))
