"""Two small runs of one place, without and with a design, and tables as studies and comparisons make them."""

from __future__ import annotations

import pandas as pd
import pytest

import sim


@pytest.fixture(scope="session")
def two_runs():
    base = sim.Scenario(
        communities=[{"type": "old_neighbourhood", "residents": 120}, {"type": "village", "residents": 80}],
        weeks=30,
        warmup=20,
    )
    design = sim.Design.of("three_lists", "deliberation")
    return tuple(sim.run(one, seed=3, trace=True) for one in (base, base + design))


@pytest.fixture
def effects():
    """Lists help clearly and cost; the grid does less for more; nobody knows of the third."""
    rows = [
        ("Lists", 0.10, 0.06, 0.14, 3.0),
        ("Grid", 0.04, -0.02, 0.10, 6.0),
        ("Harm", -0.05, -0.08, -0.02, 9.0),
    ]
    table = []
    for design, effect, low, high, yuan in rows:
        table.append((design, "participation", 0.3, effect, low, high))
        table.append((design, "satisfaction", 0.5, effect / 2, low / 2, high / 2))
        table.append((design, "yuan", 20.0, yuan, yuan - 1.0, yuan + 1.0))
    return pd.DataFrame(table, columns=["design", "outcome", "base", "effect", "low", "high"])


@pytest.fixture
def weekly():
    rows = [
        (design, type_, week, outcome, 0.4 + 0.01 * week, 0.3, 0.6)
        for design in ("baseline", "Lists")
        for type_ in ("village", "old_neighbourhood")
        for week in range(1, 9)
        for outcome in ("participation", "satisfaction")
    ]
    return pd.DataFrame(rows, columns=["design", "type", "week", "outcome", "mean", "low", "high"])


@pytest.fixture
def shares():
    rows = [
        (design, dimension, group, 0.5, 0.3, 0.2)
        for design in ("Lists", "Grid")
        for dimension, group in (("all", "all"), ("age", "18-34"), ("age", "60+"))
    ]
    return pd.DataFrame(rows, columns=["design", "dimension", "group", "better", "same", "worse"])
