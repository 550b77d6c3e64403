"""Shape: crowding-out, overload, formalism and disappointed expectations, as curves over dose and time.

Each curve is a mean over seeds of differences to nothing under the same luck, with 95 % t-intervals. A shape that does
not appear is said not to appear.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments import formats
from experiments.analyses.intervals import is_clear, mean_interval
from experiments.engine import MakeExecutor
from experiments.finding import Finding
from experiments.page import Block, Bullets, Heading, Paragraph, Picture, Table
from experiments.paired import QUARTER, Case, by_quarter, complete, five_types, run_cases
from experiments.seeds import replication_seed
from experiments.text import text
from sim.mechanisms import mechanisms
from sim.outcomes import OUTCOMES

NOTHING = "nothing"
CROWDING, OVERLOAD, FORMALISM, EXPECTATIONS = PANELS = ("crowding", "overload", "formalism", "expectations")
INCENTIVES, ASSESSMENT, FEEDBACK = "volunteer_incentives", "satisfaction_assessment", "feedback_loop"
DOSES = (0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0)
SHOWN = {
    CROWDING: ("active_volunteers", "participation"),
    OVERLOAD: ("implementation", "satisfaction", "fulfilment"),
    FORMALISM: ("satisfied_surveyed", "satisfied"),
    EXPECTATIONS: ("satisfaction",),
}
# What the words on a shape rest on: the first outcome of each panel that the theory speaks of.
JUDGED = {CROWDING: "active_volunteers", OVERLOAD: "satisfaction", EXPECTATIONS: "satisfaction"}


@dataclass(frozen=True)
class Setting:
    """How much is run: seeds, residents in each of five communities, weeks."""

    replications: int = 24
    residents: int = 400
    warmup: int = 52
    weeks: int = 156
    seed: int = 1

    @classmethod
    def quick(cls) -> Setting:
        """A look at it within half a minute."""
        return cls(replications=3, residents=100, warmup=13, weeks=52)


def run_shapes(
    setting: Setting,
    workers: int | None = None,
    language: str = "en",
    progress: bool = True,
    make_executor: MakeExecutor | None = None,
) -> Finding:
    """Run the four families of designs and judge their shapes.

    Parameters
    ----------
    setting : Setting
    workers, language, progress, make_executor
        As for :func:`experiments.paired.run_cases`.
    """
    from experiments.plots.shapes import draw_shapes

    place = five_types(setting.residents, setting.warmup, setting.weeks)
    cases = [
        Case({"replication": number}, place, seed, designs(seed))
        for number in range(setting.replications)
        for seed in [replication_seed(setting.seed, number)]
    ]
    runs = run_cases(cases, by_quarter, workers, language, progress, make_executor)
    whole = complete(runs)
    curve = curves(whole)
    judged = verdicts(whole)
    told: dict[str, Any] = asdict(setting) | {"complete": int(whole["replication"].nunique())}
    return Finding(
        name="shapes",
        tables={"curves": curve, "verdicts": judged, "runs": runs.table},
        page=lambda spoken, figures: shapes_page(curve, judged, told, runs.failures, spoken, figures),
        figures={"shapes": lambda spoken: draw_shapes(curve, judged, spoken)},
        details={"setting": told, "workers": runs.workers},
        failures=runs.failures,
    )


def designs(seed: int) -> dict[str, dict[str, Any]]:
    """Designs of all panels. The order in which mechanisms are added for the overload is drawn anew for each seed."""
    found: dict[str, dict[str, Any]] = {NOTHING: {}}
    for dose in DOSES:
        found[f"{CROWDING}:{dose:g}"] = {"mechanisms": {INCENTIVES: dose}}
        found[f"{ASSESSMENT}:{dose:g}"] = {"mechanisms": {ASSESSMENT: dose}}
        found[f"{FEEDBACK}:{dose:g}"] = {"mechanisms": {ASSESSMENT: dose, FEEDBACK: dose}}
    order = sorted(mechanisms())
    random.Random(seed).shuffle(order)
    for count in numbers_of_mechanisms():
        found[f"{OVERLOAD}:{count}"] = {"mechanisms": dict.fromkeys(order[:count], 1.0)}
    return found


def numbers_of_mechanisms() -> list[int]:
    """Numbers of mechanisms at once for the overload: some dozen steps up to all."""
    most = len(mechanisms())
    return sorted({round(step * most / 12) for step in range(1, 13)} - {0})


def curves(runs: pd.DataFrame) -> pd.DataFrame:
    """Tidy curves of the panels.

    Returns
    -------
    DataFrame
        ``panel``, ``line`` (the mechanisms in force), ``outcome``, ``axis`` (``dose``, ``mechanisms`` or ``week``),
        ``x``, ``kind`` (``level``, or ``change`` against nothing), ``mean``, ``low``, ``high``, ``n``.
    """
    rows: list[dict[str, Any]] = []
    for dose in (0.0, *DOSES):
        rows += [
            _row(CROWDING, INCENTIVES, name, "dose", dose, "change", _change(runs, _at(CROWDING, dose), name))
            for name in SHOWN[CROWDING]
        ]
        for name in SHOWN[FORMALISM]:
            values = _year(runs, _at(ASSESSMENT, dose))[name]
            rows.append(_row(FORMALISM, ASSESSMENT, name, "dose", dose, "level", values))
        for line in (ASSESSMENT, FEEDBACK):
            change = _change(runs, _at(line, dose), "satisfaction")
            rows.append(_row(EXPECTATIONS, line, "satisfaction", "dose", dose, "change", change))
    for count in (0, *numbers_of_mechanisms()):
        for name in SHOWN[OVERLOAD]:
            design = f"{OVERLOAD}:{count}" if count else NOTHING
            is_level = name == "implementation"
            values = _year(runs, design)[name] if is_level else _change(runs, design, name)
            if not (is_level and count == 0):  # nothing is decided, so no share of it is carried out
                kind = "level" if is_level else "change"
                rows.append(_row(OVERLOAD, OVERLOAD, name, "mechanisms", count, kind, values))
    for line in (ASSESSMENT, FEEDBACK):
        change = _by_quarter(runs, f"{line}:1") - _by_quarter(runs, NOTHING)
        for quarter in change.columns:
            week = QUARTER * quarter - (QUARTER - 1) / 2
            rows.append(_row(EXPECTATIONS, line, "satisfaction", "week", week, "change", change[quarter]))
    return pd.DataFrame(rows)


def verdicts(runs: pd.DataFrame) -> pd.DataFrame:
    """Whether each shape appears, and the differences that say so.

    Where a curve is highest or lowest is found for each seed from the other seeds, so that picking the extreme does
    not by itself make a difference.

    Returns
    -------
    DataFrame
        ``panel``, ``test``, ``outcome``, ``x`` (dose, number or week that the test is about; NaN for none), ``mean``,
        ``low``, ``high`` (difference that the shape says is above 0), ``appears`` (whether its interval is).
    """
    name = JUDGED[CROWDING]
    changes = pd.DataFrame({dose: _change(runs, _at(CROWDING, dose), name) for dose in DOSES})
    harm = _extreme_of_others(-changes)
    numbers = pd.DataFrame(
        {count: _change(runs, f"{OVERLOAD}:{count}", JUDGED[OVERLOAD]) for count in numbers_of_mechanisms()}
    )
    peak, most = _extreme_of_others(numbers), numbers.columns[-1]
    least, best = float(changes.mean().idxmin()), float(numbers.mean().idxmax())
    gap = {dose: _year(runs, _at(ASSESSMENT, dose)) for dose in (0.0, 1.0)}
    gaps = {dose: table["satisfied_surveyed"] - table["satisfied"] for dose, table in gap.items()}
    alone, both = (_by_quarter(runs, f"{line}:1") - _by_quarter(runs, NOTHING) for line in (ASSESSMENT, FEEDBACK))
    first, last = alone.columns[0], alone.columns[-1]
    rows = [
        (CROWDING, "small_harms", name, least, harm),
        (CROWDING, "large_recovers", name, least, changes[1.0] + harm),
        (OVERLOAD, "some_help", JUDGED[OVERLOAD], best, peak),
        (OVERLOAD, "more_harms", JUDGED[OVERLOAD], best, peak - numbers[most]),
        (FORMALISM, "gap_widens", "satisfied_surveyed", np.nan, gaps[1.0] - gaps[0.0]),
        (EXPECTATIONS, "disappoints", "satisfaction", np.nan, alone[first] - alone[last]),
        (EXPECTATIONS, "feedback_saves", "satisfaction", np.nan, both[last] - alone[last]),
    ]
    found = []
    for panel, test, outcome, x, values in rows:
        mean, low, high = mean_interval(values.to_numpy())
        told = {"panel": panel, "test": test, "outcome": outcome, "x": x}
        found.append(told | {"mean": float(mean), "low": float(low), "high": float(high), "appears": bool(low > 0)})
    return pd.DataFrame(found)


def shapes_page(
    curve: pd.DataFrame,
    judged: pd.DataFrame,
    setting: dict[str, Any],
    failures: Sequence[str],
    language: str,
    figures: Sequence[str],
) -> list[Block]:
    """What the theory says of each shape, and whether it appears."""
    page: list[Block] = [
        Heading(text(language, "shapes.title"), level=1),
        Paragraph(text(language, "shapes.setting", **setting)),
    ]
    if "shapes" in figures:
        page.append(Picture(text(language, "shapes.figure"), "figures/shapes.png"))
    for panel in PANELS:
        tests = [verdict_in_words(row, language) for row in judged[judged["panel"] == panel].to_dict("records")]
        page += [
            Heading(text(language, f"shapes.{panel}")),
            Paragraph(text(language, f"shapes.{panel}_theory")),
            Bullets([*tests, whole_verdict(judged, panel, language)]),
        ]
        page.append(_curve_table(curve[curve["panel"] == panel], language))
    if failures:
        page.append(Paragraph(text(language, "check.failures", failed=len(failures))))
    return page


def verdict_in_words(row: dict[str, Any], language: str) -> str:
    """One test: the difference, its interval, and whether the interval is above 0."""
    outcome = OUTCOMES[row["outcome"]]
    verdict = "yes" if row["appears"] else "opposite" if is_clear(row["low"], row["high"]) else "unclear"
    return text(
        language,
        "shapes.test",
        test=text(language, f"shapes.{row['test']}", x=f"{row['x']:g}"),
        change=formats.change_in_words(outcome, row["mean"], language),
        interval=formats.interval(outcome, row["low"], row["high"], language),
        verdict=text(language, f"shapes.verdict_{verdict}"),
    )


def whole_verdict(judged: pd.DataFrame, panel: str, language: str) -> str:
    """Whether a shape appears: all its tests must say so."""
    appears = bool(judged.loc[judged["panel"] == panel, "appears"].all())
    return text(language, "shapes.appears" if appears else "shapes.missing")


def line_label(line: str, language: str) -> str:
    """Which mechanisms a line stands for."""
    from experiments.labels import mechanism_label

    if line == FEEDBACK:
        return text(language, "shapes.both")
    return text(language, "shapes.any_order") if line == OVERLOAD else mechanism_label(line, language)


def _curve_table(part: pd.DataFrame, language: str) -> Table:
    header = [text(language, f"shapes.{column}") for column in ("line", "outcome", "x", "value")]
    rows = []
    for row in part.to_dict("records"):
        outcome = OUTCOMES[row["outcome"]]
        numbers = [
            formats.change(outcome, row[end]) if row["kind"] == "change" else formats.bare_level(outcome, row[end])
            for end in ("mean", "low", "high")
        ]
        place = text(language, f"shapes.at_{row['axis']}", x=f"{row['x']:g}")
        value = f"{numbers[0]} [{numbers[1]}; {numbers[2]}]"
        rows.append([line_label(row["line"], language), outcome.label[language], place, value])
    return Table(header, rows, text(language, "shapes.table_note"))


def _at(line: str, dose: float) -> str:
    return f"{line}:{dose:g}" if dose else NOTHING


def _year(runs: pd.DataFrame, design: str) -> pd.DataFrame:
    """Means over the last four quarters, by seed."""
    part = runs[runs["design"] == design]
    last = part[part["quarter"] > part["quarter"].max() - 4]
    return last.groupby("replication")[sorted({name for names in SHOWN.values() for name in names})].mean()


def _change(runs: pd.DataFrame, design: str, name: str) -> pd.Series:
    return _year(runs, design)[name] - _year(runs, NOTHING)[name]


def _extreme_of_others(values: pd.DataFrame) -> pd.Series:
    """Each seed's value at the place where the mean of the other seeds is highest."""
    total = values.sum()
    return pd.Series({seed: row[(total - row).idxmax()] for seed, row in values.iterrows()}, dtype=float)


def _by_quarter(runs: pd.DataFrame, design: str) -> pd.DataFrame:
    """Satisfaction: seeds x quarters."""
    part = runs[runs["design"] == design]
    return part.pivot_table(index="replication", columns="quarter", values="satisfaction")


def _row(panel: str, line: str, outcome: str, axis: str, x: float, kind: str, values: pd.Series) -> dict[str, Any]:
    mean, low, high = mean_interval(values.to_numpy())
    told = {"panel": panel, "line": line, "outcome": outcome, "axis": axis, "x": float(x), "kind": kind}
    return told | {"mean": float(mean), "low": float(low), "high": float(high), "n": len(values)}
