"""Rounds of runs: replications to a precision, and generations of a search, interrupted and resumed."""

from __future__ import annotations

import pytest

from experiments import rounds
from experiments.answers import answer
from experiments.engine import serial
from experiments.result import StudyResult
from experiments.run import COMPLETE, UNFINISHED, How, Standing, make_runs
from experiments.store import Store
from experiments.study import Study
from experiments.study_folder import open_folder, plan_of
from sim.errors import InputError

PRECISE = {"contrast": ["nothing", "all"], "first": 3, "most": 6, "step": 1}


def how(limit: int | None = None) -> How:
    return How(engine=serial(), progress=False, limit=limit)


def run_whole(study: Study, folder) -> Store:
    store = open_folder(study, folder)
    assert make_runs(store, how()) == COMPLETE
    return store


def run_in_pieces(study: Study, folder, limit: int) -> tuple[Store, int]:
    store, pieces = open_folder(study, folder), 1
    while make_runs(open_folder(study, folder), how(limit)) == UNFINISHED:
        pieces += 1
        assert StudyResult.load(folder).asked >= 1
    return store, pieces


def replications(store: Store) -> int:
    return int(store.runs()["replication"].nunique())


# A fixed number -------------------------------------------------------------------------------------------------------


def test_a_fixed_number_is_one_round_and_may_grow(small_study, tmp_path):
    store = run_whole(small_study.replace(replications=1), tmp_path / "out")
    assert len(store.runs()) == 4

    grown = run_whole(small_study.replace(replications=2), tmp_path / "out")
    assert len(grown.runs()) == 8
    assert rounds.reason(grown) == ""
    assert grown.runs()["session"].value_counts().tolist() == [4, 4]


# A precision ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def precise(fields):
    def study(half_width: float) -> Study:
        return Study.from_dict(fields | {"replications": PRECISE | {"half_width": {"satisfaction": half_width}}})

    return study


def test_a_precision_that_is_reached_stops_early_and_says_so(precise, tmp_path):
    store = run_whole(precise(0.9), tmp_path / "out")

    assert rounds.reason(store) == "reached"
    assert replications(store) == 4  # it has to hold at two looks in a row
    assert Standing.of(store, plan_of(store)) == Standing(16, 16, 0, 0, "reached")


def test_a_precision_that_is_not_reached_spends_its_budget_and_says_so(precise, tmp_path):
    store = run_whole(precise(1e-9), tmp_path / "out")

    assert rounds.reason(store) == "budget"
    assert replications(store) == 6


@pytest.mark.parametrize(("half_width", "reason"), [(0.9, "reached"), (1e-9, "budget")])
def test_an_interrupted_precision_takes_the_same_course(precise, tmp_path, half_width, reason):
    whole = run_whole(precise(half_width), tmp_path / "whole")
    pieces, times = run_in_pieces(precise(half_width), tmp_path / "pieces", limit=5)

    assert times >= 4
    assert pieces.digest() == whole.digest()
    assert rounds.reason(pieces) == rounds.reason(whole) == reason
    assert StudyResult.load(tmp_path / "pieces").asked == replications(whole)


def test_a_finished_precision_is_not_run_on(precise, tmp_path):
    store = run_whole(precise(0.9), tmp_path / "out")
    before = store.digest()

    assert make_runs(store, how()) == COMPLETE
    assert store.digest() == before


def test_a_point_that_a_design_meets_twice_counts_once(fields, tmp_path):
    (tmp_path / "twice.csv").write_text("lists,grid\n1,1\n0,0\n1,1\n")
    file = {"kind": "file", "path": str(tmp_path / "twice.csv")}
    precision = PRECISE | {"half_width": {"satisfaction": 0.9}}
    study = Study.from_dict(fields | {"design": {"levers": file}, "replications": precision})
    store = run_whole(study, tmp_path / "out")

    assert replications(store) == 4
    assert len(store.runs()) == 2 * 4


# A search -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def searched(fields):
    pytest.importorskip("pymoo")
    search = {
        "objectives": ["participation", "satisfaction@village"],
        "budget": {"staff_hours": 2.0},
        "population": 4,
        "generations": 3,
        "levels": 3,
    }
    more = {
        "uncertainties": {"numbers": ["needs.arrival"]},
        "design": {"uncertainties": {"kind": "latin_hypercube", "points": 2}},
        "portfolio": search,
        "replications": 2,
        "keep": {"tables": ["communities"], "weekly": "none"},
    }
    return Study.from_dict(fields | more)


def test_a_search_in_pieces_is_the_search_in_one(searched, tmp_path):
    whole = run_whole(searched, tmp_path / "whole")
    pieces, times = run_in_pieces(searched, tmp_path / "pieces", limit=6)
    fronts = [answer(StudyResult.load(tmp_path / name), "portfolio") for name in ("whole", "pieces")]

    assert times >= 5
    assert pieces.digest() == whole.digest()
    assert pieces.design.equals(whole.design)
    assert rounds.reason(pieces) == rounds.reason(whole) == "generations"
    assert fronts[0]["portfolio"].equals(fronts[1]["portfolio"])
    assert fronts[0]["robustness"].equals(fronts[1]["robustness"])


def test_a_search_that_is_resumed_does_not_forget_points_on_its_way(searched, tmp_path):
    open_folder(searched, tmp_path / "out")
    sizes = []
    for _ in range(12):
        store = open_folder(searched, tmp_path / "out")
        make_runs(store, how(5))
        sizes.append(len(store.design))

    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0]
    assert set(store.runs()["point"]) <= set(store.design["point"])


def test_what_a_search_recommends_keeps_to_the_budget(searched, tmp_path):
    run_whole(searched, tmp_path / "out")
    table = answer(StudyResult.load(tmp_path / "out"), "portfolio")["portfolio"]

    assert table["front"].any()
    assert (table.loc[table["front"] | table["knee"], "staff_hours"] <= 2.0).all()
    assert (table["staff_hours"] > 2.0).any()
    assert not table.duplicated(["lists", "grid"]).any()


def test_a_search_cannot_be_cut_in_shards(searched, tmp_path):
    with pytest.raises(InputError, match=r"^--shard: "):
        make_runs(open_folder(searched, tmp_path / "out"), How(engine=serial(), progress=False, shard=(1, 2)))
