"""Where a report comes from, and the command that makes it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from experiments.page import Block, Code, Columns, Heading, Paragraph
from experiments.result import StudyResult
from experiments.study import Study, load_study, ready_studies
from experiments.study_folder import study_hash
from experiments.text import text

MOST_FAILURES = 20
MOST_SEEDS = 32


def provenance_block(result: StudyResult, made_with: Mapping[str, Any], language: str) -> list[Block]:
    """Study, code, seeds, runs, machine and versions; the command that makes it again; what failed."""
    study = result.study
    futures = result.plan.points["future"].unique()
    seeds = list(dict.fromkeys(result.plan.seed_in(future, one) for one in range(result.asked) for future in futures))
    shown = ", ".join(map(str, seeds[:MOST_SEEDS])) + (" …" if len(seeds) > MOST_SEEDS else "")
    versions = {"Python": made_with["python"], **made_with["versions"]}
    facts = {
        "study": text(language, "report.named", name=study.name, hash=result.manifest["study_hash"]),
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
        "time": text(language, "report.time_of", seconds=f"{result.run_seconds:,.0f}"),
        "versions": ", ".join(f"{name} {number}" for name, number in versions.items()),
    }
    rows = [[text(language, f"report.fact_{name}"), words] for name, words in facts.items()]
    blocks: list[Block] = [
        Columns([text(language, "report.fact"), text(language, "report.value")], rows),
        Heading(text(language, "report.reproduce"), level=3),
        Paragraph(text(language, "report.reproduce_how")),
        Code(command(study)),
    ]
    if len(result.failures):
        blocks += [Heading(text(language, "report.failures"), level=3), _failures_table(result, language)]
    return blocks


def _failures_table(result: StudyResult, language: str) -> Columns:
    """The first failed runs and why they failed."""
    failed = result.failures.head(MOST_FAILURES)
    rows = [[str(row["run_id"]), row["design"], str(row["seed"]), _why(row)] for row in failed.to_dict("records")]
    return Columns([text(language, f"report.{column}") for column in ("run", "design", "seed", "why")], rows)


def _why(row: Mapping[Any, Any]) -> str:
    return ": ".join(str(row[column]) for column in ("error", "message") if row[column])


def command(study: Study) -> str:
    """Command line that runs a study again: a ready one by its name, any other by its file."""
    options = f"--seed {study.seed}" + (
        f" --replications {study.replications}" if isinstance(study.replications, int) else ""
    )
    if study.name in ready_studies():
        ready = load_study(study.name)
        for version, option in ((ready, ""), (ready.quick_version(), " --quick")):
            if study_hash(version.replace(seed=study.seed)) == study_hash(study):
                return f"rongzhi study run {study.name.replace('_', '-')}{option} {options}"
    return f"rongzhi study run {study.name}.toml {options}"
