"""Figures in one call: they show themselves, speak three languages without empty boxes, and keep their style."""

from __future__ import annotations

import matplotlib as mpl
import pytest

import sim
from experiments.plots import notebook as plots
from experiments.plots import style
from experiments.screening import stored_screening
from experiments.study import load_study
from experiments.text import LANGUAGES
from sim.errors import InputError

DRAWABLE = [language for language in LANGUAGES if not style.missing_font_hint(language)]


@pytest.fixture
def drawings(two_runs, effects, weekly, shares):
    one, other = two_runs
    names = ("议事", "清单")  # own names, whatever the language
    return {
        "paired_effects": lambda language: plots.paired_effects(effects, language),
        "weekly_bands": lambda language: plots.weekly_bands(weekly, language),
        "winners_losers": lambda language: plots.winners_losers(shares, language),
        "cost_effectiveness": lambda language: plots.cost_effectiveness(effects, language),
        "organization_network": lambda language: plots.organization_network(one, language, other=other, labels=names),
        "resident_network": lambda language: plots.resident_network(one, language, "village"),
        "needs_flow": lambda language: plots.needs_flow(one, language, other=other),
        "diary_strip": lambda language: plots.diary_strip(sim.compare_diaries(one, other), language),
        "staff_hours": lambda language: plots.staff_hours({"A": one, "B": other}, language),
        "screening": lambda language: plots.screening(stored_screening(load_study("six-paths")), language),
    }


@pytest.mark.parametrize("language", [one for one in DRAWABLE if one != "en"])
def test_every_figure_is_laid_out_without_a_missing_glyph_or_a_collapsed_axes(drawings, language):
    words = {}
    for name, draw in drawings.items():
        figure = draw(language)
        figure.draw_without_rendering()  # Matplotlib would warn, and warnings are errors here
        words[name] = figure.texts[0].get_text()

    assert all(words.values())
    assert len(set(words.values())) == len(words)


def test_a_figure_shows_itself_at_half_its_size_for_sharp_screens(effects):
    figure = plots.paired_effects(effects)
    png, size = figure._repr_png_()

    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) == pytest.approx(size["width"] * style.DPI / 72, abs=2)


def test_a_figure_is_saved_by_its_ending(effects, tmp_path):
    figure = plots.paired_effects(effects)

    assert "<svg" in figure.save(tmp_path / "a.svg").read_text(encoding="utf-8")
    assert figure.save(tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_a_figure_keeps_its_style_when_it_is_drawn_later(effects):
    figure = plots.paired_effects(effects)
    with mpl.rc_context({"xtick.color": "red"}):
        figure.draw_without_rendering()
        colors = {tick.label1.get_color() for tick in figure.axes[0].xaxis.get_major_ticks()}

    assert colors == {style.MUTED}
    assert mpl.rcParams["text.parse_math"] is True


def test_without_a_chinese_font_the_figure_is_english_and_says_what_to_install(monkeypatch, effects):
    monkeypatch.setattr(style, "cjk_font", lambda language: None)

    with pytest.warns(UserWarning, match="fonts-noto-cjk"):
        figure = plots.paired_effects(effects, "zh_hans")

    assert figure.texts[0].get_text() == "What each design changes"


def test_a_language_that_is_none_of_ours_is_refused(effects):
    with pytest.raises(InputError, match=r"must be one of .* got 'french'"):
        plots.paired_effects(effects, language="french")
