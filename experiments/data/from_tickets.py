"""What tickets say about the model's outcomes: a function each, with what is the same and where it ends.

Limits that all share. Tickets hold needs that became known; of those that nobody told there is no trace. A hotline's
export has one channel, while the model's outcomes count all; a platform that takes in patrols and visits comes nearer.
Twenty calls about one broken lift are twenty tickets and one need in the model. A year of records is one draw: what
happened to happen in it is inside the interval only as far as the months of that year differ.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from experiments.data.intervals import Estimate, days_within, rate, share
from experiments.data.measured import KNOWN
from sim.errors import InputError

BLOCK_DAYS, SHORT_BLOCK_DAYS = 28, 7
FEWEST_BLOCKS = 6  # between which a variance can be taken; assumed: fewer give intervals of no use
YEAR_DAYS = 364  # the model's year of 52 weeks


@dataclass(frozen=True)
class Records:
    """Tickets of one community, or of all, and a period; see :class:`experiments.data.Tickets`."""

    frame: pd.DataFrame
    start: dt.datetime
    end: dt.datetime
    term: float | None
    residents: int | None
    seen: dt.datetime  # what happened later is not in the file

    @cached_property
    def days(self) -> int:
        """Length of the period."""
        return (self.end - self.start).days

    @cached_property
    def block_days(self) -> int:
        """Length of a block: four weeks, or one where the period is short."""
        length = BLOCK_DAYS if self.days >= FEWEST_BLOCKS * BLOCK_DAYS else SHORT_BLOCK_DAYS
        if self.days < FEWEST_BLOCKS * length:
            raise InputError(
                f"tickets from {self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}: at least {FEWEST_BLOCKS} weeks are needed "
                f"to tell how far weeks differ; check [period] and the dates"
            )
        return length

    @cached_property
    def blocks(self) -> int:
        """Number of blocks; the last one takes what is left over."""
        return self.days // self.block_days

    def inside(self, event: str) -> pd.Series:
        """Tickets with this date in the period."""
        return (self.frame[event] >= self.start) & (self.frame[event] < self.end)

    def block(self, event: str, chosen: pd.Series) -> np.ndarray:
        """Block of the date of each chosen ticket."""
        days = (self.frame.loc[chosen, event] - self.start).dt.days
        return np.minimum(days.to_numpy() // self.block_days, self.blocks - 1).astype(int)

    @cached_property
    def exposure(self) -> np.ndarray:
        """Residents times years of each block."""
        length = np.full(self.blocks, float(self.block_days))
        length[-1] += self.days - self.blocks * self.block_days
        return length * (self.residents or 0) / YEAR_DAYS

    @property
    def practical(self) -> pd.Series:
        """Tickets of the period that are no question."""
        return self.inside("raised") & ~self.frame["question"]

    def count(self, chosen: pd.Series, weights: pd.Series | None = None) -> np.ndarray:
        """Tickets chosen by the block in which they were raised, or the sum of their weights."""
        given = None if weights is None else weights[chosen]
        return np.bincount(self.block("raised", chosen), weights=given, minlength=self.blocks).astype(float)

    def share(self, yes: pd.Series, of: pd.Series) -> Estimate | str:
        """Share of tickets; ``none`` if there is none to take it from."""
        return share(self.count(yes & of), self.count(of)) if of.any() else "none"

    def days_from(self, first: str, second: str) -> pd.Series:
        """Whole days between two dates; NaN where one is missing."""
        return (self.frame[second].dt.normalize() - self.frame[first].dt.normalize()).dt.days

    @property
    def due(self) -> pd.Series:
        """Practical matters that closed within their term, or whose term ended before the file was made."""
        passed = (pd.Timestamp(self.seen).normalize() - self.frame["raised"].dt.normalize()).dt.days > self.term
        return self.practical & (passed | (self.days_from("raised", "closed") <= self.term))


Rule = Callable[[Records], Estimate | str]  # an estimate, or the id of the reason why there is none


def satisfied_reported(records: Records) -> Estimate | str:
    """Share of satisfied among the ratings that count.

    The same: call-backs on closed cases, bad ratings that were set aside left out (column ``valid``). Limits: those who
    answer are not all; without a column ``valid`` all ratings count, and the share is lower than the model's. Of a
    matter that was opened again only the last rating stands in the file, while the model counts both.
    """
    rated = records.inside("raised") & records.frame["satisfied"].notna()
    counted = rated & records.frame["valid"].ne(False)
    return records.share(records.frame["satisfied"].eq(True), counted)


def fulfilment_reported(records: Records) -> Estimate | str:
    """Share of practical matters recorded as closed within the term, of those that fell due.

    The same: what the record says, true or on paper only; ``in_term`` where the export has it, else from the dates.
    Limits: the term counts from when the matter was taken in; terms that differ by kind of matter are one here.
    """
    flag = records.frame["in_term"]
    if flag.notna().any():
        return records.share(flag.eq(True), records.practical & flag.notna())
    if records.term is None:
        return "due"
    if records.frame["closed"].isna().all():
        return "closed"
    return records.share(records.days_from("raised", "closed") <= records.term, records.due)


def fulfilment_known(records: Records) -> Estimate | str:
    """Share of practical matters truly solved within the term, of those that fell due.

    The same: from when the matter became known. It takes somebody outside to say that it is solved: a call-back
    (``resolved``, a yes counts from the day of closing) or a check (``solved``). Limits: who is asked may be polite.
    """
    if records.term is None:
        return "term"
    if records.frame["solved"].isna().all():
        return "solved"
    return records.share(records.days_from("raised", "solved") <= records.term, records.due)


def days_to_resolve_median(records: Records) -> Estimate | str:
    """Days from arising within which half were done of the practical matters that were solved in the period.

    The same: from arising, not from the first call, in whole weeks as the model takes them. So it needs ``arose`` and
    ``solved``: days from call to closing are another quantity, shorter by the time in which nobody knew, and are not
    made a target. Limits: an export must also hold what was taken in before the period and closed in it, or the days
    are too few; people date the beginning of a trouble roughly; matters still open are missing, in both.
    """
    return _days(records, 0.5)


def days_to_resolve_p90(records: Records) -> Estimate | str:
    """Days from arising within which nine of ten were done; see :func:`days_to_resolve_median`.

    What takes over 52 weeks counts as 52, in both.
    """
    return _days(records, 0.9)


def _days(records: Records, at: float) -> Estimate | str:
    days = records.days_from("arose", "solved")
    known = records.inside("solved") & ~records.frame["question"] & days.notna()
    if not known.any():
        return "arose"
    return days_within(at, days[known], records.block("solved", known), records.blocks)


def bounces(records: Records) -> Estimate | str:
    """Returns from a wrong address for each practical matter.

    The same: only ways back from one who is not in charge. Limits: exports count what was sent back by form; what is
    passed on by telephone is missing. A return after the file was made is missing too.
    """
    return _each(records, "bounces")


def handovers(records: Records) -> Estimate | str:
    """Parts of matters of several departments that were passed on to the next, for each practical matter.

    Limits: as for :func:`bounces`; an export that counts every way, wrong ones too, is not the same.
    """
    return _each(records, "handovers")


def _each(records: Records, name: str) -> Estimate | str:
    known = records.practical & records.frame[name].notna()
    if not known.any():
        return name
    matters = records.count(known)
    return rate(records.count(known, records.frame[name]), matters, int(matters.sum()))


def known(records: Records) -> Estimate | str:
    """Needs that became known, questions too, for 1,000 residents and year.

    The same: all channels that the file has. Limits: the model's channels are all; where the export has fewer, use
    ``known_by_<channel>`` of those it has. Calls about one matter count several times.
    """
    return _known(records, records.inside("raised"))


def _known_by(channel: str) -> Rule:
    def known_by(records: Records) -> Estimate | str:
        """Needs that became known by one channel; see :func:`known`."""
        chosen = records.inside("raised") & (records.frame["channel"] == channel)
        if not (records.frame["channel"] != "").any():
            return "channel"
        return _known(records, chosen) if chosen.any() else "none"

    return known_by


def _known(records: Records, chosen: pd.Series) -> Estimate | str:
    if not records.residents:
        return "residents"
    return rate(records.count(chosen), records.exposure / 1000.0)


# Not here: complaints, petitions and lawsuits from disputes. A ticket about a dispute is how a need became known; that
# mediation failed before it is not in an export.
OUTCOMES: Mapping[str, Rule] = {
    one.__name__: one
    for one in (
        *(satisfied_reported, fulfilment_reported, fulfilment_known, days_to_resolve_median, days_to_resolve_p90),
        *(bounces, handovers),
    )
}
KNOWN_BY: Mapping[str, Rule] = {
    name: known if name == "known" else _known_by(name.removeprefix("known_by_")) for name in KNOWN
}
