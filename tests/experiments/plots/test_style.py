"""Figures never show empty boxes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from matplotlib.figure import Figure

from experiments.plots import style


@pytest.fixture
def _no_chinese_font(monkeypatch):
    monkeypatch.setattr(style, "cjk_font", lambda language: None)


@pytest.mark.usefixtures("_no_chinese_font")
def test_without_a_chinese_font_labels_are_english_and_the_reader_is_told_what_to_install():
    assert style.drawable_language("zh_hans") == "en"
    assert "fonts-noto-cjk" in style.missing_font_hint("zh_hans")
    assert style.missing_font_hint("en") == ""


def test_with_a_chinese_font_labels_are_chinese(monkeypatch):
    monkeypatch.setattr(style, "cjk_font", lambda language: "Noto Sans CJK SC")

    assert style.drawable_language("zh_hant") == "zh_hant"
    assert style.missing_font_hint("zh_hant") == ""


@pytest.mark.usefixtures("_no_chinese_font")
def test_own_names_that_cannot_be_drawn_are_replaced():
    assert style.drawable("幸福里", "#1") == "#1"
    assert style.drawable("Block 7", "#1") == "Block 7"


def test_ink_reads_on_its_ground():
    assert style.ink_on((0.0, 0.2, 0.5, 1.0)) == "white"
    assert style.ink_on((0.95, 0.95, 0.95, 1.0)) == style.INK


def test_a_font_installed_after_matplotlib_made_its_list_is_found(monkeypatch):
    installed = [SimpleNamespace(name="DejaVu Sans", fname="old.ttf")]
    manager = SimpleNamespace(
        ttflist=installed, addfont=lambda path: installed.append(SimpleNamespace(name="Noto Sans CJK SC", fname=path))
    )
    monkeypatch.setattr(style.font_manager, "fontManager", manager)
    monkeypatch.setattr(style.font_manager, "findSystemFonts", lambda: ["old.ttf", "new.ttc"])

    assert style.cjk_font.__wrapped__("zh_hans") == "Noto Sans CJK SC"


def test_bands_do_not_flatten_the_lines():
    axes = Figure().subplots()
    axes.plot([0, 1], [40, 60])
    axes.fill_between([0, 1], [-300, -300], [400, 400])

    style.focus([axes], 0.0, 100.0)

    assert axes.get_ylim() == (30.0, 70.0)


def test_the_scale_ends_where_values_end():
    axes = Figure().subplots()
    axes.plot([0, 1], [0, 100])

    style.focus([axes], 0.0, 100.0)

    assert axes.get_ylim() == (-2.0, 102.0)
