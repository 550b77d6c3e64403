"""What a calibration found: draws of the parameters, how well targets are met, and what to be careful about."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments import formats
from experiments.calibration.prior import PriorSample
from experiments.calibration.targets import MEASURED, Observed
from experiments.designs.design import Factor
from experiments.labels import community_label
from experiments.screening import number_label
from experiments.text import spoken, text
from experiments.uncertain import told_apart_by_types
from sim import Scenario
from sim.errors import InputError
from sim.outcomes import OUTCOMES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.page import Block

IDENTIFIED = 0.2  # least contraction at which a parameter counts as identified (assumed; chance alone makes up to 0.1)
TRADE_OFF = 0.5  # least correlation of a pair that is named (assumed)
EDGE, PILED = 0.05, 0.25  # share of the range that is its edge, and of the draws there that is too much (assumed)
INTERVAL = (0.025, 0.5, 0.975)
FEW_LOST = 0.01  # share of runs that may fail without a word (assumed)


@dataclass(frozen=True)
class Posterior:
    """Parameters that agree with what was observed.

    Attributes
    ----------
    sample : DataFrame
        Draws of equal weight in the parameters' units, a column for each parameter.
    targets : Observed
    prior : PriorSample
        Runs of the first round; ``calibrate(…, sample=posterior.prior)`` meets other targets with them.
    last : PriorSample
        Runs on which the draws rest: those of the last round, and earlier ones within its narrower ranges.
    predicted : PriorSample
        Runs with some of the draws.
    seed : int
    language : str
        Of words: ``en``, ``zh_hans`` or ``zh_hant``.
    """

    sample: pd.DataFrame = field(repr=False)
    targets: Observed = field(repr=False)
    prior: PriorSample = field(repr=False)
    last: PriorSample = field(repr=False)
    predicted: PriorSample = field(repr=False)
    seed: int = 1
    language: str = "en"

    @property
    def factors(self) -> tuple[Factor, ...]:
        """Parameters with their prior ranges."""
        return self.prior.factors

    @functools.cached_property
    def summary(self) -> pd.DataFrame:
        """A row for each parameter.

        ``parameter``, ``label``, ``prior_low``, ``prior_high``, ``median``, ``low``, ``high`` (95 %), ``contraction``
        (1 − standard deviation of the posterior / of the prior: 0 nothing learnt, 1 all), ``identified``, ``note``.
        """
        low, median, high = self.sample.quantile(list(INTERVAL)).to_numpy()
        bounds = np.array([(one.low, one.high) for one in self.factors])
        prior_sd = (bounds[:, 1] - bounds[:, 0]) / np.sqrt(12.0)
        table = pd.DataFrame(
            {
                "parameter": self.prior.names,
                "label": [number_label(name, self.language) for name in self.prior.names],
                "prior_low": bounds[:, 0],
                "prior_high": bounds[:, 1],
                "median": median,
                "low": low,
                "high": high,
                "contraction": 1.0 - self.sample.std(ddof=0).to_numpy() / prior_sd,
            }
        )
        table["identified"] = table["contraction"] >= IDENTIFIED
        table["note"] = [text(self.language, f"posterior.note_{one}") if one else "" for one in self._notes(table)]
        return table

    def _notes(self, table: pd.DataFrame) -> list[str]:
        places = self.prior.to_unit(self.sample.to_numpy())
        at_low, at_high = (places < EDGE).mean(axis=0), (places > 1.0 - EDGE).mean(axis=0)
        return [
            "unidentified" if not known else "low" if low > PILED else "high" if high > PILED else ""
            for known, low, high in zip(table["identified"], at_low, at_high, strict=True)
        ]

    @functools.cached_property
    def fit(self) -> pd.DataFrame:
        """A row for each target: observed, and what the model makes of it with draws of the posterior.

        ``outcome``, ``label``, ``community``, ``value``, ``low``, ``high`` (as observed, 95 %), ``simulated``,
        ``simulated_low``, ``simulated_high`` (median and 95 % of what would be measured), ``prior_low``, ``prior_high``
        (95 % of what would be measured over all prior ranges), ``inside`` (whether the observed value is in the
        simulated interval), ``reachable`` (whether any run of the prior came as far; else the target is left out).
        """
        names, places = zip(*self.targets.wanted, strict=True)
        low, high = self.targets.interval()
        after, before = self._measured(self.predicted), self._measured(self.prior)
        simulated = np.nanquantile(after, INTERVAL, axis=0)
        prior = np.nanquantile(before, INTERVAL, axis=0)
        values = self.targets.goal
        return pd.DataFrame(
            {
                "outcome": names,
                "label": [self._target_label(*one) for one in self.targets.wanted],
                "community": places,
                "value": values,
                "low": low,
                "high": high,
                "simulated": simulated[1],
                "simulated_low": simulated[0],
                "simulated_high": simulated[2],
                "prior_low": prior[0],
                "prior_high": prior[2],
                "inside": (simulated[0] <= values) & (values <= simulated[2]),
                "reachable": self.targets.reached(self.prior.simulated(self.targets.wanted), self.seed),
            }
        )

    def _measured(self, runs: PriorSample) -> NDArray[np.float64]:
        """What would be measured of runs."""
        simulated = np.tile(runs.simulated(self.targets.wanted), (MEASURED, 1))
        return self.targets.measured(simulated, np.random.default_rng(self.seed))

    def _target_label(self, outcome: str, community: str) -> str:
        words = OUTCOMES[outcome].label[self.language]
        if not community:
            return words
        place = community_label(self.prior.scenario, community, self.language)
        return text(self.language, "posterior.target_in", outcome=words, community=place)

    @functools.cached_property
    def correlations(self) -> pd.DataFrame:
        """Rank correlation of each pair of parameters in the posterior (Spearman): parameters x parameters."""
        return self.sample.corr("spearman")

    @functools.cached_property
    def warnings(self) -> list[str]:
        """What to be careful about, in sentences; empty when there is nothing."""
        return [*self._of_targets(), *self._of_parameters(), *self._of_runs()]

    def _of_targets(self) -> Iterator[str]:
        for row, exact in zip(self.fit.to_dict("records"), self.targets.exact, strict=True):
            outcome = OUTCOMES[row["outcome"]]
            words = {name: formats.level(outcome, row[name], self.language) for name in _NUMBERS}
            if not row["reachable"]:
                yield text(self.language, "posterior.unreachable", target=row["label"], **words)
            elif not row["inside"]:
                yield text(self.language, "posterior.missed", target=row["label"], **words)
            if exact:
                yield text(self.language, "posterior.exact", target=row["label"])

    def _of_parameters(self) -> Iterator[str]:
        table, separator = self.summary, text(self.language, "format.semicolon")
        unknown = table.loc[~table["identified"], "label"]
        if len(unknown):
            yield text(
                self.language, "posterior.unidentified", parameters=separator.join(unknown), least=f"{IDENTIFIED:g}"
            )
        for row, note in zip(table.to_dict("records"), self._notes(table), strict=True):
            if note in ("low", "high"):
                end = f"{row[f'prior_{note}']:g}"
                yield text(self.language, f"posterior.edge_{note}", parameter=row["label"], end=end)
        labels = dict(zip(table["parameter"], table["label"], strict=True))
        for row, one in enumerate(self.prior.names):
            for other in self.prior.names[row + 1 :]:
                found = float(self.correlations.loc[one, other])
                if abs(found) >= TRADE_OFF:
                    number = f"{found:+.2f}".replace("-", formats.MINUS)
                    yield text(
                        self.language, "posterior.trade_off", one=labels[one], other=labels[other], correlation=number
                    )
        if len({one.name for one in self.prior.scenario.types}) > 1:
            own = [labels[name] for name in self.prior.names if name in told_apart_by_types()]
            if own:
                yield text(self.language, "posterior.one_for_all", parameters=separator.join(own))

    def _of_runs(self) -> Iterator[str]:
        known = np.isfinite(self.last.simulated(self.targets.wanted)).all(axis=1)
        if (~known).mean() > FEW_LOST:
            yield text(self.language, "posterior.lost", lost=int((~known).sum()), runs=len(self.last))

    def beside(self, known: Mapping[str, float]) -> pd.DataFrame:
        """Known values beside what was found, as of a synthetic case or a measurement in the field.

        Parameters
        ----------
        known : dict of str to float
            Values by dotted name; those that are no parameters here are left out.

        Returns
        -------
        DataFrame
            ``parameter``, ``label``, ``known``, ``median``, ``low``, ``high`` (95 %), ``inside``, ``identified``.
        """
        table = self.summary[self.summary["parameter"].isin(list(known))].reset_index(drop=True)
        table.insert(2, "known", table["parameter"].map(dict(known)).astype(float))
        table["inside"] = table["known"].between(table["low"], table["high"])
        return table[["parameter", "label", "known", "median", "low", "high", "inside", "identified"]]

    # Use --------------------------------------------------------------------------------------------------------------

    def scenario(self, draw: int | None = None) -> Scenario:
        """Scenario with the parameters' medians, or with one of the draws.

        Each parameter has its own median, so where parameters trade off a draw is the more typical set of them.
        """
        if draw is None:
            values = self.sample.median()
        elif -len(self.sample) <= draw < len(self.sample):
            values = self.sample.iloc[draw]
        else:
            raise InputError(f"draw: must be below {len(self.sample)}, the number of draws, got {draw}")
        place = self.prior.scenario
        return place.replace(parameters={**place.parameters, **{name: float(one) for name, one in values.items()}})

    def futures(self, n: int = 20) -> list[dict[str, float]]:
        """The first ``n`` draws as parameters by name: futures in which to compare designs."""
        if not 1 <= n <= len(self.sample):
            raise InputError(f"n: must be 1 to {len(self.sample)}, the number of draws, got {n}")
        return [{str(name): float(one) for name, one in row.items()} for row in self.sample.head(n).to_dict("records")]

    def in_language(self, language: str) -> Posterior:
        """Same posterior with words in another language."""
        return replace(self, language=spoken(language))

    def to_csv(self, folder: str | Path) -> None:
        """Write ``sample.csv``, ``summary.csv`` and ``fit.csv`` into a folder."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("sample", "summary", "fit"):
            getattr(self, name).to_csv(folder / f"{name}.csv", index=False)

    @property
    def plot(self) -> Plots:
        """Figures: ``plot.posterior()``, ``plot.fit()``, ``plot.pairs()``."""
        return Plots(self)

    def report(self, language: str | None = None) -> str:
        """Page in Markdown: parameters, how well the targets are met, what to be careful about."""
        from experiments.page import to_markdown

        return to_markdown((self if language is None else self.in_language(language)).blocks())

    def blocks(self) -> list[Block]:
        """Page of the posterior."""
        from experiments.page import Bullets, Heading, Paragraph, Table

        def words(id: str, **values: Any) -> str:
            return text(self.language, f"posterior.{id}", **values)

        between = functools.partial(text, self.language, "format.interval")
        parameters = [
            [
                row["label"],
                between(low=_short(row["prior_low"]), high=_short(row["prior_high"])),
                _short(row["median"]),
                between(low=_short(row["low"]), high=_short(row["high"])),
                f"{max(0.0, row['contraction']):.2f}",
                row["note"] or "–",
            ]
            for row in self.summary.to_dict("records")
        ]
        fitted = []
        for row in self.fit.to_dict("records"):
            outcome = OUTCOMES[row["outcome"]]
            shown = {name: formats.bare_level(outcome, row[name]) for name in _NUMBERS}
            fitted.append(
                [
                    text(
                        self.language,
                        "format.with_unit",
                        label=row["label"],
                        unit=formats.unit(outcome, self.language),
                    ),
                    shown["value"],
                    between(low=shown["low"], high=shown["high"]),
                    shown["simulated"],
                    between(low=shown["simulated_low"], high=shown["simulated_high"]),
                    words("yes" if row["inside"] else "no"),
                ]
            )
        heads = [words(f"column_{name}") for name in ("parameter", "prior", "median", "interval", "learnt", "note")]
        fit_heads = [
            words(f"column_{name}") for name in ("target", "observed", "interval", "simulated", "interval", "inside")
        ]
        return [
            Heading(words("title"), level=1),
            Paragraph(words("sentence", runs=f"{len(self.last):,}", targets=len(self.targets))),
            Heading(words("parameters"), level=2),
            Table(heads, parameters, words("parameters_note")),
            Heading(words("fit"), level=2),
            Table(fit_heads, fitted, words("fit_note", runs=len(self.predicted))),
            Heading(words("careful"), level=2),
            *([Bullets(self.warnings)] if self.warnings else [Paragraph(words("nothing_careful"))]),
        ]

    def _repr_html_(self) -> str:
        from experiments.html import fragment

        return fragment(self.blocks())


_NUMBERS = ("value", "low", "high", "simulated", "simulated_low", "simulated_high", "prior_low", "prior_high")


def _short(number: float) -> str:
    return f"{number:.3g}".replace("-", formats.MINUS)


@dataclass(frozen=True)
class Plots:
    """Figures of a posterior, in the house style; ``language`` is the posterior's unless given."""

    of: Posterior = field(repr=False)

    def posterior(self, language: str | None = None, known: Mapping[str, float] | None = None) -> Figure:
        """What is believed of each parameter, before and after; ``known`` marks values that are known by name."""
        return self._drawn("draw_posterior", language, known=known or {})

    def fit(self, language: str | None = None) -> Figure:
        """Each target: observed, and what the model makes of it before and after."""
        return self._drawn("draw_fit", language)

    def pairs(self, language: str | None = None) -> Figure:
        """Draws of each pair of parameters, with their correlation."""
        return self._drawn("draw_pairs", language)

    def _drawn(self, name: str, language: str | None, **more: Any) -> Figure:
        from experiments.plots import posterior, style

        drawn = style.language_drawn(language or self.of.language)
        with style.house_style(drawn):
            figure: Figure = getattr(posterior, name)(self.of.in_language(drawn), **more)
        return figure
