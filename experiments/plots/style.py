"""The house style: quiet axes, colours that colour-blind readers tell apart, Chinese type where there is some."""

from __future__ import annotations

import functools
import inspect
import io
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from experiments.analyses.intervals import is_clear
from experiments.formats import is_small
from experiments.page import fold, width
from experiments.text import spoken, text
from sim.errors import InputError
from sim.outcomes import Outcome

P = ParamSpec("P")

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
_HEAD_HEIGHT, _FOOT = 1.2, 0.375  # inches
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
_WHEN_SAVED = ("figure.dpi", "svg.hashsalt")  # settings that belong to a file, not to what is drawn


class Drawing(Figure):
    """A Matplotlib figure without pyplot, which shows itself in a notebook and keeps its style when it is drawn later.

    Matplotlib makes some labels only as it draws, so the settings of the moment of making are kept.
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._made_with = {name: mpl.rcParams[name] for name in house_settings("en") if name not in _WHEN_SAVED}

    def draw(self, renderer: RendererBase) -> None:
        """Draw in the style in which the figure was made."""
        with mpl.rc_context(self._made_with):
            super().draw(renderer)

    def save(self, path: str | Path) -> Path:
        """Save by the ending of the name, such as ``.png`` for slides or ``.svg`` for print."""
        path = Path(path)
        metadata = {"Date": None} if path.suffix.lower() == ".svg" else None
        with mpl.rc_context({"svg.hashsalt": "rongzhi"}):
            self.savefig(path, dpi=DPI, metadata=metadata)
        return path

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=DPI)
        width, height = (round(72 * inches) for inches in self.get_size_inches())
        return buffer.getvalue(), {"width": width, "height": height}


def in_one_call(draw: Callable[P, Figure | None]) -> Callable[P, Drawing]:
    """Make a function that draws within the house style draw by itself, in the chosen language unless it is told one.

    Raises
    ------
    InputError
        When called: if the language is unknown, or the result has nothing for this figure.
    """
    signature = inspect.signature(draw)

    @functools.wraps(draw)
    def drawn(*arguments: P.args, **named: P.kwargs) -> Drawing:
        bound = signature.bind_partial(*arguments, **named)
        asked = bound.arguments.get("language")
        bound.arguments["language"] = language_drawn(asked if isinstance(asked, str) else None, stacklevel=3)
        with house_style(bound.arguments["language"]):
            figure = draw(*bound.args, **bound.kwargs)
        if figure is None:
            raise InputError(f"{draw.__name__.removeprefix('draw_')}: the result has nothing for this figure")
        assert isinstance(figure, Drawing)
        return figure

    return drawn


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


def language_drawn(language: str | None, stacklevel: int = 4) -> str:
    """Language of a figure that somebody asks for by hand: as told or chosen; English, with a warning, without a font.

    Raises
    ------
    InputError
        If the language is unknown.
    """
    language = spoken(language)
    hint = missing_font_hint(language)
    if hint:
        warnings.warn(hint, stacklevel=stacklevel)
    return drawable_language(language)


def missing_font_hint(language: str) -> str:
    """How to install a Chinese font, when figures in ``language`` need one that is not there; else empty."""
    return "" if language == "en" or cjk_font(language) else text(language, "figure.no_font")


def drawable(words: str, otherwise: str) -> str:
    """Words of the user's own, or something else where no font has their characters."""
    return words if cjk_font("en") or width(words) == len(words) else otherwise


def called(name: object, labels: Mapping[str, str] | None, number: int) -> str:
    """How a design or a place is called in a figure; its number where no font has its characters."""
    return drawable((labels or {}).get(str(name), str(name)), f"#{number}")


def families(language: str) -> list[str]:
    """Fonts of our figures, the first choice first."""
    chinese, latin = cjk_font(language), "DejaVu Sans"
    return [latin] if chinese is None else [latin, chinese] if language == "en" else [chinese, latin]


def house_settings(language: str) -> dict[Any, Any]:
    """Matplotlib's settings for our figures."""
    return {
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


@contextmanager
def house_style(language: str = "en") -> Iterator[None]:
    """Matplotlib's settings for our figures while something is drawn."""
    with mpl.rc_context(house_settings(language)):
        yield


def slide(title: str, subtitle: str, rows: int, columns: int, **layout: Any) -> tuple[Figure, Any]:
    """A slide with a title, a sentence on how to read it, and a grid of axes."""
    figsize = layout.pop("figsize", SLIDE)
    foot, head, inch = _FOOT / figsize[1], _HEAD_HEIGHT / figsize[1], 1.0 / figsize[1]
    engine = ConstrainedLayoutEngine(rect=(0.01, foot, 0.98, 1.0 - head - foot), w_pad=0.12, h_pad=0.08)
    figure = Drawing(figsize=figsize, layout=engine)
    axes = figure.subplots(rows, columns, squeeze=False, **layout)
    figure.text(
        0.02,
        1.0 - 0.41 * inch,
        title,
        fontsize=min(21, 1500 / max(1, width(title))),
        fontweight="bold",
        va="center",
        gid=_HEAD[0],
    )
    figure.text(
        0.02,
        1.0 - 0.66 * inch,
        wrapped(subtitle, 128),
        fontsize=13,
        color=MUTED,
        va="top",
        linespacing=LINES,
        gid=_HEAD[1],
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
    figure.set_figheight(figure.get_figheight() - 0.9375 * _HEAD_HEIGHT)
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


def rows_of_groups(groups: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Height of each group's row; a gap parts the dimensions."""
    heights: dict[tuple[str, str], float] = {}
    height, before = 0.0, None
    for dimension, group in groups[["dimension", "group"]].drop_duplicates().itertuples(index=False):
        height += 0.6 if before not in (None, dimension) else 0.0
        heights[dimension, group], before = height, dimension
        height += 1.0
    return heights


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


def effect_color(outcome: Outcome, effect: float, low: float, high: float) -> str:
    """Colour of an effect on an outcome; grey also where it prints as 0."""
    return MUTED if is_small(outcome, effect) else verdict_color(effect * (outcome.better or 1), low, high)


def ink_on(color: tuple[float, ...]) -> str:
    """White or dark, whichever reads better on a colour (relative luminance)."""
    red, green, blue = color[:3]
    return "white" if 0.299 * red + 0.587 * green + 0.114 * blue < 0.55 else INK


def good_and_bad() -> LinearSegmentedColormap:
    """Colours from harm through nothing to help."""
    return LinearSegmentedColormap.from_list("good and bad", [BAD, "#F9FAFB", GOOD])
