"""Which analyses fit which design, and that each gives its tables on a small study of its design."""

# ruff: noqa: E501  (a study in a line)
from __future__ import annotations

import pandas as pd
import pytest

from experiments.analyses.complete import IncompleteError
from experiments.answers import ANALYSES, answer, fitting
from experiments.engine import serial
from experiments.result import StudyResult
from experiments.run import How, make_runs
from experiments.study import Study
from experiments.study_folder import open_folder
from sim.errors import InputError

PLACE = {
    "communities": [{"type": "village", "residents": 30}, {"type": "commodity_housing", "residents": 20}],
    "weeks": 3,
    "warmup": 2,
}
FIELDS = {
    "name": "a",
    "title": "t",
    "question": "q",
    "scenario": PLACE,
    "replications": 2,
    "outcomes": ["satisfaction", "trust"],
    "keep": {"tables": ["communities", "groups"], "weekly": "none"},
}
TWO = {"lists": {"mechanisms": ["three_lists"]}, "grid": {"mechanisms": {"micro_grid": 0.5}}}
ONE = {"lists": TWO["lists"]}
DOSES = {"lists": TWO["lists"] | {"values": [0, 0.5, 1]}, "grid": TWO["grid"]}
NUMBERS = {"numbers": ["needs.arrival", "satisfaction.fading"]}
EFFECTS = ["effects", "groups", "communities", "types"]
SWITCHES = ["shapley", "interactions"]


def over_numbers(kind: str, levers=ONE, **settings) -> dict:
    return {"levers": levers, "uncertainties": NUMBERS, "design": {"uncertainties": {"kind": kind, **settings}}}


STUDIES = {
    "full_factorial": ({"levers": TWO}, [*EFFECTS, *SWITCHES, "main_effects"]),
    "one_lever": ({"levers": ONE}, [*EFFECTS, *SWITCHES]),
    "one_by_one": ({"levers": DOSES, "design": "one_by_one"}, [*EFFECTS, "main_effects", "dose_response"]),
    "doses": ({"levers": DOSES}, [*EFFECTS, "main_effects", "dose_response"]),
    "leave_one_out": ({"levers": TWO, "design": "leave_one_out"}, [*EFFECTS, *SWITCHES, "main_effects"]),
    "morris": (over_numbers("morris", trajectories=4, levels=2), [*EFFECTS, "morris"]),
    "sobol": (over_numbers("saltelli", points=4, second_order=True), [*EFFECTS, "sobol"]),
    "latin": (over_numbers("latin_hypercube", levers=TWO, points=20), [*EFFECTS, "main_effects", "coefficients"]),
    "morris_of_levers": ({"levers": TWO, "design": {"levers": {"kind": "morris", "trajectories": 3, "levels": 2}}}, [*EFFECTS, *SWITCHES, "morris"]),
    "morris_of_both": ({"levers": TWO, "uncertainties": NUMBERS, "design": {"together": {"kind": "morris", "trajectories": 3}}}, ["morris"]),
    "sobol_of_both": ({"levers": ONE, "uncertainties": NUMBERS, "design": {"together": {"kind": "saltelli", "points": 4}}}, ["sobol"]),
    "latin_of_both": ({"levers": ONE, "uncertainties": NUMBERS, "design": {"together": {"kind": "latin_hypercube", "points": 9}}}, ["coefficients"]),
    "numbers_alone": ({"levers": {}, "uncertainties": NUMBERS, "design": {"uncertainties": {"kind": "morris", "trajectories": 2}}}, ["morris"]),
    "staged_rollout": ({"levers": ONE | {"start": {"start_of": "lists", "values": [1, 2]}, "pace": {"roll_out_of": "lists", "values": [0, 1, 2]}}}, [*EFFECTS, "main_effects", "dose_response"]),
    "one_replication": ({"levers": TWO, "replications": 1}, [*EFFECTS, *SWITCHES, "main_effects"]),
}  # fmt: skip
made: dict[str, StudyResult] = {}


@pytest.fixture
def result_of(tmp_path_factory):
    """Result of a small study, which is run once."""

    def result(name: str) -> StudyResult:
        if name not in made:
            made[name] = run(Study.from_dict(FIELDS | STUDIES[name][0]), tmp_path_factory.mktemp(name) / "out")
        return made[name]

    return result


def run(study: Study, folder) -> StudyResult:
    make_runs(open_folder(study, folder), How(engine=serial(), progress=False))
    return StudyResult.load(folder)


def without(result: StudyResult, row: int) -> StudyResult:
    """Same result with a failed run."""
    stored = result.runs.drop_duplicates("run_id").drop(columns="mask", errors="ignore").reset_index(drop=True)
    stored.loc[row, "status"] = "error"
    tables = {"runs": stored, "communities": result.communities[["run_id", *_own(result.communities)]]}
    return StudyResult(result.plan, tables, result.asked, "", {})


def _own(table: pd.DataFrame) -> list[str]:
    return [
        name for name in table if name not in {"run_id", "point", "policy", "design", "future", "replication", "mask"}
    ]


@pytest.mark.parametrize("name", STUDIES)
def test_what_fits_a_design(result_of, name):
    assert [one for one in fitting(result_of(name)) if one != "discovery"] == STUDIES[name][1]


@pytest.mark.parametrize(("study", "analysis"), [(study, one) for study in STUDIES for one in STUDIES[study][1]])
def test_what_fits_has_its_tables(result_of, study, analysis):
    for table in answer(result_of(study), analysis).values():
        assert len(table)
        assert "outcome" in table


@pytest.mark.parametrize(
    ("study", "analysis", "message"),
    [
        ("morris", "shapley", "not every set of its levers, on and off, in one future"),
        ("doses", "shapley", "not every set of its levers, on and off, in one future"),
        ("full_factorial", "morris", "no morris design"),
        ("morris", "sobol", "no saltelli design"),
        ("full_factorial", "portfolio", "no portfolio"),
        ("full_factorial", "dose_response", "no lever with more than two levels"),
        ("full_factorial", "coefficients", "no sample of its levers or uncertain numbers"),
        ("full_factorial", "discovery", "1 futures, of 20 that are needed"),
        ("one_lever", "main_effects", "only one lever"),
        ("numbers_alone", "effects", "no policies beside a baseline"),
        ("numbers_alone", "main_effects", "no design of levels over its levers"),
        ("sobol_of_both", "effects", "no two policies in the same future, since one design goes over levers and numbers together"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(result_of, study, analysis, message):
    with pytest.raises(InputError) as caught:
        answer(result_of(study), analysis)

    assert f"analysis {analysis}: does not fit this study, which has {message}; " in f"{caught.value}; "


def test_an_unknown_analysis_is_answered_with_the_closest(result_of):
    with pytest.raises(InputError, match=r"^unknown analysis 'shaply'; did you mean 'shapley'\?$"):
        answer(result_of("full_factorial"), "shaply")


@pytest.mark.parametrize(
    ("study", "analysis"),
    [
        ("full_factorial", "main_effects"),
        ("morris", "morris"),
        ("sobol", "sobol"),
        ("latin", "coefficients"),
        ("morris_of_both", "morris"),
    ],
)
def test_a_failed_run_is_a_gap_that_is_refused(result_of, study, analysis):
    with pytest.raises(IncompleteError, match=r"the analysis needs all \d+ runs, each once: \d+ "):
        answer(without(result_of(study), 1), analysis)


def test_a_morris_study_is_analysed_for_the_baseline_and_for_each_effect(result_of):
    table = answer(result_of("morris"), "morris")["morris"]

    assert set(zip(table["of"], table["design"], strict=True)) == {("level", "nothing"), ("effect", "1")}
    assert set(table["factor"]) == {"needs.arrival", "satisfaction.fading", "chance"}


def test_trajectories_that_come_back_to_a_point_run_it_once(result_of):
    result = result_of("morris_of_levers")
    runs = result.runs

    assert len(runs) > runs["run_id"].nunique()
    assert set(answer(result, "morris")["morris"]["factor"]) == {"lists", "grid", "chance"}
    assert answer(result, "effects")["effects"].groupby(["design", "outcome"]).size().eq(1).all()


def test_nothing_later_is_nothing(result_of):
    """Without a dose all starts and paces are one run, and their effect on it is exactly none."""
    result = result_of("staged_rollout")
    effects = answer(result, "effects")["effects"].set_index("design")
    idle = [name for name in effects.index if not name.startswith("1")]

    assert result.runs.loc[result.runs["lists"] == 0.0, "run_id"].nunique() == 2
    assert idle
    assert effects.loc[idle, "effect"].dropna().eq(0.0).all()


def test_one_replication_has_effects_without_intervals(result_of):
    effects = answer(result_of("one_replication"), "effects")["effects"]

    assert effects["effect"].notna().any()
    assert effects["low"].isna().all()


def test_discovery_looks_at_the_design_that_the_study_names(result_of):
    pytest.importorskip("ema_workbench")
    result = result_of("latin")
    tables = answer(result, "discovery")

    assert set(tables) == {"futures", "discovery_boxes", "discovery_limits", "discovery_trajectory"}
    assert len(tables["futures"]) == 20


def test_every_analysis_is_tried_here():
    tried = {one for _, fits in STUDIES.values() for one in fits}

    assert set(ANALYSES) - tried == {"discovery", "portfolio"}
