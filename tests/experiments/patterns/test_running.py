"""The comparison: pooled over types, by seed, the same for any executor."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from experiments.__main__ import main
from experiments.page import to_markdown
from experiments.patterns import patterns
from experiments.patterns.measures import Part
from experiments.patterns.page import frame, page
from experiments.patterns.running import Comparison, Found, Setting, compare, gathered, pooled, tasks_of
from experiments.text import LANGUAGES
from sim.community_types import community_types
from sim.errors import InputError

TINY = Setting(residents=40, replications=2, warmup=4, weeks=6, quiet=3)
CHOSEN = tuple(patterns()[id] for id in ("chat_daily", "dissatisfied", "paperwork"))
EVERYWHERE, RESETTLED = patterns()["chat_daily"], patterns()["dissatisfied"]


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return compare(TINY, chosen=CHOSEN)


def test_every_pattern_has_a_value_for_each_seed_and_type(compared):
    assert [one.pattern.id for one in compared.found] == [one.id for one in CHOSEN]
    assert all(one.by_seed.shape == (2,) for one in compared.found)
    assert [set(one.by_type) for one in compared.found] == [
        set(community_types()),
        {"resettlement"},
        set(community_types()),
    ]
    assert all(one.low <= one.mean <= one.high for one in compared.found)


def test_the_executor_does_not_matter(compared):
    again = compare(TINY, chosen=CHOSEN, workers=2, make_executor=lambda: ThreadPoolExecutor(1))

    assert frame(again).equals(frame(compared))


def test_parameters_move_values_and_stay_in_their_ranges(compared):
    moved = compare(TINY, {"observation.chats": 4.0, "calendar.paper_demand": 0.2}, chosen=CHOSEN)

    assert moved.found[0].mean > compared.found[0].mean
    assert moved.found[1].mean == compared.found[1].mean
    assert moved.found[2].mean < compared.found[2].mean
    for name, value in (("observation.chats", 40.0), ("observation.chat", 1.0), ("needs.arrival", 99.0)):
        with pytest.raises(InputError, match=name.replace(".", r"\.")):
            compare(TINY, {name: value})


def test_types_are_pooled_by_what_was_counted():
    assert pooled([Part(1.0, 2.0), Part(0.0, 6.0)]) == 0.125
    assert math.isnan(pooled([Part(0.0, 0.0)]))


def test_a_seed_of_which_a_type_failed_is_left_out():
    kinds = list(community_types())
    rows: list = [{"chat_daily": (1.0, 2.0), "dissatisfied": (1.0, 4.0)} for _ in range(2 * len(kinds))]
    rows[len(kinds)] = None  # the first type with the second seed
    found = gathered(TINY, (EVERYWHERE, RESETTLED), rows)

    assert found[0].by_seed.tolist() == [0.5]
    assert found[1].by_seed.tolist() == [0.25, 0.25]


def test_what_cannot_be_measured_is_told_and_not_counted():
    rows = [{"chat_daily": "no counter 'chats'"} for _ in range(len(community_types()))]
    found = gathered(Setting(replications=1), (EVERYWHERE,), rows)

    assert found[0].verdict == "unknown"
    assert found[0].reason == "no counter 'chats'"
    assert Comparison(TINY, {}, found, []).count("fit") == (0, 1)


def test_only_types_that_a_pattern_is_about_are_run():
    assert len(list(tasks_of(TINY, {}, [RESETTLED]))) == 2
    assert len(list(tasks_of(TINY, {}, [EVERYWHERE]))) == 2 * len(community_types())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_a_row_for_each_pattern_and_counts_by_use(language):
    found = tuple(
        Found(one, np.array([one.low, one.low]), dict.fromkeys(one.types, one.low)) for one in patterns().values()
    )
    everything = Comparison(TINY, {"needs.arrival": 1.0}, found, [])
    words = to_markdown(page(everything, language))

    assert all(one.label[language] in words for one in patterns().values())
    assert everything.distance("fit") == 0.0
    assert everything.count("held_out")[0] == everything.count("held_out")[1]
    assert "needs.arrival = 1" in words


def test_the_verb_writes_table_page_and_figure(tmp_path, capsys):
    (tmp_path / "values.toml").write_text('[parameters]\nneeds.arrival = 1\n[observation]\n"observation.chats" = 2.0\n')
    options = ["--replications", "2", "--residents", "20", "--workers", "1", "--lang", "en"]

    assert (
        main(
            [
                "verify",
                "patterns",
                *options,
                "--parameters",
                str(tmp_path / "values.toml"),
                "--out",
                str(tmp_path / "out"),
            ]
        )
        == 0
    )
    shown = capsys.readouterr().out
    assert "Chat with neighbours at least weekly" in shown
    assert "needs.arrival = 1; observation.chats = 2" in shown
    written = {one.name for one in (tmp_path / "out").iterdir()}
    assert written == {"manifest.json", "patterns.csv", "patterns.md", "patterns.png", "patterns.svg"}


def test_the_verb_refuses_values_outside_their_range(tmp_path, capsys):
    (tmp_path / "values.toml").write_text("[parameters]\nneeds.arrival = 99\n")

    assert main(["verify", "patterns", "--parameters", str(tmp_path / "values.toml"), "--lang", "en"]) == 2
    assert "needs.arrival" in capsys.readouterr().err
