"""The report of a study: from the question to the command that makes it again, each headline graded by evidence."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments import formats
from experiments.html import to_html
from experiments.labels import community_label, design_label, dimension_label, group_label
from experiments.page import (
    Block,
    Bullets,
    Code,
    Columns,
    Estimate,
    Heading,
    Paragraph,
    Picture,
    Statement,
    Statements,
    Table,
    to_markdown,
)
from experiments.report import environment
from experiments.result import StudyResult
from experiments.run import replication_seed
from experiments.screening import TOP, assumption_sentences, number_label
from experiments.strength import STRENGTHS, Strength, screened_numbers, strength
from experiments.study import Study, load_study, ready_studies
from experiments.summary import (
    AIMS,
    COSTS,
    GROUP_AIMS,
    cautions,
    change_header,
    cost_sentence,
    effect_of,
    effect_of_all,
    estimate,
    gainers,
    largest_share_sentence,
    levels_table,
    measured,
    price_of,
    setting,
    shares_of,
    shares_table,
    togethers,
    whole_sentence,
    with_unit,
)
from experiments.text import LANGUAGES, TAGS, text
from sim.outcomes import OUTCOMES

MORE_OUTCOMES = ("trust", "undiscovered", "days_to_resolve", "volunteer_hours", "staff_load")
MOST_FAILURES = 20
MOST_SEEDS = 32


def report_page(
    result: StudyResult,
    language: str,
    figures: Mapping[str, str] | None = None,
    made_with: Mapping[str, Any] | None = None,
) -> list[Block]:
    """The blocks of a study's report.

    Parameters
    ----------
    result : StudyResult
    language : str
    figures : dict of str to str
        File of each figure, by its name in :data:`experiments.plots.REPORT_FIGURES`; others are left out.
    made_with : dict
        Versions, source hash and machine of the runs, as a manifest keeps them; default: those of this process.

    Notes
    -----
    Sentences of the answer and of the costs carry a grade; :mod:`experiments.strength` holds the rule.
    """
    drawn = figures or {}
    study = result.study
    sections: list[tuple[str, list[Block]]] = [
        ("section.answer", _answer(result, language)),
        (
            "section.levels",
            [_effects_table(result, language), _picture("overview", language, drawn), levels_table(result, language)],
        ),
        ("section.shares", [shares_table(result, language), _picture("shapley", language, drawn)]),
        ("section.together", [Bullets(togethers(result, language)), _picture("synergy", language, drawn)]),
        (
            "report.time",
            [_picture(name, language, drawn) for name in ("trajectories", "trajectories_by_community")],
        ),
        ("report.groups", _who(result, language, drawn)),
        ("section.cost", _cost(result, language)),
        ("report.sensitivity", _assumptions(result, language, drawn)),
        ("report.method", [Bullets(_method(result, language))]),
        ("section.caution", [Bullets(cautions(result, language))]),
        ("report.provenance", _provenance(result, made_with or environment(), language)),
    ]
    page: list[Block] = [
        Heading(study.title[language], level=1),
        Paragraph(study.question[language]),
        Paragraph(setting(result, language)),
    ]
    for name, blocks in sections:
        kept = [block for block in blocks if not isinstance(block, Picture) or block.file]
        if kept:
            page += [Heading(text(language, name)), *kept]
    return page


def write_report(result: StudyResult, folder: Path, language: str, made_with: Mapping[str, Any] | None = None) -> Path:
    """Write ``report.TAG.html``, which holds its figures, and ``report.TAG.md`` with its figures in ``figures/TAG/``.

    Parameters
    ----------
    result : StudyResult
    folder : Path
        Made where it does not exist.
    language : str
    made_with : dict
        As for :func:`report_page`.

    Returns
    -------
    Path
        The HTML file.
    """
    from experiments.plots import draw_report

    tag = TAGS[LANGUAGES.index(language)]
    beside = f"figures/{tag}"
    pictures = draw_report(result, folder / beside, language)
    files = {name: f"{beside}/{name}.svg" for name in pictures}
    blocks = report_page(result, language, files, made_with)
    inside = {files[name]: svg for name, svg in pictures.items()}
    (folder / f"report.{tag}.md").write_text(to_markdown(blocks), encoding="utf-8")
    page = folder / f"report.{tag}.html"
    page.write_text(to_html(blocks, result.study.title[language], language, inside), encoding="utf-8")
    return page


def _picture(name: str, language: str, drawn: Mapping[str, str]) -> Picture:
    return Picture(text(language, f"figure.{name}"), drawn.get(name, ""), text(language, f"figure.{name}_note"))


# The answer -----------------------------------------------------------------------------------------------------------


def _answer(result: StudyResult, language: str) -> list[Block]:
    statements = []
    for name in measured(result, AIMS):
        effect = effect_of_all(result, name)
        rests_on = strength(effect["effect"], effect["low"], effect["high"], screened_numbers(result.study, name))
        statements.append(
            _statement(whole_sentence(result, name, language), rests_on, name, effect["effect"], language)
        )
        statements.append(_share_statement(result, name, language))
    rule = [[text(language, f"strength.{kind}"), text(language, f"strength.{kind}_is")] for kind in STRENGTHS]
    return [
        Statements(statements),
        Heading(text(language, "report.grading"), level=3),
        Paragraph(text(language, "report.rule")),
        Columns([text(language, "report.grade"), text(language, "report.meaning")], rule),
    ]


def _share_statement(result: StudyResult, name: str, language: str) -> Statement:
    """Which path brings most; screenings are of all paths together, so none grades a single one."""
    shares = shares_of(result, name)
    best = shares.loc[(shares["share"] * OUTCOMES[name].better).fillna(-math.inf).idxmax()]
    rests_on = strength(best["share"], best["low"], best["high"])
    return _statement(largest_share_sentence(result, name, language), rests_on, name, best["share"], language)


def _statement(words: str, rests_on: Strength, name: str, effect: float, language: str) -> Statement:
    return Statement(
        words, text(language, f"strength.{rests_on.kind}"), rests_on.kind, _reason(rests_on, name, effect, language)
    )


def _reason(rests_on: Strength, name: str, effect: float, language: str) -> str:
    """What the screening says of the assumed numbers behind a sentence; nothing where there is none."""
    if not rests_on.top or math.isnan(effect):
        return ""
    counted = text(language, "strength.counted", assumed=rests_on.assumed, top=rests_on.top)
    if not rests_on.number:
        return counted + text(language, "strength.none")
    outcome = OUTCOMES[name]
    moved = text(
        language,
        "strength.moved",
        number=number_label(rests_on.number, language),
        moves=formats.bare_level(outcome, rests_on.moves),
        unit=formats.change_unit(outcome, language),
    )
    times = abs(rests_on.moves / effect) if effect else math.inf
    size = text(language, "strength.times", times=f"{times:.1f}") if times < 100 else text(language, "strength.dwarfs")
    return counted + moved + size


# Effects --------------------------------------------------------------------------------------------------------------


def _effects_table(result: StudyResult, language: str) -> Table:
    """All paths against nothing: levels, change with its interval, and how often it was for the better."""
    rows = []
    for name in measured(result, (*AIMS, *MORE_OUTCOMES, *COSTS)):
        outcome, effect = OUTCOMES[name], effect_of_all(result, name)
        better = round(effect["better"] * effect["n"]) if outcome.better else None
        rows.append(
            [
                with_unit(outcome.label[language], formats.unit(outcome, language), language),
                formats.bare_level(outcome, effect["nothing"]),
                formats.bare_level(outcome, effect["value"]),
                estimate(name, effect, language),
                "–" if better is None else text(language, "report.of", part=better, whole=int(effect["n"])),
            ]
        )
    columns = ("outcome", "nothing", "all", "change", "better")
    return Table(
        [text(language, f"report.{column}") for column in columns], rows, text(language, "report.effects_note")
    )


# Who gains and who loses ----------------------------------------------------------------------------------------------


def _who(result: StudyResult, language: str, drawn: Mapping[str, str]) -> list[Block]:
    return [
        Bullets(gainers(result, language)),
        _picture("groups", language, drawn),
        Heading(text(language, "report.gaps"), level=3),
        _gaps_table(result, language),
        Heading(text(language, "report.communities"), level=3),
        _picture("communities", language, drawn),
        _communities_table(result, language),
    ]


def _gaps_table(result: StudyResult, language: str) -> Table:
    """The groups that were furthest apart without any path, and what all paths do to their gap."""
    rows = []
    for name in measured(result, GROUP_AIMS):
        outcome = OUTCOMES[name]
        for gap in result.gaps[result.gaps["outcome"] == name].to_dict("records"):
            words = text(
                language,
                "report.gap",
                outcome=outcome.label[language],
                dimension=dimension_label(gap["dimension"], language),
                top=group_label(gap["dimension"], gap["top"], language),
                bottom=group_label(gap["dimension"], gap["bottom"], language),
            )
            levels = [formats.bare_level(outcome, gap[column]) for column in ("nothing", "value")]
            rows.append([words, *levels, estimate(name, gap | {"effect": gap["change"]}, language)])
    header = [text(language, f"report.{column}") for column in ("gap_between", "nothing", "all", "change")]
    return Table(header, rows, text(language, "report.gaps_note"))


def _communities_table(result: StudyResult, language: str) -> Table:
    table = result.community_effects
    table = table[table["mask"] == result.study.all_on]
    outcomes = [name for name in (*AIMS, "yuan") if name in set(table["outcome"])]
    place = result.study.place()
    rows = []
    for community, part in table.groupby("community", sort=False):
        found = part.set_index("outcome")
        cells = [estimate(name, found.loc[name], language) for name in outcomes]
        rows.append([community_label(place, str(community), language), *cells])
    labels = [change_header(name, language) for name in outcomes]
    return Table([text(language, "report.community"), *labels], rows, text(language, "report.interval_note"))


# Costs ----------------------------------------------------------------------------------------------------------------


def _cost(result: StudyResult, language: str) -> list[Block]:
    statements: list[Statement] = []
    tables: list[Block] = []
    for name in measured(result, COSTS):
        effect = effect_of_all(result, name)
        rests_on = strength(effect["effect"], effect["low"], effect["high"])
        statements.append(_statement(cost_sentence(result, name, language), rests_on, name, effect["effect"], language))
        tables += [
            Heading(text(language, f"report.price_{name}"), level=3),
            _price_table(result, name, language),
        ]
    return [Statements(statements), *tables]


def _price_table(result: StudyResult, cost: str, language: str) -> Table:
    """Extra cost of each path alone and of all, and what one more point of each aim costs with it."""
    aims = measured(result, AIMS)
    rows = []
    for mask in dict.fromkeys([*(1 << bit for bit in range(len(result.paths))), result.study.all_on]):
        prices = [price_of(result, mask, name, cost) for name in aims]
        extra: Estimate = estimate(cost, effect_of(result, mask, cost), language)
        rows.append(
            [
                design_label(result.study, mask, language),
                extra,
                *("–" if price is None else f"{price:,.2f}" for price in prices),
            ]
        )
    header = [
        text(language, "table.design"),
        text(language, "report.extra", unit=formats.change_unit_alone(OUTCOMES[cost], language)),
        *(OUTCOMES[name].label[language] for name in aims),
    ]
    return Table(header, rows, text(language, "report.price_note"))


# Sensitivity and assumptions ------------------------------------------------------------------------------------------


def _assumptions(result: StudyResult, language: str, drawn: Mapping[str, str]) -> list[Block]:
    blocks: list[Block] = [
        Bullets(assumption_sentences(result.study, language)),
        _picture("assumptions", language, drawn),
    ]
    for name in measured(result, AIMS):
        table = screened_numbers(result.study, name)
        if table is None:
            continue
        outcome = OUTCOMES[name]
        size = abs(effect_of_all(result, name)["effect"])
        rows = [
            [
                number_label(row["parameter"], language),
                row["grade"],
                formats.bare_level(outcome, row["mu_star"]),
                f"{row['mu_star'] / size:.1f}" if size else "–",
            ]
            for row in table.nsmallest(TOP, "rank").to_dict("records")
        ]
        header = [
            text(language, "screening.number"),
            text(language, "screening.grade"),
            text(language, "report.moves", unit=formats.change_unit_alone(outcome, language)),
            text(language, "report.times_effect"),
        ]
        blocks += [Heading(outcome.label[language], level=3), Table(header, rows)]
    return blocks


# Method and provenance ------------------------------------------------------------------------------------------------


def _method(result: StudyResult, language: str) -> list[str]:
    place = result.study.place()
    return [
        text(language, "report.method_model"),
        text(language, "report.method_mechanisms"),
        text(language, "report.method_odd"),
        text(
            language,
            "report.method_design",
            paths=len(result.paths),
            designs=len(result.study.masks()),
            replications=result.study.replications,
            warmup=place.warmup,
            weeks=place.weeks,
        ),
        text(language, "report.method_luck"),
        text(language, "report.method_intervals", replications=result.replications),
        text(language, "report.not_claimed"),
    ]


def _provenance(result: StudyResult, made_with: Mapping[str, Any], language: str) -> list[Block]:
    study = result.study
    seeds = [replication_seed(study.seed, replication) for replication in range(study.replications)]
    shown = ", ".join(map(str, seeds[:MOST_SEEDS])) + (" …" if len(seeds) > MOST_SEEDS else "")
    versions = {"Python": made_with["python"], **made_with["versions"]}
    facts = {
        "study": text(language, "report.named", name=study.name, hash=study_hash(study)),
        "code": str(made_with["source_hash"]),
        "results": result.digest,
        "seeds": text(language, "report.seeds_of", root=study.seed, seeds=shown),
        "runs": text(
            language,
            "report.counted_runs",
            runs=f"{len(result.runs):,}",
            failed=len(result.failures),
            complete=result.replications,
        ),
        "machine": text(
            language,
            "report.machine_of",
            processor=made_with["processor"],
            processors=made_with["processors"],
            system=f"{made_with['system']} {made_with['machine']}",
        ),
        "time": text(language, "report.time_of", seconds=f"{result.seconds:,.0f}", workers=result.workers),
        "versions": ", ".join(f"{name} {number}" for name, number in versions.items()),
    }
    rows = [[text(language, f"report.fact_{name}"), words] for name, words in facts.items()]
    blocks: list[Block] = [
        Columns([text(language, "report.fact"), text(language, "report.value")], rows),
        Heading(text(language, "report.reproduce"), level=3),
        Paragraph(text(language, "report.reproduce_how")),
        Code(command(study)),
    ]
    if result.failures:
        blocks += [Heading(text(language, "report.failures"), level=3), _failures_table(result, language)]
    return blocks


def _failures_table(result: StudyResult, language: str) -> Columns:
    """The first failed runs and why they failed."""
    failed = result.runs[result.runs["status"] != "ok"].head(MOST_FAILURES)
    rows = [
        [str(row["run"]), design_label(result.study, row["mask"], language), str(row["seed"]), _why(row)]
        for row in failed.to_dict("records")
    ]
    return Columns([text(language, f"report.{column}") for column in ("run", "design", "seed", "why")], rows)


def _why(row: Mapping[Any, Any]) -> str:
    return ": ".join(str(row[column]) for column in ("error", "message") if row[column])


def study_hash(study: Study) -> str:
    """Hash of everything that a study says; equal for equal studies, however their files are written."""
    fields = json.dumps(study.to_dict(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(fields.encode()).hexdigest()[:16]


def command(study: Study) -> str:
    """Command line that runs a study again: a ready one by its name, any other by its file."""
    options = f"--replications {study.replications} --seed {study.seed}"
    if study.name in ready_studies():
        ready = load_study(study.name)
        for version, option in ((ready, ""), (ready.quick_version(), " --quick")):
            if study_hash(version.replace(replications=study.replications, seed=study.seed)) == study_hash(study):
                return f"rongzhi study run {study.name.replace('_', '-')}{option} {options}"
    return f"rongzhi study run {study.name}.toml {options}"
