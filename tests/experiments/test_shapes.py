"""Shapes over dose and time: what is said to appear is in the data."""

from __future__ import annotations

import pandas as pd
import pytest

from experiments import shapes
from experiments.engine import InProcess
from experiments.page import to_markdown
from experiments.paired import IncompleteError, Runs, complete
from experiments.plots import style


def made_up(satisfaction, volunteers, polished, seeds=4):
    """Quarterly runs in which outcomes follow given functions of the design (and of the quarter)."""
    rows = []
    for design in shapes.designs(1):
        line, _, amount = design.partition(":")
        x = float(amount or 0)
        for seed in range(seeds):
            for quarter in range(1, 9):
                value = satisfaction(line, x, quarter) + 0.001 * seed
                rows.append(
                    {
                        "replication": seed,
                        "design": design,
                        "status": "ok",
                        "quarter": quarter,
                        "satisfaction": value,
                        "satisfied": 0.5,
                        "satisfied_surveyed": 0.5 + polished * (x if line == shapes.ASSESSMENT else 0) + 0.001 * seed,
                        "active_volunteers": volunteers(x) if line == shapes.CROWDING else 0.0,
                        "participation": 0.2,
                        "fulfilment": 0.6,
                        "implementation": 0.9,
                    }
                )
    return pd.DataFrame(rows)


def as_theory_says(line, x, quarter):
    if line == shapes.OVERLOAD:
        return 0.5 + 0.01 * x * (8 - x)
    return 0.5 - (0.02 * quarter if line == shapes.ASSESSMENT and x == 1 else 0.0)


def appearing(runs):
    judged = shapes.verdicts(runs)
    return judged.groupby("panel")["appears"].all().to_dict()


def test_the_shapes_of_theory_are_recognised():
    runs = made_up(as_theory_says, lambda x: x * (x - 0.5), polished=0.2)

    assert appearing(runs) == dict.fromkeys(shapes.PANELS, True)


def test_straight_lines_are_not_taken_for_shapes():
    runs = made_up(lambda line, x, quarter: 0.5 + 0.001 * x + 0.001 * quarter, lambda x: x, polished=0.0)

    assert appearing(runs) == dict.fromkeys(shapes.PANELS, False)


def test_the_extreme_is_picked_by_the_other_seeds():
    values = pd.DataFrame({1: [9.0, 0.0, 0.0], 2: [1.0, 1.0, 1.0]})

    assert shapes._extreme_of_others(values).tolist() == [1.0, 0.0, 0.0]


def test_a_seed_with_a_failed_run_is_left_out():
    runs = made_up(as_theory_says, lambda x: x, 0.1)
    runs.loc[0, "status"] = "error"

    assert set(complete(Runs(runs, ["why"], 1))["replication"]) == {1, 2, 3}


def test_no_complete_seed_is_no_answer():
    runs = made_up(as_theory_says, lambda x: x, 0.1, seeds=1).assign(status="error")

    with pytest.raises(IncompleteError, match="why"):
        complete(Runs(runs, ["why"], 1))


def test_dose_0_of_a_curve_of_changes_is_0():
    curve = shapes.curves(made_up(as_theory_says, lambda x: x, 0.1))
    start = curve[(curve["kind"] == "change") & (curve["axis"] != "week") & (curve["x"] == 0)]

    assert (start["mean"] == 0).all()
    assert len(start) == 2 + 2 + 2


@pytest.mark.parametrize("language", ["en", "zh_hant"])
def test_a_small_run_has_a_page_and_a_figure(language, monkeypatch):
    monkeypatch.setattr(shapes, "DOSES", (0.2, 1.0))
    monkeypatch.setattr(shapes, "numbers_of_mechanisms", lambda: [1, 3])
    setting = shapes.Setting(replications=2, residents=30, warmup=1, weeks=26)
    finding = shapes.run_shapes(setting, 1, progress=False, make_executor=InProcess)

    assert finding.failures == []
    assert "shapes.png" in to_markdown(finding.page(language, ["shapes"]))
    with style.house_style("en"):
        assert len(finding.figures["shapes"]("en").axes) == 5
