"""The comparison with published patterns as words, a table, a figure and files."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.formats import MINUS
from experiments.page import Block, Bullets, Heading, Paragraph, Picture, Table, to_markdown
from experiments.patterns import FIT, HELD_OUT, SHARE, USES, Pattern, distance
from experiments.patterns.running import Comparison, Found
from experiments.text import text
from sim import catalogue
from sim.community_types import community_types

if TYPE_CHECKING:
    from experiments.patterns.calibration import Calibration

FIGURE = "patterns"


def number(value: float, unit: str) -> str:
    """Value without its unit: shares in per cent."""
    if math.isnan(value):
        return "–"
    size = value * 100.0 if unit == SHARE else value
    return f"{size:.{1 if unit == SHARE or abs(size) >= 10 else 2}f}".replace("-", MINUS)


def unit_label(pattern: Pattern, language: str) -> str:
    """Unit in which a pattern's numbers are printed."""
    return "%" if pattern.unit == SHARE else catalogue.units()[pattern.unit][language]


def published_range(pattern: Pattern, language: str) -> str:
    """Published range: ``43.1 to 52.7``, ``at least 95.0``."""
    low = number(pattern.low, pattern.unit)
    if math.isinf(pattern.high):
        return text(language, "patterns.at_least", low=low)
    return text(language, "format.interval", low=low, high=number(pattern.high, pattern.unit))


def where(pattern: Pattern, language: str) -> str:
    """Community types of a pattern."""
    if pattern.everywhere:
        return text(language, "patterns.all_types")
    off = [kind for kind in community_types() if kind not in pattern.types]
    if len(off) < len(pattern.types):
        names = text(language, "format.comma").join(community_types()[kind].label[language] for kind in off)
        return text(language, "patterns.all_but", types=names)
    return text(language, "format.comma").join(community_types()[kind].label[language] for kind in pattern.types)


def page(compared: Comparison, language: str, picture: str = "") -> list[Block]:
    """The whole page: how to read it, the table, how many are inside, what could not be measured."""
    setting = compared.setting
    blocks: list[Block] = [
        Heading(text(language, "patterns.title"), 1),
        Paragraph(
            text(
                language,
                "patterns.setting",
                types=len(community_types()),
                residents=f"{setting.residents:,}",
                replications=setting.replications,
                warmup=setting.warmup,
                weeks=setting.weeks,
            )
        ),
        Paragraph(text(language, "patterns.reading")),
        _table(compared, language),
        Bullets([_count(compared, use, language) for use in USES]),
    ]
    changed = [f"{name} = {value:.4g}" for name, value in compared.parameters.items()]
    if changed:
        blocks.append(Paragraph(text(language, "patterns.parameters", parameters="; ".join(changed))))
    unknown = [f"{one.pattern.id}: {one.reason}" for one in compared.found if one.reason]
    if unknown:
        blocks += [Paragraph(text(language, "patterns.unmeasured")), Bullets(unknown)]
    if picture:
        blocks.append(Picture(text(language, "patterns.title"), picture))
    return blocks


def _table(compared: Comparison, language: str) -> Table:
    columns = ("pattern", "types", "source", "unit", "published", "simulated", "interval", "inside", "use")
    rows = [
        [
            one.pattern.label[language],
            where(one.pattern, language),
            ", ".join(one.pattern.evidence),
            unit_label(one.pattern, language),
            published_range(one.pattern, language),
            number(one.mean, one.pattern.unit),
            _interval(one, language),
            text(language, f"patterns.verdict_{one.verdict}"),
            text(language, f"patterns.use_{one.pattern.use}"),
        ]
        for one in compared.found
    ]
    return Table([text(language, f"patterns.column_{name}") for name in columns], rows)


def _interval(one: Found, language: str) -> str:
    if math.isnan(one.low):
        return "–"
    low, high = (number(end, one.pattern.unit) for end in (one.low, one.high))
    return text(language, "format.interval", low=low, high=high)


def _count(compared: Comparison, use: str, language: str) -> str:
    inside, total = compared.count(use)
    gap = compared.distance(use)
    return text(
        language,
        "patterns.count",
        use=text(language, f"patterns.use_{use}"),
        inside=inside,
        total=total,
        distance="–" if math.isnan(gap) else f"{gap:.1f}",
    )


def frame(compared: Comparison) -> pd.DataFrame:
    """One row for each pattern, numbers in the model's units."""
    rows = [
        {
            "pattern": one.pattern.id,
            "label": one.pattern.label["en"],
            "evidence": " ".join(one.pattern.evidence),
            "kind": one.pattern.kind,
            "unit": one.pattern.unit,
            "types": " ".join(one.pattern.types),
            "use": one.pattern.use,
            "same_quantity": one.pattern.same_quantity,
            "also_behind": " ".join(one.pattern.behind),
            "published_low": one.pattern.low,
            "published_high": one.pattern.high,
            "simulated": one.mean,
            "low": one.low,
            "high": one.high,
            "seeds": int(one.known.size),
            "least_seed": float(one.known.min()) if one.known.size else math.nan,
            "greatest_seed": float(one.known.max()) if one.known.size else math.nan,
            "gap": one.pattern.gap(one.mean) if one.verdict != "unknown" else math.nan,
            "verdict": one.verdict,
            "reason": one.reason,
            **{f"simulated_{kind}": one.by_type.get(kind, math.nan) for kind in community_types()},
        }
        for one in compared.found
    ]
    return pd.DataFrame(rows)


def write_comparison(compared: Comparison, folder: Path, language: str) -> None:
    """Write the table as CSV and Markdown, the figure, and a manifest."""
    from experiments.environment import environment
    from experiments.plots import style
    from experiments.plots.patterns import draw_patterns
    from experiments.run_folder import write_manifest

    spoken = style.drawable_language(language)
    with style.house_style(spoken):
        style.save(draw_patterns(compared, spoken), folder, FIGURE)
    frame(compared).to_csv(folder / "patterns.csv", index=False, encoding="utf-8")
    words = to_markdown(page(compared, language, f"{FIGURE}.png"))
    (folder / "patterns.md").write_text(words, encoding="utf-8")
    if compared.failures:
        told = "\n".join(f"run {one.key}: {one.traceback or one.message}" for one in compared.failures)
        (folder / "failures.txt").write_text(told, encoding="utf-8")
    identity = {"rongzhi": {"kind": "patterns", "name": "status quo"}}
    write_manifest(
        folder,
        identity
        | {
            "setting": vars(compared.setting),
            "parameters": dict(compared.parameters),
            "inside": {use: compared.count(use) for use in USES},
            "distance": {use: compared.distance(use) for use in (FIT, HELD_OUT)},
            "failed_runs": len(compared.failures),
            "workers": compared.workers,
            "wall_seconds": round(compared.seconds, 1),
        }
        | environment(),
    )


def calibration_page(done: Calibration, language: str) -> list[Block]:
    """What the calibration moved, and how far the fitted and the held-out patterns were before and after."""
    rows = [
        [
            one.label[language],
            one.name,
            text(language, "format.interval", low=f"{one.low:g}", high=f"{one.high:g}"),
            f"{one.value:.4g}",
            f"{done.parameters[one.name]:.4g}",
        ]
        for one in done.plan.entries
    ]
    columns = ("parameter", "name", "range", "before", "after")
    return [
        Heading(text(language, "calibrate.title"), 1),
        Paragraph(text(language, "calibrate.points_computed", points=len(done.points))),
        Bullets([_before_and_after(done, use, language) for use in (FIT, HELD_OUT)]),
        Table([text(language, f"calibrate.column_{name}") for name in columns], rows),
        Paragraph(text(language, "calibrate.adopt")),
    ]


def _before_and_after(done: Calibration, use: str, language: str) -> str:
    chosen = done.fit if use == FIT else done.held_out
    before, after = (
        text(
            language,
            "calibrate.inside",
            inside=done.inside(chosen, point),
            total=len(chosen),
            distance=f"{distance(chosen, point.simulated):.1f}",
        )
        for point in (done.start, done.best)
    )
    return text(language, "calibrate.change", use=text(language, f"patterns.use_{use}"), before=before, after=after)


def calibration_toml(done: Calibration, source_hash: str) -> str:
    """The result as TOML: seed, points, distances, and values for a scenario or for ``--parameters``."""
    setting, start, best = done.plan.setting, done.start, done.best
    model = {name: value for name, value in done.parameters.items() if not name.startswith("observation.")}
    observation = {name: value for name, value in done.parameters.items() if name not in model}
    lines = [
        "# Written by `rongzhi calibrate`. The table [parameters] can be copied into a scenario.",
        "[calibration]",
        f"seed = {setting.seed}",
        f"replications = {setting.replications}",
        f"residents = {setting.residents}",
        f"hypercube_points = {done.plan.points}",
        f"sweeps = {done.plan.sweeps}",
        f"points = {len(done.points)}",
        f'source_hash = "{source_hash}"',
        "[distance]",
        f"fit_before = {start.distance!r}",
        f"fit_after = {best.distance!r}",
        f"held_out_before = {done.held_out_distance(start)!r}",
        f"held_out_after = {done.held_out_distance(best)!r}",
        f"fit_inside_before = {done.inside(done.fit, start)}",
        f"fit_inside_after = {done.inside(done.fit, best)}",
        f"held_out_inside_before = {done.inside(done.held_out, start)}",
        f"held_out_inside_after = {done.inside(done.held_out, best)}",
        "[parameters]",
        *(f'"{name}" = {value!r}' for name, value in model.items()),
    ]
    if observation:
        lines += ["[observation]", *(f'"{name}" = {value!r}' for name, value in observation.items())]
    return "\n".join(lines) + "\n"


def calibration_frame(done: Calibration) -> pd.DataFrame:
    """Every point: stage, distances, parameters, simulated patterns."""
    rows = [
        {
            "point": position,
            "stage": one.stage,
            "distance": one.distance,
            "distance_held_out": done.held_out_distance(one),
            **done.plan.values(one.at),
            **{f"pattern.{id}": value for id, value in one.simulated.items()},
        }
        for position, one in enumerate(done.points)
    ]
    return pd.DataFrame(rows)


def write_calibration(done: Calibration, folder: Path, language: str) -> None:
    """Write the values, all points, the page and a manifest."""
    from experiments.environment import environment
    from experiments.run_folder import write_manifest
    from sim.compiled import source_hash

    (folder / "calibration.toml").write_text(calibration_toml(done, source_hash()), encoding="utf-8")
    calibration_frame(done).to_csv(folder / "points.csv", index=False, encoding="utf-8")
    (folder / "calibration.md").write_text(to_markdown(calibration_page(done, language)), encoding="utf-8")
    details = {
        "setting": vars(done.plan.setting),
        "parameters": done.parameters,
        "wall_seconds": round(done.seconds, 1),
    }
    identity = {"rongzhi": {"kind": "calibration", "name": "status quo"}}
    write_manifest(folder, identity | details | environment())
