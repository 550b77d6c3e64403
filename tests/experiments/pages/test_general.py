"""Pages of studies of every kind, on places of a few dozen residents."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from experiments.engine import serial
from experiments.page import Estimate, Statements, Table, to_markdown, to_terminal
from experiments.pages.answered import refusals
from experiments.pages.compared import BAD, GOOD, compared
from experiments.pages.general import general_page, general_report
from experiments.plots import GENERAL_FIGURES, style
from experiments.report import write_study
from experiments.result import StudyResult
from experiments.run import run_study
from experiments.study import Study
from experiments.text import LANGUAGES
from sim.errors import InputError

PLACE = {
    "communities": [{"type": "village", "residents": 30}, {"type": "old_neighbourhood", "residents": 30}],
    "weeks": 6,
    "warmup": 2,
}
THREE = ["micro_grid", "deliberation", "volunteer_incentives"]
NUMBERS = ["needs.arrival", "routing.answer_hours"]
MEASURED = {"outcomes": ["participation", "satisfaction"]}  # in so small a place some years have no need to fulfil
HYPERCUBE = {"kind": "latin_hypercube", "points": 6}
KINDS = {
    "one_by_one": {"levers": THREE, "design": "one_by_one"},
    "leave_one_out": {"levers": [*THREE, "online_channels", "three_lists"], "design": "leave_one_out"},
    "pairs": {"levers": THREE, "design": "pairs"},
    "one_seed": {"levers": THREE, "design": "pairs", "replications": 1},
    "doses": {"levers": {"micro_grid": {"values": [0, 0.5, 1]}, "deliberation": {"values": [0, 0.5, 1]}}},
    "timing": {
        "levers": {
            "micro_grid": {},
            "first": {"start_of": "micro_grid", "values": [1, 3]},
            "pace": {"roll_out_of": "micro_grid", "values": [0, 1, 2]},
        },
    },
    "futures": MEASURED
    | {
        "levers": THREE[:2],
        "uncertainties": {"numbers": NUMBERS},
        "design": {"levers": "full_factorial", "uncertainties": HYPERCUBE},
    },
    "morris": MEASURED
    | {
        "levers": THREE[:1],
        "uncertainties": {"numbers": NUMBERS},
        "design": {"uncertainties": {"kind": "morris", "trajectories": 3}},
    },
    "sobol": MEASURED
    | {
        "levers": THREE[:1],
        "uncertainties": {"numbers": NUMBERS},
        "design": {"uncertainties": {"kind": "saltelli", "points": 4}},
    },
    "numbers_only": MEASURED | {"uncertainties": {"numbers": NUMBERS}, "design": {"uncertainties": HYPERCUBE}},
    "together": MEASURED
    | {
        "levers": THREE[:2],
        "uncertainties": {"numbers": NUMBERS},
        "design": {"together": {"kind": "saltelli", "points": 4}},
    },
    "precision": {
        "levers": THREE[:1],
        "design": "one_by_one",
        "replications": {"half_width": {"satisfaction": 0.5}, "contrast": ["nothing", "1"], "first": 3, "most": 6},
    },
    "portfolio": {
        "levers": THREE,
        "outcomes": ["participation", "satisfaction"],
        "portfolio": {
            "objectives": ["participation", "yuan"],
            "budget": {"staff_hours": 4.0},
            "population": 6,
            "generations": 2,
            "levels": 3,
        },
    },
}
# What the page of each kind has that others lack.
HEADINGS = {
    "doses": "How much of it",
    "pairs": "What works together",
    "timing": "How much of it",
    "morris": "the numbers that decide",
    "sobol": "the numbers that decide",
    "together": "How far the outcomes reach",
    "numbers_only": "How far the outcomes reach",
    "futures": "the numbers that decide",
    "portfolio": "The best portfolio",
}


def tiny(kind: str) -> Study:
    """A study of this kind that runs in a second or two."""
    fields = {"name": "tiny", "title": "Tiny", "question": "What?", "scenario": PLACE, "replications": 2, "seed": 3}
    return Study.from_dict(fields | KINDS[kind])


@pytest.fixture(scope="module")
def made() -> dict[str, StudyResult]:
    """Results by kind, made when first asked for."""
    return {}


@pytest.fixture
def result(made, request) -> StudyResult:
    kind = request.param
    if kind == "portfolio":
        pytest.importorskip("pymoo")
    if kind not in made:
        made[kind] = run_study(tiny(kind), progress=False, engine=serial())
    return made[kind]


def of(*kinds: str):
    """Parametrise a test with results of these kinds."""
    return pytest.mark.parametrize("result", kinds, indirect=True)


def with_runs(result: StudyResult, runs: pd.DataFrame) -> StudyResult:
    """The same study with other outcomes."""
    stored = runs.drop_duplicates("run_id").drop(columns="mask", errors="ignore")
    return StudyResult(result.plan, {"runs": stored}, result.asked, result.digest, result.manifest)


def crafted(result: StudyResult, levels: dict[str, dict[str, float]]) -> StudyResult:
    """The same study, whose outcomes are these by design (others: the baseline's), a little luck beside them."""
    runs = result.runs.copy()
    luck = 0.001 * runs["replication"] + 0.0001 * (runs["policy"] % 3) * runs["replication"]
    for outcome, by_design in levels.items():
        runs[outcome] = runs["design"].map(by_design).fillna(by_design["nothing"]) + luck
    return with_runs(result, runs)


@of(*KINDS)
def test_every_kind_of_study_has_a_page_and_a_report_in_three_languages(result):
    for language in LANGUAGES:
        for tell in (general_page, general_report):
            words = to_markdown(tell(result, language, {}))

            assert not re.search(r"\bnan\b|[{}]|<NA>", words), words
            assert "  \n" not in words
    assert refusals(result) == {}


@of(*HEADINGS)
def test_a_page_has_the_sections_that_its_design_allows(result, request):
    kind = request.node.callspec.params["result"]

    assert HEADINGS[kind] in to_terminal(general_page(result, "en", {}))


@of(*KINDS)
def test_figures_are_drawn_where_there_is_something_to_show(result, request):
    kind = request.node.callspec.params["result"]
    with style.house_style("en"):
        drawn = {name for name, draw in GENERAL_FIGURES.items() if draw(result, "en") is not None}

    assert drawn >= {
        "one_by_one": {"effects", "effects_by_type", "cost_plane"},
        "doses": {"dose_response", "dose_response_second"},
        "morris": {"morris"},
        "sobol": {"sobol"},
        "futures": {"coefficients"},
        "portfolio": {"portfolio"},
    }.get(kind, set())
    assert ("effects" in drawn) == (kind not in {"numbers_only", "together", "portfolio"})


@of("one_by_one")
def test_sentences_say_the_right_direction(result):
    levels = {
        "participation": {"nothing": 0.10, "1": 0.30, "2": 0.05},
        "satisfaction": {"nothing": 0.50, "1": 0.40},
        "fulfilment": {"nothing": 0.50},
        "yuan": {"nothing": 10.0, "1": 14.0, "2": 12.0, "3": 11.0},
    }
    words = to_markdown(general_page(crafted(result, levels), "en", {}))

    assert "Participation: “Fine grid and micro-grid” does most good, from 10.1 % to 30.1 %: +20.0" in words
    assert "Participation: clearly made worse by Institutionalised deliberation −5.0" in words
    assert "Satisfaction: no policy clearly does good" in words
    assert "Satisfaction: clearly made worse by Fine grid and micro-grid −10.0" in words
    assert "Of 3 policies: clear gain 1, clear harm 1, not clear 1." in words
    assert "Fine grid and micro-grid 0.20" in words  # 4 yuan for 20 points


@of("leave_one_out")
def test_levers_are_missed_or_better_left_out(result):
    names = dict(result.plan.points[["policy", "design"]].itertuples(index=False))
    found = compared(result)
    without = {found.left_out(policy, "en"): names[policy] for policy in found.policies}
    levels = {
        "participation": {
            "nothing": 0.1,
            "all": 0.3,
            **dict.fromkeys(without.values(), 0.3),
            without["Three lists"]: 0.2,
            without["Online channels"]: 0.35,
        }
    }
    words = to_markdown(general_page(crafted(result, levels), "en", {}))

    assert "with “All levers together” it goes from 10.1 % to 30.1 %" in words
    assert "clearly missed when left out: Three lists −10.0" in words
    assert "clearly better without: Online channels +5.0" in words
    assert "for 3 of 5 levers, leaving it out makes no clear difference" in words


@of("futures")
def test_futures_in_which_a_policy_helps_are_counted(result):
    runs = result.runs.copy()
    helps = (runs["design"] == "1") & (runs["future"] < 4)
    runs["participation"] = 0.1 + 0.2 * helps - 0.05 * ((runs["design"] == "1") & ~helps) + 0.001 * runs["replication"]
    changed = with_runs(result, runs)

    policy = int(runs.loc[runs["design"] == "1", "policy"].iloc[0])
    counted = compared(changed).in_futures.loc[(policy, "participation")]
    assert counted.tolist() == [4, 6]
    assert "It helps in 4 of 6 futures" in to_markdown(general_page(changed, "en", {})).replace("\n", " ")


@of("pairs")
def test_a_synergy_is_what_both_bring_beyond_the_sum(result):
    levels = {"participation": {"nothing": 0.1, "1": 0.2, "2": 0.2, "1+2": 0.4}}
    words = to_markdown(general_page(crafted(result, levels), "en", {}))

    assert "“Fine grid and micro-grid” with “Institutionalised deliberation” +10.0 percentage points" in words
    assert "3 pairs were compared for each outcome" in words


@of("timing")
def test_policies_that_come_to_the_same_runs_are_told_once(result):
    found = compared(result)

    # A start or a pace of what is not in force changes nothing: six policies with the grid are left.
    assert len(found.policies) == 6
    assert result.plan.policies == 12
    assert found.label(found.leading, "en").startswith("Fine grid and micro-grid")


@of("one_seed")
def test_without_a_second_seed_nothing_is_clear(result):
    report = general_report(result, "en", {})
    statements = [one for block in report if isinstance(block, Statements) for one in block.items]

    assert {one.kind for one in statements} == {"unclear"}
    assert "With a single replication nothing can be told from luck" in to_markdown(report)
    assert not any(isinstance(cell, Estimate) for block in report if isinstance(block, Table) for cell in block.rows[0])


@of("sobol")
def test_an_analysis_that_refuses_becomes_a_sentence(result):
    runs = result.runs.drop_duplicates("run_id").copy()
    row = runs.index[runs["policy"] == 1][0]
    runs.loc[row, "status"] = "error"
    runs.loc[row, ["participation", "satisfaction", "fulfilment"]] = np.nan
    broken = with_runs(result, runs)
    words = to_markdown(general_report(broken, "en", {}))

    assert "The analysis “sobol” could not be given" in words
    assert "1 failed" in words
    assert not re.search(r"\bnan\b", words)


@of("morris")
def test_a_screening_grades_its_own_sentences(result):
    grades = [
        one.kind for block in general_page(result, "en", {}) if isinstance(block, Statements) for one in block.items
    ]

    assert "unscreened" not in grades


@of("one_by_one")
def test_verdicts_follow_interval_and_direction(result):
    levels = {"participation": {"nothing": 0.1, "1": 0.2}, "yuan": {"nothing": 5.0, "1": 9.0}}
    found = compared(crafted(result, levels))
    rows = pd.DataFrame(found.effects).set_index(["design", "outcome"])["verdict"]

    assert rows["1", "participation"] == GOOD
    assert rows["1", "yuan"] == BAD  # more of it is worse


@of(*KINDS)
@pytest.mark.parametrize("left", [1, 5])
def test_half_done_and_failing_studies_have_a_page_too(result, left):
    runs = result.runs.drop_duplicates("run_id").drop(columns="mask", errors="ignore")
    kept = runs[runs.index % 3 < 2] if left > 1 else runs.head(1)
    failed = kept.index[kept.index % left == left - 1]
    kept = kept.astype({"message": object, "error": object})
    kept.loc[failed, ["status", "error", "message"]] = ["error", "ValueError", "no such thing"]
    kept.loc[failed, result.outcomes] = np.nan
    partial = with_runs(result, kept)

    for tell in (general_page, general_report):
        words = to_markdown(tell(partial, "en", {}))
        assert not re.search(r"\bnan\b", words), words
    with style.house_style("en"):
        for draw in GENERAL_FIGURES.values():
            draw(partial, "en")


def failing_where_needs_are_many() -> StudyResult:
    """A policy that helps in some futures and harms where more needs arise."""
    fields = KINDS["futures"] | {
        "levers": ["micro_grid"],
        "design": {"uncertainties": {"kind": "latin_hypercube", "points": 40}},
        "discovery": {"outcome": "participation", "design": "1", "at_most": 0.0},
        "scenario": PLACE | {"weeks": 1, "warmup": 0},
        "replications": 1,
    }
    study = Study.from_dict({"name": "tiny", "title": "Tiny", "question": "What?", "seed": 3} | fields)
    result = run_study(study, progress=False, engine=serial())
    runs = result.runs.copy()
    many = runs["needs.arrival"] > runs["needs.arrival"].quantile(0.6)
    runs["participation"] = 0.1 + 0.1 * (runs["policy"] == 1) * np.where(many, -1, 1)
    return with_runs(result, runs)


def test_futures_in_which_a_policy_fails_are_told_in_words():
    pytest.importorskip("ema_workbench")
    words = to_markdown(general_page(failing_where_needs_are_many(), "en", {}))

    assert "does no better for Participation than 0.0 percentage points in 16 of 40 futures" in words
    assert "Where Needs that arise for an adult in a year is above" in words
    assert "Fine grid and micro-grid" in words


def test_a_missing_library_is_told_with_the_way_to_get_it(monkeypatch, tmp_path):
    result = failing_where_needs_are_many()

    def missing() -> None:
        raise InputError("scenario discovery needs EMA Workbench")

    monkeypatch.setattr("experiments.analyses.prim._workbench", missing)
    monkeypatch.setattr("experiments.pages.method.find_spec", lambda name: None)

    assert 'pip install "rongzhi[discovery]"' in to_markdown(general_page(result, "en", {}))
    assert set(write_study(result, tmp_path, "en")) == {"discovery"}
    assert (tmp_path / "analysis" / "effects.parquet").exists()
