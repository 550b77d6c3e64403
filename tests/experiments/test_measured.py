"""What is kept of a run: the same numbers, bit for bit, as the tables of the result."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import sim
from experiments.measured import OVER_THE_RUN, RUN_ID, TABLES, measured, schemas
from experiments.paired import last_year_groups
from experiments.store import unpacked
from experiments.store.schema import RUNS, STATUS, Sides
from sim.community_types import community_types
from sim.errors import InputError
from sim.outcomes import OUTCOMES

FIVE = [{"type": name, "residents": 60} for name in community_types()]
MECHANISMS = {"three_lists": 1.0, "deliberation": 0.5}


def run(communities: list[dict], weeks: int, **fields) -> sim.Result:
    scenario = sim.Scenario.from_dict({"communities": communities, "weeks": weeks, "warmup": 3} | fields)
    return sim.run(scenario, seed=5, needs=True)


@pytest.fixture(
    scope="module",
    params=[(FIVE, 60), (FIVE, 9), ([{"type": "village", "residents": 10}], 53), (FIVE * 3, 52)],
    ids=["five", "weeks", "one", "fifteen"],
)
def result(request) -> sim.Result:
    communities, weeks = request.param
    return run(communities, weeks, mechanisms=MECHANISMS)


def frame(result: sim.Result, name: str) -> pd.DataFrame:
    return unpacked(measured(result, [name])["tables"][name], schemas([name])[name].remove(0)).to_pandas()


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """To the bit: NaN is NaN, and no rounding is forgiven."""
    pd.testing.assert_frame_equal(one, other, check_exact=True, check_dtype=False)


def test_the_row_is_the_summary(result):
    row = measured(result)["row"]

    assert list(row) == list(OUTCOMES)
    assert all(type(value) is float for value in row.values())
    np.testing.assert_array_equal(list(row.values()), [result.summary[name] for name in row])


def test_costs_are_means_over_the_run():
    result = run(FIVE, 60, mechanisms={"three_lists": {"dose": 1.0, "start": 5}})
    last = sim.outcomes.measure(result.history[-52:].sum(axis=(0, 1)), 52)

    row = measured(result)["row"]

    assert all(row[name] != float(last[name]) for name in OVER_THE_RUN if last[name])


def test_communities_are_those_of_the_result(result):
    table = frame(result, "communities")

    expected = result.summary_by_community.reset_index()
    same(table[["community", *OUTCOMES]], expected[["community", *OUTCOMES]])
    assert table["type"].tolist() == [kind.name for kind in result.scenario.types]
    assert table["residents"].sum() == result.model.residents.size


def test_groups_are_those_of_the_last_year(result):
    expected = last_year_groups(result.groups)

    table = frame(result, "groups")

    same(table, expected[list(table.columns)])


def test_a_group_without_residents_has_no_value():
    table = frame(run([{"type": "village", "residents": 10}], 6), "groups").set_index("group")

    assert (table["residents"] == 0).any()
    assert table.loc[table["residents"] == 0, "trust"].isna().all()
    assert table.loc[table["residents"] > 0, "trust"].notna().all()


def test_weekly_outcomes_are_those_of_the_result_in_single_precision(result):
    table = frame(result, "weekly")

    expected = result.weekly.astype(dict.fromkeys(OUTCOMES, np.float32))
    same(table, expected[list(table.columns)])


def test_needs_and_residents_are_those_of_the_result(result):
    for name in ("needs", "residents"):
        expected = pd.DataFrame(getattr(result, name)).astype({"community": str})
        words = [column for column in expected if isinstance(expected[column].dtype, pd.CategoricalDtype)]
        table = frame(result, name)

        assert len(table) > 0
        same(table, expected.astype(dict.fromkeys(words, str)))


def test_needs_of_a_run_that_dropped_them_are_refused():
    scenario = sim.Scenario.from_dict({"communities": FIVE[:1], "weeks": 2, "warmup": 0})

    with pytest.raises(InputError, match="needs=True"):
        measured(sim.run(scenario), ["needs"])


def test_an_unknown_table_is_refused_with_the_closest_name(result):
    with pytest.raises(InputError, match="did you mean 'communities'"):
        measured(result, ["comunities"])
    with pytest.raises(InputError, match="did you mean 'weekly'"):
        schemas(["weekli"])


def test_schemas_say_what_tables_come_and_add_the_run(result):
    told = schemas(TABLES)

    tables = measured(result, TABLES)["tables"]
    assert list(tables) == list(told) == list(TABLES)
    sides = Sides({**told, RUNS: pa.schema([(RUN_ID, pa.string()), (STATUS, pa.string())])})
    for name, data in tables.items():
        table = sides.read("a run", name, data)
        assert table.schema == told[name]
        assert table.column(0).to_pylist() == ["a run"] * table.num_rows
