"""Pages as one file of HTML that needs nothing from outside: no fonts, no scripts, no other files."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

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
)
from experiments.text import LANGUAGES, TAGS, text

# Nothing is fetched and nothing runs, whatever stands in a title or in a label.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_BEFORE_PERCENT = re.compile(r"(?<=\d) (?=%)")
# A table's caption says its heading once more, for those who hear the page.
_INSIDE = (
    ".rongzhi figure { margin: 0 } .rongzhi caption { display: none } .rongzhi th[scope=row] { text-align: left } "
    ".rongzhi th, .rongzhi td { padding: 0.2em 0.8em }"
)
CSS = Path(__file__).with_name("html.css")


def to_html(blocks: Iterable[Block], title: str, language: str, pictures: Mapping[str, str] | None = None) -> str:
    """Page as HTML: what stands before the first heading of level 2 is its head, each such heading a section.

    Parameters
    ----------
    blocks : iterable of Block
    title : str
        For the browser's window and bookmarks.
    language : str
        ``en``, ``zh_hans`` or ``zh_hant``.
    pictures : dict of str to str
        Figures as SVG, by the ``file`` of their block; their ids must differ. A picture without one is left out.
    """
    head, sections = _parts(blocks)
    shown = pictures or {}
    contents = "\n".join(
        f'<li><a href="#section-{number}">{_safe(heading.words)}</a></li>'
        for number, (heading, _) in enumerate(sections, start=1)
    )
    body = "\n".join(
        f'<section id="section-{number}" aria-labelledby="title-{number}">\n'
        f'<h2 id="title-{number}">{_safe(heading.words)}</h2>\n'
        f"{_written(part, heading.words, shown)}\n</section>"
        for number, (heading, part) in enumerate(sections, start=1)
    )
    skip, named = _safe(text(language, "report.skip")), _safe(text(language, "report.contents"))
    return f"""<!DOCTYPE html>
<html lang="{TAGS[LANGUAGES.index(language)]}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Rongzhi">
<title>{_safe(title)}</title>
<link rel="icon" href="data:,">
<style>
{_css()}</style>
</head>
<body>
<a class="skip" href="#content">{skip}</a>
<header>
{_head(head)}
</header>
<nav aria-labelledby="contents">
<h2 id="contents">{named}</h2>
<ol>
{contents}
</ol>
</nav>
<main id="content">
{body}
</main>
</body>
</html>
"""


def fragment(blocks: Iterable[Block]) -> str:
    """Page as HTML to stand inside another one, such as a notebook, without figures."""
    return f'<div class="rongzhi">\n<style>{_INSIDE}</style>\n{_written(blocks, "", {})}\n</div>'


def _safe(words: str) -> str:
    """Words as HTML, a number never parted from its per cent sign."""
    return _BEFORE_PERCENT.sub("\N{NO-BREAK SPACE}", escape(words))


@functools.cache
def _css() -> str:
    return CSS.read_text(encoding="utf-8")


def _parts(blocks: Iterable[Block]) -> tuple[list[Block], list[tuple[Heading, list[Block]]]]:
    """Split a page into its head and its sections."""
    head: list[Block] = []
    sections: list[tuple[Heading, list[Block]]] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            sections.append((block, []))
        else:
            (sections[-1][1] if sections else head).append(block)
    return head, sections


def _head(blocks: Sequence[Block]) -> str:
    """Title, question and setting: the first sentence is set large."""
    lines, style = [], ' class="lead"'
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(f"<p{style}>{_safe(block.words)}</p>")
            style = ""
        else:
            lines.append(_block(block, "", {}))
    return "\n".join(lines)


def _written(blocks: Iterable[Block], heading: str, pictures: Mapping[str, str]) -> str:
    """Blocks of a section; a table is called by the heading above it."""
    written = []
    for block in blocks:
        if isinstance(block, Heading):
            heading = block.words
        written.append(_block(block, heading, pictures))
    return "\n".join(one for one in written if one)


def _block(block: Block, heading: str, pictures: Mapping[str, str]) -> str:
    match block:
        case Heading(words, level):
            return f"<h{level}>{_safe(words)}</h{level}>"
        case Paragraph(words):
            return f"<p>{_safe(words)}</p>"
        case Bullets(items):
            return _list("", (_safe(item) for item in items))
        case Statements(items):
            return _list(' class="graded"', map(_statement, items))
        case Code(words):
            return f'<pre tabindex="0"><code>{escape(words)}</code></pre>'
        case Table(header, rows, note):
            return _table("numbers", header, rows, heading, note)
        case Columns(header, rows):
            return _table("words", header, rows, heading, "")
        case Picture(caption, file, note):
            return _figure(caption, note, pictures[file]) if file in pictures else ""


def _list(style: str, items: Iterable[str]) -> str:
    return f"<ul{style}>\n" + "\n".join(f"<li>{item}</li>" for item in items) + "\n</ul>"


def _statement(one: Statement) -> str:
    reason = f' <span class="reason">{_safe(one.reason)}</span>' if one.reason else ""
    grade = f'<strong class="grade {_safe(one.kind)}">{_safe(one.grade)}</strong>'
    return f'{grade} <span class="said">{_safe(one.words)}{reason}</span>'


def _table(style: str, header: Sequence[str], rows: Sequence[Sequence[str]], heading: str, note: str) -> str:
    named = _safe(heading)
    return "\n".join(
        [
            f'<figure class="table {style}">',
            f'<div class="scroll" role="region" aria-label="{named}" tabindex="0">',
            "<table>",
            f"<caption>{named}</caption>",
            "<thead>",
            f"<tr>{''.join(_heads(header))}</tr>",
            "</thead>",
            "<tbody>",
            *(f'<tr><th scope="row">{_safe(row[0])}</th>{"".join(map(_cell, row[1:]))}</tr>' for row in rows),
            "</tbody>",
            "</table>",
            "</div>",
            *([f"<figcaption>{_safe(note)}</figcaption>"] if note else []),
            "</figure>",
        ]
    )


def _heads(header: Sequence[str]) -> Iterator[str]:
    return (f'<th scope="col">{_safe(words)}</th>' for words in header)


def _cell(words: str) -> str:
    if not isinstance(words, Estimate):
        return f"<td>{_safe(words)}</td>"
    tag = "strong" if words.clear else "span"
    return f'<td><{tag}>{_safe(words.value)}</{tag}> <span class="interval">({_safe(words.interval)})</span></td>'


def _figure(caption: str, note: str, svg: str) -> str:
    how = f" <span>{_safe(note)}</span>" if note else ""
    return (
        f'<figure class="chart">\n<figcaption><strong>{_safe(caption)}</strong>{how}</figcaption>\n'
        f'<div class="scroll" role="region" aria-label="{_safe(caption)}" tabindex="0">{svg}</div>\n</figure>'
    )
