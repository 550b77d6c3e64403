"""What the documentation site makes of pages: formulas that need no script, help of the command line, links to code."""

from __future__ import annotations

import html
import re
from typing import Any

from latex2mathml.converter import convert

FORMULA = re.compile(r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>', re.DOTALL)
NAME = re.compile(r"\\mathsf\{([^{}]*)\}")
HELP = re.compile(r"<!-- help(?P<verbs>[a-z ]*) -->")
OUTSIDE = re.compile(r"\[([^\]]*)\]\((?:\.\./)+(?:(?:sim|experiments|tests|benchmarks|notebooks)/|[A-Z])[^)]*\)")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put in what the command line says of itself, and leave links to files outside the site as plain words."""
    markdown = HELP.sub(lambda found: command_help(found["verbs"].split()), markdown)
    return OUTSIDE.sub(r"\1", markdown)


def on_page_content(html_text: str, **_: Any) -> str:
    """Turn formulas into MathML, which browsers draw by themselves."""
    return FORMULA.sub(
        lambda found: mathml(html.unescape(found[2]), "block" if found[1] == "div" else "inline"), html_text
    )


def mathml(formula: str, display: str) -> str:
    """MathML of a formula in TeX."""
    return convert(known(formula), display=display).replace("⦃", "{").replace("⦄", "}")


def known(formula: str) -> str:
    """Say what the converter does not know of TeX in words that it does."""
    formula = NAME.sub(lambda found: r"\text{" + found[1].replace(r"\_", "_") + "}", formula)
    for ours, theirs in {
        r"\{": "⦃",
        r"\}": "⦄",
        "{aligned}": "{align*}",
        r"\lfloor": "⌊",
        r"\rfloor": "⌋",
        r"\arg": r"\text{arg}",
    }.items():
        formula = formula.replace(ours, theirs)
    return formula


def command_help(verbs: list[str]) -> str:
    """Help of one verb, as the command line prints it in English."""
    import contextlib
    import io

    from experiments.__main__ import main

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        main([*verbs, "--help", "--lang", "en"])
    return f"```text\n{printed.getvalue().strip()}\n```"
