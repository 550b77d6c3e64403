"""Pages as one file of HTML: safe, alone, well-formed, readable."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from experiments.html import CSS, POLICY, to_html
from experiments.page import (
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
    to_terminal,
)
from experiments.strength import STRENGTHS
from experiments.text import LANGUAGES, TAGS

EVIL = '<script>alert("x")</script>\'"&<img src=//evil.example/x onerror=alert(1)>'
VOID = {"meta", "link", "img", "br", "hr", "input"}
ESTIMATE = Estimate("+2.5 (+1.0 to +4.0)", "+2.5", "+1.0 to +4.0", True)
PAGE = [
    Heading("Title", 1),
    Paragraph("Question?"),
    Paragraph("Setting."),
    Heading("First"),
    Statements([Statement("It works.", "firm", "firm", "Because.")]),
    Table(["Path", "Value", "Change"], [["a", "95 %", ESTIMATE], ["b", "2", "3"]], "Note."),
    Heading("Inner", 3),
    Picture("Chart", "figures/one.svg", "How to read it."),
    Heading("Second"),
    Bullets(["x", "y"]),
    Columns(["Item", "Words"], [["k", "v"]]),
    Code("rongzhi study run a < b"),
]
SVG = '<svg viewBox="0 0 1 1"><title id="one-title">t</title><text>x</text></svg>'


class Page(HTMLParser):
    """Collects elements, and fails where they are not balanced."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        """Part of the parser."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Part of the parser."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        """Part of the parser."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Part of the parser."""
        if self.open and data.strip():
            self.text.append((self.open[-1], data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of all elements of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]


def page(blocks=PAGE, title="Title", language="en") -> str:
    return to_html(blocks, title, language, {"figures/one.svg": SVG})


def test_a_page_has_a_head_contents_and_sections():
    read = Page(page())
    links = [attributes["href"] for attributes in read.all("a")]

    assert [len(read.all(tag)) for tag in ("header", "nav", "main", "h1", "section", "svg")] == [1, 1, 1, 1, 2, 1]
    assert links == ["#content", "#section-1", "#section-2"]
    assert {link[1:] for link in links} <= {attributes.get("id") for _, attributes in read.elements}
    assert [words for tag, words in read.text if tag == "h2"] == ["Contents", "First", "Second"]


def test_every_label_refers_to_an_element():
    read = Page(page())
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]

    assert len(ids) == len(set(ids))
    assert {attributes["aria-labelledby"] for _, attributes in read.elements if "aria-labelledby" in attributes} <= set(
        ids
    )


def test_a_table_says_what_its_heads_are_for():
    read = Page(page())
    scopes = [attributes["scope"] for attributes in read.all("th")]

    assert scopes == ["col"] * 3 + ["row"] * 2 + ["col"] * 2 + ["row"]
    assert [words for tag, words in read.text if tag == "caption"] == ["First", "Second"]
    assert len(read.all("thead")) == len(read.all("tbody")) == len(read.all("caption")) == 2


def test_an_estimate_stands_apart_from_its_interval_and_is_bold_when_clear():
    unclear = Estimate("+2.5 (−1.0 to +4.0)", "+2.5", "−1.0 to +4.0", False)

    assert '<td><strong>+2.5</strong> <span class="interval">(+1.0 to +4.0)</span></td>' in page()
    assert "<td><span>+2.5</span> " in page([Heading("A"), Table(["a", "b"], [["x", unclear]])])


@pytest.mark.parametrize(
    "block",
    [
        Heading(EVIL, 1),
        Heading(EVIL),
        Heading(EVIL, 3),
        Paragraph(EVIL),
        Bullets([EVIL]),
        Statements([Statement(EVIL, EVIL, EVIL, EVIL)]),
        Table([EVIL, EVIL], [[EVIL, EVIL], [EVIL, Estimate(EVIL, EVIL, EVIL, True)]], EVIL),
        Columns([EVIL, EVIL], [[EVIL, EVIL]]),
        Code(EVIL),
        Picture(EVIL, "figures/one.svg", EVIL),
    ],
    ids=lambda block: type(block).__name__,
)
def test_hostile_words_stay_words(block):
    text = page([Heading("T", 1), Heading("S"), block], title=EVIL)
    read = Page(text)

    assert "script" not in {tag for tag, _ in read.elements}
    assert "img" not in {tag for tag, _ in read.elements}
    assert not any(name.startswith("on") for _, attributes in read.elements for name in attributes)
    assert any("<script>" in words for _, words in read.text)


@pytest.mark.parametrize(("language", "tag"), list(zip(LANGUAGES, TAGS, strict=True)))
def test_it_says_its_language_and_needs_nothing_from_outside(language, tag):
    read = Page(page(language=language))
    (policy,) = [one["content"] for one in read.all("meta") if one.get("http-equiv") == "Content-Security-Policy"]

    assert read.all("html")[0]["lang"] == tag
    assert policy == POLICY == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    for _, attributes in read.elements:
        for name in ("src", "href", "srcset", "action", "data"):
            assert attributes.get(name, "#").startswith(("#", "data:"))
    assert not re.search(r"url\((?!#)|@import|https?:|//", CSS.read_text(encoding="utf-8"))


def test_a_number_is_not_parted_from_its_per_cent_sign_but_commands_stay_as_they_are():
    text = page([Heading("S"), Paragraph("95 % of"), Code("echo 5 % 3")])

    assert "95\N{NO-BREAK SPACE}% of" in text
    assert "echo 5 % 3" in text


def test_a_picture_without_a_drawing_is_left_out():
    assert "<figure" not in to_html([Heading("S"), Picture("c", "f.png")], "t", "en")


def test_graded_sentences_and_commands_in_markdown_and_on_a_terminal():
    blocks = [Statements([Statement("A.", "firm", "firm", "B."), Statement("C.", "open", "unclear")]), Code("x\ny")]

    assert to_markdown([Picture("c", "f.svg", "how")]) == "![c](f.svg)\n\n*how*\n"
    assert to_markdown(blocks) == "- **[firm]** A. *B.*\n- **[open]** C.\n\n```\nx\ny\n```\n"
    assert to_terminal(blocks) == "* [firm] A. B.\n* [open] C.\n\n    x\n    y"


def colors(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


def luminance(color: str) -> float:
    parts = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *((ink, ground) for ink in ("ink", "muted", "accent") for ground in ("paper", "ground")),
        *((name, f"{name}-ground") for name in ("green", "amber", "red", "grey")),
        ("grey", "paper"),
    ],
)
def test_words_have_the_contrast_that_wcag_aa_asks_for(scheme, ink, ground):
    roots = re.findall(r":root \{(.*?)\}", CSS.read_text(encoding="utf-8"), re.DOTALL)
    known = colors(roots[scheme])
    lighter, darker = sorted((luminance(known[ink]), luminance(known[ground])), reverse=True)

    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_every_strength_has_its_colour():
    assert all(f".{kind} {{ color:" in CSS.read_text(encoding="utf-8") for kind in STRENGTHS)
