"""Tries pilots of many sizes in simulated worlds, and tells which of them would see the effect."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.arguments import a_design, a_scenario, whole, wholes
from experiments.power.inference import METHODS, TWO_WAY
from experiments.power.roll_out import ROLL_OUTS, STAGED, RollOut
from experiments.power.trials import tried
from experiments.power.worlds import COLUMNS, make_worlds
from experiments.text import spoken
from sim.design import Design
from sim.errors import InputError, closest
from sim.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.power.page import PilotPlan

APART, TOGETHER = STREETS = ("apart", "together")
LEAST_COMMUNITIES = 4


class NoWorldError(RuntimeError):
    """No world could be simulated."""


@dataclass(frozen=True)
class Pilot:
    """What was asked of :func:`pilot_power`."""

    outcome: str
    roll_out: str
    steps: int
    streets: str
    wave_weeks: int
    method: str
    replications: int
    trials: int
    alpha: float
    power: float
    seed: int

    def rolled_out(self, communities: int, waves: int) -> RollOut:
        """Roll-out of a pilot of this size."""
        if self.roll_out == STAGED:
            return RollOut.staged(communities, waves, self.steps)
        return RollOut.parallel(communities, waves)


@dataclass(frozen=True, repr=False)
class PilotPower:
    """How pilots of several sizes went in simulated worlds.

    Attributes
    ----------
    scenario : Scenario
    design : Design
    pilot : Pilot
        What was asked.
    methods : DataFrame
        As :attr:`table`, for every method, with a column ``method``.
    failures : list of str
        Worlds that failed, with tracebacks.
    language : str
    """

    scenario: Scenario
    design: Design
    pilot: Pilot
    methods: pd.DataFrame
    failures: Sequence[str] = ()
    language: str = "en"

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row for each size of pilot, by the method that was asked for; shares are 0 to 1.

        ``communities``; ``survey_size``; ``weeks``; ``waves``; ``true_effect`` (on communities and waves that had the
        design, against the same world without it); ``estimate``; ``bias`` (estimate less truth, with ``bias_low`` and
        ``bias_high``); ``rmse``; ``power`` (share of pilots that see an effect); ``size`` (the same in worlds without
        any); ``coverage`` (share of intervals that hold the true effect); each of these three with ``_low`` and
        ``_high``; ``mde`` (least effect that is seen with the power asked for; Bloom 1995). Intervals are 95 %.
        """
        chosen = self.methods[self.methods["method"] == self.pilot.method]
        return chosen.drop(columns="method").reset_index(drop=True)

    @property
    def best(self) -> pd.Series | None:
        """Row of the smallest pilot that is enough, by communities, then weeks, then adults asked; None if none is."""
        enough = self.table[self.table["power"] >= self.pilot.power]
        if enough.empty:
            return None
        return enough.sort_values(["communities", "weeks", "survey_size"]).iloc[0]

    @property
    def plot(self) -> Plots:
        """Figures: ``.plot.power(language)`` and ``.plot.bias(language)``."""
        return Plots(self)

    def recommendation(self, language: str | None = None) -> str:
        """How large a pilot to make, and how far that holds, in words."""
        from experiments.power.page import recommendation

        return recommendation(self, spoken(language or self.language))

    def plan(self, language: str | None = None, communities: Sequence[str] = ()) -> PilotPlan:
        """Page to register before the pilot begins: who starts when, by lot, whom to ask, how to analyse it.

        Parameters
        ----------
        language : str
        communities : sequence of str
            Names of those that take part. By default numbers, as many as recommended.

        Returns
        -------
        PilotPlan
            Markdown, which a notebook shows as a page.
        """
        from experiments.power.page import plan

        return plan(self, spoken(language or self.language), communities)

    def __repr__(self) -> str:
        return self.recommendation()

    def _repr_html_(self) -> str:
        from experiments.power.page import to_html

        return to_html(self, self.language)


@dataclass(frozen=True)
class Plots:
    """Figures of a :class:`PilotPower`."""

    found: PilotPower = field(repr=False)

    def power(self, language: str | None = None) -> Figure:
        """Share of pilots that see the effect, by residents asked, communities and months."""
        from experiments.plots.power import draw_power

        return self._drawn(draw_power, language)

    def bias(self, language: str | None = None) -> Figure:
        """How far estimates lie from the true effect, by method."""
        from experiments.plots.power import draw_bias

        return self._drawn(draw_bias, language)

    def _drawn(self, draw: Any, language: str | None) -> Figure:
        from experiments.plots import style

        drawn = style.language_drawn(language or self.found.language)
        with style.house_style(drawn):
            figure: Figure = draw(self.found, drawn)
            return figure


def pilot_power(
    scenario: Scenario,
    design: Design,
    communities: Sequence[int] = (4, 8, 12, 20),
    weeks: Sequence[int] = (52, 104),
    survey_size: Sequence[int] = (50, 100, 200),
    outcome: str = "satisfied",
    roll_out: str = STAGED,
    steps: int = 3,
    streets: str = APART,
    wave_weeks: int = 13,
    method: str = TWO_WAY,
    replications: int = 20,
    trials: int = 1000,
    alpha: float = 0.05,
    power: float = 0.8,
    seed: int = 1,
    workers: int | None = None,
    cache: str | Path | None = None,
    progress: bool = True,
    language: str | None = None,
) -> PilotPower:
    """Try pilots of several sizes in simulated worlds, to see which of them see the effect of a design.

    A world has copies of the scenario's communities, each with luck of its own. It is run with the design rolled out
    and, with the same luck, without: the difference is the true effect. A survey asks other adults in every wave; all
    who are asked answer, and truly, so ask more where some will not. Every world is used for many trials: other
    communities, another order, other respondents. The worlds without the design are analysed as if they had it, which
    tells how often a pilot claims an effect where there is none.

    Parameters
    ----------
    scenario : Scenario
        Its communities, over and over, are those that may take part. Its weeks do not matter.
    design : Design
        When and where it is in force is for the roll-out to say.
    communities, weeks, survey_size : sequence of int
        Sizes to try: communities (at least 4) and adults asked in each in every wave; weeks of the pilot, of which
        those after the last whole wave are left out.
    outcome : str
        ``satisfied`` (now) or ``participation`` (took part in the last 13 weeks); kept worlds answer both.
    roll_out : str
        ``staged``: all start in ``steps`` steps of equal length (a stepped wedge); ``parallel``: half start after the
        first quarter of the waves, the others never.
    steps : int
        Of a staged roll-out.
    streets : str
        ``apart``: each community has a street office of its own, so that none feels what another does. ``together``:
        they share street offices, departments and the hours of local units, as neighbours in one street do: what helps
        or burdens those reaches communities that have not begun, and the estimate misses it.
    wave_weeks : int
        Weeks between waves of the survey.
    method : str
        ``two_way``, ``two_way_jackknife`` or ``not_yet_treated``: see :func:`experiments.power.estimated`.
    replications : int
        Worlds.
    trials : int
        Pilots of each size, over all worlds.
    alpha, power : float
        Level of the test, and share of pilots that should see the effect.
    seed : int
        Root of all luck.
    workers : int
        Processes; by default one for each processor. The results do not depend on it.
    cache : str or Path
        Folder that keeps the worlds: what is there is not run again. Nothing is kept when absent.
    progress : bool
    language : str
        Of what the result says where no other is asked for.

    Raises
    ------
    InputError
        If a size or a choice is out of its range.
    NoWorldError
        If every world failed.
    """
    language = spoken(language)
    a_scenario("scenario", scenario)
    a_design("design", design)
    pilot = Pilot(outcome, roll_out, steps, streets, wave_weeks, method, replications, trials, alpha, power, seed)
    _check(scenario, design, pilot)
    communities = wholes("communities", communities, LEAST_COMMUNITIES)
    weeks, survey_size = wholes("weeks", weeks, 2 * wave_weeks), wholes("survey_size", survey_size, 2)
    lengths = sorted({length // wave_weeks for length in weeks})
    plans = [pilot.rolled_out(count, waves) for count in sorted({*communities}) for waves in lengths]
    place = scenario.replace(weeks=max(one.waves for one in plans) * wave_weeks)
    worlds = make_worlds(
        place,
        design,
        plans,
        streets == APART,
        replications,
        wave_weeks,
        outcome,
        seed,
        workers,
        cache,
        progress,
        language,
    )
    if not all(worlds.counts.values()):
        raise NoWorldError(worlds.failures[0])
    each = math.ceil(trials / replications)
    rows = [
        {**row, "weeks": one.waves * wave_weeks}
        for one in plans
        for asked in sorted({*survey_size})
        for row in tried(worlds, one, asked, each, seed, alpha, power)
    ]
    table = pd.DataFrame(rows)
    table.insert(3, "weeks", table.pop("weeks"))
    return PilotPower(scenario, design, pilot, table, worlds.failures, language)


def _check(scenario: Scenario, design: Design, pilot: Pilot) -> None:
    for name, chosen, known in (
        ("outcome", pilot.outcome, tuple(COLUMNS)),
        ("roll_out", pilot.roll_out, ROLL_OUTS),
        ("streets", pilot.streets, STREETS),
        ("method", pilot.method, METHODS),
    ):
        if chosen not in known:
            raise InputError(f"{name}: must be one of {', '.join(known)}, got {chosen!r}{closest(chosen, known)}")
    for name, number, least in (
        ("steps", pilot.steps, 1),
        ("wave_weeks", pilot.wave_weeks, 1),
        ("replications", pilot.replications, 2),
        ("trials", pilot.trials, 1),
        ("seed", pilot.seed, 0),
    ):
        whole(name, number, least)
    for name, share in (("alpha", pilot.alpha), ("power", pilot.power)):
        if not isinstance(share, int | float) or not 0.0 < share < 1.0:
            raise InputError(f"{name}: must lie between 0 and 1, got {share!r}")
    if pilot.method not in METHODS[:2] and pilot.roll_out != STAGED:
        raise InputError(
            f"method: {pilot.method} is for a staged roll-out; in a parallel one it is the same as two_way"
        )
    for owner, specs in (("scenario", scenario.mechanisms), ("design", design.mechanisms)):
        for name, spec in specs.items():
            if spec.starts or spec.communities:
                raise InputError(
                    f"{owner}: mechanisms.{name}: starts and communities are for the roll-out to say; leave them out"
                )
