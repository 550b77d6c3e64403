"""The moving picture as a page: whole in itself, in three languages, and safe whatever a community is called."""

import re

import pytest

import sim
from dashboard import watch

PLACE = sim.Scenario(
    communities=[sim.CommunitySpec(type="village", residents=60, name="</script><b>")], weeks=6, warmup=4
)


@pytest.fixture(scope="module")
def shown():
    return watch(PLACE, seed=2, language="zh-Hant")


def test_the_page_asks_for_nothing_else(shown):
    page = shown.to_html()
    assert not re.search(r"https?://", page)
    assert "import " not in re.sub(r"(?m)^\s*//.*$", "", page).split('<script type="module">')[1]


def test_a_name_cannot_end_the_data(shown):
    data = shown.to_html().split('id="scene">')[1].split("</script>")[0]
    assert "<\\/script>" in data


def test_the_language_is_that_asked_for(shown):
    assert '<html lang="zh-Hant">' in shown.to_html()
    assert "社區逐周實景" in shown._repr_html_() or "社區逐週實景" in shown._repr_html_()


def test_it_is_kept_in_a_file(shown, tmp_path):
    assert shown.save(tmp_path / "watch.html").read_text(encoding="utf-8") == shown.to_html()


def test_unknown_languages_are_refused():
    with pytest.raises(sim.InputError, match="language: must be one of"):
        watch(PLACE, language="french")
