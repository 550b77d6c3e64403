"""Figures as SVG for a web page: text stays text, names are unique among figures, and nothing comes from outside."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib.figure import Figure

_NAMESPACE = re.compile(r"^\{[^}]*\}")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_FAMILY = re.compile(r"\s*font-family:[^;]*;?")
_IDLE_TURN = re.compile(r"^rotate\(-?0 [^)]*\)$")
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
    for element in root.iter():
        element.tag = _NAMESPACE.sub("", element.tag)
        renamed = (_renamed(key, value, name) for key, value in element.attrib.items())
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


def _renamed(key: str, value: str, name: str) -> tuple[str, str]:
    """An attribute of the page's: ids and references with the figure's prefix, no fonts; an empty key drops it."""
    key = _NAMESPACE.sub("", key)
    value = _REFERENCE.sub(rf"url(#{name}-\1)", value)
    if key == "id" or (key == "href" and value.startswith("#")):
        mark, bare = ("#", value[1:]) if key == "href" else ("", value)
        return key, f"{mark}{name}-{bare}"
    if key == "style":
        return key, _FAMILY.sub("", value).strip()
    if key == "d":
        return key, " ".join(value.split())
    if key == "transform" and _IDLE_TURN.match(value):
        return "", ""
    return key, value
