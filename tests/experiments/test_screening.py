"""Screening: known influences are found, gaps are refused, and the summary reads what is stored."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from experiments import screening
from experiments.engine import InProcess
from experiments.page import to_markdown
from experiments.paired import IncompleteError
from experiments.plots import style
from experiments.screening import CHANCE, EFFECT, Setting, screened, trajectories
from experiments.study import load_study
from experiments.uncertain import process_numbers
from sim.result import provenance

SETTING = Setting(trajectories=4, residents=30, warmup=1, weeks=13)


@pytest.fixture(scope="module")
def study():
    return load_study("six-paths")


def known_answer(entries):
    """Effects that are three times the first number, and the second times the third."""
    sample = trajectories(len(entries), SETTING)
    value = 3.0 * sample[:, 0] + 2.0 * sample[:, 1] * sample[:, 2]
    return sample, pd.DataFrame({(EFFECT, "participation"): value})


def test_a_straight_influence_has_no_spread_and_an_interaction_has():
    entries = process_numbers("B")[:6]
    table = screened(*known_answer(entries), entries).set_index("parameter")

    first, second, other = (table.loc[one.name] for one in (entries[0], entries[1], entries[3]))
    assert first["mu_star"] == pytest.approx(3.0)
    assert first["sigma"] == pytest.approx(0.0, abs=1e-9)
    assert first["rank"] == 1
    assert second["sigma"] > 0.1
    assert other["mu_star"] == pytest.approx(0.0, abs=1e-9)


def test_an_answer_with_a_gap_is_refused():
    entries = process_numbers("C")
    sample, answered = known_answer(entries)
    answered.iloc[2, 0] = np.nan

    with pytest.raises(IncompleteError):
        screened(sample, answered, entries)


def test_points_of_a_trajectory_share_their_luck_but_for_the_step_of_chance():
    entries = process_numbers("C")
    sample = trajectories(len(entries), SETTING)
    seeds = [screening._seed(SETTING, point // (len(entries) + 2), row[-1]) for point, row in enumerate(sample)]
    by_trajectory = np.array(seeds, dtype=np.uint64).reshape(SETTING.trajectories, -1)

    assert [len(set(one)) for one in by_trajectory] == [2] * SETTING.trajectories
    assert len(set(seeds)) == 2 * SETTING.trajectories


def test_a_small_screening_is_written_and_drawn(study):
    setting = Setting(trajectories=2, residents=30, warmup=1, weeks=13)
    entries = process_numbers("C")
    finding = screening.run_screening(study, setting, entries, 1, progress=False, make_executor=InProcess)
    table = finding.tables["screening"]

    assert set(table["parameter"]) == {CHANCE, *(one.name for one in entries)}
    assert set(table["kind"]) == {"effect", "level"}
    assert "influence_and_evidence.png" in to_markdown(finding.page("zh_hans", ["influence_and_evidence"]))
    with style.house_style("en"):
        assert len(finding.figures["influence_and_evidence"]("en").axes) == 3


def store(folder, study, entries, source_hash):
    """A stored screening in which every number matters a little less than the one before."""
    rows = [
        (outcome, rank, one.name, one.grade, 1.0 / rank, 0.1, True)
        for outcome in screening.SHOWN
        for rank, one in enumerate(entries, start=1)
    ]
    columns = ["outcome", "rank", "parameter", "grade", "mu_star", "sigma", "above_chance"]
    head = json.dumps({"trajectories": 8, "source_hash": source_hash})
    words = pd.DataFrame(rows, columns=columns).to_csv(index=False)
    (folder / f"{study.name}_screening.csv").write_text(f"# {head}\n{words}", encoding="utf-8")


def test_the_summary_names_assumed_numbers_of_a_stored_screening(study, tmp_path):
    numbers = sorted(screening.swept_numbers(study), key=lambda one: one.grade, reverse=True)
    store(tmp_path, study, numbers, provenance()["source_hash"])
    told = screening.assumption_sentences(study, "en", tmp_path)

    assert len(told) == 4
    assert told[0].startswith("Participation: of the 10 numbers that move the effect of all paths most, 10 are assumed")
    assert numbers[0].label["en"] in told[0]


def test_the_summary_says_that_a_screening_is_of_other_sources(study, tmp_path):
    store(tmp_path, study, screening.swept_numbers(study), "another")

    assert "earlier version" in screening.assumption_sentences(study, "en", tmp_path)[-1]


def test_the_summary_says_that_a_screening_does_not_match(study, tmp_path):
    store(tmp_path, study, screening.swept_numbers(study)[2:], "another")
    told = screening.assumption_sentences(study, "en", tmp_path)

    assert len(told) == 1
    assert "does not match this model: 2 numbers" in told[0]


def test_the_summary_says_that_there_is_no_screening(study, tmp_path):
    assert "No screening is stored" in screening.assumption_sentences(study, "en", tmp_path)[0]


def test_what_is_stored_is_read_back(study, tmp_path):
    entries = process_numbers("C")
    table = screened(*known_answer(entries), entries)
    words = screening.stored(table, study, {"trajectories": 4})
    (tmp_path / f"{study.name}_screening.csv").write_text(words, encoding="utf-8")
    back = screening.stored_screening(study, tmp_path)

    assert back.origin["trajectories"] == 4
    assert back.is_of_this_model
    assert back.table["parameter"].tolist() == table["parameter"].tolist()
