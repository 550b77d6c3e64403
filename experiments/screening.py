"""Screening: which uncertain numbers move the answer, beside how well each is known (Morris 1991; SALib).

A trajectory changes every number once, one after another; the change of an outcome over the change of the number is
its elementary effect. ``mu_star`` is the mean of their sizes over trajectories (Campolongo, Cariboni & Saltelli 2007),
``sigma`` their standard deviation: large where the effect depends on the other numbers. One factor more, ``chance``,
changes nothing but the seed: numbers below it cannot be told from luck.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.analyses import morris
from experiments.analyses.complete import IncompleteError
from experiments.engine import MakeExecutor
from experiments.finding import Finding
from experiments.page import Block, Bullets, Heading, Paragraph, Picture, Table
from experiments.paired import Case, Runs, five_types, run_cases, whole_place
from experiments.seeds import replication_seed
from experiments.study import ALL, NOTHING, STUDIES, Study
from experiments.text import text
from experiments.uncertain import as_parameters, mechanism_numbers, process_numbers
from sim.catalogue import GRADES, Entry
from sim.outcomes import OUTCOMES
from sim.result import provenance

SHOWN = ("participation", "satisfaction", "fulfilment")
CHANCE = morris.CHANCE
EFFECT, LEVEL = "effect", "level"
GRID = 4  # levels of each number, as Morris proposes
TOP = 10
DANGER = 1 / 3  # of the strongest influence: from there on a number of grade C or D is a danger
CASES_AT_ONCE = 32


@dataclass(frozen=True)
class Setting:
    """How much is run: trajectories of one run more than there are numbers, each without mechanisms and with all."""

    trajectories: int = 8
    residents: int = 200
    warmup: int = 52
    weeks: int = 78
    seed: int = 1

    @classmethod
    def quick(cls) -> Setting:
        """A look at it: two trajectories of small places."""
        return cls(trajectories=2, residents=60, warmup=6, weeks=13)


def swept_numbers(study: Study) -> list[Entry]:
    """All numbers that the answer of a study may hang on and that can be swept."""
    used = [*study.across, *study.doses(study.all_on)]
    return [*process_numbers(), *mechanism_numbers(used)]


def run_screening(
    study: Study,
    setting: Setting,
    entries: Sequence[Entry] | None = None,
    workers: int | None = None,
    language: str = "en",
    progress: bool = True,
    make_executor: MakeExecutor | None = None,
) -> Finding:
    """Run the trajectories and rank the numbers.

    Parameters
    ----------
    study : Study
        Its design with all paths is compared with nothing, on one community of each type.
    setting : Setting
    entries : sequence of Entry
        Numbers to sweep; by default :func:`swept_numbers`.
    workers, language, progress, make_executor
        As for :func:`experiments.paired.run_cases`.

    Raises
    ------
    IncompleteError
        If any run failed or an outcome is not a number.
    """
    from experiments.plots.screening import draw_screening

    entries = list(entries if entries is not None else swept_numbers(study))
    sample = trajectories(len(entries), setting)
    place = five_types(setting.residents, setting.warmup, setting.weeks)
    designs = {
        NOTHING: {"mechanisms": dict(study.across)},
        ALL: {"mechanisms": {**study.across, **study.doses(study.all_on)}},
    }
    cases = [
        Case({"point": point}, place | {"parameters": as_parameters(entries, row[:-1])}, seed, designs)
        for point, row in enumerate(sample)
        for seed in [_seed(setting, point // (len(entries) + 2), row[-1])]
    ]
    runs = run_cases(cases, whole_place, workers, language, progress, make_executor, batch=CASES_AT_ONCE)
    table = screened(sample, answers(runs), entries)
    told: dict[str, Any] = asdict(setting) | {"numbers_swept": len(entries), "points": len(sample)}
    return Finding(
        name="sensitivity",
        tables={"screening": table},
        page=lambda spoken, figures: screening_page(table, study, told, spoken, figures),
        figures={"influence_and_evidence": lambda spoken: draw_screening(table, len(entries), spoken)},
        details={"setting": told, "study": study.name, "workers": runs.workers},
        files={f"{study.name}_screening.csv": stored(table, study, told)},
    )


def trajectories(numbers: int, setting: Setting) -> np.ndarray:
    """Points of all trajectories: a place between 0 and 1 for each number, and one for the seed."""
    from SALib.sample.morris import sample

    problem = morris.problem([*(f"x{number}" for number in range(numbers)), CHANCE])
    return np.asarray(sample(problem, setting.trajectories, num_levels=GRID, seed=setting.seed))


def _seed(setting: Setting, trajectory: int, chance: float) -> int:
    """Seed of a point: all points of a trajectory share their luck, but for the step of ``chance``."""
    return replication_seed(setting.seed, 2 * trajectory + (chance > 0.5))


def answers(runs: Runs) -> pd.DataFrame:
    """Effects of all against nothing, and levels of nothing, by point: columns are (kind, outcome).

    Elementary effects need every point; SALib makes zeros of those that miss one, without a word.

    Raises
    ------
    IncompleteError
        See :func:`run_screening`.
    """
    if runs.failures:
        raise IncompleteError(text("en", "screening.incomplete", failed=len(runs.failures), first=runs.failures[0]))
    by_design = {name: part.set_index("point") for name, part in runs.table.groupby("design")}
    columns = {}
    for name in SHOWN:
        columns[EFFECT, name] = by_design[ALL][name] - by_design[NOTHING][name]
        columns[LEVEL, name] = by_design[NOTHING][name]
    table = pd.DataFrame(columns).sort_index()
    unknown = table.index[table.isna().any(axis=1)]
    if len(unknown):
        raise IncompleteError(text("en", "screening.unknown", points=", ".join(map(str, unknown[:10]))))
    return table


def screened(sample: np.ndarray, answered: pd.DataFrame, entries: Sequence[Entry]) -> pd.DataFrame:
    """Influence of each number on each answer.

    Returns
    -------
    DataFrame
        ``kind`` (``effect`` of all paths, ``level`` without any), ``outcome``, ``rank``, ``parameter``, ``grade``,
        ``mu_star``, ``mu_star_conf`` (half of its 95 % interval, by bootstrap), ``mu``, ``sigma`` (all in the
        outcome's unit, for a step over the whole range), ``relative`` (``mu_star`` over the strongest) and
        ``above_chance``.
    """
    names = [*(one.name for one in entries), CHANCE]
    grades = [*(one.grade for one in entries), ""]
    tables = []
    for kind, outcome in answered.columns:
        values = answered[kind, outcome].to_numpy(dtype=float)
        if not np.isfinite(values).all():
            raise IncompleteError(text("en", "screening.unknown", points=f"{kind} {outcome}"))
        found = morris.statistics(names, sample, values, GRID)
        table = pd.DataFrame({"kind": kind, "outcome": outcome, "parameter": names, "grade": grades})
        table = table.join(found[["mu_star", "mu_star_conf", "mu", "sigma"]])
        numbers = table["parameter"] != CHANCE
        chance = float(table.loc[~numbers, "mu_star"].iloc[0])
        table["relative"] = table["mu_star"] / (float(table.loc[numbers, "mu_star"].max()) or 1.0)
        table["above_chance"] = table["mu_star"] > chance
        table = table.sort_values(["mu_star", "parameter"], ascending=[False, True], ignore_index=True)
        table.insert(2, "rank", np.arange(1, len(table) + 1))
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def screening_page(
    table: pd.DataFrame, study: Study, setting: Mapping[str, Any], language: str, figures: Sequence[str]
) -> list[Block]:
    """The numbers that the answer hangs on most, for each headline."""
    page: list[Block] = [
        Heading(text(language, "screening.title", study=study.title[language]), level=1),
        Paragraph(text(language, "screening.setting", **setting)),
    ]
    if figures:
        page.append(Picture(text(language, "screening.figure"), "figures/influence_and_evidence.png"))
    for kind in (EFFECT, LEVEL):
        page.append(Heading(text(language, f"screening.{kind}")))
        for name in SHOWN:
            part = table[(table["kind"] == kind) & (table["outcome"] == name)]
            page += [Heading(OUTCOMES[name].label[language], level=3), _top_table(part, name, language)]
    weak = table[(table["kind"] == EFFECT) & table["grade"].isin(["C", "D"]) & (table["relative"] >= DANGER)]
    page.append(Bullets([text(language, "screening.danger", numbers=weak["parameter"].nunique())]))
    return page


def _top_table(part: pd.DataFrame, name: str, language: str) -> Table:
    from experiments import formats

    outcome = OUTCOMES[name]
    header = [text(language, f"screening.{column}") for column in ("number", "grade", "mu_star", "half", "sigma")]
    rows = [
        [
            number_label(row["parameter"], language),
            row["grade"] or "–",
            *(formats.bare_level(outcome, row[column]) for column in ("mu_star", "mu_star_conf", "sigma")),
        ]
        for row in part[(part["rank"] <= TOP) | (part["parameter"] == CHANCE)].to_dict("records")
    ]
    return Table(
        header, rows, text(language, "screening.table_note", unit=formats.change_unit_alone(outcome, language))
    )


def number_label(name: str, language: str) -> str:
    """Label of a number of the model, with the mechanism that it belongs to; or what ``chance`` is."""
    from experiments.labels import mechanism_label
    from sim import catalogue
    from sim.mechanisms import mechanisms

    if name == CHANCE:
        return text(language, "screening.chance")
    owner, _, short = name.partition(".")
    if owner in mechanisms():
        label = mechanisms()[owner].entries()[short].label[language]
        return text(language, "screening.of_mechanism", label=label, mechanism=mechanism_label(owner, language))
    return catalogue.process_entries(owner)[short].label[language]


# The stored screening of a study --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stored:
    """A screening that comes with the package.

    Attributes
    ----------
    origin : dict
        Study, setting and hash of the model's sources that it was made with.
    table : DataFrame
        Effects of all paths: ``outcome``, ``rank``, ``parameter``, ``grade``, ``mu_star``, ``sigma``.
    """

    origin: Mapping[str, Any]
    table: pd.DataFrame

    def mismatches(self, study: Study) -> int:
        """Count numbers of which only one, the model or the screening, knows, or whose grade is another now."""
        now = {(one.name, one.grade) for one in swept_numbers(study)}
        numbers = self.table[self.table["parameter"] != CHANCE]
        then = set(zip(numbers["parameter"], numbers["grade"], strict=True))
        return len({name for name, _ in now ^ then})

    @property
    def is_of_this_model(self) -> bool:
        """Whether the model's sources are the same to the byte."""
        return bool(self.origin.get("source_hash") == provenance()["source_hash"])


def stored(table: pd.DataFrame, study: Study, setting: Mapping[str, Any]) -> str:
    """Text of the file that a study's summary reads; it carries no date, so that it changes only if the numbers do."""
    columns = ["outcome", "rank", "parameter", "grade", "mu_star", "sigma", "above_chance"]
    effects = table.loc[table["kind"] == EFFECT, columns]
    origin = {"study": study.name, **setting, "source_hash": provenance()["source_hash"]}
    rows = effects.to_csv(index=False, float_format="%.6g", lineterminator="\n")
    return f"# {json.dumps(origin, sort_keys=True)}\n{rows}"


def stored_screening(study: Study, folder: Path = STUDIES) -> Stored | None:
    """Screening that is stored for a study; None when there is none."""
    file = folder / f"{study.name}_screening.csv"
    if not file.exists():
        return None
    head, _, rows = file.read_text(encoding="utf-8").partition("\n")
    table = pd.read_csv(io.StringIO(rows), keep_default_na=False)
    return Stored(json.loads(head.removeprefix("#")), table)


def assumption_sentences(study: Study, language: str, folder: Path = STUDIES) -> list[str]:
    """Which assumed numbers each headline of a study hangs on, as far as a stored screening tells."""
    known = stored_screening(study, folder)
    if known is None:
        return [text(language, "screening.none")]
    differing = known.mismatches(study)
    if differing:
        return [text(language, "screening.mismatch", numbers=differing)]
    told = [_headline(known.table[known.table["outcome"] == name], name, language) for name in SHOWN]
    told.append(text(language, "screening.read", trajectories=known.origin["trajectories"]))
    if not known.is_of_this_model:
        told.append(text(language, "screening.other_sources"))
    return told


def _headline(part: pd.DataFrame, name: str, language: str) -> str:
    from experiments import formats

    outcome = OUTCOMES[name]
    top = part[part["parameter"] != CHANCE].nsmallest(TOP, "rank")
    assumed = top[(top["grade"] == "D") & top["above_chance"]]
    if assumed.empty:
        return text(language, "screening.headline_none", outcome=outcome.label[language], top=TOP)
    listed = text(language, "format.semicolon").join(
        f"{number_label(row['parameter'], language)} {formats.bare_level(outcome, row['mu_star'])}"
        for row in assumed.to_dict("records")
    )
    return text(
        language,
        "screening.headline",
        outcome=outcome.label[language],
        top=len(top),
        assumed=len(assumed),
        numbers=listed,
        unit=formats.change_unit_alone(outcome, language),
    )


assert set("ABCD") == set(GRADES), "the diagram has a column for each grade"
