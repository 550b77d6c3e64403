"""What is kept of one run: a row of outcomes for the whole place, and packed tables.

Plain data, so that it travels between processes and machines and goes into the store as it is. Everything is computed
from the run's sums by array: pandas would cost as much as several weeks of a small place.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

import sim
from experiments.store.schema import packed
from sim import outcomes
from sim.agents.residents import RESIDENTS
from sim.errors import InputError, closest
from sim.needs_table import CATEGORIES, CHANNELS, NEEDS, STATES
from sim.outcomes import DIMENSIONS, GROUP_MEASURES, OUTCOMES
from sim.result import YEAR
from sim.trace import WORK_LISTS

RUN_ID = "run_id"
OVER_THE_RUN = ("mechanism_yuan", "service_yuan", "yuan", "staff_hours")  # costs; all else is of the last year
# Groups are measured over the year, which the names of the outcomes of the whole place say.
GROUP_OUTCOMES = tuple("participation_year" if name == "participation" else name for name in GROUP_MEASURES)
_NEEDS = tuple(name for name in NEEDS.names if name not in WORK_LISTS)
_WORDS: Mapping[str, Sequence[str]] = {"category": CATEGORIES, "state": STATES, "channel": CHANNELS}

Column = tuple[str, pa.DataType]


def measured(result: sim.Result, tables: Sequence[str] = ()) -> dict[str, Any]:
    """Keep of a run what a study asks for.

    Parameters
    ----------
    result : Result
        For ``needs`` it must have kept all needs: ``sim.run(…, needs=True)``.
    tables : sequence of str
        Any of :data:`TABLES`.

    Returns
    -------
    dict
        ``row``: every outcome of the whole place, as ``result.summary``; ``tables``: by name, the columns of
        :func:`schemas` but for the run's id, packed for the store (:func:`experiments.store.packed`).

    Raises
    ------
    InputError
        If a table is unknown, or needs are asked of a run that did not keep them.
    """
    known_tables(tables)
    row, by_community = _last_year(result.history)
    made = {}
    for name in tables:
        columns = _communities(result, by_community) if name == "communities" else _READERS[name](result)
        made[name] = _packed(_schema(name), columns)
    return {"row": row, "tables": made}


def schemas(tables: Sequence[str]) -> dict[str, pa.Schema]:
    """Columns of tables by name, with the run's id first: what the model defines, whatever a run brings.

    Raises
    ------
    InputError
        If a table is unknown.
    """
    known_tables(tables)
    return {name: pa.schema([pa.field(RUN_ID, pa.string()), *_schema(name)]) for name in tables}


def known_tables(tables: Sequence[str]) -> None:
    """Check names of tables.

    Raises
    ------
    InputError
        If one is unknown.
    """
    for name in tables:
        if name not in TABLES:
            raise InputError(f"tables: unknown table {name!r}{closest(name, TABLES)}")


# Columns --------------------------------------------------------------------------------------------------------------


@functools.cache
def _schema(name: str) -> pa.Schema:
    return pa.schema(_COLUMNS[name])


def _outcome_columns(names: Iterable[str], kind: pa.DataType) -> list[Column]:
    return [(name, kind) for name in names]


def _record_columns(dtype: np.dtype, names: Iterable[str], told: Iterable[str]) -> list[Column]:
    """Columns of a table of records; those of ``told`` hold words instead of codes."""
    told = set(told)
    return [(name, pa.string() if name in told else pa.from_numpy_dtype(dtype[name])) for name in names]


_PLACE: list[Column] = [("community", pa.string()), ("type", pa.string()), ("residents", pa.int64())]
_COLUMNS: Mapping[str, list[Column]] = {
    "communities": [*_PLACE, *_outcome_columns(OUTCOMES, pa.float64())],
    "groups": [
        ("dimension", pa.string()),
        ("group", pa.string()),
        ("residents", pa.int64()),
        *_outcome_columns(GROUP_OUTCOMES, pa.float64()),
    ],
    "weekly": [("week", pa.int32()), *_PLACE, *_outcome_columns(OUTCOMES, pa.float32())],
    "needs": _record_columns(NEEDS.dtype, _NEEDS, ("community", *_WORDS)),
    "residents": _record_columns(RESIDENTS.dtype, RESIDENTS.names, ("community",)),
}
TABLES = tuple(_COLUMNS)


# Values ---------------------------------------------------------------------------------------------------------------


def _last_year(history: np.ndarray) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Outcomes of the whole place, and by community: both in one go, for what costs is the number of calls."""
    place = history.sum(axis=1)
    last = _with_place(history[-YEAR:].sum(axis=0), place[-YEAR:].sum(axis=0))
    values = outcomes.measure(last, min(YEAR, len(history)))
    over = outcomes.Sums(_with_place(history.sum(axis=0), place.sum(axis=0)), len(history))
    for name in OVER_THE_RUN:
        values[name] = outcomes._RULES[name](over)  # noqa: SLF001  (all rules would take twice as long)
    return (
        {name: float(values[name][-1]) for name in OUTCOMES},
        {name: values[name][:-1] for name in OUTCOMES},
    )


def _with_place(by_community: np.ndarray, place: np.ndarray) -> np.ndarray:
    return np.concatenate([by_community, place[None]])


def _places(result: sim.Result) -> tuple[list[str], list[str], np.ndarray]:
    """Names, types and residents of the communities."""
    table = result.model.communities
    kinds = [kind.name for kind in result.scenario.types]
    return list(result.scenario.community_names), kinds, (table.stop - table.start).astype(np.int64)


def _communities(result: sim.Result, values: Mapping[str, np.ndarray]) -> list[Any]:
    return [*_places(result), *values.values()]


def _weekly(result: sim.Result) -> list[Any]:
    weeks, count, columns = result.history.shape
    names, kinds, residents = _places(result)
    values = outcomes.measure(result.history.reshape(-1, columns), 1)
    return [
        np.repeat(np.arange(1, weeks + 1, dtype=np.int32), count),
        names * weeks,
        kinds * weeks,
        np.tile(residents, weeks),
        *(values[name].astype(np.float32) for name in OUTCOMES),
    ]


_GROUPS = [(dimension, group) for dimension, names in DIMENSIONS.items() for group in names]


def _groups(result: sim.Result) -> list[Any]:
    """Groups of the whole place in the last year: communities weighted by their residents in the group."""
    last = result._groups[-1]  # noqa: SLF001  (its own table of it is slow)
    adults = last[:, :, :1]
    means = np.divide(last[:, :, 1:], adults, out=np.zeros_like(last[:, :, 1:]), where=adults > 0.0)
    residents = adults[:, :, 0].sum(axis=1)
    total = np.full((len(last), len(GROUP_OUTCOMES)), np.nan)
    np.divide(_compensated_sum(means * adults), residents[:, None], out=total, where=residents[:, None] > 0.0)
    return [*zip(*_GROUPS, strict=True), residents.astype(np.int64), *total.T]


def _compensated_sum(values: np.ndarray) -> np.ndarray:
    """Sum over communities (second axis) with the rounding made good (Kahan 1965), as pandas sums groups."""
    total, lost = np.zeros_like(values[:, 0]), np.zeros_like(values[:, 0])
    for c in range(values.shape[1]):
        added = values[:, c] - lost
        new = total + added
        lost = (new - total) - added
        total = new
    return total


def _needs(result: sim.Result) -> list[Any]:
    model = result.model
    if not model.keep_needs:
        raise InputError("tables: needs: this run did not keep its closed needs; run it with needs=True")
    rows = model.needs[: int(model.index.used[0])].view(np.ndarray)
    return _records(result, rows, _NEEDS)


def _residents(result: sim.Result) -> list[Any]:
    return _records(result, result.model.residents.view(np.ndarray), RESIDENTS.names)


def _records(result: sim.Result, rows: np.ndarray, names: Iterable[str]) -> list[Any]:
    words = {**_WORDS, "community": result.scenario.community_names}
    columns = {name: np.ascontiguousarray(rows[name]) for name in names}
    return [
        pa.DictionaryArray.from_arrays(codes, pa.array(words[name], pa.string())).cast(pa.string())
        if name in words
        else codes
        for name, codes in columns.items()
    ]


_READERS: Mapping[str, Callable[[sim.Result], list[Any]]] = {
    "groups": _groups,
    "weekly": _weekly,
    "needs": _needs,
    "residents": _residents,
}


def _packed(schema: pa.Schema, columns: Sequence[Any]) -> bytes:
    """Bytes for the store; what is not known is NaN, not null."""
    arrays = [pa.array(one, kind) for one, kind in zip(columns, schema.types, strict=True)]
    return packed(pa.RecordBatch.from_arrays(arrays, schema=schema))
