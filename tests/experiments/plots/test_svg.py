"""Figures inside a page: text is text, ids differ, nothing comes from outside, and a drawing is always the same."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from experiments.plots import style
from experiments.plots.svg import alone, to_svg


def drawn(title: str = "title") -> object:
    with style.house_style("en"):
        figure, axes = style.slide(title, "how to read it", 1, 2)
        axes[0][0].plot([0, 1], [0, 1], "o-", clip_on=True, label='<script>alert("1")</script> & $x$')
        axes[0][0].legend()
        axes[0][1].imshow([[0, 1], [1, 0]])
    return figure


def svg(name: str = "one", **words: str) -> str:
    with style.house_style("en"):
        return to_svg(drawn(), name, **({"title": "T", "description": "D"} | words))


def test_labels_are_text_without_fonts_of_their_own():
    root = ET.fromstring(svg())
    words = [element.text for element in root.iter("text")]

    assert '<script>alert("1")</script> & $x$' in words
    assert "font-family" not in svg()
    assert root.find("script") is None


def test_it_grows_with_the_page_and_says_what_it_shows():
    root = ET.fromstring(svg(title="A & B", description="<read>"))

    assert root.get("viewBox")
    assert root.get("width") is root.get("height") is None
    assert (root.find("title").text, root.find("desc").text) == ("A & B", "<read>")
    assert root.get("aria-labelledby") == root.find("title").get("id")
    assert root.get("aria-describedby") == root.find("desc").get("id")
    assert root.get("role") == "img"


def test_ids_have_the_prefix_and_every_reference_has_its_id():
    ids = re.findall(r'\bid="([^"]+)"', svg("first"))
    references = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg("first"))

    assert len(ids) == len(set(ids))
    assert all(id.startswith("first-") for id in ids)
    assert references
    assert {one or other for one, other in references} <= set(ids)
    assert not set(ids) & set(re.findall(r'\bid="([^"]+)"', svg("second")))


def test_nothing_is_fetched_and_no_style_reaches_the_page():
    text = svg()

    assert "http" not in text
    assert "<style" not in text
    assert "xmlns" not in text
    assert set(re.findall(r'href="(.{5})', text)) <= {"data:"} | set(re.findall(r'href="(#.{4})', text))


def test_the_same_drawing_gives_the_same_bytes():
    assert svg() == svg()


def test_a_figure_without_its_head_is_lower_and_has_neither_title_nor_sentence():
    with style.house_style("en"):
        whole, bare = drawn(), style.without_head(drawn())
        text = to_svg(bare, "x", "t", "d")

    assert bare.get_figheight() < whole.get_figheight()
    assert "how to read it" not in text


def test_alone_it_is_a_picture_with_fonts():
    root = ET.fromstring(alone(svg(), ["A Font", "Other"]))

    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("style").startswith("font-family: 'A Font', 'Other', sans-serif")
