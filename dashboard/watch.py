"""The moving picture of a run in a notebook, or as one file that any browser opens without a network."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sim
from dashboard.scene import Scene, record
from experiments.text import LANGUAGES, spoken, text

STATIC = Path(__file__).with_name("static")
HEIGHT = 640


class Watch:
    """A recorded run that shows itself.

    Attributes
    ----------
    scene : Scene
    language : str
    """

    def __init__(self, scene: Scene, language: str | None = None, height: int = HEIGHT) -> None:
        self.scene, self.language, self.height = scene, spoken(language), height

    def to_html(self) -> str:
        """A whole page that asks for nothing else."""
        return page(self.scene.data, self.language)

    def save(self, path: str | Path) -> Path:
        """Write the page to a file."""
        path = Path(path)
        path.write_text(self.to_html(), encoding="utf-8")
        return path

    def _repr_html_(self) -> str:
        title = html.escape(text(self.language, "watch.title"))
        inside = html.escape(self.to_html(), quote=True)
        return (
            f'<iframe title="{title}" srcdoc="{inside}" style="width:100%;height:{self.height}px;border:0" '
            'sandbox="allow-scripts"></iframe>'
        )


def watch(scenario: sim.Scenario, seed: int | None = None, language: str | None = None, height: int = HEIGHT) -> Watch:
    """Run a scenario and show it week by week: needs appear, are found, wait and are resolved; people take part.

    Parameters
    ----------
    scenario : Scenario
        With at most 10,000 residents.
    seed : int, optional
    language : str
        ``en``, ``zh_hans`` or ``zh_hant``; by default the one chosen by ``set_language``.
    height : int
        Of the picture in a notebook, in pixels.

    Returns
    -------
    Watch
        Shows itself in a notebook; ``.save("watch.html")`` writes a page.
    """
    return Watch(record(scenario, seed), language, height)


def page(scene: Mapping[str, Any], language: str) -> str:
    """One HTML page with the scene, the modules and the style inside."""
    script = "\n".join(_bare(STATIC / name) for name in ("community.js", "player.js"))
    data = json.dumps(scene, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    title = html.escape(text(language, "watch.title"))
    tag = {"zh_hans": "zh-Hans", "zh_hant": "zh-Hant"}.get(language, "en")
    assert language in LANGUAGES
    return f"""<!DOCTYPE html>
<html lang="{tag}"><head><meta charset="utf-8"><title>{title}</title>
<style>html,body{{height:100%;margin:0}}#player{{height:100%;padding:8px;box-sizing:border-box}}
{(STATIC / "player.css").read_text(encoding="utf-8")}</style></head>
<body><div id="player"></div>
<script type="application/json" id="scene">{data}</script>
<script type="module">
{script}
const scene = JSON.parse(document.getElementById("scene").textContent);
mountPlayer(document.getElementById("player"), scene, mountCommunity, {{ language: "{language}" }});
</script></body></html>
"""


def _bare(path: Path) -> str:
    """A module's text without what makes it one, to stand in a page beside others."""
    return re.sub(r"^export ", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
