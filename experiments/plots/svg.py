"""Figures as SVG for a web page: text stays text, names are unique among figures, and nothing comes from outside."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib.figure import Figure

_NAMESPACE = re.compile(r"^\{[^}]*\}")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_FAMILY = re.compile(r"\s*font-family:[^;]*;?")
_IDLE_TURN = re.compile(r"^rotate\(-?0 [^)]*\)$")
_NUMBER = re.compile(r"-?\d+\.\d+")
_PLACES = ("d", "x", "y")
_OUTER = ("xmlns", "version", "width", "height")


def to_svg(figure: Figure, name: str, title: str, description: str = "") -> str:
    """A figure to stand inside a page of HTML; the same figure gives the same characters.

    Labels are text in the page's own font, so that they can be found, copied and read aloud, and a browser takes
    Chinese characters from its own fonts.

    Parameters
    ----------
    figure : Figure
    name : str
        Prefix of all ids in it; must be unique in the page.
    title, description : str
        What a screen reader says.
    """
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    root = ET.fromstring(buffer.getvalue())  # noqa: S314  (Matplotlib's own)
    for parent in list(root.iter()):
        for child in list(parent):
            if _NAMESPACE.sub("", child.tag) in ("metadata", "style"):
                parent.remove(child)
    # Matplotlib makes ids from the places of things, whose last digits depend on the addresses of objects.
    ids = {one: f"{name}-{count}" for count, one in enumerate(dict.fromkeys(_ids(root)))}
    for element in root.iter():
        element.tag = _NAMESPACE.sub("", element.tag)
        renamed = (_renamed(key, value, ids) for key, value in element.attrib.items())
        element.attrib = {key: value for key, value in renamed if key}
        element.tail = None
        if element.tag != "text" and not (element.text or "").strip():
            element.text = None
    root.attrib = {key: value for key, value in root.attrib.items() if key not in _OUTER}
    root.attrib |= {"role": "img", "aria-labelledby": f"{name}-title", "aria-describedby": f"{name}-desc"}
    for position, (tag, id, words) in enumerate((("title", "title", title), ("desc", "desc", description))):
        element = ET.Element(tag, {"id": f"{name}-{id}"})
        element.text = words
        root.insert(position, element)
    return ET.tostring(root, encoding="unicode")


def alone(svg: str, fonts: Sequence[str]) -> str:
    """A figure of :func:`to_svg` as a file of its own, with its fonts, the first that a reader has being used."""
    family = ", ".join(f"'{font}'" for font in fonts)
    look = f"font-family: {family}, sans-serif; stroke-linejoin: round"
    return svg.replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" style="{look}" ', 1)


def _ids(root: ET.Element) -> Iterator[str]:
    return (element.attrib["id"] for element in root.iter() if "id" in element.attrib)


def _renamed(key: str, value: str, ids: Mapping[str, str]) -> tuple[str, str]:
    """An attribute of the page's: ids and references by their new names, no fonts; an empty key drops it."""
    key = _NAMESPACE.sub("", key)
    if key == "id":
        return key, ids[value]
    if key == "href" and value.startswith("#"):
        return key, f"#{ids[value[1:]]}"
    if key == "style":
        return key, _FAMILY.sub("", value).strip()
    if key in _PLACES:
        return key, _NUMBER.sub(lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), " ".join(value.split()))
    if key == "transform" and _IDLE_TURN.match(value):
        return "", ""
    return key, _REFERENCE.sub(lambda found: f"url(#{ids[found[1]]})", value)
