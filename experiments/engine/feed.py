"""In which order jobs may begin: the first of a group before the others, which then go anywhere."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from experiments.engine.record import Job

# Jobs that wait for the first of their group; beyond them no further group is looked for.
MOST_HELD = 10_000


@dataclass(eq=False)
class Group:
    """Jobs that share a state; ``left`` counts those read and not done, ``led`` says that the first is done."""

    name: str
    held: deque[Job] = field(default_factory=deque)
    left: int = 0
    led: bool = False
    whole: bool = False


@dataclass(eq=False)
class Ticket:
    """A job on its way; ``deaths`` counts how often its process died while it was alone."""

    job: Job
    group: Group | None = None
    leads: bool = False
    deaths: int = 0


class Feed:
    """Gives jobs that may begin, reading them from an iterable as late as possible.

    Parameters
    ----------
    jobs : iterable of Job
        One job is read ahead, and while the first of a group is under way its others are read and held, to find work
        for further workers.
    complete : callable
        Called with the name of each group that is done.
    """

    def __init__(self, jobs: Iterable[Job], complete: Callable[[str], None]) -> None:
        self._jobs = iter(jobs)
        self._complete = complete
        self._next = next(self._jobs, None)
        self._open: Group | None = None
        self._ready: deque[Ticket] = deque()
        self._held = self._groups = 0

    def take(self, most: int) -> list[Ticket]:
        """Up to this many jobs; one that others wait for comes alone. Empty when none may begin now."""
        while self._next is not None and self._held < MOST_HELD and len(self._ready) < most:
            if self._ready and self._ready[-1].leads:
                break
            self._read(self._next)
        taken: list[Ticket] = []
        while self._ready and len(taken) < most and not (taken and (self._ready[0].leads or taken[-1].leads)):
            taken.append(self._ready.popleft())
        return taken

    def done(self, ticket: Ticket) -> None:
        """Note that a job has its record; those that waited for it may begin."""
        group = ticket.group
        if group is None:
            return
        group.left -= 1
        if ticket.leads:
            group.led = True
            self._held -= len(group.held)
            self._ready.extend(Ticket(job, group) for job in group.held)
            group.held.clear()
        if group.whole and not group.left:
            self._complete(group.name)

    def _read(self, job: Job) -> None:
        self._next = next(self._jobs, None)
        more = job.group is not None and self._next is not None and self._next.group == job.group
        group = self._open
        if group is not None:
            group.left += 1
            if group.led:
                self._ready.append(Ticket(job, group))
            else:
                group.held.append(job)
                self._held += 1
            group.whole = not more
        elif more:
            self._groups += 1
            group = Group(f"group-{self._groups}", left=1)
            self._ready.append(Ticket(job, group, leads=True))
        else:
            self._ready.append(Ticket(job))
        self._open = group if more else None
