"""Designs against the baseline: effects, for whom, at what cost, and what drove them."""

from __future__ import annotations

import functools
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from experiments import formats
from experiments.analyses.effects import paired_effects
from experiments.answers import answer, directions
from experiments.comparison.costs import COSTS, costs_of
from experiments.comparison.ensemble import BASELINE, Ensemble
from experiments.comparison.explain import Explanation, explained
from experiments.comparison.futures import Futures, futures_of
from experiments.comparison.lives import SAME, winners_losers
from experiments.comparison.words import cell, graded, sentence
from experiments.page import Block, Paragraph, Report, Statements, to_markdown
from experiments.text import spoken, text
from sim.errors import InputError, closest
from sim.outcomes import OUTCOMES

_NAMES = {"better": "chance_better", "variance_ratio": "variance_gain"}
_GROUP_OUTCOMES = {"participation": "participation_year"}  # groups are measured over the year


class Comparison(Ensemble):
    """Designs compared with the baseline in the same futures and under the same luck.

    Tables are in the model's units: shares and scores go from 0 to 1, so that an effect of 0.012 is 1.2 points. Words
    and figures are in points.
    """

    @functools.cached_property
    def effects(self) -> pd.DataFrame:
        """Effects on the outcomes of interest and on costs; see :meth:`effects_on`."""
        return self.effects_on(*self._shown_outcomes)

    def effects_on(self, *outcomes: str) -> pd.DataFrame:
        """Paired effects of every design on some outcomes, or on all of the model when none is named.

        Returns
        -------
        DataFrame
            ``design``, ``outcome``, ``unit``, ``base``, ``value``, ``effect`` with its 95 % interval ``low`` and
            ``high``, quantiles over futures ``q05``, ``median`` and ``q95``, ``chance_better`` (share of pairs in which
            the design is better), ``variance_gain`` (how many times more runs it would take without pairing), ``n``
            (pairs), ``left_out``, ``futures``.
        """
        names = list(map(self._known, outcomes)) or self.result.outcomes
        return self._told(paired_effects(self.result.unique_runs, directions(names)))

    def by_group(self) -> pd.DataFrame:
        """Effects by group of residents: as :attr:`effects`, with ``dimension`` and ``group``; last year of the run."""
        return self._by("groups", "group")

    def by_type(self) -> pd.DataFrame:
        """Effects by type of community: as :attr:`effects`, with ``type``."""
        return self._by("types", "type")

    def by_community(self) -> pd.DataFrame:
        """Effects by community: as :attr:`effects`, with ``community``."""
        return self._by("communities", "community")

    def _by(self, analysis: str, key: str) -> pd.DataFrame:
        table = answer(self.result, analysis)[f"effects_by_{key}"]
        wanted = dict.fromkeys([*self._shown_outcomes, *(_GROUP_OUTCOMES.get(one, one) for one in self.outcomes)])
        keep = [one for one in wanted if key != "group" or one not in _GROUP_OUTCOMES]
        return self._told(table[table["outcome"].isin(keep) & (table["n"] > 0)])

    def _told(self, table: pd.DataFrame) -> pd.DataFrame:
        table = self._named(table.drop(columns="policy").rename(columns=_NAMES))
        table.insert(list(table.columns).index("outcome") + 1, "unit", [OUTCOMES[one].unit for one in table["outcome"]])
        return table

    def winners_losers(
        self, outcome: str = "satisfaction", more: float = SAME, replications: int | None = None
    ) -> pd.DataFrame:
        """Share of adults who are better off, the same or worse off than they would be without the design.

        The same people live the same years under the same luck, with the design and without it, so that lives can be
        compared one by one at the end of the run. Lives drift apart by chance once something has changed around them:
        the shares mix the design's work with that. Uncertain numbers are at the catalogue's values.

        Parameters
        ----------
        outcome : str
            ``satisfaction``, ``trust``, ``belonging``, ``efficacy``, or ``participation`` (in the last year).
        more : float
            Change in points (of 100) up to which a life counts as the same; assumed, by default 1.
        replications : int
            Runs of each design whose residents are kept; by default as many as memory bears, at most 4.

        Returns
        -------
        DataFrame
            ``design``, ``dimension``, ``group`` (``all`` first), ``better``, ``same`` and ``worse`` (shares of adults),
            ``change`` (mean, in the model's unit), ``adults`` (a replication), ``n`` (replications), ``more``.

        Raises
        ------
        InputError
            If the outcome is not one of these.
        """
        key = (outcome, more, replications)
        if key not in self._lives:
            table = winners_losers(self.result.study, self._how, self._cache, outcome, more, replications)
            self._lives[key] = self._named(table)
        return self._lives[key].copy()

    @functools.cached_property
    def _lives(self) -> dict[tuple[str, float, int | None], pd.DataFrame]:
        return {}

    def costs(self) -> pd.DataFrame:
        """Extra costs of each design, and what one more point of an outcome costs.

        Returns
        -------
        DataFrame
            ``design``; ``yuan`` (a resident and year) and ``staff_hours`` (a week, for 1,000 residents), each with
            ``_low`` and ``_high``; for every outcome of interest that has points, ``yuan_per_point_OUTCOME`` with
            Fieller's (1954) 95 % interval, and ``note_OUTCOME``: why there is no price, where the effect is ``unclear``
            or ``worse``, or the design is ``cheaper``, or by its estimate ``not dearer``.
        """
        return costs_of(self)

    def explain(self, design: str, outcome: str = "satisfaction") -> Explanation:
        """What changed on the way to an outcome: measures of the process, the clearest change first.

        Raises
        ------
        InputError
            If the design or the outcome is unknown.
        """
        return explained(self, self._design(design), self._known(outcome))

    def in_futures(self, design: str, outcome: str = "satisfaction", more: float = 0.0) -> Futures:
        """In how many futures a design holds, which uncertain numbers that hangs on, and where it falls short.

        Parameters
        ----------
        design : str
        outcome : str
            One of which more or less is better.
        more : float
            By how much the design has to be better: in points for shares and scores, else in the outcome's unit.

        Raises
        ------
        InputError
            If the design or the outcome is unknown, or nothing was uncertain.
        """
        return futures_of(self, self._design(design), self._known(outcome), more)

    def sentences(self, language: str | None = None) -> dict[str, str]:
        """One sentence on each design: effects, how sure each is, and what it costs."""
        language = spoken(language)
        table = self.effects
        told = {}
        for design in self.designs[1:]:
            rows = {row["outcome"]: row for row in table[table["design"] == design].to_dict("records")}
            aims = [rows[name] for name in self.outcomes]
            told[design] = sentence(design, aims, rows["yuan"], language)
        return told

    def sentence(self, language: str | None = None) -> str:
        """What can be said of the designs, one sentence for each."""
        return "\n".join(self.sentences(language).values())

    def statements(self, language: str | None = None) -> list[Block]:
        """Graded sentences, by outcome and design."""
        language = spoken(language)
        table = self.effects[self.effects["outcome"].isin(self.outcomes)]
        rows = table.to_dict("records")
        return [Statements([graded(row["design"], row, language) for row in rows])]

    def report(self, language: str | None = None) -> Report:
        """Page in Markdown: what was run, what each design does, for whom, at what cost, and what to be careful of."""
        from experiments.pages import page_of

        language = spoken(language)
        page = page_of(self.result, language)
        first: list[Block] = [Paragraph(words) for words in self.sentences(language).values()]
        place = next((i for i, one in enumerate(page) if i and not isinstance(one, Paragraph)), len(page))
        return Report(to_markdown([*page[:place], *first, *page[place:]]))

    def write_report(self, folder: str | Path, language: str | None = None) -> Path:
        """Write the report as HTML, one file that needs no other, and as Markdown; return the HTML file."""
        from experiments.report import write_report

        folder = Path(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{folder}: cannot be made ({error.strerror}); give a folder") from None
        return write_report(self.result, folder, spoken(language))

    def __repr__(self) -> str:
        """Sentences and table."""
        return f"{self.sentence()}\n\n{self.table().to_string()}"

    def _repr_html_(self) -> str:
        words = "".join(f"<p>{escape(one)}</p>" for one in self.sentences().values())
        return f"{self.table().to_html(border=0)}{words}"

    def table(self, language: str | None = None) -> pd.DataFrame:
        """Effects as readers see them: designs x outcomes, in points, with intervals."""
        language = spoken(language)
        table = self.effects
        columns = {}
        for name in self._shown_outcomes:
            outcome = OUTCOMES[name]
            head = text(
                language,
                "format.with_unit",
                label=outcome.label[language],
                unit=formats.change_unit_alone(outcome, language),
            )
            rows = table[table["outcome"] == name].to_dict("records")
            columns[head] = {row["design"]: cell(row, language) for row in rows}
        return pd.DataFrame(columns).rename_axis(text(language, "compare.design"))

    def _design(self, name: str) -> str:
        if name not in self.designs[1:]:
            raise InputError(f"unknown design {name!r}{closest(name, self.designs[1:])}")
        return name

    def _known(self, name: str) -> str:
        if name not in self.result.outcomes:
            raise InputError(f"unknown outcome {name!r}{closest(name, self.result.outcomes)}")
        return name

    def pairs(self, design: str, *outcomes: str) -> pd.DataFrame:
        """Differences of a design to the baseline, pair by pair: outcomes by ``future`` and ``replication``."""
        from experiments.analyses.contrasts import changes

        return changes(self.result.unique_runs, list(map(self._known, outcomes)), self._design(design))

    def to_frame(self) -> pd.DataFrame:
        """Tidy table: ``design``, ``future``, ``replication``, ``outcome``, ``value``, ``change`` to the baseline."""
        table: Any = super().to_frame()
        keys = ["future", "replication", "outcome"]
        base = table[table["design"] == BASELINE].set_index(keys)["value"].rename("base")
        joined = table.join(base, on=keys)
        return joined.assign(change=joined["value"] - joined["base"]).drop(columns="base")


__all__ = ["BASELINE", "COSTS", "Comparison"]
