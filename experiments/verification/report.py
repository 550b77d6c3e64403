"""What verification found, as a page, a results folder and a figure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.folder import MANIFEST
from experiments.page import Block, Heading, Paragraph, Table, to_markdown
from experiments.plots import style
from experiments.text import text
from experiments.verification.finding import STANDARD_ERRORS, Check, Curve, Findings
from sim.emergency_kinds import emergency_kinds
from sim.result import provenance

COLUMNS = ("check", "known", "simulated", "tolerance", "passed")
POINTS = "#D55E00"
LEGENDS: dict[str, Any] = {"public_good": "upper right", "recruitment": "lower left"}


def counts(found: Sequence[Findings]) -> tuple[int, int, int]:
    """How many checks are judged, failed, and reported without judgement."""
    checks = [check for one in found for check in one.checks]
    judged = [check for check in checks if check.judged]
    return len(judged), sum(not check.passed for check in judged), len(checks) - len(judged)


def model_page(found: Sequence[Findings], seed: int, language: str) -> list[Block]:
    """A table for each family of checks, and the verdict."""
    judged, failed, reported = counts(found)
    how = text(language, "verify.how", errors=f"{STANDARD_ERRORS:g}", seed=seed)
    blocks: list[Block] = [Heading(text(language, "verify.title"), 1), Paragraph(how)]
    header = [text(language, f"verify.column.{column}") for column in COLUMNS]
    for one in found:
        blocks.append(Heading(text(language, f"verify.family.{one.family}")))
        blocks.append(Table(header, [_row(check, language) for check in one.checks]))
    verdict = (
        text(language, "verify.some_failed", failed=failed, judged=judged, reported=reported)
        if failed
        else text(language, "verify.all_passed", judged=judged, reported=reported)
    )
    return [*blocks, Paragraph(verdict)]


def _row(check: Check, language: str) -> list[str]:
    shock = emergency_kinds().get(check.where)
    where = shock.label[language] if shock else check.where
    words = text(language, f"verify.check.{check.name}", where=where)
    if where not in words:
        words += f" ({where})"
    if not check.judged:
        tolerance, verdict = "–", text(language, "verify.reported")
    else:
        tolerance = f"{check.tolerance:.3g}" if check.tolerance > 0.0 else text(language, "verify.exact")
        verdict = text(language, "verify.yes" if check.passed else "verify.no")
    return [words, f"{check.known:.4g}", f"{check.simulated:.4g}", tolerance, verdict]


def checks_table(found: Sequence[Findings]) -> pd.DataFrame:
    """All checks, a row each; ``passed`` is missing where nothing is judged."""
    rows = [
        {
            "family": one.family,
            "check": check.name,
            "where": check.where,
            "known": check.known,
            "simulated": check.simulated,
            "tolerance": check.tolerance,
            "passed": check.passed if check.judged else None,
        }
        for one in found
        for check in one.checks
    ]
    return pd.DataFrame(rows).astype({"passed": "boolean"})


def curves_table(found: Sequence[Findings]) -> pd.DataFrame:
    """Points of all curves: ``kind`` says whether they are known or simulated."""
    columns = ("family", "curve", "kind", "x", "y", "tolerance")
    return pd.DataFrame([row for one in found for curve in one.curves for row in _points(one, curve)], columns=columns)


def _points(one: Findings, curve: Curve) -> Iterator[tuple[Any, ...]]:
    for x, y in zip(curve.line_x, curve.line_y, strict=True):
        yield one.family, curve.label, "known", x, y, math.nan
    for x, y, error in zip(curve.x, curve.y, errors_of(curve), strict=True):
        yield one.family, curve.label, "simulated", x, y, error


def errors_of(curve: Curve) -> np.ndarray:
    """Tolerance of each simulated point; 0 where nothing is left to chance."""
    return curve.error if curve.error.size else np.zeros(curve.x.size)


def write_model(found: Sequence[Findings], seed: int, folder: Path, language: str) -> None:
    """Write the page, the tables (CSV and Parquet), the figure and a manifest."""
    page = to_markdown(model_page(found, seed, language))
    (folder / "verification.md").write_text(page, encoding="utf-8")
    for name, table in (("checks", checks_table(found)), ("curves", curves_table(found))):
        table.to_csv(folder / f"{name}.csv", index=False)
        table.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
    spoken = style.drawable_language(language)
    drawn = [one for one in found if one.curves]
    if drawn:
        with style.house_style(spoken):
            style.save(draw_limits(drawn, spoken), folder, "limits")
    judged, failed, _ = counts(found)
    identity = {"rongzhi": {"kind": "verify", "name": "model"}}
    manifest = identity | {"seed": seed, "judged": judged, "failed": failed} | provenance()
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False, default=str), encoding="utf-8")


def draw_limits(found: Sequence[Findings], language: str) -> Figure:
    """Known lines and simulated dots, an axes for each family."""
    rows = 2 if len(found) > 3 else 1
    figure, axes = style.slide(
        text(language, "verify.figure"),
        text(language, "verify.figure_note"),
        rows,
        -(-len(found) // rows),
    )
    for one, panel in zip(found, axes.flat, strict=False):
        _draw(panel, one, language)
    for panel in list(axes.flat)[len(found) :]:
        panel.set_visible(False)
    return figure


def _draw(axes: Axes, one: Findings, language: str) -> None:
    alone = len(one.curves) == 1
    for number, curve in enumerate(one.curves):
        color = style.GOOD if alone else style.PATH_COLORS[number + 1]
        dashed = curve.x.size == 0
        label = text(language, f"verify.curve.{curve.label}", value=curve.value)
        axes.plot(
            curve.line_x,
            curve.line_y,
            color=style.MUTED if dashed else color,
            ls="--" if dashed else "-",
            lw=1.8,
            label=label,
        )
        dots = POINTS if alone else color
        axes.errorbar(
            curve.x,
            curve.y,
            errors_of(curve),
            fmt="o",
            ms=6,
            mfc=dots,
            mec="white",
            mew=0.8,
            ecolor=dots,
            elinewidth=1.4,
        )
    axes.set_title(text(language, f"verify.panel.{one.family}"))
    axes.set_xlabel(text(language, f"verify.axis.{one.family}.x"), color=style.MUTED)
    axes.set_ylabel(text(language, f"verify.axis.{one.family}.y"), color=style.MUTED)
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    if not alone:
        axes.set_ylim(top=1.05)
    axes.legend(fontsize=10, loc=LEGENDS.get(one.family, "best"))
