"""The house style: quiet axes, colours that colour-blind readers tell apart, Chinese type where there is some."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from experiments.analyses.intervals import is_clear
from experiments.page import fold, width
from experiments.text import text

# Okabe & Ito (2008), without black and yellow, which has too little contrast on white.
PATH_COLORS = (
    "#E69F00",
    "#0072B2",
    "#009E73",
    "#CC79A7",
    "#D55E00",
    "#56B4E9",
    "#8C6D31",
    "#7F7F7F",
    "#393B79",
    "#AD494A",
)
GOOD, BAD, NOTHING_COLOR, ALL_COLOR = "#0072B2", "#D55E00", "#8A8F98", "#111827"
INK, MUTED, GRID = "#1F2937", "#6B7280", "#E5E7EB"
SLIDE = (13.33, 7.5)
DPI = 150
_HEAD = ("slide_title", "slide_sentence")  # marks of what a page says in the caption instead
_BODY = 0.85  # share of a slide's height that is left to the rest
LINES = 1.35  # Chinese type fills its lines to the brim, so more space between them
CJK_FONTS = {
    "zh_hans": ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN"),
    "zh_hant": ("Noto Sans CJK TC", "Noto Sans TC", "Source Han Sans TC", "Source Han Sans TW", "PingFang TC"),
}
ANY_CJK_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK TC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "Source Han Sans",
    "Microsoft YaHei",
    "Microsoft JhengHei",
    "PingFang SC",
    "PingFang HK",
    "Hiragino Sans GB",
    "Heiti SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "AR PL UMing CN",
    "SimHei",
    "Arial Unicode MS",
)


@functools.cache
def cjk_font(language: str) -> str | None:
    """Installed font with Chinese characters, for this language first; None when there is none."""
    wanted = (*CJK_FONTS.get(language, ()), *ANY_CJK_FONTS)
    return _first_installed(wanted) or (_first_installed(wanted) if _add_new_fonts() else None)


def _first_installed(wanted: Sequence[str]) -> str | None:
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in wanted if name in installed), None)


def _add_new_fonts() -> bool:
    """Whether fonts were added: Matplotlib keeps a list of fonts, so it misses one that was installed since."""
    known = {Path(font.fname) for font in font_manager.fontManager.ttflist}
    new = [path for path in font_manager.findSystemFonts() if Path(path) not in known]
    for path in new:
        with suppress(OSError, RuntimeError):  # a broken font is none
            font_manager.fontManager.addfont(path)
    return bool(new)


def drawable_language(language: str) -> str:
    """Language that figures can be drawn in: English where Chinese is wanted and no font has it."""
    return "en" if missing_font_hint(language) else language


def missing_font_hint(language: str) -> str:
    """How to install a Chinese font, when figures in ``language`` need one that is not there; else empty."""
    return "" if language == "en" or cjk_font(language) else text(language, "figure.no_font")


def drawable(words: str, otherwise: str) -> str:
    """Words of the user's own, or something else where no font has their characters."""
    return words if cjk_font("en") or width(words) == len(words) else otherwise


def families(language: str) -> list[str]:
    """Fonts of our figures, the first choice first."""
    chinese, latin = cjk_font(language), "DejaVu Sans"
    return [latin] if chinese is None else [latin, chinese] if language == "en" else [chinese, latin]


@contextmanager
def house_style(language: str = "en") -> Iterator[None]:
    """Matplotlib's settings for our figures."""
    settings: dict[Any, Any] = {
        "font.family": families(language),
        "font.size": 13,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": "#9CA3AF",
        "axes.titlesize": 14,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.unicode_minus": True,
        "axes.grid": True,
        "grid.color": GRID,
        "xtick.color": MUTED,
        "ytick.color": INK,
        "xtick.labelsize": 12,
        "ytick.labelsize": 13,
        "ytick.major.size": 0,
        "legend.frameon": False,
        "figure.dpi": DPI,
        "text.parse_math": False,  # a dollar in a label is a dollar
        "svg.hashsalt": "rongzhi",
    }
    with mpl.rc_context(settings):
        yield


def slide(title: str, subtitle: str, rows: int, columns: int, **layout: Any) -> tuple[Figure, Any]:
    """A slide with a title, a sentence on how to read it, and a grid of axes."""
    engine = ConstrainedLayoutEngine(rect=(0.01, 0.05, 0.98, 0.79), w_pad=0.12, h_pad=0.08)
    figure = Figure(figsize=layout.pop("figsize", SLIDE), layout=engine)
    axes = figure.subplots(rows, columns, squeeze=False, **layout)
    figure.text(0.02, 0.945, title, fontsize=21, fontweight="bold", va="center", gid=_HEAD[0])
    figure.text(
        0.02, 0.912, wrapped(subtitle, 128), fontsize=13, color=MUTED, va="top", linespacing=LINES, gid=_HEAD[1]
    )
    return figure, axes


def without_head(figure: Figure) -> Figure:
    """Take title and sentence off a slide, and the room for them: on a page they stand in the caption."""
    for words in [one for one in figure.texts if one.get_gid() in _HEAD]:
        words.remove()
    foot = 0.055 if figure.texts else 0.005
    engine = figure.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine)
    engine.set(rect=(0.005, foot, 0.99, 0.995 - foot))
    figure.set_figheight(figure.get_figheight() * _BODY)
    return figure


def key(figure: Figure, labels: Sequence[str]) -> None:
    """Write what numbered rows and columns stand for along the lower edge."""
    words = "    ".join(labels)
    figure.text(0.5, 0.022, words, fontsize=min(12, 1650 / width(words)), color=INK, va="center", ha="center")


def save(figure: Figure, folder: Path, name: str) -> None:
    """Save as PNG for slides and SVG for print."""
    figure.savefig(folder / f"{name}.png", dpi=DPI)
    figure.savefig(folder / f"{name}.svg", metadata={"Date": None})


def wrapped(words: str, columns: int) -> str:
    """Words broken into lines of at most ``columns`` Latin or half as many Chinese characters."""
    return fold(words, columns)


def quiet_rows(axes: Axes) -> None:
    """Axes whose rows are named at the left: vertical grid only, no box."""
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)


def focus(axes: Sequence[Axes], least: float, greatest: float) -> None:
    """Vertical scale by the lines: wide bands of few replications run out of the frame instead of flattening them."""
    heights = np.concatenate([line.get_ydata() for one in axes for line in one.lines])
    if not np.isfinite(heights).any():  # nothing was measured
        return
    low, high = float(np.nanmin(heights)), float(np.nanmax(heights))
    room, margin = 0.5 * (high - low) or 1.0, 0.02 * (high - low)
    for one in axes:
        one.set_ylim(max(low - room, least - margin), min(high + room, greatest + margin))


def beside(axes: Axes, words: str, height: float, room: float, **look: Any) -> None:
    """Write a number to the right of a row, ending ``room`` points from the axes so that numbers stand in a column."""
    axes.annotate(
        words,
        (1.0, height),
        xycoords=("axes fraction", "data"),
        xytext=(room, 0),
        textcoords="offset points",
        ha="right",
        va="center_baseline",
        **look,
    )


def verdict_color(gain: float, low: float, high: float) -> str:
    """Colour of a difference by its interval: better, worse, or grey where it is not clear."""
    return MUTED if not is_clear(low, high) else GOOD if gain > 0 else BAD


def ink_on(color: tuple[float, ...]) -> str:
    """White or dark, whichever reads better on a colour (relative luminance)."""
    red, green, blue = color[:3]
    return "white" if 0.299 * red + 0.587 * green + 0.114 * blue < 0.55 else INK


def good_and_bad() -> LinearSegmentedColormap:
    """Colours from harm through nothing to help."""
    return LinearSegmentedColormap.from_list("good and bad", [BAD, "#F9FAFB", GOOD])
