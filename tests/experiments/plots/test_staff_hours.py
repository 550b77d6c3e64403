"""Where the staff's time goes."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.plots import notebook as plots
from experiments.plots.staff_hours import WORK_WEEK, staff_hours


def test_parts_add_up_to_a_full_week_and_are_never_negative(two_runs):
    parts = staff_hours(two_runs[1])

    assert sum(parts.values()) == pytest.approx(np.full(30, WORK_WEEK))
    assert min(part.min() for part in parts.values()) >= 0


def test_only_mechanisms_ask_for_their_hours(two_runs):
    without, having = (staff_hours(run, "village") for run in two_runs)

    assert without["mechanisms"].max() == 0
    assert having["mechanisms"][-1] > 0


def test_a_panel_for_each_run_with_four_parts(two_runs):
    first, second = plots.staff_hours(dict(zip("AB", two_runs, strict=True))).axes

    assert len(first.collections) == len(second.collections) == 4
    assert first.get_ylim() == (0.0, WORK_WEEK)
