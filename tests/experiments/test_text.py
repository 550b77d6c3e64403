"""The catalogue of words: complete in three languages, and every text used."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

import dashboard
import experiments
from experiments.text import (
    LANGUAGES,
    asked_language,
    language_named,
    language_of_locale,
    set_language,
    spoken,
    text,
    texts,
)
from sim.errors import InputError

FOLDERS = [Path(package.__file__).parent for package in (experiments, dashboard)]
SOURCES = sorted(path for folder in FOLDERS for path in folder.rglob("*.py"))
SCENES = "watch."  # texts that travel with a scene, and are looked up by the script that plays it
SIMPLIFIED_ONLY = set("个们这为时动说对员务组织实数据与从发现应过还进运远连选业级爲衆羣周")


def fields(words: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(words) if field}


def strings(node: ast.AST) -> list[str]:
    """Text ids that an expression can be, as regular expressions."""
    match node:
        case ast.Constant(value=str(words)):
            return [re.escape(words)]
        case ast.JoinedStr(values=parts):
            return ["".join(re.escape(part.value) if isinstance(part, ast.Constant) else "[^.]+" for part in parts)]
        case ast.IfExp(body=one, orelse=other):
            return [*strings(one), *strings(other)]
    return []


def used() -> tuple[set[str], set[str]]:
    """Ids given to ``text`` outright, and all dotted strings that stand anywhere (ids kept in variables)."""
    given, mentioned = set(), set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "text":
                given.update(strings(node.args[1]))
            if isinstance(node, ast.Constant | ast.JoinedStr):
                mentioned.update(pattern for pattern in strings(node) if re.match(r"[a-z_]+\\\.", pattern))
    return given, mentioned


@pytest.mark.parametrize("id", texts())
def test_a_text_has_all_languages_with_the_same_fields(id):
    assert set(texts()[id]) == set(LANGUAGES)
    assert all(words.strip() for words in texts()[id].values())
    assert len({frozenset(fields(words)) for words in texts()[id].values()}) == 1


def test_every_text_asked_for_exists():
    missing = {id for id in used()[0] if not any(re.fullmatch(id, known) for known in texts())}

    assert missing == set()


def test_no_text_is_an_orphan():
    patterns = [re.compile(id) for ids in used() for id in ids]
    prefixed = ("dimension.", "group.", SCENES)

    orphans = {id for id in texts() if not id.startswith(prefixed) and not any(one.fullmatch(id) for one in patterns)}
    assert orphans == set()


def test_scripts_that_play_scenes_use_every_text_of_theirs():
    script = (FOLDERS[1] / "static" / "player.js").read_text(encoding="utf-8")
    script += (FOLDERS[1] / "scene.py").read_text(encoding="utf-8") + (FOLDERS[1] / "watch.py").read_text(
        encoding="utf-8"
    )
    script += (FOLDERS[1] / "static" / "community.js").read_text(encoding="utf-8")
    keys = {id.removeprefix(SCENES).removeprefix("legend.") for id in texts() if id.startswith(SCENES)}

    assert {key for key in keys if not re.search(rf"\b{key}\b", script)} == set()


def test_traditional_texts_hold_no_simplified_characters():
    wrong = {id: SIMPLIFIED_ONLY & set(words["zh_hant"]) for id, words in texts().items()}

    assert {id: signs for id, signs in wrong.items() if signs} == {}


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("en_GB.UTF-8", "en"),
        ("zh", "zh_hans"),
        ("zh-Hans", "zh_hans"),
        ("zh_CN.UTF-8", "zh_hans"),
        ("zh_SG", "zh_hans"),
        ("zh-Hant", "zh_hant"),
        ("zh_TW.UTF-8", "zh_hant"),
        ("zh_HK", "zh_hant"),
        ("fr", None),
        ("C.UTF-8", None),
        ("", None),
    ],
)
def test_a_tag_names_a_language(tag, language):
    assert language_named(tag) == language


def test_the_first_variable_that_is_set_decides_the_locale():
    assert language_of_locale({"LC_ALL": "zh_TW.UTF-8", "LANG": "en_US.UTF-8"}) == "zh_hant"
    assert language_of_locale({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}) == "zh_hans"
    assert language_of_locale({"LC_MESSAGES": "fr_FR", "LANG": "zh_CN"}) == "en"
    assert language_of_locale({}) == "en"


def test_the_language_may_stand_before_or_after_the_verb():
    assert asked_language(["--lang", "zh-Hans", "list", "types"]) == "zh-Hans"
    assert asked_language(["list", "types", "--lang=en"]) == "en"
    assert asked_language(["list", "types"]) is None


def test_values_are_filled_in():
    assert text("en", "format.interval", low="1", high="2") == "1 to 2"


def test_a_language_is_chosen_once_for_all_and_by_any_of_its_names():
    assert spoken() == "en"
    assert [spoken(one) for one in ("zh_hans", "zh-Hans", "zh-TW", "en-GB")] == ["zh_hans", "zh_hans", "zh_hant", "en"]
    set_language("zh-Hant")
    try:
        assert spoken() == "zh_hant"
        assert spoken("en") == "en"
        with pytest.raises(InputError, match="language: must be one of en, zh_hans, zh_hant, got 'fr'"):
            set_language("fr")
        assert spoken() == "zh_hant"
    finally:
        set_language("en")
