"""What a verification found: tables, figures and a page, written into a results folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.page import Block, to_markdown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KIND = "verification"


@dataclass(frozen=True)
class Finding:
    """What a verification found.

    Attributes
    ----------
    name : str
        Also the name of its page's file.
    tables : dict of str to DataFrame
    page : callable
        Page of words from a language and the names of the figures beside it.
    figures : dict of str to callable
        Figure from a language.
    details : dict
        What the manifest says: setting, seeds.
    failures : list of str
        Runs that failed, with tracebacks.
    files : dict of str to str
        Further files, by name.
    """

    name: str
    tables: Mapping[str, pd.DataFrame]
    page: Callable[[str, Sequence[str]], list[Block]]
    figures: Mapping[str, Callable[[str], Figure]]
    details: Mapping[str, Any]
    failures: Sequence[str] = ()
    files: Mapping[str, str] = field(default_factory=dict)


def write_finding(finding: Finding, folder: Path, language: str) -> None:
    """Write tables (Parquet and CSV), figures (PNG and SVG), the page, the manifest and failures."""
    from experiments.environment import environment
    from experiments.plots import style
    from experiments.run_folder import write_manifest

    for name, table in finding.tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
        table.to_csv(folder / f"{name}.csv", index=False, float_format="%.10g", lineterminator="\n")
    (folder / "figures").mkdir()
    spoken = style.drawable_language(language)
    with style.house_style(spoken):
        for name, draw in finding.figures.items():
            style.save(draw(spoken), folder / "figures", name)
    page = to_markdown(finding.page(language, list(finding.figures)))
    (folder / f"{finding.name}.md").write_text(page, encoding="utf-8")
    for name, words in finding.files.items():
        (folder / name).write_text(words, encoding="utf-8")
    if finding.failures:
        (folder / "failures.txt").write_text("\n".join(finding.failures), encoding="utf-8")
    identity = {"rongzhi": {"kind": KIND, "name": finding.name}}
    failed = {"failed_runs": len(finding.failures)}
    write_manifest(folder, identity | dict(finding.details) | failed | environment())
